"""What reports plugs into the core."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.api import (
    Card,
    Ctx,
    FormView,
    ListView,
    Menu,
    Permission,
    Refusal,
    RoleGrant,
    Section,
    _,
    hookimpl,
    may_read,
)
from plugins.reports import building, cards, hookspecs, targets
from plugins.reports.declare import BOARDS
from plugins.reports.records import Target

GROUP = _("Reports")
READERS = ("sm", "fin", "gm", "ppc", "rep", "mer", "doc", "qc", "pur", "afs")


@hookimpl
def register_hookspecs() -> Any:
    return hookspecs


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission("reports.read", _("Open reports and dashboards")),
        Permission("reports.export", _("Export reports")),
        Permission("reports.build", _("Build reports of one's own")),
        Permission("reports.share", _("Share built reports with colleagues")),
        Permission("reports.board.gm", _("See the company dashboard")),
        Permission("reports.board.sm", _("See the sales dashboard")),
        Permission("reports.board.fin", _("See the finance dashboard")),
        Permission("reports.board.production", _("See the production dashboard")),
    ]


@hookimpl
def register_roles() -> list[RoleGrant]:
    boards = {"sm": ("sm",), "fin": ("fin",), "gm": BOARDS, "ppc": ("production",),
              "qc": ("production",), "rep": ("sm",)}
    return [
        RoleGrant(role, ("reports.read", "reports.export", "reports.build",
                         *(f"reports.board.{name}" for name in boards.get(role, ()))))
        for role in READERS
    ] + [
        RoleGrant("gm", ("reports.target.*", "reports.share")),
        RoleGrant("sm", ("reports.target.read", "reports.share")),
        RoleGrant("fin", ("reports.target.read", "reports.share")),
    ]


@hookimpl
def register_menus() -> list[Menu]:
    return [
        Menu("/reports/", _("All reports"), GROUP, icon="chart-bar", sequence=10,
             permission="reports.read"),
        Menu("/reports/go/gm", _("Company dashboard"), GROUP, icon="layout-dashboard", sequence=20,
             permission="reports.board.gm"),
        Menu("/reports/go/sm", _("Sales dashboard"), GROUP, icon="trending-up", sequence=30,
             permission="reports.board.sm"),
        Menu("/reports/go/fin", _("Finance dashboard"), GROUP, icon="cash", sequence=40,
             permission="reports.board.fin"),
        Menu("/reports/go/production", _("Production dashboard"), GROUP,
             icon="building-factory-2", sequence=50,
             permission="reports.board.production"),
        Menu("reports.target", _("Targets"), GROUP, icon="target", sequence=60),
    ]


@hookimpl
def register_records() -> list[Any]:
    return [Target]


@hookimpl
def register_views() -> list[Any]:
    return [
        ListView("reports.target", ("month", "metric", "person_id", "amount"),
                 filters=("metric", "month", "person_id"), group="metric",
                 empty=_("No target yet. Say what you want to reach in a month; charts of order "
                         "intake, shipments and cash-in show it.")),
        FormView("reports.target", (
            Section("main", _("Target"), ("metric", "month", "amount", "person_id")),)),
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    targets.tidy(ctx, record, values)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    return targets.faults(ctx, record, values)


@hookimpl
def register_blueprint() -> Blueprint:
    return building.blueprint


@hookimpl
def show_cards(ctx: Ctx) -> list[Card] | None:
    return cards.cards(ctx)


@hookimpl
def show_list_actions(ctx: Ctx, record: str, query: str) -> list[dict[str, Any]] | None:
    if not (ctx.can("reports.build") and may_read(ctx, record)):
        return None
    url = f"/reports/build?record={record}" + (f"&{query}" if query else "")
    return [{"label": _("Report of this list"), "url": url, "icon": "chart-bar"}]
