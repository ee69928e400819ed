"""Profit by order line in few queries: the matrix of country × product (DOMAIN §2.8, §7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.api import Ctx, _, select_records, titles, user_names
from plugins.crm.api import Customer
from plugins.finance.api import Profit, estimate
from plugins.finance.profit import by_line
from plugins.finance.results import EARNED, booked, entries, volume
from plugins.orders.api import OPEN_STATES, Order, OrderLine
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Choice,
    Column,
    Figure,
    Filters,
    Row,
    Table,
    country_name,
    pivot,
    ratio,
    summed,
)

ZERO = Decimal(0)
DIMENSIONS: tuple[tuple[str, object], ...] = (
    ("country", _("Country")), ("product", _("Product")), ("customer", _("Customer")),
    ("person", _("Representative")), ("term", _("Payment term")), ("month", _("Month")),
)
MEASURES: tuple[tuple[str, object], ...] = (
    ("gp", _("Gross profit")), ("margin", _("Margin")), ("revenue", _("Revenue")),
)
BASES: tuple[tuple[str, object], ...] = (
    ("actual", _("Booked (shipped orders)")), ("forecast", _("Forecast (open orders)")),
)
CHOICES = (
    Choice("rows", _("Rows"), DIMENSIONS, "country"),
    Choice("columns", _("Columns"), DIMENSIONS, "product"),
    Choice("measure", _("Figure"), MEASURES, "gp"),
    Choice("basis", _("Basis"), BASES, "actual"),
)


@dataclass(frozen=True)
class Slice:
    """One order line with its profit in CNY and the day it counts for."""

    order: Order
    line: OrderLine
    profit: Profit
    on: date
    country: str


def slices(ctx: Ctx, filters: Filters) -> list[Slice]:
    """Order lines with booked or forecast profit, narrowed by the filters.

    Booked: orders whose first revenue lies in the period. Forecast: open orders without revenue
    that were signed in the period, from the cost snapshot of the quotation.
    """
    first = _first_revenue(ctx)
    forecast = filters.extra.get("basis") == "forecast"
    orders = [
        order for order in _orders(ctx, filters, forecast)
        if (on := _counts_on(order, first, forecast)) and filters.since <= on <= filters.until
    ]
    homes = _homes(ctx, [order for order in orders if not order.destination])
    found = []
    figures = {} if forecast else booked(ctx, orders)
    for order in orders:
        profit = estimate(order) if forecast else figures[order.id]
        country = order.destination or homes.get(order.customer_id, "")
        if profit is None or (filters.country and country != filters.country):
            continue
        rows = list(order.lines)
        shares = by_line(profit, [row.amount for row in rows], [volume(row) for row in rows], {})
        on = _counts_on(order, first, forecast) or ctx.today
        found += [
            Slice(order, row, share, on, country) for row, share in zip(rows, shares, strict=True)
            if filters.product in (None, row.product_id)
        ]
    return found


def _counts_on(order: Order, first: dict[int, date], forecast: bool) -> date | None:
    if forecast:
        return order.signed_on if order.id not in first else None
    return first.get(order.id)


def _first_revenue(ctx: Ctx) -> dict[int, date]:
    found: dict[int, date] = {}
    for ident, kind, on, _cny in entries(ctx):
        if ident is not None and kind in EARNED:
            found[ident] = min(on, found.get(ident, on))
    return found


def _orders(ctx: Ctx, filters: Filters, forecast: bool) -> list[Order]:
    query = select_records(ctx, Order).options(selectinload(Order.lines))
    query = query.where(Order.state.in_(OPEN_STATES) if forecast else Order.state != "cancelled")
    if filters.customer:
        query = query.where(Order.customer_id == filters.customer)
    if filters.person:
        query = query.where(Order.owner_id == filters.person)
    return list(ctx.session.scalars(query.order_by(Order.id)))


def _homes(ctx: Ctx, orders: list[Order]) -> dict[int, str]:
    if not orders:
        return {}
    query = select(Customer.id, Customer.country).where(
        Customer.id.in_({order.customer_id for order in orders}))
    return {ident: code for ident, code in ctx.session.execute(query)}


def _labels(ctx: Ctx, rows: list[Slice], dimension: str) -> Callable[[Slice], tuple[str, str]]:
    """A function slice → (value for the filter, label) of a dimension; reads only its names."""
    if dimension == "country":
        return lambda row: (row.country, country_name(row.country))
    if dimension == "product":
        products = titles(ctx, "products.product",
                          [row.line.product_id for row in rows if row.line.product_id])
        return lambda row: (str(row.line.product_id or ""), products.get(
            row.line.product_id or 0, row.line.description_en))
    if dimension == "customer":
        customers = titles(ctx, "crm.customer", [row.order.customer_id for row in rows])
        return lambda row: (str(row.order.customer_id),
                            customers.get(row.order.customer_id, "–"))
    if dimension == "person":
        people = user_names(ctx, [row.order.owner_id for row in rows if row.order.owner_id])
        return lambda row: (str(row.order.owner_id or ""),
                            people.get(row.order.owner_id or 0, "–"))
    if dimension == "term":
        terms = titles(ctx, "products.payment_term", [row.order.payment_term_id for row in rows])
        return lambda row: ("", terms.get(row.order.payment_term_id, "–"))
    return lambda row: ("", f"{row.on.year}-{row.on.month:02}")


def matrix(ctx: Ctx, filters: Filters) -> Table:
    """The pivot: rows × columns with profit, margin or revenue, each cell with its list."""
    to = converter(ctx, filters.currency)
    items = slices(ctx, filters)
    down, across = filters.extra["rows"], filters.extra["columns"]
    row_of, column_of = _labels(ctx, items, down), _labels(ctx, items, across)
    cells = {
        name: pivot(items, row_of, column_of, lambda s, n=name: _figure(s, n))
        for name in ("gp", "net", "revenue")
    }
    rows = _ordered(items, row_of)
    columns = _ordered(items, column_of)
    measure = filters.extra["measure"]
    kind = "percent" if measure == "margin" else "money"

    def value(gp: Decimal, net: Decimal, revenue: Decimal) -> Decimal | None:
        if measure == "margin":
            return ratio(gp, net)
        return to(gp if measure == "gp" else revenue, "CNY", ctx.today)

    def cell(r: tuple[str, str], c: tuple[str, str]) -> Decimal | None:
        if (r, c) not in cells["gp"]:
            return None
        return value(*(cells[name][r, c] for name in ("gp", "net", "revenue")))

    found = []
    for r in rows:
        sums = [sum((cells[n].get((r, c), ZERO) for c in columns), ZERO)
                for n in ("gp", "net", "revenue")]
        values: dict[str, Any] = {"row": r[1], "sum": value(*sums)}
        urls = {"sum": _behind(filters, {down: r[0]})}
        for n, c in enumerate(columns):
            values[f"c{n}"] = cell(r, c)
            urls[f"c{n}"] = _behind(filters, {down: r[0], across: c[0]})
        found.append(Row(values, urls["sum"], urls))
    heads = [Column("row", dict(DIMENSIONS)[down]), Column("sum", _("Sum"), kind, kind == "money")]
    heads += [Column(f"c{n}", c[1], kind, kind == "money") for n, c in enumerate(columns)]
    return Table(heads, found, _figures(ctx, items, filters), _heat(rows, columns, cell, filters))


def _figure(item: Slice, name: str) -> Decimal:
    profit = item.profit
    return {"gp": profit.gross, "net": profit.net_revenue, "revenue": profit.revenue}[name]


def _ordered(items: list[Slice], label: Callable[[Slice], tuple[str, str]]) -> list[Any]:
    sums = summed(items, label, lambda item: item.profit.revenue)
    return [key for key, _amount in sorted(sums.items(), key=lambda pair: -pair[1])]


def _heat(rows: list[Any], columns: list[Any], cell: Any, filters: Filters) -> Chart | None:
    if not rows:
        return None
    unit = "%" if filters.extra["measure"] == "margin" else filters.currency
    times = 100 if unit == "%" else 1
    shown_rows, shown = rows[:12], columns[:14]
    down, across = filters.extra["rows"], filters.extra["columns"]
    series = [
        (r[1], [None if (v := cell(r, c)) is None else v * times for c in shown])
        for r in shown_rows
    ]
    links = [_behind(filters, {down: r[0], across: c[0]}) for r in shown_rows for c in shown]
    return Chart("heat", [c[1] for c in shown], series, unit, links)


def _behind(filters: Filters, narrowed: dict[str, str]) -> str:
    known = {k: v for k, v in narrowed.items() if k in ("country", "product", "customer", "person")}
    return f"/reports/finance.profit?{filters.query(view='list', **known)}"


def _figures(ctx: Ctx, items: list[Slice], filters: Filters) -> list[Figure]:
    to = converter(ctx, filters.currency)
    gross = sum((item.profit.gross for item in items), ZERO)
    net = sum((item.profit.net_revenue for item in items), ZERO)
    revenue = sum((item.profit.revenue for item in items), ZERO)
    url = f"/reports/finance.profit?{filters.query(view='list')}"
    hint = dict(BASES)[filters.extra["basis"]]
    return [
        Figure(_("Gross profit"), to(gross, "CNY", ctx.today), "money", url,
               "red" if gross < 0 else "grey", hint),
        Figure(_("Gross margin"), ratio(gross, net), "percent", url),
        Figure(_("Revenue"), to(revenue, "CNY", ctx.today), "money", url),
    ]


def profit_list(ctx: Ctx, filters: Filters) -> Table:
    """The order lines behind the matrix; each opens the order's profit with its papers."""
    to = converter(ctx, filters.currency)
    items = slices(ctx, filters)
    product, customer = _labels(ctx, items, "product"), _labels(ctx, items, "customer")
    rows = []
    for item in sorted(items, key=lambda s: (s.on, s.order.id), reverse=True):
        shown = {
            name: to(getattr(item.profit, name), "CNY", ctx.today)
            for name in ("revenue", "goods", "freight", "fx")
        }
        rows.append(Row({
            "order": item.order.number, "on": item.on, "customer": customer(item)[1],
            "country": country_name(item.country), "product": product(item)[1], **shown,
            "gp": to(item.profit.gross, "CNY", ctx.today), "margin": item.profit.margin,
        }, f"/finance/profit/{item.order.id}"))
    return Table([
        Column("order", _("Order")), Column("on", _("Date"), "date"),
        Column("customer", _("Customer")), Column("country", _("Country")),
        Column("product", _("Product")), Column("revenue", _("Revenue"), "money", True),
        Column("goods", _("Goods, net of refund"), "money", True),
        Column("freight", _("Freight"), "money", True),
        Column("fx", _("Exchange difference"), "money", True),
        Column("gp", _("Gross profit"), "money", True), Column("margin", _("Margin"), "percent"),
    ], rows)
