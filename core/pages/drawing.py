"""What a plugin's own pages share with the generic ones; reached as `core.api.drawing`."""

from __future__ import annotations

from core.layout import Grid, Slot, declared_form, list_of
from core.pages.access import the_visitor
from core.pages.act import parameters
from core.pages.blueprint import draw, go, outside, reasons_of, shown
from core.pages.form import form_data
from core.pages.listing import (
    BUILDER_WORDS,
    OPERATOR_WORDS,
    builder_fields,
    builder_lists,
)
from core.pages.show import (
    CURRENCIES,
    Control,
    Names,
    cell,
    choices_of,
    control,
    currency_path,
    form_value,
    revive,
    values_of,
)

__all__ = [
    "BUILDER_WORDS", "CURRENCIES", "OPERATOR_WORDS", "Control", "Grid", "Names", "Slot",
    "builder_fields", "builder_lists", "cell", "choices_of", "control", "currency_path",
    "declared_form", "draw", "form_data", "form_value", "go", "list_of", "outside", "parameters",
    "reasons_of", "revive", "shown", "the_visitor", "values_of",
]
