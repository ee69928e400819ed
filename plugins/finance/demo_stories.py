"""The fixed stories that money tells in the demo company (DOMAIN §5), and what waits today.

Each has an order of its own: the customer's order number says which story it is, the remarks
tell it.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from core.api import Refused, perform, record_class, save
from plugins.crm.api import Customer, comment
from plugins.finance.records import Receipt, Receivable
from plugins.orders.api import Delivery, Order
from plugins.products.api import PaymentTerm, Product, rate

if TYPE_CHECKING:
    from plugins.finance.demo import Story

ZERO = Decimal(0)
CENT = Decimal("0.01")


class Tale(NamedTuple):
    """One fixed order: `key` begins the customer's order number, `words` are its remarks."""

    key: str
    customer: str
    term: str
    days: int
    product: str
    quantity: int
    price: str
    words: str


TALES = (
    Tale("LATE", "Sahel Bright Trading Ltd", "OA60", 200, "FL-50W-B", 1600, "14.80",
         "01 Paid 75 days late: hold, next order blocked, instalment plan."),
    Tale("CHANGE", "Brenlicht Handels GmbH", "TT30C", 15, "FL-30W-B", 5000, "9.90",
         "02 The customer wants 20 % more while the goods are being made."),
    Tale("AQL", "Bayline Lighting Inc", "TT30C", 120, "FL-200W-B", 900, "49.50",
         "03 First inspection failed, reworked, 6 days late; 10 % went by air."),
    Tale("WATER", "Costa Luz Iluminacion S.L.", "OA60", 190, "FL-100W-B", 1200, "25.40",
         "04 Water in IP65 lights: 8D report, 3 % spares and a credit note."),
    Tale("LCDISC", "Al Nahr Electrical FZE", "LCS", 125, "HB-100W", 2400, "23.20",
         "05 Documents with two discrepancies: fee, paid 12 days later."),
    Tale("FX", "Lakeside Lumen LLC", "OA60", 190, "FL-50W-B", 20000, "13.20",
         "06 The yuan rose between invoice and receipt: exchange loss above CNY 10,000."),
    Tale("SHORT", "Ostral Svetlo Sp. z o.o.", "OA30", 125, "PN-6060", 1800, "12.90",
         "10 Banks on the way kept USD 25 of the payment."),
    Tale("PARTIAL", "Pacifica Luminarias S.A. de C.V.", "TT30C", 130, "FL-50W-B", 5200, "13.16",
         "11 Two shipments; the deposit is used up in proportion."),
    Tale("ROLLED", "Andes Solar SpA", "TT30C", 78, "SS-30W", 400, "56.00",
         "13 The booking was rolled: left a week later with another vessel."),
    Tale("CUSTOMS", "Valpo Luz SpA", "TT30C", 74, "HB-150W", 640, "30.20",
         "14 Customs opened the container and kept it for three days."),
    Tale("PRESENT", "Costa Luz Iluminacion S.L.", "LCS", 75, "DL-12W", 8000, "3.60",
         "Documents must reach the bank in three days."),
    Tale("DEDUCT1", "Claralux SARL", "OA30", 142, "PN-30120", 1400, "13.30",
         "The customer deducted money for late delivery."),
    Tale("DEDUCT2", "Karoo Solar (Pty) Ltd", "OA30", 235, "SG-3W", 3000, "4.60",
         "The customer deducted money for late delivery."),
    Tale("DEDUCT3", "Maren Licht B.V.", "OA30", 330, "FL-50W-B", 400, "13.10",
         "Trial order; money deducted for late delivery. Five times as much followed."),
    Tale("DEDUCT4", "Nordvik Belysning AB", "OA30", 112, "DL-18W", 4000, "4.75",
         "The customer deducted money for late delivery."),
    Tale("LIMIT", "Harbour Volt Pty Ltd", "OA60", 66, "HB-200W", 1900, "37.50",
         "Normal season order within the limit."),
)
DELAYS = ((70, -2, 0), (20, 1, 15), (7, 16, 45), (3, 46, 57))
"""Weight in percent and days after the due date (DOMAIN §5)."""
DEDUCTED = {"DEDUCT1": Decimal("380.00"), "DEDUCT2": Decimal("265.00"),
            "DEDUCT3": Decimal("440.00"), "DEDUCT4": Decimal("415.50")}
PAID_AFTER = {"LCDISC": 12, "FX": 0, "SHORT": 1, "PARTIAL": 0, "DEDUCT": 0,
              "WATER": 0}
VESSELS = ("MV Tidewater", "MV Harbour Star", "MV Long March Bay", "MV Ningbo Pioneer")
SEA_DAYS = {"TH": 8, "AU": 14, "US": 18, "CA": 18, "MX": 22, "AE": 22, "SA": 24}
EAST_COAST = frozenset(("New York", "Savannah", "Houston"))
AFRICA, LATIN = frozenset(("NG", "KE", "ZA")), frozenset(("BR", "CL"))
PARTS = 0.3
"""Share of the larger orders that leave in two shipments."""


def told(order: Order, key: str) -> bool:
    """Whether an order is that of the story."""
    return (order.customer_po or "").startswith(f"{key.upper()}-")


def is_told(order: Order) -> bool:
    """Whether an order belongs to any fixed story."""
    return any(told(order, tale.key) for tale in TALES)


def plan(story: Story) -> None:
    """Orders of the stories, beside those from quotations."""
    for tale in TALES:
        day = story.today - timedelta(days=tale.days)
        story.at(day, lambda t=tale, d=day: _order(story, t, d))


def _order(story: Story, tale: Tale, day: date) -> None:
    order = draft(story, tale, day)
    if order is not None:
        story.sign(order, day)


def draft(story: Story, tale: Tale, day: date) -> Order | None:
    """An order of a story, handed in and sent."""
    ctx = story.ctx
    customer = ctx.session.scalar(select(Customer).where(Customer.name == tale.customer))
    product = ctx.session.scalar(select(Product).where(Product.code == tale.product))
    if customer is None or product is None:
        return None
    term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == tale.term))
    at = rate(ctx, "USD", day)
    with story.act(day, person=customer.owner_id or story.who("rep")):
        order: Order = save(ctx, Order, {
            "customer_id": customer.id, "currency": "USD", "rate": at, "payment_term_id": term,
            "incoterm": "FOB", "place": "Ningbo", "port_loading": "Ningbo",
            "destination": customer.country, "customer_po": f"{tale.key}-{day:%y%m}",
            "delivery_date": day + timedelta(days=60), "owner_id": customer.owner_id,
            "remarks": tale.words,
            "lines": [{
                "product_id": product.id, "description_en": product.name_en,
                "description_zh": product.name_zh, "hs_code": _hs(ctx, product), "unit": "PCS",
                "quantity": tale.quantity, "price": tale.price, "gross_kg": product.carton_gross,
                "net_kg": product.carton_net, "pieces_per_carton": product.pieces_per_carton,
                "carton_length": product.carton_length, "carton_width": product.carton_width,
                "carton_height": product.carton_height,
            }],
        })
        order.lines[0].cost = _cost(product, at)
        for step in ("submit", "send"):
            perform(ctx, order, step)
    return order


def _hs(ctx: Any, product: Product) -> str | None:
    found = ctx.session.get(record_class("products.hs_code"), product.hs_code_id or 0)
    return found.code if found else None


def _cost(product: Product, at: Decimal) -> dict[str, str]:
    """The snapshot that an order from a quotation would carry."""
    purchase = product.cost_price or ZERO
    refund = (purchase / Decimal("1.13") * Decimal("0.13")).quantize(Decimal("0.000001"))
    return {
        "purchase": str(purchase), "vat": "0.13", "refund_rate": "0.13", "regime": "refund",
        "goods": str(purchase - refund), "cost": str(purchase), "inland": "0.35",
        "loading": "0.20", "rate": str(at),
    }


# ---- shipping
def lots_of(story: Story, order: Order) -> list[list[Decimal] | None]:
    """Quantities per delivery, one list for each: None is everything at once (story 11)."""
    if told(order, "aql"):
        return _two(order, Decimal("0.1"))
    larger = sum((line.quantity for line in order.lines), ZERO) >= 300
    usual = larger and not is_told(order) and not order.lc_share
    if told(order, "partial") or (usual and story.rng.random() < PARTS):
        return _two(order, Decimal("0.6"))
    return [None]


def _two(order: Order, share: Decimal) -> list[list[Decimal] | None]:
    first = [(line.quantity * share).to_integral_value() for line in order.lines]
    return [first, [line.quantity - part for line, part in zip(order.lines, first, strict=True)]]


def vessel(story: Story, order: Order, delivery: Delivery, etd: date) -> dict[str, str]:
    """Who carries it and how long it takes; a tenth of story 3 flies."""
    rng = story.rng
    if told(order, "aql") and delivery.lines[0].quantity * 5 < order.lines[0].quantity:
        return {"carrier": "Demo Air Cargo", "vessel": "TW 812 (air)", "voyage": "812",
                "eta": (etd + timedelta(days=4)).isoformat()}
    country = order.customer.country
    days = 35 if country in AFRICA else 38 if country in LATIN else SEA_DAYS.get(country, 30)
    if country == "US" and order.customer.port in EAST_COAST:
        days = 38
    return {"carrier": rng.choice(("Demo Line", "Demo Ocean", "Harbour Star Line")),
            "vessel": rng.choice(VESSELS), "voyage": f"{rng.randint(10, 99)}W",
            "eta": (etd + timedelta(days=days + rng.randint(-2, 4))).isoformat()}


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
    return 9 if told(order, "lcdisc") else 60 if told(order, "present") else 6


def sailing(story: Story, order: Order, etd: date) -> date:
    """The credit that must be presented in three days, on a bank's day, sailed 21 days before."""
    if not told(order, "present"):
        return etd
    last = story.today + timedelta(days=3)
    while last.weekday() > 4:
        last -= timedelta(days=1)
    return last - timedelta(days=21)


def discrepancies(order: Order) -> list[str]:
    """Story 5: two discrepancies."""
    return ["late_presentation_of_co", "consignee_spelling"] if told(order, "lcdisc") else []


# ---- money
def delay(story: Story, order: Order) -> int:
    """Days after the due date: mostly in time; those of the stories are fixed."""
    for key, days in PAID_AFTER.items():
        if (order.customer_po or "").startswith(key):
            return days
    weights = [weight for weight, _low, _high in DELAYS]
    _weight, low, high = story.rng.choices(DELAYS, weights)[0]
    return story.rng.randint(low, high)


def payment(story: Story, order: Order, row: Receivable) -> dict[str, Any]:
    """Story 6 receives at a much lower rate; story 10 is short by bank charges."""
    if told(order, "fx") and row.book_rate:
        return {"rate": row.book_rate - Decimal("0.0612")}
    if told(order, "short"):
        return {"short": Decimal("25.00")}
    if told(order, "lcdisc"):
        return {"short": Decimal("160.00"), "charges": Decimal("160.00")}
    if (order.customer_po or "").startswith("DEDUCT"):
        row.short_reason = "Deducted for late delivery"
        return {"short": DEDUCTED[(order.customer_po or "")[:7]]}
    if story.rng.random() < 0.3:
        return {"short": Decimal(28), "charges": Decimal(28)}
    return {}


def water(story: Story, order: Order, row: Receivable) -> None:
    """Story 4: part of the price is credited before it falls due."""
    if not told(order, "water") or row.due is None:
        return
    day = row.due - timedelta(days=12)

    def credit() -> None:
        with story.act(day, "fin"):
            perform(story.ctx, row, "credit_note", {
                "amount": "900.00", "reason": "Water inside IP65 floodlights, 3 % of the lights"})

    story.at(day, credit)


def late_payer(story: Story, order: Order, row: Receivable) -> None:
    """Story 1: hold after 16 days, the next order blocked, then three instalments."""
    due = row.due or story.today

    def on(days: int, act: Any) -> None:
        day = due + timedelta(days=days)
        story.at(day, lambda: act(day))

    on(16, lambda day: _hold(story, order, row, day))
    on(24, lambda day: _blocked(story, order, day))
    on(35, lambda day: _instalments(story, order, row, day))
    third = (row.open / 3).quantize(CENT)
    on(45, lambda day: story.pay(row, day, net=third))
    on(60, lambda day: story.pay(row, day, net=third))
    on(75, lambda day: story.pay(row, day))


def _hold(story: Story, order: Order, row: Receivable, day: date) -> None:
    with story.act(day, "fin"):
        perform(story.ctx, order.customer, "hold", {
            "reason": f"{row.number} of {order.number} is 16 days overdue"})
        save(story.ctx, Customer, {"grade": "D"}, order.customer)


def _blocked(story: Story, order: Order, day: date) -> None:
    tale = Tale("LATE2", order.customer.name, "OA60", 0, "FL-50W-B", 1500, "14.80",
                f"01 Blocked: {order.number} is not paid.")
    following = draft(story, tale, day)
    if following is None:
        return
    try:
        with story.act(day, person=following.owner_id):
            perform(story.ctx, following, "sign")
    except Refused as refusal:
        with story.act(day, "fin"):
            comment(story.ctx, following, f"{order.number}: "
                    + "; ".join(str(reason) for reason in refusal.reasons))


def _instalments(story: Story, order: Order, row: Receivable, day: date) -> None:
    ctx, third = story.ctx, (row.open / 3).quantize(CENT)
    days = [day + timedelta(days=n) for n in (10, 25, 40)]
    with story.act(day, "fin"):
        perform(ctx, row, "promise", {"promised_on": days[-1].isoformat()})
        words = ", ".join(f"{row.currency} {third:,} {when:%Y-%m-%d}" for when in days)
        for record in (row, order):
            comment(ctx, record, f"Instalment plan 分期还款: {words}")


# ---- today
def waiting(story: Story) -> None:
    """Orders above the limit: one got a temporary limit three weeks ago, one waits today."""
    for key, days, quantity, words in (
        ("TEMP", 21, 6200, "07 Above the limit: the general manager gave 45 days more."),
        ("EXCESS", 2, 7000, "Above the limit: waits for a credit review."),
    ):
        tale = Tale(key, "Harbour Volt Pty Ltd", "OA60", days, "HB-200W", quantity, "37.50", words)
        draft(story, tale, story.today - timedelta(days=days))


def today(story: Story) -> None:
    """What waits today: receipts to identify, cut-offs, and a change in the departments."""
    ctx, day = story.ctx, story.today
    for number, (payer, net) in enumerate((("UNKNOWN REMITTER LTD", "12480.00"),
                                           ("Lumen Imports", "3275.50"))):
        with story.act(day - timedelta(days=number), "fin"):
            save(ctx, Receipt, {
                "bank_account_id": story.accounts["USD"].id, "payer": payer, "net": net,
                "value_date": day - timedelta(days=number), "currency": "USD",
                "remittance": "invoice payment", "bank_reference": f"FTX{number}"})
    query = select(Delivery).where(Delivery.state == "booked").order_by(Delivery.etd, Delivery.id)
    for number, delivery in enumerate(list(ctx.session.scalars(query.limit(3)))):
        with story.act(day, "doc"):
            etd = max(delivery.etd or day, day + timedelta(days=4 + number))
            save(ctx, Delivery, {"cut_off": day + timedelta(days=1 + number // 2),
                                 "etd": etd.isoformat()}, delivery)
    _change(story)


def _change(story: Story) -> None:
    """Story 2: 20 % more during production; the departments are asked today."""
    ctx = story.ctx
    query = select(Order).where(Order.customer_po.like("CHANGE-%"), Order.state == "released")
    order = ctx.session.scalar(query.limit(1))
    if order is None:
        return
    line = order.lines[0]
    with story.act(story.today, "mer"):
        change = save(ctx, "orders.change", {
            "order_id": order.id, "kind": "quantity", "reason": "customer",
            "request": "Customer asks for 20 % more with the same delivery date.",
            "lines": [{"order_line_id": line.id, "quantity": line.quantity * Decimal("1.2")}]})
        perform(ctx, change, "submit")
