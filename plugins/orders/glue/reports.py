"""Questions about orders and deliveries (DOMAIN §7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from core.api import Ctx, _, hookimpl, select_records, titles
from plugins.orders.api import OPEN_STATES, Delivery, Order
from plugins.orders.glue.where_sold import countries, largest, narrow, shipped
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    beside_target,
    month_of,
    months,
    ratio,
    summed,
    year_before,
)

ZERO = Decimal(0)
ORDER, DELIVERY = "/r/orders.order", "/r/orders.delivery"
GROUP, READ = _("Orders"), "orders.order.read"
COMMON = ("period", "person", "country", "customer", "currency")


def signed(ctx: Ctx, filters: Filters) -> list[Order]:
    """Orders signed in the period, without cancelled ones."""
    query = select_records(ctx, Order).where(
        Order.signed_on.between(filters.since, filters.until), Order.state != "cancelled")
    return list(ctx.session.scalars(narrow(query, filters).order_by(Order.signed_on.desc())))


def _order_rows(ctx: Ctx, rows: list[Order], filters: Filters, day: str) -> Table:
    to = converter(ctx, filters.currency)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    found = []
    for row in rows:
        state = row.state_of(row.state)
        found.append(Row({
            "number": row.number, "customer": names.get(row.customer_id, ""),
            "on": getattr(row, day), "state": state.label if state else row.state,
            "currency": row.currency, "amount": row.total,
            "shown": to(row.total, row.currency, row.signed_on),
        }, f"{ORDER}/{row.id}"))
    return Table([
        Column("number", _("Order")), Column("customer", _("Customer")),
        Column("on", _("Date"), "date"), Column("state", _("State")),
        Column("currency", _("Contract currency")),
        Column("amount", _("Contract amount"), "number"),
        Column("shown", _("Amount"), "money", True),
    ], found)


def intake(ctx: Ctx, filters: Filters) -> Table:
    """Value of signed orders by month beside the year before."""
    to = converter(ctx, filters.currency)

    earlier_since, earlier_until = year_before(filters.since), year_before(filters.until)
    query = select_records(ctx, Order).where(
        or_(Order.signed_on.between(filters.since, filters.until),
            Order.signed_on.between(earlier_since, earlier_until)), Order.state != "cancelled")
    rows_of_both = list(ctx.session.scalars(narrow(query, filters)))

    def by_month(since: date, until: date) -> dict[Any, Decimal]:
        own = [o for o in rows_of_both if o.signed_on and since <= o.signed_on <= until]
        return summed(own, lambda o: month_of(o.signed_on or ctx.today),
                      lambda o: to(o.total, o.currency, o.signed_on))

    now = by_month(filters.since, filters.until)
    before = by_month(earlier_since, earlier_until)
    labels = list(months(filters.since, filters.until))
    earlier = [f"{int(label[:4]) - 1}{label[4:]}" for label in labels]
    rows = [Row({
        "month": label, "amount": now.get(label, ZERO), "before": before.get(old, ZERO),
        "change": ratio(now.get(label, ZERO) - before.get(old, ZERO), before.get(old, ZERO)),
    }, _month_list("orders.intake", filters, label))
        for label, old in zip(labels, earlier, strict=True)]
    total, old_total = sum(now.values(), ZERO), sum(before.values(), ZERO)
    wanted, of_target = beside_target(ctx, "intake", filters, labels, now, to)
    chart = Chart("bar", labels, [
        (str(_("This period")), [now.get(label, ZERO) for label in labels]),
        (str(_("Year before")), [before.get(label, ZERO) for label in earlier]), *wanted,
    ], filters.currency, [row.url for row in rows])
    return Table([
        Column("month", _("Month")), Column("amount", _("Order intake"), "money", True),
        Column("before", _("Year before"), "money", True), Column("change", _("Change"), "percent"),
    ], rows, [
        Figure(_("Order intake"), total, "money", f"/reports/orders.intake?"
               f"{filters.query(view='list')}"),
        *of_target, Figure(_("Year before"), old_total, "money"),
    ], chart)


def _month_list(key: str, filters: Filters, month: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = date.fromordinal(after.toordinal() - 1)
    return f"/reports/{key}?" + filters.query(
        since=max(first, filters.since).isoformat(), until=min(last, filters.until).isoformat(),
        view="list")


def intake_list(ctx: Ctx, filters: Filters) -> Table:
    """The orders behind the intake."""
    return _order_rows(ctx, signed(ctx, filters), filters, "signed_on")


def shipments(ctx: Ctx, filters: Filters) -> Table:
    """Invoice value by on-board month."""
    to = converter(ctx, filters.currency)
    rows = shipped(ctx, filters)
    labels = list(months(filters.since, filters.until))
    sums = summed(rows, lambda pair: month_of(pair[0].bl_date or ctx.today),
                  lambda pair: to(pair[0].amount, pair[1].currency, pair[0].bl_date))
    counts = summed(rows, lambda pair: month_of(pair[0].bl_date or ctx.today),
                    lambda pair: Decimal(1))
    found = [Row({"month": label, "count": counts.get(label, ZERO),
                  "amount": sums.get(label, ZERO)}, _month_list("orders.shipments", filters, label))
             for label in labels]
    wanted, of_target = beside_target(ctx, "shipments", filters, labels, sums, to)
    chart = Chart("bar", labels,
                  [(str(_("Shipped")), [sums.get(x, ZERO) for x in labels]), *wanted],
                  filters.currency, [row.url for row in found])
    return Table([
        Column("month", _("Month")), Column("count", _("Deliveries"), "number", True),
        Column("amount", _("Invoice value"), "money", True),
    ], found, [Figure(_("Shipped"), sum(sums.values(), ZERO), "money",
                      f"/reports/orders.shipments?{filters.query(view='list')}"), *of_target],
        chart)


def shipment_list(ctx: Ctx, filters: Filters) -> Table:
    """The deliveries behind the shipments."""
    to = converter(ctx, filters.currency)
    rows = shipped(ctx, filters)
    names = titles(ctx, "crm.customer", [order.customer_id for _d, order in rows])
    return Table([
        Column("number", _("Delivery")), Column("order", _("Order")),
        Column("customer", _("Customer")), Column("on", _("B/L date"), "date"),
        Column("amount", _("Invoice value"), "money", True),
    ], [Row({
        "number": delivery.number, "order": order.number,
        "customer": names.get(order.customer_id, ""), "on": delivery.bl_date,
        "amount": to(delivery.amount, order.currency, delivery.bl_date),
    }, f"{DELIVERY}/{delivery.id}") for delivery, order in rows])


def _open_orders(ctx: Ctx, filters: Filters) -> list[Order]:
    query = select_records(ctx, Order).where(Order.state.in_(OPEN_STATES))
    rows = ctx.session.scalars(narrow(query, filters).order_by(Order.delivery_date, Order.id))
    return [row for row in rows if row.total > row.shipped]


def backlog(ctx: Ctx, filters: Filters) -> Table:
    """Unshipped value of confirmed orders by promised month."""
    to = converter(ctx, filters.currency)
    rows = _open_orders(ctx, filters)
    late = str(_("Overdue"))

    def place(order: Order) -> str:
        if order.delivery_date is None:
            return str(_("No date"))
        return late if order.delivery_date < ctx.today else month_of(order.delivery_date)

    sums = summed(rows, place, lambda o: to(o.total - o.shipped, o.currency, ctx.today))
    labels = sorted(map(str, sums), key=lambda text: (text != late, text))
    found = [Row({"month": label, "amount": sums[label]},
                 f"/reports/orders.backlog?{filters.query(view='list')}") for label in labels]
    chart = Chart("bar", labels, [(str(_("Backlog")), [sums[label] for label in labels])],
                  filters.currency, [row.url for row in found])
    return Table([Column("month", _("Promised for")),
                  Column("amount", _("Unshipped value"), "money", True)], found, [
        Figure(_("Order backlog"), sum(sums.values(), ZERO), "money", f"{ORDER}?f.state=released"),
        Figure(_("Overdue"), sums.get(late, ZERO), "money",
               colour="red" if sums.get(late) else "green"),
    ], chart)


def backlog_list(ctx: Ctx, filters: Filters) -> Table:
    """The orders behind the backlog."""
    return _order_rows(ctx, _open_orders(ctx, filters), filters, "delivery_date")


def _due(ctx: Ctx, filters: Filters) -> list[tuple[Order, date | None]]:
    """Orders promised for the period with the day of their last B/L."""
    query = select_records(ctx, Order).where(
        Order.delivery_date.between(filters.since, filters.until), Order.state != "cancelled",
        Order.signed_on.is_not(None))
    rows = list(ctx.session.scalars(narrow(query, filters).order_by(Order.delivery_date.desc())))
    sailings = select(Delivery.order_id, Delivery.bl_date).where(
        Delivery.order_id.in_([row.id for row in rows]), Delivery.bl_date.is_not(None))
    last: dict[int, date] = {}
    for ident, on in ctx.session.execute(sailings):
        last[ident] = max(on, last.get(ident, on))
    return [(row, last.get(row.id) if row.shipment_status == "shipped" else None) for row in rows]


def _in_time(promised: date | None, sailed: date | None, today: date) -> bool | None:
    """True or False once it is decided; None while there is still time."""
    if promised is None:
        return None
    if sailed is None:
        return False if promised < today else None
    return sailed <= promised


def on_time(ctx: Ctx, filters: Filters) -> Table:
    """On-time delivery by month, by the revised and by the first promise."""
    rows = _due(ctx, filters)
    labels = list(months(filters.since, filters.until))
    found = []
    for label in labels:
        own = [(o, s) for o, s in rows if month_of(o.delivery_date or ctx.today) == label]
        kept = [_in_time(o.delivery_date, s, ctx.today) for o, s in own]
        first = [_in_time(o.first_promise or o.delivery_date, s, ctx.today) for o, s in own]
        found.append(Row({
            "month": label, "due": len(own), "kept": kept.count(True),
            "late": kept.count(False), "otd": _share(kept), "first": _share(first),
        }, _month_list("orders.otd", filters, label)))
    kept = [_in_time(o.delivery_date, s, ctx.today) for o, s in rows]
    first = [_in_time(o.first_promise or o.delivery_date, s, ctx.today) for o, s in rows]
    chart = Chart("line", labels, [
        (str(_("Revised date")), [_times_100(row.values["otd"]) for row in found]),
        (str(_("First promised date")), [_times_100(row.values["first"]) for row in found]),
    ], "%", [row.url for row in found])
    share = _share(kept)
    return Table([
        Column("month", _("Month")), Column("due", _("Due"), "number", True),
        Column("kept", _("On time"), "number", True), Column("late", _("Late"), "number", True),
        Column("otd", _("On time, revised date"), "percent"),
        Column("first", _("On time, first date"), "percent"),
    ], found, [
        Figure(_("On-time delivery"), share, "percent",
               f"/reports/orders.otd?{filters.query(view='list')}",
               "red" if share is not None and share < Decimal("0.85") else "green"),
        Figure(_("By the first promised date"), _share(first), "percent"),
    ], chart)


def _share(answers: list[bool | None]) -> Decimal | None:
    return ratio(answers.count(True), answers.count(True) + answers.count(False))


def _times_100(value: Decimal | None) -> Decimal | None:
    return None if value is None else value * 100


def due_list(ctx: Ctx, filters: Filters) -> Table:
    """The orders behind on-time delivery."""
    rows = _due(ctx, filters)
    names = titles(ctx, "crm.customer", [row.customer_id for row, _s in rows])
    words = {True: str(_("on time")), False: str(_("late")), None: str(_("open"))}
    return Table([
        Column("number", _("Order")), Column("customer", _("Customer")),
        Column("first", _("First promised date"), "date"),
        Column("promised", _("Promised date"), "date"),
        Column("sailed", _("Last B/L"), "date"), Column("days", _("Days late"), "number"),
        Column("result", _("Result")),
    ], [Row({
        "number": order.number, "customer": names.get(order.customer_id, ""),
        "first": order.first_promise, "promised": order.delivery_date, "sailed": sailed,
        "days": max(0, ((sailed or ctx.today) - order.delivery_date).days),
        "result": words[_in_time(order.delivery_date, sailed, ctx.today)],
    }, f"{ORDER}/{order.id}") for order, sailed in rows])


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report("orders.intake", _("How much did we sell?"),
               _("Σ value of signed orders at the rate of the signing day, cancelled ones left "
                 "out, by signing date."),
               intake, intake_list, group=GROUP, permission=READ, filters=COMMON,
               boards=("gm", "sm"), span="year", sequence=4),
        Report("orders.shipments", _("How much did we ship?"),
               _("Σ invoice value of deliveries by on-board date, at the book rate of that day."),
               shipments, shipment_list, group=GROUP, permission=READ, filters=COMMON,
               boards=("gm",), span="year", sequence=5),
        Report("orders.backlog", _("What is still to be delivered?"),
               _("Σ unshipped value of confirmed orders by promised month, at today's rate."),
               backlog, backlog_list, group=GROUP, permission=READ,
               filters=("person", "country", "customer", "currency"), boards=("gm", "production"),
               sequence=6),
        Report("orders.otd", _("Do we deliver on time?"),
               _("Orders with their last B/L on or before the promised date ÷ orders due in the "
                 "period; revised and first date apart."),
               on_time, due_list, group=GROUP, permission=READ,
               filters=("period", "person", "country", "customer"),
               boards=("gm", "production"), span="twelve", sequence=7),
        Report("orders.largest", _("How much depends on few customers?"),
               _("Share of the five largest customers in shipped value; HHI = sum of squared "
                 "country shares."),
               largest, group=GROUP, permission=READ, filters=COMMON, boards=("gm",),
               span="twelve", sequence=8),
        Report("orders.countries", _("Where in the world do we sell?"),
               _("Σ invoice value of deliveries by on-board date and the customer's country; the "
                 "area of a circle is the value."),
               countries, group=GROUP, permission=READ,
               filters=("period", "person", "customer", "currency"), boards=("gm", "sm"),
               span="twelve", sequence=3),
    ]
