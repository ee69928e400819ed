"""What a channel brings: booked profit of its customers beside its cost (DOMAIN §7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, _
from plugins.crm.api import Customer, Lead, channels_of
from plugins.finance.glue.profit_figures import slices
from plugins.products.api import converter
from plugins.reports.api import Chart, Column, Figure, Filters, Row, Table, months, ratio

ZERO = Decimal(0)


def _homes(ctx: Ctx) -> dict[int, int | None]:
    """The channel of each customer: its own, otherwise that of its first lead."""
    query = select(Customer.id, Customer.channel_id, Lead.channel_id).outerjoin(
        Lead, Lead.customer_id == Customer.id).order_by(Lead.id.desc())
    return {ident: own if own is not None else lead
            for ident, own, lead in ctx.session.execute(query)}


def channels(ctx: Ctx, filters: Filters) -> Table:
    """Gross profit, cost and return of each channel; orders count for their customer's channel."""
    to = converter(ctx, filters.currency)
    homes = _homes(ctx)
    gross: dict[int | None, Decimal] = {}
    orders: dict[int | None, set[int]] = {}
    for item in slices(ctx, filters):
        place = homes.get(item.order.customer_id)
        gross[place] = gross.get(place, ZERO) + item.profit.gross
        orders.setdefault(place, set()).add(item.order.id)
    span = len(list(months(filters.since, filters.until)))
    rows = []
    for channel in channels_of(ctx):
        cost = (channel.monthly_cost or ZERO) * span
        profit = gross.get(channel.id, ZERO)
        count = len(orders.get(channel.id, ()))
        rows.append(Row({
            "channel": channel.name, "orders": count, "gp": to(profit, "CNY", ctx.today),
            "cost": to(cost, "CNY", ctx.today), "roi": ratio(profit - cost, cost),
            "each": ratio(to(cost, "CNY", ctx.today), count),
        }, f"/r/crm.customer?f.channel_id={channel.id}"))
    rows.sort(key=lambda row: -row.values["gp"])
    whole, paid = (sum((row.values[key] for row in rows), ZERO) for key in ("gp", "cost"))
    chart = Chart("bar", [str(row.values["channel"]) for row in rows], [
        (str(_("Gross profit")), [row.values["gp"] for row in rows]),
        (str(_("Channel cost")), [row.values["cost"] for row in rows]),
    ], filters.currency, [row.url for row in rows])
    return Table([
        Column("channel", _("Channel")), Column("orders", _("Orders"), "number", True),
        Column("gp", _("Gross profit"), "money", True),
        Column("cost", _("Channel cost"), "money", True), Column("roi", _("Return"), "percent"),
        Column("each", _("Cost per order"), "money"),
    ], rows, [Figure(_("Return on channel cost"), ratio(whole - paid, paid), "percent")], chart)
