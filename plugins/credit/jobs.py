"""Clock-driven work of credit: expiry, holds, downgrades (DOMAIN §1.14, §6.3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select

from core.api import Ctx, _, notify, save
from plugins.credit import policy
from plugins.credit.records import Profile, Review
from plugins.credit.services import profile_of, recalculate
from plugins.crm.api import Customer, set_hold
from plugins.finance.api import days_overdue, open_of
from plugins.orders.api import usd_value

ZERO = Decimal(0)


def daily(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Expire profiles and excesses, open reviews in time, hold late payers, recompute exposures."""
    done = {"expired": 0, "lapsed": 0, "held": 0, "downgraded": 0, "reviews": 0}
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
    return done


def _ask_before_expiry(ctx: Ctx, profile: Profile) -> bool:
    """Some days before a limit ends its review is opened, once; the representative is told."""
    if profile.state != "active" or profile.valid_to is None:
        return False
    begin = profile.valid_to - timedelta(days=policy.days(ctx, "review_before"))
    if not begin <= ctx.today <= profile.valid_to:
        return False
    known = select(Review.id).where(Review.customer_id == profile.customer_id, or_(
        and_(Review.trigger == "expiry",
             Review.created_at >= datetime.combine(begin, time.min, ctx.zone)),
        and_(Review.state.in_(("draft", "approval")), Review.temporary.is_(False)),
    ))
    if ctx.session.scalar(known.limit(1)) is not None:
        return False
    customer = ctx.session.get_one(Customer, profile.customer_id)
    review = save(ctx.system(), Review, {
        "customer_id": customer.id, "trigger": "expiry", "currency": profile.currency,
        "requested": profile.limit, "credit_days": profile.credit_days,
    })
    review.owner_id = customer.owner_id
    if customer.owner_id:
        text = _("The credit limit of %(customer)s ends on %(day)s. Collect the papers for its "
                 "review.", customer=customer.name, day=profile.valid_to)
        notify(ctx, customer.owner_id, text, f"/r/credit.review/{review.id}")
    return True


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
        done["held"] += 1
    if days > policy.days(ctx, "downgrade_days") and customer.grade != "D":
        customer.grade = "D"
        profile = profile_of(ctx, customer_id)
        if profile is not None:
            profile.grade, profile.limit = "D", ZERO
            recalculate(ctx, customer_id)
        done["downgraded"] += 1
