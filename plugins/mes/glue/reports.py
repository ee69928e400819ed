"""Production's questions (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from core.api import Ctx, _, hookimpl, titles
from plugins.mes import planning, quality
from plugins.mes.choices import DEFECTS, DELAY_CAUSES
from plugins.mes.clock import clocks_of
from plugins.mes.masterdata import WorkCentre
from plugins.mes.needs import shortage_list
from plugins.mes.records import UNFINISHED, Inspection, Operation, OpReport, ReportDefect, WorkOrder
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    median,
    pareto,
    ratio,
)

ZERO = Decimal(0)
WO = "/r/mes.work_order"
READ, GROUP, BOARD = "mes.work_order.read", _("Production"), ("production",)
PERIOD = ("period", "product")


def _moments(ctx: Ctx, filters: Filters) -> tuple[datetime, datetime]:
    first = datetime.combine(filters.since, time(0), ctx.zone)
    return first, datetime.combine(filters.until, time(0), ctx.zone) + timedelta(days=1)


def _day(ctx: Ctx, moment: datetime | None) -> date | None:
    return moment.astimezone(ctx.zone).date() if moment else None


def _named(ctx: Ctx, orders: Iterable[WorkOrder]) -> dict[int, str]:
    return titles(ctx, "products.product", [order.product_id for order in orders])


def open_orders(ctx: Ctx, filters: Filters) -> Table:
    """Unfinished work orders with progress and forecast."""
    query = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED))
    if filters.product:
        query = query.where(WorkOrder.product_id == filters.product)
    rows = sorted(ctx.session.scalars(query), key=lambda o: (-o.days_late, o.due or date.max))
    names = _named(ctx, rows)
    late = [row for row in rows if row.days_late]
    columns = [
        Column("number", _("Work order")), Column("product", _("Product")),
        Column("state", _("State")), Column("quantity", _("Quantity"), "number", total=True),
        Column("progress", _("Progress"), "percent"), Column("due", _("Due"), "date"),
        Column("ready", _("Ready by plan"), "date"), Column("late", _("Days late"), "number"),
    ]
    found = []
    for row in rows:
        state = row.state_of(row.state)
        found.append(Row({
            "number": row.number, "product": names.get(row.product_id, ""),
            "state": state.label if state else row.state, "quantity": row.quantity,
            "progress": row.progress, "due": row.due, "ready": _day(ctx, row.planned_end),
            "late": row.days_late,
        }, f"{WO}/{row.id}"))
    figures = [
        Figure(_("Unfinished work orders"), len(rows), url=WO),
        Figure(_("Forecast to be late"), len(late), url=f"{WO}?sort=-days_late",
               colour="red" if late else "green"),
    ]
    return Table(columns, found, figures)


def load(ctx: Ctx, filters: Filters) -> Table:
    """Load per work centre over the next ten working days."""
    centres = {row.id: row.label_text for row in ctx.session.scalars(select(WorkCentre))}
    asked: dict[int, int] = dict.fromkeys(centres, 0)
    offered: dict[int, int] = dict.fromkeys(centres, 0)
    for cell in planning.centre_loads(ctx):
        asked[cell.centre] += cell.required  # type: ignore[index]
        offered[cell.centre] += cell.available  # type: ignore[index]
    rows = [
        Row({"centre": name, "asked": asked[ident], "offered": offered[ident],
             "share": ratio(asked[ident], offered[ident])}, "/mes/load")
        for ident, name in centres.items()
    ]
    rows.sort(key=lambda row: -(row.values["share"] or ZERO))
    over = sum(1 for row in rows if (row.values["share"] or ZERO) > 1)
    chart = Chart(
        "bar", [row.values["centre"] for row in rows],
        [(str(_("Load")), [(row.values["share"] or ZERO) * 100 for row in rows])], "%",
        ["/mes/load"] * len(rows),
    )
    columns = [
        Column("centre", _("Work centre")), Column("asked", _("Required (min)"), "number", True),
        Column("offered", _("Available (min)"), "number", True),
        Column("share", _("Load"), "percent"),
    ]
    return Table(columns, rows, [
        Figure(_("Overloaded work centres"), over, url="/mes/load",
               colour="red" if over else "green"),
    ], chart)


def _finished(ctx: Ctx, filters: Filters) -> list[WorkOrder]:
    query = select(WorkOrder).where(
        WorkOrder.finished_on.between(filters.since, filters.until),
    )
    if filters.product:
        query = query.where(WorkOrder.product_id == filters.product)
    return list(ctx.session.scalars(query.order_by(WorkOrder.finished_on)))


def attainment(ctx: Ctx, filters: Filters) -> Table:
    """Good pieces of the work orders due in the period that were finished, and lead times."""
    query = select(WorkOrder).where(
        WorkOrder.due.between(filters.since, filters.until), WorkOrder.state != "cancelled"
    )
    if filters.product:
        query = query.where(WorkOrder.product_id == filters.product)
    due = list(ctx.session.scalars(query.order_by(WorkOrder.due)))
    done = [row for row in due if row.finished_on and row.finished_on <= filters.until]
    planned = sum((row.quantity for row in due), ZERO)
    good = sum((row.good for row in done), ZERO)
    times = [
        Decimal((row.actual_end - row.released_at).days)
        for row in _finished(ctx, filters) if row.actual_end and row.released_at
    ]
    names = _named(ctx, due)
    columns = [
        Column("number", _("Work order")), Column("product", _("Product")),
        Column("due", _("Due"), "date"), Column("finished", _("Finished"), "date"),
        Column("planned", _("Planned"), "number", True), Column("good", _("Good"), "number", True),
        Column("days", _("Days late"), "number"),
    ]
    rows = [Row({
        "number": row.number, "product": names.get(row.product_id, ""), "due": row.due,
        "finished": row.finished_on, "planned": row.quantity, "good": row.good,
        "days": max(0, (row.finished_on - row.due).days) if row.finished_on and row.due else None,
    }, f"{WO}/{row.id}") for row in due]
    return Table(columns, rows, [
        Figure(_("Production attainment"), ratio(good, planned), "percent"),
        Figure(_("Lead time, median (days)"), median(times), "days"),
        Figure(_("Work orders due"), len(due)),
    ])


def yields(ctx: Ctx, filters: Filters) -> Table:
    """First-pass yield by operation name and the rolled yield."""
    first, last = _moments(ctx, filters)
    query = (
        select(Operation.label_text, OpReport)
        .join(OpReport, OpReport.operation_id == Operation.id)
        .where(OpReport.at >= first, OpReport.at < last)
    )
    if filters.product:
        query = query.join(WorkOrder, WorkOrder.id == OpReport.work_order_id).where(
            WorkOrder.product_id == filters.product)
    sums: dict[str, list[Decimal]] = {}
    for name, row in ctx.session.execute(query.order_by(Operation.op_no)):
        cell = sums.setdefault(name, [ZERO, ZERO, ZERO, ZERO])
        if not row.from_rework:
            cell[0] += row.good
            cell[1] += row.good + row.rework + row.scrap
            cell[2] += row.rework
        cell[3] += row.scrap
    rows = [Row({
        "operation": name, "entered": entered, "first": good, "rework": rework, "scrap": scrap,
        "fpy": quality.first_pass_yield(good, entered),
        "rate": quality.defect_rate(rework + scrap, entered),
    }) for name, (good, entered, rework, scrap) in sums.items()]
    found = [row.values["fpy"] for row in rows if row.values["fpy"] is not None]
    chart = Chart("bar", [row.values["operation"] for row in rows],
                  [(str(_("First-pass yield")), [(row.values["fpy"] or ZERO) * 100
                                                for row in rows])], "%")
    columns = [
        Column("operation", _("Operation")), Column("entered", _("In"), "number", True),
        Column("first", _("Good at first"), "number", True),
        Column("rework", _("Rework"), "number", True), Column("scrap", _("Scrap"), "number", True),
        Column("rate", _("Defect rate"), "percent"),
        Column("fpy", _("First-pass yield"), "percent"),
    ]
    return Table(columns, rows, [
        Figure(_("Rolled yield (RTY)"), quality.rolled_yield(found) if found else None, "percent"),
    ], chart)


def lots(ctx: Ctx, filters: Filters) -> Table:
    """Inspected lots with their verdict."""
    query = select(Inspection).where(
        Inspection.inspected_on.between(filters.since, filters.until)
    ).order_by(Inspection.inspected_on.desc())
    rows = list(ctx.session.scalars(query))
    firsts = [row for row in rows if row.repeats_id is None]
    passed = sum(1 for row in firsts if row.state == "passed")
    columns = [
        Column("number", _("Inspection")), Column("on", _("Inspected on"), "date"),
        Column("lot", _("Lot size"), "number"), Column("sample", _("Sample"), "number"),
        Column("critical", _("Critical"), "number", True),
        Column("major", _("Major"), "number", True), Column("minor", _("Minor"), "number", True),
        Column("state", _("Verdict")),
    ]
    found = []
    for row in rows:
        state = row.state_of(row.state)
        found.append(Row({
            "number": row.number, "on": row.inspected_on, "lot": row.lot, "sample": row.sample,
            "critical": row.critical, "major": row.major, "minor": row.minor,
            "state": state.label if state else row.state,
        }, f"/r/mes.inspection/{row.id}"))
    return Table(columns, found, [
        Figure(_("AQL pass rate at first"), ratio(passed, len(firsts)), "percent",
               url="/r/mes.inspection"),
        Figure(_("Lots inspected"), len(firsts)),
    ])


def defects(ctx: Ctx, filters: Filters) -> Table:
    """Pareto of the defects reported on the floor."""
    first, last = _moments(ctx, filters)
    query = (
        select(ReportDefect.code, func.sum(ReportDefect.quantity))
        .join(OpReport, OpReport.id == ReportDefect.parent_id)
        .where(OpReport.at >= first, OpReport.at < last, OpReport.state == "posted")
        .group_by(ReportDefect.code)
    )
    causes: dict[str, Decimal] = {code: amount for code, amount in ctx.session.execute(query)}
    names = dict(DEFECTS)
    return _pareto(causes, {k: str(v) for k, v in names.items()}, _("Defect"), _("Pieces"),
                   "/r/mes.op_report")


def delays(ctx: Ctx, filters: Filters) -> Table:
    """Pareto of days late by cause, of work orders finished in the period or late now."""
    rows = [row for row in _finished(ctx, filters) if row.due]
    causes: dict[str, Decimal] = {}
    for row in rows:
        days = (row.finished_on - row.due).days if row.finished_on and row.due else 0
        if days > 0:
            cause = row.delay_cause or ""
            causes[cause] = causes.get(cause, ZERO) + days
    late = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED), WorkOrder.days_late > 0)
    for row in ctx.session.scalars(late):
        cause = row.delay_cause or ""
        causes[cause] = causes.get(cause, ZERO) + row.days_late
    names = {"": str(_("Not named")), **{k: str(v) for k, v in DELAY_CAUSES}}
    return _pareto(causes, names, _("Cause"), _("Days late"), f"{WO}?sort=-days_late")


def _pareto(
    causes: dict[str, Decimal], names: dict[str, str], what: object, unit: object, url: str
) -> Table:
    found = pareto(causes)
    rows = [Row({"cause": names.get(str(cause), str(cause)), "amount": amount, "share": share}, url)
            for cause, amount, share in found]
    chart = Chart("bar", [str(row.values["cause"]) for row in rows],
                  [(str(unit), [row.values["amount"] for row in rows])], "", [url] * len(rows))
    columns = [Column("cause", what), Column("amount", unit, "number", True),
               Column("share", _("Cumulated share"), "percent")]
    top = rows[0].values["cause"] if rows else None
    return Table(columns, rows, [Figure(_("Most frequent"), top, "text", url)], chart)


def equipment(ctx: Ctx, filters: Filters) -> Table:
    """OEE of each work centre: availability × performance × quality, from reported minutes."""
    first, last = _moments(ctx, filters)
    query = (
        select(Operation, OpReport).join(OpReport, OpReport.operation_id == Operation.id)
        .where(OpReport.at >= first, OpReport.at < last)
    )
    sums: dict[int, list[Decimal]] = {}
    for operation, row in ctx.session.execute(query):
        cell = sums.setdefault(operation.centre_id, [ZERO] * 4)
        made = row.good + row.rework + row.scrap
        cell[0] += row.worked
        cell[1] += made * operation.run / operation.stations
        cell[2] += row.good
        cell[3] += made
    rows = []
    until = min(last, ctx.now)
    clocks = clocks_of(ctx)
    for centre in ctx.session.scalars(select(WorkCentre).order_by(WorkCentre.code)):
        worked, standard, good, made = sums.get(centre.id, [ZERO] * 4)
        planned = Decimal(clocks[centre.id].minutes(first, until)) if until > first else ZERO
        rows.append(Row({
            "centre": centre.label_text, "availability": ratio(worked, planned),
            "performance": ratio(standard, worked), "quality": ratio(good, made),
            "oee": quality.oee(planned, worked, standard, good, made) if made else None,
        }, f"/r/mes.work_centre/{centre.id}"))
    chart = Chart("bar", [row.values["centre"] for row in rows],
                  [("OEE", [(row.values["oee"] or ZERO) * 100 for row in rows])], "%")
    columns = [Column("centre", _("Work centre")),
               Column("availability", _("Availability"), "percent"),
               Column("performance", _("Performance"), "percent"),
               Column("quality", _("Quality"), "percent"), Column("oee", "OEE", "percent")]
    return Table(columns, rows, (), chart)


def shortages(ctx: Ctx, filters: Filters) -> Table:
    """Materials to buy by need date."""
    rows = [Row({
        "material": f"{need.material.code} {need.material.label_text}", "on": need.on,
        "planned": need.requirement.planned, "unit": need.material.unit, "order": need.number,
    }, f"/r/mes.material/{need.material.id}") for need in shortage_list(ctx)]
    columns = [Column("material", _("Material")), Column("on", _("Needed by"), "date"),
               Column("planned", _("To buy"), "number"), Column("unit", _("Unit")),
               Column("order", _("First for"))]
    return Table(columns, rows, [Figure(_("Materials short"), len(rows), url="/mes/shortages",
                                        colour="amber" if rows else "green")])


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report("mes.open", _("How far is each work order, and which will be late?"),
               _("Unfinished work orders; late = projected finish of the finite plan after the "
                 "date promised to the customer."),
               open_orders, group=GROUP, permission=READ, filters=("product",), boards=BOARD,
               sequence=10),
        Report("mes.load", _("Which work centres are overloaded in the next 10 working days?"),
               _("Required ÷ available minutes; required by the latest dates that keep the due "
                 "dates."),
               load, group=GROUP, permission=READ, filters=(), boards=BOARD, sequence=12),
        Report("mes.shortages", _("Which materials must be bought, and by when?"),
               _("Gross need of work orders without material − stock − on order + safety stock."),
               shortages, group=GROUP, permission="mes.material.read", filters=(), boards=BOARD,
               sequence=14),
        Report("mes.defects", _("Which defects cost us most pieces?"),
               _("Pieces by defect code of operation reports in the period, reversed ones left "
                 "out."),
               defects, group=GROUP, permission=READ, boards=BOARD, span="twelve", sequence=16),
        Report("mes.attainment", _("Do we finish what was planned?"),
               _("Good pieces of finished work orders ÷ quantity of work orders due in the period; "
                 "lead time = release to finish."),
               attainment, group=GROUP, permission=READ, filters=PERIOD, boards=BOARD,
               span="quarter", sequence=18),
        Report("mes.yield", _("How many pieces are right the first time?"),
               _("First-pass yield = good without rework ÷ in, per operation; rolled yield = their "
                 "product."),
               yields, group=GROUP, permission=READ, filters=PERIOD, span="quarter",
               boards=BOARD, sequence=20),
        Report("mes.lots", _("How many lots pass inspection the first time?"),
               _("Lots passed at the first inspection ÷ lots inspected (ISO 2859-1, single, "
                 "normal)."),
               lots, group=GROUP, permission="mes.inspection.read", span="twelve", sequence=22),
        Report("mes.delays", _("What makes production late?"),
               _("Days late by cause: finished in the period, or late by today's forecast."),
               delays, group=GROUP, permission=READ, span="twelve", boards=BOARD, sequence=24),
        Report("mes.oee", _("How well are the work centres used? (OEE)"),
               _("Availability (worked ÷ calendar minutes) × performance (standard ÷ worked "
                 "minutes) × quality (good ÷ made)."),
               equipment, group=GROUP, permission=READ, span="month", sequence=26),
    ]
