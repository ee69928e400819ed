"""Figures of a report as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.api import show_date, show_number
from plugins.reports.declare import Column, Figure, Filters, Table


def cell(value: Any, column: Column | Figure, filters: Filters) -> str:
    """A value in words: money with two places, percents as such, a dash for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, date):
        return show_date(value)
    if not isinstance(value, Decimal | int):
        return str(value)
    if column.kind == "money":
        return show_number(value, 2)
    if column.kind == "percent":
        return f"{Decimal(value) * 100:.1f} %"
    if column.kind in ("days", "hours"):
        return f"{Decimal(value):.1f}"
    return show_number(value, 0 if value == int(value) else 2)


def headline(figure: Figure, filters: Filters) -> dict[str, Any]:
    """A headline figure for the page; large amounts without cents."""
    text = cell(figure.value, figure, filters)
    if figure.kind == "money" and isinstance(figure.value, Decimal | int):
        text = show_number(Decimal(figure.value).quantize(Decimal(1)), 0)
    unit = figure.unit or filters.currency if figure.kind == "money" else ""
    return {"label": figure.label, "text": text, "unit": unit, "url": figure.url,
            "colour": figure.colour, "hint": figure.hint}


def table_rows(table: Table, filters: Filters) -> list[dict[str, Any]]:
    """Rows as cells: {"url", "cells": [{text, url, numeric, negative}]}."""
    return [
        {
            "url": row.url,
            "cells": [
                {
                    "text": cell(row.values.get(column.key), column, filters),
                    "url": row.urls.get(column.key, ""), "numeric": column.numeric,
                    "negative": _negative(row.values.get(column.key)),
                }
                for column in table.columns
            ],
        }
        for row in table.rows
    ]


def _negative(value: Any) -> bool:
    return isinstance(value, Decimal | int) and value < 0


def chart_data(table: Table, filters: Filters) -> dict[str, Any] | None:
    """What the island `chart` draws, or None without a chart or rows."""
    chart = table.chart
    if chart is None or not chart.categories:
        return None
    return {
        "kind": chart.kind, "unit": chart.unit, "categories": list(chart.categories),
        "series": [
            {"name": name, "values": [None if v is None else float(v) for v in values]}
            for name, values in chart.series
        ],
        "links": list(chart.links), "places": list(chart.places),
    }
