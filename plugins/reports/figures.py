"""Arithmetic that reports share; pure. Sums over two currencies are never made here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

ZERO = Decimal(0)
Item = TypeVar("Item")


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """part ÷ whole; None when there is nothing to divide by."""
    return Decimal(part) / Decimal(whole) if whole else None


def median(values: Iterable[Decimal | int]) -> Decimal | None:
    """The middle value, the mean of the two middle ones of an even count; None of nothing."""
    return quantile(values, Decimal("0.5"))


def quantile(values: Iterable[Decimal | int], share: Decimal) -> Decimal | None:
    """The value below which `share` of the values lie, interpolated; None of nothing."""
    found = sorted(Decimal(value) for value in values)
    if not found:
        return None
    place = share * (len(found) - 1)
    low = int(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (found[high] - found[low]) * (place - low)


def summed(
    items: Iterable[Item], key: Callable[[Item], Hashable], value: Callable[[Item], Decimal]
) -> dict[Hashable, Decimal]:
    """Sums of `value` by `key`, in order of first appearance."""
    found: dict[Hashable, Decimal] = {}
    for item in items:
        place = key(item)
        found[place] = found.get(place, ZERO) + value(item)
    return found


def concentration(revenue: Mapping[Hashable, Decimal], top: int = 5) -> Decimal | None:
    """Share of the `top` largest in the whole (DOMAIN §7)."""
    amounts = sorted(revenue.values(), reverse=True)
    return ratio(sum(amounts[:top], ZERO), sum(amounts, ZERO))


def herfindahl(revenue: Mapping[Hashable, Decimal]) -> Decimal | None:
    """HHI: the sum of the squared shares, 0 to 1."""
    whole = sum(revenue.values(), ZERO)
    if not whole:
        return None
    return sum(((amount / whole) ** 2 for amount in revenue.values()), ZERO)


def pareto(causes: Mapping[Hashable, Decimal]) -> list[tuple[Hashable, Decimal, Decimal]]:
    """(cause, amount, cumulated share), the largest first."""
    whole = sum(causes.values(), ZERO)
    found, running = [], ZERO
    for cause, amount in sorted(causes.items(), key=lambda item: (-item[1], str(item[0]))):
        running += amount
        found.append((cause, amount, running / whole if whole else ZERO))
    return found


def pivot(
    items: Sequence[Item], row: Callable[[Item], Hashable], column: Callable[[Item], Hashable],
    value: Callable[[Item], Decimal],
) -> dict[tuple[Hashable, Hashable], Decimal]:
    """Sums of `value` by (row, column)."""
    return summed(items, lambda item: (row(item), column(item)), value)  # type: ignore[return-value]
