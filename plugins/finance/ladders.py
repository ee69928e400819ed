"""What settings of finance hold: ladders ("30:1,60:0.8,:0": limit and value), shares, days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Ladder:
    """Values by limits that rise; `top` holds above the last of them."""

    rungs: tuple[tuple[Decimal, Decimal], ...]
    top: Decimal

    def below(self, amount: Decimal | int) -> Decimal:
        """The value of the first rung whose limit is above the amount."""
        return next((value for limit, value in self.rungs if amount < limit), self.top)

    def upto(self, amount: Decimal | int) -> Decimal:
        """The value of the first rung whose limit is not below the amount."""
        return next((value for limit, value in self.rungs if amount <= limit), self.top)


def read_ladder(text: str) -> Ladder:
    """The ladder that a setting holds; ValueError or ArithmeticError where it cannot be read."""
    rungs: list[tuple[Decimal, Decimal]] = []
    *parts, last = str(text).split(",")
    for part in parts:
        limit, value = part.split(":")
        rungs.append((Decimal(limit.strip()), Decimal(value.strip())))
    if rungs != sorted(rungs, key=lambda rung: rung[0]):
        raise ValueError("the limits must rise")
    nothing, top = last.split(":")
    if nothing.strip():
        raise ValueError("the last value has no limit")
    return Ladder(tuple(rungs), Decimal(top.strip()))


def read_shares(text: str) -> tuple[tuple[str, Decimal], ...]:
    """Roles and their shares in percent, "rep:80,mer:20", which add up to 100, as fractions."""
    found = []
    for part in str(text).split(","):
        role, share = part.split(":")
        found.append((role.strip(), Decimal(share.strip()) / 100))
    if sum(share for _role, share in found) != 1 or any(share < 0 for _role, share in found):
        raise ValueError("the shares must add up to 100")
    return tuple(found)


def read_days(text: str) -> tuple[int, ...]:
    """Days that rise, "-7,0,3"."""
    days = tuple(int(word) for word in str(text).split(","))
    if list(days) != sorted(set(days)):
        raise ValueError("the days must rise")
    return days
