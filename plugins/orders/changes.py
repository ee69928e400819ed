"""Order changes: what is allowed when, who confirms, and the one atomic apply (DOMAIN §6.2)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import inspect, select

from core.api import Ctx, FileRow, Refusal, Refused, _, calendar_of, plain, save
from plugins.crm.api import ask_people, people_with
from plugins.orders import schedule
from plugins.orders.choices import STAGES
from plugins.orders.money import ZERO, rounded
from plugins.orders.records import ChangeOrder, Order, OrderLine
from plugins.orders.services import lock, note_shipped, update_funds
from plugins.orders.shipping_records import ASHORE, Delivery
from plugins.orders.terms import deposit_change
from plugins.products.api import Product, tier_price, tiers_of

ALLOWED: dict[str, frozenset[str]] = {
    "signed": frozenset(
        {"quantity", "specification", "date", "packing", "price", "destination", "cancel"}
    ),
    "released": frozenset(
        {"quantity", "specification", "date", "packing", "price", "destination", "cancel"}
    ),
    "production": frozenset({"quantity", "specification", "date", "packing", "destination"}),
    "finished": frozenset({"date", "packing", "destination"}),
    "on_board": frozenset({"price", "destination"}),
}
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "quantity": ("ppc", "pur", "wh", "fin"),
    "specification": ("tec", "ppc", "pur", "qc"),
    "date": ("ppc", "pur", "doc"),
    "packing": ("pur", "wh", "doc"),
    "price": ("fin",),
    "destination": ("doc", "fin"),
    "cancel": ("ppc", "pur", "wh", "fin"),
}
ROLES = ("tec", "ppc", "pur", "wh", "qc", "doc", "fin")
HEAD = ("new_delivery_date", "new_payment_term_id", "new_incoterm", "new_place", "new_consignee")


def stage_of(ctx: Ctx, order: Order) -> str:
    """How far the order is: signed, released, production, finished or on_board."""
    query = select(Delivery.state).where(
        Delivery.order_id == order.id, Delivery.state.not_in(("planned", "requested", "cancelled"))
    )
    states = set(ctx.session.scalars(query))
    if states - set(ASHORE):
        return "on_board"
    if states or order.production_status == "finished":
        return "finished"
    if order.production_status == "running":
        return "production"
    return "signed" if order.state == "signed" else "released"


def departments_of(kind: str, booked: bool) -> tuple[str, ...]:
    """Role keys of the departments that must confirm a change."""
    found = DEPARTMENTS[kind]
    return (*found, "doc") if booked and kind == "quantity" else found


def submit(ctx: Ctx, change: ChangeOrder, params: dict[str, Any]) -> None:
    """Hand the request in: allowed at this stage, and its effect computed and frozen."""
    order: Order = ctx.session.get_one(Order, change.order_id)
    if order.state not in ("signed", "released", "on_hold"):
        raise Refused(_("Only a signed order is changed this way. Edit the draft instead."))
    change.lines[:] = [row for row in change.lines if row.says_something]
    _pick_tiers(ctx, change, order)
    change.stage = stage_of(ctx, order)
    reasons = _not_allowed(change, order)
    if reasons:
        raise Refused(reasons)
    change.booked = change.stage == "finished"
    change.needs_boss = change.stage == "production" and (
        change.kind == "specification" or _lowers(change, order)
    )
    _foresee(ctx, change, order)
    change.before = _snapshot(order)
    change.expires_on = _lapses_on(ctx)


def _lapses_on(ctx: Ctx) -> date:
    """The last day for the customer's signature: seven working days from now (default)."""
    days = int(ctx.setting("orders.change_lapse_days"))
    return calendar_of(ctx).add_working_days(ctx.now, days).astimezone(ctx.zone).date()


def fill(ctx: Ctx, change: ChangeOrder) -> None:
    """Before a save: what the lines say now; under review the merchandiser's cost counts."""
    order = ctx.session.get(Order, change.order_id)
    if order is None:
        return
    change.currency = order.currency
    now = {line.id: line for line in order.lines}
    for row in change.lines:
        line = now.get(row.order_line_id)
        if line is not None and change.state in ("draft", "", None):
            row.description = line.description_en
            row.quantity_now, row.price_now = line.quantity, line.price
    if change.state == "review":
        _sum_up(change)
        _foresee(ctx, change, order)


def _sum_up(change: ChangeOrder) -> None:
    """The departments' answers, added up for the merchandiser: all costs, the longest delay."""
    attributes = inspect(change).attrs
    names = [f"{what}_{role}" for what in ("cost", "days") for role in ROLES]
    if any(attributes[name].history.has_changes() for name in names):
        change.extra_cost = sum((getattr(change, f"cost_{role}") or ZERO for role in ROLES), ZERO)
        change.delay_days = max(getattr(change, f"days_{role}") or 0 for role in ROLES)


def _pick_tiers(ctx: Ctx, change: ChangeOrder, order: Order) -> None:
    """A new quantity takes the price of its break, where the old price was that of the old one.

    Whoever wants to keep the old price says so in the line: that is a change of the price.
    """
    now = {line.id: line for line in order.lines}
    for row in change.lines:
        line = now.get(row.order_line_id)
        if line is None or row.quantity is None or row.price is not None or not line.product_id:
            continue
        product = ctx.session.get_one(Product, line.product_id)
        tiers = tiers_of(product)
        if product.list_currency == order.currency and (
            tier_price(tiers, line.quantity) == line.price
        ):
            found = tier_price(tiers, row.quantity)
            row.price = found if found != line.price else None


def request(ctx: Ctx, order: Order, params: dict[str, Any]) -> ChangeOrder:
    """A draft request with every line of the order; fill in what is to change."""
    rows = [{"order_line_id": line.id} for line in order.lines]
    change: ChangeOrder = save(
        ctx,
        ChangeOrder,
        {
            "order_id": order.id,
            "kind": params["kind"],
            "reason": params["reason"],
            "request": params["request"],
            "lines": rows,
        },
    )
    return change


def _not_allowed(change: ChangeOrder, order: Order) -> list[Refusal]:
    stage = change.stage or ""
    text = _("At the stage “%(stage)s” this cannot be changed any more.", stage=dict(STAGES)[stage])
    if change.kind not in ALLOWED[stage]:
        return [Refusal(text, "kind", "stage")]
    if stage == "on_board" and (change.lines or change.new_incoterm or change.new_delivery_date):
        return [Refusal(text, "lines", "stage")]
    own = {line.id for line in order.lines}
    if any(row.order_line_id not in own for row in change.lines):
        return [Refusal(_("A line belongs to another order."), "lines", "order")]
    if not change.lines and not any(getattr(change, name) for name in (*HEAD, "new_packing")):
        return [Refusal(_("Say what is to change: a line, a date, a term."), "lines", "empty")]
    shipped = {line.id: line.shipped for line in order.lines}
    if any(
        row.quantity is not None and row.quantity < shipped[row.order_line_id]
        for row in change.lines
    ):
        return [Refusal(_("The new quantity is below what was shipped."), "lines", "shipped")]
    return []


def _lowers(change: ChangeOrder, order: Order) -> bool:
    now = {line.id: line.quantity for line in order.lines}
    return any(
        row.quantity is not None and row.quantity < now[row.order_line_id] for row in change.lines
    )


def _new_amounts(change: ChangeOrder, order: Order) -> list[tuple[Any, Decimal, Decimal]]:
    rows = {row.order_line_id: row for row in change.lines}
    found = []
    for line in order.lines:
        row = rows.get(line.id)
        quantity = row.quantity if row and row.quantity is not None else line.quantity
        price = row.price if row and row.price is not None else line.price
        found.append((line, quantity, price))
    return found


def _foresee(ctx: Ctx, change: ChangeOrder, order: Order) -> None:
    amounts = _new_amounts(change, order)
    total = sum((rounded(price * qty, order.currency) for _line, qty, price in amounts), ZERO)
    total += change.charge or ZERO
    change.total_before, change.total_after = order.total, total
    share = sum((row.share for row in order.milestones if row.kind == "deposit"), ZERO)
    effect = deposit_change(total, share, schedule.deposit_received(order), order.currency)
    change.deposit_extra = effect.extra
    change.margin = margin_after(change, order, total, amounts)
    change.over_limit = _excess(ctx, order, total)


def _excess(ctx: Ctx, order: Order, total: Decimal) -> Decimal | None:
    found: Decimal | None = ctx.hooks.credit_excess(ctx=ctx, order=order, total=total)
    return found


def margin_after(
    change: ChangeOrder, order: Order, total: Decimal, amounts: list[tuple[Any, Decimal, Decimal]]
) -> Decimal | None:
    """(new revenue CNY − cost × qty − extra cost) ÷ new revenue CNY; None without cost data."""
    costs = [ZERO if line.charge else _unit_cost(line) for line, _qty, _price in amounts]
    if not order.rate or not total or any(cost is None for cost in costs):
        return None
    revenue = total * order.rate
    goods = sum((cost * qty for cost, (_line, qty, _p) in zip(costs, amounts, strict=True)), ZERO)
    margin = (revenue - goods - (change.extra_cost or ZERO)) / revenue
    return margin.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _unit_cost(line: Any) -> Decimal | None:
    snapshot = line.cost or {}
    value = snapshot.get("cost")
    return Decimal(str(value)) if value is not None else None


def _snapshot(order: Order) -> dict[str, Any]:
    found: dict[str, Any] = plain(
        {
            "total": order.total,
            "delivery_date": order.delivery_date,
            "payment_term": order.payment_term_id,
            "incoterm": order.incoterm,
            "place": order.place,
            "consignee": order.consignee,
            "lines": [
                {
                    "id": line.id,
                    "goods": line.description_en,
                    "quantity": line.quantity,
                    "price": line.price,
                }
                for line in order.lines
            ],
        }
    )
    return found


def approved(ctx: Ctx, change: ChangeOrder, params: dict[str, Any]) -> None:
    """All departments and the approvers said yes; the customer's signature is next."""
    change.approved_on = ctx.today
    change.expires_on = _lapses_on(ctx)


def apply(ctx: Ctx, change: ChangeOrder, params: dict[str, Any]) -> None:
    """Everything at once: lines, terms, milestones, revision; nothing if one part fails."""
    order = lock(ctx, ctx.session.get_one(Order, change.order_id))
    signed_on = params.get("signed_on") or change.customer_signed_on
    if signed_on is None:
        text = _("The customer must sign the amendment first. Attach it and enter the day.")
        raise Refused(Refusal(text, "signed_on"))
    change.customer_signed_on = signed_on
    if not _signed_copy(ctx, change):
        text = _("Attach the amendment that the customer signed, then apply the change.")
        raise Refused(Refusal(text, None, "attachment"))
    if _snapshot(order) != change.before:
        text = _("The order changed since this request was approved. Make a new request.")
        raise Refused(Refusal(text, None, "stale"))
    if stage_of(ctx, order) != change.stage:
        change.stage = stage_of(ctx, order)
        reasons = _not_allowed(change, order)
        if reasons:
            raise Refused(reasons)
    _apply_lines(change, order)
    _apply_head(change, order)
    order.revision += 1
    schedule.recalculate(ctx, order)
    note_shipped(order)
    update_funds(ctx, order)
    _tell_departments(ctx, change, order)
    ctx.emit("orders.order.changed", order, change=change.id, revision=order.revision)


def _signed_copy(ctx: Ctx, change: ChangeOrder) -> bool:
    """Whether a file was attached to the change since it was approved."""
    since = datetime.combine(change.approved_on or ctx.today, time.min, ctx.zone)
    query = select(FileRow.id).where(
        FileRow.record_key == change.key, FileRow.record_id == change.id,
        FileRow.created_at >= since,
    )
    return ctx.session.scalar(query.limit(1)) is not None


def _tell_departments(ctx: Ctx, change: ChangeOrder, order: Order) -> None:
    """Work orders, purchases, bookings and papers follow the new revision: a task for each."""
    if change.stage == "signed":
        return
    texts = {
        "ppc": _("%(order)s: adjust the work orders", order=order.contract_number),
        "pur": _("%(order)s: adjust purchase orders and cover", order=order.contract_number),
        "doc": _("%(order)s: adjust booking, papers are outdated", order=order.contract_number),
        "wh": _("%(order)s: adjust stock and packing", order=order.contract_number),
        "qc": _("%(order)s: adjust the inspection plan", order=order.contract_number),
        "tec": _("%(order)s: freeze the new tech sheet", order=order.contract_number),
        "fin": _("%(order)s: claim or credit the difference", order=order.contract_number),
    }
    for role in departments_of(change.kind, bool(change.booked)):
        ask_people(ctx, order, people_with(ctx, role), texts[role])


def _apply_lines(change: ChangeOrder, order: Order) -> None:
    by_id = {line.id: line for line in order.lines}
    for row in change.lines:
        line = by_id[row.order_line_id]
        for name in ("quantity", "price", "specification", "tech_sheet_id", "delivery_date"):
            value = getattr(row, name)
            if value is not None:
                setattr(line, name, value)
        line.quoted_price = line.price
    if change.charge:
        order.lines.append(OrderLine(
            position=max(line.position for line in order.lines) + 1, charge=True,
            description_en=f"Charge for change {change.number}",
            description_zh=f"变更费 {change.number}", quantity=Decimal(1), unit="LOT",
            price=change.charge, quoted_price=change.charge, shipped=ZERO, produced=ZERO,
            amount=change.charge,
        ))


def _apply_head(change: ChangeOrder, order: Order) -> None:
    for name in ("delivery_date", "payment_term_id", "incoterm", "place", "consignee", "packing"):
        value = getattr(change, f"new_{name}")
        if value:
            setattr(order, name, value)


def replan(ctx: Ctx, change: ChangeOrder, params: dict[str, Any]) -> None:
    """Somebody found it not feasible: it is planned anew and asked for again."""
    for name in (*(f"{what}_{role}" for what in ("cost", "days") for role in ROLES), "charge"):
        setattr(change, name, None)
    change.extra_cost, change.delay_days = ZERO, 0


def withdraw(ctx: Ctx, change: ChangeOrder, params: dict[str, Any]) -> None:
    """The request is taken back."""


def lapse_old(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Approved changes that the customer did not sign in time lapse; run daily."""
    query = select(ChangeOrder).where(
        ChangeOrder.state == "approved", ChangeOrder.expires_on < ctx.today
    )
    found = list(ctx.session.scalars(query))
    for change in found:
        change.state = "lapsed"
        ctx.emit("orders.change.lapsed", change)
    return {"lapsed": len(found)}
