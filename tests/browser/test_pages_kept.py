"""What the screen keeps: half-typed forms, ticks over pages, widths, the way somebody came."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.api import save
from core.testing.world import World
from tests.core.pages import shop

from .conftest import Site
from .desk import READY


@pytest.fixture
def full(shop_world: World) -> None:
    """Fifty deals with a line, two without."""
    with shop_world.act("rep") as ctx:
        item = save(ctx, shop.Item, {"name": "Floodlight", "price": "10", "currency": "USD"}).id
        for n in range(52):
            rows = [{"item_id": item, "quantity": "2", "price": "10"}] if n > 1 else []
            save(ctx, shop.Deal, {"subject": f"Deal {n:02}", "lines": rows})


def test_what_was_typed_comes_back_after_the_browser_is_lost(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal/3/edit")
    page.get_by_label("Subject").fill("Half typed")
    page.locator("[name='lines-0-quantity']").fill("41")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept")
    page.context.clear_cookies()
    page.get_by_label("Subject").press("End")
    page.keyboard.type("!")
    expect(page.locator("[data-draft-state]")).to_contain_text("sign in again in another tab")
    page.context.close()
    page = site.open("rep", "/r/shop.deal/3/edit", locale="zh")
    page.get_by_role("link", name="恢复").click()
    page.wait_for_selector("form[data-dirty]")
    expect(page.locator("[name='f.subject']")).to_have_value("Half typed")
    expect(page.locator("[name='lines-0-quantity']")).to_have_value("41")
    page.locator("form[data-form] .tw-bar button.tw-btn--primary").click()
    expect(page.locator("h1")).to_contain_text("Half typed")
    page.goto(f"{site.url}/r/shop.deal/3/edit")
    page.wait_for_selector(READY)
    expect(page.locator("[data-draft-offer]")).to_have_count(0)


def test_all_of_a_filter_is_ticked_over_pages_and_reported(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal?size=40&sort=subject")
    bar, count = page.locator(".tw-bulk"), page.locator("[data-count]")
    page.locator("input[name=row]").nth(4).check()
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**after=**")
    page.wait_for_selector(READY)
    expect(count).to_have_text("1")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    page.locator("[data-act=check-all]").check()
    bar.get_by_role("button", name="Select all 52").click()
    expect(count).to_have_text("52")
    bar.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/progress/*")
    site.world.work()
    expect(page.locator("#work[data-state=done]")).to_contain_text("50 records done, 2 refused.")
    expect(page.locator("#work tbody tr")).to_have_count(2)


def test_widths_filters_and_neighbours_by_keyboard(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal")
    page.locator("input[type=search][name=q]").fill("Deal 1")
    with page.expect_response("**/r/shop.deal/last"):
        page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    head = page.get_by_role("link", name="Subject")
    width = "e => e.closest('th').offsetWidth"
    before = head.evaluate(width)
    head.focus()
    with page.expect_response("**/r/shop.deal/widths"):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
    page.goto(f"{site.url}/account")
    page.locator(".tw-menu__link", has_text="Deals").click()
    page.wait_for_url("**/r/shop.deal?q=Deal+1")
    page.wait_for_selector(READY)
    assert head.evaluate(width) == before + 32
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tw-pager")
    expect(page.locator(".tw-pager")).to_contain_text("1 of 10")
    page.wait_for_selector(READY)
    page.keyboard.press("j")
    expect(page.locator(".tw-pager")).to_contain_text("2 of 10")
    page.locator(".tw-crumbs a").click()
    page.wait_for_url("**/r/shop.deal?q=Deal+1")
    page.locator("tbody a.tw-cell-link").first.click()
    page.wait_for_selector(".tw-pager")
    page.wait_for_selector(READY)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tw-states [aria-current=step]")).to_have_text("Confirmed")
    expect(page.locator(".tw-pager")).to_contain_text("1 of 10")


def test_menus_stay_inside_a_phone(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal/3", width=390)
    for menu in page.locator("main .tw-menu-pop").all():
        menu.locator("summary").click()
        box = menu.locator(".tw-pop").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390, box
        page.keyboard.press("Escape")


def test_faults_show_while_the_form_is_typed(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal/3/edit")
    page.get_by_label("Due").fill("31/12/2026")
    page.locator("[name='lines-0-quantity']").fill("none")
    page.get_by_label("Subject").fill("")
    page.locator("[name='lines-0-price']").focus()
    expect(page.locator("#i-f-due-about")).to_contain_text("is not a date")
    expect(page.locator("#i-f-subject-about")).to_have_text("This is needed.")
    expect(page.locator("#i-lines-0-quantity-about")).to_contain_text("is not a number")
    page.get_by_label("Due").fill("2026-12-31")
    page.get_by_label("Due").press("Escape")
    page.get_by_label("Subject").focus()
    expect(page.locator("#i-f-due-about")).to_have_text("")
    expect(page.get_by_label("Due")).not_to_have_attribute("aria-invalid", "true")


def test_the_palette_remembers_numbers_and_asks_for_names(site: Site, full: None) -> None:
    page = site.open("rep", "/r/shop.deal/3")
    page.goto(f"{site.url}/account")
    page.wait_for_selector(READY)
    page.keyboard.press("Control+k")
    group = page.locator(".tw-palette__group").first
    expect(group).to_have_text("Opened lately")
    expect(page.locator(".tw-palette__list a").first).to_contain_text("Deal 02")
    assert "Deal" not in page.evaluate("JSON.stringify(localStorage)")
