"""Explosion of bills of material into gross and net requirements (DOMAIN §2.9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Component:
    """One row of a bill of material: `per` pieces in one parent, `scrap` as a fraction."""

    item: Hashable
    per: Decimal
    scrap: Decimal = ZERO


@dataclass(frozen=True)
class Stock:
    """What is there of an item; a net requirement is rounded up to a multiple of `pack`."""

    available: Decimal = ZERO
    on_order: Decimal = ZERO
    safety: Decimal = ZERO
    pack: Decimal = ONE


@dataclass(frozen=True)
class Requirement:
    """What is needed of an item. `net` is unrounded, `planned` is what to make or buy.

    `level` is the low-level code: 1 is right below the finished goods. `made` says that the
    item has a bill of material of its own.
    """

    item: Hashable
    level: int
    gross: Decimal
    stock: Stock
    net: Decimal
    planned: Decimal
    made: bool

    @property
    def short(self) -> Decimal:
        """How much the store lacks today, whatever is on its way."""
        return max(ZERO, self.gross - self.stock.available)


class LoopError(ValueError):
    """A bill of material contains itself; `path` names the items of the loop."""

    def __init__(self, path: Sequence[Hashable]) -> None:
        self.path = tuple(path)
        super().__init__("bill of material contains itself: " + " > ".join(map(str, path)))


def low_level_codes(
    tops: Iterable[Hashable], boms: Mapping[Hashable, Sequence[Component]]
) -> dict[Hashable, int]:
    """The lowest level at which each item stands below `tops` (0); LoopError names a loop."""
    codes: dict[Hashable, int] = {}

    def walk(item: Hashable, level: int, path: tuple[Hashable, ...]) -> None:
        if item in path:
            raise LoopError((*path[path.index(item):], item))
        if codes.get(item, -1) >= level:
            return
        codes[item] = level
        for component in boms.get(item, ()):
            walk(component.item, level + 1, (*path, item))

    for top in tops:
        walk(top, 0, ())
    return codes


def rounded_up(quantity: Decimal, pack: Decimal) -> Decimal:
    """The next multiple of `pack` (> 0) that is not below `quantity`."""
    if pack <= 0:
        raise ValueError("the pack of an item must be above 0; 1 means whole pieces")
    return (quantity / pack).to_integral_value(rounding=ROUND_CEILING) * pack


def explode(
    demands: Mapping[Hashable, Decimal],
    boms: Mapping[Hashable, Sequence[Component]],
    stock: Mapping[Hashable, Stock],
) -> list[Requirement]:
    """Requirements of every item below the demanded ones, by level and in order of appearance.

    `demands` are quantities to make as they stand (stock of the finished goods is not taken
    off). gross = parent × per × (1 + scrap); net = max(0, gross − available − on order +
    safety); the rounded net of a parent is what its components are needed for.
    """
    codes = low_level_codes(demands, boms)
    gross: dict[Hashable, Decimal] = {}
    planned: dict[Hashable, Decimal] = dict(demands)
    found = []
    for item in sorted(codes, key=lambda i: codes[i]):
        if item in gross:
            needed = _requirement(item, codes[item], gross[item], boms, stock)
            found.append(needed)
            planned[item] = needed.planned + planned.get(item, ZERO)
        for component in boms.get(item, ()):
            need = planned.get(item, ZERO) * component.per * (ONE + component.scrap)
            gross[component.item] = gross.get(component.item, ZERO) + need
    return found


def _requirement(
    item: Hashable,
    level: int,
    gross: Decimal,
    boms: Mapping[Hashable, Sequence[Component]],
    stock: Mapping[Hashable, Stock],
) -> Requirement:
    held = stock.get(item, Stock())
    net = max(ZERO, gross - held.available - held.on_order + held.safety)
    return Requirement(
        item, level, gross, held, net, rounded_up(net, held.pack), bool(boms.get(item))
    )


def shortages(requirements: Iterable[Requirement]) -> list[Requirement]:
    """The bought items that stock and open orders do not cover."""
    return [need for need in requirements if need.net > 0 and not need.made]
