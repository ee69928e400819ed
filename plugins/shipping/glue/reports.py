"""Export statistics as a report (DOMAIN §2.10, §7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx, _, hookimpl, titles
from plugins.products.api import country_text
from plugins.reports.api import (
    Chart,
    Choice,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    month_of,
    ratio,
    summed,
    year_before,
)
from plugins.shipping.choices import SUPERVISION
from plugins.shipping.statistics import SEPARATE, Exported, exports

ZERO = Decimal(0)
KEY = "shipping.exports"
BY = (
    ("month", _("Month")), ("country", _("Country of destination")), ("hs", _("HS code")),
    ("product", _("Product")), ("customer", _("Customer")), ("mode", _("Supervision mode")),
    ("term", _("Terms")), ("port", _("Port of exit")),
)
FIELDS = {"product": "product_id", "customer": "customer_id"}


def _wanted(ctx: Ctx, filters: Filters, since: Any, until: Any) -> list[Exported]:
    return [
        row for row in exports(ctx, since, until)
        if (not filters.customer or row.customer_id == filters.customer)
        and (not filters.country or row.country == filters.country)
        and (not filters.product or row.product_id == filters.product)
    ]


def _key(by: str) -> Any:
    if by == "month":
        return lambda row: month_of(row.day)
    return lambda row: getattr(row, FIELDS.get(by, by))


def _names(ctx: Ctx, by: str, keys: list[Any]) -> dict[Any, str]:
    if by in FIELDS:
        known = titles(ctx, "products.product" if by == "product" else "crm.customer",
                       [key for key in keys if key])
        return {key: known.get(key, "–") for key in keys}
    if by == "country":
        return {key: country_text(key) or "–" for key in keys}
    if by == "mode":
        words = {code: str(label) for code, label in SUPERVISION}
        return {key: words.get(key, key) for key in keys}
    return {key: str(key or "–") for key in keys}


def statistics(ctx: Ctx, filters: Filters) -> Table:
    """Export value by one dimension, beside the year before; samples and replacements apart."""
    by = filters.extra.get("by") or "month"
    now = _wanted(ctx, filters, filters.since, filters.until)
    old = _wanted(ctx, filters, year_before(filters.since), year_before(filters.until))
    trade = [row for row in now if by == "mode" or row.mode not in SEPARATE]
    before = [row for row in old if by == "mode" or row.mode not in SEPARATE]
    key = _key(by)
    values = summed(trade, key, lambda row: row.value)
    earlier = summed(before, (lambda row: _next_year(key(row))) if by == "month" else key,
                     lambda row: row.value)
    keys = sorted(values, key=str) if by == "month" else sorted(
        values, key=lambda k: (-values[k], str(k)))
    names = _names(ctx, by, keys)
    rows = [
        Row({"what": names[k], "value": values[k], "before": earlier.get(k, ZERO),
             "change": ratio(values[k] - earlier.get(k, ZERO), earlier.get(k, ZERO))})
        for k in keys
    ]
    shown = keys[:12] if by != "month" else keys
    chart = Chart("bar", [names[k] for k in shown],
                  [(str(_("Export value")), [values[k] for k in shown])], "USD")
    listed = f"/reports/{KEY}?{filters.query(view='list')}"
    figures = [Figure(_("Export value (USD)"), sum(values.values(), ZERO), "number", listed)]
    figures += [
        Figure(label, sum((r.value for r in now if r.mode == code), ZERO), "number", listed)
        for code, label in SUPERVISION if code in SEPARATE
    ]
    return Table([
        Column("what", dict(BY)[by]), Column("value", _("Export value (USD)"), "number", True),
        Column("before", _("Year before"), "number", True),
        Column("change", _("Change"), "percent"),
    ], rows, figures, chart)


def _next_year(month: str) -> str:
    return f"{int(month[:4]) + 1}{month[4:]}"


def listed(ctx: Ctx, filters: Filters) -> Table:
    """The goods behind the export value."""
    found = _wanted(ctx, filters, filters.since, filters.until)
    names = titles(ctx, "crm.customer", [row.customer_id for row in found])
    words = {code: str(label) for code, label in SUPERVISION}
    return Table([
        Column("number", _("Delivery")), Column("day", _("Export date"), "date"),
        Column("customer", _("Customer")), Column("country", _("Country of destination")),
        Column("hs", _("HS code")), Column("term", _("Terms")), Column("port", _("Port of exit")),
        Column("mode", _("Supervision mode")),
        Column("value", _("Export value (USD)"), "number", True),
    ], [
        Row({
            "number": row.delivery.number, "day": row.day, "customer": names.get(row.customer_id),
            "country": country_text(row.country), "hs": row.hs, "term": row.term,
            "port": row.port, "mode": words.get(row.mode, row.mode), "value": row.value,
        }, f"/r/orders.delivery/{row.delivery.id}") for row in found
    ])


@hookimpl
def register_reports() -> list[Report]:
    return [Report(
        KEY, _("What did we export?"),
        _("Σ FOB value of goods by export date, in US dollars at the customs rate of the month: "
          "CFR less freight, CIF less freight and insurance, D terms less all costs after FOB. "
          "Samples and free replacements apart."),
        statistics, listed, group=_("Shipping & customs"), permission="shipping.declaration.read",
        filters=("period", "country", "product", "customer"), boards=(), span="year",
        choices=(Choice("by", _("By"), BY, "month"),), sequence=60,
    )]
