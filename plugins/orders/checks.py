"""What orders adds to saves, forms, the home page and the roles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from core.api import Card, Ctx, Panel, Refusal, RoleGrant, _, first_rows, show_number
from plugins.orders import changes, deliveries, gates, letters, loading, services
from plugins.orders.choices import STAGES
from plugins.orders.records import OPEN_STATES, ChangeOrder, Order
from plugins.orders.shipping_records import Delivery, LetterOfCredit
from plugins.quotes.api import MARGIN_RIGHT

SALES = (
    "orders.order.create", "orders.order.write", "orders.order.submit", "orders.order.send",
    "orders.order.sign", "orders.order.cancel",
)
FOLLOW = (
    "orders.order.release", "orders.order.plan_delivery", "orders.order.goods_ready",
    "orders.order.confirm_funds", "orders.order.hold", "orders.order.resume",
    "orders.order.close",
)
CHANGING = tuple(
    f"orders.change.{verb}" for verb in ("create", "write", "submit", "apply", "withdraw")
)
GRANTS = (
    RoleGrant("rep", (*SALES, *CHANGING, "orders.delivery.create", "orders.order.plan_delivery")),
    RoleGrant("sm", (*SALES, *FOLLOW, *CHANGING, "orders.order.override")),
    RoleGrant("mer", (*SALES, *FOLLOW, *CHANGING, "orders.delivery.*")),
    RoleGrant("doc", ("orders.delivery.*", "orders.lc.*", "orders.order.plan_delivery")),
    RoleGrant("fin", (
        "orders.lc.*", "orders.order.override", "orders.order.hold", "orders.order.resume",
        "orders.order.close", "orders.delivery.release_documents",
    )),
)


def prepare(ctx: Ctx, record: Any) -> None:
    """Computed fields before a save."""
    if isinstance(record, Order):
        services.fill(ctx, record)
    elif isinstance(record, Delivery):
        deliveries.fill(ctx, record)
    elif isinstance(record, LetterOfCredit):
        letters.fill(ctx, record)
    elif isinstance(record, ChangeOrder):
        changes.fill(ctx, record)


def faults(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    """Why a record of orders may not be saved."""
    if isinstance(record, Order):
        locked = services.check_edit(record, values, _lines_changed(record))
        return locked + services.check_po(ctx, record)
    if isinstance(record, Delivery):
        return deliveries.check_edit(ctx, record)
    if isinstance(record, LetterOfCredit):
        return letters.check_edit(record, values)
    return []


def _lines_changed(record: Any) -> bool:
    state = inspect(record)
    if state.attrs["lines"].history.has_changes():
        return True
    session = state.session
    return session is not None and any(session.is_modified(line) for line in record.lines)


def panels(ctx: Ctx, record: Any) -> list[Panel]:
    """The container proposal, and the gates of an order with what is missing."""
    if isinstance(record, ChangeOrder):
        return _effect(ctx, record) if record.total_after is not None else []
    if not isinstance(record, Order | Delivery):
        return []
    found = loading.panels(ctx, record)
    if isinstance(record, Order) and record.state in ("signed", "released", "on_hold"):
        found += _gates(ctx, record)
    return found


def _effect(ctx: Ctx, change: ChangeOrder) -> list[Panel]:
    """What the change does to the order, for those who decide on it."""
    stage = dict(STAGES).get(change.stage or "", "")
    rows: list[tuple[object, object]] = [(_("Stage of the order"), stage)]
    for label, amount in (
        (_("Total before"), change.total_before), (_("Total after"), change.total_after),
        (_("Extra deposit"), change.deposit_extra),
    ):
        rows.append((label, f"{change.currency} {show_number(amount or 0, 2)}"))
    if change.margin is not None and ctx.can(MARGIN_RIGHT):
        rows.append((_("Margin after the change"), f"{show_number(change.margin * 100, 2)} %"))
    if change.over_limit:
        rows.append((_("Above the credit limit by (USD)"), show_number(change.over_limit, 2)))
    return [Panel("orders.effect", _("Effect of the change"), rows, colour="blue", sequence=2)]


def _gates(ctx: Ctx, record: Order) -> list[Panel]:
    missing = gates.production_gate(ctx, record)
    rows = [(_("Production"), missing[0].text if missing else _("Open"))]
    balance = gates.money_missing(ctx, record, "shipment")
    rows.append((_("Shipment"), balance[0].text if balance else _("Money is in or not needed")))
    return [Panel("orders.gates", _("Gates"), rows, colour="amber" if missing else "green")]


def cards(ctx: Ctx) -> list[Card]:
    """Orders to release, deposits past due and cut-offs, by role."""
    found = []
    waiting: list[Order] = []
    total = 0
    if ctx.has_role("mer", "rep", "sm", "gm"):
        signed = select(Order).where(Order.state == "signed")
        opened = select(Order).where(Order.state.in_(OPEN_STATES))
        (waiting, _n), (_rows, total) = first_rows(
            ctx, Order, [(signed, Order.signed_on), (opened, Order.id)], 8)
    if ctx.has_role("mer", "rep", "sm"):
        found.append(_waiting(waiting))
    if ctx.has_role("doc", "mer"):
        rows = deliveries.cut_offs(ctx)
        items = [
            (row.name, f"/r/orders.delivery/{row.id}", str(row.cut_off or "")) for row in rows
        ]
        found.append(
            Card("orders.cut_offs", _("Cut-offs in 72 hours"), len(rows), items=items,
                 url="/r/orders.delivery?view=calendar", empty=_("No cut-off in the next days."))
        )
    if ctx.has_role("gm", "sm"):
        found.append(
            Card("orders.open", _("Open orders"), show_number(total),
                 url="/r/orders.order")
        )
    return found


def _waiting(rows: list[Order]) -> Card:
    items = [
        (row.name, f"/r/orders.order/{row.id}", str(row.delivery_date or "")) for row in rows
    ]
    return Card(
        "orders.waiting", _("Signed, not released"), len(rows), items=items,
        url="/r/orders.order?f.state=signed", empty=_("Every signed order is released."),
    )
