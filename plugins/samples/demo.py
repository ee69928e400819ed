"""Samples of the demo company: on every stage, with the five-fold order (DOMAIN §5)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.api import (
    Contact,
    Customer,
    Inquiry,
    acting,
    at_work,
    chance,
    scaled,
    worker,
)
from plugins.products.api import Product
from plugins.samples.records import Request

COUNT, WAITING = 110, 2
TODAY = (4, 4, 0, 0)
"""Ages of those that are to be sent and to be prepared today."""
STORY_8 = "Samples first, then five times the trial order"
"""Subject of the inquiry whose samples led to a five-fold order."""
COMMENTS = {
    "approved": ("Light and colour as agreed, go ahead", "Installed in our showroom, very good"),
    "changes": ("Cable 20 cm longer, otherwise fine", "Please print our logo on the housing"),
    "rejected": ("The driver hums at low voltage", "Finish does not match our RAL colour"),
}


def load(ctx: Ctx, stage: str) -> None:
    """Write the stories once, before the quotations that follow them."""
    if stage != "stories" or ctx.session.scalar(select(Request.id).limit(1)) is not None:
        return
    products = list(
        ctx.session.scalars(
            select(Product)
            .where(Product.list_price.is_not(None), Product.un_number.is_(None))
            .order_by(Product.id)
        )
    )
    customers = list(
        ctx.session.scalars(
            select(Customer)
            .where(Customer.payment_term_id.is_not(None), Customer.owner_id.is_not(None))
            .order_by(Customer.id)
        )
    )
    if not products or not customers:
        return
    rng = chance(ctx, "samples")
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None  # decided long ago; the last two wait today
    story = ctx.session.scalar(select(Inquiry).where(Inquiry.subject == STORY_8))
    count = scaled(ctx, COUNT) - WAITING - bool(story)
    ages = [2 + min(rng.randint(0, 345), rng.randint(0, 600)) for _n in range(count)]
    ages[:4] = TODAY
    for n, age in enumerate(sorted(ages, reverse=True)):
        _sample(ctx, rng, _receiver(ctx, rng, customers, age), products, age)
        ctx.progress(n * 100 // len(ages))
    if story is not None:
        buyer = ctx.session.get_one(Customer, story.customer_id)
        light = [p for p in products if p.code == "FL-50W-B"]
        _sample(ctx, rng, buyer, light or products[:1], 135, fate=0.1, inquiry=story)
    ctx.session.info["gatekeeper"] = keeper
    for _n in range(WAITING):
        _sample(ctx, rng, _receiver(ctx, rng, customers, 1), products, 1)


def _receiver(ctx: Ctx, rng: random.Random, customers: list[Customer], age: int) -> Customer:
    """Somebody who was known by then: customers, and prospects of whom fewer order."""
    day = ctx.today - timedelta(days=age)
    return rng.choice([c for c in customers if c.created_at.date() < day] or customers)


def _asked(ctx: Ctx, customer: Customer, day: date) -> int | None:
    """The inquiry that the sample belongs to: the last one before its day."""
    query = select(Inquiry.id).where(
        Inquiry.customer_id == customer.id, Inquiry.received_on <= day)
    return ctx.session.scalar(query.order_by(Inquiry.received_on.desc()).limit(1))


def _sample(
    ctx: Ctx,
    rng: random.Random,
    customer: Customer,
    products: list[Product],
    age: int,
    fate: float | None = None,
    inquiry: Inquiry | None = None,
) -> None:
    day = ctx.today - timedelta(days=age)
    contact = ctx.session.scalar(select(Contact.id).where(Contact.customer_id == customer.id))
    asked = inquiry.id if inquiry else _asked(ctx, customer, day)
    charged = rng.random() < 0.3
    with acting(ctx, customer.owner_id, at_work(ctx, day, 60)):
        request = save(
            ctx,
            Request,
            {
                "customer_id": customer.id,
                "contact_id": contact,
                "inquiry_id": asked,
                "kind": rng.choice(("stock", "made", "pre_production")),
                "purpose": rng.choice(
                    ("Test in the laboratory", "Showroom", "Approval before order")
                ),
                "needed_by": day + timedelta(days=20),
                "fee_policy": "refundable" if charged else "free",
                "fee": "60.00" if charged else None,
                "refund_from": "10000" if charged else None,
                "freight": "collect",
                "lines": [
                    {"product_id": p.id, "qty": rng.choice((1, 2, 3))}
                    for p in rng.sample(products, min(2, len(products)))
                ],
            },
        )
        perform(ctx, request, "submit")
    _go_on(ctx, rng, request, age, rng.random() if fate is None else fate)


def _go_on(ctx: Ctx, rng: random.Random, request: Request, age: int, fate: float) -> None:
    """Older parcels came to an end, recent ones stand somewhere on the way."""
    begun = ctx.today - timedelta(days=age)

    def do(role: str, step: str, after: int, **params: Any) -> bool:
        if after > age or request.state == "submitted":
            return False
        person = worker(ctx, role) if role != "owner" else request.owner_id
        moment = at_work(ctx, begun + timedelta(days=after), rng.randint(60, 400))
        with acting(ctx, person, moment):
            perform(ctx, request, step, params)
        return True

    parcel = {
        "courier": rng.choice(("DHL", "FEDEX", "UPS")),
        "freight_cost": "186.00",
        "tracking_no": f"TW{request.id:06}{rng.randint(1000, 9999)}",
    }
    if not (
        do("tec", "start", 1)
        and do("tec", "prepared", 3)
        and do("qc", "inspect_ok", 4)
        and do("wh", "label", 4)
        and do("wh", "send", 5, **parcel)
        and do("wh", "deliver", 11)
    ):
        return
    if fate > 0.75 and age < 60:
        return
    result = "approved" if fate < 0.45 else "changes" if fate < 0.6 else "rejected"
    if fate <= 0.75 and not do(
        "owner", "feedback", 19, result=result, comments=rng.choice(COMMENTS[result])
    ):
        return
    reason = None if fate <= 0.75 else "No answer after three reminders"
    do("owner", "close", 40, outcome="order" if fate < 0.3 else "no_order", reason=reason)
