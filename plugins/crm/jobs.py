"""The clock-driven work of crm (DOMAIN §1.14); every job may run twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Job, _, notify
from plugins.crm import customers
from plugins.crm.lookup import managers_of
from plugins.crm.records import Inquiry, Lead
from plugins.crm.terms import OPEN_STAGES

WARN_BEFORE = timedelta(minutes=30)


def answer_reminders(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Remind of a first answer that is due soon, and tell the manager when it is late."""
    done = {"reminded": 0, "late": 0}
    query = select(Lead).where(
        Lead.state.in_(("new", "assigned")), Lead.answer_due_at <= ctx.now + WARN_BEFORE
    )
    for lead in ctx.session.scalars(query):
        due = lead.answer_due_at
        if due is None or (lead.reminded_at is not None and lead.reminded_at >= due):
            continue
        late = due <= ctx.now
        if not late and lead.reminded_at is not None:
            continue
        lead.reminded_at = ctx.now
        done["late" if late else "reminded"] += 1
        text = (
            _("Lead %(lead)s waits for its first answer longer than allowed.", lead=lead.name)
            if late
            else _("Lead %(lead)s is to be answered soon.", lead=lead.name)
        )
        people = {lead.owner_id, *(managers_of(ctx, lead.owner_id) if late else ())}
        for person in people - {None}:
            notify(ctx, int(person or 0), text, customers.url_of(lead))
    return done


def pool_daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Warn before customers fall back into the pool, and let them fall."""
    return customers.judge_all(ctx)


def next_actions(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Tell each owner how many inquiries wait for him today."""
    query = select(Inquiry).where(
        Inquiry.state.in_(OPEN_STAGES),
        Inquiry.next_action_on <= ctx.today,
        Inquiry.owner_id.is_not(None),
    )
    waiting: dict[int, int] = {}
    for inquiry in ctx.session.scalars(query):
        if inquiry.reminded_on != ctx.today:
            inquiry.reminded_on = ctx.today
            waiting[inquiry.owner_id or 0] = waiting.get(inquiry.owner_id or 0, 0) + 1
    for owner, count in waiting.items():
        notify(
            ctx,
            owner,
            _("%(count)s inquiries wait for your next action today.", count=count),
            f"/r/crm.inquiry?f.owner_id={owner}&sort=next_action_on",
        )
    return {"people": len(waiting), "inquiries": sum(waiting.values())}


JOBS = [
    Job("crm.answer_reminders", answer_reminders, every=15, label=_("First answers due")),
    Job("crm.pool_daily", pool_daily, at="00:05", label=_("Public pool: warnings and returns")),
    Job("crm.next_actions", next_actions, at="08:00", label=_("Next actions of the day")),
]
