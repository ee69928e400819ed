"""Telephone numbers in one form."""

from __future__ import annotations

import phonenumbers

KEPT = 2_000
_known: dict[tuple[str, str | None], str] = {}


def phone_number(text: str, country: str | None = None) -> str:
    """A telephone number in E.164 form; "" when it cannot be read (without `country`: a local one).

    A form that it gave itself is known from then on, since reading a number is dear.
    """
    key = (text, None if text.startswith("+") else country)
    found = _known.get(key)
    if found is None:
        if len(_known) > KEPT:
            _known.clear()
        found = _known[key] = _read(*key)
        if found:
            _known[found, None] = found
    return found


def _read(text: str, country: str | None) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
