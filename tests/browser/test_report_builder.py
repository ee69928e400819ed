"""A person builds a report by mouse, by clicks and by keys, keeps it and opens what is behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from core.api import RoleRow, save
from core.testing.world import Templates, World
from plugins import reports
from tests.browser.conftest import Site
from tests.browser.desk import Desk
from tests.core.pages import shop


@pytest.fixture
def world(templates: Templates, tmp_path: Path) -> Iterator[World]:
    made = templates.world(tmp_path, ("shop", "reports"), {"shop": shop, "reports": reports})
    with made.act() as ctx:
        role = ctx.session.scalar(select(RoleRow).where(RoleRow.key == "rep"))
        role.grants = [*role.grants, "reports.read", "reports.build", "reports.export"]
        save(ctx, "shop.item", {"name": "Lamp", "kind": "lamp", "made_in": "CN", "price": "2.50",
                                "currency": "USD"})
        save(ctx, "shop.item", {"name": "Lamp 2", "kind": "lamp", "made_in": "DE", "price": "4",
                                "currency": "USD"})
        save(ctx, "shop.item", {"name": "Panel", "kind": "panel", "made_in": "CN", "price": "9",
                                "currency": "EUR"})
    yield made
    made.platform.database.engine.dispose()


def after(page: Page, act: Callable[[], Any]) -> None:
    """Do something and wait until the answer to it is there."""
    box = page.locator("[data-island=reportbuild]")
    before = box.get_attribute("data-answers") or ""
    act()
    fresh = page.locator(f"[data-answers][data-busy='']:not([data-answers='{before}'])")
    expect(fresh).to_have_count(1)


def drag(page: Page, what: Locator, onto: Locator) -> None:
    start, end = what.bounding_box(), onto.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 10, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 24, start["y"] + start["height"] / 2 + 6, steps=4)
    for step in range(8):
        page.mouse.move(end["x"] + end["width"] - 12 - step % 3, end["y"] + end["height"] / 2,
                        steps=4)
    after(page, page.mouse.up)


def test_a_report_is_built_by_mouse_clicks_and_keys_and_kept(
    serve: Callable[[World], Site], world: World
) -> None:
    desk = Desk(serve(world), "rep")
    page = desk.page
    desk.go("/r/shop.item")
    page.get_by_label("More actions").click()
    desk.leave(page.get_by_role("link", name="Report of this list").click)
    page.wait_for_selector("[data-island=reportbuild][data-ready]")

    def field(path: str) -> Locator:
        return page.locator(f"[data-palette] [data-path='{path}']")

    def zone(name: str) -> Locator:
        return page.locator(f"[data-zone={name}]")

    drag(page, field("kind"), zone("rows"))  # by mouse
    table = page.locator("[data-answer] table")
    expect(table.locator("tbody tr")).to_have_text(["Lamp 2", "Panel 1"], use_inner_text=True)
    field("made_in").click()  # by click: the field, then the zone
    after(page, page.locator("[data-put=columns]").click)
    expect(table.locator("thead")).to_contain_text("Germany")
    field("price").focus()  # by keyboard
    after(page, lambda: page.keyboard.press("v"))
    expect(page.locator("[data-definition]")).to_contain_text(
        "Number of records and Sum: Price of Items by Kind, across Made in")
    zone("values").locator("[data-part=price]").focus()
    after(page, lambda: page.keyboard.press("Alt+ArrowLeft"))
    zone("values").locator("[data-part='*']").focus()
    after(page, lambda: page.keyboard.press("Delete"))
    drag(page, zone("columns").locator("[data-part=made_in]"), zone("rows"))  # to another zone
    expect(zone("columns").locator("[data-part]")).to_have_count(0)
    expect(table.locator("tfoot")).to_contain_text("6.50")  # USD; the euros stand beside
    expect(table.locator("tfoot")).to_contain_text("9.00")
    after(page, lambda: zone("values").locator("select").select_option("most"))
    expect(table.locator("tfoot")).to_contain_text("4.00")
    after(page, lambda: page.locator("[data-chart]").select_option("donut"))
    page.get_by_text("Filters", exact=True).first.click()
    page.locator("[data-conditions] [aria-label=Field]").select_option("made_in")
    after(page, lambda: page.locator("[data-conditions] [aria-label=Value]").select_option("CN"))
    expect(table.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Name of the report").fill("Prices from China")
    desk.leave(page.get_by_role("button", name="Save").click)

    expect(page.locator("h1")).to_have_text("Prices from China")
    expect(page.locator(".tw-chart[data-ready]")).to_have_count(1)
    desk.leave(page.locator("tbody a", has_text="9.00").click)
    expect(page.locator("#rows")).to_contain_text("Panel")
    expect(page.locator("#rows tr")).to_have_count(1)
    desk.go("/reports/")
    desk.leave(page.get_by_role("link", name="Prices from China").click)
    desk.leave(page.get_by_role("link", name="Edit").click)
    page.wait_for_selector("[data-island=reportbuild][data-ready]")
    expect(zone("rows").locator("[data-part]")).to_have_count(2)
