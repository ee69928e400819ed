"""Reports from the shop floor: what was made at an operation, and its effects (DOMAIN §1.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, allot, perform, save
from plugins.mes.progressing import update_progress
from plugins.mes.records import Operation, OpReport, WorkOrder
from plugins.mes.routing import Tally, excess_of

ZERO = Decimal(0)


def lock(ctx: Ctx, order_id: int) -> WorkOrder:
    """The work order, locked until the end of the transaction, with fresh figures."""
    ctx.session.flush()
    # key_share: a report that another writer just inserted holds the row's key, not the row
    query = select(WorkOrder).where(WorkOrder.id == order_id).with_for_update(key_share=True)
    order = ctx.session.scalars(query.execution_options(populate_existing=True)).one()
    for operation in order.operations:
        ctx.session.refresh(operation)
    return order


def report(ctx: Ctx, order: WorkOrder, params: dict[str, Any]) -> OpReport:
    """Report pieces at an operation of the work order."""
    operation = _operation(order, params.get("operation"))
    defects = []
    if params.get("defect"):
        bad = (params.get("scrap") or ZERO) + (params.get("rework") or ZERO)
        defects.append({"code": params["defect"], "quantity": bad})
    with ctx.session.begin_nested():  # a refused report leaves nothing behind
        row: OpReport = save(ctx.system(), OpReport, {
            "work_order_id": order.id, "op_no": operation.op_no, "at": ctx.now,
            "operator_id": ctx.user_id, "good": params.get("good") or ZERO,
            "rework": params.get("rework") or ZERO, "scrap": params.get("scrap") or ZERO,
            "worked": params.get("worked") or ZERO, "from_rework": bool(params.get("from_rework")),
            "defects": defects,
        })
    return row


def _operation(order: WorkOrder, op_no: Any) -> Operation:
    found = next((op for op in order.operations if op.op_no == op_no), None)
    if found is None:
        raise Refused(_no_operation(order, op_no))
    return found


def _no_operation(order: WorkOrder, op_no: Any) -> Refusal:
    numbers = ", ".join(str(op.op_no) for op in order.operations)
    text = _("There is no operation %(no)s. Use one of %(numbers)s.", no=op_no, numbers=numbers)
    return Refusal(text, "op_no", "operation")


def changed(tally: Tally, row: OpReport) -> tuple[Tally, Decimal]:
    """The tally after the report, and its rework pile (below 0: taken out more than is there)."""
    if row.from_rework:
        pile = tally.rework - row.good - row.scrap
        first = tally.first
    else:
        pile = tally.rework + row.rework
        first = tally.first + row.good
    after = Tally(tally.planned, tally.run, tally.good + row.good, pile,
                  tally.scrap + row.scrap, first)
    return after, pile


def prepare(ctx: Ctx, row: OpReport) -> None:
    """Before a save: what was not given."""
    for name in ("good", "rework", "scrap", "worked"):
        if getattr(row, name) is None:
            setattr(row, name, ZERO)
    row.from_rework = bool(row.from_rework)
    row.at = row.at or ctx.now
    row.operator_id = row.operator_id or ctx.user_id
    if row.operation_id is None and row.work_order_id is not None:
        row.operation_id = ctx.session.scalar(select(Operation.id).where(
            Operation.parent_id == row.work_order_id, Operation.op_no == row.op_no))


def check(ctx: Ctx, row: OpReport) -> list[Refusal]:
    """Why a report cannot be taken; posted reports never change."""
    if row.posted:
        return [Refusal(_("A posted report cannot be changed. Reverse it."), "good", "posted")]
    order = lock(ctx, row.work_order_id)
    operation = next((op for op in order.operations if op.id == row.operation_id), None)
    if operation is None:
        return [_no_operation(order, row.op_no)]
    faults = _check_figures(row)
    if order.state not in ("released", "in_progress"):
        state = order.state_of(order.state)
        faults.append(Refusal(
            _("The work order is “%(state)s”. Release or resume it before reporting.",
              state=state.label if state else order.state), "work_order_id", "state"))
    return faults or _check_flow(order, operation, row)


def _check_figures(row: OpReport) -> list[Refusal]:
    figures = {"good": row.good, "rework": row.rework, "scrap": row.scrap}
    faults = [Refusal(_("Pieces cannot be below 0. Reverse the wrong report instead."), name)
              for name, value in figures.items() if value < 0]
    if not any(figures.values()):
        faults.append(Refusal(_("Enter at least one piece."), "good"))
    if row.from_rework and row.rework:
        faults.append(Refusal(_("Pieces out of rework are good or scrap."), "rework"))
    return faults


def _check_flow(order: WorkOrder, operation: Operation, row: OpReport) -> list[Refusal]:
    after, pile = changed(operation.tally, row)
    if pile < 0:
        return [Refusal(_("Only %(n)s pieces are in rework at this operation.",
                          n=f"{operation.rework.normalize():f}"), "good", "rework")]
    tallies = [after if op is operation else op.tally for op in order.operations]
    excess = excess_of(tallies)
    if excess is None:
        return []
    at = order.operations[excess.index]
    text = _("Operation %(no)s %(name)s would have %(have)s pieces, but only %(most)s came in. "
             "Report the operation before it first, or lower the pieces.",
             no=at.op_no, name=at.label_text,
             have=f"{excess.have.normalize():f}", most=f"{excess.most.normalize():f}")
    return [Refusal(text, "good", "excess")]


def post(ctx: Ctx, row: OpReport) -> None:
    """Add a new report to its operation, start the work order if need be, and tell progress."""
    if row.posted:
        return
    row.posted = True
    order = lock(ctx, row.work_order_id)
    operation = next(op for op in order.operations if op.id == row.operation_id)
    after, _pile = changed(operation.tally, row)
    operation.good, operation.rework, operation.scrap = after.good, after.rework, after.scrap
    operation.first_good = after.first
    operation.worked += row.worked
    operation.actual_start = operation.actual_start or row.at
    finished = after.good + after.scrap >= operation.planned
    operation.actual_end = row.at if finished else None
    if order.state == "released":
        perform(ctx.system(), order, "start")
    update_progress(ctx, order)


def reverse(ctx: Ctx, row: OpReport, params: dict[str, Any]) -> OpReport:
    """Take a report back with a mirror report; both stay to be seen."""
    order = lock(ctx, row.work_order_id)
    if order.state in ("done", "closed", "cancelled"):
        raise Refused(_("The work order is finished. Its reports can no longer be reversed."))
    mirror = OpReport(
        company_id=ctx.company.id, custom={}, state="reversal", at=ctx.now, operator_id=ctx.user_id,
        number=allot(ctx, OpReport.number_rule, OpReport.key),
        work_order_id=row.work_order_id, op_no=row.op_no, operation_id=row.operation_id,
        good=-row.good, rework=-row.rework, scrap=-row.scrap, worked=-row.worked,
        from_rework=row.from_rework, reason=params["reason"], reverses_id=row.id,
    )
    faults = _check_flow(order, _operation(order, row.op_no), mirror)
    if faults:
        raise Refused(faults)
    ctx.session.add(mirror)
    post(ctx, mirror)
    return mirror
