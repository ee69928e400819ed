"""A year of orders and money in the demo company, told day by day (DOMAIN §5).

Everything is a function of the seed and of today, and passes the same steps as in daily work:
what a gate refuses stays refused, unless a recorded override lets it pass.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refused, perform, save
from plugins.crm.api import acting, at_work, chance, worker
from plugins.finance import booking, demo_costs, demo_customs, demo_stories, dunning, receivables
from plugins.finance.records import BankAccount, Receipt, Receivable
from plugins.orders.api import Delivery, LetterOfCredit, Order, report_progress
from plugins.quotes.api import Quotation

ZERO, CENT = Decimal(0), Decimal("0.01")
SPLIT = 0.38
"""Share of the invoices that are paid with two transfers."""
Act = Callable[[], None]


@dataclass
class Story:
    """The clock of the demo: acts in order of their day; people by role."""

    ctx: Ctx
    rng: random.Random
    today: date
    accounts: dict[str, BankAccount] = field(default_factory=dict)
    queue: list[tuple[date, int, Act]] = field(default_factory=list)
    count: int = 0
    latecomers: int = 0

    def at(self, day: date, act: Act) -> None:
        """Do `act` on a day, if that day has come."""
        if day <= self.today:
            self.count += 1
            heapq.heappush(self.queue, (day, self.count, act))

    def run(self) -> None:
        """Play everything, day by day."""
        while self.queue:
            day, count, act = heapq.heappop(self.queue)
            act()
            if count % 8 == 0:
                self.ctx.progress(max(0, 100 - (self.today - day).days * 100 // 365))

    def sign(self, order: Order, day: date) -> bool:
        """Confirm an order and let its story go on."""
        return sign(self, order, day)

    def pay(self, row: Receivable, day: date, **values: Any) -> Receipt:
        """Let a customer pay."""
        return pay(self, row, day, **values)

    def who(self, role: str) -> int | None:
        """A person with the role."""
        return worker(self.ctx, role)

    def act(self, day: date, role: str = "", person: int | None = None) -> Any:
        """Act as somebody on a day."""
        moment = at_work(self.ctx, day, self.rng.randint(20, 480))
        return acting(self.ctx, person or (self.who(role) if role else None), moment)


def load(ctx: Ctx) -> None:
    """Orders from accepted quotations with deliveries, receipts and bills; twice is safe."""
    if ctx.session.scalar(select(Receipt.id).limit(1)) is not None:
        return
    story = Story(ctx, chance(ctx, "finance"), ctx.today)
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None
    _accounts(story)
    query = select(Quotation).where(Quotation.state == "accepted")
    for quotation in ctx.session.scalars(query.order_by(Quotation.decided_on, Quotation.id)):
        day = (quotation.decided_on or story.today) + timedelta(days=story.rng.randint(1, 3))
        story.at(day, lambda q=quotation, d=day: sign(story, make(story, q, d), d))
    demo_stories.plan(story)
    _months(story)
    story.run()
    demo_stories.waiting(story)
    ctx.session.info["gatekeeper"] = keeper
    demo_stories.today(story)
    dunning.daily_states(ctx, {})
    dunning.reminders(ctx, {})


def _accounts(story: Story) -> None:
    ctx = story.ctx
    begin = story.today - timedelta(days=360)
    for code, bank in (("USD", "Bank of Demo, Ningbo"), ("EUR", "Bank of Demo, Ningbo"),
                       ("GBP", "Port Bank, Ningbo"), ("AUD", "Port Bank, Ningbo")):
        with story.act(begin, "fin"):
            account = save(ctx, BankAccount, {
                "name": f"{bank} {code}", "beneficiary": ctx.company.name_en, "bank": bank,
                "swift": "AAAACN2XXXX", "account": f"3100 0000 {code} 0117", "currency": code,
                "address": "88 Demo Road, Ningbo, China",
            })
        with story.act(begin, "gm"):
            perform(ctx, account, "confirm")
        story.accounts[code] = account


def make(story: Story, quotation: Quotation, day: date) -> Order:
    """The draft from a quotation, handed in and sent."""
    with story.act(day, person=quotation.owner_id):
        order: Order = perform(story.ctx, quotation, "to_order")
        lead = timedelta(days=quotation.lead_days or 35)
        order.delivery_date = day + lead + timedelta(days=27)
        order.latest_shipment = order.delivery_date
        for step in ("submit", "send"):
            perform(story.ctx, order, step)
    return order


def sign(story: Story, order: Order, day: date, override: bool = True) -> bool:
    """Confirm; a credit refusal is overridden by the general manager or left."""
    ctx = story.ctx
    try:
        with story.act(day, person=order.owner_id):
            perform(ctx, order, "sign")
    except Refused:
        young = day > story.today - timedelta(days=20)
        if not override or (young and not demo_stories.is_told(order)) or order.customer.hold:
            return False
        _override(story, order, day)
        with story.act(day, "gm"):
            perform(ctx, order, "sign")
    follow(story, order, day)
    return True


def _override(story: Story, order: Order, day: date) -> None:
    """The general manager lets an order pass that credit would keep."""
    with story.act(day, "gm"):
        perform(story.ctx, order, "override", {
            "gate": "credit", "reason": "Repeat customer, goods insured",
            "until": (day + timedelta(days=120)).isoformat(),
        })


def follow(story: Story, order: Order, day: date) -> None:
    """What comes after the signature, by payment term."""
    kinds = {row.kind for row in order.milestones}
    if "lc" in kinds:
        open_day = day + timedelta(days=story.rng.randint(6, 14))
        story.at(open_day, lambda: _credit(story, order, open_day))
    if "deposit" in kinds:
        paid = day + timedelta(days=story.rng.randint(2, 9))
        usual = not demo_stories.is_told(order)
        if usual and story.latecomers < 2 and story.today - timedelta(days=24) < day <= (
            story.today - timedelta(days=9)
        ):
            story.latecomers += 1
            return
        story.at(paid, lambda: _deposit(story, order, paid))
    elif "lc" not in kinds:
        story.at(day + timedelta(days=1), lambda: produce(story, order, day + timedelta(days=1)))


def _credit(story: Story, order: Order, day: date) -> None:
    ctx = story.ctx
    latest = (order.delivery_date or day) + timedelta(days=15)
    with story.act(day, "doc"):
        letter = save(ctx, LetterOfCredit, {
            "lc_number": f"LC{order.serial}", "order_id": order.id,
            "issuing_bank": "Overseas Demo Bank", "advising_bank": "Bank of Demo, Ningbo",
            "currency": order.currency, "amount": order.total, "latest_shipment": latest,
            "expiry": latest + timedelta(days=30), "expiry_place": "China",
            "presentation_days": 21, "documents": "Signed commercial invoice in 3 copies\n"
            "Packing list in 3 copies\nFull set clean on board B/L",
        })
        for row in letter.checks:
            row.result = "pass"
        perform(ctx, letter, "check")
    story.at(day + timedelta(days=1), lambda: produce(story, order, day + timedelta(days=1)))


def _deposit(story: Story, order: Order, day: date) -> None:
    for row in receivables.of_order(story.ctx, order.id):
        if row.kind == "deposit" and row.open > 0:
            pay(story, row, day)
    story.at(day, lambda: produce(story, order, day))


def pay(story: Story, row: Receivable, day: date, short: Decimal = ZERO, **values: Any) -> Receipt:
    """Money on the account, claimed by sales, confirmed, allocated and posted by finance."""
    ctx, order = story.ctx, story.ctx.session.get_one(Order, row.order_id)
    with story.act(day, "fin"):
        given = {
            "bank_account_id": story.accounts[row.currency].id, "value_date": day,
            "payer": order.customer.name, "currency": row.currency, "net": row.open - short,
            "remittance": f"{order.proforma_number} {order.customer_po or ''}".strip(),
            "bank_reference": f"FT{day:%y%m%d}{row.id:05}", "customer_id": row.customer_id,
        }
        receipt: Receipt = save(ctx, Receipt, given | values)
        perform(ctx, receipt, "confirm")
        amount = receipt.left
        perform(ctx, receipt, "allocate", {"parts": [{"receivable": row.id, "amount": amount}]})
        perform(ctx, receipt, "post")
        if day < story.today - timedelta(days=5):
            perform(ctx, receipt, "report_bop")
    return receipt


def produce(story: Story, order: Order, day: date) -> None:
    """Release, make, and tell when the goods are ready."""
    ctx, rng = story.ctx, story.rng
    try:
        with story.act(day, "mer"):
            perform(ctx, order, "release")
    except Refused:
        return
    days = rng.randint(18, 35)
    ready = day + timedelta(days=days)
    if ready > story.today:
        progress = Decimal((story.today - day).days) / days
        report_progress(ctx, order, progress.quantize(Decimal("0.01")))
    story.at(ready, lambda: _ready(story, order, ready))


def _ready(story: Story, order: Order, day: date) -> None:
    ctx, rng = story.ctx, story.rng
    report_progress(ctx, order, Decimal(1))
    with story.act(day, "mer"):
        perform(ctx, order, "goods_ready")
    balance = [row for row in order.milestones if row.trigger == "ready"]
    etd = day + timedelta(days=rng.randint(7, 14))
    if balance:
        paid = day + timedelta(days=rng.randint(3, 8))
        story.at(paid, lambda: _balance_before(story, order, paid))
        etd = max(etd, paid + timedelta(days=2))
    etd = demo_stories.sailing(story, order, etd)
    book = day + timedelta(days=2)
    story.at(book, lambda: _book(story, order, book, etd))


def _balance_before(story: Story, order: Order, day: date) -> None:
    for row in receivables.of_order(story.ctx, order.id):
        if row.delivery_id is None and row.open > 0:
            pay(story, row, day)


def _book(story: Story, order: Order, day: date, etd: date) -> None:
    lots = demo_stories.lots_of(story, order)
    for number, quantities in enumerate(lots):
        leaves = etd + timedelta(days=14 * number)
        delivery = book(story, order, day, leaves, quantities)
        if demo_stories.told(order, "rolled") and leaves <= story.today:
            leaves = demo_stories.roll(story, delivery, leaves)
        story.at(leaves, lambda d=delivery, n=leaves: ship(story, d, n))


def book(
    story: Story, order: Order, day: date, etd: date, quantities: list[Decimal] | None
) -> Delivery:
    """Plan and book a delivery."""
    ctx, rng = story.ctx, story.rng
    with story.act(day, "doc"):
        if quantities is None:
            delivery: Delivery = perform(ctx, order, "plan_delivery")
        else:
            rows = [{"order_line_id": line.id, "quantity": quantity}
                    for line, quantity in zip(order.lines, quantities, strict=True) if quantity]
            delivery = save(ctx, Delivery, {"order_id": order.id, "lines": rows})
        save(ctx, Delivery, {"quality_passed": True}, delivery)
        perform(ctx, delivery, "book", {
            "booking": f"SO{rng.randint(100_000, 999_999)}", "etd": etd.isoformat(),
            **demo_stories.vessel(story, order, delivery, etd),
            "cut_off": (etd - timedelta(days=3)).isoformat(),
        })
    return delivery


def ship(story: Story, delivery: Delivery, day: date) -> None:
    """Load, sail, bill; then the customer pays, mostly in time."""
    ctx = story.ctx
    order = ctx.session.get_one(Order, delivery.order_id)
    try:
        if delivery.state == "booked":
            with story.act(day, "doc"):
                box = f"TWDU{delivery.id:07} / SL{delivery.id}"
                perform(ctx, delivery, "load", {"containers": box})
            demo_customs.pass_customs(story, delivery, day, demo_stories.told(order, "customs"))
        with story.act(day, "doc"):
            perform(ctx, delivery, "on_board", {
                "bl_number": f"DL{day:%y%m}{delivery.id:05}", "bl_date": day.isoformat(),
                "bl_type": "original"})
    except Refused:  # money is overdue, say: tried again with a later sailing
        told = demo_stories.is_told(order) and not order.overrides
        if told:
            _override(story, order, day)
        later = day + timedelta(days=0 if told else 9)
        story.at(later, lambda: ship(story, delivery, later))
        return
    demo_costs.bills(story, order, delivery, day)
    arrival = delivery.eta or day + timedelta(days=30)
    story.at(arrival, lambda: _arrive(story, delivery, arrival))
    if order.lc_share:
        shown = day + timedelta(days=demo_stories.days_to_present(order))
        story.at(shown, lambda: present(story, delivery, shown))
        return
    if order.risk == "credit" and any(row.trigger == "documents" for row in order.milestones):
        sent = day + timedelta(days=5)
        story.at(sent, lambda: _send_papers(story, delivery, sent))
        return
    _collect(story, delivery)


def _arrive(story: Story, delivery: Delivery, day: date) -> None:
    if delivery.state == "on_board":
        with story.act(day, "doc"):
            perform(story.ctx, delivery, "arrive", {"arrived_on": day.isoformat()})


def _send_papers(story: Story, delivery: Delivery, day: date) -> None:
    with story.act(day, "doc"):
        perform(story.ctx, delivery, "release_documents", {"sent_on": day.isoformat()})
    _collect(story, delivery)


def present(story: Story, delivery: Delivery, day: date) -> None:
    """Papers to the bank under the credit; some with discrepancies."""
    order = story.ctx.session.get_one(Order, delivery.order_id)
    with story.act(day, "doc"):
        perform(story.ctx, delivery, "present", {
            "presented_on": day.isoformat(), "discrepancies": demo_stories.discrepancies(order)})
    _collect(story, delivery)


def _collect(story: Story, delivery: Delivery) -> None:
    ctx = story.ctx
    order = ctx.session.get_one(Order, delivery.order_id)
    rows = [row for row in receivables.of_order(ctx, order.id) if row.delivery_id == delivery.id]
    if not any(row.open for row in rows) and order.shipment_status == "shipped":  # all in advance
        later = (delivery.bl_date or story.today) + timedelta(days=25)
        story.at(later, lambda: demo_costs.close(story, order, later))
    for row in rows:
        if row.open > 0 and row.due:
            if demo_stories.told(order, "late"):
                demo_stories.late_payer(story, order, row)
                continue
            demo_stories.water(story, order, row)
            paid = row.due + timedelta(days=demo_stories.delay(story, order))
            if not demo_stories.is_told(order) and story.rng.random() < SPLIT:
                first = paid - timedelta(days=4)
                story.at(first, lambda r=row, d=first: _half(story, r, d))
            story.at(paid, lambda r=row, d=paid: _paid(story, r, d))


def _half(story: Story, row: Receivable, day: date) -> None:
    """Some pay a bill with two transfers."""
    if row.open > 0:
        pay(story, row, day, net=(row.open / 2).quantize(CENT))


def _paid(story: Story, row: Receivable, day: date) -> None:
    ctx = story.ctx
    if row.open <= 0:
        return
    order = ctx.session.get_one(Order, row.order_id)
    pay(story, row, day, **demo_stories.payment(story, order, row))
    if order.lc_share:
        _credit_paid(story, order, day)
    if row.open == 0 and order.shipment_status == "shipped":
        later = day + timedelta(days=8)
        story.at(later, lambda: demo_costs.close(story, order, later))


def _credit_paid(story: Story, order: Order, day: date) -> None:
    query = select(LetterOfCredit).where(
        LetterOfCredit.order_id == order.id, LetterOfCredit.state == "presented"
    )
    for letter in story.ctx.session.scalars(query):
        with story.act(day, "fin"):
            perform(story.ctx, letter, "pay")


def _months(story: Story) -> None:
    """Month ends: revaluation and refund claims."""
    first = (story.today - timedelta(days=330)).replace(day=1)
    while first <= story.today:
        story.at(first, lambda d=first: _month_end(story, d))
        first = (first + timedelta(days=32)).replace(day=1)


def _month_end(story: Story, day: date) -> None:
    with story.act(day):
        booking.revalue(story.ctx, day - timedelta(days=1))
    demo_costs.refund(story, day)
