"""Keeps amounts and milestones of an order in step with its lines (DOMAIN §0, §2.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.api import Ctx, Refusal, Refused, _
from plugins.orders.money import ZERO, rounded
from plugins.orders.records import Milestone, Order
from plugins.orders.terms import due_date, split
from plugins.products.api import Part, PaymentTerm, term_of


def fill_amounts(order: Order) -> None:
    """Line amounts from rounded prices, the total from rounded lines."""
    for line in order.lines:
        line.amount = rounded(line.price * line.quantity, order.currency)
    order.total = sum((line.amount for line in order.lines), ZERO)


def fill_milestones(ctx: Ctx, order: Order) -> None:
    """One milestone per part of the payment term; money already received stays on it.

    The parts are copied from the company's payment term: a later change of the term does not
    alter this order.
    """
    if not order.milestones or order.milestones_term != order.payment_term_id:
        _take_term(ctx, order)
    parts = order.milestones
    amounts = split(order.total, [part.share for part in parts], order.currency)
    for row, amount in zip(parts, amounts, strict=True):
        row.amount = amount


def fill_due_dates(order: Order, facts: dict[str, date | None]) -> None:
    """Due dates of the milestones whose trigger has happened."""
    for row in order.milestones:
        row.due = due_date(row.trigger, row.days, facts) or row.due


def order_facts(order: Order) -> dict[str, date | None]:
    """The trigger dates that the order itself knows; those of deliveries are theirs."""
    return {"signed": order.signed_on, "ready": order.ready_on}


def recalculate(ctx: Ctx, order: Order) -> None:
    """Amounts, milestones and due dates; call it after every change of lines or term."""
    fill_amounts(order)
    fill_milestones(ctx, order)
    fill_due_dates(order, order_facts(order))


def deposit_of(order: Order) -> Decimal:
    """The sum of the deposit milestones."""
    return sum((row.amount for row in order.milestones if row.kind == "deposit"), ZERO)


def advance_received(order: Order) -> Decimal:
    """Money that came in before shipment: deposits and balances due when goods are ready."""
    rows = (row for row in order.milestones if row.trigger in ("signed", "ready"))
    return sum((row.received or ZERO for row in rows), ZERO)


def deposit_received(order: Order) -> Decimal:
    """Deposit money that came in for the order."""
    return sum((row.received or ZERO for row in order.milestones if row.kind == "deposit"), ZERO)


def _take_term(ctx: Ctx, order: Order) -> None:
    row = ctx.session.get(PaymentTerm, order.payment_term_id)
    if row is None:
        raise Refused(Refusal(_("Choose a payment term."), "payment_term_id"))
    term = term_of(row)
    held = sum((row.received or ZERO for row in order.milestones), ZERO)
    order.risk, order.weight, order.milestones_term = term.risk, term.weight, row.id
    order.milestones[:] = [_milestone(part, place) for place, part in enumerate(term.parts)]
    order.milestones[0].received = held


def _milestone(part: Part, place: int) -> Milestone:
    return Milestone(
        position=place,
        kind=part.kind,
        share=part.share,
        trigger=part.trigger,
        days=part.days,
        gates=list(part.gates),
        received=ZERO,
    )
