"""The pages of reports: index, a report with its list, export, dashboards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from core.api import Ctx, NotFound, TradewindError, _, current_ctx, needs, write_audit
from plugins.reports import built, services, sheets
from plugins.reports.countries import country_name
from plugins.reports.declare import Filters, Report, Table
from plugins.reports.show import cell, chart_data, headline, table_rows

blueprint = Blueprint("reports", __name__, url_prefix="/reports", template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@needs("reports.read")
def index() -> Any:
    """All reports by group."""
    ctx = current_ctx()
    groups: dict[str, list[Report]] = {}
    for report in services.catalog(ctx).values():
        groups.setdefault(str(report.group or _("Other")), []).append(report)
    return render_template("reports/index.html", groups=groups, boards=services.boards_of(ctx))


@blueprint.get("/board/<name>")
@needs("reports.read")
def board(name: str) -> Any:
    """A dashboard: each tile a question with its figure and chart."""
    ctx = current_ctx()
    known = dict(services.boards_of(ctx))
    if name not in known:
        raise NotFound(_("There is no dashboard “%(name)s”.", name=name[:30]))
    tiles = [_tile(ctx, report) for report in services.board(ctx, name)]
    return render_template("reports/board.html", name=name, title=known[name], tiles=tiles,
                           boards=services.boards_of(ctx))


def _tile(ctx: Ctx, report: Report) -> dict[str, Any]:
    values = {"currency": request.args.get("currency", "")}
    filters = services.filters_of(ctx, report, values)
    url = f"/reports/{report.key}?{filters.query()}"
    try:
        table = services.run(ctx, report, filters)
    except TradewindError as error:  # one missing rate must not hide the other figures
        reasons = [str(reason) for reason in error.reasons]
        return {"report": report, "url": url, "reasons": reasons}
    return {
        "report": report, "url": url,
        "figures": [headline(figure, filters) for figure in table.figures[:3]],
        "chart": chart_data(table, filters),
        "rows": [] if table.chart else table_rows(table, filters)[:6], "columns": table.columns[:3],
    }


@blueprint.get("/<key>")
@needs("reports.read")
def report(key: str) -> Any:
    """One report: figures or, with `view=list`, the list behind them."""
    ctx = current_ctx()
    found = services.find_report(ctx, key)
    filters = services.filters_of(ctx, found, request.args)
    behind = request.args.get("view") == "list" and found.behind is not None
    table = services.run(ctx, found, filters, behind)
    own = built.row_of(ctx, key)
    return render_template(
        "reports/report.html", report=found, behind=behind, options=services.options(ctx, found),
        own=own, may_change=own is not None and built.may_change(ctx, own),
        person=request.args.get("person", ""), boards=services.boards_of(ctx),
        **answer(table, filters, behind),
    )


def answer(table: Table, filters: Filters, behind: bool = False) -> dict[str, Any]:
    """What the template `answer.html` draws: headline figures, notes, chart and table."""
    sums, columns = table.totals(), table.columns
    return {
        "table": table, "filters": filters, "rows": table_rows(table, filters),
        "chart": None if behind else chart_data(table, filters),
        "figures": [headline(figure, filters) for figure in table.figures],
        "totals": {c.key: cell(sums[c.key], c, filters) for c in columns if c.key in sums},
    }


@blueprint.post("/<key>/export")
@needs("reports.export")
def export(key: str) -> Any:
    """The report as XLSX or CSV; a POST, because exports are on the trail."""
    ctx = current_ctx()
    found = services.find_report(ctx, key)
    filters = services.filters_of(ctx, found, request.args)
    behind = request.args.get("view") == "list" and found.behind is not None
    table = services.run(ctx, found, filters, behind)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    write_audit(ctx, "reports.exported", None, report=key, format=kind, rows=len(table.rows),
                filters=filters.query())
    name = f"{key}-{filters.until.isoformat()}.{kind}"
    if kind == "csv":
        body, mimetype = sheets.comma_separated(table), "text/csv; charset=utf-8"
    else:
        body = sheets.xlsx(str(found.title), str(found.definition), _words(filters, found), table)
        mimetype = XLSX
    return Response(body, mimetype=mimetype,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _words(filters: Filters, found: Report) -> list[tuple[str, str]]:
    words = [(str(_("Period")), f"{filters.since.isoformat()} – {filters.until.isoformat()}")]
    if "currency" in found.filters:
        words.append((str(_("Currency")), filters.currency))
    if filters.country:
        words.append((str(_("Country")), country_name(filters.country)))
    return words


@blueprint.get("/go/<name>")
@needs("reports.read")
def first_board(name: str) -> Any:
    """The dashboard of a role; the index when it shows nothing."""
    known = dict(services.boards_of(current_ctx()))
    return redirect(f"/reports/board/{name}" if name in known else "/reports/")
