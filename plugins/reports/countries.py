"""Countries: their names in the reader's language, and where they lie on the map."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pycountry
from babel import Locale

from core.api import current_locale

DATA = Path(__file__).parent / "data" / "places.csv"
# separate customs territories are named as the customs name them (DOMAIN §4)
TERRITORIES = {
    "zh": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China"},
}


def country_name(code: str | None) -> str:
    """The country's name in the reader's language; the code if it is unknown."""
    code = code or ""
    own = TERRITORIES.get(current_locale()[:2], {}).get(code)
    if own:
        return own
    from_code = pycountry.countries.get(alpha_2=code)
    if from_code is None:
        return code or "–"
    return Locale(current_locale()).territories.get(code, from_code.name)


@cache
def _places() -> dict[str, tuple[float, float]]:
    with DATA.open(encoding="utf-8") as stream:
        return {
            row["country"]: (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(stream)
        }


def place_of(code: str | None) -> tuple[float, float] | None:
    """(longitude, latitude) of a country's middle, in degrees; None where it is not known."""
    return _places().get(code or "")
