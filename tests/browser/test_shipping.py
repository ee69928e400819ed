"""Through customs with the shipping clerk; a tech sheet is frozen (DOMAIN §1.3, §1.8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.api import perform, save
from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import Desk
from tests.plugins.conftest import Trade

PLUGINS = ("products", "crm", "quotes", "orders", "shipping")


@pytest.mark.plugins(*PLUGINS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_delivery_goes_through_customs(
    serve: Callable[[World], Site], world: World, locale: str
) -> None:
    with world.act("gm") as ctx:
        ctx.session.info["gatekeeper"] = None
        trade = Trade()
        order = trade.signed(ctx, term="OA60", goods=(("9200", "10.79"),), destination="DE",
                             port_loading="Ningbo", port_discharge="Hamburg")
        order.owner_id = world.user_id("rep")
        perform(ctx, order, "release")
        delivery = trade.delivery(ctx, order)
        save(ctx, "orders.delivery", {"freight": "3200", "insurance": "218.39"}, delivery)
        path, today = f"/r/orders.delivery/{delivery.id}", ctx.today.isoformat()
    doc = Desk(serve(world), "doc", locale)
    doc.go("/r/shipping.container/new")
    doc.fill(delivery_id="SH", box_number="TWDU 300001-5", type_id="40HQ", seal="SL77", vgm="19400")
    doc.save()
    doc.go(path)
    expect(doc.page.locator("main")).to_contain_text("TWDU3000015 / SL77")
    doc.step("draft_declaration")
    assert doc.record() == "shipping.declaration"
    paper = f"/r/shipping.declaration/{doc.ident}"
    doc.go(f"{paper}/edit")
    doc.page.locator("[name='items-0-elements']").fill("0|0|照明|铝|无品牌|FL-50W-B")
    doc.save()
    doc.step("review")
    doc.shows("reviewed")
    doc.step("lodge", broker="Harbour Customs")
    doc.go(path)
    doc.shows("declared")
    assert not doc.offers("on_board")
    doc.go(paper)
    doc.step("accept", customs_no="310420260123456789")
    doc.step("release")
    doc.go(path)
    doc.shows("released")
    doc.step("on_board", bl_number="BL1", bl_date=today)
    doc.shows("on_board")


@pytest.mark.plugins(*PLUGINS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_tech_sheet_is_checked_confirmed_and_frozen(
    serve: Callable[[World], Site], world: World, locale: str
) -> None:
    with world.act("gm") as ctx:
        save(ctx, "products.product", {
            "code": "FL-50W-B", "name_en": "LED floodlight 50 W",
            "specs": [{"name_en": "Power", "name_zh": "功率", "value": "50 W"}]})
    site = serve(world)
    rep, tec = Desk(site, "rep", locale), Desk(site, "tec", locale)
    rep.go("/r/quotes.tech_sheet/new")
    rep.fill(product_id="FL-50W-B", subject="black, 3 m cable")
    rep.save()
    expect(rep.page.locator("main")).to_contain_text("50")  # from the product
    rep.step("submit")
    rep.shows("check")
    tec.go("/")
    expect(tec.page.locator("main")).to_contain_text("TS26")
    tec.go(f"/r/quotes.tech_sheet/{rep.ident}")
    tec.step("check")
    rep.go(f"/r/quotes.tech_sheet/{rep.ident}")
    rep.step("confirm", who="P. Vogel by mail")
    rep.shows("confirmed")
    assert not rep.offers("freeze")  # engineering freezes
    tec.go(f"/r/quotes.tech_sheet/{rep.ident}")
    tec.step("freeze")
    tec.shows("frozen")
    rep.go(f"/r/quotes.tech_sheet/{rep.ident}")
    rep.step("new_version")
    rep.go(f"/r/quotes.tech_sheet/{rep.ident}")
    rep.shows("draft")
