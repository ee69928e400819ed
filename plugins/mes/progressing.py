"""Progress of work orders and what it tells the order, its people and the customer (§1.7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, _, notify, record_class
from plugins.mes.records import WorkOrder
from plugins.mes.routing import progress, weighted_progress

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
PLACES = Decimal("0.0001")


def work_orders_of(ctx: Ctx, order_id: int) -> list[WorkOrder]:
    """The work orders of a sales order that were not cancelled."""
    query = select(WorkOrder).where(
        WorkOrder.order_id == order_id, WorkOrder.state != "cancelled"
    )
    return list(ctx.session.scalars(query.order_by(WorkOrder.id)))


def update_progress(ctx: Ctx, work_order: WorkOrder) -> None:
    """Progress of a work order and its milestones; then of the sales order it belongs to."""
    work_order.progress = progress(work_order.tallies).quantize(PLACES)
    if work_order.progress >= HALF and work_order.half_on is None:
        work_order.half_on = ctx.today
        tell_owner(ctx, work_order, _("%(wo)s is half made.", wo=work_order.name))
        ctx.emit("mes.work_order.half", work_order)
    elif work_order.progress < HALF:
        work_order.half_on = None
    ctx.session.flush()
    if work_order.order_id is not None:
        update_order(ctx, work_order.order_id)


def tell_owner(ctx: Ctx, work_order: WorkOrder, text: object) -> None:
    """A milestone reaches the representative before the customer asks; those of parts do not."""
    order = ctx.session.get(record_class("orders.order"), work_order.order_id or 0)
    if order is not None and order.owner_id and work_order.material_id is None:
        notify(ctx, order.owner_id, text, f"/r/mes.work_order/{work_order.id}")


def update_order(ctx: Ctx, order_id: int) -> None:
    """Progress of the sales order: mean of its work orders by standard minutes (§2.9)."""
    order = ctx.session.get(record_class("orders.order"), order_id)
    if order is None:
        return
    rows = work_orders_of(ctx, order_id)
    finished = bool(rows) and all(row.state in ("done", "closed") for row in rows)
    parts = [(_share(row), Decimal(row.minutes)) for row in rows]
    share = ONE if finished else min(weighted_progress(parts).quantize(PLACES), ONE - PLACES)
    order.production_progress = share
    begun = share > 0 or any(row.state in ("in_progress", "paused", "done") for row in rows)
    order.production_status = "finished" if finished else "running" if begun else "none"
    made: dict[int, Decimal] = {}
    for row in rows:
        if row.order_line_id and row.material_id is None:
            made[row.order_line_id] = made.get(row.order_line_id, ZERO) + row.good
    for line in order.lines:
        if line.id in made:
            line.produced = made[line.id]
    ctx.session.flush()


def _share(row: WorkOrder) -> Decimal:
    return ONE if row.state in ("done", "closed") else row.progress
