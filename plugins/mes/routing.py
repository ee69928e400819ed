"""Operation times, progress and the arithmetic of operation reports (DOMAIN §1.7, §2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ZERO, ONE = Decimal(0), Decimal(1)


def operation_minutes(
    quantity: Decimal,
    setup: Decimal,
    run: Decimal,
    stations: int = 1,
    efficiency: Decimal = ONE,
) -> int:
    """Minutes of an operation: setup + quantity × run ÷ (stations × efficiency), rounded up."""
    if stations < 1 or efficiency <= 0:
        raise ValueError("an operation needs at least one station and an efficiency above 0")
    minutes = setup + quantity * run / (stations * efficiency)
    return int(minutes.to_integral_value(rounding=ROUND_CEILING))


@dataclass(frozen=True)
class Tally:
    """What was reported at one operation: `rework` is still open, `first` was good at once."""

    planned: Decimal
    run: Decimal
    good: Decimal = ZERO
    rework: Decimal = ZERO
    scrap: Decimal = ZERO
    first: Decimal = ZERO

    @property
    def seen(self) -> Decimal:
        """Pieces that entered the operation."""
        return self.good + self.rework + self.scrap


def progress(tallies: Sequence[Tally]) -> Decimal:
    """Σ run minutes × good ÷ Σ run minutes × planned, as an unrounded fraction of 1."""
    planned = sum((t.run * t.planned for t in tallies), ZERO)
    done = sum((t.run * min(t.good, t.planned) for t in tallies), ZERO)
    return done / planned if planned else ZERO


def weighted_progress(parts: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Mean of (progress, standard minutes) pairs, weighted by the minutes; plain mean without."""
    if not parts:
        return ZERO
    weight = sum((minutes for _part, minutes in parts), ZERO)
    if not weight:
        return sum((part for part, _minutes in parts), ZERO) / len(parts)
    return sum((part * minutes for part, minutes in parts), ZERO) / weight


@dataclass(frozen=True)
class Excess:
    """Why a set of tallies is impossible: at operation `index`, `have` is above `most`."""

    index: int
    have: Decimal
    most: Decimal


def excess_of(tallies: Sequence[Tally]) -> Excess | None:
    """The first operation that reports more than came in from the one before, or None.

    The first operation gets the planned quantity; operation k gets the good pieces of k − 1.
    """
    incoming: Decimal | None = None
    for index, tally in enumerate(tallies):
        most = tally.planned if incoming is None else incoming
        if tally.seen > most:
            return Excess(index, tally.seen, most)
        incoming = tally.good
    return None
