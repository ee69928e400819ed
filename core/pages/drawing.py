"""What a plugin's own pages share with the generic ones; reached as `core.api.drawing`."""

from __future__ import annotations

from core.layout import Grid, Slot
from core.pages.access import the_visitor
from core.pages.blueprint import draw, go, outside, reasons_of, shown
from core.pages.form import form_data
from core.pages.show import (
    TRADE_CURRENCIES,
    Control,
    Names,
    control,
    form_value,
    revive,
    values_of,
)

__all__ = [
    "TRADE_CURRENCIES", "Control", "Grid", "Names", "Slot", "control", "draw", "form_data",
    "form_value", "go", "outside", "reasons_of", "revive", "shown", "the_visitor", "values_of",
]
