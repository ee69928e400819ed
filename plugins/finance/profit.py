"""Realised profit of an order and the sales commission on it (DOMAIN §2.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from plugins.finance.ladders import Ladder, read_ladder, read_shares
from plugins.products.api import share_out

ZERO = Decimal(0)
CENT = Decimal("0.01")
COSTS = ("goods", "local", "freight", "insurance", "agent", "claims", "other")
BY_AMOUNT = ("revenue", "fx", "bank", "insurance", "agent", "other")
BY_VOLUME = ("local", "freight")
# the defaults of DOMAIN §2.8; a company sets its own
TIERS, FACTORS, SPLIT = "8:0,15:8,25:12,:15", "30:1,60:0.8,90:0.5,:0", "rep:80,mer:20"


@dataclass(frozen=True)
class Profit:
    """CNY figures of an order; costs are positive numbers, `fx` is signed (loss negative).

    `goods` is net of the refund (or per the tax regime of the line).
    """

    revenue: Decimal = ZERO
    fx: Decimal = ZERO
    bank: Decimal = ZERO
    goods: Decimal = ZERO
    local: Decimal = ZERO
    freight: Decimal = ZERO
    insurance: Decimal = ZERO
    agent: Decimal = ZERO
    claims: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """Gross profit; overhead and financing are in the quotation, not here."""
        return self.revenue + self.fx - self.bank - sum((getattr(self, key) for key in COSTS), ZERO)

    @property
    def net_revenue(self) -> Decimal:
        """Revenue less freight, insurance and agent commission: the base of the margin."""
        return self.revenue - self.freight - self.insurance - self.agent

    @property
    def margin(self) -> Decimal | None:
        """Fraction rounded to 2 places of percent; None without net revenue."""
        if not self.net_revenue:
            return None
        return (self.gross / self.net_revenue).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def by_line(
    profit: Profit,
    amounts: Sequence[Decimal],
    volumes: Sequence[Decimal],
    direct: Mapping[str, Sequence[Decimal]],
) -> list[Profit]:
    """Share the figures of an order over its lines without losing a cent.

    Revenue, FX, bank, insurance, agent and other by amount; local charges and freight by CBM;
    `direct` gives figures known per line (goods, claims), which must add up to the order's.
    """
    figures: list[dict[str, Decimal]] = [{} for _amount in amounts]
    for keys, drivers in ((BY_AMOUNT, amounts), (BY_VOLUME, volumes)):
        for key in keys:
            for target, part in zip(figures, share_out(getattr(profit, key), drivers), strict=True):
                target[key] = part
    for key in ("goods", "claims"):
        whole = getattr(profit, key)
        parts = direct.get(key) or share_out(whole, amounts)
        if sum(parts, ZERO) != whole:
            raise ValueError(f"the {key} of the lines do not add up to the order's")
        for target, part in zip(figures, parts, strict=True):
            target[key] = part
    return [Profit(**values) for values in figures]


@dataclass(frozen=True)
class Rules:
    """How commission is reckoned: share by margin, factor by days late, who gets which part."""

    tiers: Ladder = read_ladder(TIERS)
    factors: Ladder = read_ladder(FACTORS)
    split: tuple[tuple[str, Decimal], ...] = read_shares(SPLIT)

    def rate(self, margin: Decimal | None) -> Decimal:
        """Share of the gross profit by margin tier: <8 % 0, <15 % 8 %, <25 % 12 %, else 15 %."""
        return ZERO if margin is None else self.tiers.below(margin * 100) / 100


@dataclass(frozen=True)
class Commission:
    """The commission of one order; `carry` is a negative profit set against the next one."""

    base: Decimal
    rate: Decimal
    factor: Decimal
    amount: Decimal
    parts: tuple[tuple[str, Decimal], ...]
    carry: Decimal


def commission(
    gross: Decimal, margin: Decimal | None, days_late: int, carried: Decimal = ZERO,
    rules: Rules = Rules(),
) -> Commission:
    """Commission on a fully collected order; `carried` is an earlier loss (≤ 0).

    The last of the split takes the remainder. A negative result pays nothing and is carried
    against the next order.
    """
    base = gross + carried
    rate, factor = rules.rate(margin), rules.factors.upto(days_late)
    due = (max(base, ZERO) * rate * factor).quantize(CENT, rounding=ROUND_HALF_UP)
    parts, left = [], due
    for role, share in rules.split[:-1]:
        part = (due * share).quantize(CENT, rounding=ROUND_HALF_UP)
        parts.append((role, part))
        left -= part
    parts.append((rules.split[-1][0], left))
    return Commission(base, rate, factor, due, tuple(parts), min(base, ZERO))
