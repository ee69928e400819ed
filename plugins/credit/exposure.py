"""Credit exposure and the verdict on it (DOMAIN §2.5). All amounts in the credit currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
PASS, REVIEW, BLOCK = "pass", "review", "block"
OVERDUE_DAYS = 15
OVERDUE_OPEN = Decimal(500)


@dataclass(frozen=True)
class OpenOrder:
    """An order not fully shipped: unshipped value, exposure weight, deposits held on it."""

    unshipped: Decimal
    weight: Decimal
    deposits: Decimal = ZERO

    @property
    def exposure(self) -> Decimal:
        """Never below zero: a surplus deposit does not secure another order."""
        return max(ZERO, self.unshipped * self.weight - self.deposits)


@dataclass(frozen=True)
class Exposure:
    """The parts of a customer's exposure; every one can be shown and recomputed from zero."""

    orders: Decimal = ZERO
    receivables: Decimal = ZERO
    unallocated: Decimal = ZERO
    insured: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """Before insurance."""
        return self.orders + self.receivables - self.unallocated

    @property
    def net(self) -> Decimal:
        """What the limit is compared with."""
        return self.gross - self.insured

    def available(self, limit: Decimal) -> Decimal:
        """What may still be ordered on credit; negative is the excess."""
        return limit - self.net


def insured_part(insured: Decimal, limit: Decimal, cover: Decimal) -> Decimal:
    """min(insured receivables, insurer's limit) × cover."""
    return (min(insured, limit) * cover).quantize(CENT, rounding=ROUND_HALF_UP)


def exposure(
    orders: Iterable[OpenOrder],
    receivables: Decimal,
    credits: Decimal = ZERO,
    unallocated: Decimal = ZERO,
    insured: Decimal = ZERO,
    insurer_limit: Decimal = ZERO,
    cover: Decimal = ZERO,
) -> Exposure:
    """Exposure of a customer; `receivables` are the open ones not secured by L/C, `credits` the
    credit notes on them, `insured` the part of them that is insured."""
    total = sum((order.exposure for order in orders), ZERO).quantize(CENT, rounding=ROUND_HALF_UP)
    return Exposure(
        total, receivables - credits, unallocated, insured_part(insured, insurer_limit, cover)
    )


@dataclass(frozen=True)
class Standing:
    """What may block a customer regardless of the limit."""

    on_hold: bool = False
    sanctioned: bool = False
    expired: bool = False
    overdue: tuple[tuple[int, Decimal], ...] = field(default=())

    def blocks(self, days: int = OVERDUE_DAYS, amount: Decimal = OVERDUE_OPEN) -> tuple[str, ...]:
        """Codes of what blocks; `overdue` holds (days, open amount in USD) per invoice."""
        late = any(late_by > days and open_ > amount for late_by, open_ in self.overdue)
        found = (
            ("hold", self.on_hold),
            ("sanctions", self.sanctioned),
            ("expired", self.expired),
            ("overdue", late),
        )
        return tuple(code for code, hit in found if hit)


@dataclass(frozen=True)
class Verdict:
    """pass, review or block; `reasons` are codes, `excess` what the limit lacks."""

    result: str
    reasons: tuple[str, ...] = ()
    excess: Decimal = ZERO


def verdict(
    standing: Standing,
    net_after: Decimal,
    limit: Decimal,
    days: int = OVERDUE_DAYS,
    amount: Decimal = OVERDUE_OPEN,
) -> Verdict:
    """The verdict at confirmation: block conditions first, then the limit.

    `days` and `amount` (USD) say how late and how much an invoice must be to block.
    """
    reasons = standing.blocks(days, amount)
    excess = max(ZERO, net_after - limit)
    if reasons:
        return Verdict(BLOCK, reasons, excess)
    return Verdict(REVIEW, ("limit",), excess) if excess else Verdict(PASS)


def shipment_verdict(
    standing: Standing, days: int = OVERDUE_DAYS, amount: Decimal = OVERDUE_OPEN
) -> Verdict:
    """At shipment only the block conditions are checked again."""
    reasons = standing.blocks(days, amount)
    return Verdict(BLOCK, reasons) if reasons else Verdict(PASS)
