"""The demo company's quotations, in every stage (DOMAIN §5): a function of the seed and today.

Quotations of the past were approved in the past: they are submitted without opening a case.
What waits for a decision today is submitted through the approval flow.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, decide, perform, save, tasks_of
from plugins.crm.api import (
    LOST_REASONS,
    Customer,
    Inquiry,
    acting,
    at_work,
    chance,
    dealt,
    people_with,
    scaled,
)
from plugins.products.api import PaymentTerm, Product
from plugins.quotes import demo_sheets
from plugins.quotes.pricing.incoterms import ARRIVAL
from plugins.quotes.records import Quotation

WON = 129
"""Orders of the year that come from quotations, beside those of the fixed stories."""
REVISIONS = {"1": 54, "2": 31, "3": 12, "4": 3}
"""Share of the quotations with so many revisions, in percent."""
SWITCH = date(2026, 3, 28)
"""Photovoltaic modules left with a 9 % refund until 2026-03-31 (DOMAIN §5, story 15)."""


@dataclass
class Need:
    """What a customer asked for, and when."""

    customer: Customer
    day: date
    lines: list[tuple[int, int]]
    inquiry: Inquiry | None = None
    fate: str = "open"
    revisions: int = 1
    answer: int = 0


@dataclass
class Desk:
    """Where the quotations are made."""

    ctx: Ctx
    rng: random.Random
    today: date

    def on(self, need: Need, day: date) -> Any:
        """Act as the customer's representative on a day, never after today."""
        moment = at_work(self.ctx, min(day, self.today), self.rng.randint(20, 500))
        return acting(self.ctx, need.customer.owner_id, moment)


def load(ctx: Ctx) -> None:
    """Quotations of a year; if there are any already, nothing happens."""
    if ctx.session.scalar(select(Quotation.id).limit(1)) is not None:
        return
    desk = Desk(ctx, chance(ctx, "quotes"), ctx.today)
    needs = _needs(desk)
    with _history(ctx):
        for n, need in enumerate(needs):
            _tell(desk, need)
            ctx.progress(n * 100 // len(needs))
        _expiring(desk)
        _story_8(desk)
        _story_15(desk)
    _story_9(desk)
    _waiting(desk)
    demo_sheets.load(ctx)


@contextmanager
def _history(ctx: Ctx) -> Iterator[None]:
    """Submissions go straight through: their decisions lie in the past."""
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None
    try:
        yield
    finally:
        ctx.session.info["gatekeeper"] = keeper


def _customers(ctx: Ctx) -> list[Customer]:
    query = select(Customer).where(Customer.grade.is_not(None), Customer.owner_id.is_not(None))
    return list(ctx.session.scalars(query.order_by(Customer.id)))


def _products(ctx: Ctx) -> list[Product]:
    query = select(Product).where(Product.cost_price.is_not(None)).order_by(Product.id)
    return list(ctx.session.scalars(query))


def _needs(desk: Desk) -> list[Need]:
    """Inquiries that were quoted, oldest first, each with what became of it."""
    ctx, rng = desk.ctx, desk.rng
    found = []
    ready = select(Inquiry).where(Inquiry.state == "spec").order_by(Inquiry.id)
    for inquiry in ctx.session.scalars(ready):
        customer = ctx.session.get(Customer, inquiry.customer_id)
        lines = [
            (line.product_id, int(line.qty or 0)) for line in inquiry.lines if line.product_id
        ]
        if customer is not None and customer.owner_id and lines and inquiry.received_on:
            day = inquiry.received_on + timedelta(days=rng.randint(4, 6))
            found.append(Need(customer, min(day, desk.today), lines, inquiry))
    found.sort(key=lambda need: need.day)
    for need, count in zip(found, dealt(rng, REVISIONS, len(found)), strict=True):
        need.revisions = int(count)
        need.answer = min(max(5, round(rng.gauss(14, 9))), 60)
    known = [n for n in found if n.customer.grade and _decided(desk, n)]
    young = [n for n in found if not n.customer.grade and _decided(desk, n)]
    known.sort(key=lambda need: (need.customer.id, need.day))
    for group, share in ((known, min(scaled(ctx, WON) / max(1, len(known)), 0.8)), (young, 0.04)):
        rest = dealt(rng, {"lose": 78, "expire": 22}, len(group))
        for n, need in enumerate(group):  # every customer wins its share, all over the year
            need.fate = "win" if int((n + 1) * share) > int(n * share) else rest[n]
    return found


def _decided(desk: Desk, need: Need) -> bool:
    """Whether the customer has answered by today."""
    return (desk.today - need.day).days > need.answer + 5 * (need.revisions - 1)


def _basket(desk: Desk, products: list[Product]) -> list[tuple[int, int]]:
    rng = desk.rng
    chosen = rng.sample(products, min(rng.choice((1, 1, 2, 2, 3, 4)), len(products)))
    return [(row.id, _quantity(desk, row)) for row in chosen]


def _quantity(desk: Desk, product: Product) -> int:
    worth = desk.rng.lognormvariate(9.7, 0.7)
    pieces = int(worth / float(product.list_price or 10))
    step = product.pieces_per_carton or 1
    return max(product.moq or 1, pieces // step * step, step)


def _values(desk: Desk, need: Need, margin: Decimal) -> dict[str, Any]:
    values: dict[str, Any] = {
        "customer_id": need.customer.id,
        "lines": [
            {"product_id": product, "quantity": quantity, "basis": "margin", "margin": margin}
            for product, quantity in need.lines
        ],
    }
    if need.inquiry is not None:
        values |= {"inquiry_id": need.inquiry.id, "contact_id": need.inquiry.contact_id}
    if need.customer.payment_term_id is None:  # a young customer without agreed terms
        usual = select(PaymentTerm.id).where(PaymentTerm.code == "TT30B")
        values["payment_term_id"] = desk.ctx.session.scalar(usual)
    if need.customer.incoterm in ARRIVAL:
        values |= {"destination_charges": 850, "clearance_charges": 150}
    return values


def _margin(desk: Desk) -> Decimal:
    return Decimal(desk.rng.choice((9, 11, 13, 14, 15, 16, 16, 17, 18, 18, 20, 22))) / 100


def _quote(desk: Desk, need: Need, margin: Decimal, **more: Any) -> Quotation:
    values = _values(desk, need, margin) | more
    for line in values["lines"]:
        product = desk.ctx.session.get(Product, line["product_id"])
        line["quantity"] = max(line["quantity"], (product.moq or 1) if product else 1)
    made: Quotation = save(desk.ctx, Quotation, values)
    return made


def _tell(desk: Desk, need: Need) -> None:
    """One need from the first offer to its end."""
    ctx, rng = desk.ctx, desk.rng
    margin = _margin(desk)
    with desk.on(need, need.day):
        quotation = _quote(desk, need, margin, **_until(need, need.day))
        perform(ctx, quotation, "submit")
        perform(ctx, quotation, "send")
    day = need.day
    for _n in range(need.revisions - 1):
        day += timedelta(days=rng.randint(2, 5))
        if day >= desk.today:
            break
        margin -= Decimal("0.01")
        with desk.on(need, day):
            quotation = perform(ctx, quotation, "revise")
            lines = [{"id": line.id, "margin": margin} for line in quotation.lines]
            save(ctx, Quotation, {"lines": lines, **_until(need, day)}, quotation)
            perform(ctx, quotation, "submit")
            perform(ctx, quotation, "send")
    _decide(desk, need, quotation, day)
    _talked(desk, need)


def _until(need: Need, day: date) -> dict[str, str]:
    """Who needs longer to decide asks for an offer that is valid longer."""
    if need.fate == "expire" or need.answer < 7:
        return {}
    return {"valid_until": (day + timedelta(days=need.answer + 3)).isoformat()}


def _decide(desk: Desk, need: Need, quotation: Quotation, day: date) -> None:
    ctx, rng = desk.ctx, desk.rng
    answer = day + timedelta(days=min(need.answer, 6) if not _until(need, day) else need.answer)
    last = quotation.valid_until or day
    if need.fate == "win" and answer < desk.today:
        with desk.on(need, min(answer, last)):
            perform(ctx, quotation, "accept", {"customer_po": f"PO-{rng.randint(10_000, 99_999)}"})
    elif need.fate == "lose" and answer < desk.today:
        with desk.on(need, answer):
            _lose(ctx, need, quotation, rng.choice(LOST_REASONS)[0])
    elif need.fate == "expire" and last < desk.today:
        with acting(ctx, None, at_work(ctx, last + timedelta(days=1), 1)):
            perform(ctx, quotation, "expire")
        if last < desk.today - timedelta(days=20):
            with desk.on(need, last + timedelta(days=18)):
                _lose(ctx, need, None, "no_reply")


def _talked(desk: Desk, need: Need) -> None:
    """Some of the open offers are being negotiated, for a few the invoice is out."""
    if need.fate != "open" or need.inquiry is None or need.inquiry.state != "quoted":
        return
    step = desk.rng.choices((None, "negotiate", "mark_pi_sent"), (6, 3, 1))[0]
    if step is not None:
        with desk.on(need, desk.today - timedelta(days=1)):
            perform(desk.ctx, need.inquiry, step)


def _lose(ctx: Ctx, need: Need, quotation: Quotation | None, reason: str) -> None:
    """The offer is lost, and with it the inquiry."""
    if quotation is not None:
        perform(ctx, quotation, "lose", {"reason": reason})
    if need.inquiry is not None and need.inquiry.closed_on is None:
        rival = "Unknown" if reason == "competitor" else None
        perform(ctx, need.inquiry, "lose", {"reason": reason, "competitor": rival})


def _expiring(desk: Desk) -> None:
    """Four quotations whose validity ends in the next three days."""
    ctx = desk.ctx
    products = _products(ctx)
    for n, customer in enumerate(_customers(ctx)[::9][:4]):
        need = Need(customer, desk.today - timedelta(days=6), _basket(desk, products))
        until = desk.today + timedelta(days=1 + n % 3)
        with desk.on(need, need.day):
            quotation = _quote(desk, need, Decimal("0.16"), valid_until=until.isoformat())
            perform(ctx, quotation, "submit")
            perform(ctx, quotation, "send")


def _story_8(desk: Desk) -> None:
    """After good samples a customer orders five times its trial order."""
    ctx = desk.ctx
    buyer = next((row for row in _customers(ctx) if row.name.startswith("Maren Licht")), None)
    product = ctx.session.scalar(select(Product).where(Product.code == "FL-50W-B"))
    if buyer is None or product is None:
        return
    asked = desk.today - timedelta(days=140)
    with acting(ctx, buyer.owner_id, at_work(ctx, asked, 90)):
        inquiry = save(ctx, Inquiry, {
            "subject": "Samples first, then five times the trial order", "customer_id": buyer.id,
            "received_on": asked, "currency": "EUR", "next_action_on": asked + timedelta(days=5),
            "lines": [{"product_id": product.id, "description": product.name_en, "qty": 2000}],
        })
        perform(ctx, inquiry, "qualify")
        perform(ctx, inquiry, "confirm_spec")
    need = Need(buyer, asked + timedelta(days=40), [(product.id, 2000)], inquiry)
    with desk.on(need, need.day):
        quotation = _quote(desk, need, Decimal("0.16"))
        perform(ctx, quotation, "submit")
        perform(ctx, quotation, "send")
    with desk.on(need, need.day + timedelta(days=6)):
        perform(ctx, quotation, "accept", {"customer_po": "PO-5X-TRIAL"})


def _story_15(desk: Desk) -> None:
    """The same photovoltaic order at 9 % refund and, a week later, taxable."""
    ctx = desk.ctx
    product = ctx.session.scalar(select(Product).where(Product.code == "PV-550"))
    buyer = next((row for row in _customers(ctx) if row.name.startswith("Karoo Solar")), None)
    day = SWITCH - timedelta(days=45)
    if product is None or buyer is None or (desk.today - day).days > 400:
        return
    for export in (SWITCH, date(2026, 4, 3)):
        need = Need(buyer, day, [(product.id, 620)])
        with desk.on(need, day):
            quotation = _quote(
                desk, need, Decimal("0.12"), export_date=export.isoformat(), incoterm="FOB",
                currency="USD",
            )
            price = {"id": quotation.lines[0].id, "basis": "price", "price": "62.50"}
            save(ctx, Quotation, {
                "lines": [price], "strategic_reason": "Price agreed before the tax change",
            }, quotation)
            perform(ctx, quotation, "submit")
            perform(ctx, quotation, "send")
            perform(ctx, quotation, "accept", {"customer_po": f"PV-{export:%m%d}"})


def _waiting(desk: Desk) -> None:
    """What waits for somebody today: drafts, and submissions at every level of approval."""
    products = _products(desk.ctx)
    customers = [row for row in _customers(desk.ctx) if row.grade in ("B", "C")][::3]
    plan = (("0.16", 0), ("0.14", 0), ("0.11", 1), ("0.10", 1), ("0.07", 2), ("0.06", 2),
            ("0.14", None), ("0.18", None))
    for n, (margin, decisions) in enumerate(plan):
        if n >= len(customers) or not products:
            return
        need = Need(customers[n], desk.today - timedelta(days=1), _basket(desk, products))
        with desk.on(need, need.day):
            quotation = _quote(desk, need, Decimal(margin))
            if decisions is not None:
                perform(desk.ctx, quotation, "submit")
        _signatures(desk, quotation, need, decisions or 0)


def _signatures(desk: Desk, quotation: Quotation, need: Need, count: int) -> None:
    """Let the first `count` people of the path approve."""
    ctx = desk.ctx
    for role in (quotation.facts or {}).get("path", [])[:count]:
        people = people_with(ctx, role)
        if quotation.state != "submitted" or not people:
            return
        with acting(ctx, people[0], at_work(ctx, need.day, 520)):
            mine = [task for task in tasks_of(ctx, 100) if task.record_id == quotation.id]
            for task in mine[:1]:
                decide(ctx, task.id, "approve", "OK")


def _story_9(desk: Desk) -> None:
    """A 6 % margin that the general manager refused, and the same offer at 9 %, approved."""
    ctx = desk.ctx
    buyer = next((row for row in _customers(ctx) if row.name.startswith("Veltra")), None)
    products = _products(ctx)
    bosses = people_with(ctx, "gm")
    if buyer is None or not products or not bosses:
        return
    need = Need(buyer, desk.today - timedelta(days=20), [(products[2].id, 4000)])
    with desk.on(need, need.day):
        quotation = _quote(desk, need, Decimal("0.06"))
        perform(ctx, quotation, "submit")
    _signatures(desk, quotation, need, 2)
    with acting(ctx, bosses[0], at_work(ctx, need.day + timedelta(days=1), 60)):
        for task in [task for task in tasks_of(ctx, 100) if task.record_id == quotation.id][:1]:
            decide(ctx, task.id, "reject", "6 % does not pay for the risk. 9 % at least.")
    if quotation.state != "draft":
        return
    with desk.on(need, need.day + timedelta(days=2)):
        better = [{"id": line.id, "margin": "9 %"} for line in quotation.lines]
        save(ctx, Quotation, {"lines": better}, quotation)
        perform(ctx, quotation, "submit")
    _signatures(desk, quotation, need, 3)
    if quotation.state == "approved":
        with desk.on(need, need.day + timedelta(days=3)):
            perform(ctx, quotation, "send")
