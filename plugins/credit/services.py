"""Exposure kept up to date, the verdict, and what a review decides (DOMAIN §1.5, §2.5, §6.3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, notify, save
from plugins.credit import exposure as figures
from plugins.credit import policy
from plugins.credit.records import ROWS, Profile, Review, ScoreRow
from plugins.credit.scoring import (
    decision_path,
    grade,
    read_grades,
    read_scorecard,
    score,
    suggested_limit,
)
from plugins.crm.api import Customer
from plugins.finance.api import Receipt, days_overdue, open_of
from plugins.orders.api import (
    AFLOAT,
    Delivery,
    Order,
    deposit_received,
    exposure_weight,
    open_orders,
    operative_credit,
    override_of,
    usd_value,
)
from plugins.products.api import convert

ZERO = Decimal(0)
EXPOSURE = "credit.exposure"


def profile_of(ctx: Ctx, customer_id: int) -> Profile | None:
    """The credit profile of a customer, if there is one; its exposure is up to date."""
    ctx.settle((EXPOSURE, customer_id))
    return ctx.session.scalar(select(Profile).where(Profile.customer_id == customer_id))


def lock(ctx: Ctx, customer_id: int) -> Profile | None:
    """The profile with its row locked until the end of the transaction.

    Two orders that are confirmed against the same limit pass here one after the other.
    """
    ctx.session.flush()
    return ctx.session.scalar(
        select(Profile).where(Profile.customer_id == customer_id).with_for_update(),
        execution_options={"populate_existing": True},
    )


def compute(ctx: Ctx, profile: Profile, extra: Order | None = None) -> figures.Exposure:
    """The exposure from zero, in the currency of the profile; `extra` is an order to add."""
    orders = [o for o in open_orders(ctx, profile.customer_id) if extra is None or o is not extra]
    if extra is not None:
        orders.append(extra)
    used = _used(ctx, orders)
    to = profile.currency

    def worth(amount: Decimal, source: str) -> Decimal:
        return convert(ctx, amount, source, to, ctx.today)

    receivables = insured = ZERO
    for row in open_of(ctx, profile.customer_id):
        if row.open and row.delivery_id is not None and row.kind != "lc":
            receivables += worth(row.open, row.currency)
            insured += worth(row.open, row.currency) if _insured(ctx, profile) else ZERO
    return figures.exposure(
        [_open_order(ctx, order, worth, used.get(order.id, ZERO)) for order in orders],
        receivables,
        unallocated=sum((worth(a, c) for a, c in _loose(ctx, profile.customer_id)), ZERO),
        insured=insured,
        insurer_limit=profile.insurer_limit or ZERO,
        cover=profile.cover or ZERO,
    )


def _insured(ctx: Ctx, profile: Profile) -> bool:
    return bool(profile.insurer_limit) and (
        profile.insurer_until is None or profile.insurer_until >= ctx.today
    )


def _open_order(ctx: Ctx, order: Order, worth: Any, used: Decimal) -> figures.OpenOrder:
    unshipped = max(ZERO, order.total - (order.shipped or ZERO))
    held = deposit_received(order)
    if order.total and order.shipped:
        held = max(ZERO, held - used)
    secured = bool(order.lc_share) and operative_credit(ctx, order) is not None
    weight = exposure_weight(order.weight, order.lc_share, secured)
    return figures.OpenOrder(worth(unshipped, order.currency), weight, worth(held, order.currency))


def _used(ctx: Ctx, orders: list[Order]) -> dict[int, Decimal]:
    """How much of each order's deposit its deliveries have used up."""
    shipped = [order.id for order in orders if order.total and order.shipped]
    if not shipped:
        return {}
    from_deliveries = select(Delivery.order_id, Delivery.deposit_used).where(
        Delivery.order_id.in_(shipped), Delivery.state.in_(AFLOAT)
    )
    found: dict[int, Decimal] = {}
    for ident, amount in ctx.session.execute(from_deliveries):
        found[ident] = found.get(ident, ZERO) + amount
    return found


def _loose(ctx: Ctx, customer_id: int) -> list[tuple[Decimal, str]]:
    query = select(Receipt.left, Receipt.currency).where(
        Receipt.customer_id == customer_id,
        Receipt.state.in_(("confirmed", "allocated", "posted")),
        Receipt.left > 0,
    )
    return [(left, code) for left, code in ctx.session.execute(query)]


def recalculate(ctx: Ctx, customer_id: int | None) -> Profile | None:
    """Bring the stored exposure of a customer up to date."""
    profile = profile_of(ctx, customer_id) if customer_id else None
    if profile is None:
        return None
    found = compute(ctx, profile)
    profile.orders, profile.receivables = found.orders, found.receivables
    profile.unallocated, profile.insured = found.unallocated, found.insured
    profile.exposure = found.net
    profile.available = found.available(limit_of(ctx, profile))
    profile.computed_at = ctx.now
    return profile


def limit_of(ctx: Ctx, profile: Profile, order: Order | None = None) -> Decimal:
    """The limit that counts: with a temporary excess for its one order and until its day."""
    limit: Decimal = profile.limit if profile.state == "active" else ZERO
    fits = order is not None and profile.temporary_order_id == order.id
    if fits and profile.temporary_until and profile.temporary_until >= ctx.today:
        limit += profile.temporary_limit
    return limit


def standing(ctx: Ctx, customer: Customer, profile: Profile | None, needs: bool) -> Any:
    """What may block a customer: hold, sanctions, an expired profile, overdue money."""
    overdue = tuple(
        (days_overdue(ctx.today, row.due), usd_value(ctx, row.open, row.currency))
        for row in open_of(ctx, customer.id)
        if row.due and row.due < ctx.today and row.open > 0
    )
    expired = needs and (profile is None or profile.state != "active" or (
        profile.valid_to is not None and profile.valid_to < ctx.today))
    return figures.Standing(
        on_hold=bool(customer.hold), sanctioned="sanctioned" in (customer.tags or ()),
        expired=expired, overdue=overdue,
    )


def verdict_for(ctx: Ctx, order: Order) -> tuple[figures.Verdict, Profile | None]:
    """The verdict on an order about to be confirmed; locks the profile."""
    profile = lock(ctx, order.customer_id)
    customer = ctx.session.get_one(Customer, order.customer_id)
    on_credit = order.on_credit
    stands, rule = standing(ctx, customer, profile, on_credit), policy.block_rule(ctx)
    if profile is None or not order.weight:
        return figures.verdict(stands, ZERO, ZERO, *rule), profile
    net = compute(ctx, profile, extra=order).net
    if not on_credit and profile.state != "active":
        return figures.verdict(stands, ZERO, ZERO, *rule), profile
    return figures.verdict(stands, net, limit_of(ctx, profile, order), *rule), profile


REASONS = {
    "hold": _("The customer is on hold. Finance must lift the hold first."),
    "sanctions": _("The customer is on a sanctions list."),
    "expired": _("There is no active credit profile. Ask for a credit review, or agree on "
                 "advance payment or a letter of credit."),
    "overdue": _("An invoice is overdue by more than 15 days. Collect it first."),
}


def confirmation_faults(ctx: Ctx, order: Order) -> list[Refusal]:
    """Why an order may not be confirmed: block, or above the limit without an approved excess."""
    if override_of(order, "credit", ctx.today):
        return []
    found, profile = verdict_for(ctx, order)
    if found.result == figures.BLOCK:
        return [Refusal(REASONS[code], None, f"credit_{code}") for code in found.reasons]
    if found.result == figures.REVIEW and profile is not None:
        text = _("The credit limit lacks %(currency)s %(excess)s. Ask for a review, a deposit of "
                 "that amount or a letter of credit.",
                 currency=profile.currency, excess=f"{found.excess:,.2f}")
        return [Refusal(text, None, "credit_limit")]
    return []


def shipment_faults(ctx: Ctx, order: Order) -> list[Refusal]:
    """At shipment the block conditions are checked again, for goods not paid in advance."""
    if override_of(order, "credit", ctx.today) or order.risk == "advance":
        return []
    customer = ctx.session.get_one(Customer, order.customer_id)
    profile = profile_of(ctx, order.customer_id)
    stands = standing(ctx, customer, profile, order.on_credit)
    found = figures.shipment_verdict(stands, *policy.block_rule(ctx))
    return [Refusal(REASONS[code], None, f"credit_{code}") for code in found.reasons]


def ask_review(ctx: Ctx, order: Order, params: dict[str, Any]) -> Review:
    """A review for an order above the limit: the missing amount is filled in."""
    found, profile = verdict_for(ctx, order)
    limit = profile.limit if profile else ZERO
    review: Review = save(ctx.system(), Review, {
        "customer_id": order.customer_id, "order_id": order.id, "trigger": "excess",
        "currency": profile.currency if profile else "USD", "requested": limit + found.excess,
        "temporary": bool(profile and profile.state == "active"),
        "temporary_until": ctx.today + timedelta(days=policy.days(ctx, "excess_proposed")),
    })
    review.excess, review.owner_id = found.excess, order.owner_id
    ctx.session.flush()
    return review


def fill_review(ctx: Ctx, review: Review) -> None:
    """Before a save: scorecard and checklist rows, score, grade and suggested limit."""
    if not review.rows:
        review.rows[:] = [
            ScoreRow(position=n, row=row, points=0) for n, (row, _label) in enumerate(ROWS, start=1)
        ]
    _score(ctx, review)
    profile = profile_of(ctx, review.customer_id) if review.customer_id else None
    insurer = profile.insurer_limit if profile and profile.insurer_limit else None
    review.suggested = suggested_limit(
        review.monthly or ZERO, review.credit_days or 0, review.grade, insurer, policy.caps(ctx)
    )
    review.exposure = profile.exposure if profile else ZERO


def _score(ctx: Ctx, review: Review) -> None:
    maxima = read_scorecard(ctx.setting("credit.scorecard"))
    labels, wrong = dict(ROWS), []
    for row in review.rows:
        row.points, row.most = row.points or 0, maxima[row.row]
        if not 0 <= row.points <= row.most:
            text = _("“%(row)s” takes 0 to %(most)s points.", row=labels[row.row], most=row.most)
            wrong.append(Refusal(text, "rows", "invalid"))
    if wrong:
        raise Refused(wrong)
    review.score = score({row.row: row.points for row in review.rows}, maxima)
    review.grade = grade(review.score, read_grades(ctx.setting("credit.grades")))


def submit_review(ctx: Ctx, review: Review, params: dict[str, Any]) -> None:
    """Hand in: scored, and the way of decision found; nobody raises the limit of an own customer
    alone, since finance always decides."""
    fill_review(ctx, review)
    if review.temporary:
        if review.order_id is None or review.temporary_until is None:
            raise Refused(Refusal(_("A temporary excess is for one order and until a day."),
                                  "temporary_until"))
        most = policy.days(ctx, "excess_days")
        if review.temporary_until > ctx.today + timedelta(days=most):
            raise Refused(Refusal(_("A temporary excess lasts at most %(n)s days.", n=most),
                                  "temporary_until"))
    find_path(ctx, review)


def find_path(ctx: Ctx, review: Review) -> None:
    """Who decides, by limit, grade and excess."""
    profile = profile_of(ctx, review.customer_id)
    current = profile.limit if profile else ZERO
    excess = max(ZERO, review.requested - current) if review.temporary else ZERO
    path = decision_path(
        convert(ctx, review.requested, review.currency, "USD", ctx.today), review.grade or "D",
        review.credit_days > 0, excess, current,
        policy.amount(ctx, "sales_from"), policy.amount(ctx, "boss_from"),
        policy.amount(ctx, "excess_share"),
    )
    review.excess = excess
    review.needs_sales, review.needs_boss = path.sales, path.boss
    review.facts = {"score": review.score, "grade": review.grade, "limit_before": str(current)}


def propose(ctx: Ctx, review: Review, values: dict[str, Any]) -> None:
    """Finance scores and proposes under review; the way of decision is found anew."""
    if review.state == "approval" and "requested" in values:
        find_path(ctx, review)
        review.facts = {**(review.facts or {}), "proposed": bool(review.score)}


def proposal_faults(ctx: Ctx, review: Review, values: dict[str, Any]) -> list[Refusal]:
    """Under review only finance writes scores, and proposes nothing without them."""
    if review.state != "approval":
        return []
    scored = any(ctx.session.is_modified(row) for row in (*review.rows, *review.papers))
    if scored and not ctx.can("credit.profile.write"):
        return [Refusal(_("Finance scores a review that was handed in."), "rows", "locked")]
    if "requested" in values and not review.score:
        return [Refusal(_("Fill in the scorecard first."), "requested", "score")]
    return []


def excess_at(ctx: Ctx, order: Order, total: Decimal) -> Decimal | None:
    """US dollars above the limit if the order had a new total; None without a profile."""
    profile = profile_of(ctx, order.customer_id)
    if profile is None or not order.weight:
        return None
    more = convert(ctx, (total - order.total) * order.weight, order.currency, profile.currency,
                   ctx.today)
    over = max(ZERO, profile.exposure + more - limit_of(ctx, profile, order))
    return convert(ctx, over, profile.currency, "USD", ctx.today)


def approve_review(ctx: Ctx, review: Review, params: dict[str, Any]) -> None:
    """The profile takes over the decision; the order that waited can be confirmed."""
    review.decided_on = ctx.today
    profile = profile_of(ctx, review.customer_id)
    customer = ctx.session.get_one(Customer, review.customer_id)
    if profile is None:
        profile = Profile(customer_id=customer.id, customer_name=customer.name,
                          currency=review.currency, limit=ZERO, temporary_limit=ZERO, state="none")
        ctx.session.add(profile)
    if review.temporary:
        profile.temporary_limit = review.requested - profile.limit
        profile.temporary_until = review.temporary_until
        profile.temporary_order_id = review.order_id
    else:
        profile.limit, profile.state = review.requested, "active"
        profile.score, profile.grade = review.score, review.grade
        profile.credit_days, profile.conditions = review.credit_days, review.conditions
        profile.valid_from, profile.valid_to = ctx.today, (
            ctx.today + timedelta(days=policy.days(ctx, "valid_days")))
        customer.grade = review.grade
    ctx.session.flush()
    recalculate(ctx, customer.id)
    if review.owner_id:
        text = _("The credit review %(review)s of %(customer)s was approved.",
                 review=review.number, customer=customer.name)
        notify(ctx, review.owner_id, text, f"/r/credit.review/{review.id}")


def refuse_review(ctx: Ctx, review: Review, params: dict[str, Any]) -> None:
    """The representative is told the alternatives: a deposit of the excess, or an L/C."""
    review.decided_on = ctx.today
    if review.owner_id:
        text = _("The credit review %(review)s was refused. Alternatives: a deposit of "
                 "%(currency)s %(excess)s, or a letter of credit.", review=review.number,
                 currency=review.currency, excess=f"{review.excess:,.2f}")
        notify(ctx, review.owner_id, text, f"/r/credit.review/{review.id}")


def withdraw(ctx: Ctx, review: Review, params: dict[str, Any]) -> None:
    """Taken back before a decision."""


def suspend(ctx: Ctx, profile: Profile, params: dict[str, Any]) -> None:
    """No credit until it is lifted."""
    profile.conditions = params["reason"]


def resume(ctx: Ctx, profile: Profile, params: dict[str, Any]) -> None:
    """The profile counts again."""
    recalculate(ctx, profile.customer_id)
