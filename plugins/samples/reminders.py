"""The daily look at parcels: missing feedback and parcels that do not move (DOMAIN §6.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, notify
from plugins.crm.api import people_with
from plugins.samples.records import Request
from plugins.samples.services import url_of

REMIND_AFTER, MANAGER_AFTER, STUCK_AFTER = (3, 7, 14), 30, 5


def read_days(text: str) -> tuple[int, ...]:
    """Days that rise, "3,7,14"; ValueError where they cannot be read."""
    days = tuple(int(word) for word in str(text).split(","))
    if list(days) != sorted(set(days)) or days[0] < 1:
        raise ValueError("the days must rise")
    return days


def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Reminders of missing feedback (day 3, 7, 14; day 30 to the manager) and stuck parcels."""
    done = {"feedback": 0, "manager": 0, "stuck": 0}
    query = select(Request).where(Request.state.in_(("sent", "delivered")))
    for request in ctx.session.scalars(query):
        if request.reminded_on == ctx.today:
            continue
        kind = due_reminder(
            request.delivered_on, request.moved_on, ctx.today,
            read_days(ctx.setting("samples.remind_days")),
            int(ctx.setting("samples.manager_day")), int(ctx.setting("samples.stuck_days")),
        )
        if kind is None:
            continue
        request.reminded_on = ctx.today
        done[kind] += 1
        _remind(ctx, request, kind)
    return done


def due_reminder(
    delivered: date | None, moved: date | None, today: date,
    remind: tuple[int, ...] = REMIND_AFTER, manager: int = MANAGER_AFTER, stuck: int = STUCK_AFTER,
) -> str | None:
    """feedback, manager or stuck when that reminder falls on this day (days after delivery, and
    days without a movement)."""
    if delivered is None:
        waiting = (today - moved).days if moved else 0
        return "stuck" if waiting and waiting % stuck == 0 else None
    days = (today - delivered).days
    if days == manager:
        return "manager"
    return "feedback" if days in remind else None


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
