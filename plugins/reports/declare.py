"""What a plugin declares to offer a figure: a Report with its question, definition and query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from core.api import Ctx, _

NUMERIC = ("number", "money", "percent", "days", "hours")
BOARDS = ("gm", "sm", "fin", "production")
METRICS = (
    ("intake", _("Order intake")), ("shipments", _("Shipments")), ("cash_in", _("Cash-in")),
)


@dataclass(frozen=True)
class Filters:
    """What the reader narrowed a report to. `since` and `until` are both within the period.

    `currency` is the currency that amounts are shown in. `extra` holds the report's own choices.
    """

    since: date
    until: date
    country: str = ""
    product: int | None = None
    customer: int | None = None
    person: int | None = None
    currency: str = "CNY"
    extra: Mapping[str, str] = field(default_factory=dict)

    def query(self, **changes: Any) -> str:
        """The filters as a query string, with changes; empty values are left out."""
        values: dict[str, Any] = {
            "since": self.since.isoformat(), "until": self.until.isoformat(),
            "country": self.country, "product": self.product, "customer": self.customer,
            "person": self.person, "currency": self.currency, **self.extra, **changes,
        }
        return urlencode({k: v for k, v in values.items() if v not in (None, "")})

    def narrowed(self, **changes: Any) -> Filters:
        """The same filters with some changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Column:
    """A column of a report. `kind` is text, date, number, money, percent, days or hours.

    `total` asks for a sum below; a percent is never summed. `unit` is the currency of amounts
    that are not in the one of the filters.
    """

    key: str
    label: object
    kind: str = "text"
    total: bool = False
    unit: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Row:
    """One row: values by column key; `url` opens the record or list behind it.

    `urls` gives single figures a list of their own.
    """

    values: Mapping[str, Any]
    url: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chart:
    """What the island `chart` draws: `kind` is bar, stacked, line, donut or heat.

    A `map` has for each category the place as (longitude, latitude), None where it is unknown.
    """

    kind: str
    categories: Sequence[str]
    series: Sequence[tuple[str, Sequence[Decimal | int | float | None]]]
    unit: str = ""
    links: Sequence[str | None] = ()
    places: Sequence[tuple[float, float] | None] = ()


@dataclass(frozen=True)
class Figure:
    """A headline figure; `kind` as in Column, `url` opens the list behind it."""

    label: object
    value: Any
    kind: str = "number"
    url: str = ""
    colour: str = "grey"
    hint: object = ""
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """The answer of a report: headline figures, rows and a chart; `notes` say what is missing.

    `below` are figures below columns that are no plain sums, `below_urls` the lists behind them.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    figures: Sequence[Figure] = ()
    chart: Chart | None = None
    notes: Sequence[object] = ()
    below: Mapping[str, Any] = field(default_factory=dict)
    below_urls: Mapping[str, str] = field(default_factory=dict)

    def totals(self) -> dict[str, Any]:
        """Sums of the columns that ask for one, empty values count as nothing; and `below`."""
        return {**self.below, **self._sums()}

    def _sums(self) -> dict[str, Decimal]:
        return {
            column.key: sum(
                (Decimal(row.values.get(column.key) or 0) for row in self.rows), Decimal(0)
            )
            for column in self.columns if column.total
        }


@dataclass(frozen=True)
class Choice:
    """A choice of a report beyond the common filters, such as the dimension of the rows."""

    key: str
    label: object
    options: Sequence[tuple[str, object]]
    default: str


@dataclass(frozen=True)
class Report:
    """A question that the data can answer.

    `run(ctx, filters)` returns a Table, `behind(ctx, filters)` the list behind its figures.
    `definition` is shown beside the figure. `permission` is asked for; None means that everybody
    with `reports.read` may open it. `filters` names the common filters that the query heeds:
    period, person, country, product, customer, currency. `boards` are the dashboards that show
    it. `span` is the period it opens with: year, twelve, month, quarter or today.
    """

    key: str
    title: object
    definition: object
    run: Callable[[Ctx, Filters], Table]
    behind: Callable[[Ctx, Filters], Table] | None = None
    unit: object = ""
    group: object = ""
    permission: str | None = None
    filters: tuple[str, ...] = ("period",)
    boards: tuple[str, ...] = ()
    span: str = "year"
    choices: tuple[Choice, ...] = ()
    sequence: int = 50
