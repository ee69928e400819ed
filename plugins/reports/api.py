"""What other plugins import to offer reports, in their `glue/reports.py`."""

from __future__ import annotations

from plugins.reports.countries import country_name, place_of
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
from plugins.reports.targets import beside_target

__all__ = [
    "Chart",
    "Choice",
    "Column",
    "Figure",
    "Filters",
    "Report",
    "Row",
    "Table",
    "beside_target",
    "concentration",
    "country_name",
    "herfindahl",
    "median",
    "month_of",
    "months",
    "pareto",
    "place_of",
    "pivot",
    "quantile",
    "ratio",
    "summed",
    "weeks",
    "year_before",
]
