"""The verbs of a delivery: booking, loading, on board, papers (DOMAIN §1.8, §2.4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.api import Ctx, Refusal, Refused, _
from plugins.orders import gates, lcdates, schedule
from plugins.orders.money import ZERO, rounded
from plugins.orders.records import Order, OrderLine
from plugins.orders.services import lock, note_shipped, planned_quantities
from plugins.orders.shipping_records import ASHORE, EDITABLE, Delivery, DeliveryLine
from plugins.orders.terms import deposit_for_invoice, quantity_limits
from plugins.products.api import Carton, packed

AFLOAT = ("on_board", "arrived", "delivered")


def order_of(ctx: Ctx, delivery: Delivery) -> Order:
    """The order that the delivery belongs to."""
    order: Order = ctx.session.get_one(Order, delivery.order_id)
    return order


def carton_of(line: OrderLine) -> Carton | None:
    """The export carton of an order line, None while its data are incomplete."""
    sizes = (line.carton_length, line.carton_width, line.carton_height)
    if not all((*sizes, line.pieces_per_carton, line.gross_kg)):
        return None
    return Carton(*sizes, line.pieces_per_carton, line.gross_kg, line.net_kg or ZERO)


def fill(ctx: Ctx, delivery: Delivery) -> None:
    """Before a save: price, amount and packing of every line from its order line."""
    order = ctx.session.get(Order, delivery.order_id)
    if order is None or delivery.state in AFLOAT:
        return
    delivery.customer_id, delivery.currency = order.customer_id, order.currency
    by_id = {line.id: line for line in order.lines}
    for row in delivery.lines:
        source = by_id.get(row.order_line_id)
        if source is not None:
            _fill_line(row, source, order.currency)
    delivery.amount = sum((row.amount or ZERO for row in delivery.lines), ZERO)


def _fill_line(row: DeliveryLine, source: OrderLine, currency: str) -> None:
    row.description, row.price = source.description_en, source.price
    row.amount = rounded(row.price * row.quantity, currency)
    carton = carton_of(source)
    cargo = packed(row.quantity, carton) if carton else None
    row.cartons = cargo.cartons if cargo else 0
    row.gross_kg, row.net_kg = (cargo.gross, cargo.net) if cargo else (ZERO, ZERO)
    row.cbm = cargo.cbm if cargo else ZERO


def check_edit(ctx: Ctx, delivery: Delivery) -> list[Refusal]:
    """Goods of the order only, inside the tolerance, and nothing after the goods are on board."""
    if delivery.state in AFLOAT or delivery.state == "cancelled":
        text = _("The goods are on board. Correct values with a credit or debit note.")
        return [Refusal(text, None, "locked")]
    if delivery.state in ASHORE and delivery.state not in EDITABLE:
        text = _("The goods are declared to customs. Have the declaration withdrawn first.")
        return [Refusal(text, None, "declared")]
    order = ctx.session.get(Order, delivery.order_id)
    if order is None:
        return []
    if order.state not in ("signed", "released", "on_hold"):
        return [Refusal(_("The order is not signed, or it is closed."), "order_id", "state")]
    if not delivery.lines:
        return [Refusal(_("A delivery needs at least one line."), "lines", "empty")]
    known = {line.id for line in order.lines}
    if any(row.order_line_id not in known for row in delivery.lines):
        return [Refusal(_("A line belongs to another order."), "lines", "order")]
    return too_much(ctx, order, delivery)


def too_much(ctx: Ctx, order: Order, delivery: Delivery) -> list[Refusal]:
    """Lines that would be shipped above the ordered quantity plus tolerance."""
    others = (
        planned_quantities(ctx, order) if delivery.id is None else _without(ctx, order, delivery)
    )
    wanted: dict[int, Decimal] = {}
    for row in delivery.lines:
        wanted[row.order_line_id] = wanted.get(row.order_line_id, ZERO) + row.quantity
    found = []
    for line in order.lines:
        most = quantity_limits(line.quantity, order.tolerance or ZERO)[1]
        total = line.shipped + others.get(line.id, ZERO) + wanted.get(line.id, ZERO)
        if line.id in wanted and total > most:
            text = _(
                "%(goods)s: %(total)s would be shipped, at most %(most)s are allowed "
                "(ordered quantity plus tolerance).",
                goods=line.description_en,
                total=f"{total:,.0f}",
                most=f"{most:,.0f}",
            )
            found.append(Refusal(text, "lines", "tolerance"))
    return found


def _without(ctx: Ctx, order: Order, delivery: Delivery) -> dict[int, Decimal]:
    query = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.state.in_(ASHORE), Delivery.id != delivery.id
    )
    found: dict[int, Decimal] = {}
    for other in ctx.session.scalars(query):
        for row in other.lines:
            found[row.order_line_id] = found.get(row.order_line_id, ZERO) + row.quantity
    return found


def request_booking(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Space is asked for; the delivery gets its number, which the booking note carries."""
    order = lock(ctx, order_of(ctx, delivery))
    for name in ("carrier", "etd"):
        if params.get(name) is not None:
            setattr(delivery, name, params[name])
    if not delivery.number:
        delivery.number = _next_number(ctx, order)


def book(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The forwarder confirmed space; the delivery gets its number."""
    order = lock(ctx, order_of(ctx, delivery))
    for name in ("booking", "carrier", "vessel", "voyage", "etd", "eta", "cut_off"):
        if params.get(name) is not None:
            setattr(delivery, name, params[name])
    if not delivery.number:
        delivery.number = _next_number(ctx, order)


def _next_number(ctx: Ctx, order: Order) -> str:
    query = select(func.count(Delivery.id)).where(
        Delivery.order_id == order.id, Delivery.number.is_not(None)
    )
    used = int(ctx.session.scalar(query) or 0)
    letters = chr(65 + used % 26)
    return f"SH{order.serial}{'' if used < 26 else chr(64 + used // 26)}{letters}"


def roll(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The carrier left the booking behind: a new sailing."""
    delivery.rolled += 1
    delivery.etd, delivery.eta = params["etd"], params.get("eta")
    for name in ("vessel", "voyage", "cut_off"):
        if params.get(name) is not None:
            setattr(delivery, name, params[name])


def load(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Loaded and sealed."""
    if params.get("containers"):
        delivery.containers = params["containers"]


def declare(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The export declaration is lodged: from here the goods and their papers are fixed."""


def inspect_goods(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Customs open the container (查验); the goods wait for the release."""
    delivery.inspections += 1


def customs_release(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Customs let the goods go (放行)."""
    on = params.get("released_on") or ctx.today
    if on > ctx.today:
        raise Refused(Refusal(_("The day of the release lies in the future."), "released_on"))
    delivery.released_on = on


def withdraw_declaration(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The declaration was withdrawn or amended: the goods may change again."""
    delivery.released_on = None


def on_board(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The goods are on board: the receivable arises, stock and order move (DOMAIN §1.8)."""
    order = lock(ctx, order_of(ctx, delivery))
    on = params["bl_date"]
    if on > ctx.today:
        raise Refused(Refusal(_("The B/L date lies in the future."), "bl_date"))
    fill(ctx, delivery)
    reasons = gates.shipment_gate(ctx, order, delivery, on) + too_much(ctx, order, delivery)
    if reasons:
        raise Refused(reasons)
    delivery.bl_date, delivery.bl_number = on, params["bl_number"]
    delivery.bl_type = params.get("bl_type") or delivery.bl_type
    _flag_late(ctx, order, delivery)
    _ship(order, delivery)
    delivery.deposit_used = _deposit_used(ctx, order, delivery)
    ctx.emit("orders.delivery.shipped", delivery, order=order.id, amount=str(delivery.amount))


def _flag_late(ctx: Ctx, order: Order, delivery: Delivery) -> None:
    credit = gates.operative_credit(ctx, order)
    if credit is None:
        return
    if credit.latest_shipment and delivery.bl_date > credit.latest_shipment:
        delivery.discrepancies = [*(delivery.discrepancies or ()), "late_shipment"]
    credit.present_by = lcdates.last_presentation(
        delivery.bl_date, credit.expiry, credit.presentation_days
    )


def _ship(order: Order, delivery: Delivery) -> None:
    by_id = {line.id: line for line in order.lines}
    for row in delivery.lines:
        by_id[row.order_line_id].shipped += row.quantity
    note_shipped(order)
    if order.shipment_status == "shipped":
        delivery.last = True


def deposit_used_before(ctx: Ctx, delivery: Delivery) -> Decimal:
    """What earlier shipments of the order took of its deposit."""
    query = select(Delivery.deposit_used).where(
        Delivery.order_id == delivery.order_id,
        Delivery.state.in_(AFLOAT),
        Delivery.id != delivery.id,
    )
    return sum(ctx.session.scalars(query), ZERO)


def _deposit_used(ctx: Ctx, order: Order, delivery: Delivery) -> Decimal:
    return deposit_for_invoice(
        schedule.advance_received(order),
        order.total,
        delivery.amount,
        deposit_used_before(ctx, delivery),
        delivery.last,
        order.currency,
        order.deposit_last,
    )


def release_documents(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Original B/L or telex release leaves the house."""
    reasons = gates.documents_gate(ctx, order_of(ctx, delivery))
    if reasons:
        raise Refused(reasons)
    delivery.documents_sent_on = params.get("sent_on") or ctx.today


def present(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Documents went to the bank under the letter of credit."""
    order = order_of(ctx, delivery)
    credit = gates.operative_credit(ctx, order)
    if credit is None:
        raise Refused(_("The order has no workable letter of credit."))
    on = params.get("presented_on") or ctx.today
    drawing = rounded(delivery.amount * order.lc_share, order.currency)
    credit.drawn += drawing
    credit.presented_on = delivery.presented_on = on
    found = list(delivery.discrepancies or ())
    if credit.present_by and on > credit.present_by:
        found.append("late_presentation")
    found += [word for word in params.get("discrepancies") or () if word not in found]
    delivery.discrepancies = found
    if found:
        credit.discrepancy_fee = Decimal(str(ctx.setting("orders.discrepancy_fee")))
    credit.state = "presented"


def arrive(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """Arrived at the port of discharge."""
    delivery.arrived_on = params.get("arrived_on") or ctx.today


def deliver(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The customer has the goods."""
    delivery.delivered_on = params.get("delivered_on") or ctx.today


def cancel(ctx: Ctx, delivery: Delivery, params: dict[str, Any]) -> None:
    """The delivery will not take place; its number is not used again."""


def cut_offs(ctx: Ctx, hours: int = 72) -> list[Delivery]:
    """Booked deliveries whose cut-off falls in the next hours."""
    until: date = ctx.today + timedelta(days=-(-hours // 24))
    query = select(Delivery).where(
        Delivery.state.in_(("booked", "loaded")),
        Delivery.cut_off.is_not(None),
        Delivery.cut_off >= ctx.today,
        Delivery.cut_off <= until,
    )
    return list(ctx.session.scalars(query.order_by(Delivery.cut_off)))
