"""Container numbers by ISO 6346: owner, category, serial and check digit."""

from __future__ import annotations

import re

_FORM = re.compile(r"[A-Z]{3}[UJZ]\d{7}")
LETTERS = {}
_value = 10
for _letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _value += _value % 11 == 0  # multiples of 11 are left out
    LETTERS[_letter] = _value
    _value += 1


def check_digit(first_ten: str) -> int:
    """The check digit of the first ten signs: Σ value × 2^position, modulo 11, then 10."""
    total = sum(
        (LETTERS[sign] if sign.isalpha() else int(sign)) * 2**place
        for place, sign in enumerate(first_ten)
    )
    return total % 11 % 10


def cleaned(number: str) -> str:
    """The number without spaces and dashes, in capitals."""
    return re.sub(r"[\s-]", "", number).upper()


def is_valid(number: str) -> bool:
    """Whether a cleaned number has the right form and check digit."""
    return bool(_FORM.fullmatch(number)) and check_digit(number[:10]) == int(number[10])
