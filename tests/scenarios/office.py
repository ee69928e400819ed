"""The people of the scenario: each method is what one of them does at her desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import decide, find, perform, record_class, save, tasks_of
from core.testing import World

PROSPECT = {
    "company_name": "Brenlicht Handels GmbH", "contact_name": "Petra Vogel",
    "email": "petra@brenlicht.example", "website": "https://www.brenlicht.example",
    "phone": "+49 30 901820", "interest": "LED floodlight 50 W", "est_qty": "9200",
}


@dataclass
class Office:
    """A company with its master data; ids of what was made are kept in `ids`."""

    world: World
    ids: dict[str, int] = field(default_factory=dict)

    # ---- looking and doing
    def row(self, what: str, **conditions: Any) -> Any:
        """The record kept under a short name, as it is in the database now."""
        with self.world.act() as ctx:
            cls = record_class(KEYS[what])
            if conditions:
                return ctx.session.scalars(select(cls).filter_by(**conditions)).one()
            return find(ctx, cls, self.ids[what])

    def do(self, login: str, what: str, step: str, **params: Any) -> Any:
        """A step by a person, in a transaction of its own."""
        with self.world.act(login) as ctx:
            row = find(ctx, KEYS[what], self.ids[what])
            result = perform(ctx, row, step, params)
        self.world.work()
        return result

    def enter(self, login: str, what: str, values: dict[str, Any]) -> int:
        """A new record by a person; its id is kept under its short name."""
        with self.world.act(login) as ctx:
            self.ids[what] = save(ctx, KEYS[what], values).id
        self.world.work()
        return self.ids[what]

    def change(
        self, login: str, what: str, values: dict[str, Any], version: int | None = None
    ) -> None:
        """A change of a record by a person."""
        with self.world.act(login) as ctx:
            row = find(ctx, KEYS[what], self.ids[what])
            save(ctx, type(row), values, row, version=version)
        self.world.work()

    def state(self, what: str) -> str:
        """The state of a record now."""
        return str(self.row(what).state)

    # ---- inboxes
    def waiting(self, login: str, what: str) -> list[int]:
        """The tasks about a record in somebody's inbox."""
        with self.world.act(login) as ctx:
            return [t.id for t in tasks_of(ctx, 50)
                    if t.record_key == KEYS[what] and t.record_id == self.ids[what]]

    def decide(self, login: str, what: str, outcome: str = "approve", comment: str = "") -> None:
        """Answer the one task about a record."""
        (task,) = self.waiting(login, what)
        with self.world.act(login) as ctx:
            decide(ctx, task, outcome, comment)
        self.world.work()

    # ---- master data
    def prepare(self) -> None:
        """Product, bill, routing, rates, channel and bank account."""
        with self.world.act() as ctx:
            from_day = ctx.today - timedelta(days=30)
            for kind in ("quote", "book"):
                save(ctx, "products.exchange_rate", {
                    "currency": "USD", "kind": kind, "valid_from": from_day.isoformat(),
                    "rate": "7.05"})
            hs = ctx.session.scalar(select(_cls("products.hs_code").id).where(
                _cls("products.hs_code").code == "9405429000"))
            product = save(ctx, "products.product", {
                "code": "FL-50W-B", "name_en": "LED floodlight 50 W", "name_zh": "LED投光灯50W",
                "hs_code_id": hs, "cost_price": "68.00", "pieces_per_carton": 8,
                "carton_length": 46, "carton_width": 40, "carton_height": 32,
                "carton_gross": "13.6", "carton_net": "12.0", "moq": 500, "lead_days": 30,
                "list_price": "12.90", "list_currency": "USD",
            })
            self.ids["product"] = product.id
            self.ids["channel"] = save(ctx, "crm.channel", {
                "code": "WEB", "name": "Website", "kind": "website"}).id
            term = _cls("products.payment_term")
            self.ids["term"] = ctx.session.scalar(select(term.id).where(term.code == "TT30C"))
            self._shop(ctx, product)
        self.enter("fin", "account", {
            "name": "USD account", "beneficiary": "Ningbo Xilan Lumen Co., Ltd.",
            "bank": "Example Bank", "account": "31001", "currency": "USD"})

    def _shop(self, ctx: Any, product: Any) -> None:
        body = save(ctx, "mes.material", {"code": "BODY", "label_text": "Lamp body"})
        save(ctx, "mes.stock_move", {
            "material_id": body.id, "kind": "receipt", "quantity": "20000"})
        bom = save(ctx, "mes.bom", {"product_id": product.id, "lines": [
            {"material_id": body.id, "per": "1", "scrap": "0"}]})
        centre = save(ctx, "mes.work_centre", {
            "code": "A", "label_text": "Assembly", "stations": 10, "efficiency": "1"})
        routing = save(ctx, "mes.routing", {"product_id": product.id, "lines": [
            {"op_no": 10, "label_text": "Assembly", "centre_id": centre.id, "setup": "10",
             "run": "1"}]})
        perform(ctx, bom, "activate")
        perform(ctx, routing, "activate")

    # ---- stretches of the way
    def inquiry(self) -> None:
        """The website message becomes a lead of rep, and then an inquiry."""
        self.enter("rep", "lead", {**PROSPECT, "channel_id": self.ids["channel"],
                                   "source_ref": "W-1", "product_id": self.ids["product"]})
        inquiry = self.do("rep", "lead", "convert", subject="9,200 floodlights")
        self.ids["inquiry"], self.ids["customer"] = inquiry.id, inquiry.customer_id
        self.change("rep", "customer", {
            "grade": "B", "currency": "USD", "incoterm": "FOB", "port": "Ningbo",
            "payment_term_id": self.ids["term"]})

    def quotation(self) -> None:
        """The quotation with prices, not yet submitted."""
        made = self.do("rep", "inquiry", "quote")
        self.ids["quotation"] = made.id
        self.change("rep", "quotation", {
            "incoterm": "FOB", "place": "Ningbo", "payment_term_id": self.ids["term"],
            "lines": [{"product_id": self.ids["product"], "quantity": "9200", "basis": "price",
                       "price": "11.20"}],
        })

    def approved_quotation(self) -> None:
        """Submitted by rep and approved by everybody whom the flow asks."""
        self.do("rep", "quotation", "submit")
        for login in ("sm", "fin", "gm"):
            if self.waiting(login, "quotation"):
                self.decide(login, "quotation")

    def signed_order(self) -> None:
        """From the customer's yes to the signed contract."""
        self.do("rep", "quotation", "send")
        self.do("rep", "quotation", "accept", customer_po="BL-4711")
        self.ids["order"] = self.do("rep", "quotation", "to_order").id
        self.do("rep", "order", "submit")
        for login in ("sm", "gm"):
            if self.waiting(login, "order"):
                self.decide(login, "order")
        self.do("rep", "order", "send")
        self.do("rep", "order", "sign")

    def money(self, amount: Decimal) -> None:
        """A receipt from the customer, booked and confirmed by finance."""
        with self.world.act() as ctx:
            today = ctx.today.isoformat()
        self.enter("fin", "receipt", {
            "bank_account_id": self.ids["account"], "value_date": today,
            "payer": PROSPECT["company_name"], "currency": "USD", "net": str(amount),
            "rate": "7.05"})
        self.do("fin", "receipt", "confirm", customer_id=self.ids["customer"])

    def receivables(self) -> list[Any]:
        """The receivables of the order, the oldest first."""
        with self.world.act() as ctx:
            cls = _cls("finance.receivable")
            query = select(cls).where(cls.order_id == self.ids["order"]).order_by(cls.id)
            return list(ctx.session.scalars(query))

    def production(self) -> None:
        """The planner releases the work order and the floor reports all pieces."""
        self.ids["work"] = self.row("work", order_id=self.ids["order"]).id
        self.do("ppc", "work", "release")
        self.do("wh", "work", "issue")
        self.do("ppc", "work", "report", operation=10, good="9200")
        self.do("ppc", "work", "finish")

    def delivery(self) -> date:
        """Documents staff bring the goods on board; returns the day."""
        self.ids["delivery"] = self.do("doc", "order", "plan_delivery").id
        self.change("doc", "delivery", {"quality_passed": True})
        with self.world.act() as ctx:
            today = ctx.today
        self.do("doc", "delivery", "book", booking="SO1",
                etd=(today + timedelta(days=1)).isoformat())
        self.do("doc", "delivery", "on_board", bl_number="BL1", bl_date=today.isoformat())
        return today


KEYS = {
    "lead": "crm.lead", "customer": "crm.customer", "inquiry": "crm.inquiry",
    "quotation": "quotes.quotation", "order": "orders.order", "work": "mes.work_order",
    "delivery": "orders.delivery", "receipt": "finance.receipt", "account": "finance.bank_account",
    "receivable": "finance.receivable",
}


def _cls(key: str) -> Any:
    return record_class(key)

