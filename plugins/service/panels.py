"""Complaints on the pages of customers and orders, and the cards of the first screen."""

from __future__ import annotations

from typing import Any

from core.api import Card, Ctx, Panel, _, first_rows, select_records, show_moment, titles
from plugins.crm.api import Customer
from plugins.orders.api import Order
from plugins.service import lots
from plugins.service.choices import SEVERITIES
from plugins.service.lots import GRAVE
from plugins.service.records import Care, Complaint
from plugins.service.services import url_of

SHOWN = 6
READ = "service.complaint.read"


def panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    """Open complaints, seen before anybody asks for the next order (DOMAIN §9)."""
    if ctx.can(READ) and isinstance(record, Complaint):
        return lots.panels(ctx, record)
    if not ctx.can(READ) or not isinstance(record, Customer | Order):
        return None
    field = "customer_id" if isinstance(record, Customer) else "order_id"
    query = select_records(ctx, Complaint).where(
        getattr(Complaint, field) == record.id, Complaint.state != "closed"
    )
    found = list(ctx.session.scalars(query.order_by(Complaint.next_due_at).limit(SHOWN)))
    if not found:
        return None
    grades = {choice.value: choice.value for choice in SEVERITIES}
    rows: list[tuple[object, object]] = []
    for complaint in found:
        state = Complaint.state_of(complaint.state)
        rows.append(
            (
                complaint.name,
                _(
                    "%(grade)s, %(state)s",
                    state=state.label if state else "",
                    grade=grades.get(complaint.severity or "", ""),
                ),
            )
        )
    grave = any(complaint.severity in GRAVE for complaint in found)
    return [
        Panel(
            "service.complaints",
            _("Open complaints"),
            rows,
            colour="red" if grave else "amber",
            sequence=8,
            url=f"/r/service.complaint?f.{field}={record.id}",
        )
    ]


def cards(ctx: Ctx) -> list[Card]:
    """What each role looks at in the morning (DOMAIN §1.11)."""
    found: list[Card] = []
    if not ctx.can(READ):
        return found
    opened = select_records(ctx, Complaint).where(Complaint.state != "closed")
    if ctx.has_role("afs"):
        found.append(
            _complaints(
                ctx,
                "service.due",
                _("Complaints by time left"),
                opened,
                "/r/service.complaint?sort=next_due_at",
            )
        )
    if ctx.has_role("qc"):
        waiting = opened.where(Complaint.state.in_(("acknowledged", "containment")))
        found.append(
            _complaints(
                ctx,
                "service.analyse",
                _("Complaints needing analysis"),
                waiting,
                "/r/service.complaint?sort=next_due_at",
            )
        )
    if ctx.has_role("gm", "sm"):
        grave = opened.where(Complaint.severity.in_(GRAVE))
        found.append(
            _complaints(
                ctx,
                "service.grave",
                _("S1 and S2 complaints"),
                grave,
                "/r/service.complaint?sort=severity",
            )
        )
    if ctx.has_role("rep"):
        found.append(
            _complaints(
                ctx, "service.mine", _("Complaints of my customers"), opened, "/r/service.complaint"
            )
        )
    if ctx.has_role("afs", "rep") and ctx.can("service.care.read"):
        found.append(_care(ctx))
    return found


def _complaints(ctx: Ctx, key: str, title: object, query: Any, url: str) -> Card:
    ((rows, total),) = first_rows(ctx, Complaint, [(query, Complaint.next_due_at)], SHOWN)
    late = any(row.next_due_at and row.next_due_at <= ctx.now for row in rows)
    items = [
        (
            row.name,
            url_of(row),
            _(
                "%(grade)s, due %(at)s",
                grade=row.severity or "",
                at=show_moment(row.next_due_at, ctx.user_zone),
            ),
        )
        for row in rows
    ]
    return Card(
        key,
        title,
        total,
        items=items,
        url=url,
        empty=_("No open complaints."),
        sequence=20,
        colour="red" if late else "amber" if rows else "green",
    )


def _care(ctx: Ctx) -> Card:
    query = select_records(ctx, Care).where(Care.state == "open", Care.due_on <= ctx.today)
    ((rows, total),) = first_rows(ctx, Care, [(query, Care.due_on)], SHOWN)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    return Card(
        "service.care",
        _("Care tasks due"),
        total,
        items=[(row.subject, url_of(row), names.get(row.customer_id, "")) for row in rows],
        url="/r/service.care?f.state=open",
        empty=_("No care task is due."),
        colour="blue" if rows else "green",
        sequence=45,
    )
