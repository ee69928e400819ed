"""Care for customers: reorder reminders, birthdays and surveys (DOMAIN §1.10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, notify, save
from plugins.crm.api import Contact, Customer, note_activity, people_with
from plugins.orders.api import Order
from plugins.service import policy
from plugins.service.clock import reorder_day
from plugins.service.lots import GRAVE
from plugins.service.records import Care, Complaint
from plugins.service.services import ladder, url_of

BEFORE_BIRTHDAY = 3


def done(ctx: Ctx, task: Care, params: dict[str, Any]) -> None:
    """The task was done; what was learned stays with it."""
    task.done_on = ctx.today
    task.satisfaction, task.nps = params.get("satisfaction"), params.get("nps")
    task.notes = params.get("notes") or task.notes
    customer = ctx.session.get(Customer, task.customer_id)
    if customer is not None:
        note_activity(ctx, customer)


def drop(ctx: Ctx, task: Care, params: dict[str, Any]) -> None:
    """The task is not needed, and why."""
    task.notes = params["reason"]


# ---- hourly
def watch(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Overdue complaints: the handler is reminded, S1 and S2 go up at once (DOMAIN §6.5)."""
    counts = {"late": 0, "escalated": 0}
    query = select(Complaint).where(Complaint.next_due_at <= ctx.now, Complaint.state != "closed")
    for complaint in ctx.session.scalars(query):
        missed = [
            name
            for name, due, done_at in ladder(complaint)
            if due is not None and done_at is None and due <= ctx.now
        ]
        last = complaint.escalated_at
        newest = complaint.next_due_at
        if not missed or (last is not None and newest is not None and last >= newest):
            continue
        complaint.escalated_at = ctx.now
        grave = complaint.severity in GRAVE
        counts["escalated" if grave else "late"] += 1
        roles = ("sm", "qc", "gm") if grave else ("afs",)
        people = {person for role in roles for person in people_with(ctx, role)}
        people |= {p for p in (complaint.handler_id, complaint.owner_id) if p}
        for person in people:
            notify(
                ctx,
                person,
                _("Complaint %(number)s missed a deadline.", number=complaint.number),
                url_of(complaint),
            )
    return counts


# ---- daily
def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Reorder reminders, birthdays, and complaints that wait for the customer's word."""
    return {
        "reorder": _reorders(ctx),
        "birthdays": _birthdays(ctx),
        "silent": _silent(ctx),
    }


def _task(
    ctx: Ctx,
    customer: Customer,
    kind: str,
    subject: object,
    due: date,
    contact_id: int | None = None,
) -> bool:
    known = select(Care.id).where(
        Care.customer_id == customer.id,
        Care.kind == kind,
        Care.due_on >= due - timedelta(days=30),
        Care.due_on <= due + timedelta(days=30),
    )
    if contact_id is not None:
        known = known.where(Care.contact_id == contact_id)
    if ctx.session.scalar(known.limit(1)) is not None:
        return False
    task = save(
        ctx.system(),
        Care,
        {
            "customer_id": customer.id,
            "contact_id": contact_id,
            "kind": kind,
            "subject": str(subject)[:200],
            "due_on": due,
        },
    )
    task.owner_id = customer.owner_id
    return True


def _reorders(ctx: Ctx) -> int:
    days: dict[int, list[date]] = {}
    query = select(Order.customer_id, Order.signed_on).where(Order.signed_on.is_not(None))
    for customer_id, signed in ctx.session.execute(query):
        if signed is not None:
            days.setdefault(customer_id, []).append(signed)
    made = 0
    for customer_id, signed_days in days.items():
        due = reorder_day(signed_days)
        customer = ctx.session.get(Customer, customer_id)
        if due is None or customer is None or due > ctx.today or max(signed_days) > due:
            continue
        made += _task(
            ctx,
            customer,
            "reorder",
            _("Ask %(customer)s for the next order", customer=customer.name),
            ctx.today,
        )
    return made


def _birthdays(ctx: Ctx) -> int:
    day = ctx.today + timedelta(days=BEFORE_BIRTHDAY)
    query = (
        select(Contact, Customer)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(
            Contact.birthday.is_not(None),
            Customer.owner_id.is_not(None),
            Contact.archived_at.is_(None),
        )
    )
    made = 0
    for contact, customer in ctx.session.execute(query):
        born = contact.birthday
        if born is not None and (born.month, born.day) == (day.month, day.day):
            made += _task(
                ctx,
                customer,
                "greeting",
                _("Birthday of %(contact)s", contact=contact.name),
                day,
                contact.id,
            )
    return made


def _silent(ctx: Ctx) -> int:
    """Tell after-sales which complaints need a reminder to the customer."""
    week = ctx.today - timedelta(days=7)
    query = select(Complaint).where(
        Complaint.state == "executing",
        Complaint.reminders < policy.days(ctx, "silence_reminders"),
    )
    count = 0
    for complaint in ctx.session.scalars(query):
        if (complaint.reminded_on or complaint.updated_at.date()) > week:
            continue
        count += 1
        for person in people_with(ctx, "afs"):
            notify(
                ctx,
                person,
                _(
                    "Ask the customer to confirm that %(number)s is settled.",
                    number=complaint.number,
                ),
                url_of(complaint),
            )
    return count
