"""Home cards: the headline figures of the dashboards that a person may see."""

from __future__ import annotations

from core.api import Card, Ctx, TradewindError
from plugins.reports import services
from plugins.reports.show import headline

MOST = 6
BY_ROLE = (("gm", "gm"), ("sm", "sm"), ("fin", "fin"))  # the plant has cards of its own


def cards(ctx: Ctx) -> list[Card]:
    """One small card per headline figure of the role's dashboard, at most six."""
    name = next((board for role, board in BY_ROLE if ctx.has_role(role)), None)
    if name is None or not ctx.can("reports.read"):
        return []
    found = []
    for report in services.board(ctx, name)[:MOST]:
        filters = services.filters_of(ctx, report, {})
        try:
            table = services.run(ctx, report, filters)
        except TradewindError:  # the report itself says what is missing
            continue
        if not table.figures:
            continue
        figure = headline(table.figures[0], filters)
        found.append(Card(
            f"reports.{report.key}", report.title, figure["text"], figure["unit"],
            url=f"/reports/{report.key}?{filters.query()}", colour=figure["colour"], sequence=8,
        ))
    return found
