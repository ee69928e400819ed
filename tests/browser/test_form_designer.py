"""An administrator rearranges a form by mouse, by keys and by clicks; everybody gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import Desk

pytestmark = pytest.mark.plugins("crm", "studio")


def after(page: Page, act: Callable[[], Any]) -> None:
    """Do something and wait until the form has been drawn anew."""
    box = page.locator(".tw-designer")
    before = box.get_attribute("data-changes") or ""
    act()
    fresh = page.locator(f".tw-designer[data-changes][data-busy='']:not([data-changes='{before}'])")
    expect(fresh).to_have_count(1)


def drag(page: Page, what: Locator, onto: Locator) -> None:
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), onto.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] / 2 + 6, steps=4)
    for step in range(12):
        page.mouse.move(end["x"] + 20 + step % 3, end["y"] + end["height"] / 2 + step % 2, steps=6)
    after(page, page.mouse.up)


def test_a_form_is_rearranged_published_and_filled_in(
    serve: Callable[[World], Site], world: World
) -> None:
    site = serve(world)
    desk = Desk(site, "adm")
    desk.go("/studio-forms/crm.customer")
    page = desk.page
    page.wait_for_selector("[data-island=formdesign][data-ready]")
    first = page.locator("[data-middle] [data-fields]").first
    part = first.get_attribute("data-fields")

    def field(name: str) -> Locator:
        return page.locator(f"[data-field='{name}']")

    drag(page, field("website"), field("short_name"))  # by mouse, within the section
    names = [str(c.get_attribute("data-field")) for c in first.locator("[data-field]").all()]
    assert names.index("website") <= names.index("short_name") + 1 < names.index("email")
    drag(page, field("phone"), page.locator("[data-fields='']"))  # hidden
    expect(page.locator("[data-fields=''] [data-field=phone]")).to_have_count(1)
    field("region").focus()  # by keyboard
    place = names.index("region")
    after(page, lambda: page.keyboard.press("Alt+ArrowUp"))
    assert [str(c.get_attribute("data-field")) for c in first.locator("[data-field]").all()
            ].index("region") == place - 1
    after(page, lambda: page.keyboard.press("Control+z"))
    after(page, lambda: page.keyboard.press("Control+y"))
    page.locator("[data-kind=text]").click()  # by click: the kind, then the section
    after(page, lambda: first.click(position={"x": 4, "y": 2}))
    made = page.locator(f"[data-fields='{part}'] [data-field^=x_]")
    expect(made).to_have_count(1)
    page.get_by_label("Name on this form").fill("Paint code")
    page.get_by_label("must be filled").check()
    after(page, page.get_by_role("button", name="Apply").click)
    expect(made).to_contain_text("Paint code")
    after(page, field("email").click)
    page.locator("[data-into]").select_option(index=1)  # by click: into another section
    second = page.locator("[data-middle] [data-fields]").nth(1)
    expect(second.locator("[data-field=email]")).to_have_count(1)
    desk.leave(page.get_by_role("button", name="Publish").click)

    rep = Desk(site, "rep")
    rep.go("/r/crm.customer/new")
    expect(rep.page.get_by_label("Paint code")).to_be_visible()
    expect(rep.page.locator("[name='f.phone']")).to_have_count(0)
    rep.page.locator("[name='f.name']").fill("Brenlicht")
    rep.page.locator("[name='f.country']").select_option("DE")
    own = rep.page.get_by_label("Paint code")
    own.fill("RAL 9016")
    rep.save()
    expect(rep.page.locator("main")).to_contain_text("RAL 9016")
