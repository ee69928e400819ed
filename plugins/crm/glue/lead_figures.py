"""Questions about leads: conversion, channels, first response (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, _, calendar_of, select_records
from plugins.crm.api import Inquiry, Lead, channels_of
from plugins.products.api import convert
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Row,
    Table,
    median,
    month_of,
    months,
    ratio,
)

ZERO = Decimal(0)
LEAD = "crm.lead"


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
    query = query.order_by(Lead.received_at.desc())
    key = ("crm.leads", ctx.rights, first, last, filters.country, filters.person)
    found: list[Lead] = ctx.while_reading(key, lambda: list(ctx.session.scalars(query)))
    return list(found)


def _valid(rows: Sequence[Lead]) -> list[Lead]:
    return [row for row in rows if row.state not in ("invalid", "merged")]


def _won_leads(ctx: Ctx, rows: Sequence[Lead]) -> set[int]:
    query = select(Inquiry.lead_id).where(Inquiry.state == "won", Inquiry.lead_id.is_not(None))
    return set(ctx.session.scalars(query)) & {row.id for row in rows}


def conversion(ctx: Ctx, filters: Filters) -> Table:
    """Orders won from the leads received in the period, by channel (a cohort)."""
    rows = leads(ctx, filters)
    won = _won_leads(ctx, rows)
    channels = {row.id: row for row in channels_of(ctx)}
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
