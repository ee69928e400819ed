"""Which reports a person may open, her filters, and running a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Invalid,
    Member,
    NotFound,
    Refusal,
    User,
    _,
    may_read,
    record_class,
    select_records,
)
from plugins.reports import built
from plugins.reports.countries import country_name
from plugins.reports.declare import Filters, Report, Table
from plugins.reports.periods import span

CURRENCIES = ("CNY", "USD")
MOST_OPTIONS = 500
COMMON = frozenset({"since", "until", "country", "product", "customer", "person", "currency",
                    "view", "format", "span"})


def catalog(ctx: Ctx) -> dict[str, Report]:
    """The reports of the enabled plugins that the user may open, by key, in order."""
    def build() -> dict[str, Report]:
        found = [report for answer in ctx.hooks.register_reports() for report in answer]
        found += built.reports(ctx)
        return {
            report.key: report
            for report in sorted(found, key=lambda r: (r.sequence, r.key))
            if ctx.can(report.permission or "reports.read")
        }

    known: dict[str, Report] = ctx._once("reports.catalog", build)
    return known


def find_report(ctx: Ctx, key: str) -> Report:
    """The report with a key; NotFound also when the user may not open it."""
    report = catalog(ctx).get(key)
    if report is None:
        raise NotFound(_("There is no report “%(key)s”.", key=key[:60]))
    return report


def filters_of(ctx: Ctx, report: Report, values: Mapping[str, str]) -> Filters:
    """Filters from an address; Invalid names what cannot be read."""
    first, last = span(values.get("span") or report.span, ctx.today)
    faults: list[Refusal] = []
    since = _day(values.get("since"), first, "since", faults)
    until = _day(values.get("until"), last, "until", faults)
    if since > until:
        faults.append(Refusal(_("The period ends before it begins."), "until", "invalid"))
    numbers = {name: _number(values.get(name), name, faults)
               for name in ("product", "customer", "person")}
    currency = values.get("currency") or CURRENCIES[0]
    if currency not in CURRENCIES:
        faults.append(Refusal(_("Choose one of: %(options)s.", options=", ".join(CURRENCIES)),
                              "currency", "invalid"))
    extra = {}
    for choice in report.choices:
        known = [key for key, _label in choice.options]
        given = values.get(choice.key)
        extra[choice.key] = given if given in known else choice.default
    if faults:
        raise Invalid(faults)
    return Filters(since, until, (values.get("country") or "").upper()[:2], numbers["product"],
                   numbers["customer"], numbers["person"], currency, extra)


def _day(text: str | None, otherwise: date, name: str, faults: list[Refusal]) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        faults.append(Refusal(_("“%(value)s” is not a date. Write it like 2026-11-20.",
                                value=text[:20]), name, "invalid"))
        return otherwise


def _number(text: str | None, name: str, faults: list[Refusal]) -> int | None:
    if not text:
        return None
    if not text.isdigit() or len(text) > 18:
        faults.append(Refusal(_("Choose an entry of the list."), name, "invalid"))
        return None
    return int(text)


def run(ctx: Ctx, report: Report, filters: Filters, behind: bool = False) -> Table:
    """The figures of a report, or the list behind them; computed from live rows every time."""
    if behind:
        if report.behind is None:
            raise NotFound(_("There is no list behind this report."))
        return report.behind(ctx, filters)
    return report.run(ctx, filters)


def options(ctx: Ctx, report: Report) -> dict[str, list[tuple[str, str]]]:
    """Choices of the filters that the report heeds: (value, label)."""
    found: dict[str, list[tuple[str, str]]] = {}
    if "country" in report.filters and may_read(ctx, "crm.customer"):
        found["country"] = countries(ctx)
    for name, key in (("customer", "crm.customer"), ("product", "products.product")):
        if name in report.filters and may_read(ctx, key):
            cls = record_class(key)
            query = select_records(ctx, cls).limit(MOST_OPTIONS)
            rows = sorted((row.name, str(row.id)) for row in ctx.session.scalars(query))
            found[name] = [(ident, label) for label, ident in rows]
    if "person" in report.filters:
        query = select(User.id, User.name).join(Member, Member.user_id == User.id)
        found["person"] = [(str(ident), name) for ident, name
                           in ctx.session.execute(query.order_by(User.name))]
    if "currency" in report.filters:
        found["currency"] = [(code, code) for code in CURRENCIES]
    return found


def countries(ctx: Ctx) -> list[tuple[str, str]]:
    """Countries of the customers that the user may read."""
    cls = record_class("crm.customer")
    query = select_records(ctx, cls).with_only_columns(cls.country).distinct()
    codes = [code for code in ctx.session.scalars(query) if code]
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])


def board(ctx: Ctx, name: str) -> list[Report]:
    """The reports of a dashboard that the user may open."""
    if not ctx.can(f"reports.board.{name}"):
        return []
    return [report for report in catalog(ctx).values() if name in report.boards]


def boards_of(ctx: Ctx) -> list[tuple[str, Any]]:
    """The dashboards that show the user something."""
    names = (("gm", _("General manager")), ("sm", _("Sales")), ("fin", _("Finance")),
             ("production", _("Production")))
    return [(key, label) for key, label in names if board(ctx, key)]
