"""Pages beyond the generated ones: Gantt, load, shortages and the shop floor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from sqlalchemy import select

from core.api import (
    Conflict,
    Ctx,
    Invalid,
    Refusal,
    Refused,
    _,
    current_ctx,
    find,
    needs,
    perform,
    titles,
)
from plugins.mes import choices, planning
from plugins.mes.gantt import gantt_data
from plugins.mes.masterdata import WorkCentre
from plugins.mes.needs import shortage_list
from plugins.mes.records import Operation, WorkOrder

blueprint = Blueprint("mes", __name__, url_prefix="/mes", template_folder="templates")
READ, REPORT, MOVE = "mes.work_order.read", "mes.work_order.report", "mes.plan.move"
ON_FLOOR = ("released", "in_progress", "paused")


@blueprint.get("/gantt")
@needs(READ)
def gantt() -> Any:
    """The plan of all work centres as bars that can be dragged."""
    ctx = current_ctx()
    by = "order" if request.args.get("by") == "order" else "centre"
    return render_template("mes/gantt.html", data=gantt_data(ctx, by), by=by)


@blueprint.post("/gantt/move")
@needs(MOVE)
def move() -> Any:
    """Set the start of an operation by hand and answer with the whole plan."""
    ctx = current_ctx()
    values = request.get_json(silent=True) or request.form
    ident, start = values.get("id"), values.get("start")
    if not str(ident or "").isdigit():
        raise Invalid(Refusal(_("Choose the operation to move."), "id"))
    plan = planning.reschedule(ctx, int(str(ident)), _moment(start) if start else None)
    late = planning.alert_delays(ctx, plan.orders)
    data = gantt_data(ctx, "order" if values.get("by") == "order" else "centre")
    data["notes"] = [
        str(_("%(wo)s would now be late by %(days)s days.", wo=row.number, days=row.days_late))
        for row in late
    ]
    return jsonify(data)


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(Refusal(_("Write the start like 2026-11-23T08:00:00Z."), "start"))
    return found.astimezone(UTC)


@blueprint.post("/plan")
@needs(MOVE)
def replan() -> Any:
    """Plan everything anew from now on."""
    ctx = current_ctx()
    plan = planning.plan_all(ctx)
    late = planning.alert_delays(ctx, plan.orders)
    flash(str(_("%(n)s work orders planned, %(late)s of them newly late.",
                n=len(plan.orders), late=len(late))))
    return redirect("/mes/gantt", 303)


@blueprint.get("/load")
@needs(READ)
def load() -> Any:
    """Required against available minutes of each work centre per day."""
    ctx = current_ctx()
    centres = list(ctx.session.scalars(select(WorkCentre).order_by(WorkCentre.code)))
    days = planning.load_days(ctx)
    loads = {(row.centre, row.day): row for row in planning.centre_loads(ctx)}
    return render_template("mes/load.html", centres=centres, days=days, loads=loads)


@blueprint.get("/shortages")
@needs("mes.material.read")
def shortages() -> Any:
    """What must be bought, by need date."""
    return render_template("mes/shortages.html", needs=shortage_list(current_ctx()))


@blueprint.get("/floor")
@needs(REPORT)
def floor() -> Any:
    """The operations that can be worked on, for a phone; `centre` narrows to a work centre."""
    ctx = current_ctx()
    centre = request.args.get("centre", type=int)
    centres = list(ctx.session.scalars(select(WorkCentre).order_by(WorkCentre.code)))
    return render_template("mes/floor.html", rows=_workable(ctx, centre), centres=centres,
                           centre=centre)


def _workable(ctx: Ctx, centre: int | None) -> list[dict[str, Any]]:
    """Operations with pieces to do now, the planned order first."""
    query = select(WorkOrder).where(WorkOrder.state.in_(ON_FLOOR))
    orders = list(ctx.session.scalars(query))
    names = titles(ctx, "products.product", [row.product_id for row in orders])
    found = []
    for order in orders:
        incoming = order.quantity
        for operation in order.operations:
            left = incoming - operation.tally.seen
            if (left > 0 or operation.rework) and centre in (None, operation.centre_id):
                found.append({"order": order, "operation": operation, "left": left,
                              "product": names.get(order.product_id, "")})
            incoming = operation.good
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda row: row["operation"].planned_start or last)


@blueprint.route("/floor/<int:ident>/<int:op_no>", methods=["GET", "POST"])
@needs(REPORT)
def report(ident: int, op_no: int) -> Any:
    """Report pieces at one operation; what was entered stays when it is refused."""
    ctx = current_ctx()
    order: WorkOrder = find(ctx, WorkOrder, ident)
    errors: list[str] = []
    if request.method == "POST":
        given = {name: value for name, value in request.form.items() if name in FIELDS}
        try:
            with ctx.session.begin_nested():
                perform(ctx, order, "report", {**given, "operation": op_no})
        except (Invalid, Refused, Conflict) as error:
            errors = [str(reason) for reason in error.reasons]
            order = find(ctx, WorkOrder, ident)
        else:
            flash(str(_("Reported.")))
            return redirect(request.url, 303)
    data = _report_data(order, op_no)
    answer = render_template("mes/report.html", order=order, errors=errors, given=request.form,
                             defects=choices.DEFECTS, **data,
                             product=titles(ctx, "products.product", [order.product_id]).get(
                                 order.product_id, ""))
    return (answer, 422) if errors else answer


FIELDS = ("good", "rework", "scrap", "defect", "worked", "from_rework")


def _report_data(order: WorkOrder, op_no: int) -> dict[str, Any]:
    incoming = order.quantity
    for operation in order.operations:
        if operation.op_no == op_no:
            return {"operation": operation, "incoming": incoming,
                    "left": incoming - operation.tally.seen, "done": _share(operation)}
        incoming = operation.good
    raise Refused(_("There is no operation %(no)s. Use one of %(numbers)s.", no=op_no,
                    numbers=", ".join(str(op.op_no) for op in order.operations)))


def _share(operation: Operation) -> int:
    return int(operation.good / operation.planned * 100) if operation.planned else 0
