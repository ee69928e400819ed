"""Questions about samples (DOMAIN §7)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.api import Ctx, _, hookimpl, may_read, record_class, select_records, titles, user_names
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    month_of,
    months,
    ratio,
)
from plugins.samples.records import COST_RIGHT, RESULTS, Request

ZERO = Decimal(0)
KEY = "samples.request"
SENT = ("sent", "delivered", "feedback", "closed")


def closed(ctx: Ctx, filters: Filters) -> list[Request]:
    """Samples that were closed in the period."""
    query = select_records(ctx, Request).where(
        Request.state == "closed", Request.closed_on.between(filters.since, filters.until))
    if filters.person:
        query = query.where(Request.owner_id == filters.person)
    if filters.customer:
        query = query.where(Request.customer_id == filters.customer)
    return list(ctx.session.scalars(query.order_by(Request.closed_on.desc(), Request.id)))


def ordered(ctx: Ctx, rows: list[Request]) -> dict[int, Any]:
    """The first order that the customer signed within the company's days after the sample left."""
    if not rows or not may_read(ctx, "orders.order"):
        return {}
    order = record_class("orders.order")
    days = timedelta(days=int(ctx.setting("samples.conversion_days")))
    query = select_records(ctx, order).where(
        order.customer_id.in_({row.customer_id for row in rows}), order.signed_on.is_not(None),
        order.state != "cancelled").order_by(order.signed_on, order.id)
    signed: dict[int, list[Any]] = {}
    for found in ctx.session.scalars(query):
        signed.setdefault(found.customer_id, []).append(found)
    hits = {}
    for row in rows:
        sent = row.sent_on or row.closed_on or ctx.today
        hit = next((o for o in signed.get(row.customer_id, ())
                    if sent <= o.signed_on <= sent + days), None)
        if hit is not None:
            hits[row.id] = hit
    return hits


def conversion(ctx: Ctx, filters: Filters) -> Table:
    """Share of closed samples that an order followed, by month, and what an order cost."""
    rows = closed(ctx, filters)
    hits = ordered(ctx, rows)
    labels = list(months(filters.since, filters.until))
    url = f"/reports/samples.conversion?{filters.query(view='list')}"
    found = []
    for label in labels:
        own = [row for row in rows if month_of(row.closed_on or ctx.today) == label]
        won = sum(row.id in hits for row in own)
        found.append(Row({"month": label, "closed": len(own), "won": won,
                          "rate": ratio(won, len(own))}, url))
    waiting = ctx.session.scalars(
        select_records(ctx, Request).where(Request.state == "delivered").with_only_columns(
            Request.id)).all()
    spent = sum(((row.cost or ZERO) + (row.freight_cost or ZERO) for row in rows), ZERO)
    figures = [
        Figure(_("Samples that brought an order"), ratio(len(hits), len(rows)), "percent", url),
        Figure(_("Closed samples"), len(rows), url=url),
        Figure(_("Waiting for feedback"), len(waiting), url=f"/r/{KEY}?f.state=delivered",
               colour="amber" if waiting else "green"),
    ]
    if ctx.can(COST_RIGHT):
        figures.append(Figure(_("Cost per order (CNY)"), ratio(spent, len(hits)), "number"))
    chart = Chart("line", labels, [(str(_("Conversion")), [
        None if row.values["rate"] is None else row.values["rate"] * 100 for row in found])],
        "%", [url for _label in labels])
    return Table([
        Column("month", _("Month")), Column("closed", _("Closed samples"), "number", True),
        Column("won", _("With an order"), "number", True),
        Column("rate", _("Conversion"), "percent"),
    ], found, figures, chart)


def closed_list(ctx: Ctx, filters: Filters) -> Table:
    """The samples behind the conversion, each with its order."""
    rows = closed(ctx, filters)
    hits = ordered(ctx, rows)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    people = user_names(ctx, [row.owner_id for row in rows if row.owner_id])
    return Table([
        Column("number", _("Sample")), Column("customer", _("Customer")),
        Column("owner", _("Representative")), Column("sent", _("Sent on"), "date"),
        Column("result", _("Customer's verdict")), Column("order", _("Order")),
        Column("days", _("Days to the order"), "number"),
    ], [Row({
        "number": row.number, "customer": names.get(row.customer_id, ""),
        "owner": people.get(row.owner_id or 0, "–"), "sent": row.sent_on,
        "result": _verdict(row), "order": hits[row.id].number if row.id in hits else None,
        "days": _days(row, hits[row.id].signed_on) if row.id in hits else None,
    }, f"/r/{KEY}/{row.id}",
        {"order": f"/r/orders.order/{hits[row.id].id}"} if row.id in hits else {})
        for row in rows])


def _verdict(row: Request) -> object:
    words = {choice.value: choice.label for choice in RESULTS}
    return words.get(row.result or "", "–")


def _days(row: Request, signed: date) -> int:
    return (signed - (row.sent_on or signed)).days


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report("samples.conversion", _("Do samples bring orders?"),
               _("Samples whose customer signed an order within the company's number of days after "
                 "dispatch ÷ samples closed in the period; cost = goods and freight."),
               conversion, closed_list, group=_("Sales"), permission=f"{KEY}.read",
               filters=("period", "person", "customer"), boards=("sm",), span="twelve",
               sequence=32),
    ]
