"""A year of leads in the demo company: by channel, some of them none or twice (DOMAIN §5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.api import perform, save
from plugins.crm.acting import acting, at_work, dealt, scaled
from plugins.crm.demo_cast import Cast
from plugins.crm.demo_data import FORMS, HEADS, NEXT, PEOPLE, SPAM, TAILS, TRADES, UNRULED
from plugins.crm.records import Customer, Inquiry, Lead

LEADS, SMALL_LEADS, TODAY = 900, 24, 9
CHANNELS = {"PLAT": 38, "WEB": 17, "FAIR": 15, "SOC": 12, "MAIL": 10, "REF": 8}
FATES = {"invalid": 25, "duplicate": 8, "convert": 16, "answer": 51}
FAIRS = (228, 48)
"""Days ago that the two exhibitions of the year began."""
REASONS_OF_NEW = ("price", "no_reply", "no_reply", "spec", "payment_term")


def tell(cast: Cast) -> None:
    """Leads of a year, oldest first, and those that wait this morning."""
    ctx, rng = cast.ctx, cast.rng
    waiting = 3 if cast.small else TODAY
    count = max(1, (SMALL_LEADS if cast.small else scaled(ctx, LEADS)) - waiting)
    channels, fates = dealt(rng, CHANNELS, count), dealt(rng, FATES, count)
    days = [_day(cast, code) for code in channels]
    for n, (day, code, fate) in enumerate(sorted(zip(days, channels, fates, strict=True))):
        _lead(cast, n, day, code, fate)
        if n % 20 == 0:
            ctx.progress(n * 50 // count)
    for n, code in enumerate(dealt(rng, CHANNELS, waiting)):  # some in time, some late
        _fresh(cast, count + n, code, n)


def _day(cast: Cast, channel: str) -> date:
    """Exhibitions bring their leads within a week, the other channels all the year."""
    if channel != "FAIR":
        return cast.past_day()
    return cast.today - timedelta(days=cast.rng.choice(FAIRS) - cast.rng.randint(0, 6))


def _values(cast: Cast, n: int, channel: str, country: str) -> dict[str, Any]:
    rng = cast.rng
    root = HEADS[n % len(HEADS)] + TAILS[(n // len(HEADS) + n) % len(TAILS)]
    trade = TRADES[n % 7 % len(TRADES)]
    product = rng.choice(cast.products) if cast.products else None
    amount = Decimal(rng.randint(20, 400)) * 100
    price = (product.list_price if product else None) or Decimal(8)
    least = (product.moq if product else None) or 100
    return {
        "channel_id": cast.channels[channel], "source_ref": f"M{n + 10_000}",
        "company_name": f"{root} {trade} {FORMS.get(country, 'LLP')}",
        "contact_name": rng.choice(PEOPLE), "email": f"buyer@{root.lower()}{n}.example",
        "country": country, "interest": product.name_en if product else "LED floodlight",
        "est_amount": amount,
        "product_id": product.id if product else None,
        "est_qty": max(int(least), int(amount / price) // 50 * 50),
        "raw_text": "Please send your best price, the lead time and the certificates.",
    }


def _lead(cast: Cast, n: int, day: date, channel: str, fate: str) -> None:
    ctx, rng = cast.ctx, cast.rng
    values, reason = _values(cast, n, channel, rng.choice(sorted(FORMS))), ""
    moment = at_work(ctx, day, rng.randint(0, 480))
    if fate == "invalid":
        subject, reason = rng.choice(SPAM)
        values |= {"interest": subject, "product_id": None, "est_amount": None, "est_qty": None}
    elif fate == "duplicate":
        firm = rng.choice(cast.firms)
        values |= {"company_name": firm.name, "country": firm.country,
                   "email": f"info@{firm.root}.example", "contact_name": firm.contact}
    with acting(ctx, None, moment):
        lead = save(ctx, Lead, values)
    if lead.owner_id is None:
        with acting(ctx, cast.manager, moment):
            perform(ctx, lead, "assign", {"user_id": cast.owner_for(lead.country or "")})
    answered = min(moment + timedelta(minutes=rng.choice((6, 15, 30, 45, 60, 80, 110, 150, 290))),
                   ctx.now)
    with acting(ctx, lead.owner_id, answered):
        if lead.duplicate == "exact":
            perform(ctx, lead, "merge", {})
        elif fate == "invalid":
            perform(ctx, lead, "invalidate", {"reason": reason})
        else:
            perform(ctx, lead, "contacted")
            if fate == "convert":
                _convert(cast, lead, day)


def _convert(cast: Cast, lead: Lead, day: date) -> None:
    """A new firm asks; some stay silent, some get an offer, the youngest are still talked to."""
    ctx, rng, age = cast.ctx, cast.rng, (cast.today - day).days
    inquiry = perform(ctx, lead, "convert", {})
    usual = {"payment_term_id": cast.terms.get("TT30B"), "incoterm": "FOB", "currency": "USD",
             "port": "Ningbo"}
    save(ctx, Customer, usual, ctx.session.get(Customer, inquiry.customer_id))
    inquiry.next_action_on = cast.today + timedelta(days=rng.choice((0, 1, 2, 3, 5, 7, 10, 14)))
    inquiry.next_action = rng.choice(NEXT)
    if rng.random() < 0.55 and age > 4:
        _specify(cast, inquiry, day)
    elif age > 25:
        with acting(ctx, inquiry.owner_id, at_work(ctx, day + timedelta(days=24), 200)):
            perform(ctx, inquiry, "lose", {"reason": rng.choice(REASONS_OF_NEW)})


def _specify(cast: Cast, inquiry: Inquiry, day: date) -> None:
    for n, step in enumerate(("qualify", "confirm_spec"), start=1):
        moment = at_work(cast.ctx, day + timedelta(days=n), cast.rng.randint(10, 400))
        with acting(cast.ctx, inquiry.owner_id, moment):
            perform(cast.ctx, inquiry, step)


def _fresh(cast: Cast, n: int, channel: str, place: int) -> None:
    """A lead that waits for its first answer, in one case for somebody to take it."""
    ctx = cast.ctx
    country = UNRULED if place % 4 == 1 else cast.rng.choice(sorted(FORMS))
    moment = ctx.now - timedelta(minutes=12 * place + 5, days=1 if place % 3 == 0 else 0)
    with acting(ctx, None, moment):
        save(ctx, Lead, _values(cast, n, channel, country))
