"""Questions about leads, inquiries and customers (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, calendar_of, hookimpl, select_records, titles
from plugins.crm.api import LOST_REASONS, OPEN_STAGES, Channel, Customer, Inquiry, Lead
from plugins.products.api import convert
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    median,
    month_of,
    months,
    pareto,
    ratio,
)

ZERO = Decimal(0)
GROUP, BOARD = _("Sales"), ("sm",)
LEAD, INQUIRY, CUSTOMER = "crm.lead", "crm.inquiry", "crm.customer"


def moments(ctx: Ctx, filters: Filters) -> tuple[datetime, datetime]:
    """First moment of the period and first moment after it, on the company's clock."""
    first = datetime.combine(filters.since, time(0), ctx.zone)
    return first, datetime.combine(filters.until, time(0), ctx.zone) + timedelta(days=1)


def worked_hours(ctx: Ctx, start: datetime | None, end: datetime | None) -> Decimal | None:
    """Working hours between two moments; None while the second has not come."""
    if start is None or end is None:
        return None
    return Decimal(max(0, calendar_of(ctx).working_minutes_between(start, end))) / 60


def leads(ctx: Ctx, filters: Filters) -> list[Lead]:
    """Leads received in the period that the reader may see."""
    first, last = moments(ctx, filters)
    query = select_records(ctx, Lead).where(Lead.received_at >= first, Lead.received_at < last)
    if filters.country:
        query = query.where(Lead.country == filters.country)
    if filters.person:
        query = query.where(Lead.owner_id == filters.person)
    return list(ctx.session.scalars(query.order_by(Lead.received_at.desc())))


def inquiries(ctx: Ctx, filters: Filters, states: Sequence[str]) -> list[Inquiry]:
    """Inquiries in one of the states, narrowed by person, customer and country."""
    query = select_records(ctx, Inquiry).where(Inquiry.state.in_(states))
    if filters.person:
        query = query.where(Inquiry.owner_id == filters.person)
    if filters.customer:
        query = query.where(Inquiry.customer_id == filters.customer)
    if filters.country:
        query = query.join(Customer, Customer.id == Inquiry.customer_id).where(
            Customer.country == filters.country
        )
    return list(ctx.session.scalars(query))


def _valid(rows: Sequence[Lead]) -> list[Lead]:
    return [row for row in rows if row.state not in ("invalid", "merged")]


def _won_leads(ctx: Ctx, rows: Sequence[Lead]) -> set[int]:
    query = select(Inquiry.lead_id).where(Inquiry.state == "won", Inquiry.lead_id.is_not(None))
    return set(ctx.session.scalars(query)) & {row.id for row in rows}


def conversion(ctx: Ctx, filters: Filters) -> Table:
    """Orders won from the leads received in the period, by channel (a cohort)."""
    rows = leads(ctx, filters)
    won = _won_leads(ctx, rows)
    channels = {row.id: row for row in ctx.session.scalars(select(Channel))}
    found = []
    spans = len(list(months(filters.since, filters.until)))
    for ident in dict.fromkeys(row.channel_id for row in rows):
        own = [row for row in rows if row.channel_id == ident]
        valid = _valid(own)
        channel = channels.get(ident or 0)
        orders = sum(1 for row in own if row.id in won)
        cost = (channel.monthly_cost or ZERO) * spans if channel else ZERO
        shown = convert(ctx, cost, "CNY", filters.currency, filters.until)
        found.append(
            Row(
                {
                    "channel": channel.name if channel else str(_("Unknown")),
                    "leads": len(own),
                    "valid": len(valid),
                    "won": orders,
                    "share": ratio(orders, len(valid)),
                    "cost": shown,
                    "per_lead": ratio(shown, len(valid)),
                    "per_order": ratio(shown, orders),
                },
                f"/r/{LEAD}?f.channel_id={ident or ''}",
            )
        )
    found.sort(key=lambda row: -row.values["valid"])
    valid = _valid(rows)
    columns = [
        Column("channel", _("Channel")),
        Column("leads", _("Leads"), "number", True),
        Column("valid", _("Valid"), "number", True),
        Column("won", _("Orders won"), "number", True),
        Column("share", _("Conversion"), "percent"),
        Column("cost", _("Channel cost"), "money", True),
        Column("per_lead", _("Cost per valid lead"), "money"),
        Column("per_order", _("Cost per order"), "money"),
    ]
    chart = Chart(
        "bar",
        [str(row.values["channel"]) for row in found],
        [
            (str(_("Valid")), [row.values["valid"] for row in found]),
            (str(_("Orders won")), [row.values["won"] for row in found]),
        ],
        links=[row.url for row in found],
    )
    return Table(
        columns,
        found,
        [
            Figure(_("Lead → order conversion"), ratio(len(won), len(valid)), "percent"),
            Figure(_("Leads"), len(rows), url=f"/r/{LEAD}"),
            Figure(_("Valid leads"), len(valid)),
        ],
        chart,
    )


def lead_list(ctx: Ctx, filters: Filters) -> Table:
    """The leads behind conversion and response time."""
    rows = leads(ctx, filters)
    won = _won_leads(ctx, rows)
    found = []
    for row in rows:
        state = row.state_of(row.state)
        found.append(
            Row(
                {
                    "number": row.number,
                    "company": row.company_name,
                    "received": row.received_at.astimezone(ctx.zone).date()
                    if row.received_at
                    else None,
                    "country": row.country,
                    "state": state.label if state else row.state,
                    "hours": worked_hours(ctx, row.received_at, row.answered_at),
                    "won": str(_("yes")) if row.id in won else "",
                },
                f"/r/{LEAD}/{row.id}",
            )
        )
    return Table(
        [
            Column("number", _("Lead")),
            Column("company", _("Company")),
            Column("received", _("Received"), "date"),
            Column("country", _("Country")),
            Column("state", _("State")),
            Column("hours", _("First answer (working hours)"), "hours"),
            Column("won", _("Order won")),
        ],
        found,
    )


def response(ctx: Ctx, filters: Filters) -> Table:
    """First response time in working hours by month: median and share within the limit."""
    limit = Decimal(str(ctx.setting("crm.first_answer_hours")))
    by_month: dict[str, list[Decimal]] = {m: [] for m in months(filters.since, filters.until)}
    for row in leads(ctx, filters):
        hours = worked_hours(ctx, row.received_at, row.answered_at)
        if hours is not None and row.received_at is not None:
            by_month[month_of(row.received_at.astimezone(ctx.zone).date())].append(hours)
    every = [value for values in by_month.values() for value in values]

    def share(values: list[Decimal]) -> Decimal | None:
        return ratio(sum(1 for value in values if value <= limit), len(values))

    rows = [
        Row(
            {"month": month, "count": len(values), "median": median(values), "share": share(values)}
        )
        for month, values in by_month.items()
    ]
    chart = Chart(
        "line",
        list(by_month),
        [(str(_("Median (working hours)")), [row.values["median"] for row in rows])],
        "h",
    )
    within = share(every)
    return Table(
        [
            Column("month", _("Month")),
            Column("count", _("Answered"), "number", True),
            Column("median", _("Median (working hours)"), "hours"),
            Column("share", _("Within the limit"), "percent"),
        ],
        rows,
        [
            Figure(_("Median first answer (working hours)"), median(every), "hours"),
            Figure(
                _("Within %(n)s working hours", n=limit.normalize()),
                within,
                "percent",
                colour="red" if within is not None and within < Decimal("0.8") else "green",
            ),
        ],
        chart,
    )


def pipeline(ctx: Ctx, filters: Filters) -> Table:
    """Open inquiries by stage: expected amount × probability."""
    rows = inquiries(ctx, filters, OPEN_STAGES)
    found, total = [], ZERO
    for key in OPEN_STAGES:
        own = [row for row in rows if row.state == key]
        state = Inquiry.state_of(key)
        amount = sum((_shown(ctx, row, row.expected_amount, filters) for row in own), ZERO)
        weighted = sum((_shown(ctx, row, row.weighted, filters) for row in own), ZERO)
        total += weighted
        found.append(
            Row(
                {
                    "stage": str(state.label) if state else key,
                    "count": len(own),
                    "amount": amount,
                    "weighted": weighted,
                },
                f"/r/{INQUIRY}?f.state={key}",
            )
        )
    chart = Chart(
        "bar",
        [row.values["stage"] for row in found],
        [(str(_("Weighted")), [row.values["weighted"] for row in found])],
        filters.currency,
        [row.url for row in found],
    )
    return Table(
        [
            Column("stage", _("Stage")),
            Column("count", _("Inquiries"), "number", True),
            Column("amount", _("Expected amount"), "money", True),
            Column("weighted", _("Weighted"), "money", True),
        ],
        found,
        [
            Figure(_("Weighted pipeline"), total, "money", f"/r/{INQUIRY}"),
            Figure(_("Open inquiries"), len(rows), url=f"/r/{INQUIRY}"),
        ],
        chart,
    )


def _shown(ctx: Ctx, row: Any, amount: Decimal | None, filters: Filters) -> Decimal:
    if not amount:
        return ZERO
    return convert(ctx, amount, row.currency or "USD", filters.currency, ctx.today)


def pipeline_list(ctx: Ctx, filters: Filters) -> Table:
    """The open inquiries behind the pipeline."""
    rows = inquiries(ctx, filters, OPEN_STAGES)
    names = titles(ctx, CUSTOMER, [row.customer_id for row in rows])
    found = []
    for row in sorted(rows, key=lambda r: -(r.weighted or ZERO)):
        state = row.state_of(row.state)
        found.append(
            Row(
                {
                    "number": row.name,
                    "customer": names.get(row.customer_id, ""),
                    "stage": state.label if state else row.state,
                    "next": row.next_action_on,
                    "probability": row.probability,
                    "amount": _shown(ctx, row, row.expected_amount, filters),
                    "weighted": _shown(ctx, row, row.weighted, filters),
                },
                f"/r/{INQUIRY}/{row.id}",
            )
        )
    return Table(
        [
            Column("number", _("Inquiry")),
            Column("customer", _("Customer")),
            Column("stage", _("Stage")),
            Column("next", _("Next action on"), "date"),
            Column("probability", _("Probability"), "percent"),
            Column("amount", _("Expected amount"), "money", True),
            Column("weighted", _("Weighted"), "money", True),
        ],
        found,
    )


def lost(ctx: Ctx, filters: Filters) -> Table:
    """Pareto of the reasons of inquiries lost in the period, by count."""
    rows = [
        row
        for row in inquiries(ctx, filters, ("lost",))
        if row.closed_on and filters.since <= row.closed_on <= filters.until
    ]
    names = {key: str(label) for key, label in LOST_REASONS}
    causes: dict[Any, Decimal] = {}
    for row in rows:
        causes[row.lost_reason or ""] = causes.get(row.lost_reason or "", ZERO) + 1
    found = [
        Row(
            {"reason": names.get(str(key), str(_("Not named"))), "count": count, "share": share},
            f"/r/{INQUIRY}?f.state=lost&f.lost_reason={key}",
        )
        for key, count, share in pareto(causes)
    ]
    chart = Chart(
        "bar",
        [row.values["reason"] for row in found],
        [(str(_("Inquiries")), [row.values["count"] for row in found])],
        links=[row.url for row in found],
    )
    return Table(
        [
            Column("reason", _("Reason")),
            Column("count", _("Inquiries"), "number", True),
            Column("share", _("Cumulated share"), "percent"),
        ],
        found,
        [Figure(_("Lost inquiries"), len(rows), url=f"/r/{INQUIRY}?f.state=lost")],
        chart,
    )


def activity(ctx: Ctx, filters: Filters) -> Table:
    """Customers by their last order: new, active, sleeping, lost, never."""
    query = select_records(ctx, Customer)
    if filters.country:
        query = query.where(Customer.country == filters.country)
    if filters.person:
        query = query.where(Customer.owner_id == filters.person)
    counts = {"new": 0, "active": 0, "sleeping": 0, "lost": 0, "never": 0}
    for row in ctx.session.scalars(query):
        counts[_standing(row, filters)] += 1
    labels = {
        "new": _("New (first order in the period)"),
        "active": _("Active (≤ 12 months)"),
        "sleeping": _("Sleeping (12–24 months)"),
        "lost": _("Lost (> 24 months)"),
        "never": _("Without order"),
    }
    rows = [
        Row({"kind": str(labels[key]), "count": count}, f"/r/{CUSTOMER}")
        for key, count in counts.items()
    ]
    chart = Chart(
        "donut",
        [row.values["kind"] for row in rows],
        [(str(_("Customers")), [row.values["count"] for row in rows])],
    )
    return Table(
        [Column("kind", _("Customers")), Column("count", _("Count"), "number", True)],
        rows,
        [Figure(_("Active customers"), counts["new"] + counts["active"], url=f"/r/{CUSTOMER}")],
        chart,
    )


def _standing(row: Customer, filters: Filters) -> str:
    if row.first_order_on and filters.since <= row.first_order_on <= filters.until:
        return "new"
    if row.last_order_on is None:
        return "never"
    days = (filters.until - row.last_order_on).days
    return "active" if days <= 365 else "sleeping" if days <= 730 else "lost"


@hookimpl
def register_reports() -> list[Report]:
    people = ("period", "person", "country")
    money = (*people, "currency")
    read = "crm.inquiry.read"
    return [
        Report(
            "crm.pipeline",
            _("How much business is in the pipeline, weighted?"),
            _(
                "Σ expected amount × probability of the stage over open inquiries, at today's "
                "book rate."
            ),
            pipeline,
            pipeline_list,
            group=GROUP,
            permission=read,
            filters=("person", "country", "customer", "currency"),
            boards=("sm", "gm"),
            sequence=30,
        ),
        Report(
            "crm.response",
            _("How fast do we answer new leads?"),
            _(
                "Working hours from receipt to the first outbound answer; leads without answer "
                "are left out."
            ),
            response,
            lead_list,
            group=GROUP,
            permission="crm.lead.read",
            filters=people,
            boards=BOARD,
            span="twelve",
            sequence=32,
        ),
        Report(
            "crm.conversion",
            _("Which channels bring orders, and at what cost?"),
            _(
                "Orders won from leads received in the period ÷ valid leads of the period "
                "(cohort); channel cost = monthly cost × months."
            ),
            conversion,
            lead_list,
            group=GROUP,
            permission="crm.lead.read",
            filters=money,
            boards=BOARD,
            span="twelve",
            sequence=34,
        ),
        Report(
            "crm.lost",
            _("Why do we lose inquiries?"),
            _("Inquiries closed as lost in the period, by reason."),
            lost,
            group=GROUP,
            permission=read,
            filters=people,
            boards=BOARD,
            span="twelve",
            sequence=36,
        ),
        Report(
            "crm.activity",
            _("Who buys, who sleeps?"),
            _(
                "Customers by last order: active ≤ 12 months, sleeping 12–24, lost > 24; new = "
                "first order in the period."
            ),
            activity,
            group=GROUP,
            permission="crm.customer.read",
            filters=("period", "person", "country"),
            span="twelve",
            sequence=38,
        ),
    ]
