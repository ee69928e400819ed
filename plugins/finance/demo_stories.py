"""The fixed stories that money tells in the demo company (DOMAIN §5: 1, 2, 5–7, 10, 11, 13)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.api import perform, save
from plugins.crm.api import Customer
from plugins.finance.records import Receipt, Receivable
from plugins.orders.api import Delivery, Order
from plugins.products.api import PaymentTerm, Product, rate

if TYPE_CHECKING:
    from plugins.finance.demo import Story

ZERO = Decimal(0)
LATE, DISCREPANT = "Sahel Bright Trading Ltd", "Al Nahr Electrical FZE"
FX_LOSS, LIMIT = "Lakeside Lumen LLC", "Harbour Volt Pty Ltd"
SHORT, PARTIAL = "Ostral Svetlo Sp. z o.o.", "Pacifica Luminarias S.A. de C.V."
CHANGED = "Brenlicht Handels GmbH"
ROLLED = ("Andes Solar SpA",)
PRESENT_SOON = "Costa Luz Iluminacion S.L."
DEDUCTED = ("Claralux SARL", "Karoo Solar (Pty) Ltd", "Maren Licht B.V.")
DELAYS = ((70, -2, 0), (20, 1, 15), (7, 16, 45), (3, 46, 70))


def plan(story: Story) -> None:
    """Orders of the stories, beside those from quotations."""
    for name, code, days, quantity, price in (
        (LATE, "OA60", 145, 1600, "14.80"),
        (DISCREPANT, "LCS", 95, 2400, "16.20"),
        (FX_LOSS, "OA60", 170, 26000, "11.60"),
        (SHORT, "OA30", 120, 1800, "12.90"),
        (PARTIAL, "TT30C", 130, 5200, "13.16"),
        (ROLLED[0], "TT30C", 75, 3000, "15.40"),
        (CHANGED, "TT30C", 24, 5000, "10.40"),
        (LIMIT, "OA60", 60, 3200, "22.50"),
        (PRESENT_SOON, "LCS", 75, 2600, "14.10"),
        ("Claralux SARL", "OA30", 150, 1400, "13.30"),
        ("Karoo Solar (Pty) Ltd", "OA30", 235, 900, "15.10"),
        ("Maren Licht B.V.", "OA30", 330, 1100, "12.40"),
    ):
        day = story.today - timedelta(days=days)
        story.at(day, lambda n=name, c=code, d=day, q=quantity, p=price:
                 _order(story, n, c, d, q, p))


def _order(story: Story, name: str, code: str, day: date, quantity: int, price: str) -> None:
    order = draft(story, name, code, day, quantity, price)
    if order is not None:
        story.sign(order, day)


def draft(
    story: Story, name: str, code: str, day: date, quantity: int, price: str
) -> Order | None:
    """An order of a story, handed in and sent."""
    ctx = story.ctx
    customer = ctx.session.scalar(select(Customer).where(Customer.name == name))
    query = select(Product).where(Product.cost_price.is_not(None)).order_by(Product.id)
    products = list(ctx.session.scalars(query))
    if customer is None or not products:
        return None
    product = products[len(name) % len(products)]
    term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == code))
    at = rate(ctx, "USD", day)
    purchase = (Decimal(price) * at * Decimal("0.93")).quantize(Decimal("0.01"))
    with story.act(day, person=customer.owner_id or story.who("rep")):
        order: Order = save(ctx, Order, {
            "customer_id": customer.id, "currency": "USD", "rate": at, "payment_term_id": term,
            "incoterm": "FOB", "place": "Ningbo", "port_loading": "Ningbo",
            "destination": customer.country, "customer_po": f"ST-{day:%y%m}{quantity}",
            "delivery_date": day + timedelta(days=50), "owner_id": customer.owner_id,
            "lines": [{
                "product_id": product.id, "description_en": product.name_en,
                "description_zh": product.name_zh, "hs_code": "9405429000", "unit": "PCS",
                "quantity": quantity, "price": price, "gross_kg": product.carton_gross,
                "net_kg": product.carton_net, "pieces_per_carton": product.pieces_per_carton,
                "carton_length": product.carton_length, "carton_width": product.carton_width,
                "carton_height": product.carton_height,
            }],
        })
        order.lines[0].cost = {
            "purchase": str(purchase), "vat": "0.13", "refund_rate": "0.13", "regime": "refund",
            "goods": str((purchase - purchase / Decimal("1.13") * Decimal("0.13"))
                         .quantize(Decimal("0.000001"))),
            "cost": str(purchase), "inland": "0.35", "loading": "0.20", "rate": str(at),
        }
        for step in ("submit", "send"):
            perform(ctx, order, step)
    return order


def lots_of(order: Order) -> list[list[Decimal] | None]:
    """Quantities per delivery: two lots for the story of partial shipments (11)."""
    if order.customer.name != PARTIAL or len(order.lines) != 1:
        return [None]
    whole = order.lines[0].quantity
    first = (whole * Decimal("0.6")).to_integral_value()
    return [[first], [whole - first]]


def roll(story: Story, delivery: Delivery, etd: date) -> date:
    """Story 13: the carrier left the booking behind."""
    later = etd + timedelta(days=7)
    with story.act(etd, "doc"):
        perform(story.ctx, delivery, "roll", {
            "etd": later.isoformat(), "vessel": "MV Second Chance",
            "eta": (later + timedelta(days=38)).isoformat()})
    return later


def days_to_present(order: Order) -> int:
    """Days from B/L to the bank."""
    return {DISCREPANT: 9, PRESENT_SOON: 60}.get(order.customer.name, 6)


def sailing(story: Story, order: Order, etd: date) -> date:
    """The credit that must be presented in three days sailed 18 days ago."""
    own = order.customer.name == PRESENT_SOON and order.customer_po.startswith("ST-")
    return story.today - timedelta(days=18) if own else etd


def discrepancies(order: Order) -> list[str]:
    """Story 5: two discrepancies."""
    if order.customer.name == DISCREPANT:
        return ["late_presentation_of_co", "consignee_spelling"]
    return []


def delay(story: Story, order: Order) -> int:
    """Days after the due date: mostly in time; story 1 pays 75 days late, story 5 12 days."""
    fixed = {LATE: 75, DISCREPANT: 12, FX_LOSS: 0, SHORT: 1, PARTIAL: 0}
    if order.customer.name in fixed:
        return fixed[order.customer.name]
    weights = [weight for weight, _low, _high in DELAYS]
    _weight, low, high = story.rng.choices(DELAYS, weights)[0]
    return story.rng.randint(low, high)


def payment(story: Story, order: Order, row: Receivable) -> dict[str, Any]:
    """Story 6 receives at a much lower rate; story 10 is short by bank charges."""
    if order.customer.name == FX_LOSS and row.book_rate:
        return {"rate": row.book_rate - Decimal("0.0612")}
    if order.customer.name == SHORT:
        return {"short": Decimal("25.00")}
    if order.customer.name in DEDUCTED and (order.customer_po or "").startswith("ST-"):
        row.short_reason = "Deducted for late delivery"
        return {"short": Decimal("380.00")}
    if story.rng.random() < 0.3:
        return {"short": Decimal(28), "charges": Decimal(28)}
    return {}


def waiting(story: Story) -> None:
    """Orders that wait for credit today: one of a blocked customer, one above the limit."""
    day = story.today
    for name, code, quantity, price in ((LATE, "OA60", 1500, "14.80"),
                                        (LIMIT, "OA60", 9000, "22.50")):
        draft(story, name, code, day - timedelta(days=2), quantity, price)


def today(story: Story) -> None:
    """What waits today: receipts to identify, and an order change in the departments."""
    ctx, day = story.ctx, story.today
    for number, (payer, net) in enumerate((("UNKNOWN REMITTER LTD", "12480.00"),
                                           ("Lumen Imports", "3275.50"))):
        with story.act(day - timedelta(days=number), "fin"):
            save(ctx, Receipt, {
                "bank_account_id": story.accounts["USD"].id, "payer": payer, "net": net,
                "value_date": day - timedelta(days=number), "currency": "USD",
                "remittance": "invoice payment", "bank_reference": f"FTX{number}"})
    _change(story)


def _change(story: Story) -> None:
    """Story 2: 20 % more during production; the departments are asked today."""
    ctx = story.ctx
    customer = select(Customer.id).where(Customer.name == CHANGED).scalar_subquery()
    order = ctx.session.scalar(
        select(Order).where(Order.customer_id == customer, Order.state == "released")
        .order_by(Order.id.desc()).limit(1)
    )
    if order is None:
        return
    line = order.lines[0]
    with story.act(story.today, "mer"):
        change = save(ctx, "orders.change", {
            "order_id": order.id, "kind": "quantity", "reason": "customer",
            "request": "Customer asks for 20 % more with the same delivery date.",
            "lines": [{"order_line_id": line.id, "quantity": line.quantity * Decimal("1.2")}]})
        perform(ctx, change, "submit")
