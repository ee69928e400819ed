"""Questions about quotations (DOMAIN §7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, hookimpl, select_records, titles, user_names
from plugins.crm.api import Customer, Inquiry
from plugins.products.api import converter
from plugins.quotes.api import Quotation
from plugins.reports.api import (
    Chart,
    Choice,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    median,
    month_of,
    months,
    quantile,
    ratio,
)

ZERO = Decimal(0)
KEY = "quotes.quotation"
DECIDED = ("accepted", "lost", "expired")


def ended_on(row: Quotation) -> date | None:
    """The day a quotation was accepted, lost or ran out."""
    return row.decided_on or (row.valid_until if row.state == "expired" else None)


def decided(ctx: Ctx, filters: Filters) -> list[Quotation]:
    """Last revisions that came to an end in the period."""
    query = select_records(ctx, Quotation).where(Quotation.state.in_(DECIDED))
    if filters.customer:
        query = query.where(Quotation.customer_id == filters.customer)
    if filters.person:
        query = query.where(Quotation.owner_id == filters.person)
    if filters.country:
        query = query.join(Customer, Customer.id == Quotation.customer_id).where(
            Customer.country == filters.country)
    rows = ctx.session.scalars(query.order_by(Quotation.id))
    found = [(ended_on(row), row) for row in rows]
    return [row for on, row in found if on and filters.since <= on <= filters.until]


def _sums(rows: list[Quotation], worth: Any) -> tuple[int, int, Decimal, Decimal]:
    won = [row for row in rows if row.state == "accepted"]
    return len(rows), len(won), sum(map(worth, rows), ZERO), sum(map(worth, won), ZERO)


def win_rate(ctx: Ctx, filters: Filters) -> Table:
    """Accepted ÷ (accepted + lost + expired) per person or month, by count and amount."""
    to = converter(ctx, filters.currency)

    def worth(row: Quotation) -> Decimal:
        return to(row.amount, row.currency, row.quote_date)

    rows = decided(ctx, filters)
    by_month = filters.extra.get("by") == "month"
    names = {} if by_month else user_names(ctx, [row.owner_id for row in rows if row.owner_id])
    groups: dict[str, list[Quotation]] = (
        {month: [] for month in months(filters.since, filters.until)} if by_month else {}
    )
    for row in rows:
        on = ended_on(row)
        name = month_of(on) if by_month and on else names.get(row.owner_id or 0, "–")
        groups.setdefault(name, []).append(row)
    found = []
    for name, own in groups.items():
        count, won, amount, won_amount = _sums(own, worth)
        found.append(Row({
            "who": name, "count": count, "won": won, "rate": ratio(won, count),
            "amount": amount, "won_amount": won_amount, "by_amount": ratio(won_amount, amount),
        }))
    count, won, amount, won_amount = _sums(rows, worth)
    chart = Chart("line" if by_month else "bar", [str(row.values["who"]) for row in found], [
        (str(_("By count")), [_percent(row.values["rate"]) for row in found]),
        (str(_("By amount")), [_percent(row.values["by_amount"]) for row in found]),
    ], "%")
    return Table([
        Column("who", _("Month") if by_month else _("Representative")),
        Column("count", _("Decided"), "number", True), Column("won", _("Accepted"), "number", True),
        Column("rate", _("Win rate by count"), "percent"),
        Column("amount", _("Decided amount"), "money", True),
        Column("won_amount", _("Accepted amount"), "money", True),
        Column("by_amount", _("Win rate by amount"), "percent"),
    ], found, [
        Figure(_("Win rate by count"), ratio(won, count), "percent"),
        Figure(_("Win rate by amount"), ratio(won_amount, amount), "percent"),
        Figure(_("Decided quotations"), count, url=f"/r/{KEY}"),
    ], chart)


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100


def decided_list(ctx: Ctx, filters: Filters) -> Table:
    """The quotations behind the win rate."""
    to = converter(ctx, filters.currency)
    rows = decided(ctx, filters)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    found = []
    for row in sorted(rows, key=lambda r: ended_on(r) or date.min, reverse=True):
        state = row.state_of(row.state)
        found.append(Row({
            "number": row.number, "customer": names.get(row.customer_id, ""),
            "state": state.label if state else row.state, "on": ended_on(row),
            "amount": to(row.amount, row.currency, row.quote_date),
        }, f"/r/{KEY}/{row.id}"))
    return Table([
        Column("number", _("Quotation")), Column("customer", _("Customer")),
        Column("state", _("Result")), Column("on", _("Decided on"), "date"),
        Column("amount", _("Amount"), "money", True),
    ], found)


def turnaround(ctx: Ctx, filters: Filters) -> Table:
    """Days from the inquiry to the sent quotation, first revisions only."""
    query = select_records(ctx, Quotation).where(
        Quotation.sent_on.between(filters.since, filters.until), Quotation.revision == 0,
        Quotation.inquiry_id.is_not(None),
    )
    if filters.person:
        query = query.where(Quotation.owner_id == filters.person)
    rows = list(ctx.session.scalars(query.order_by(Quotation.sent_on.desc())))
    pairs = select(Inquiry.id, Inquiry.received_on).where(
        Inquiry.id.in_([row.inquiry_id for row in rows]))
    received = {ident: on for ident, on in ctx.session.execute(pairs)}
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    days, found = [], []
    for row in rows:
        on = received.get(row.inquiry_id)
        if on is None or row.sent_on is None:
            continue
        days.append((row.sent_on - on).days)
        found.append(Row({
            "number": row.number, "customer": names.get(row.customer_id, ""), "received": on,
            "sent": row.sent_on, "days": Decimal(days[-1]),
        }, f"/r/{KEY}/{row.id}"))
    return Table([
        Column("number", _("Quotation")), Column("customer", _("Customer")),
        Column("received", _("Inquiry received"), "date"), Column("sent", _("Sent on"), "date"),
        Column("days", _("Days"), "days"),
    ], found, [
        Figure(_("Median (days)"), median(days), "days"),
        Figure(_("90 % within (days)"), quantile(days, Decimal("0.9")), "days"),
    ])


def expiring(ctx: Ctx, filters: Filters) -> Table:
    """Sent quotations by the day they run out, the next ones first."""
    to = converter(ctx, filters.currency)
    query = select_records(ctx, Quotation).where(
        Quotation.state == "sent", Quotation.valid_until >= ctx.today)
    rows = list(ctx.session.scalars(query.order_by(Quotation.valid_until, Quotation.id)))
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    soon = [row for row in rows if row.valid_until and (row.valid_until - ctx.today).days <= 3]
    found = [Row({
        "number": row.number, "customer": names.get(row.customer_id, ""), "until": row.valid_until,
        "amount": to(row.amount, row.currency, row.quote_date),
    }, f"/r/{KEY}/{row.id}") for row in rows]
    return Table([
        Column("number", _("Quotation")), Column("customer", _("Customer")),
        Column("until", _("Valid until"), "date"), Column("amount", _("Amount"), "money", True),
    ], found, [
        Figure(_("Expiring within 3 days"), len(soon),
               url=f"/r/{KEY}?f.state=sent&sort=valid_until",
               colour="amber" if soon else "green"),
        Figure(_("Waiting for an answer"), len(rows)),
    ])


@hookimpl
def register_reports() -> list[Report]:
    from_reader = "quotes.quotation.read"
    group = _("Sales")
    by = ("by", _("Rows"), (("person", _("Representative")), ("month", _("Month"))), "person")
    return [
        Report("quotes.win", _("How many quotations do we win?"),
               _("Accepted ÷ (accepted + lost + expired), last revision only, by count and by "
                 "amount; period = day of the decision."),
               win_rate, decided_list, group=group, permission=from_reader,
               filters=("period", "person", "country", "customer", "currency"),
               boards=("sm", "gm"), span="twelve", choices=(Choice(*by),), sequence=40),
        Report("quotes.turnaround", _("How long does a quotation take?"),
               _("Days from receipt of the inquiry to the first sent quotation."),
               turnaround, group=group, permission=from_reader, filters=("period", "person"),
               span="twelve", sequence=42),
        Report("quotes.expiring", _("Which quotations run out next?"),
               _("Sent quotations without an answer, by the end of their validity."),
               expiring, group=group, permission=from_reader, filters=("currency",),
               boards=("sm",), sequence=44),
    ]
