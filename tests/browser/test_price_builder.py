"""The price builder live in the form; a gate passed by two people (DOMAIN §1.6, §2.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.api import perform, save, set_setting
from core.testing.world import World
from plugins.crm.api import Customer
from plugins.products.api import HsCode, PaymentTerm, Product, keep_rate
from plugins.quotes.api import Quotation
from tests.browser.conftest import Site
from tests.browser.desk import Desk
from tests.plugins.conftest import Trade

# example Q1 of DOMAIN §2.2; terms that its table does not name follow from what the seller bears
PRICES = {
    "EXW": "10.34", "FCA": "10.42", "FAS": "10.42", "FOB": "10.42", "CFR": "10.77",
    "CPT": "10.77", "CIF": "10.79", "CIP": "10.79", "DAP": "10.89", "DPU": "10.89",
    "DDP": "11.41",
}


def prepare(world: World) -> None:
    """The floodlight of Q1, a customer in Hamburg, and the rate 7.05."""
    with world.act() as ctx:
        set_setting(ctx, "quotes.overhead", "0.02")
        keep_rate(ctx, "USD", "quote", date(2020, 1, 1), Decimal("7.05"), "test")
        keep_rate(ctx, "USD", "book", date(2020, 1, 1), Decimal("7.05"), "test")
        hs = ctx.session.scalar(select(HsCode.id).where(HsCode.code == "9405429000"))
        term = ctx.session.scalar(select(PaymentTerm.id).where(PaymentTerm.code == "TT30C"))
        save(ctx, Product, {
            "code": "FL-50W-B", "name_en": "LED floodlight 50 W", "name_zh": "LED投光灯50W",
            "hs_code_id": hs, "cost_price": "68.00", "pieces_per_carton": 8, "carton_length": 46,
            "carton_width": 40, "carton_height": 32, "carton_gross": "13.6", "carton_net": "12.0",
        })
        customer = save(ctx, Customer, {
            "name": "Lumona Handels GmbH", "country": "DE", "grade": "B", "currency": "USD",
            "incoterm": "CIF", "port": "Hamburg", "payment_term_id": term,
        })
        customer.owner_id = world.user_id("sm")


def value(desk: Desk, name: str) -> Any:
    return expect(desk.page.locator(f"[name='{name}']"))


@pytest.mark.plugins("products", "crm", "quotes", "orders")
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_follows_what_is_typed(
    serve: Callable[[World], Site], world: World, locale: str
) -> None:
    prepare(world)
    sm = Desk(serve(world), "sm", locale)
    sm.go("/r/quotes.quotation/new")
    sm.fill(customer_id="Lumona")
    value(sm, "f.incoterm").to_have_value("CIF")
    sm.line(0, product_id="FL-50W-B")
    sm.line(0, quantity="9200")
    sm.fill(freight="3200", destination_charges="850", clearance_charges="150")
    sm.page.locator("[data-rows] tr .tw-lines__detail summary").first.click()
    sm.line(0, duty="4.7")
    sm.page.locator("[data-rows] tr .tw-lines__detail summary").first.click()

    sm.line(0, margin="15")
    value(sm, "lines-0-price").to_have_value("10.79")
    expect(sm.page.locator("[data-total=amount]")).to_have_text("99,268.00")

    terms = PRICES if locale == "en" else {"FOB": PRICES["FOB"], "DDP": PRICES["DDP"]}
    for term, price in terms.items():  # change the Incoterm: the price follows
        sm.fill(incoterm=term)
        value(sm, "lines-0-price").to_have_value(price)
    sm.fill(incoterm="CIF")
    value(sm, "lines-0-price").to_have_value("10.79")

    sm.line(0, price="11.00")  # edit the price: the margin follows
    value(sm, "lines-0-basis").to_have_value("price")
    value(sm, "lines-0-margin").not_to_have_value("15")
    expect(sm.page.locator("[data-total=amount]")).to_have_text("101,200.00")
    sm.line(0, margin="15")  # and back
    value(sm, "lines-0-price").to_have_value("10.79")

    sm.save()
    with world.act() as ctx:
        made = ctx.session.scalars(select(Quotation)).one()
        assert (made.amount, made.margin) == (Decimal("99268.00"), Decimal("0.1496"))
        assert made.exchange_cost == Decimal("5.8256")
        made.state, made.sent_on, made.base_number = "sent", ctx.today, "QT26110001"
        made.number = "QT26110001-R0"
        later = perform(ctx, made, "revise")
        save(ctx, Quotation, {"lines": [{"id": later.lines[0].id, "margin": "12 %"}]}, later)
        path = f"/quotes/compare/{made.id}/{later.id}"
    sm.go(path)
    main = sm.page.locator("main")
    expect(main).to_contain_text("QT26110001-R0")
    expect(main).to_contain_text("14.96 %")
    expect(main).to_contain_text("10.79")


@pytest.mark.plugins("products", "crm", "quotes", "orders")
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_gate_is_passed_by_two_people(
    serve: Callable[[World], Site], world: World, locale: str
) -> None:
    with world.act("gm") as ctx:
        ctx.session.info["gatekeeper"] = None
        order = Trade().signed(ctx, goods=(("1000", "10.00"),))
        order.owner_id = world.user_id("rep")
        ident, until = order.id, (ctx.today + timedelta(days=7)).isoformat()
    site = serve(world)
    mer, sm, fin = (Desk(site, login, locale) for login in ("mer", "sm", "fin"))
    path = f"/r/orders.order/{ident}"
    mer.go(path)
    assert not mer.offers("release")  # the deposit of 3,000 is missing
    expect(mer.page.locator("main")).to_contain_text("3,000")

    sm.go(path)
    sm.step("override", gate="production", reason="deposit on its way, slip seen", until=until)
    mer.go(path)
    assert not mer.offers("release")  # one person is not enough
    sm.go(path)
    with world.act() as ctx:
        assert not any(row.active for row in ctx.session.get(type(order), ident).overrides)
    fin.go(path)
    fin.step("confirm_override")

    mer.go(path)
    mer.step("release")
    mer.shows("released")
    with world.act() as ctx:
        row = ctx.session.get(type(order), ident).overrides[0]
        assert row.reason == "deposit on its way, slip seen" and row.until.isoformat() == until
        assert row.first_by_id != row.second_by_id
