"""A small trade to test with: customers, orders on every term, deliveries and money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.api import Ctx, perform, save


class Trade:
    """Makes what the tests of orders, credit and finance start from; all through services."""

    def __init__(self) -> None:
        self.count = 0

    def rate(self, ctx: Ctx, value: str, on: date, kind: str = "book", currency: str = "USD"):
        from plugins.products.api import keep_rate

        keep_rate(ctx, currency, kind, on, Decimal(value), "test")
        ctx.session.flush()

    def customer(self, ctx: Ctx, **values: Any) -> Any:
        self.count += 1
        given = {"name": f"Lumora {self.count} GmbH", "country": "DE", "currency": "USD"}
        return save(ctx, "crm.customer", given | values)

    def term(self, ctx: Ctx, code: str) -> int:
        from plugins.products.api import PaymentTerm

        return ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == code))

    def order(
        self,
        ctx: Ctx,
        customer: Any = None,
        term: str = "TT30C",
        goods: tuple[tuple[str, str], ...] = (("1000", "10.00"),),
        **values: Any,
    ) -> Any:
        """A draft order; goods are (quantity, price) pairs, all in the same carton."""
        if not values.pop("no_rate", False):
            self.rate(ctx, "7.0500", date(2020, 1, 1))
        customer = customer or self.customer(ctx)
        carton = {
            "pieces_per_carton": 8,
            "carton_length": "46",
            "carton_width": "40",
            "carton_height": "32",
            "gross_kg": "13.6",
            "net_kg": "12.0",
        }
        lines = [
            {
                "description_en": f"LED floodlight {n}",
                "description_zh": f"LED 泛光灯 {n}",
                "hs_code": "9405429000",
                "quantity": quantity,
                "unit": "PCS",
                "price": price,
                **carton,
            }
            for n, (quantity, price) in enumerate(goods, start=1)
        ]
        given = {
            "customer_id": customer.id,
            "currency": "USD",
            "rate": "7.05",
            "payment_term_id": self.term(ctx, term),
            "incoterm": "CIF",
            "place": "Hamburg",
            "lines": lines,
        }
        return save(ctx, "orders.order", given | values)

    def signed(self, ctx: Ctx, *args: Any, on: date | None = None, **values: Any) -> Any:
        """An order that both sides signed."""
        order = self.order(ctx, *args, **values)
        perform(ctx, order, "submit")
        if order.state == "approval":
            order.state = "approved"
        perform(ctx, order, "send")
        perform(ctx, order, "sign", {"signed_on": on} if on else {})
        return order

    def delivery(self, ctx: Ctx, order: Any, quantities: tuple[str, ...] | None = None) -> Any:
        """A booked delivery of the order's open lines, or of the given quantities."""
        if quantities is None:
            delivery = perform(ctx, order, "plan_delivery")
        else:
            rows = [
                {"order_line_id": line.id, "quantity": quantity}
                for line, quantity in zip(order.lines, quantities, strict=False)
            ]
            delivery = save(ctx, "orders.delivery", {"order_id": order.id, "lines": rows})
        save(ctx, "orders.delivery", {"quality_passed": True}, delivery)
        etd = (ctx.today + timedelta(days=1)).isoformat()
        perform(ctx, delivery, "book", {"booking": "SO1", "etd": etd})
        return delivery

    def ship(self, ctx: Ctx, order: Any, on: date, quantities: Any = None) -> Any:
        """A delivery on board on a day."""
        delivery = self.delivery(ctx, order, quantities)
        self.count += 1
        perform(
            ctx, delivery, "on_board", {"bl_number": f"BL{self.count}", "bl_date": on.isoformat()}
        )
        return delivery

    def account(self, ctx: Ctx, currency: str = "USD") -> Any:
        from plugins.finance.records import BankAccount

        found = ctx.session.scalar(select(BankAccount).where(BankAccount.currency == currency))
        return found or save(
            ctx,
            BankAccount,
            {
                "name": f"Bank {currency}",
                "beneficiary": "Ningbo Xilan Lumen Co., Ltd.",
                "bank": "Example Bank",
                "account": f"3100{currency}",
                "currency": currency,
            },
        )

    def receipt(self, ctx: Ctx, customer: Any, net: str, **values: Any) -> Any:
        """A confirmed receipt of a customer."""
        given = {
            "bank_account_id": self.account(ctx, values.get("currency", "USD")).id,
            "value_date": ctx.today,
            "payer": customer.name,
            "currency": "USD",
            "net": net,
            "rate": "7.05",
        }
        receipt = save(ctx, "finance.receipt", given | values)
        perform(ctx, receipt, "confirm", {"customer_id": customer.id})
        return receipt

    def pay(self, ctx: Ctx, customer: Any, net: str, **values: Any) -> Any:
        """A receipt that settles what the system proposes."""
        receipt = self.receipt(ctx, customer, net, **values)
        perform(ctx, receipt, "allocate")
        return receipt


@pytest.fixture
def trade() -> Trade:
    return Trade()
