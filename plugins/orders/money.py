"""Rounding to the minor unit and sharing an amount without losing a cent (DOMAIN §0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


def places_of(currency: str) -> int:
    """Decimal places of the minor unit: USD 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to the minor unit of `currency`."""
    return amount.quantize(Decimal(1).scaleb(-places_of(currency)), rounding=ROUND_HALF_UP)


def share(total: Decimal, drivers: Sequence[Decimal], places: int = 2) -> list[Decimal]:
    """Split `total` over `drivers` by largest remainder; the shares add up to `total` exactly.

    Ties go to the earlier line. Without any driver all are equal. ValueError when a driver is
    negative or there is nothing to share over.
    """
    if not drivers or min(drivers) < 0:
        raise ValueError("sharing needs at least one driver, none of them negative")
    weights = list(drivers) if sum(drivers) else [Decimal(1)] * len(drivers)
    unit = Decimal(1).scaleb(-places)
    whole = sum(weights, ZERO)
    exact = [total * weight / whole for weight in weights]
    floors = [value.quantize(unit, rounding=ROUND_FLOOR) for value in exact]
    missing = int(((total - sum(floors, ZERO)) / unit).to_integral_value(ROUND_HALF_UP))
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for position in order[:missing]:
        floors[position] += unit
    floors[order[0]] += total - sum(floors, ZERO)
    return floors


def total_of(amounts: Sequence[tuple[Decimal, str]], rates: Mapping[str, Decimal]) -> Decimal:
    """Sum amounts of several currencies in CNY; each is rounded at its own rate.

    `rates` is CNY per unit. A currency without a rate raises KeyError: a mixed sum without a
    rate is an error, never a guess (DOMAIN §0).
    """
    return sum((rounded(amount * rates[code], "CNY") for amount, code in amounts), ZERO)
