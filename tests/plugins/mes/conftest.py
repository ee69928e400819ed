"""A small shop: two work centres, a light with its bill and routing, and a released order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import perform, record_class, save
from plugins.mes.needs import move
from plugins.mes.planning import make_for_order

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # Monday 08:00 in Shanghai


@dataclass
class Shop:
    """Makes records of production; every method works in the given context."""

    now: datetime = NOW

    def centre(self, ctx, code, stations=1, efficiency="1"):
        return save(ctx, "mes.work_centre", {
            "code": code, "label_text": code, "stations": stations, "efficiency": efficiency,
        })

    def product(self, ctx, code="FL-50"):
        return save(ctx, "products.product", {"code": code, "name_en": f"Light {code}"})

    def material(self, ctx, code, stock=0, **values):
        row = save(ctx, "mes.material", {"code": code, "label_text": code, **values})
        if stock:
            move(ctx, row, "receipt", D(stock))
        return row

    def bom(self, ctx, rows, product=None, material=None):
        bom = save(ctx, "mes.bom", {
            "product_id": product.id if product else None,
            "material_id": material.id if material else None,
            "lines": [{"material_id": m.id, "per": per, "scrap": scrap} for m, per, scrap in rows],
        })
        perform(ctx, bom, "activate")
        return bom

    def routing(self, ctx, product, rows):
        routing = save(ctx, "mes.routing", {"product_id": product.id, "lines": [
            {"op_no": no, "label_text": f"Op {no}", "centre_id": centre.id, "setup": setup,
             "run": run} for no, centre, setup, run in rows
        ]})
        perform(ctx, routing, "activate")
        return routing

    def light(self, ctx, stock=1000):
        """A light of one lamp body, two operations of 1 and 2 minutes on two centres."""
        product = self.product(ctx)
        body = self.material(ctx, "BODY", stock, lead_days=5)
        self.bom(ctx, [(body, "1", "0")], product)
        self.routing(ctx, product, [(10, self.centre(ctx, "A"), "10", "1"),
                                    (20, self.centre(ctx, "B"), "0", "2")])
        return product

    def term(self, ctx):
        terms = record_class("products.payment_term")
        return ctx.session.scalar(select(terms.id).where(terms.code == "TT30C"))

    def order(self, ctx, product, quantity="100", promised="2026-12-01", released=True):
        customer = save(ctx, "crm.customer", {"name": f"Buyer {quantity} {promised}",
                                              "country": "DE"})
        order = save(ctx, "orders.order", {
            "customer_id": customer.id, "payment_term_id": self.term(ctx),
            "delivery_date": promised, "rate": "7.05",
            "lines": [{"product_id": product.id, "description_en": "Light",
                       "quantity": quantity, "price": "10"}],
        })
        if released:
            order.state = "released"
            ctx.session.flush()
        return order

    def work_order(self, ctx, quantity="100", stock=1000, promised="2026-12-01"):
        """A work order of a released sales order, not yet released itself."""
        (row,) = make_for_order(ctx, self.order(ctx, self.light(ctx, stock), quantity, promised))
        return row

    def running(self, ctx, quantity="100", stock=2000):
        row = self.work_order(ctx, quantity, stock)
        perform(ctx, row, "release")
        perform(ctx, row, "start")
        return row

    def report(self, ctx, row, operation, good=0, **values):
        return perform(ctx, row, "report", {"operation": operation, "good": good, **values})


@pytest.fixture
def shop():
    return Shop()
