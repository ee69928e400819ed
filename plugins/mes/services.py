"""The verbs of a work order (DOMAIN §1.7)."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Refusal, Refused, _, perform, record_class
from plugins.mes import needs, parts, progressing
from plugins.mes.inspecting import open_inspections
from plugins.mes.masterdata import Bom
from plugins.mes.planning import alert_delays, plan_all
from plugins.mes.progressing import update_order, update_progress
from plugins.mes.records import WorkOrder


def gate_reasons(ctx: Ctx, order: WorkOrder) -> list[Refusal]:
    """Why production may not start: the sales order is not released."""
    if order.order_id is None:
        return []
    sales = ctx.session.get(record_class("orders.order"), order.order_id)
    if sales is not None and sales.state in ("released", "closed"):
        return []
    name = sales.name if sales is not None else ""
    return [Refusal(_("Order %(order)s is not released for production. Meet its funds gate first.",
                      order=name), "order_id", "gate")]


def release_reasons(ctx: Ctx, order: WorkOrder) -> list[Refusal]:
    """The gate of the sales order and the materials that are short."""
    found = gate_reasons(ctx, order)
    if order.materials_on is None:
        found += needs.shortage_reasons(ctx, order)
    return found


def why_not_release(ctx: Ctx, order: WorkOrder) -> object | None:
    """The first reason against releasing, for the button."""
    reasons = release_reasons(ctx, order)
    return reasons[0].text if reasons else None


def release(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Hand the work order to the floor: the gate is met and the material is there."""
    reasons = release_reasons(ctx, order)
    if reasons:
        raise Refused(reasons)
    order.released_at = ctx.now


def issue(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Take the materials out of the store."""
    needs.issue(ctx, order)


def why_not_issue(ctx: Ctx, order: WorkOrder) -> object | None:
    """Materials go out once."""
    return _("The materials were issued already.") if order.materials_on else None


def start(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Begin; the first report does the same."""
    order.actual_start = order.actual_start or ctx.now
    if order.order_id is not None:
        order.state = "in_progress"
        update_order(ctx, order.order_id)


def stop(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Pause with a reason."""
    order.stop_reason = params["reason"]


def resume(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Go on after a pause."""
    order.stop_reason = None


def why_not_finish(ctx: Ctx, order: WorkOrder) -> object | None:
    """Nothing good yet, or an inspection is open."""
    reasons = finish_reasons(ctx, order)
    return reasons[0].text if reasons else None


def finish_reasons(ctx: Ctx, order: WorkOrder) -> list[Refusal]:
    """Why the work order cannot be finished."""
    found = []
    if order.good <= 0:
        found.append(Refusal(_("No good pieces came out of the last operation yet."), "good"))
    if any(operation.rework for operation in order.operations):
        found.append(Refusal(_("Pieces are still in rework. Report them good or scrap."), "rework"))
    for row in open_inspections(ctx, order):
        found.append(Refusal(
            _("Inspection %(no)s is open or failed. Pass it or decide about the lot first.",
              no=row.number), None, "inspection"))
    return found


def finish(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """The last piece is made."""
    reasons = finish_reasons(ctx, order)
    if reasons:
        raise Refused(reasons)
    order.actual_end, order.finished_on, order.days_late = ctx.now, ctx.today, 0
    order.state = "done"
    parts.receive(ctx, order)
    update_progress(ctx, order)
    progressing.tell_owner(ctx, order, _("%(wo)s is finished.", wo=order.name))
    ctx.emit("mes.work_order.finished", order, good=str(order.good))


def why_not_pack(ctx: Ctx, order: WorkOrder) -> object | None:
    """Parts are not packed; goods are, once, and after a passed final inspection if one is open."""
    if order.material_id is not None:
        return _("A part goes into the store; only goods are packed.")
    return _("The goods are packed already.") if order.packed_on else None


def pack(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """The goods are in their cartons: the last milestone that customers ask for."""
    on = params.get("on") or ctx.today
    if on > ctx.today or (order.finished_on and on < order.finished_on):
        raise Refused(Refusal(_("Goods are packed after they were finished, and not in the "
                                "future."), "on"))
    order.packed_on = on
    progressing.tell_owner(ctx, order, _("%(wo)s is packed.", wo=order.name))
    ctx.emit("mes.work_order.packed", order)


def cancel(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Cancel with a reason; pieces that were made forbid it."""
    if any(operation.tally.seen for operation in order.operations):
        raise Refused(_("Pieces were reported on this work order. Finish it instead."))
    order.stop_reason = params["reason"]
    order.state = "cancelled"
    for row in parts.parts_under(ctx, order):
        if row.state == "planned":
            perform(ctx.system(), row, "cancel", params)
    if order.order_id is not None:
        update_order(ctx, order.order_id)


def replan(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> None:
    """Plan all work orders anew and tell of delays."""
    plan = plan_all(ctx)
    alert_delays(ctx, plan.orders)


def activate(ctx: Ctx, row: Any, params: dict[str, Any]) -> None:
    """Put a bill or routing in force; the version before it retires."""
    cls = type(row)
    query = ctx.session.query(cls).filter(cls.state == "active", cls.id != row.id)
    query = query.filter(cls.product_id == row.product_id, cls.material_id == row.material_id)
    for other in query:
        other.state = "retired"
    if not row.lines:
        raise Refused(Refusal(_("It has no lines yet."), "lines"))
    if cls is Bom:
        row.state = "active"
        ctx.session.flush()
        owner = ("p", row.product_id) if row.product_id else ("m", row.material_id)
        needs.explode_quantities(ctx, {owner: 1})  # refuses a bill that contains itself


def retire(ctx: Ctx, row: Any, params: dict[str, Any]) -> None:
    """Take a bill or routing out of use; work orders keep what they copied."""
