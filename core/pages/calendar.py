"""The month: records on the day that a date field names."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, get_day_names

from core.conditions import parse_condition
from core.context import Ctx
from core.i18n import current_locale
from core.layout import ListScreen, column_of
from core.pages.listing import Wanted, read_rows, row_cells
from core.pages.show import Cell, Names
from core.query import Paths

MOST = 500


def calendar_data(
    ctx: Ctx, screen: ListScreen, wanted: Wanted, names: Names
) -> dict[str, Any]:
    """Weeks of days with their records, and the neighbouring months' addresses."""
    axis = screen.view.calendar or ""
    first = _month(wanted.args.get("month", ""), ctx.today)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1] + timedelta(days=1)
    days = {"f": axis, "op": "between", "v": [start.isoformat(), end.isoformat()]}
    rule = {"all": [days, *wanted.rule["all"]]}
    where = parse_condition(rule, Paths(ctx, screen.cls).declared, "where")
    title = column_of(ctx, screen.cls, screen.cls.title) or screen.columns[0]
    state = column_of(ctx, screen.cls, "state") if screen.cls.states else None
    when = column_of(ctx, screen.cls, axis)
    columns = [c for c in (title, when, state) if c is not None]
    found = read_rows(ctx, screen, wanted, columns, where=where, sort=axis, limit=MOST)
    entries: dict[date, list[dict[str, Any]]] = {}
    for row, cells in zip(found.rows, row_cells(ctx, columns, found.rows, names), strict=True):
        entries.setdefault(_day(ctx, row[axis]), []).append({
            "text": cells[0].text or f"#{row['id']}", "state": cells[-1] if state else Cell(""),
            "url": wanted.record_url(row["id"]),
        })
    locale = current_locale()
    day_names = get_day_names("abbreviated", locale=locale)
    return {
        "weeks": weeks, "entries": entries, "month": first, "today": ctx.today,
        "month_name": format_date(first, "y年M月" if locale == "zh" else "MMMM y", locale=locale),
        "day_names": [day_names[n] for n in range(7)], "cut": found.next is not None, "axis": axis,
        "earlier": wanted.url(month=f"{first - timedelta(days=1):%Y-%m}"),
        "later": wanted.url(month=f"{first + timedelta(days=31):%Y-%m}"),
        "now": wanted.url(month=None),
    }


def _month(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if 1900 < found.year < 2200 else today.replace(day=1)


def _day(ctx: Ctx, value: Any) -> date:
    return value.astimezone(ctx.zone).date() if isinstance(value, datetime) else value
