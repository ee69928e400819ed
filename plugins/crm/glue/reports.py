"""Questions about leads, inquiries and customers (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import Ctx, _, hookimpl, select_records, titles
from plugins.crm.api import LOST_REASONS, OPEN_STAGES, Customer, Inquiry
from plugins.crm.glue.lead_figures import conversion, lead_list, response
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    pareto,
)

ZERO = Decimal(0)
GROUP, BOARD = _("Sales"), ("sm",)
LEAD, INQUIRY, CUSTOMER = "crm.lead", "crm.inquiry", "crm.customer"


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


def pipeline(ctx: Ctx, filters: Filters) -> Table:
    """Open inquiries by stage: expected amount × probability."""
    to = converter(ctx, filters.currency)
    rows = inquiries(ctx, filters, OPEN_STAGES)
    found, total = [], ZERO
    for key in OPEN_STAGES:
        own = [row for row in rows if row.state == key]
        state = Inquiry.state_of(key)
        amount = sum(
            (to(row.expected_amount, row.currency or "USD", ctx.today) for row in own), ZERO
        )
        weighted = sum((to(row.weighted, row.currency or "USD", ctx.today) for row in own), ZERO)
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


def pipeline_list(ctx: Ctx, filters: Filters) -> Table:
    """The open inquiries behind the pipeline."""
    to = converter(ctx, filters.currency)
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
                    "amount": to(row.expected_amount, row.currency or "USD", ctx.today),
                    "weighted": to(row.weighted, row.currency or "USD", ctx.today),
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


PEOPLE = ("period", "person", "country")
READ = "crm.inquiry.read"
REPORTS = [
    Report("crm.pipeline", _("How much business is in the pipeline, weighted?"),
           _("Σ expected amount × probability of the stage over open inquiries, at today's "
             "book rate."),
           pipeline, pipeline_list, group=GROUP, permission=READ,
           filters=("person", "country", "customer", "currency"), boards=("sm", "gm"), sequence=30),
    Report("crm.response", _("How fast do we answer new leads?"),
           _("Working hours from receipt to the first outbound answer; leads without answer "
             "are left out."),
           response, lead_list, group=GROUP, permission="crm.lead.read", filters=PEOPLE,
           boards=BOARD, span="twelve", sequence=32),
    Report("crm.conversion", _("Which channels bring orders, and at what cost?"),
           _("Orders won from leads received in the period ÷ valid leads of the period "
             "(cohort); channel cost = monthly cost × months."),
           conversion, lead_list, group=GROUP, permission="crm.lead.read",
           filters=(*PEOPLE, "currency"), boards=BOARD, span="twelve", sequence=34),
    Report("crm.lost", _("Why do we lose inquiries?"),
           _("Inquiries closed as lost in the period, by reason."),
           lost, group=GROUP, permission=READ, filters=PEOPLE, boards=BOARD, span="twelve",
           sequence=36),
    Report("crm.activity", _("Who buys, who sleeps?"),
           _("Customers by last order: active ≤ 12 months, sleeping 12–24, lost > 24; new = "
             "first order in the period."),
           activity, group=GROUP, permission="crm.customer.read", filters=PEOPLE, span="twelve",
           sequence=38),
]


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS
