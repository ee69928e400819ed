"""Clock-driven work of finance: states, reminders, promises, month end (DOMAIN §1.9, §1.14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, in_locale, notify
from plugins.crm.api import Customer, ask_people, comment, people_with
from plugins.finance import booking, commissions, receivables
from plugins.finance.ageing import days_overdue, reminder_level
from plugins.finance.ladders import read_days
from plugins.finance.records import Receivable, Reminder


def day_of(ctx: Ctx, payload: dict[str, Any]) -> date:
    """The day that a job works for: today, or a past day given in its payload."""
    return date.fromisoformat(payload["day"]) if payload.get("day") else ctx.today


def daily_states(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Move open receivables to due and overdue."""
    changed = 0
    for row in receivables.open_of(ctx):
        before = row.state
        receivables.set_state(ctx, row)
        if row.state != before:
            changed += 1
            if row.state == "overdue":
                ctx.emit("finance.receivable.overdue", row, customer=row.customer_id)
    return {"changed": changed}


def reminders(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Draft the reminders of the day; each rung of the ladder once per receivable."""
    day, drafted, ladder = day_of(ctx, payload), 0, ladder_of(ctx)
    broken, holds = follow_promises(ctx, day), propose_holds(ctx, day)
    for row in receivables.open_of(ctx):
        if row.due is None or row.open <= 0 or row.state == "disputed":
            continue
        if row.promised_on and row.promised_on >= day:
            continue
        level = reminder_level(day, row.due, ladder)
        if level is None or (row.dunning_level is not None and level <= row.dunning_level):
            continue
        row.dunning_level = level
        _draft(ctx, row, level, day, ladder)
        drafted += 1
    return {"drafted": drafted, "broken": broken, "holds": holds}


def follow_promises(ctx: Ctx, day: date) -> int:
    """A promised day that passed without money becomes a task of the owner, once."""
    found = broken_promises(ctx, day)
    for row in found:
        text = _("%(number)s was promised for %(day)s and is not paid: ask again",
                 number=row.number, day=row.promised_on)
        ask_people(ctx, row, [row.owner_id] if row.owner_id else people_with(ctx, "fin"), text, 1)
        comment(ctx, row, str(text))
        row.promised_on = None
    return len(found)


def propose_holds(ctx: Ctx, day: date) -> int:
    """Money late for long: finance is asked to hold the customer, once per receivable."""
    after, count = int(ctx.setting("finance.hold_days")), 0
    for row in receivables.open_of(ctx):
        if row.due is None or row.open <= 0 or row.hold_asked_on or row.state == "disputed":
            continue
        customer = ctx.session.get(Customer, row.customer_id)
        late = days_overdue(day, row.due)
        if late < after or customer is None or customer.hold:
            continue
        row.hold_asked_on = day
        count += 1
        text = _("%(number)s is %(days)s days overdue: hold %(customer)s?", number=row.number,
                 days=late, customer=customer.name)
        ask_people(ctx, customer, people_with(ctx, "fin"), text, 1)
    return count


def ladder_of(ctx: Ctx) -> tuple[int, ...]:
    """Days after the due date on which the company reminds, from its settings."""
    return read_days(ctx.setting("finance.reminder_days"))


def _draft(ctx: Ctx, row: Receivable, level: int, day: date, ladder: tuple[int, ...]) -> None:
    customer = ctx.session.get(Customer, row.customer_id)
    with in_locale("zh" if customer and (customer.language or "").startswith("zh") else "en"):
        body = str(_text(row, ladder[level]))
    ctx.session.add(Reminder(
        receivable_id=row.id, customer_id=row.customer_id, level=level, on=day, channel="email",
        owner_id=row.owner_id, state="draft", body=body,
    ))
    if row.owner_id:
        late = days_overdue(day, row.due or day)
        text = _("%(number)s of %(customer)s: %(days)s days overdue", number=row.number,
                 customer=customer.name if customer else "", days=late)
        if late <= 0:
            text = _("%(number)s of %(customer)s falls due on %(due)s", number=row.number,
                     customer=customer.name if customer else "", due=row.due)
        notify(ctx, row.owner_id, text, f"/r/finance.receivable/{row.id}")


def _text(row: Receivable, after: int) -> Any:
    values = {
        "number": row.number, "currency": row.currency, "open": f"{row.open:,.2f}",
        "due": str(row.due),
    }
    if after < 0:
        return _("Our claim %(number)s of %(currency)s %(open)s falls due on %(due)s. Please "
                 "arrange payment in time.", **values)
    if after < 15:
        return _("Our claim %(number)s of %(currency)s %(open)s was due on %(due)s. If you have "
                 "paid already, please send us the bank slip.", **values)
    return _("Our claim %(number)s of %(currency)s %(open)s has been overdue since %(due)s. Please "
             "name the day of payment; until then we must hold further shipments.", **values)


def send(ctx: Ctx, reminder: Reminder, params: dict[str, Any]) -> None:
    """The reminder went out by the channel chosen."""
    reminder.channel = params.get("channel") or reminder.channel
    if params.get("promised_on"):
        reminder.promised_on = params["promised_on"]
        row = ctx.session.get(Receivable, reminder.receivable_id)
        if row is not None:
            row.promised_on = params["promised_on"]


def drop(ctx: Ctx, reminder: Reminder, params: dict[str, Any]) -> None:
    """It is not sent."""


def month_end(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """On the first of a month: revalue open foreign receivables at the last day's rate, and draft
    the commissions of what was collected (DOMAIN §1.14)."""
    day = day_of(ctx, payload)
    if day.day != 1 and not payload.get("day"):
        return {"revalued": 0, "commissions": 0}
    last = day if payload.get("day") else day - timedelta(days=1)
    return {"revalued": booking.revalue(ctx, last), "commissions": commissions.draft_due(ctx)}


def broken_promises(ctx: Ctx, day: date) -> list[Receivable]:
    """Receivables whose promised day passed without payment."""
    query = select(Receivable).where(Receivable.promised_on < day, Receivable.open > 0)
    return list(ctx.session.scalars(query))
