"""Payment terms as milestones: their amounts, due dates, gates and deposits (DOMAIN §2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .money import ZERO, rounded

ONE = Decimal(1)
PRODUCTION, SHIPMENT, DOCUMENTS = "production", "shipment", "documents"


@dataclass(frozen=True)
class Part:
    """One share of a payment term.

    `trigger` is the fact that starts the clock: signed, ready, bl, presentation or documents.
    `gates` name what waits for the money: production, shipment, documents. `kind` is deposit,
    balance, lc, collection or open.
    """

    kind: str
    share: Decimal
    trigger: str
    days: int
    gates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A payment term; `risk` is advance, docs, secured or credit, `weight` its exposure weight."""

    code: str
    parts: tuple[Part, ...]
    risk: str
    weight: Decimal
    days: int = 0

    @property
    def needs_lc(self) -> bool:
        """True if a part is paid by letter of credit."""
        return any(part.kind == "lc" for part in self.parts)

    @property
    def on_credit(self) -> bool:
        """True for the terms that need a credit profile (class credit)."""
        return self.risk == "credit"


def _term(code: str, risk: str, weight: int, *parts: Part, days: int = 0) -> Term:
    return Term(code, parts, risk, Decimal(weight), days)


def _share(percent: int) -> Decimal:
    return Decimal(percent) / 100


_LC_GATES = (PRODUCTION, SHIPMENT)
TERMS: dict[str, Term] = {
    term.code: term
    for term in (
        _term("TT100", "advance", 0, Part("deposit", ONE, "signed", 7, (PRODUCTION,))),
        _term("TT30B", "advance", 0,
              Part("deposit", _share(30), "signed", 7, (PRODUCTION,)),
              Part("balance", _share(70), "ready", 7, (SHIPMENT,))),
        _term("TT30C", "docs", 1,
              Part("deposit", _share(30), "signed", 7, (PRODUCTION,)),
              Part("balance", _share(70), "bl", 7, (DOCUMENTS,))),
        _term("LCS", "secured", 1, Part("lc", ONE, "presentation", 10, _LC_GATES)),
        _term("LC90", "secured", 1, Part("lc", ONE, "bl", 90, _LC_GATES), days=90),
        _term("DPS", "credit", 1, Part("collection", ONE, "documents", 15)),
        _term("DA60", "credit", 1, Part("collection", ONE, "bl", 60), days=60),
        _term("OA30", "credit", 1, Part("open", ONE, "bl", 30), days=30),
        _term("OA60", "credit", 1, Part("open", ONE, "bl", 60), days=60),
        _term("OA90", "credit", 1, Part("open", ONE, "bl", 90), days=90),
        _term("TT20LC80", "secured", 1,
              Part("deposit", _share(20), "signed", 7, (PRODUCTION,)),
              Part("lc", _share(80), "presentation", 10, _LC_GATES)),
    )
}


def split(total: Decimal, shares: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Milestone amounts: each rounded, the last takes the remainder, so they sum to `total`."""
    if sum(shares, ZERO) != 1:
        raise ValueError("the shares of a payment term must add up to 1")
    amounts = [rounded(total * part, currency) for part in shares[:-1]]
    return [*amounts, total - sum(amounts, ZERO)]


def due_date(trigger: str, days: int, facts: Mapping[str, date | None]) -> date | None:
    """Due date of a milestone, or None while its trigger has not happened."""
    start = facts.get(trigger)
    return start + timedelta(days=days) if start else None


def deposit_for_invoice(
    deposit: Decimal,
    order_total: Decimal,
    invoice: Decimal,
    used: Decimal,
    last: bool,
    currency: str,
    against_last: bool = False,
) -> Decimal:
    """The part of a paid deposit that one partial shipment uses (DOMAIN §2.4).

    Pro rata by invoice value; the last shipment takes what is left. `used` is what earlier
    shipments took. `against_last` keeps the whole deposit for the last shipment. Never more
    than the invoice or than what is left.
    """
    left = deposit - used
    if last:
        wanted = left
    elif against_last or not order_total:
        wanted = ZERO
    else:
        wanted = rounded(deposit * invoice / order_total, currency)
    return max(ZERO, min(wanted, left, invoice))


def quantity_limits(ordered: Decimal, tolerance: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most that may be shipped: ordered × (1 ± tolerance)."""
    return ordered * (1 - tolerance), ordered * (1 + tolerance)


def shortfall(due: Decimal, received: Decimal) -> Decimal:
    """What is missing of a milestone, never negative."""
    return max(ZERO, due - received)


def gate_open(due: Decimal, received: Decimal, allowance: Decimal) -> bool:
    """True if the money for a gate is there; `allowance` is the accepted shortfall (USD 50)."""
    return shortfall(due, received) <= allowance


def exposure_weight(term: Term, lc_operative: bool) -> Decimal:
    """Weight of the unshipped value in the credit exposure (DOMAIN §2.4, §2.5).

    A part under a letter of credit counts 0 once the credit is operative; the deposit part of
    a mixed term counts as money in advance.
    """
    if not term.needs_lc:
        return term.weight
    if lc_operative:
        return ZERO
    return sum((part.share for part in term.parts if part.kind == "lc"), ZERO) * term.weight


@dataclass(frozen=True)
class DepositChange:
    """What a change of the order total does to its payment schedule (DOMAIN §6.2)."""

    total: Decimal
    due: Decimal
    extra: Decimal
    surplus: Decimal
    balance: Decimal


def deposit_change(total: Decimal, deposit_share: Decimal, paid: Decimal, currency: str) -> DepositChange:
    """New deposit, the extra claim or the surplus, and the balance left, for a new total.

    A surplus stays on the order and lowers the balance: it is never paid back by itself.
    """
    due = rounded(total * deposit_share, currency)
    return DepositChange(
        total, due, max(ZERO, due - paid), max(ZERO, paid - due), total - max(due, paid)
    )
