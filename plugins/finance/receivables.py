"""Receivables: how they arise from orders and deliveries, and how their state moves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, allot, save, select_records
from plugins.finance import booking, fx
from plugins.finance.records import OPEN, Receivable
from plugins.orders.api import (
    Delivery,
    Milestone,
    Order,
    due_date,
    order_of,
    rounded,
    update_funds,
)
from plugins.products.api import milestone_amounts, minor_units, rate

ZERO = Decimal(0)
ADVANCE = ("signed", "ready")


def of_order(ctx: Ctx, order_id: int) -> list[Receivable]:
    """All receivables of an order, oldest first."""
    query = select(Receivable).where(Receivable.order_id == order_id).order_by(Receivable.id)
    return list(ctx.session.scalars(query))


def claim_advance(ctx: Ctx, order: Order) -> None:
    """Receivables of the milestones that fall due before shipment; adjusts them on a change."""
    for row in order.milestones:
        if row.trigger in ADVANCE and row.due is not None:
            _claim(ctx, order, row)


def _claim(ctx: Ctx, order: Order, row: Milestone) -> None:
    found = _find(ctx, f"milestone {row.id}")
    if found is None:
        _add(ctx, order, row, row.amount, source=f"milestone {row.id}", base=order.signed_on)
        return
    paid = found.amount - found.open
    found.amount, found.due = max(row.amount, paid), row.due
    found.open = found.amount - paid
    set_state(ctx, found)


def _find(ctx: Ctx, source: str) -> Receivable | None:
    return ctx.session.scalar(select(Receivable).where(Receivable.source == source))


def _add(
    ctx: Ctx, order: Order, row: Milestone, amount: Decimal, *, source: str, base: date | None,
    delivery: Delivery | None = None, due: date | None = None, book_rate: Decimal | None = None,
) -> Receivable:
    found = Receivable(
        source=source, customer_id=order.customer_id, order_id=order.id,
        delivery_id=delivery.id if delivery else None, milestone_id=row.id, kind=row.kind,
        base_date=base, due=due or row.due, currency=order.currency, amount=amount, open=amount,
        book_rate=book_rate, carrying_rate=book_rate, owner_id=order.owner_id, state="not_due",
        number=allot(ctx, Receivable.number_rule, Receivable.key),
    )
    ctx.session.add(found)
    set_state(ctx, found)
    ctx.session.flush()
    return found


def claim_delivery(ctx: Ctx, delivery: Delivery) -> list[Receivable]:
    """What a delivery on board leaves to pay, less the money in advance that it uses."""
    order = order_of(ctx, delivery)
    _close_advance(ctx, order)
    open_amount = delivery.amount - delivery.deposit_used
    book = rate(ctx, order.currency, delivery.bl_date or ctx.today)
    booking.revenue(ctx, order, delivery, open_amount, book)
    rows = [row for row in order.milestones if row.trigger not in ADVANCE]
    rows = rows or [order.milestones[-1]]
    whole = sum((row.share for row in rows), ZERO)
    shares = [row.share / whole for row in rows[:-1]]
    shares.append(1 - sum(shares, ZERO))
    amounts = milestone_amounts(open_amount, shares, minor_units(order.currency))
    facts = delivery_facts(delivery)
    return [
        _add(
            ctx, order, row, amount, source=f"delivery {delivery.id} {row.id}",
            base=facts.get(row.trigger), delivery=delivery, book_rate=book,
            due=due_date(row.trigger, row.days, facts),
        )
        for row, amount in zip(rows, amounts, strict=True)
        if amount
    ]


def _close_advance(ctx: Ctx, order: Order) -> None:
    """What is missing of an advance is part of the invoice from here on, not asked for twice."""
    for found in of_order(ctx, order.id):
        if found.delivery_id is None and found.open > 0 and found.kind != "other":
            found.amount, found.open = found.amount - found.open, ZERO
            found.state = "paid" if found.amount else "cancelled"


def claim_other(
    ctx: Ctx, customer_id: int, amount: Decimal, currency: str, *, source: str, due: date,
    owner_id: int | None = None, note: str | None = None, earned: bool = True,
) -> Receivable:
    """A claim without an order, such as a sample fee; `source` is claimed once.

    What is not `earned` is the customer's money in advance and is booked as no revenue.
    """
    found = _find(ctx, source)
    if found is not None:
        return found
    book = rate(ctx, currency, ctx.today) if earned else None
    found = Receivable(
        source=source, customer_id=customer_id, kind="other", base_date=ctx.today, due=due,
        currency=currency, amount=amount, open=amount, book_rate=book, carrying_rate=book,
        owner_id=owner_id, state="not_due",
        number=allot(ctx, Receivable.number_rule, Receivable.key),
    )
    ctx.session.add(found)
    ctx.session.flush()
    if book is not None:
        booking.add(
            ctx, "revenue", ctx.today, currency, fx.cny(amount, book), amount=amount, rate=book,
            receivable_id=found.id,
        )
    set_state(ctx, found)
    _tell(ctx, found, note)
    return found


def call_off(ctx: Ctx, found: Receivable, note: str) -> None:
    """What was never paid of a claim is not asked for any more."""
    found.amount, found.open = found.amount - found.open, ZERO
    found.state = "paid" if found.amount else "cancelled"
    _tell(ctx, found, note)


def settle_from_advance(ctx: Ctx, found: Receivable, amount: Decimal, note: str) -> None:
    """Money of the customer that we hold already pays a part; it was no revenue before."""
    if not ZERO < amount <= found.open:
        text = _("At most %(open)s are open on this receivable.", open=f"{found.open:,.2f}")
        raise Refused(Refusal(text, "amount"))
    found.open -= amount
    at = found.carrying_rate or rate(ctx, found.currency, ctx.today)
    booking.add(ctx, "advance_used", ctx.today, found.currency, fx.cny(amount, at), amount=amount,
                rate=at, order_id=found.order_id, receivable_id=found.id)
    note_milestone(ctx, found, amount)
    if found.open == 0:
        found.paid_on = ctx.today
    set_state(ctx, found)
    if found.order_id is not None:
        update_funds(ctx, ctx.session.get_one(Order, found.order_id))
    _tell(ctx, found, note)


def note_milestone(ctx: Ctx, found: Receivable, amount: Decimal) -> None:
    """Money for a milestone came in, or went back where the amount is negative."""
    milestone = ctx.session.get(Milestone, found.milestone_id) if found.milestone_id else None
    if milestone is not None:
        milestone.received = (milestone.received or ZERO) + amount


def _tell(ctx: Ctx, found: Receivable, note: str | None) -> None:
    """Keep the words through a save: whoever watches receivables hears of the change."""
    save(ctx.system(), Receivable, {"note": note}, found)


def delivery_facts(delivery: Delivery) -> dict[str, date | None]:
    """The days from which milestones of a delivery count."""
    return {
        "bl": delivery.bl_date,
        "presentation": delivery.presented_on,
        "documents": delivery.documents_sent_on,
        "ready": delivery.bl_date,
        "signed": delivery.bl_date,
    }


def set_dues(ctx: Ctx, delivery: Delivery) -> None:
    """Due dates that follow from presentation or dispatch of the documents."""
    facts = delivery_facts(delivery)
    query = select(Receivable, Milestone).join(
        Milestone, Milestone.id == Receivable.milestone_id
    )
    query = query.where(Receivable.delivery_id == delivery.id,
                        Receivable.instalment_of_id.is_(None))
    for found, row in ctx.session.execute(query):
        found.base_date = facts.get(row.trigger)
        found.due = due_date(row.trigger, row.days, facts)
        set_state(ctx, found)


def set_state(ctx: Ctx, found: Receivable) -> None:
    """The state that follows from what is open and from the due date."""
    if found.state in ("disputed", "written_off", "cancelled"):
        return
    if found.open == 0:
        found.state = "paid"
    elif found.due is None or found.due > ctx.today:
        found.state = "not_due"
    else:
        found.state = "due" if found.due == ctx.today else "overdue"


def cancel_order(ctx: Ctx, order: Order) -> None:
    """A cancelled order claims nothing more, but its cancellation fee."""
    for found in of_order(ctx, order.id):
        if found.open > 0:
            found.amount, found.open = found.amount - found.open, ZERO
            found.state = "cancelled" if not found.amount else "paid"


def dispute(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> None:
    """The customer contests the claim; reminders stop."""
    found.note = params["note"]


def settle_dispute(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> None:
    """The dispute is over."""
    found.state = "not_due"
    set_state(ctx, found)


def write_off(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> None:
    """Give up what is open; booked at the carrying rate."""
    if found.open <= 0:
        raise Refused(Refusal(_("Nothing is open."), "open"))
    booking.written_off(ctx, found, found.open, ctx.today)
    found.short_reason, found.open = params["reason"], ZERO


def promise(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> None:
    """The customer promised to pay by a day."""
    found.promised_on = params["promised_on"]


def credit_note(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> Receivable:
    """A credit note on this receivable: lowers what is open, booked as claim cost."""
    amount = rounded(params["amount"], found.currency)
    if not ZERO < amount <= found.open:
        text = _("At most %(open)s are open on this receivable.", open=f"{found.open:,.2f}")
        raise Refused(Refusal(text, "amount"))
    found.open -= amount
    note = Receivable(
        source=None, customer_id=found.customer_id, order_id=found.order_id,
        delivery_id=found.delivery_id, kind="credit_note", base_date=ctx.today, due=ctx.today,
        currency=found.currency, amount=-amount, open=ZERO, book_rate=found.carrying_rate,
        carrying_rate=found.carrying_rate, owner_id=found.owner_id, state="paid",
        note=params["reason"], number=allot(ctx, Receivable.number_rule, Receivable.key),
    )
    ctx.session.add(note)
    booking.credited(ctx, found, amount, ctx.today)
    set_state(ctx, found)
    return note


def open_of(ctx: Ctx, customer_id: int | None = None) -> list[Receivable]:
    """Open receivables, of one customer or of all, oldest due first."""
    query = select(Receivable).where(Receivable.state.in_(OPEN), Receivable.open != 0)
    if customer_id is not None:
        query = query.where(Receivable.customer_id == customer_id)
    query = query.order_by(Receivable.due, Receivable.id)
    found: list[Receivable] = ctx.while_reading(
        ("finance.open", customer_id), lambda: list(ctx.session.scalars(query)))
    return list(found)


def visible_open(ctx: Ctx) -> list[Receivable]:
    """Open receivables that the user may see, oldest due first."""
    if not ctx.can("finance.receivable.read"):
        return []
    query = select_records(ctx, Receivable).where(Receivable.state.in_(OPEN))
    return list(ctx.session.scalars(query.order_by(Receivable.due, Receivable.id)))
