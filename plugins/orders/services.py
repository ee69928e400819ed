"""The verbs of an order (DOMAIN §1.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from core.api import Ctx, Refusal, Refused, _, notify, save
from plugins.crm.api import Customer, Inquiry, note_order
from plugins.orders import clauses, gates, schedule, specs
from plugins.orders.money import ZERO
from plugins.orders.records import OPEN_STATES, Order, Override
from plugins.orders.shipping_records import ASHORE, Delivery
from plugins.orders.values import usd_value
from plugins.quotes.api import Quotation

COMMERCIAL = frozenset(
    {
        "customer_id",
        "currency",
        "payment_term_id",
        "incoterm",
        "place",
        "delivery_date",
        "lines",
        "tolerance",
        "consignee",
        "marks",
        "packing",
        "partial_allowed",
        "destination",
        "transhipment_allowed",
        "deposit_last",
        "latest_shipment",
        "rate",
    }
)


def lock(ctx: Ctx, order: Order) -> Order:
    """Lock the row of the order until the end of the transaction and read it anew."""
    ctx.session.flush()
    ctx.session.scalar(select(Order.id).where(Order.id == order.id).with_for_update())
    ctx.session.refresh(order)
    return order


def fill(ctx: Ctx, order: Order) -> None:
    """Before a save: amounts, milestones and the defaults that follow from the lines."""
    for field in ("received", "shipped"):
        if getattr(order, field) is None:
            setattr(order, field, ZERO)
    schedule.recalculate(ctx, order)
    dates = [line.delivery_date for line in order.lines if line.delivery_date]
    if order.delivery_date is None and dates:
        order.delivery_date = max(dates)


def check_edit(order: Order, values: dict[str, Any], lines_changed: bool) -> list[Refusal]:
    """Nothing commercial changes after the draft; that is what the order change is for."""
    if order.state in ("draft", "", None):
        return []
    touched = COMMERCIAL & set(values)
    if not touched and not lines_changed:
        return []
    text = _("A submitted order is changed only through an order change. Request one.")
    return [Refusal(text, next(iter(sorted(touched)), "lines"), "locked")]


def check_po(ctx: Ctx, order: Order) -> list[Refusal]:
    """One live order for one order number of a customer."""
    if not order.customer_po or order.customer_id is None:
        return []
    query = select(Order).where(
        Order.customer_id == order.customer_id,
        Order.customer_po == order.customer_po,
        Order.state != "cancelled",
    )
    with ctx.session.no_autoflush:
        other = next((row for row in ctx.session.scalars(query) if row is not order), None)
    if other is None:
        return []
    text = _(
        "The customer's order %(po)s is in our order %(order)s already.",
        po=order.customer_po, order=other.name,
    )
    return [Refusal(text, "customer_po", "duplicate")]


def submit(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Hand the draft in: complete, and at the quoted prices."""
    faults = []
    if not order.lines:
        faults.append(Refusal(_("An order needs at least one line of goods."), "lines"))
    if order.total <= 0:
        faults.append(Refusal(_("The total of the order must be above zero."), "total"))
    for n, line in enumerate(order.lines):
        wrong = specs.wrong_sheet(ctx, order, line)
        if wrong is not None:
            faults.append(Refusal(wrong, f"lines.{n}.tech_sheet_id", "tech-sheet"))
        if line.quoted_price is not None and line.quoted_price != line.price:
            text = _(
                "Line %(line)s: the price %(price)s differs from the accepted quotation "
                "(%(quoted)s). Have a new revision of the quotation approved.",
                line=line.position,
                price=f"{line.price:f}",
                quoted=f"{line.quoted_price:f}",
            )
            faults.append(Refusal(text, "lines", "price"))
    if faults:
        raise Refused(faults)
    schedule.recalculate(ctx, order)
    order.clause_figures = clauses.figures(ctx)


def send(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """The contract and the proforma invoice went to the customer."""
    order.sent_on = ctx.today


def sign(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Both sides signed: the order is confirmed and its deposit is due."""
    order.signed_on = params.get("signed_on") or ctx.today
    if order.signed_on > ctx.today:
        raise Refused(Refusal(_("The day of signing lies in the future."), "signed_on"))
    if params.get("customer_po"):
        order.customer_po = params["customer_po"]
        reasons = check_po(ctx, order)
        if reasons:
            raise Refused(reasons)
    order.first_promise = order.first_promise or order.delivery_date
    schedule.recalculate(ctx, order)
    update_funds(ctx, order)
    _tell_crm(ctx, order)
    ctx.emit("orders.order.confirmed", order, total=str(order.total), currency=order.currency)


def _tell_crm(ctx: Ctx, order: Order) -> None:
    quotation = ctx.session.get(Quotation, order.quotation_id) if order.quotation_id else None
    ident = quotation.inquiry_id if quotation else None
    inquiry = ctx.session.get(Inquiry, ident) if ident else None
    customer = ctx.session.get_one(Customer, order.customer_id)
    note_order(ctx, customer, inquiry, order.signed_on or ctx.today)


def release(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """The funds gate is met: production and purchasing may start."""
    reasons = gates.production_gate(ctx, order)
    if reasons:
        raise Refused(reasons)
    order.released_on = ctx.today
    update_funds(ctx, order)
    ctx.emit("orders.order.released", order, order=order.id)


def why_not_release(ctx: Ctx, order: Order) -> object | None:
    """The first reason against releasing, shown at the button."""
    reasons = gates.production_gate(ctx, order)
    return reasons[0].text if reasons else None


def update_funds(ctx: Ctx, order: Order) -> None:
    """Funds and payment status from the money that came in; finance calls it on every receipt."""
    order.received = sum((row.received or ZERO for row in order.milestones), ZERO)
    if gates.override_of(order, "production", ctx.today):
        order.funds_status = "override"
    elif order.on_credit:
        order.funds_status = "credit"
    else:
        order.funds_status = "waiting" if gates.production_gate(ctx, order) else "met"
    if order.received <= 0:
        order.payment_status = "none"
    else:
        order.payment_status = "paid" if order.received >= order.total else "partly"


def hold(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Stop everything on the order until the hold is lifted."""
    order.held_from, order.stop_reason = order.state, params["reason"]


def resume(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Lift the hold; the order is where it was before."""
    order.state, order.held_from, order.stop_reason = order.held_from or "signed", None, None


def cancel(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Cancel with a reason and perhaps a fee; goods on board cannot be cancelled."""
    if order.shipped:
        text = _("Goods of this order are on board. Credit or debit the invoice instead.")
        raise Refused(Refusal(text, None, "shipped"))
    order.stop_reason = params["reason"]
    order.cancellation_fee = params.get("fee")
    open_deliveries = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.state.in_(ASHORE)
    )
    for delivery in ctx.session.scalars(open_deliveries):
        delivery.state = "cancelled"
    ctx.emit("orders.order.cancelled", order, reason=params["reason"])


def goods_ready(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Tell the customer that the goods are ready: a balance before shipment falls due."""
    order.ready_on = params.get("ready_on") or ctx.today
    schedule.recalculate(ctx, order)


def close(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Close a shipped order; finance refuses while anything is open."""
    if order.shipment_status != "shipped" and not params.get("short"):
        text = _("Not everything was shipped. Tick “close short” if the rest will not be shipped.")
        raise Refused(Refusal(text, "short"))


def confirm_funds(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Without finance the merchandiser ticks the money off, with a note (DOMAIN §9)."""
    row = next((m for m in order.milestones if m.id == params["milestone"]), None)
    if row is None:
        raise Refused(Refusal(_("This milestone is not of this order."), "milestone"))
    row.received, row.remark = row.amount, params["note"]
    update_funds(ctx, order)


def funds_by_hand(ctx: Ctx, order: Order) -> object | None:
    """Only while finance is off."""
    return _("Receipts are booked in finance.") if "finance" in ctx.enabled else None


def override(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """First decision to pass a gate: who, why and until when.

    The sales manager and finance decide together; above USD 50,000 the general manager, whose
    decision stands alone.
    """
    if params["until"] < ctx.today:
        raise Refused(Refusal(_("The override must end today or later."), "until"))
    row = Override(
        position=len(order.overrides) + 1,
        gate=params["gate"],
        reason=params["reason"],
        until=params["until"],
        first_by_id=ctx.user_id,
        active=ctx.has_role("gm"),
        names=ctx.user.name if ctx.user else "",
    )
    order.overrides.append(row)
    update_funds(ctx, order)
    ctx.emit("orders.order.override_asked", order, gate=row.gate, active=row.active)


def confirm_override(ctx: Ctx, order: Order, params: dict[str, Any]) -> None:
    """Second decision on the newest open override, by the other side."""
    row = next((r for r in reversed(order.overrides) if not r.active), None)
    if row is None:
        raise Refused(_("There is no override waiting for a second decision."))
    if ctx.user_id is not None and row.first_by_id == ctx.user_id:
        raise Refused(_("A second person must decide; you asked for this override."))
    limit = Decimal(str(ctx.setting("orders.override_boss_from", order.signed_on)))
    if usd_value(ctx, order.total, order.currency) > limit and not ctx.has_role("gm"):
        raise Refused(_("Above USD %(limit)s only the general manager decides.", limit=limit))
    row.second_by_id, row.active = ctx.user_id, True
    row.names = ", ".join(filter(None, (row.names, ctx.user.name if ctx.user else "")))
    update_funds(ctx, order)
    if order.owner_id:
        text = _(
            "The gate of order %(order)s was overridden: %(reason)s",
            order=order.name,
            reason=row.reason,
        )
        notify(ctx, order.owner_id, text, f"/r/orders.order/{order.id}")


def why_no_second(ctx: Ctx, order: Order) -> object | None:
    """Only while an override waits for its second decision."""
    if any(not row.active and row.second_by_id is None for row in order.overrides):
        return None
    return _("There is no override waiting for a second decision.")


def plan_delivery(ctx: Ctx, order: Order, params: dict[str, Any]) -> Delivery:
    """Plan a delivery of everything that is still to ship; quantities may then be lowered."""
    planned = planned_quantities(ctx, order)
    rows = [
        {"order_line_id": line.id, "quantity": line.unshipped - planned.get(line.id, ZERO)}
        for line in order.lines
        if line.unshipped - planned.get(line.id, ZERO) > 0
    ]
    if not rows:
        raise Refused(_("Everything is shipped or planned already."))
    delivery: Delivery = save(
        ctx, Delivery, {"order_id": order.id, "lines": rows, "etd": params.get("etd"), "last": True}
    )
    return delivery


def planned_quantities(ctx: Ctx, order: Order) -> dict[int, Any]:
    """Quantity per order line in deliveries that are planned but not on board."""
    query = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.state.in_(ASHORE)
    )
    found: dict[int, Any] = {}
    for delivery in ctx.session.scalars(query):
        for line in delivery.lines:
            found[line.order_line_id] = found.get(line.order_line_id, ZERO) + line.quantity
    return found


def report_progress(ctx: Ctx, order: Order, progress: Any) -> None:
    """Production tells how far the order is, as a fraction from 0 to 1."""
    order.production_progress = progress
    order.production_status = "none" if not progress else "finished" if progress >= 1 else "running"


def note_shipped(order: Order) -> None:
    """Shipped value and shipment status from the lines."""
    order.shipped = sum((line.price * line.shipped for line in order.lines), ZERO)
    done = all(line.shipped >= line.quantity for line in order.lines)
    some = any(line.shipped for line in order.lines)
    order.shipment_status = "shipped" if done else "partly" if some else "none"


def open_orders(ctx: Ctx, customer_id: int) -> list[Order]:
    """Orders of a customer that count for the exposure: signed and not closed."""
    query = select(Order).where(Order.customer_id == customer_id, Order.state.in_(OPEN_STATES))
    query = query.options(selectinload(Order.milestones))
    return list(ctx.session.scalars(query.order_by(Order.id)))


def order_count_since(ctx: Ctx, customer_id: int, since: date) -> int:
    """How many orders a customer signed since a day."""
    query = select(func.count(Order.id)).where(
        Order.customer_id == customer_id, Order.signed_on >= since
    )
    return int(ctx.session.scalar(query) or 0)
