"""Running a built report: grouped by the database, through the one read layer.

Company, row scope, field rights and archived rows are the query layer's matter; sums are sums of
scaled integers, exact on every database. Amounts are always grouped by their currency.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import BigInteger, Integer, case, cast, extract, func, select

from core.api import (
    Ctx,
    Field,
    Paths,
    Refusal,
    Refused,
    _,
    drawing,
    filtered,
    record_class,
    round_money,
)
from plugins.reports import shapes
from plugins.reports.declare import Chart, Column, Figure, Row, Table
from plugins.reports.shapes import RECORDS, Offer, Part, Shape

MOST_GROUPS, MOST_COLUMNS, MOST_DRAWN, MOST_SPANS = 500, 60, 60, 480
TEXTS = ("text", "choice", "country", "currency", "language")
FINE = 10**4  # own figures are kept as text; four places, as money and quantities have
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Tally:
    """What is known of one value in one group: enough to join groups exactly."""

    sum: Decimal = Decimal(0)
    count: int = 0
    least: Decimal | None = None
    most: Decimal | None = None

    def __add__(self, other: Tally) -> Tally:
        ends = [[v for v in pair if v is not None]
                for pair in ((self.least, other.least), (self.most, other.most))]
        return Tally(self.sum + other.sum, self.count + other.count,
                     min(ends[0], default=None), max(ends[1], default=None))

    def figure(self, how: str) -> Decimal | int | None:
        """The figure that a report asks for; an average of nothing is nothing."""
        if how == "average":
            return round_money(self.sum / self.count, 6) if self.count else None
        found: Decimal | int | None = getattr(self, how)
        return found if self.count or how == "count" else None


def run(ctx: Ctx, shape: Shape) -> Table:
    """The table of a built report. Raises Invalid for fields that are gone, Refused for a rate."""
    known = shapes.checked(ctx, shape)
    shape = replace(shape, values=shape.values or (Part(RECORDS, "count"),))
    groups, whole = _groups(ctx, shape, known)
    return _Sheet(ctx, shape, known, groups, whole).table()


# ---- what the database answers
def _groups(
    ctx: Ctx, shape: Shape, known: Mapping[str, Offer]
) -> tuple[dict[tuple[Key, Key], dict[tuple[int, str], Tally]], bool]:
    """Tallies by (row, column) and by (value, currency); and whether these are all groups."""
    cls = record_class(shape.record)
    paths, where = Paths(ctx, cls), shapes.condition_of(ctx, shape)
    parts = [*shape.rows, *shape.columns]
    by = [_dimension(ctx, paths, cls, where, known[part.path].field, part) for part in parts]
    beside = {n: path for n, part in enumerate(shape.values) if part.path != RECORDS
              and (path := drawing.currency_path(part.path, known[part.path].field))}
    codes = list(dict.fromkeys(beside.values()))
    by += [paths.column(path) for path in codes]
    by = [column.label(f"by{n}") for n, column in enumerate(by)]
    values = [_measures(paths, known[part.path].field, part) for part in shape.values]
    query = select(*by, func.count(cls.id), *(m for value in values for m in value))
    query = filtered(ctx, cls, paths, query.select_from(cls), where, "", False)
    names = [column.name for column in by]
    query = paths.apply(query).group_by(*names).order_by(*names).limit(MOST_GROUPS + 1)
    rows = ctx.session.execute(query).all()
    exchange = _exchange(ctx, shape) if shape.currency else None
    found: dict[tuple[Key, Key], dict[tuple[int, str], Tally]] = {}
    for row in rows[:MOST_GROUPS]:
        head, mark = tuple(row[:len(parts)]), len(by) + 1
        spot = found.setdefault((head[:len(shape.rows)], head[len(shape.rows):]), {})
        for n, part in enumerate(shape.values):
            field = known[part.path].field
            code, tally = "", Tally(count=row[len(by)])
            if part.path != RECORDS:
                tally = _tally(part.path, row[mark:mark + 4])
                mark += 4
            if field.kind == "money" and part.how != "count":
                if not tally.count:
                    continue  # no amount, no currency
                code = row[len(parts) + codes.index(beside[n])] if n in beside else None
                code = code or ctx.company.currency
                if exchange:
                    tally, code = exchange(tally, code), shape.currency
            spot[n, code] = spot.get((n, code), Tally()) + tally
    return found, len(rows) <= MOST_GROUPS


def _measures(paths: Paths, field: Field, part: Part) -> list[Any]:
    if part.path == RECORDS:
        return []
    column = paths.column(part.path)
    if part.path.startswith("x_"):
        column = cast(func.round(column * FINE), BigInteger)
    return [func.sum(column), func.count(column), func.min(column), func.max(column)]


def _tally(path: str, row: Sequence[Any]) -> Tally:
    total, count, least, most = row
    size = FINE if path.startswith("x_") else 1
    exact = [None if v is None else Decimal(v) / size for v in (total, least, most)]
    return Tally(exact[0] or Decimal(0), int(count), exact[1], exact[2])


def _exchange(ctx: Ctx, shape: Shape) -> Callable[[Tally, str], Tally]:
    found = [answer for answer in ctx.hooks.show_report_converter(
        ctx=ctx, currency=shape.currency) if answer is not None]
    if not found:
        raise Refused(Refusal(_("No plugin of this company converts amounts. Leave each currency "
                                "by itself."), "currency", "no-rate"))
    convert = found[0]

    def exchanged(tally: Tally, code: str) -> Tally:
        ends = [None if v is None else convert(v, code, ctx.today)
                for v in (tally.least, tally.most)]
        return Tally(convert(tally.sum, code, ctx.today), tally.count, ends[0], ends[1])

    return exchanged


def _dimension(
    ctx: Ctx, paths: Paths, cls: Any, where: Any, field: Field, part: Part
) -> Any:
    """The expression to group by; dates become whole numbers such as 202611."""
    column = paths.column(part.path)
    if field.kind == "moment":
        return _spans(ctx, cls, where, part)
    if part.how in ("month", "quarter", "year"):
        if part.path.startswith("x_"):  # kept as text, 2026-11-20
            year, month = (cast(func.substr(column, start, size), Integer)
                           for start, size in ((1, 4), (6, 2)))
        else:
            year, month = (cast(extract(name, column), Integer) for name in ("year", "month"))
        return {"year": year, "quarter": year * 10 + (month + 2) // 3,
                "month": year * 100 + month}[part.how]
    return func.nullif(column, "") if field.kind in TEXTS else column


def _spans(ctx: Ctx, cls: Any, where: Any, part: Part) -> Any:
    """Moments by months of the company's clock: compared with the moments at which these begin."""
    paths = Paths(ctx, cls)
    column = paths.column(part.path)
    query = select(func.min(column), func.max(column)).select_from(cls)
    query = paths.apply(filtered(ctx, cls, paths, query, where, "", False))
    ends = [end and end.astimezone(ctx.zone).date() for end in ctx.session.execute(query).one()]
    if not all(ends):
        return column
    spans, day = [], ends[0]
    while day <= ends[1] and len(spans) <= MOST_SPANS:
        number = _number(day, part.how)
        day = _bounds(number, part.how)[1]
        begins = datetime.combine(day, time(), ctx.zone).astimezone(UTC)
        spans.append((column < begins, number))
    if len(spans) > MOST_SPANS:
        raise Refused(Refusal(_("This spans more than %(n)s periods. Group by year, or add a "
                                "filter.", n=MOST_SPANS), "rows", "many"))
    return case(*spans)


def _number(day: date, unit: str) -> int:
    return {"year": day.year, "quarter": day.year * 10 + (day.month + 2) // 3,
            "month": day.year * 100 + day.month}[unit]


def _bounds(number: int, unit: str) -> tuple[date, date]:
    """The first day of a period and the first after it."""
    if unit == "year":
        return date(number, 1, 1), date(number + 1, 1, 1)
    year, month = (number // 10, number % 10 * 3 - 2) if unit == "quarter" else divmod(number, 100)
    last = month + (2 if unit == "quarter" else 0)
    return date(year, month, 1), date(year + last // 12, last % 12 + 1, 1)


# ---- what people see
class _Sheet:
    """The answer as a table: words for values, totals, and the list behind each figure."""

    def __init__(
        self, ctx: Ctx, shape: Shape, known: Mapping[str, Offer], groups: Any, whole: bool
    ) -> None:
        self.ctx, self.shape, self.known = ctx, shape, known
        self.groups, self.whole = groups, whole
        self.names = drawing.Names(ctx)
        self.names.learn(
            (known[part.path].field, value)
            for parts, at in ((shape.rows, 0), (shape.columns, 1)) for keys in groups
            for part, value in zip(parts, keys[at], strict=True)
        )
        self.order = {
            part.path: {value: n for n, (value, _text) in enumerate(
                drawing.choices_of(ctx, known[part.path].field))}
            for part in (*shape.rows, *shape.columns) if known[part.path].field.kind == "choice"
        }
        self.rows = self.sorted(shape.rows, {keys[0] for keys in groups})
        self.across = self.sorted(shape.columns, {keys[1] for keys in groups})
        self.series = sorted({spot for spots in groups.values() for spot in spots})

    def sorted(self, parts: Sequence[Part], keys: set[Key]) -> list[Key]:
        def place(key: Key) -> list[Any]:
            return [self._place(part, value) for part, value in zip(parts, key, strict=True)]
        return sorted(keys, key=place)

    def _place(self, part: Part, value: Any) -> tuple[Any, ...]:
        if value is None:
            return (2, 0, "")
        order = self.order.get(part.path)
        if order is not None:
            return (0, order.get(value, len(order)), str(value))
        if isinstance(value, date):
            return (0, value.toordinal(), "")
        if part.how or self.known[part.path].field.kind == "integer":
            return (0, int(value), "")
        return (0, 0, self.words(part, value))

    def words(self, part: Part, value: Any) -> str:
        if value is None:
            return str(_("(empty)"))
        if part.how == "quarter":
            return f"{value // 10} Q{value % 10}"
        if part.how == "month":
            return f"{value // 100}-{value % 100:02}"
        if part.how == "year":
            return str(value)
        field = self.known[part.path].field
        if field.kind in ("link", "user"):
            return self.names.of(field, value)
        return drawing.cell(self.ctx, field, value, self.names).text

    def url(
        self, row: Key = (), across: Key = (), spot: tuple[int, str] | None = None
    ) -> str:
        """The list of the records behind a figure; an amount's is that of its currency."""
        rules = [self.shape.where] if self.shape.where else []
        rules += self._of_currency(*spot) if spot else []
        for parts, key in ((self.shape.rows, row), (self.shape.columns, across)):
            rules += [self._rule(part, value) for part, value in zip(parts, key, strict=False)]
        if not rules:
            return f"/r/{self.shape.record}"
        rule = rules[0] if len(rules) == 1 else {"all": rules}
        return f"/r/{self.shape.record}?{urlencode({'where': json.dumps(rule)})}"

    def _of_currency(self, n: int, code: str) -> list[dict[str, Any]]:
        path = self.shape.values[n].path
        beside = drawing.currency_path(path, self.known[path].field)
        if not beside or not code or self.shape.currency:
            return []
        rule = {"f": beside, "op": "eq", "v": code}
        if code != self.ctx.company.currency:
            return [rule]
        return [{"any": [rule, {"f": beside, "op": "empty"}]}]  # as `_groups` takes it

    def _rule(self, part: Part, value: Any) -> dict[str, Any]:
        if value is None:
            return {"f": part.path, "op": "empty"}
        if part.how in ("month", "quarter", "year"):
            days = [day.isoformat() for day in _bounds(value, part.how)]
            return {"f": part.path, "op": "between", "v": days}
        if isinstance(value, date):
            value = value.isoformat()
        return {"f": part.path, "op": "eq", "v": value}

    def joined(self, wanted: Callable[[Key, Key], bool]) -> dict[tuple[int, str], Tally]:
        found: dict[tuple[int, str], Tally] = {}
        for (row, across), spots in self.groups.items():
            if wanted(row, across):
                for spot, tally in spots.items():
                    found[spot] = found.get(spot, Tally()) + tally
        return found

    def figure(self, spots: Mapping[tuple[int, str], Tally], spot: tuple[int, str]) -> Any:
        return spots[spot].figure(self.shape.values[spot[0]].how) if spot in spots else None

    def value_label(self, spot: tuple[int, str]) -> str:
        return shapes.value_words(self.known, self.shape.values[spot[0]])

    def kind(self, spot: tuple[int, str]) -> str:
        part = self.shape.values[spot[0]]
        kind = self.known[part.path].field.kind
        return kind if kind in ("money", "percent") and part.how != "count" else "number"

    def across_label(self, across: Key) -> str:
        return " · ".join(self.words(part, value) for part, value
                          in zip(self.shape.columns, across, strict=True))

    def table(self) -> Table:
        spread = bool(self.shape.columns)
        places = [(across, spot) for across in (self.across if spread else [()])
                  for spot in self.series]
        if len(places) > MOST_COLUMNS:
            raise Refused(Refusal(_("That would be %(n)s columns, %(most)s at most. Put the field "
                                    "into the rows or add a filter.", n=len(places),
                                    most=MOST_COLUMNS), "columns", "many"))
        heads = [Column(f"r{n}", shapes.part_words(self.known, part))
                 for n, part in enumerate(self.shape.rows)] or [Column("r0", _("All records"))]
        one = len(self.series) == 1
        columns = [
            Column(f"c{n}", self.value_label(spot) if not spread else self.across_label(across) if
                   one else f"{self.across_label(across)} · {self.value_label(spot)}",
                   self.kind(spot), unit=spot[1])
            for n, (across, spot) in enumerate(places)
        ]
        if spread:
            total = str(_("Total"))
            columns += [Column(f"t{n}", total if one else f"{total} · {self.value_label(spot)}",
                               self.kind(spot), unit=spot[1])
                        for n, spot in enumerate(self.series)]
        rows = [self._row(row, places, spread) for row in self.rows]
        whole = self.joined(lambda row, across: True)
        notes: list[object] = [] if self.whole else [
            _("There are more than %(n)s groups; these are the first, and the totals are theirs. "
              "Add a filter or group less finely.", n=MOST_GROUPS)]
        first = max((spot for spot in self.series if spot[0] == 0), default=None,
                    key=lambda spot: whole[spot].count)  # the currency of most records
        chart = self._chart(places, rows, first) if first else None
        if first and chart is not None and (len(self.series) > 1 or len(rows) > MOST_DRAWN):
            notes.append(_("The chart shows %(value)s of at most %(n)s rows.", n=MOST_DRAWN,
                           value=" ".join((self.value_label(first), first[1])).strip()))
        return Table(
            [*heads, *columns], rows,
            [Figure(self.value_label(spot), self.figure(whole, spot), self.kind(spot),
                    self.url((), (), spot), unit=spot[1]) for spot in self.series],
            chart, notes, *self._totals(places, whole, spread),
        )

    def _row(self, row: Key, places: Sequence[Any], spread: bool) -> Row:
        values: dict[str, Any] = {
            f"r{n}": self.words(part, value)
            for n, (part, value) in enumerate(zip(self.shape.rows, row, strict=True))
        } or {"r0": str(_("All"))}
        urls = {}
        for n, (across, spot) in enumerate(places):
            values[f"c{n}"] = self.figure(self.groups.get((row, across), {}), spot)
            if values[f"c{n}"] is not None:
                urls[f"c{n}"] = self.url(row, across, spot)
        if spread:
            sums = self.joined(lambda r, _across: r == row)
            for n, spot in enumerate(self.series):
                values[f"t{n}"] = self.figure(sums, spot)
                urls[f"t{n}"] = self.url(row, (), spot)
        return Row(values, self.url(row), urls)

    def _totals(
        self, places: Sequence[Any], whole: Mapping[Any, Tally], spread: bool
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The figures below the columns and the lists behind them."""
        figures, urls = {}, {}
        for n, (across, spot) in enumerate(places):
            sums = self.joined(lambda _row, c, across=across: c == across)
            figures[f"c{n}"] = self.figure(sums, spot)
            urls[f"c{n}"] = self.url((), across, spot)
        for n, spot in enumerate(self.series if spread else ()):
            figures[f"t{n}"], urls[f"t{n}"] = self.figure(whole, spot), self.url((), (), spot)
        return {key: value for key, value in figures.items() if value is not None}, urls

    def _chart(
        self, places: Sequence[Any], rows: Sequence[Row], first: tuple[int, str]
    ) -> Chart | None:
        """The first value is drawn, in one currency: a chart has one scale."""
        drawn = [(n, across, spot) for n, (across, spot) in enumerate(places) if spot == first]
        if not self.shape.chart or not rows or not drawn:
            return None
        labels = [" · ".join(str(row.values[f"r{n}"]) for n in range(max(1, len(self.shape.rows))))
                  for row in rows[:MOST_DRAWN]]
        series = [(self.across_label(across) or self.value_label(spot),
                   [row.values[f"c{n}"] for row in rows[:MOST_DRAWN]]) for n, across, spot in drawn]
        links = [row.url for row in rows[:MOST_DRAWN]]
        if self.shape.chart == "heat":
            links = [row.urls.get(f"c{n}") for n, *_rest in drawn for row in rows[:MOST_DRAWN]]
        return Chart(self.shape.chart, labels, series, first[1], links)
