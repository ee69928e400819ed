"""Samples on the customer's page, and the cards of the first screen (DOMAIN §1.11)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from core.api import Card, Ctx, Panel, _, select_records, titles
from plugins.crm.api import Customer, Inquiry
from plugins.samples.records import RESULTS, Request
from plugins.samples.services import url_of

SHOWN = 6
WORK = (
    # role, state, title, empty
    ("tec", ("approved",), _("Samples to prepare"), _("No samples to prepare.")),
    ("qc", ("preparing",), _("Samples to inspect"), _("No samples to inspect.")),
    ("wh", ("ready",), _("Samples to send"), _("No samples to send.")),
    ("rep", ("delivered",), _("Samples awaiting feedback"), _("No sample waits for feedback.")),
)


def panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    """The running samples of a customer or an inquiry."""
    if not ctx.can("samples.request.read") or not isinstance(record, Customer | Inquiry):
        return None
    owner = Request.customer_id if isinstance(record, Customer) else Request.inquiry_id
    query = select_records(ctx, Request).where(owner == record.id)
    rows: list[tuple[object, object]] = []
    verdicts = {choice.value: choice.label for choice in RESULTS}
    for request in ctx.session.scalars(query.order_by(Request.id.desc()).limit(SHOWN)):
        state = Request.state_of(request.state)
        words = verdicts.get(request.result or "", state.label if state else request.state)
        rows.append((request.name, words))
    if not rows:
        return None
    field = "customer_id" if isinstance(record, Customer) else "inquiry_id"
    return [
        Panel(
            "samples.samples",
            _("Samples"),
            rows,
            sequence=40,
            url=f"/r/samples.request?f.{field}={record.id}",
        )
    ]


def cards(ctx: Ctx) -> list[Card]:
    """What each role does next with samples."""
    found: list[Card] = []
    if not ctx.can("samples.request.read"):
        return found
    for role, states, title, empty in WORK:
        if not ctx.has_role(role):
            continue
        query = select_records(ctx, Request).where(Request.state.in_(states))
        if role == "rep":
            query = query.where(Request.owner_id == ctx.user_id)
        rows = list(ctx.session.scalars(query.order_by(Request.needed_by).limit(SHOWN)))
        names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
        count = ctx.session.scalar(
            select(func.count()).select_from(query.with_only_columns(Request.id).subquery()),
            execution_options={"outside_the_wall": True},
        )
        found.append(
            Card(
                f"samples.{role}",
                title,
                int(count or 0),
                items=[(row.name, url_of(row), names.get(row.customer_id, "")) for row in rows],
                url=f"/r/samples.request?f.state={states[0]}",
                empty=empty,
                colour="amber" if rows else "green",
                sequence=25,
            )
        )
    return found
