"""A small trade to quote from: the floodlight of DOMAIN §2.2 (Q1) and a customer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from core.api import in_locale, save, set_setting
from plugins.crm.api import Customer
from plugins.products.api import HsCode, PaymentTerm, Port, Product, keep_rate
from plugins.quotes.api import Quotation

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def trade(world):
    """Ids of what a quotation needs; the quoting rate is 7.05."""
    return make_trade(world)


def make_trade(world):
    """Write product, customer and rates into a world."""
    with world.act(now=NOW) as ctx:
        set_setting(ctx, "quotes.overhead", "0.02")
        keep_rate(ctx, "USD", "quote", date(2026, 11, 1), Decimal("7.05"), "test")
        keep_rate(ctx, "EUR", "quote", date(2026, 11, 1), Decimal("7.80"), "test")
        hs = ctx.session.scalar(select(HsCode.id).where(HsCode.code == "9405429000"))
        product = save(ctx, Product, {
            "code": "FL-50W-B", "name_en": "LED floodlight 50 W", "name_zh": "LED投光灯50W",
            "hs_code_id": hs, "cost_price": "68.00", "pieces_per_carton": 8,
            "carton_length": 46, "carton_width": 40, "carton_height": 32,
            "carton_gross": "13.6", "carton_net": "12.0", "moq": 500, "lead_days": 30,
            "list_price": "12.90", "list_currency": "USD",
            "tiers": [{"from_quantity": 500, "price": "11.20"},
                      {"from_quantity": 2000, "price": "10.80"},
                      {"from_quantity": 5000, "price": "10.40"},
                      {"from_quantity": 8000, "price": "10.10"}],
        })
        rep = world.user_id("rep")
        ports = dict(ctx.session.execute(select(Port.code, Port.id)).all())
        terms = dict(ctx.session.execute(select(PaymentTerm.code, PaymentTerm.id)).all())
        customer = save(ctx, Customer, {
            "name": "Lumona Handels GmbH", "country": "DE", "grade": "B", "currency": "USD",
            "incoterm": "CIF", "port": "Hamburg",
            "payment_term_id": terms["TT30C"],
        })
        customer.owner_id = rep
        return SimpleNamespace(
            product=product.id, customer=customer.id, ports=ports, terms=terms, rep=rep, hs=hs,
            world=world,
        )


@pytest.fixture
def ctx(world, trade):
    """System work on the day of the example; nothing is kept."""
    with world.act(now=NOW) as found, in_locale("en"):
        yield found
        found.session.rollback()


def q1(trade, **values):
    """The values of example Q1, CIF Hamburg, 9,200 pieces."""
    line = {"product_id": trade.product, "quantity": 9200, "margin": "15 %", "duty": "4.7 %"}
    given = {
        "customer_id": trade.customer, "inland_charges": "4750.00", "freight": "3200.00",
        "destination_charges": "850", "clearance_charges": "150", "lines": [line],
    }
    return {**given, **values}


@pytest.fixture
def shared(both):
    """A world with the trade in it, on SQLite and on PostgreSQL; (world, trade, values of Q1)."""
    trade = make_trade(both)
    return both, trade, {"owner_id": trade.rep, **q1(trade)}


@pytest.fixture
def quotation(trade):
    """A function that saves a quotation as the representative (with all rights to figures)."""
    def make(ctx, **values):
        return save(ctx.system(), Quotation, {"owner_id": trade.rep, **q1(trade, **values)})

    return make
