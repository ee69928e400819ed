"""Suppliers of the demo company: qualified, priced, asked, compared and scored."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.api import acting, at_work, people_with
from plugins.products.api import Product
from tradewind_srm.records import Delivery, PriceList, Quote, Rfq, Supplier

SEED = 20_271
FIRMS = (
    ("Xilan assembly plant 汐岚装配厂", True), ("Yaojiang Lighting Parts 姚江灯饰配件", True),
    ("Siming Metal Works 四明五金", True), ("Beilun Electronics 北仑电子", True),
    ("Cihu Moulds 慈湖模具", False),
)
DELIVERIES = 40


def load(ctx: Ctx, stage: str) -> None:
    """Firms with certificates, price lists, two requests and a year of deliveries; once."""
    if stage != "stories" or ctx.session.scalar(select(Supplier.id).limit(1)) is not None:
        return
    goods = list(ctx.session.scalars(select(Product).where(
        Product.archived_at.is_(None), Product.cost_price.is_not(None)
    ).order_by(Product.id).limit(6)))
    buyers = people_with(ctx, "pur")
    if not goods or not buyers:
        return
    rng = random.Random(SEED)  # noqa: S311
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None  # decided long ago
    with acting(ctx, buyers[0], at_work(ctx, ctx.today - timedelta(days=300))):
        firms = [_firm(ctx, name, qualified) for name, qualified in FIRMS]
        known = firms[: sum(qualified for _name, qualified in FIRMS)]
        for n, firm in enumerate(known):
            _prices(ctx, firm, goods[n: n + 3], rng)
    for n in range(DELIVERIES):
        with acting(ctx, buyers[0], at_work(ctx, ctx.today - timedelta(days=280 - n * 7))):
            _delivery(ctx, rng, known[n % len(known)], goods)
    with acting(ctx, buyers[0], at_work(ctx, ctx.today - timedelta(days=40))):
        quotes = _asked(ctx, rng, "外壳与灯板 Housings and boards", known[:3], goods[3:5])
        perform(ctx, quotes[0], "accept")
    ctx.session.info["gatekeeper"] = keeper
    with acting(ctx, buyers[0], at_work(ctx, ctx.today - timedelta(days=2))):
        _asked(ctx, rng, "驱动电源明年 Drivers for next year", known[1:], goods[:2])
        perform(ctx, firms[-1], "qualify")


def _firm(ctx: Ctx, name: str, qualified: bool) -> Supplier:
    """A firm with its certificates; the last one waits for its qualification."""
    until = ctx.today + timedelta(days=365 + len(name) * 4)
    made: Supplier = save(ctx, Supplier, {
        "name": name, "country": "CN", "contact": "Sales", "currency": "CNY",
        "email": f"sales{len(name)}@supplier.example",
        "checks": [
            {"criterion": "ISO 9001", "passed": True, "valid_until": until},
            {"criterion": "现场审核 Audit on site", "passed": True, "evidence": "86 / 100"},
            {"criterion": "IECQ QC 080000", "mandatory": False, "passed": qualified}]})
    if qualified:
        perform(ctx, made, "qualify")
    return made


def _prices(ctx: Ctx, firm: Supplier, goods: list[Product], rng: random.Random) -> None:
    lines = []
    for product in goods:
        price = _near(rng, product.cost_price or Decimal(10))
        lines += [{"product_id": product.id, "from_quantity": "1", "price": price},
                  {"product_id": product.id, "from_quantity": "1000",
                   "price": (price * Decimal("0.95")).quantize(Decimal("0.01"))}]
    made = save(ctx, PriceList, {
        "supplier_id": firm.id, "currency": "CNY", "valid_from": ctx.today,
        "valid_until": ctx.today + timedelta(days=400), "prices": lines})
    perform(ctx, made, "activate")


def _near(rng: random.Random, value: Decimal) -> Decimal:
    return (value * Decimal(rng.randint(90, 112)) / 100).quantize(Decimal("0.01"))


def _delivery(ctx: Ctx, rng: random.Random, firm: Supplier, goods: list[Product]) -> None:
    """Goods that came, most of them on time and good."""
    product, count = rng.choice(goods), rng.randrange(200, 2000, 50)
    late = rng.choice((0, 0, 0, -1, 0, 4, 9))
    save(ctx, Delivery, {
        "supplier_id": firm.id, "product_id": product.id, "promised_on": ctx.today,
        "received_on": min(ctx.today + timedelta(days=late), ctx.now.date()),
        "quantity": count, "rejected": rng.choice((0, 0, 0, count // 50, count // 20)),
        "currency": "CNY", "price": _near(rng, product.cost_price or Decimal(10)),
        "invoice_due_on": ctx.today + timedelta(days=15),
        "invoice_on": ctx.today + timedelta(days=rng.choice((5, 10, 20)))})


def _asked(
    ctx: Ctx, rng: random.Random, subject: str, firms: list[Supplier], goods: list[Product]
) -> list[Quote]:
    """A request that went to several firms, and what each answered."""
    rfq = save(ctx, Rfq, {
        "subject": subject, "answer_by": ctx.today + timedelta(days=7),
        "needed_by": ctx.today + timedelta(days=45),
        "items": [{"product_id": g.id, "quantity": "1000"} for g in goods]})
    perform(ctx, rfq, "send")
    return [save(ctx, Quote, {
        "rfq_id": rfq.id, "supplier_id": firm.id, "currency": "CNY", "lead_days": 20 + n * 5,
        "valid_until": ctx.today + timedelta(days=60), "freight": "300" if n % 2 else "0",
        "items": [{"product_id": g.id, "price": _near(rng, g.cost_price or Decimal(10))}
                  for g in goods]}) for n, firm in enumerate(firms)]
