"""Work orders from released sales orders, the finite plan, its delays and the alert (§1.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.api import Ctx, NotFound, Refusal, Refused, _, record_class, save
from plugins.mes.clock import WorkClock, clocks_of, company_clock
from plugins.mes.masterdata import Routing, RoutingLine, WorkCentre
from plugins.mes.needs import waiting_days
from plugins.mes.parts import make_parts
from plugins.mes.people import tell
from plugins.mes.records import UNFINISHED, Operation, WorkOrder
from plugins.mes.scheduling import (
    DayLoad,
    Job,
    Slot,
    Task,
    backward_plan,
    forecast,
    forward_plan,
    loads,
)

ZERO = Decimal(0)
HORIZON = 10


@dataclass(frozen=True)
class Plan:
    """The plan of one moment: work orders, their jobs, slots and the clocks of the centres."""

    orders: list[WorkOrder]
    jobs: dict[int, Job]
    slots: list[Slot]
    clocks: dict[int, WorkClock]


def routing_of(
    ctx: Ctx, product_id: int | None, material_id: int | None = None
) -> Routing | None:
    """The active routing of a made part or of a product, the newest version."""
    own = Routing.material_id == material_id if material_id else Routing.product_id == product_id
    query = select(Routing).where(own, Routing.state == "active")
    return ctx.session.scalars(query.order_by(Routing.revision.desc(), Routing.id.desc())).first()


def fill_operations(ctx: Ctx, order: WorkOrder) -> None:
    """Before a save: operations of a new work order from the routing; planned pieces of each."""
    with ctx.session.no_autoflush:
        part = order.material_id is not None
        if order.order_id is not None and order.order_line_id is None and not part:
            order.order_line_id = _line_of(ctx, order)
        if not order.operations and order.product_id and order.state in ("planned", "", None):
            routing = routing_of(ctx, order.product_id, order.material_id)
            rows = routing.lines if routing else []
            order.operations = [_operation(ctx, n, row) for n, row in enumerate(rows, start=1)]
        for operation in order.operations:
            for name in ("good", "rework", "scrap", "first_good", "worked"):
                if getattr(operation, name) is None:
                    setattr(operation, name, ZERO)
            operation.planned = order.quantity
            operation.setup = operation.setup or ZERO
            operation.run = operation.run or ZERO
            operation.stations = operation.stations or 1
            operation.efficiency = operation.efficiency or Decimal(1)


def _line_of(ctx: Ctx, order: WorkOrder) -> int | None:
    """The line of the sales order with the product that is made."""
    lines = record_class("orders.order_line")
    query = select(lines.id).where(
        lines.parent_id == order.order_id, lines.product_id == order.product_id)
    return ctx.session.scalar(query.order_by(lines.position).limit(1))


def _operation(ctx: Ctx, position: int, row: RoutingLine) -> Operation:
    centre = ctx.session.get(WorkCentre, row.centre_id)
    return Operation(
        company_id=ctx.company.id, custom={}, position=position, op_no=row.op_no,
        label_text=row.label_text, centre_id=row.centre_id, setup=row.setup, run=row.run,
        stations=row.stations or (centre.stations if centre else 1),
        efficiency=centre.efficiency if centre else Decimal(1), qc_point=row.qc_point,
    )


def check_work_order(order: WorkOrder, values: dict[str, Any], lines: bool) -> list[Refusal]:
    """Only a planned work order changes; later only priority, due date, cause and remarks."""
    faults = []
    open_fields = {"priority", "due", "remarks", "delay_cause", "owner_id"}
    if order.state != "planned" and (lines or set(values) - open_fields):
        faults.append(Refusal(
            _("A released work order changes only in priority, due date and remarks. "
              "Cancel it and make a new one."), None, "locked"))
    if order.quantity is not None and order.quantity % 1:
        faults.append(Refusal(_("Products are made in whole pieces."), "quantity"))
    if not order.operations:
        faults.append(Refusal(
            _("The product has no active routing. Enter its operations or make a routing first."),
            "product_id", "routing"))
    return faults


def make_for_order(ctx: Ctx, order: Any) -> list[WorkOrder]:
    """Planned work orders for the lines of a released sales order, and for their own-made parts.

    Lines that have one are left; a product without active routing is bought and gets none. Safe
    to call twice.
    """
    made = set(ctx.session.scalars(select(WorkOrder.order_line_id).where(
        WorkOrder.order_id == order.id, WorkOrder.state != "cancelled"
    )))
    found = []
    for line in order.lines:
        if line.id in made or line.product_id is None or routing_of(ctx, line.product_id) is None:
            continue
        if line.unshipped is not None and line.unshipped <= 0:
            continue
        row = save(ctx.system(), WorkOrder, {
            "product_id": line.product_id, "quantity": line.unshipped or line.quantity,
            "order_id": order.id, "due": _due(line.delivery_date or order.delivery_date),
        })
        row.order_line_id = line.id
        found += [row, *make_parts(ctx, row)]
    ctx.session.flush()
    return found


def _due(promised: date | None) -> date | None:
    """Goods are to be finished three days before they are promised, for packing and loading."""
    return promised - timedelta(days=3) if promised else None


def unfinished(ctx: Ctx) -> list[WorkOrder]:
    """Work orders still to be made, with their operations."""
    query = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED)).order_by(WorkOrder.id)
    query = query.options(selectinload(WorkOrder.operations))
    return list(ctx.session.scalars(query))


def _job(order: WorkOrder, earliest: datetime) -> Job:
    tasks = [Task(op.id, op.centre_id, op.left, op.pinned) for op in order.operations if op.left]
    return Job(
        order.id, order.number or "", tasks, earliest, order.due, order.priority,
        order.state == "in_progress",
    )


def current_plan(ctx: Ctx) -> Plan:
    """Compute the finite plan from now on; writes nothing.

    A planned work order that lacks material starts after the longest lead time of what is missing,
    and after the work orders of its parts.
    """
    orders = unfinished(ctx)
    clocks = clocks_of(ctx)
    waits = waiting_days(ctx, orders)
    jobs = {
        order.id: _job(order, ctx.now + timedelta(days=waits.get(order.id, 0))) for order in orders
    }
    slots = forward_plan(jobs.values(), clocks)
    for _level in range(_levels(orders)):
        if not _after_parts(orders, jobs, slots):
            break
        slots = forward_plan(jobs.values(), clocks)
    return Plan(orders, jobs, slots, clocks)


def _levels(orders: list[WorkOrder]) -> int:
    """How many work orders stand above one another at most."""
    above = {order.id: order.above_id for order in orders}
    deepest = 0
    for ident in above:
        depth, at = 0, above[ident]
        while at in above:
            depth, at = depth + 1, above[at]
        deepest = max(deepest, depth)
    return deepest


def _after_parts(orders: list[WorkOrder], jobs: dict[int, Job], slots: list[Slot]) -> bool:
    """Let no work order that waits for its parts begin before they end; True if one moved."""
    ends: dict[int, datetime] = {}
    for slot in slots:
        ends[slot.job] = max(slot.end, ends.get(slot.job, slot.end))
    moved = False
    for part in orders:
        job, end = jobs.get(part.above_id or 0), ends.get(part.id)
        waits = job is not None and not job.running and end is not None and end > job.release
        if waits:
            jobs[job.key] = replace(job, release=end)
            moved = True
    return moved


def plan_all(ctx: Ctx) -> Plan:
    """Compute the plan and keep it on the work orders and operations; tells nobody."""
    plan = current_plan(ctx)
    slots = {slot.task: slot for slot in plan.slots}
    for order in plan.orders:
        own = []
        for operation in order.operations:
            slot = slots.get(operation.id)
            operation.planned_start = slot.start if slot else operation.actual_start
            operation.planned_end = slot.end if slot else operation.actual_end
            own += [slot] if slot else []
        _keep(ctx, plan, order, own)
    ctx.session.flush()
    return plan


def _keep(ctx: Ctx, plan: Plan, order: WorkOrder, own: list[Slot]) -> None:
    job = plan.jobs[order.id]
    if not own:
        order.days_late = 0
        return
    order.planned_start = order.actual_start or own[0].start
    order.planned_end = own[-1].end
    latest = backward_plan(job, plan.clocks, ctx.now)
    order.latest_start = latest[0].start
    found = forecast(job, own, plan.clocks[own[-1].centre], order.promised)
    order.days_late = found.days_late if found else 0


def reschedule(ctx: Ctx, operation_id: int, start: datetime | None) -> Plan:
    """Pin an operation to a start (None: let the plan decide again) and plan anew."""
    operation = ctx.session.get(Operation, operation_id)
    if operation is None:
        raise NotFound(_("This operation does not exist."))
    order = ctx.session.get(WorkOrder, operation.parent_id)
    if order is None or order.state not in UNFINISHED or operation.left == 0:
        raise Refused(_("Only operations that are still to do can be moved."))
    if start is not None and start < ctx.now:
        raise Refused(_("An operation cannot be moved into the past."))
    operation.pinned = start
    return plan_all(ctx)


def load_days(ctx: Ctx, days: int = HORIZON) -> list[date]:
    """The next working days of the company, today included if it is one."""
    clock = next(iter(clocks_of(ctx).values()), None) or company_clock(ctx)
    found: list[date] = []
    day = ctx.today
    while len(found) < days:
        if clock.minutes(*clock.bounds(day)):
            found.append(day)
        day += timedelta(days=1)
    return found


def centre_loads(ctx: Ctx, plan: Plan | None = None, days: int = HORIZON) -> list[DayLoad]:
    """Load of every centre per day by latest dates; above 1 due dates cannot be kept."""
    plan = plan or current_plan(ctx)
    slots: list[Slot] = []
    for job in plan.jobs.values():
        slots += backward_plan(job, plan.clocks, ctx.now)
    return loads(slots, plan.clocks, load_days(ctx, days))


def alert_delays(ctx: Ctx, orders: Iterable[WorkOrder] | None = None) -> list[WorkOrder]:
    """Tell merchandiser, sales and shipping of work orders that will be late, once per finish day.

    Meant to be known before the customer asks: it compares the projected finish with the date
    promised to the customer.
    """
    found = []
    for order in orders if orders is not None else unfinished(ctx):
        finish = order.planned_end.astimezone(ctx.zone).date() if order.planned_end else None
        if not order.days_late or finish is None or order.alerted_for == finish or order.above_id:
            continue
        order.alerted_for = finish
        sales = ctx.session.get(record_class("orders.order"), order.order_id or 0)
        text = _("%(wo)s will be finished on %(finish)s, %(days)s days after the promised date.",
                 wo=order.name, finish=finish, days=order.days_late)
        tell(ctx, ("mer", "doc", "ppc"), text, f"/r/mes.work_order/{order.id}",
             also=[sales.owner_id if sales is not None else None])
        ctx.emit("mes.work_order.late", order, days=order.days_late, finish=finish.isoformat())
        found.append(order)
    ctx.session.flush()
    return found


def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """The morning job: plan anew and tell of delays."""
    plan = plan_all(ctx)
    return {"planned": len(plan.orders), "late": len(alert_delays(ctx, plan.orders))}
