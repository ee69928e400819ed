"""The daily look at parcels: missing feedback and parcels that do not move (DOMAIN §6.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, notify
from plugins.crm.api import people_with
from plugins.samples.records import Request
from plugins.samples.services import url_of

REMIND_AFTER = (3, 7, 14)
MANAGER_AFTER = 30
STUCK_AFTER = 5


def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Reminders of missing feedback (day 3, 7, 14; day 30 to the manager) and stuck parcels."""
    done = {"feedback": 0, "manager": 0, "stuck": 0}
    query = select(Request).where(Request.state.in_(("sent", "delivered")))
    for request in ctx.session.scalars(query):
        if request.reminded_on == ctx.today:
            continue
        kind = due_reminder(request.delivered_on, request.moved_on, ctx.today)
        if kind is None:
            continue
        request.reminded_on = ctx.today
        done[kind] += 1
        _remind(ctx, request, kind)
    return done


def due_reminder(delivered: date | None, moved: date | None, today: date) -> str | None:
    """feedback, manager or stuck when that reminder falls on this day."""
    if delivered is None:
        waiting = (today - moved).days if moved else 0
        return "stuck" if waiting and waiting % STUCK_AFTER == 0 else None
    days = (today - delivered).days
    if days == MANAGER_AFTER:
        return "manager"
    return "feedback" if days in REMIND_AFTER else None


def _remind(ctx: Ctx, request: Request, kind: str) -> None:
    texts = {
        "feedback": _("Ask the customer what he says about %(request)s.", request=request.number),
        "manager": _("30 days without feedback about %(request)s.", request=request.number),
        "stuck": _("The parcel of %(request)s has not moved for days.", request=request.number),
    }
    people = people_with(ctx, "sm") if kind == "manager" else [request.owner_id]
    for person in people:
        if person is not None:
            notify(ctx, person, texts[kind], url_of(request))
