"""Who buys and where: the largest customers, and countries on the map (DOMAIN §7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, select_records, titles
from plugins.crm.api import Customer
from plugins.orders.api import AFLOAT, Delivery, Order
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Row,
    Table,
    concentration,
    country_name,
    herfindahl,
    place_of,
    ratio,
    summed,
)

ZERO = Decimal(0)


def narrow(query: Any, filters: Filters) -> Any:
    """Orders of the person, customer or country that the reader chose."""
    if filters.person:
        query = query.where(Order.owner_id == filters.person)
    if filters.customer:
        query = query.where(Order.customer_id == filters.customer)
    if filters.country:
        query = query.join(Customer, Customer.id == Order.customer_id).where(
            Customer.country == filters.country)
    return query


def shipped(ctx: Ctx, filters: Filters) -> list[tuple[Delivery, Order]]:
    """Deliveries on board in the period with their orders."""
    query = select(Delivery, Order).join(Order, Order.id == Delivery.order_id).where(
        Delivery.bl_date.between(filters.since, filters.until), Delivery.state.in_(AFLOAT))
    allowed = select_records(ctx, Order).with_only_columns(Order.id)
    query = narrow(query.where(Order.id.in_(allowed)), filters)
    return [(d, o) for d, o in ctx.session.execute(query.order_by(Delivery.bl_date.desc()))]


def largest(ctx: Ctx, filters: Filters) -> Table:
    """Revenue by customer, with the share of the five largest and the HHI by country."""
    to = converter(ctx, filters.currency)
    rows = shipped(ctx, filters)
    pairs = {order.customer_id for _delivery, order in rows}
    revenue = summed(rows, lambda p: p[1].customer_id,
                     lambda p: to(p[0].amount, p[1].currency, p[0].bl_date))
    query = select(Customer.id, Customer.country).where(Customer.id.in_(list(pairs)))
    homes = {ident: code for ident, code in ctx.session.execute(query)}
    by_country = summed(revenue.items(), lambda i: homes.get(i[0]), lambda i: i[1])
    names = titles(ctx, "crm.customer", list(pairs))
    whole, running, found = sum(revenue.values(), ZERO), ZERO, []
    for ident, amount in sorted(revenue.items(), key=lambda i: -i[1]):
        running += amount
        found.append(Row({
            "customer": names.get(ident, ""),  # type: ignore[call-overload]
            "country": country_name(homes.get(ident)), "amount": amount,  # type: ignore[call-overload]
            "share": ratio(amount, whole), "sum": ratio(running, whole),
        }, f"/r/crm.customer/{ident}",
            {"amount": f"/reports/orders.shipments?{filters.query(customer=ident, view='list')}"}))
    chart = Chart("donut", [row.values["customer"] for row in found[:8]],
                  [(str(_("Revenue")), [row.values["amount"] for row in found[:8]])],
                  filters.currency, [row.url for row in found[:8]])
    return Table([
        Column("customer", _("Customer")), Column("country", _("Country")),
        Column("amount", _("Revenue"), "money", True), Column("share", _("Share"), "percent"),
        Column("sum", _("Cumulated share"), "percent"),
    ], found, [
        Figure(_("Share of the five largest"), concentration(revenue), "percent"),
        Figure(_("HHI by country"), herfindahl(by_country), "number",
               hint=_("1 = everything in one country")),
    ], chart)


def countries(ctx: Ctx, filters: Filters) -> Table:
    """Shipped value by the customer's country, on the map."""
    to = converter(ctx, filters.currency)
    rows = shipped(ctx, filters)
    query = select(Customer.id, Customer.country).where(
        Customer.id.in_({order.customer_id for _delivery, order in rows}))
    homes = {ident: code for ident, code in ctx.session.execute(query)}
    revenue = summed(rows, lambda p: homes.get(p[1].customer_id) or "",
                     lambda p: to(p[0].amount, p[1].currency, p[0].bl_date))
    buyers = summed({order.customer_id for _d, order in rows}, lambda i: homes.get(i) or "",
                    lambda i: Decimal(1))
    whole = sum(revenue.values(), ZERO)
    found = [
        Row({"country": country_name(str(code)), "customers": buyers[code], "amount": amount,
             "share": ratio(amount, whole)},
            f"/reports/orders.shipments?{filters.query(country=code, view='list')}")
        for code, amount in sorted(revenue.items(), key=lambda item: -item[1])
    ]
    codes = sorted(revenue, key=lambda code: -revenue[code])
    chart = Chart("map", [row.values["country"] for row in found],
                  [(str(_("Revenue")), [row.values["amount"] for row in found])],
                  filters.currency, [row.url for row in found],
                  [place_of(str(code)) for code in codes])
    return Table([
        Column("country", _("Country")), Column("customers", _("Customers"), "number", True),
        Column("amount", _("Revenue"), "money", True), Column("share", _("Share"), "percent"),
    ], found, [Figure(_("Countries"), len(found)),
               Figure(_("Revenue"), whole, "money",
                      f"/reports/orders.shipments?{filters.query(view='list')}")], chart)

