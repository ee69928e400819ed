"""Credit profiles of the demo company, and the cases that wait today (DOMAIN §5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, Refused, perform, save
from plugins.credit import jobs
from plugins.credit.records import Profile, Review
from plugins.credit.services import recalculate
from plugins.crm.api import Customer, acting, at_work, worker
from plugins.orders.api import Order

POINTS = {
    "A": {"payment": 28, "financials": 17, "years": 13, "country": 13, "volume": 9, "insurer": 8},
    "B": {"payment": 24, "financials": 14, "years": 11, "country": 11, "volume": 7, "insurer": 7},
    "C": {"payment": 17, "financials": 10, "years": 9, "country": 8, "volume": 5, "insurer": 5},
}
LIMITS = {"A": "280000", "B": "140000", "C": "45000"}


def load(ctx: Ctx, stage: str) -> None:
    """Profiles at the stage "reference", today's cases at "stories"; twice is safe."""
    if stage == "reference":
        _profiles(ctx)
    else:
        _cases(ctx)


def _profiles(ctx: Ctx) -> None:
    if ctx.session.scalar(select(Profile.id).limit(1)) is not None:
        return
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None
    finance = worker(ctx, "fin")
    query = select(Customer).where(Customer.grade.in_(POINTS)).order_by(Customer.id)
    for number, customer in enumerate(ctx.session.scalars(query)):
        grade = customer.grade or "C"
        known = (ctx.today - customer.created_at.date()).days
        day = ctx.today - timedelta(days=min(345 - 8 * number, known - 5))  # two end in 30 days
        with acting(ctx, finance, at_work(ctx, day, number * 3)):
            review = save(ctx, Review, {
                "customer_id": customer.id, "trigger": "new", "requested": LIMITS[grade],
                "monthly": "90000", "credit_days": 60,
                "rows": [{"row": row, "points": points} for row, points in POINTS[grade].items()],
                "papers": [{"paper": paper, "there": True} for paper in ("licence", "report")],
            })
            perform(ctx, review, "submit")
    ctx.session.info["gatekeeper"] = keeper
    for number, profile in enumerate(ctx.session.scalars(select(Profile).order_by(Profile.id))):
        if number % 3 == 0:
            profile.insurer, profile.cover = "Demo Export Credit 演示信保", Decimal("0.90")
            profile.insurer_limit = Decimal(60_000)


def _cases(ctx: Ctx) -> None:
    """Exposure of today, holds of late payers, and a review for an order above its limit."""
    if ctx.session.scalar(select(Review.id).where(Review.trigger == "excess").limit(1)):
        return
    for profile in list(ctx.session.scalars(select(Profile))):
        recalculate(ctx, profile.customer_id)
    jobs.daily(ctx, {})
    for profile in list(ctx.session.scalars(select(Profile).where(Profile.state == "active"))):
        if ctx.session.get_one(Customer, profile.customer_id).grade == "D":
            with acting(ctx, worker(ctx, "fin"), at_work(ctx, ctx.today, 20)):
                perform(ctx, profile, "suspend", {"reason": "Downgraded to D: paid 75 days late"})
    query = select(Order).where(Order.state == "sent").order_by(Order.id.desc())
    for order in list(ctx.session.scalars(query)):
        if order.on_credit and not order.customer.hold:
            _excess(ctx, order)


def _excess(ctx: Ctx, order: Order) -> None:
    """An order above the limit: of story 7 decided three weeks ago, of others waiting today."""
    granted = (order.customer_po or "").startswith("TEMP-")
    day = ctx.today - timedelta(days=20 if granted else 0)
    keeper = ctx.session.info.get("gatekeeper")
    if granted:
        ctx.session.info["gatekeeper"] = None
    try:
        with acting(ctx, order.owner_id, at_work(ctx, day, 30)):
            review = perform(ctx, order, "ask_credit")
            rows = [{"id": row.id, "row": row.row, "points": POINTS["B"][row.row]}
                    for row in review.rows]
            save(ctx, Review, {"rows": rows, "evidence": "Season order, goods insured."}, review)
            perform(ctx, review, "submit")
        if granted:
            with acting(ctx, order.owner_id, at_work(ctx, day, 200)):
                perform(ctx, order, "sign")
            with acting(ctx, worker(ctx, "mer"), at_work(ctx, day, 300)):
                perform(ctx, order, "release")
    except Refused:
        return
    finally:
        ctx.session.info["gatekeeper"] = keeper
