"""Sharing a cost or a total out to the cent (DOMAIN §0, §2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Round half up to `places` decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def share_out(total: Decimal, drivers: Sequence[Decimal], places: int = 2) -> list[Decimal]:
    """Share `total` over `drivers` by the largest remainder; the shares always add up to it.

    Missing cents go to the largest fractional parts, at a tie to the earlier line. If all
    drivers are 0 the lines share equally. Drivers must not be negative. No driver: no shares.
    """
    if any(driver < 0 for driver in drivers):
        raise ValueError("a driver of a shared cost is negative; give volumes or amounts >= 0")
    if not drivers:
        return []
    weights = list(drivers) if any(drivers) else [Decimal(1)] * len(drivers)
    unit, sign = Decimal(1).scaleb(-places), Decimal(-1 if total < 0 else 1)
    whole = rounded(abs(total), places)
    weight_sum = sum(weights, Decimal(0))
    raw = [whole * weight / weight_sum for weight in weights]
    floors = [value.quantize(unit, rounding=ROUND_FLOOR) for value in raw]
    missing = int((whole - sum(floors, Decimal(0))) / unit)
    order = sorted(range(len(raw)), key=lambda i: (floors[i] - raw[i], i))
    for index in order[:missing]:
        floors[index] += unit
    return [sign * value for value in floors]


def milestone_amounts(total: Decimal, shares: Sequence[Decimal], places: int = 2) -> list[Decimal]:
    """The amounts of payment milestones: each is rounded, the last takes the remainder.

    `shares` are fractions that add up to 1; otherwise ValueError.
    """
    if sum(shares, Decimal(0)) != 1:
        raise ValueError(f"the shares of a payment term add up to {sum(shares)}, not to 1")
    amounts = [rounded(total * share, places) for share in shares[:-1]]
    return [*amounts, total - sum(amounts, Decimal(0))]
