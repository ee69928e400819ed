"""Questions about complaints (DOMAIN §7)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.api import Ctx, _, hookimpl, select_records, titles
from plugins.orders.api import AFLOAT, Delivery, Order
from plugins.products.api import converter
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
    months,
    pareto,
    ratio,
    summed,
)
from plugins.service import choices
from plugins.service.records import COST, Complaint

ZERO, ONE = Decimal(0), Decimal(1)
KEY = "service.complaint"
# deadline, when it was met
CLOCKS = (("answer_due_at", "answered_at"), ("contain_due_at", "contained_at"),
          ("cause_due_at", "analysed_at"), ("close_due_at", "closed_at"))
GROUP = _("After-sales")


def received(ctx: Ctx, filters: Filters) -> list[Complaint]:
    """Complaints that came in during the period."""
    since = datetime.combine(filters.since, time.min, UTC)
    until = datetime.combine(filters.until + timedelta(days=1), time.min, UTC)
    query = select_records(ctx, Complaint).where(
        Complaint.received_at >= since, Complaint.received_at < until)
    for column, value in ((Complaint.customer_id, filters.customer),
                          (Complaint.product_id, filters.product)):
        if value:
            query = query.where(column == value)
    return list(ctx.session.scalars(query.order_by(Complaint.received_at.desc(), Complaint.id)))


def _month(row: Complaint) -> str:
    return month_of((row.received_at or row.created_at).date())


def _sailed(ctx: Ctx, filters: Filters) -> dict[str, int]:
    """Deliveries on board by month."""
    query = select(Delivery.bl_date, func.count()).join(
        Order, Order.id == Delivery.order_id).where(
        Delivery.state.in_(AFLOAT), Delivery.bl_date.between(filters.since, filters.until))
    if filters.customer:
        query = query.where(Order.customer_id == filters.customer)
    found: dict[str, int] = {}
    for day, count in ctx.session.execute(query.group_by(Delivery.bl_date)):
        found[month_of(day)] = found.get(month_of(day), 0) + count
    return found


def kept(ctx: Ctx, rows: list[Complaint]) -> tuple[int, int]:
    """(deadlines kept, deadlines that are decided) over all clocks."""
    met = decided = 0
    for row in rows:
        for due, done in CLOCKS:
            limit, reached = getattr(row, due), getattr(row, done)
            if limit is None or (reached is None and limit > ctx.now):
                continue
            decided += 1
            met += reached is not None and reached <= limit
    return met, decided


def rate(ctx: Ctx, filters: Filters) -> Table:
    """Complaints per shipment by month, deadlines kept, and days to close."""
    rows, sailed = received(ctx, filters), _sailed(ctx, filters)
    labels = list(months(filters.since, filters.until))
    counts = summed(rows, _month, lambda row: ONE)
    url = f"/reports/service.rate?{filters.query(view='list')}"
    found = [Row({
        "month": label, "complaints": counts.get(label, ZERO), "sailed": sailed.get(label, 0),
        "rate": ratio(counts.get(label, ZERO), sailed.get(label, 0)),
    }, url) for label in labels]
    met, decided = kept(ctx, rows)
    share = ratio(met, decided)
    days = [Decimal((row.closed_at - row.received_at).total_seconds()) / 86400
            for row in rows if row.closed_at and row.received_at]
    chart = Chart("bar", labels, [
        (str(_("Complaints")), [row.values["complaints"] for row in found])], "",
        [url for _label in labels])
    return Table([
        Column("month", _("Month")), Column("complaints", _("Complaints"), "number", True),
        Column("sailed", _("Shipments"), "number", True),
        Column("rate", _("Complaint rate"), "percent"),
    ], found, [
        Figure(_("Complaint rate"), ratio(len(rows), sum(sailed.values())), "percent", url),
        Figure(_("Deadlines kept"), share, "percent", url,
               "red" if share is not None and share < Decimal("0.9") else "green"),
        Figure(_("Mean days to close"), ratio(sum(days, ZERO), len(days)), "days", url),
    ], chart)


def complaint_list(ctx: Ctx, filters: Filters) -> Table:
    """The complaints behind the figures."""
    rows = received(ctx, filters)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    return Table([
        Column("number", _("Complaint")), Column("customer", _("Customer")),
        Column("subject", _("Subject")), Column("severity", _("Severity")),
        Column("received", _("Received"), "date"), Column("state", _("State")),
        Column("late", _("Deadlines missed"), "number", True),
    ], [Row({
        "number": row.number, "customer": names.get(row.customer_id, ""), "subject": row.subject,
        "severity": row.severity, "received": row.received_at.date() if row.received_at else None,
        "state": _state(row), "late": _missed(ctx, row),
    }, f"/r/{KEY}/{row.id}") for row in rows])


def _state(row: Complaint) -> Any:
    state = row.state_of(row.state)
    return state.label if state else row.state


def _missed(ctx: Ctx, row: Complaint) -> int:
    met, decided = kept(ctx, [row])
    return decided - met


def cost(ctx: Ctx, filters: Filters) -> Table:
    """Cost of remedies by category or responsible party, against the revenue of the period."""
    to = converter(ctx, filters.currency)
    by = filters.extra.get("by", "category")
    words = {key: str(label) for key, label in
             (choices.CATEGORIES if by == "category" else choices.RESPONSIBLE)}
    rows = [row for row in received(ctx, filters) if row.cost]

    def worth(row: Complaint) -> Decimal:
        day = (row.received_at or row.created_at).date()
        return to(row.cost or ZERO, row.currency or "USD", day)

    sums = summed(rows, lambda row: getattr(row, by) or "", worth)
    revenue = sum((
        to(amount, currency, day) for amount, currency, day in ctx.session.execute(
            select(Delivery.amount, Order.currency, Delivery.bl_date)
            .join(Order, Order.id == Delivery.order_id)
            .where(Delivery.state.in_(AFLOAT),
                   Delivery.bl_date.between(filters.since, filters.until)))), ZERO)
    whole = sum(sums.values(), ZERO)
    url = f"/reports/service.cost?{filters.query(view='list')}"
    found = [Row({"cause": words.get(str(cause), str(_("Not said"))), "amount": amount,
                  "sum": running}, url) for cause, amount, running in pareto(sums)]
    chart = Chart("bar", [str(row.values["cause"]) for row in found],
                  [(str(_("Cost")), [row.values["amount"] for row in found])], filters.currency,
                  [url for _row in found])
    return Table([
        Column("cause", _("Cause")), Column("amount", _("Cost"), "money", True),
        Column("sum", _("Cumulated share"), "percent"),
    ], found, [
        Figure(_("Cost of poor quality"), whole, "money", url),
        Figure(_("Share of revenue"), ratio(whole, revenue), "percent"),
    ], chart)


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report("service.rate", _("How many shipments bring a complaint?"),
               _("Complaints received ÷ deliveries on board in the period; deadlines kept = "
                 "answer, containment, cause and closing in time; open ones count once overdue."),
               rate, complaint_list, group=GROUP, permission=f"{KEY}.read",
               filters=("period", "customer", "product"), boards=("production",), span="twelve",
               sequence=60),
        Report("service.cost", _("What does poor quality cost us?"),
               _("Σ cost of remedies (replacements, spare parts, credit notes, rework, air "
                 "freight) of complaints received ÷ revenue of the period."),
               cost, complaint_list, group=GROUP, permission=COST,
               filters=("period", "customer", "product", "currency"), boards=("gm",),
               span="twelve", sequence=61,
               choices=(Choice("by", _("By"), (
                   ("category", _("Category")), ("responsible", _("Responsible"))), "category"),)),
    ]
