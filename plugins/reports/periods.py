"""Periods: the spans that reports open with, months and weeks between two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

SPANS = ("month", "quarter", "year", "twelve", "today")


def span(name: str, today: date) -> tuple[date, date]:
    """First and last day of a named span that ends today (the running month, quarter, year)."""
    if name == "today":
        return today, today
    if name == "month":
        return today.replace(day=1), today
    if name == "quarter":
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today
    if name == "twelve":
        first = today.replace(day=1)
        return date(first.year - 1, first.month, 1), today
    return today.replace(month=1, day=1), today


def months(since: date, until: date) -> Iterator[str]:
    """The months from `since` to `until` as 2026-11, both included; at most 120."""
    year, month = since.year, since.month
    for _n in range(120):
        if (year, month) > (until.year, until.month):
            return
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def month_of(day: date) -> str:
    """2026-11 of a day."""
    return f"{day.year}-{day.month:02}"


def weeks(start: date, count: int) -> list[tuple[date, date]]:
    """`count` weeks of seven days, the first beginning at `start`."""
    return [
        (start + timedelta(days=7 * n), start + timedelta(days=7 * n + 6)) for n in range(count)
    ]


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
