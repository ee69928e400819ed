"""Names of countries in the reader's language."""

from __future__ import annotations

import pycountry
from babel import Locale

from core.api import current_locale


def country_name(code: str | None) -> str:
    """The country's name in the reader's language; the code if it is unknown."""
    from_code = pycountry.countries.get(alpha_2=code or "")
    if from_code is None:
        return code or "–"
    return Locale(current_locale()).territories.get(code or "", from_code.name)
