"""The demo company's channels, customers and pool; its leads and inquiries are told beside it.

Everything is a function of the seed and of the day, and is written through save and steps
(DOMAIN §5).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm import demo_inquiries, demo_leads
from plugins.crm.acting import acting, at_work, chance, clear_desks, people_with
from plugins.crm.demo_cast import Cast
from plugins.crm.demo_data import REGIONS, Firm
from plugins.crm.records import AssignmentRule, Channel, Contact, Customer, Inquiry, Lead
from plugins.products.api import PaymentTerm, Product

# code, name, kind, monthly cost, share of the customers in percent
CHANNELS = (
    ("PLAT", "B2B platform 国际站", "b2b_platform", 26000, 38),
    ("WEB", "Website 官网", "website", 9000, 17),
    ("FAIR", "Exhibition 展会", "exhibition", 42000, 15),
    ("SOC", "Social media 社媒", "social", 8500, 12),
    ("MAIL", "Mailbox 邮箱", "mailbox", 1500, 10),
    ("REF", "Referral 转介绍", "referral", 0, 8),
)


def load(ctx: Ctx, stage: str) -> None:
    """Write the stage once."""
    reps = people_with(ctx, "rep")
    if not reps:
        return
    managers = people_with(ctx, "sm") or people_with(ctx, "adm")
    cast = Cast(ctx, chance(ctx, f"crm {stage}"), reps, managers[0] if managers else None,
                "quotes" not in ctx.enabled, ctx.today)
    cast.terms = {code: ident for code, ident in ctx.session.execute(
        select(PaymentTerm.code, PaymentTerm.id))}
    if stage == "reference" and ctx.session.scalar(select(Channel.id).limit(1)) is None:
        _reference(cast)
    if stage == "stories" and ctx.session.scalar(select(Lead.id).limit(1)) is None:
        cast.channels = {c.code: c.id for c in ctx.session.scalars(select(Channel))}
        cast.products = list(ctx.session.scalars(
            select(Product).where(Product.list_price.is_not(None)).order_by(Product.id)))
        demo_leads.tell(cast)
        demo_inquiries.tell(cast)
        _pool(cast)
        clear_desks(ctx)


def _reference(cast: Cast) -> None:
    ctx = cast.ctx
    with acting(ctx, cast.manager, at_work(ctx, ctx.today - timedelta(days=400))):
        for code, name, kind, cost, _share in CHANNELS:
            made = save(ctx, Channel, {
                "code": code, "name": name, "kind": kind, "monthly_cost": cost})
            cast.channels[code] = made.id
        for n, (region, countries) in enumerate(REGIONS):
            save(ctx, AssignmentRule, {
                "name": region, "sequence": 10 * (n + 1), "countries": sorted(countries),
                "people": [{"user_id": cast.reps[min(n, len(cast.reps) - 1)], "quota": 40}],
            })
    for n, firm in enumerate(cast.firms):
        old = 430 - n if n % 5 != 4 else 380 - n * 7
        day = ctx.today - timedelta(days=old)
        with acting(ctx, cast.owner_for(firm.country), at_work(ctx, day, 60 + n)):
            _customer(cast, firm)


def _customer(cast: Cast, firm: Firm) -> None:
    ctx = cast.ctx
    code = cast.rng.choices([c[0] for c in CHANNELS], [c[4] for c in CHANNELS])[0]
    customer = save(ctx, Customer, {
        "name": firm.name, "channel_id": cast.channels[code], "short_name": firm.name.split()[0],
        "country": firm.country, "grade": firm.grade, "kind": firm.kind,
        "currency": firm.currency, "incoterm": firm.incoterm, "port": firm.place,
        "payment_term_id": cast.terms.get(firm.term),
        "website": f"https://www.{firm.root}.example", "email": f"info@{firm.root}.example",
        "address": f"{cast.rng.randint(2, 180)} Dock Road\n{firm.place}",
        "shipping_marks": f"{firm.root.upper()}\n{firm.place.upper()}\nC/NO. 1-UP",
        "sanctions_checked_on": ctx.today,
    })
    given = firm.contact.split()[0].lower()
    save(ctx, Contact, {
        "name": firm.contact, "customer_id": customer.id, "position": firm.position,
        "email": f"{given}@{firm.root}.example", "decides": True,
        "birthday": date(1985, 1 + len(given) % 12, 1 + len(firm.root)),
    })


def _pool(cast: Cast) -> None:
    """Prospects that nobody cared for fell back; one was claimed by another and won (story 12)."""
    ctx, rng = cast.ctx, cast.rng
    quiet = [c for c in ctx.session.scalars(
        select(Customer).where(Customer.grade.is_(None), Customer.state == "prospect")
        .order_by(Customer.id)) if c.owner_id is not None]
    for customer in quiet:
        days = rng.choice((2, 5, 9, 14, 18, 23, 29))
        customer.last_activity_on = ctx.today - timedelta(days=days)
    for n, customer in enumerate(quiet[: 2 if cast.small else 6]):
        with acting(ctx, None, at_work(ctx, ctx.today - timedelta(days=40 - n))):
            perform(ctx, customer, "release", {})
    if quiet and len(cast.reps) > 1:
        _story_12(cast, quiet[0])


def _story_12(cast: Cast, customer: Customer) -> None:
    ctx = cast.ctx
    winner = next(rep for rep in cast.reps if rep != customer.former_owner_id)
    with acting(ctx, winner, at_work(ctx, ctx.today - timedelta(days=30))):
        perform(ctx, customer, "claim")
        values: dict[str, Any] = {
            "customer_id": customer.id, "subject": "Second try: LED floodlights",
            "received_on": ctx.today - timedelta(days=28), "currency": "USD",
            "expected_amount": "18600.00", "next_action_on": ctx.today - timedelta(days=20),
        }
        inquiry = save(ctx, Inquiry, values)
    with acting(ctx, winner, at_work(ctx, ctx.today - timedelta(days=12))):
        perform(ctx, inquiry, "win")
