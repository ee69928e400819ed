"""All hooks of production; the work is done in the services."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import inspect

from core.api import (
    Card,
    Ctx,
    Event,
    FormView,
    Job,
    ListView,
    Menu,
    Panel,
    Permission,
    Refusal,
    RoleGrant,
    Step,
    ViewPatch,
    _,
    hookimpl,
    record_class,
)
from plugins.mes import (
    demo,
    floor,
    inspecting,
    masterdata,
    needs,
    panels,
    planning,
    records,
    routes,
    steps,
    views,
)

GROUP = _("Production")
READ = ("mes.work_order.read", "mes.op_report.read", "mes.inspection.read")


@hookimpl
def register_records() -> list[type[Any]]:
    return [
        masterdata.WorkCentre, masterdata.ClosedDay, masterdata.Material, masterdata.Bom,
        masterdata.BomLine, masterdata.Routing, masterdata.RoutingLine, records.WorkOrder,
        records.Operation, masterdata.StockMove, records.OpReport, records.ReportDefect,
        records.Inspection,
    ]


@hookimpl
def register_steps() -> list[Step]:
    return steps.all_steps()


@hookimpl
def register_views() -> list[ListView | FormView | ViewPatch]:
    return [*views.LISTS, *views.FORMS, *views.PATCHES]


@hookimpl
def register_menus() -> list[Menu]:
    return [
        Menu("mes.work_order", _("Work orders"), GROUP, icon="building-factory-2", sequence=10),
        Menu("/mes/gantt", _("Plan (Gantt)"), GROUP, icon="timeline", sequence=20,
             permission="mes.work_order.read"),
        Menu("/mes/floor", _("Shop floor"), GROUP, icon="device-mobile", sequence=30,
             permission="mes.work_order.report"),
        Menu("/mes/load", _("Load"), GROUP, icon="chart-bar", sequence=40,
             permission="mes.work_order.read"),
        Menu("/mes/shortages", _("Shortages"), GROUP, icon="alert-triangle", sequence=50,
             permission="mes.material.read"),
        Menu("mes.inspection", _("Inspections"), GROUP, icon="zoom-check", sequence=60),
        Menu("mes.op_report", _("Operation reports"), GROUP, icon="checkbox", sequence=70),
        Menu("mes.material", _("Materials"), GROUP, icon="packages", sequence=80),
        Menu("mes.stock_move", _("Stock moves"), GROUP, icon="arrows-left-right", sequence=90),
        Menu("mes.bom", _("Bills of material"), GROUP, icon="list-tree", sequence=100),
        Menu("mes.routing", _("Routings"), GROUP, icon="route", sequence=110),
        Menu("mes.work_centre", _("Work centres"), GROUP, icon="settings", sequence=120),
    ]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("mes.plan.move", _("Move operations in the production plan"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    masters = ("mes.bom.read", "mes.routing.read", "mes.work_centre.read", "mes.material.read")
    return [
        RoleGrant("ppc", ("mes.*",)),
        RoleGrant("qc", (*READ, *masters, "mes.inspection.*", "mes.work_order.report")),
        RoleGrant("wh", (*READ, *masters, "mes.stock_move.*", "mes.work_order.issue",
                         "mes.work_order.pack",
                         "mes.work_order.report")),
        RoleGrant("pur", (*READ, *masters, "mes.material.*", "mes.stock_move.*")),
        RoleGrant("tec", (*READ, *masters, "mes.bom.*", "mes.routing.*")),
        *(RoleGrant(role, READ) for role in ("rep", "sm", "mer", "doc", "fin", "afs")),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("mes.morning_plan", planning.daily, at="08:00",
                label=_("Plan production and tell of delays"))]


@hookimpl
def register_blueprint() -> Blueprint:
    return routes.blueprint


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.WorkOrder):
        planning.fill_operations(ctx, record)
    elif isinstance(record, records.OpReport):
        floor.prepare(ctx, record)
    elif isinstance(record, records.Inspection):
        inspecting.fill_plan(record)
    elif isinstance(record, masterdata.Material):
        record.available = record.available or needs.ZERO


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    if isinstance(record, records.WorkOrder):
        lines = "operations" in ctx.session.info.get("changes", {}).get(record, {})
        return planning.check_work_order(record, values, lines)
    if isinstance(record, records.OpReport):
        return floor.check(ctx, record)
    if isinstance(record, records.Inspection):
        return inspecting.check(record, values)
    if isinstance(record, masterdata.StockMove):
        return needs.check_move(ctx, record)
    if isinstance(record, masterdata.Bom | masterdata.Routing):
        return masterdata.check_owner(record, inspect(record).persistent)
    return None


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, records.OpReport):
        floor.post(ctx, record)
    elif isinstance(record, masterdata.StockMove):
        needs.book(ctx, record)


@hookimpl
def before_event(name: str) -> bool:
    return name == "orders.order.released"


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    if event.name == "orders.order.released" and event.record_id:
        order = ctx.session.get(record_class("orders.order"), event.record_id)
        if order is not None and planning.make_for_order(ctx, order):
            planning.alert_delays(ctx, planning.plan_all(ctx).orders)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    return panels.for_record(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Card] | None:
    return panels.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
