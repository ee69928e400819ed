"""The demo company's channels, customers, leads and inquiries (DOMAIN §5).

Everything is a function of the seed and of today, and is written through save and steps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.acting import acting, at_work, clear_desks, people_with
from plugins.crm.demo_data import (
    EAST,
    FIRMS,
    FORMS,
    NEXT,
    NOTES,
    PEOPLE,
    PROSPECTS,
    SMALL_FIRMS,
    SPAM,
    TRADES,
    Firm,
)
from plugins.crm.records import AssignmentRule, Channel, Contact, Customer, Inquiry, Lead
from plugins.crm.terms import LOST_REASONS
from plugins.products.api import PaymentTerm, Product

SEED = 20_262
CHANNELS = (
    ("PLAT", "B2B platform 国际站", "b2b_platform", 6800, 38),
    ("WEB", "Website 官网", "website", 1500, 17),
    ("FAIR", "Exhibition 展会", "exhibition", 12000, 15),
    ("SOC", "Social media 社媒", "social", 2200, 12),
    ("MAIL", "Mailbox 邮箱", "mailbox", 0, 10),
    ("REF", "Referral 转介绍", "referral", 0, 8),
)
SEASON = (0.9, 0.4, 0.9, 1.0, 1.1, 1.0, 1.1, 1.3, 1.4, 1.2, 1.0, 0.9)
LEADS, INQUIRIES = 160, 150
PIPELINE = ("qualify", "confirm_spec", "mark_quoted", "start_sampling", "negotiate", "mark_pi_sent")


@dataclass
class Cast:
    """Who and what the stories are played with."""

    ctx: Ctx
    rng: random.Random
    reps: list[int]
    manager: int | None
    share: float
    today: date
    products: list[Product] = field(default_factory=list)
    channels: list[int] = field(default_factory=list)

    def owner_for(self, country: str) -> int:
        """The representative of a country."""
        return self.reps[min(1 if country in EAST else 0, len(self.reps) - 1)]

    def channel(self) -> int:
        """A channel, each as often as leads come through it."""
        if not self.channels:
            rows = {c.code: c.id for c in self.ctx.session.scalars(select(Channel))}
            self.channels = [rows[code] for code, *_rest in CHANNELS]
        return self.rng.choices(self.channels, [c[4] for c in CHANNELS])[0]

    def past_day(self, newest: int = 1, oldest: int = 360) -> date:
        """A working day of the last year, by the season of the trade."""
        while True:
            day = self.ctx.today - timedelta(days=self.rng.randint(newest, oldest))
            if day.weekday() < 5 and self.rng.random() * 1.4 < SEASON[day.month - 1]:
                return day


def load(ctx: Ctx, stage: str) -> None:
    """Write the stage once."""
    reps = people_with(ctx, "rep")
    if not reps:
        return
    small = "quotes" not in ctx.enabled
    managers = people_with(ctx, "sm") or people_with(ctx, "adm")
    cast = Cast(
        ctx,
        random.Random(SEED),  # noqa: S311
        reps,
        managers[0] if managers else None,
        0.15 if small else 1.0,
        ctx.today,
    )
    if stage == "reference" and ctx.session.scalar(select(Channel.id).limit(1)) is None:
        _reference(cast, SMALL_FIRMS if small else FIRMS)
    if stage == "stories" and ctx.session.scalar(select(Lead.id).limit(1)) is None:
        cast.products = list(
            ctx.session.scalars(
                select(Product).where(Product.list_price.is_not(None)).order_by(Product.id)
            )
        )
        _leads(cast)
        _inquiries(cast)
        _pool(cast)
        clear_desks(ctx)


def _reference(cast: Cast, firms: list[Firm]) -> None:
    ctx = cast.ctx
    with acting(ctx, cast.manager, at_work(ctx, ctx.today - timedelta(days=400))):
        for code, name, kind, cost, _share in CHANNELS:
            save(ctx, Channel, {"code": code, "name": name, "kind": kind, "monthly_cost": cost})
        if len(cast.reps) > 1:
            save(
                ctx,
                AssignmentRule,
                {
                    "name": "Americas and Asia-Pacific",
                    "sequence": 10,
                    "countries": sorted(EAST),
                    "people": [{"user_id": cast.reps[1], "quota": 40}],
                },
            )
        save(
            ctx,
            AssignmentRule,
            {
                "name": "Europe, Middle East, Africa",
                "sequence": 20,
                "people": [{"user_id": cast.reps[0], "quota": 40}],
            },
        )
    for n, firm in enumerate(firms):
        owner = cast.owner_for(firm.country)
        day = ctx.today - timedelta(days=390 - n * 5)
        with acting(ctx, owner, at_work(ctx, day, 60 + n)):
            _customer(cast, firm)


def _customer(cast: Cast, firm: Firm) -> None:
    ctx = cast.ctx
    term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == firm.term))
    customer = save(
        ctx,
        Customer,
        {
            "name": firm.name,
            "channel_id": cast.channel(),
            "short_name": firm.name.split()[0],
            "country": firm.country,
            "grade": firm.grade,
            "kind": firm.kind,
            "currency": firm.currency,
            "incoterm": firm.incoterm,
            "port": firm.place,
            "payment_term_id": term,
            "website": f"https://www.{firm.root}.example",
            "email": f"info@{firm.root}.example",
            "address": f"{cast.rng.randint(2, 180)} Dock Road\n{firm.place}",
            "shipping_marks": f"{firm.root.upper()}\n{firm.place.upper()}\nC/NO. 1-UP",
            "sanctions_checked_on": ctx.today,
        },
    )
    given = firm.contact.split()[0].lower()
    save(
        ctx,
        Contact,
        {
            "name": firm.contact,
            "customer_id": customer.id,
            "position": firm.position,
            "email": f"{given}@{firm.root}.example",
            "decides": True,
            "birthday": date(1985, 1 + len(given) % 12, 1 + len(firm.root)),
        },
    )


def _leads(cast: Cast) -> None:
    count = int(LEADS * cast.share)
    days = sorted((cast.past_day() for _n in range(count)), reverse=True)
    for n, day in enumerate(reversed(days)):
        _lead(cast, n, day)
    for n in range(7 if cast.share == 1 else 3):  # waiting today: some in time, some late
        _lead(cast, count + n, cast.ctx.today, fresh=True)


def _lead_values(cast: Cast, n: int, country: str) -> dict[str, Any]:
    rng = cast.rng
    root = f"{PROSPECTS[n % len(PROSPECTS)]} {TRADES[(n // len(PROSPECTS) + n) % len(TRADES)]}"
    slug = root.replace(" ", "").lower() + str(n)
    product = rng.choice(cast.products) if cast.products else None
    amount = Decimal(rng.randint(20, 900)) * 100
    return {
        "company_name": f"{root} {FORMS[country]}",
        "contact_name": rng.choice(PEOPLE),
        "email": f"buyer@{slug}.example",
        "country": country,
        "interest": product.name_en if product else "LED floodlight",
        "est_amount": amount,
        "product_id": product.id if product else None,
        "est_qty": rng.choice((200, 500, 1000, 2000, 5000)),
        "raw_text": "Please send your best price, the lead time and the certificates.",
    }


def _lead(cast: Cast, n: int, day: date, fresh: bool = False) -> None:
    ctx, rng = cast.ctx, cast.rng
    values = _lead_values(cast, n, rng.choice(sorted(FORMS)))
    values["channel_id"] = cast.channel()
    values["source_ref"] = f"M{n + 10_000}"
    fate, reason = 1.0 if fresh else rng.random(), ""
    moment = at_work(ctx, day, rng.randint(0, 480))
    if fresh:
        moment = ctx.now - timedelta(minutes=25 * (n % 8) + 5, days=1 if n % 3 == 0 else 0)
    if fate < 0.25:
        subject, reason = rng.choice(SPAM)
        values |= {"interest": subject, "product_id": None, "est_amount": None, "est_qty": None}
    elif fate < 0.33:
        firm = rng.choice(FIRMS if cast.share == 1 else SMALL_FIRMS)
        values |= {
            "company_name": firm.name,
            "country": firm.country,
            "email": f"info@{firm.root}.example",
            "contact_name": firm.contact,
        }
    with acting(ctx, None, moment):
        lead = save(ctx, Lead, values)
    if not fresh and lead.owner_id is not None:
        answered = min(moment + timedelta(minutes=rng.randint(10, 150)), ctx.now)
        with acting(ctx, lead.owner_id, answered):
            _decide(cast, lead, fate, reason, day)


def _decide(cast: Cast, lead: Lead, fate: float, reason: str, day: date) -> None:
    """What its owner did with a lead."""
    ctx = cast.ctx
    if lead.duplicate == "exact":
        perform(ctx, lead, "merge", {})
    elif fate < 0.25:
        perform(ctx, lead, "invalidate", {"reason": reason})
    else:
        perform(ctx, lead, "contacted")
        if fate > 0.78:
            _converted(cast, perform(ctx, lead, "convert", {}), day)


def _converted(cast: Cast, inquiry: Inquiry, day: date) -> None:
    """A new firm asks once; most of the old ones came to nothing."""
    ctx, age = cast.ctx, (cast.today - day).days
    term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == "TT30B"))
    usual = {"payment_term_id": term, "incoterm": "FOB", "currency": "USD", "port": "Ningbo"}
    save(ctx, Customer, usual, ctx.session.get(Customer, inquiry.customer_id))
    inquiry.next_action_on = _next_day(cast)
    inquiry.next_action = cast.rng.choice(NEXT)
    if age > 40 and cast.rng.random() < 0.8:
        with acting(ctx, inquiry.owner_id, ctx.now + timedelta(days=30)):
            perform(ctx, inquiry, "lose", {"reason": cast.rng.choice(("price", "no_reply"))})


def _next_day(cast: Cast) -> date:
    """Most next actions lie ahead, some are due today or overdue."""
    return cast.today + timedelta(days=cast.rng.choice((-3, -1, 0, 0, 1, 2, 3, 5, 7, 10, 14)))


def _inquiries(cast: Cast) -> None:
    ctx = cast.ctx
    customers = list(
        ctx.session.scalars(
            select(Customer).where(Customer.grade.is_not(None)).order_by(Customer.id)
        )
    )
    weights = [8 if c.grade == "A" else 4 if c.grade == "B" else 2 for c in customers]
    count = int(INQUIRIES * cast.share)
    for day in sorted(cast.past_day(2, 340) for _n in range(count)):
        _inquiry(cast, cast.rng.choices(customers, weights)[0], day)


def _inquiry(cast: Cast, customer: Customer, day: date) -> None:
    ctx, rng = cast.ctx, cast.rng
    lines, amount = [], Decimal(0)
    for product in rng.sample(
        cast.products, min(rng.choice((1, 1, 1, 2, 2, 3)), len(cast.products))
    ):
        price = product.list_price or Decimal(1)
        qty = max(product.moq or 100, int(rng.lognormvariate(9.6, 0.7) / float(price)) // 50 * 50)
        lines.append({"product_id": product.id, "description": product.name_en, "qty": qty})
        amount += price * qty
    contact = ctx.session.scalar(select(Contact).where(Contact.customer_id == customer.id).limit(1))
    lead = select(Lead.id).where(Lead.customer_id == customer.id).order_by(Lead.id.desc())
    with acting(ctx, customer.owner_id, at_work(ctx, day, rng.randint(10, 500))):
        inquiry = save(
            ctx,
            Inquiry,
            {
                "subject": str(lines[0]["description"]) if lines else "LED floodlight",
                "customer_id": customer.id,
                "contact_id": contact.id if contact else None,
                "lead_id": ctx.session.scalar(lead.limit(1)),
                "received_on": day,
                "incoterm": customer.incoterm,
                "destination": customer.port,
                "needed_by": day + timedelta(days=rng.randint(60, 120)),
                "expected_amount": amount.quantize(Decimal("0.01")),
                "currency": customer.currency,
                "lines": lines,
                "next_action_on": day + timedelta(days=2),
            },
        )
    _follow_up(cast, inquiry, day)


def _follow_up(cast: Cast, inquiry: Inquiry, day: date) -> None:
    """Old inquiries were decided, recent ones stand somewhere on the way."""
    ctx, rng = cast.ctx, cast.rng
    age, fate = (ctx.today - day).days, rng.random()

    def do(step: str, after: int, params: dict[str, Any] | None = None) -> None:
        later = min(day + timedelta(days=after), ctx.today)
        with acting(ctx, inquiry.owner_id, at_work(ctx, later, rng.randint(10, 500))):
            perform(ctx, inquiry, step, params)

    if age > 3:
        do("qualify", 1)
        do(
            "log_activity",
            2,
            {
                "kind": rng.choice(("email", "call", "chat")),
                "summary": rng.choice(NOTES),
                "next_action_on": min(day + timedelta(days=8), ctx.today).isoformat(),
            },
        )
    if age > 6 and fate < 0.9:
        do("confirm_spec", 4)
    if age > 45 and fate > 0.62:
        reason = rng.choice(LOST_REASONS)[0]
        do(
            "lose",
            rng.randint(20, 45),
            {"reason": reason, "competitor": "Unknown" if reason == "competitor" else None},
        )
    elif "quotes" not in ctx.enabled and age > 8:
        _without_quotes(cast, inquiry, age, do)
    if inquiry.closed_on is None:
        with acting(ctx, inquiry.owner_id, at_work(ctx, day + timedelta(days=min(age, 9)))):
            plan = {"next_action_on": _next_day(cast), "next_action": rng.choice(NEXT)}
            save(ctx, Inquiry, plan, inquiry)


def _without_quotes(cast: Cast, inquiry: Inquiry, age: int, do: Any) -> None:
    """A company with crm alone keeps its stages by hand."""
    if age > 60 and cast.rng.random() < 0.6:
        do("win", 50)
        return
    for n, step in enumerate(PIPELINE[2 : 2 + cast.rng.randint(0, 4)]):
        do(step, 6 + n * 4)


def _pool(cast: Cast) -> None:
    """Prospects that nobody cared for fell back; one was claimed by another and won (story 12)."""
    ctx, rng = cast.ctx, cast.rng
    quiet = [
        c
        for c in ctx.session.scalars(
            select(Customer)
            .where(Customer.grade.is_(None), Customer.state == "prospect")
            .order_by(Customer.id)
        )
        if c.owner_id is not None
    ]
    for customer in quiet:
        days = rng.choice((2, 5, 9, 14, 18, 23, 29))
        customer.last_activity_on = ctx.today - timedelta(days=days)
    for n, customer in enumerate(quiet[: 6 if cast.share == 1 else 2]):
        with acting(ctx, None, at_work(ctx, ctx.today - timedelta(days=40 - n))):
            perform(ctx, customer, "release", {})
    if quiet and len(cast.reps) > 1:
        _story_12(cast, quiet[0])


def _story_12(cast: Cast, customer: Customer) -> None:
    ctx = cast.ctx
    winner = next(rep for rep in cast.reps if rep != customer.former_owner_id)
    with acting(ctx, winner, at_work(ctx, ctx.today - timedelta(days=30))):
        perform(ctx, customer, "claim")
        open_ones = list(
            ctx.session.scalars(
                select(Inquiry).where(Inquiry.customer_id == customer.id, Inquiry.state == "new")
            )
        )
    for inquiry in open_ones:
        with acting(ctx, winner, at_work(ctx, ctx.today - timedelta(days=12))):
            perform(ctx, inquiry, "win")
