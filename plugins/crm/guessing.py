"""Country and language of a sender, guessed from the telephone number or the domain."""

from __future__ import annotations

import phonenumbers

from plugins.crm.matching import domain_key, phone_key

TOP_LEVEL = {"uk": "GB", "eu": "", "ai": "", "io": "", "co": "", "tv": "", "me": "", "cc": ""}
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
LANGUAGES = {
    "de": "DE AT CH LI",
    "es": "ES MX CL AR CO PE EC UY PY BO VE CR GT HN NI SV PA DO CU PR",
    "pt": "PT BR AO MZ",
    "fr": "FR BE LU MC SN CI CM ML MG DZ TN MA",
    "it": "IT SM",
    "ru": "RU BY KZ KG",
    "ar": "AE SA EG QA KW BH OM JO LB IQ LY YE",
    "ja": "JP",
    "ko": "KR",
    "th": "TH",
    "vi": "VN",
    "id": "ID",
    "tr": "TR",
    "pl": "PL",
    "zh-CN": "CN",
    "zh-TW": "TW HK MO",
}
_LANGUAGE = {country: tag for tag, countries in LANGUAGES.items() for country in countries.split()}


def guess_country(phone: str | None, email: str | None, website: str | None) -> str:
    """The ISO code that the telephone prefix says, else the national domain; "" if neither does."""
    number = phone_key(phone)
    if number:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
        if region and region in COUNTRIES:
            return str(region)
        code = phonenumbers.parse(number).country_code
        regions = phonenumbers.region_codes_for_country_code(code or 0)
        if len(regions) == 1 and regions[0] in COUNTRIES:
            return str(regions[0])
    ending = domain_key(email, website).rpartition(".")[2]
    if ending in TOP_LEVEL:
        return TOP_LEVEL[ending]
    return ending.upper() if ending.upper() in COUNTRIES else ""


def guess_language(country: str | None) -> str:
    """The language to write in to that country; English where nothing better is known."""
    return _LANGUAGE.get((country or "").upper(), "en")
