"""The look: every part in all its states, the menu, and lists that keep their foot in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from core.api import save
from core.testing.world import World

from .conftest import Site, violations


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_accessible_in_all_its_states(site: Site, axe: str, theme: str) -> None:
    page = site.open("adm", "/styleguide", theme=theme)
    page.get_by_role("tab", name="Files").click()
    expect(page.locator("#guide-p2")).to_be_visible()
    assert not violations(page, axe)


def test_every_part_fits_a_phone_in_chinese(site: Site) -> None:
    page = site.open("adm", "/styleguide", width=390)
    page.locator(".tw-top__user summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("h1")).to_have_text("界面样式")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_style_guide_is_not_there_in_production(shop_world: World) -> None:
    client = shop_world.client("adm")
    assert client.get("/styleguide").status_code == 200
    platform = shop_world.platform
    before, platform.settings = platform.settings, replace(platform.settings, mode="production")
    try:
        assert client.get("/styleguide").status_code == 404
    finally:
        platform.settings = before


def test_a_folded_group_of_the_menu_stays_folded(site: Site) -> None:
    page = site.open("adm", "/account")
    part = page.locator("[data-part=admin]")
    expect(part.get_by_role("link").first).to_be_visible()
    part.locator("summary").click()
    expect(part.get_by_role("link").first).to_be_hidden()
    page.wait_for_function("document.cookie.includes('tw-shut=admin')")  # the event comes later
    page.reload()
    expect(part.get_by_role("link").first).to_be_hidden()
    page.goto(site.url + "/admin/people")  # the page one is on is never hidden
    expect(part.get_by_role("link", name="Users")).to_be_visible()


def test_g_and_a_letter_go_to_the_page_its_tooltip_names(site: Site) -> None:
    page = site.open("rep", "/account")
    link = page.locator(".tw-menu__link[data-go]", has_text="Deals")
    letter = link.get_attribute("data-go")
    assert letter and f"(g {letter})" in (link.get_attribute("title") or "")
    page.locator("body").press("g")
    page.locator("body").press(letter)
    page.wait_for_url("**/r/shop.deal")


def test_a_long_list_keeps_its_head_and_foot_in_sight(site: Site, shop_world: World) -> None:
    with shop_world.act("rep") as ctx:
        for n in range(45):
            save(ctx, "shop.deal", {"subject": f"Deal {n}"})
    page = site.open("rep", "/r/shop.deal")
    foot = page.locator(".tw-foot").bounding_box()
    assert foot and foot["y"] + foot["height"] <= 900
    page.locator("tbody tr").last.scroll_into_view_if_needed()
    head = page.locator("thead").bounding_box()
    assert head is not None
    expect(page.locator("thead th").nth(1)).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


def test_files_go_up_when_chosen_or_dropped_and_a_refusal_stays_on_the_page(
    site: Site, shop_world: World
) -> None:
    with shop_world.act("rep") as ctx:
        save(ctx, "shop.deal", {"subject": "With files"})
    page = site.open("rep", "/r/shop.deal/1")
    page.wait_for_selector("#files[data-ready]")
    page.locator("#files input[type=file]").set_input_files(
        {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(page.locator(".tw-toast--bad")).to_contain_text("not accepted")
    page.locator("#files input[type=file]").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 plan"})
    expect(page.locator(".tw-files")).to_contain_text("plan.pdf")
    page.wait_for_selector("#files[data-ready]")
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["%PDF-1.4 second"], "second.pdf", {type: "application/pdf"}));
        const box = document.getElementById("files");
        box.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
    }""")
    expect(page.locator(".tw-files")).to_contain_text("second.pdf")
