"""Countries as trade papers and customs write them (DOMAIN §4)."""

from __future__ import annotations

import pycountry
from babel import Locale

# separate customs territories, with the labels that are used in China
TERRITORIES = {
    "HK": ("Hong Kong, China", "中国香港"),
    "MO": ("Macao, China", "中国澳门"),
    "TW": ("Taiwan, China", "中国台湾"),
}
_ENGLISH, _CHINESE = Locale.parse("en"), Locale.parse("zh_Hans")


def country_names(code: str) -> tuple[str, str]:
    """English and Chinese name of an ISO alpha-2 code; the code itself if it is unknown."""
    if code in TERRITORIES:
        return TERRITORIES[code]
    return _ENGLISH.territories.get(code, code), _CHINESE.territories.get(code, code)


def country_text(code: str | None) -> str:
    """`Germany 德国`; empty for none."""
    return " ".join(dict.fromkeys(country_names(code))) if code else ""


def alpha3(code: str | None) -> str:
    """`DEU`, the code that the customs declaration takes; empty if unknown."""
    found = pycountry.countries.get(alpha_2=code) if code else None
    return found.alpha_3 if found else ""
