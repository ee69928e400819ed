"""Reviews that open by themselves, and the papers a review needs (DOMAIN §6.3 steps 1 and 2)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from core.api import Ctx, Panel, _, notify, save
from plugins.credit import policy
from plugins.credit.records import PAPERS, Paper, Profile, Review
from plugins.crm.api import Customer


def open_review(
    ctx: Ctx, profile: Profile | None, trigger: str, text: object, since: date | None = None
) -> bool:
    """Open a review of a customer's limit and tell the representative; True if one was opened.

    Not beside a review under way, and not twice for the same trigger since a day (by default
    the days of the setting "review_again").
    """
    if profile is None:
        return False
    begin = since or ctx.today - timedelta(days=policy.days(ctx, "review_again"))
    known = select(Review.id).where(Review.customer_id == profile.customer_id, or_(
        and_(Review.trigger == trigger,
             Review.created_at >= datetime.combine(begin, time.min, ctx.zone)),
        and_(Review.state.in_(("draft", "approval")), Review.temporary.is_(False)),
    ))
    if ctx.session.scalar(known.limit(1)) is not None:
        return False
    customer = ctx.session.get_one(Customer, profile.customer_id)
    review = save(ctx.system(), Review, {
        "customer_id": customer.id, "trigger": trigger, "currency": profile.currency,
        "requested": profile.limit, "credit_days": profile.credit_days,
    })
    review.owner_id = customer.owner_id
    if customer.owner_id:
        notify(ctx, customer.owner_id, text, f"/r/credit.review/{review.id}")
    return True


def insurer_changed(ctx: Ctx, profile: Profile, changes: dict[str, Any]) -> None:
    """The insurer changed its limit of a customer with credit: the own limit is reviewed."""
    if "insurer_limit" not in changes or profile.state != "active":
        return
    customer = ctx.session.get_one(Customer, profile.customer_id)
    open_review(ctx, profile, "insurer", _(
        "The insurer changed its limit of %(customer)s: our limit is reviewed.",
        customer=customer.name), since=ctx.today)


def fill_papers(ctx: Ctx, review: Review) -> None:
    """Before a save: the checklist of the customer's country, where there is none yet."""
    if review.papers or not review.customer_id:
        return
    customer = ctx.session.get(Customer, review.customer_id)
    wanted = policy.read_papers(ctx.setting("credit.papers"))
    country = customer.country if customer is not None else None
    review.papers[:] = [
        Paper(position=n, paper=paper, there=False)
        for n, paper in enumerate(wanted.get(country or "*", wanted["*"]), start=1)
    ]


def missing(review: Review) -> list[object]:
    """The papers of the checklist that are not there."""
    labels = dict(PAPERS)
    return [labels[row.paper] for row in review.papers if not row.there]


def panels(review: Review) -> list[Panel]:
    """What still has to be collected."""
    found = missing(review)
    rows: list[tuple[object, object]] = [(_("Still missing"), label) for label in found]
    if not rows:
        return []
    return [Panel("credit.papers", _("Papers to collect"), rows, colour="amber", sequence=6)]
