"""Rounding to the minor unit of a currency, and sums over currencies (DOMAIN §0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


def places_of(currency: str) -> int:
    """Decimal places of the minor unit: USD 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to the minor unit of `currency`."""
    return amount.quantize(Decimal(1).scaleb(-places_of(currency)), rounding=ROUND_HALF_UP)


def total_of(amounts: Sequence[tuple[Decimal, str]], rates: Mapping[str, Decimal]) -> Decimal:
    """Sum amounts of several currencies in CNY; each is rounded at its own rate.

    `rates` is CNY per unit. A currency without a rate raises KeyError: a mixed sum without a
    rate is an error, never a guess (DOMAIN §0).
    """
    return sum((rounded(amount * rates[code], "CNY") for amount, code in amounts), ZERO)
