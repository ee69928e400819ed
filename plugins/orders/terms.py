"""Milestones of a payment term: amounts, due dates, gates and deposits (DOMAIN §2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugins.orders.money import ZERO, places_of, rounded
from plugins.products.api import milestone_amounts

PRODUCTION, SHIPMENT, DOCUMENTS = "production", "shipment", "documents"


def split(total: Decimal, shares: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Milestone amounts: each rounded, the last takes the remainder.

    ValueError unless the shares add up to 1.
    """
    return milestone_amounts(total, shares, places_of(currency))


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


def exposure_weight(weight: Decimal, lc_share: Decimal, lc_operative: bool) -> Decimal:
    """Weight of the unshipped value in the credit exposure (DOMAIN §2.4, §2.5).

    A part under a letter of credit counts 0 once the credit is operative; the deposit part of
    a mixed term counts as money in advance.
    """
    if not lc_share:
        return weight
    return ZERO if lc_operative else weight * lc_share


@dataclass(frozen=True)
class DepositChange:
    """What a change of the order total does to its payment schedule (DOMAIN §6.2)."""

    total: Decimal
    due: Decimal
    extra: Decimal
    surplus: Decimal
    balance: Decimal


def deposit_change(
    total: Decimal, deposit_share: Decimal, paid: Decimal, currency: str
) -> DepositChange:
    """New deposit, the extra claim or the surplus, and the balance left, for a new total.

    A surplus stays on the order and lowers the balance: it is never paid back by itself.
    """
    due = rounded(total * deposit_share, currency)
    return DepositChange(
        total, due, max(ZERO, due - paid), max(ZERO, paid - due), total - max(due, paid)
    )
