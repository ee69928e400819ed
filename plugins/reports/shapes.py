"""The structure of a report that somebody built: what is counted, by what, of which records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from core.api import (
    Ctx,
    Field,
    Invalid,
    Message,
    Paths,
    Refusal,
    _,
    drawing,
    may_read,
    parse_condition,
    readable_fields,
    record_class,
)

CHARTS = (
    ("", _("No chart")), ("bar", _("Bars")), ("stacked", _("Stacked bars")), ("line", _("Line")),
    ("donut", _("Donut")), ("heat", _("Heat map")),
)
UNITS = (
    ("month", _("by month")), ("quarter", _("by quarter")), ("year", _("by year")),
    ("day", _("by day")),
)
HOWS = (
    ("sum", _("Sum")), ("average", _("Average")), ("least", _("Smallest")),
    ("most", _("Largest")), ("count", _("Number")),
)
LEFT_OUT = ("archived_at",)  # archived records are not in reports
RECORDS = "*"  # stands for the records themselves: how many there are
DATES = ("date", "moment")
GROUPING = ("choice", "country", "currency", "language", "boolean", "link", "user", "text",
            "integer", *DATES)
OF_LINKS = ("choice", "country", "currency", "language", "boolean", "user", "date")
SUMMED = ("money", "quantity", "integer")
MEASURED = (*SUMMED, "percent", "rate")
MOST = {"rows": 3, "columns": 2, "values": 4}


@dataclass(frozen=True)
class Part:
    """A field in a zone; `how` is the unit of a date, or what is computed of a value."""

    path: str
    how: str = ""


@dataclass(frozen=True)
class Shape:
    """A built report. `where` is a condition as JSON; an empty `currency` keeps each by itself."""

    record: str
    rows: tuple[Part, ...] = ()
    columns: tuple[Part, ...] = ()
    values: tuple[Part, ...] = ()
    where: Any = None
    chart: str = ""
    currency: str = ""

    def data(self) -> dict[str, Any]:
        """The shape as JSON; `read_shape` reads it back."""
        zones = {name: [[part.path, part.how] for part in getattr(self, name)] for name in MOST}
        return {"record": self.record, **zones, "where": self.where, "chart": self.chart,
                "currency": self.currency}


def read_shape(data: Any) -> Shape:
    """The shape in a JSON value; Invalid when it is none. Fields are checked when it runs."""
    if not isinstance(data, Mapping) or not isinstance(data.get("record"), str):
        raise Invalid(Refusal(_("Choose what the report is about."), "record", "invalid"))
    zones = {name: _zone(data.get(name) or [], name) for name in MOST}
    chart, currency = data.get("chart") or "", data.get("currency") or ""
    if chart not in dict(CHARTS):
        raise Invalid(Refusal(_("There is no chart of this kind."), "chart", "invalid"))
    if not isinstance(currency, str) or len(currency) not in (0, 3):
        raise Invalid(Refusal(_("Choose a currency."), "currency", "invalid"))
    where = data.get("where") or None
    if where in ({"all": []}, {"any": []}):
        where = None
    return Shape(data["record"][:80], where=where, chart=chart, currency=currency, **zones)


def _zone(items: Any, name: str) -> tuple[Part, ...]:
    well = isinstance(items, list) and all(
        isinstance(item, list) and len(item) == 2 and all(
            isinstance(word, str) and len(word) <= 120 for word in item) for item in items)
    if not well:
        raise Invalid(Refusal(_("The report cannot be read."), name, "invalid"))
    if len(items) > MOST[name]:
        text = _("At most %(rows)s fields in the rows, %(columns)s in the columns and %(values)s "
                 "values.", **MOST)
        raise Invalid(Refusal(text, name, "many"))
    return tuple(Part(*item) for item in dict.fromkeys(map(tuple, items)))


@dataclass(frozen=True)
class Offer:
    """A field that the user may take into a report; `group` is the link that leads to it."""

    path: str
    label: str
    field: Field
    group: str = ""

    @property
    def units(self) -> list[tuple[str, str]]:
        """How the field may be grouped: dates by units, others as they are; [] not at all."""
        kind = self.field.kind
        if kind in DATES:  # a moment has no day of its own without a clock; months are enough
            return [(u, str(t)) for u, t in UNITS if kind == "date" or u != "day"]
        return [("", "")] if kind in GROUPING else []

    @property
    def hows(self) -> list[tuple[str, str]]:
        """What may be computed of the field; [] when it is no figure."""
        if self.path == RECORDS:
            return [("count", str(_("Number")))]
        if self.field.kind not in MEASURED:
            return []
        none = () if self.field.kind in SUMMED else ("sum",)
        return [(how, str(text)) for how, text in HOWS if how not in none]


def offers(ctx: Ctx, cls: type[Any]) -> dict[str, Offer]:
    """What the user may build a report of this record type with, by path."""
    found = [Offer(RECORDS, str(_("Number of records")), Field("integer", ""))]
    paths, links = Paths(ctx, cls), []
    for column in drawing.list_of(ctx, cls).choices:
        found.append(Offer(column.path, str(column.label), column.field))
        if column.direct and column.field.kind == "link" and column.path.endswith("_id"):
            links.append(column)
    for column in links:
        target = column.field.target or ""
        if may_read(ctx, target):
            found += [
                Offer(f"{column.path[:-3]}.{name}", str(field.label), field, str(column.label))
                for name, field in readable_fields(ctx, record_class(target)).items()
                if field.kind in OF_LINKS and "." not in name and not name.startswith("x_")
            ]
    return {
        offer.path: offer for offer in found
        if (offer.units or offer.hows) and offer.path not in LEFT_OUT
        and (offer.path == RECORDS or _clear(paths, offer))
    }


def _clear(paths: Paths, offer: Offer) -> bool:
    """Whether the path and the currency beside an amount can be read."""
    beside = drawing.currency_path(offer.path, offer.field)
    try:
        paths.declared(offer.path)
        if beside:
            paths.declared(beside)
    except Invalid:
        return False
    return True


def checked(ctx: Ctx, shape: Shape) -> dict[str, Offer]:
    """The fields of the shape; Invalid says in plain words what is no longer there.

    Fields that do not exist and fields that the user may not read are the same to her.
    """
    if not may_read(ctx, shape.record):
        raise Invalid(Refusal(_("The records of this report are not there for you: their plugin "
                                "was switched off, or you may not read them."), "record", "gone"))
    known = offers(ctx, record_class(shape.record))
    faults = []
    for zone in MOST:
        for part in getattr(shape, zone):
            offer = known.get(part.path)
            hows = (offer.hows if zone == "values" else offer.units) if offer else []
            if part.how not in dict(hows):
                faults.append(Refusal(
                    _("The field “%(name)s” is not there any more, or you may not see it. Take it "
                      "out of the report.", name=part.path), zone, "unknown-field"))
    if faults:
        raise Invalid(faults)
    return known


def condition_of(ctx: Ctx, shape: Shape) -> Any:
    """The parsed condition, None without one; Invalid when a field of it is gone."""
    if shape.where is None:
        return None
    return parse_condition(shape.where, Paths(ctx, record_class(shape.record)).declared, "where")


def said(ctx: Ctx, shape: Shape) -> Message:
    """The definition in words, made of the structure."""
    known, cls = checked(ctx, shape), record_class(shape.record)
    where = condition_of(ctx, shape)
    values = _listed(value_words(known, part) for part in shape.values or (Part(RECORDS, "count"),))
    words: Any = _("%(values)s of %(records)s", values=values, records=cls.plural or cls.label)
    for parts, text in ((shape.rows, _("%(so_far)s by %(fields)s")),
                        (shape.columns, _("%(so_far)s, across %(fields)s"))):
        if parts:
            words = text % {"so_far": words,
                            "fields": _listed(part_words(known, part) for part in parts)}
    if where is not None:
        words = _("%(so_far)s, where %(condition)s", so_far=words, condition=where.sentence())
    if shape.currency:
        words = _("%(so_far)s, amounts in %(currency)s at the book rates of today",
                  so_far=words, currency=shape.currency)
    closing: Message = _("%(so_far)s. Archived records are left out.", so_far=words)
    return closing


def part_words(known: Mapping[str, Offer], part: Part) -> str:
    """A field of the rows or columns in words."""
    offer = known[part.path]
    label = f"{offer.group}: {offer.label}" if offer.group else offer.label
    if not part.how:
        return label
    return str(_("%(field)s %(unit)s", field=label, unit=dict(UNITS)[part.how]))


def value_words(known: Mapping[str, Offer], part: Part) -> str:
    """A value in words, such as Sum of Amount."""
    if part.path == RECORDS:
        return known[part.path].label
    return str(_("%(how)s: %(field)s", how=dict(HOWS)[part.how], field=known[part.path].label))


def _listed(words: Iterable[str]) -> object:
    return reduce(lambda a, b: _("%(a)s and %(b)s", a=a, b=b), words)
