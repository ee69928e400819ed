"""The generic pages as people use them: typing, dragging, keyboard, phone, both themes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.api import save
from core.testing.world import World
from tests.core.pages import shop

from .conftest import Site, violations


@pytest.fixture
def stocked(shop_world: World) -> None:
    """Three items, three deals."""
    with shop_world.act("adm") as ctx:
        ids = [save(ctx, shop.Item, {"name": name, "kind": "lamp", "price": "10", "currency": "USD",
                                     "made_in": "CN", "margin": "13%"}).id
               for name in ("Floodlight 50", "Floodlight 100", "Highbay 100")]
    with shop_world.act("rep") as ctx:
        for n, subject in enumerate(("First", "Second", "Third")):
            rows = [{"item_id": ids[n], "quantity": "2", "price": "10"}] if n else []
            save(ctx, shop.Deal, {"subject": subject, "lines": rows, "due": "2026-12-24"})


def pick(page: Page, row: int, text: str) -> None:
    box = page.locator("[data-rows] tr").nth(row).locator("[role=combobox]")
    box.click()
    box.fill(text)
    expect(page.locator("[role=listbox]:visible li").first).to_contain_text(text)
    box.press("Enter")


def test_an_order_is_typed_with_live_totals(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal/new")
    page.get_by_label("Subject").fill("Typed order")
    pick(page, 0, "Highbay")
    first = page.locator("[data-rows] tr").first
    first.locator("[name$='-quantity']").fill("9200")
    first.locator("[name$='-price']").fill("10.79")
    expect(page.locator("output[data-field=amount]").first).to_have_text("99,268.00")
    expect(page.locator("[data-total=amount]")).to_have_text("99,268.00")
    expect(page.locator("[data-rows] tr")).to_have_count(2)  # a blank row waits
    first.locator("[name$='-price']").press("Enter")
    expect(page.locator("[data-rows] tr").nth(1).locator("[name$='-price']")).to_be_focused()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/r/shop.deal/4")
    expect(page.locator("h1")).to_have_text("Typed order")
    expect(page.locator(".tw-table--lines")).to_contain_text("99,268.00")


def test_lines_take_a_paste_move_and_leave(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal/2/edit")
    quantity = page.locator("[data-rows] tr").nth(0).locator("[name$='-quantity']")
    quantity.focus()
    page.evaluate("""text => {
        const data = new DataTransfer(); data.setData('text/plain', text);
        document.activeElement.dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
    }""", "5\t11\n6\t12\n")
    rows = page.locator("[data-rows] tr")
    expect(rows.nth(1).locator("[name$='-price']")).to_have_value("12")
    pick(page, 1, "Highbay")
    rows.nth(1).locator("[name$='-price']").press("Alt+ArrowUp")
    expect(rows.nth(0).locator("[name$='-quantity']")).to_have_value("6")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/r/shop.deal/2")
    cells = page.locator(".tw-table--lines tbody tr")
    expect(cells).to_have_count(2)
    expect(cells.nth(0)).to_contain_text("Highbay 100")
    page.goto(site.url + "/r/shop.deal/2/edit")
    page.wait_for_selector("html[data-ready]")
    page.get_by_label("Remove this line").first.check(force=True)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/r/shop.deal/2")
    expect(page.locator(".tw-table--lines tbody tr")).to_have_count(1)


def test_a_fault_gets_the_focus_and_nothing_is_lost(site: Site, stocked: None) -> None:
    page = site.open("adm", "/r/shop.item/new")
    page.get_by_label("Price").fill("cheap")
    page.get_by_label("Remark").fill("two\nlines")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    expect(page.get_by_label("Price")).to_have_value("cheap")
    expect(page.get_by_label("Remark")).to_have_value("two\nlines")
    expect(page.locator("[role=alert]")).to_contain_text("Nothing was saved yet.")


def drag(page: Page, card: Any, lane: Any) -> None:
    card.hover(position={"x": 40, "y": 14})  # waits until the card stands still
    start, end = card.bounding_box(), lane.bounding_box()
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 20, steps=4)
    ghost = lane.locator(".sortable-ghost")
    for step in range(20):  # a busy browser may need more than one movement to take the card
        page.mouse.move(end["x"] + 80 + step, end["y"] + 40 + step, steps=8)
        if ghost.count():
            break
    expect(ghost).to_be_visible()
    page.mouse.up()


def test_dragging_a_card_does_the_step_or_says_why_not(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal?view=kanban")
    page.wait_for_selector("[data-island=kanban][data-ready]")
    lane = page.locator("[data-lane=confirmed] [data-lane-cards]")
    drag(page, page.locator(".tw-kcard", has_text="Second"), lane)
    expect(page.locator("[data-island=kanban]")).to_have_attribute("data-moved", "1")
    expect(lane.locator(".tw-kcard")).to_contain_text("Second")
    page.reload()
    page.wait_for_selector("[data-island=kanban][data-ready]")
    expect(lane.locator(".tw-kcard")).to_contain_text("Second")
    drag(page, page.locator(".tw-kcard", has_text="First"), lane)
    expect(page.locator(".tw-toast--bad")).to_contain_text("Add a line first.")
    expect(page.locator("[data-lane=draft] .tw-kcard", has_text="First")).to_be_visible()


def test_a_step_asks_in_a_dialog_and_keeps_faults_there(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal/2")
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Lose").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Lose").click()
    expect(dialog.locator("[aria-invalid=true]")).to_be_focused()
    dialog.get_by_label("Type “Second” to go on").fill("Second")
    dialog.get_by_role("button", name="Lose").click()
    expect(dialog.locator("[aria-invalid=true]")).to_have_attribute("name", "f.reason")
    dialog.get_by_label("Reason").fill("too dear")
    dialog.get_by_role("button", name="Lose").click()
    expect(page.locator(".tw-states [aria-current=step]")).to_have_text("Lost")
    expect(page.locator("#timeline")).to_contain_text("too dear")


def test_a_cell_is_changed_in_place(site: Site, stocked: None) -> None:
    page = site.open("adm", "/r/shop.item?sort=name")
    cell = page.locator("[data-inline$='/price']").first
    cell.click()
    box = page.locator("td input[name='f.price']")
    box.fill("dear")
    box.press("Enter")
    expect(page.locator("td .tw-field__fault")).to_contain_text("is not a number")
    page.locator("td input[name='f.price']").fill("12.5")
    page.locator("td input[name='f.price']").press("Enter")
    expect(cell).to_contain_text("12.50")


def test_filters_are_built_and_taken_away(site: Site, stocked: None) -> None:
    page = site.open("adm", "/r/shop.item")
    page.locator("summary", has_text="Filter").click()
    row = page.locator(".tw-builder__row").first
    row.get_by_label("Field").select_option("name")
    row.get_by_label("Comparison").select_option("contains")
    row.get_by_label("Value").fill("Highbay")
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    expect(page.locator(".tw-chip--filter")).to_contain_text("Name contains Highbay")
    page.locator(".tw-chip--clear").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)


def test_saved_filters_say_how_many_they_hold(site: Site, stocked: None) -> None:
    page = site.open("adm", "/r/shop.item")
    expect(page.locator(".tw-chip", has_text="Lamps").locator("span")).to_have_text("3")


def test_the_keyboard_is_enough(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal?sort=subject")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".tw-bulk")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/shop.deal/2?**")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("e")
    page.wait_for_url("**/r/shop.deal/2/edit?**")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("Control+k")
    page.keyboard.type("Highb")
    expect(page.locator(".tw-palette__list")).to_contain_text("Highbay 100")


def test_saving_and_steps_work_without_scripts(site: Site, stocked: None) -> None:
    page = site.open("rep", "/r/shop.deal/new", scripts=False)
    page.get_by_label("Subject").fill("Plain")
    page.locator("[name='lines-0-item_id.text']").fill("Highbay 100")
    page.locator("[name='lines-0-quantity']").fill("3")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/r/shop.deal/4")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".tw-states [aria-current=step]")).to_have_text("Confirmed")


PAGES = ["/", "/r/shop.item", "/r/shop.deal/2?list=/r/shop.deal", "/r/shop.deal/2/edit",
         "/r/shop.deal?view=kanban",
         "/r/shop.deal?view=calendar&month=2026-12", "/account", "/search?q=light"]


@pytest.mark.parametrize("path", [*PAGES, "/admin/apps", "/admin/roles/1", "/admin/company"])
def test_nothing_sticks_out_on_a_phone(site: Site, stocked: None, path: str) -> None:
    page = site.open("adm", path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible(site: Site, stocked: None, axe: str, theme: str) -> None:
    page = site.open("adm", "/", theme=theme)
    found = {}
    more = ("/admin/apps", "/admin/people", "/admin/company", "/r/shop.deal/2/step/lose")
    for path in (*PAGES, *more):
        page.goto(site.url + path)
        page.wait_for_selector("html[data-ready]")
        faults = violations(page, axe)
        if faults:
            found[path] = faults[:6]
    assert not found
