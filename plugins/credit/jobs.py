"""Clock-driven work of credit: expiry, holds, downgrades (DOMAIN §1.14, §6.3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, notify
from plugins.credit import policy, reviewing
from plugins.credit.records import Profile
from plugins.credit.services import profile_of, recalculate
from plugins.crm.api import Customer, ask_people, people_with, set_hold
from plugins.finance.api import days_overdue, open_of
from plugins.orders.api import usd_value

ZERO = Decimal(0)


def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Expire profiles and excesses, open reviews in time, hold late payers, recompute exposures."""
    done = {"expired": 0, "lapsed": 0, "held": 0, "downgraded": 0, "reviews": 0, "insurer": 0}
    for profile in list(ctx.session.scalars(select(Profile))):
        if profile.state == "active" and profile.valid_to and profile.valid_to < ctx.today:
            profile.state = "expired"
            done["expired"] += 1
        if profile.temporary_until and profile.temporary_until < ctx.today:
            profile.temporary_limit, profile.temporary_until = ZERO, None
            profile.temporary_order_id = None
            done["lapsed"] += 1
        recalculate(ctx, profile.customer_id)
        done["reviews"] += _ask_before_expiry(ctx, profile)
    for customer_id, days in _late_payers(ctx).items():
        _act_on(ctx, customer_id, days, done)
    done["insurer"] = _insurer_tasks(ctx)
    return done


def _insurer_tasks(ctx: Ctx) -> int:
    """Insured money that is late: tell the insurer, later prepare the claim; once each (§1.9)."""
    query = select(Profile).where(Profile.insurer_limit > 0)
    insured = {row.customer_id: row for row in ctx.session.scalars(query)}
    count = 0
    for row in open_of(ctx):
        profile = insured.get(row.customer_id)
        if profile is None or row.due is None or row.open <= 0 or row.delivery_id is None:
            continue
        late = days_overdue(ctx.today, row.due)
        step = None
        if late >= (profile.claim_days or policy.days(ctx, "claim_days")):
            step = "claim"
        elif late >= (profile.notify_days or policy.days(ctx, "notify_days")):
            step = "notify"
        if step is None or row.insurer_step in (step, "claim"):
            continue
        row.insurer_step = step
        values = {"number": row.number, "days": late,
                  "insurer": profile.insurer or _("the credit insurer")}
        text = _("%(number)s is %(days)s days overdue: notify %(insurer)s", **values)
        if step == "claim":
            text = _("%(number)s is %(days)s days overdue: prepare the claim to %(insurer)s",
                     **values)
        ask_people(ctx, row, people_with(ctx, "fin"), text, 1)
        count += 1
    return count


def _ask_before_expiry(ctx: Ctx, profile: Profile) -> bool:
    """Some days before a limit ends its review is opened, once; the representative is told."""
    if profile.state != "active" or profile.valid_to is None:
        return False
    begin = profile.valid_to - timedelta(days=policy.days(ctx, "review_before"))
    if not begin <= ctx.today <= profile.valid_to:
        return False
    customer = ctx.session.get_one(Customer, profile.customer_id)
    return reviewing.open_review(
        ctx, profile, "expiry",
        _("The credit limit of %(customer)s ends on %(day)s. Collect the papers for its review.",
          customer=customer.name, day=profile.valid_to), since=begin)


def _late_payers(ctx: Ctx) -> dict[int, int]:
    """Customers whose overdue money blocks, with the worst days."""
    late, amount = policy.block_rule(ctx)
    found: dict[int, int] = {}
    for row in open_of(ctx):
        if row.due is None or row.open <= 0:
            continue
        days = days_overdue(ctx.today, row.due)
        if days > late and usd_value(ctx, row.open, row.currency) > amount:
            found[row.customer_id] = max(days, found.get(row.customer_id, 0))
    return found


def _act_on(ctx: Ctx, customer_id: int, days: int, done: dict[str, int]) -> None:
    customer = ctx.session.get_one(Customer, customer_id)
    if not customer.hold:
        set_hold(ctx, customer, str(_("Overdue by %(days)s days", days=days)))
        text = _("%(customer)s is on hold: overdue by %(days)s days. No shipment leaves.",
                 customer=customer.name, days=days)
        people = {person for role in ("sm", "mer", "doc") for person in people_with(ctx, role)}
        for person in sorted(people | ({customer.owner_id} if customer.owner_id else set())):
            notify(ctx, person, text, f"/r/crm.customer/{customer.id}")
        done["held"] += 1
    if days > policy.days(ctx, "review_overdue"):
        done["reviews"] += reviewing.open_review(
            ctx, profile_of(ctx, customer_id), "overdue",
            _("%(customer)s pays late: its credit limit is reviewed.", customer=customer.name))
    if days > policy.days(ctx, "downgrade_days") and customer.grade != "D":
        customer.grade = "D"
        profile = profile_of(ctx, customer_id)
        if profile is not None:
            profile.grade, profile.limit = "D", ZERO
            recalculate(ctx, customer_id)
        done["downgraded"] += 1
