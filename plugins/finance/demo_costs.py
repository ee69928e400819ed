"""Bills, refund claims and closing in the demo company."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.api import Refused, perform, save
from plugins.finance import costs
from plugins.finance.cost_records import Bill, Refund
from plugins.orders.api import Delivery, Order
from plugins.products.api import Product, rate

if TYPE_CHECKING:
    from plugins.finance.demo import Story

ZERO = Decimal(0)
CENT = Decimal("0.01")
PLANT = "Xilan assembly plant 汐岚装配厂"
SUPPLIERS = (
    ("FL", PLANT), ("SS", PLANT), ("HB-200", "Dongqian Industrial 东钱工业照明"),
    ("HB", "Yaojiang Lighting 姚江照明"), ("PN-6060", "Siming Panel 四明面板灯"),
    ("PN", "Jiangbei Panel 江北面板灯"), ("DL-7", "Beilun Electronics 北仑电子"),
    ("DL", "Haishu Lighting 海曙照明"), ("T8", "Xiangshan Tubes 象山灯管（小规模）"),
    ("A60", "Cixi Bulb 慈溪灯泡"), ("ST", "Yinzhou Road Lighting 鄞州路灯"),
    ("SG", "Ninghai Garden 宁海庭院灯（小规模）"), ("PV-450", "Tianyi Solar 天一光伏"),
    ("PV", "Zhenhai Solar 镇海光伏"), ("BAT", "Fenghua Energy 奉化储能"),
    ("INV", "Yuyao Power 余姚电源"),
)
"""The affiliated plant and fourteen outside suppliers by the beginning of the model code; two of
them are small-scale taxpayers."""


def supplier_of(code: str) -> str:
    """Who makes a product."""
    return next((name for start, name in SUPPLIERS if code.startswith(start)), PLANT)


def bills(story: Story, order: Order, delivery: Delivery, day: date) -> None:
    """What a shipment costs: goods with VAT, local charges, freight and insurance."""
    rows = {line.id: line for line in order.lines}
    for place, row in enumerate(delivery.lines, start=1):
        cost = rows[row.order_line_id].cost or {}
        if cost.get("purchase"):
            amount = (Decimal(cost["purchase"]) * row.quantity).quantize(CENT)
            product = story.ctx.session.get(Product, rows[row.order_line_id].product_id or 0)
            supplier = supplier_of(product.code if product else "")
            _bill(story, order, day, supplier=supplier, kind="goods", amount=amount,
                  invoice_number=f"VAT{delivery.id:04}{place:02}", vat=cost.get("vat", "0.13"),
                  refund_rate=cost.get("refund_rate", "0"), regime=cost.get("regime", "refund"),
                  vat_invoice="missing" if delivery.id % 11 == 0 else "received")
    local = _sum(delivery, rows, "inland") + _sum(delivery, rows, "loading")
    freight = _sum(delivery, rows, "freight")
    if delivery.carrier == "Demo Air Cargo":
        _bill(story, order, day, supplier="Demo Air Cargo", kind="freight", amount=Decimal(9_860),
              invoice_number=f"AWB{delivery.id:05}")
    wobble = Decimal(str(round(story.rng.uniform(0.94, 1.12), 3)))
    if local:
        _bill(story, order, day, supplier="Beilun Forwarding 北仑货代", kind="local",
              amount=(local * wobble).quantize(CENT), invoice_number=f"LOC{delivery.id:05}")
    if freight and order.incoterm in ("CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP"):
        _bill(story, order, day, supplier="Demo Line", kind="freight", currency=order.currency,
              amount=(freight * wobble).quantize(CENT), invoice_number=f"FRT{delivery.id:05}")
    if order.incoterm in ("CIF", "CIP"):
        _bill(story, order, day, supplier="Demo Insurance 演示保险", kind="insurance",
              currency=order.currency, invoice_number=f"INS{delivery.id:05}",
              amount=(delivery.amount * Decimal("0.0022")).quantize(CENT))


def _sum(delivery: Delivery, rows: dict[int, Any], key: str) -> Decimal:
    return sum(
        (Decimal((rows[r.order_line_id].cost or {}).get(key) or 0) * r.quantity
         for r in delivery.lines), ZERO,
    )


def _bill(story: Story, order: Order, day: date, **values: Any) -> None:
    ctx = story.ctx
    given: dict[str, Any] = {
        "order_id": order.id, "on": day, "due": day + timedelta(days=30), "currency": "CNY",
    }
    given |= values
    if given["amount"] <= 0:
        return
    given["rate"] = rate(ctx, given["currency"], day)
    with story.act(day, "pur"):
        bill = save(ctx, Bill, given)
    with story.act(day + timedelta(days=1), "fin"):
        perform(ctx, bill, "approve")
        if day + timedelta(days=30) < story.today:
            perform(ctx, bill, "pay")


def refund(story: Story, day: date) -> None:
    """The claim for the exports of two months ago; one waits for a supplier's invoice."""
    ctx = story.ctx
    month = (day - timedelta(days=40)).replace(day=1)
    trial = Refund(period=month)
    costs.collect(ctx, trial, {})
    if not trial.amount:
        return
    with story.act(day, "fin"):
        claim = save(ctx, Refund, {"period": month})
        perform(ctx, claim, "collect")
        recent = day > story.today - timedelta(days=40)
        if claim.missing and not recent:
            bills_of = select(Bill).where(Bill.claim_id == claim.id)
            for bill in ctx.session.scalars(bills_of):
                bill.vat_invoice = "received"
        try:
            perform(ctx, claim, "claim")
        except Refused:
            return
    paid = day + timedelta(days=story.rng.randint(19, 38))
    story.at(paid, lambda: _refunded(story, claim, paid))


def _refunded(story: Story, claim: Refund, day: date) -> None:
    with story.act(day, "fin"):
        perform(story.ctx, claim, "receive")


def close(story: Story, order: Order, day: date) -> None:
    """Close a collected order and draft its commission; tried again while a paper is missing."""
    ctx = story.ctx
    try:
        with story.act(day, "mer"):
            perform(ctx, order, "close")
        with story.act(day, "fin"):
            perform(ctx, order, "commission")
    except Refused:
        later = day + timedelta(days=15)
        story.at(later, lambda: close(story, order, later))
