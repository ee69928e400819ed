"""What other plugins import to offer reports, in their `glue/reports.py`."""

from __future__ import annotations

from plugins.reports.countries import country_name
from plugins.reports.declare import (
    Chart,
    Choice,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
)
from plugins.reports.figures import (
    concentration,
    herfindahl,
    median,
    pareto,
    pivot,
    quantile,
    ratio,
    summed,
)
from plugins.reports.periods import month_of, months, weeks, year_before

__all__ = [
    "Chart",
    "Choice",
    "Column",
    "Figure",
    "Filters",
    "Report",
    "Row",
    "Table",
    "concentration",
    "country_name",
    "herfindahl",
    "median",
    "month_of",
    "months",
    "pareto",
    "pivot",
    "quantile",
    "ratio",
    "summed",
    "weeks",
    "year_before",
]
