"""The plan is dragged, pieces are reported on a phone, and charts open the list behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.testing.world import World
from plugins.mes import planning
from plugins.mes.records import WorkOrder
from plugins.products.api import keep_rate
from tests.browser.conftest import Site, violations
from tests.plugins.mes.conftest import Shop

pytestmark = pytest.mark.plugins(
    "products", "crm", "quotes", "orders", "finance", "credit", "mes", "reports"
)


@pytest.fixture
def plant(world: World, serve: Callable[[World], Site]) -> Site:
    """A served company with one work order on the floor and one that is only planned."""
    with world.act("gm") as ctx:
        shop = Shop()
        keep_rate(ctx, "USD", "book", date(2020, 1, 1), Decimal("7.05"), "test")
        running = shop.running(ctx)
        planning.make_for_order(ctx, shop.order(ctx, running.product, "60", "2027-03-01"))
        planning.plan_all(ctx)
    return serve(world)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_bar_is_dragged_given_back_and_moved_by_keyboard(plant: Site, axe: str, locale: str):
    page = plant.open("ppc", "/mes/gantt", locale=locale)
    chart = page.locator(".tw-gantt[data-ready]")
    expect(chart).to_have_attribute("data-bars", "4")
    assert violations(page, axe) == []
    bar = page.locator(".tw-bar--movable").last
    bar.scroll_into_view_if_needed()
    box = bar.locator(".tw-bar-rect").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 8, steps=5)
    page.mouse.up()
    expect(chart).to_have_attribute("data-moves", "1")
    expect(page.locator(".tw-bar-pin")).to_have_count(1)
    ident = int(page.locator(".tw-bar:has(.tw-bar-pin)").get_attribute("data-id") or 0)
    with plant.world.act("ppc") as ctx:
        rows = [op for order in ctx.session.scalars(select(WorkOrder)) for op in order.operations]
        assert [op.id for op in rows if op.pinned] == [ident]
    page.locator(".tw-bar:has(.tw-bar-pin)").focus()
    page.keyboard.press("Delete")
    expect(chart).to_have_attribute("data-moves", "2")
    expect(page.locator(".tw-bar-pin")).to_have_count(0)
    page.locator(f'.tw-bar[data-id="{ident}"]').focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(chart).to_have_attribute("data-moves", "3")
    expect(page.locator(".tw-bar-pin")).to_have_count(1)


def test_pieces_are_reported_with_a_thumb(plant: Site, axe: str):
    page = plant.open("wh", "/mes/floor", width=390)
    assert violations(page, axe) == []
    page.locator(".tw-job").first.click()
    page.wait_for_selector('[data-island="floor"][data-ready]')
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    good = page.locator('input[name="good"]')
    page.locator('[data-add="1"]').first.click()
    page.locator('[data-add="1"]').first.click()
    expect(good).to_have_value("2")
    page.locator("[data-all]").click()
    expect(good).to_have_value("100")
    good.fill("101")
    page.locator(".tw-btn--send").click()
    expect(page.locator('[role="alert"]').first).to_contain_text("only 100 came in")
    expect(page.locator('input[name="good"]')).to_have_value("101")
    page.locator('input[name="good"]').fill("40")
    page.locator(".tw-btn--send").click()
    expect(page.locator(".tw-figures")).to_contain_text("40")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_report_shows_its_definition_chart_list_and_export(
    plant: Site, axe: str, locale: str
):
    page = plant.open("gm", "/reports/board/production", locale=locale)
    expect(page.locator('[data-island="chart"][data-ready]').first).to_be_visible()
    assert violations(page, axe) == []
    page.goto(plant.url + "/reports/orders.backlog")
    page.wait_for_selector('[data-island="chart"][data-ready]')
    assert violations(page, axe) == []
    page.locator(".tw-figures a").first.click()
    page.wait_for_url("**/r/orders.order**")
    page.goto(plant.url + "/reports/orders.backlog?view=list")
    with page.expect_download() as download:
        page.locator(".tw-actions button").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
