"""A year of inquiries of the demo company's customers (DOMAIN §5)."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import perform, save
from plugins.crm.acting import acting, at_work, dealt, scaled
from plugins.crm.demo_cast import Cast
from plugins.crm.demo_data import NEXT, NOTES, is_big, weight_of
from plugins.crm.records import Contact, Customer, Inquiry, Lead
from plugins.crm.terms import LOST_REASONS
from plugins.products.api import Product

INQUIRIES, SMALL_INQUIRIES = 520, 22
PIPELINE = ("mark_quoted", "start_sampling", "negotiate", "mark_pi_sent")
MEDIAN, MEDIAN_BIG, SPREAD = 19_500, 42_000, 0.7
"""Order values are log-normal around USD 24,000; those of the biggest lie higher."""
LINES, LINE_WEIGHTS = (1, 2, 3, 4, 5), (34, 27, 21, 11, 7)


def tell(cast: Cast) -> None:
    """What known customers asked for, oldest first; inquiries from leads are there already."""
    ctx = cast.ctx
    query = select(Customer).where(Customer.grade.is_not(None)).order_by(Customer.id)
    customers = list(ctx.session.scalars(query))
    contacts = {row.customer_id: row.id for row in ctx.session.scalars(select(Contact))}
    leads = {row.customer_id: row.id for row in ctx.session.scalars(
        select(Lead).where(Lead.customer_id.is_not(None)))}
    weights = {c.name: weight_of(c.name, c.grade) for c in customers}
    there = len(list(ctx.session.scalars(select(Inquiry.id))))
    count = SMALL_INQUIRIES if cast.small else max(20, scaled(ctx, INQUIRIES) - there)
    by_name = {c.name: c for c in customers}
    chosen = [by_name[name] for name in dealt(cast.rng, weights, count)]
    asked = sorted(((_day(cast, c), n, c) for n, c in enumerate(chosen)), key=lambda row: row[:2])
    for n, (day, _n, customer) in enumerate(asked):
        inquiry = _inquiry(cast, customer, day, contacts.get(customer.id), leads.get(customer.id))
        _follow_up(cast, inquiry, day)
        if n % 10 == 0:
            ctx.progress(50 + n * 50 // count)


def _day(cast: Cast, customer: Customer) -> date:
    """A day of the year since the customer is known."""
    known = (cast.today - customer.created_at.date()).days
    return cast.past_day(2, min(375, max(40, known - 3)))


def _basket(cast: Cast, worth: float) -> list[tuple[Product, int]]:
    """Products for about `worth`, in whole cartons and at least the minimum quantity."""
    rng = cast.rng
    count = min(rng.choices(LINES, LINE_WEIGHTS)[0], max(1, int(worth / 2_500)))
    fitting = [p for p in cast.products if _least(p) < worth / count * 1.2]
    chosen = rng.sample(fitting or cast.products[:1], min(count, max(1, len(fitting))))
    shares = [rng.uniform(0.5, 1.5) for _p in chosen]
    found = []
    for product, share in zip(chosen, shares, strict=True):
        pieces = worth * share / sum(shares) / float(product.list_price or 1)
        box = product.pieces_per_carton or 1
        found.append((product, max(product.moq or 1, math.ceil(pieces / box) * box)))
    return found


def _least(product: Product) -> float:
    return float(product.list_price or 1) * (product.moq or 1)


def _inquiry(
    cast: Cast, customer: Customer, day: date, contact: int | None, lead: int | None
) -> Inquiry:
    ctx, rng = cast.ctx, cast.rng
    median = MEDIAN_BIG if is_big(customer.name) else MEDIAN
    basket = _basket(cast, min(rng.lognormvariate(math.log(median), SPREAD), 160_000))
    amount = sum((Decimal(qty) * (p.list_price or 0) for p, qty in basket), Decimal(0))
    with acting(ctx, customer.owner_id, at_work(ctx, day, rng.randint(10, 500))):
        made: Inquiry = save(ctx, Inquiry, {
            "subject": basket[0][0].name_en, "customer_id": customer.id, "contact_id": contact,
            "lead_id": lead, "received_on": day, "incoterm": customer.incoterm,
            "destination": customer.port, "needed_by": day + timedelta(days=rng.randint(60, 120)),
            "expected_amount": amount.quantize(Decimal("0.01")), "currency": customer.currency,
            "lines": [{"product_id": p.id, "description": p.name_en, "qty": qty}
                      for p, qty in basket],
            "next_action_on": day + timedelta(days=2),
        })
    return made


def _follow_up(cast: Cast, inquiry: Inquiry, day: date) -> None:
    """Old inquiries were decided, recent ones stand somewhere on the way."""
    ctx, rng = cast.ctx, cast.rng
    age, fate = (cast.today - day).days, rng.random()

    def do(step: str, after: int, params: dict[str, Any] | None = None) -> None:
        later = min(day + timedelta(days=after), cast.today)
        with acting(ctx, inquiry.owner_id, at_work(ctx, later, rng.randint(10, 500))):
            perform(ctx, inquiry, step, params)

    if age > 3:
        do("qualify", 1)
        do("log_activity", 2, {
            "kind": rng.choice(("email", "call", "chat")), "summary": rng.choice(NOTES),
            "next_action_on": min(day + timedelta(days=8), cast.today).isoformat()})
    if age > 30 and fate > (0.94 if not cast.small else 0.7):
        reason = rng.choice(LOST_REASONS)[0]
        do("lose", rng.randint(15, 28), {
            "reason": reason, "competitor": "Unknown" if reason == "competitor" else None})
    elif age > 6:
        do("confirm_spec", 3)
        if cast.small:
            _without_quotes(cast, age, do)
    if inquiry.closed_on is None:
        plan = {"next_action_on": next_day(cast), "next_action": rng.choice(NEXT)}
        with acting(ctx, inquiry.owner_id, at_work(ctx, day + timedelta(days=min(age, 9)))):
            save(ctx, Inquiry, plan, inquiry)


def next_day(cast: Cast) -> date:
    """Most next actions lie ahead, some are due today or overdue."""
    return cast.today + timedelta(days=cast.rng.choice((-3, -1, 0, 0, 1, 2, 3, 5, 7, 10, 14)))


def _without_quotes(cast: Cast, age: int, do: Any) -> None:
    """A company with crm alone keeps its stages by hand."""
    if age > 60 and cast.rng.random() < 0.6:
        do("win", 50)
        return
    for n, step in enumerate(PIPELINE[: cast.rng.randint(0, 4)]):
        do(step, 6 + n * 4)
