"""The order that follows from an accepted quotation."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Refused, perform, save
from plugins.products.api import HsCode, Port

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def accepted(ctx, trade):
    trade.rate(ctx, "7.0500", date(2020, 1, 1))
    customer = trade.customer(ctx, shipping_marks="LUMORA\nHAMBURG")
    code = ctx.session.scalar(select(HsCode.id).where(HsCode.code == "9405429000"))
    product = save(ctx, "products.product", {
        "code": "FL-50W-B", "name_en": "LED floodlight 50 W", "name_zh": "LED 泛光灯 50W",
        "hs_code_id": code, "cost_price": "68.00", "pieces_per_carton": 8, "moq": 100,
        "carton_length": "46", "carton_width": "40", "carton_height": "32",
        "carton_gross": "13.6", "carton_net": "12.0",
    })
    port = ctx.session.scalar(select(Port.id).where(Port.code == "CNNGB"))
    quotation = save(ctx, "quotes.quotation", {
        "customer_id": customer.id, "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
        "payment_term_id": trade.term(ctx, "TT30C"), "loading_port_id": port,
        "tolerance": "0.05",
        "lines": [{"product_id": product.id, "quantity": "9200", "basis": "price",
                   "price": "10.42"}],
    })
    ctx.session.flush()
    quotation.state = "sent"
    ctx.session.flush()
    perform(ctx, quotation, "accept", {"customer_po": "PO-4711"})
    return quotation


def test_everything_that_was_quoted_comes_along(world, trade):
    with world.act("gm") as ctx:
        quotation = accepted(ctx, trade)
        order = perform(ctx, quotation, "to_order")
        assert order.quotation_id == quotation.id
        assert (order.customer_po, order.incoterm, order.place) == ("PO-4711", "FOB", "Ningbo")
        assert (order.port_loading, order.tolerance) == ("Ningbo", D("0.05"))
        assert order.marks.startswith("LUMORA")
        (line,) = order.lines
        assert (line.quantity, line.price, line.quoted_price) == (D(9200), D("10.42"), D("10.42"))
        assert (line.hs_code, line.pieces_per_carton, line.gross_kg) == (
            "9405429000", 8, D("13.6"))
        assert D(line.cost["goods"]).quantize(D("0.0001")) == D("60.1770")
        assert order.total == D("95864.00")
        assert [m.amount for m in order.milestones] == [D("28759.20"), D("67104.80")]


def test_a_quotation_becomes_one_order(world, trade):
    with world.act("gm") as ctx:
        quotation = accepted(ctx, trade)
        order = perform(ctx, quotation, "to_order")
        with pytest.raises(Refused, match="already"):
            perform(ctx, quotation, "to_order")
        perform(ctx, order, "cancel", {"reason": "customer wants another date"})
        assert perform(ctx, quotation, "to_order").id != order.id


def test_an_order_from_an_approved_quotation_needs_no_second_approval(world, trade):
    with world.act("gm") as ctx:
        order = perform(ctx, accepted(ctx, trade), "to_order")
        perform(ctx, order, "submit")
        assert order.state == "approved"


def test_signing_wins_the_customer(world, trade):
    with world.act("gm") as ctx:
        order = perform(ctx, accepted(ctx, trade), "to_order")
        for step in ("submit", "send", "sign"):
            perform(ctx, order, step)
        assert (order.customer.state, order.customer.last_order_on) == ("active", ctx.today)
