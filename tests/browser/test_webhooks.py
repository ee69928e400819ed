"""A website's form becomes a lead: the address, a sample, the mapping, all in the browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.testing import World
from tests.browser.conftest import Site, violations

pytestmark = pytest.mark.plugins("crm", "webhooks")
WORDS = {
    "en": ("Add", "Save", "Done"), "zh": ("添加", "保存", "已完成"),
}


def _shown(page: Page, name: str) -> None:
    """Keep a picture where somebody asks for it; a page never scrolls sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{name} is {wider} px too wide"
    if os.environ.get("TRADEWIND_PICTURES"):
        page.screenshot(path=Path(os.environ["TRADEWIND_PICTURES"]) / f"{name}.png",
                        full_page=True)


@pytest.mark.parametrize(("locale", "width"), [("en", 1440), ("zh", 390)])
def test_a_website_form_becomes_a_lead(
    serve: Callable[[World], Site], world: World, axe: str, locale: str, width: int
) -> None:
    site = serve(world)
    add, keep, done = WORDS[locale]
    page = site.open("adm", "/webhooks", locale=locale, width=width)
    form = page.locator("form[action$='/webhooks/sources']")
    form.locator("[name=label]").fill("Website")
    form.locator("[name=record]").select_option("crm.lead")
    form.locator("[name=kind]").select_option("form")
    _shown(page, f"webhooks-{locale}")
    assert violations(page, axe) == []
    form.get_by_role("button", name=add).click()
    page.wait_for_url("**/webhooks/sources/*")
    address = page.url
    page.locator("details.tw-card summary").click()
    snippet = page.locator("details.tw-card pre").inner_text()

    visitor = site.open(None, "/login", locale=locale)
    visitor.set_content(snippet)
    for name, value in (("company", "Solmar S.L."), ("name", "Ana Solmar"),
                        ("email", "ana@solmar.example"), ("message", "500 street lights")):
        visitor.locator(f"[name={name}]").fill(value)
    visitor.locator("button").click()
    expect(visitor.locator("[role=status]")).to_contain_text("Thank you")

    page.goto(address)
    for field, part in (("company_name", "company"), ("contact_name", "name"), ("email", "email"),
                        ("interest", "message")):
        page.locator(f"[name=map-{field}]").select_option(part)
    page.locator("[name=fix-country]").fill("ES")
    _shown(page, f"source-{locale}")
    assert violations(page, axe) == []
    page.get_by_role("button", name=keep).click()
    expect(page.get_by_text(done, exact=True)).to_be_visible()
    page.locator("a[href^='/r/crm.lead/']").first.click()
    expect(page.locator("body")).to_contain_text("Solmar S.L.")
    expect(page.locator("body")).to_contain_text("500 street lights")
