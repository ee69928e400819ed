"""The lot of a grave complaint: it is blocked, and its other shipments are shown (DOMAIN §6.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from core.api import Ctx, Panel, Refusal, _, record_class, select_records, titles
from plugins.crm.api import ask_people, people_with
from plugins.orders.api import Delivery, DeliveryLine, Order, OrderLine
from plugins.service import policy
from plugins.service.records import Complaint

GRAVE = ("S1", "S2")
LEAVING = ("orders.delivery.load", "orders.delivery.declare", "orders.delivery.on_board")
SHOWN = 12


def block(ctx: Ctx, complaint: Complaint) -> None:
    """S1 and S2: what is still here of the lot does not leave until quality releases it."""
    known = complaint.lot or complaint.order_id
    if complaint.severity in GRAVE and known and complaint.blocked_on is None:
        complaint.blocked_on = ctx.today
        ctx.emit("service.complaint.lot_blocked", complaint, lot=complaint.lot)


def give_notice(ctx: Ctx, complaint: Complaint) -> None:
    """Transit damage: carrier and insurer hear of it within days of the delivery (§6.5)."""
    if complaint.category != "transit":
        return
    delivery = ctx.session.get(Delivery, complaint.delivery_id or 0)
    begin = getattr(delivery, "arrived_on", None) or ctx.today
    until = begin + timedelta(days=policy.days(ctx, "notice_days"))
    text = _("%(number)s: give notice to carrier and insurer until %(day)s",
             number=complaint.number, day=until)
    ask_people(ctx, complaint, people_with(ctx, "doc"), text, max(0, (until - ctx.today).days))


def why_not_unblock(ctx: Ctx, complaint: Complaint) -> object | None:
    """Only a blocked lot is released, and after containment."""
    if complaint.blocked_on is None or complaint.unblocked_on is not None:
        return _("No lot is blocked by this complaint.")
    return None if complaint.contained_at else _("Contain first: say what is done with the lot.")


def unblock(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """Quality releases the lot with a reason."""
    complaint.unblocked_on, complaint.unblock_reason = ctx.today, params["reason"]


def orders_with(ctx: Ctx, lot: str | None) -> list[int]:
    """Orders whose goods were made in a lot; a lot is named by its work order."""
    if not lot or "mes" not in ctx.enabled:
        return []
    work_order = record_class("mes.work_order")
    query = select(work_order.order_id).where(
        work_order.number == lot, work_order.order_id.is_not(None))
    return list(ctx.session.scalars(query))


def shipments(ctx: Ctx, complaint: Complaint) -> list[Delivery]:
    """Deliveries with goods of the lot, or of the order where the lot is not known."""
    orders = {*orders_with(ctx, complaint.lot), *([complaint.order_id] if complaint.order_id
                                                  else [])}
    query = select_records(ctx, Delivery).where(
        Delivery.order_id.in_(orders), Delivery.state != "cancelled")
    if complaint.product_id is not None:
        query = query.where(Delivery.id.in_(
            select(DeliveryLine.parent_id)
            .join(OrderLine, OrderLine.id == DeliveryLine.order_line_id)
            .where(OrderLine.product_id == complaint.product_id)))
    return list(ctx.session.scalars(query.order_by(Delivery.id).limit(SHOWN)))


def delivery_faults(ctx: Ctx, delivery: Delivery) -> list[Refusal]:
    """Why a delivery may not leave: it holds goods of a blocked lot."""
    lots = []
    if "mes" in ctx.enabled:
        work_order = record_class("mes.work_order")
        numbers = select(work_order.number).where(work_order.order_id == delivery.order_id)
        lots = [number for number in ctx.session.scalars(numbers) if number]
    query = select(Complaint).where(
        Complaint.blocked_on.is_not(None), Complaint.unblocked_on.is_(None),
        or_(Complaint.order_id == delivery.order_id, Complaint.lot.in_(lots)))
    found = []
    products: set[int | None] | None = None
    for complaint in ctx.session.scalars(query):
        if products is None:
            products = set(ctx.session.scalars(
                select(OrderLine.product_id)
                .join(DeliveryLine, DeliveryLine.order_line_id == OrderLine.id)
                .where(DeliveryLine.parent_id == delivery.id)))
        if complaint.product_id is None or complaint.product_id in products:
            text = _("Complaint %(number)s blocks these goods. Quality control must release the "
                     "lot first.", number=complaint.number)
            found.append(Refusal(text, None, "lot_blocked"))
    return found


def _made_in(ctx: Ctx, lot: str | None) -> list[tuple[object, object]]:
    """The work order of a lot and its inspections."""
    if not lot or "mes" not in ctx.enabled or not ctx.can("mes.inspection.read"):
        return []
    work_order, inspection = record_class("mes.work_order"), record_class("mes.inspection")
    made = ctx.session.scalar(select(work_order).where(work_order.number == lot))
    if made is None:
        return []
    rows: list[tuple[object, object]] = [(_("Work order"), made.name)]
    query = select(inspection).where(inspection.work_order_id == made.id)
    for row in ctx.session.scalars(query.order_by(inspection.id)):
        state = row.state_of(row.state)
        rows.append((row.number, state.label if state else row.state))
    return rows


def panels(ctx: Ctx, complaint: Complaint) -> list[Panel]:
    """Whether the lot is blocked, and where else its goods went."""
    rows: list[tuple[object, object]] = []
    held = complaint.blocked_on is not None and complaint.unblocked_on is None
    if complaint.blocked_on is not None:
        rows.append((_("Lot"), _("Blocked since %(day)s", day=complaint.blocked_on) if held
                     else _("Released on %(day)s", day=complaint.unblocked_on)))
    rows += _made_in(ctx, complaint.lot)
    found = shipments(ctx, complaint)
    query = select(Order.id, Order.customer_id).where(Order.id.in_([d.order_id for d in found]))
    owners = {ident: customer for ident, customer in ctx.session.execute(query)}
    names = titles(ctx, "crm.customer", list(owners.values()))
    for delivery in found:
        if delivery.id == complaint.delivery_id:
            continue
        state = Delivery.state_of(delivery.state)
        who = names.get(owners.get(delivery.order_id, 0), "")
        rows.append((delivery.name, f"{who} · {state.label if state else delivery.state}"))
    if not rows:
        return []
    return [Panel("service.lot", _("Lot and its other shipments"), rows,
                  colour="red" if held else "blue", sequence=9)]
