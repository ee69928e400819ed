"""What the plugin registers."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Job, Menu, Permission, RoleGrant, _, hookimpl
from plugins.exchange import routes
from plugins.exchange.export import export_job
from plugins.exchange.running import run_job


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("exchange.export", _("Export lists")),
            Permission("exchange.import", _("Import files"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    everybody = ("rep", "sm", "mer", "tec", "fin", "doc", "ppc", "pur", "wh", "qc", "afs")
    grants = [RoleGrant(role, ("exchange.export",)) for role in everybody]
    return [*grants, RoleGrant("sm", ("exchange.import",)), RoleGrant("adm", ("exchange.*",))]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("/exchange/imports", _("Imports"), group=_("Connections"), icon="file-import",
                 sequence=91, permission="exchange.import")]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("exchange.export", export_job, long=True, label=_("Export to Excel")),
            Job("exchange.run", run_job, long=True, label=_("Import of a file"))]


@hookimpl
def register_blueprint() -> Any:
    return routes.blueprint


@hookimpl
def show_list_actions(ctx: Ctx, record: str, query: str) -> list[dict[str, Any]]:
    found = []
    mark = f"?{query}&" if query else "?"
    if ctx.can("exchange.export"):
        found += [
            {"label": _("Export to Excel"), "url": f"/exchange/export/{record}{mark}format=xlsx",
             "icon": "file-spreadsheet", "ticked": True},
            {"label": _("Export as CSV"), "url": f"/exchange/export/{record}{mark}format=csv",
             "icon": "file-text"},
        ]
    if ctx.can("exchange.import") and ctx.can(f"{record}.create"):
        found.append({"label": _("Import a file"), "url": f"/exchange/import/{record}",
                      "icon": "file-import", "fills": True})
    return found
