"""Every page of the menu is clean: no fault, no sideways scroll, no foreign words, accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from core.api import in_locale, save
from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import READY

PLUGINS = ("products", "crm", "quotes", "orders", "finance", "credit", "mes", "samples", "service",
           "reports", "exchange", "studio", "shipping")
pytestmark = pytest.mark.plugins(*PLUGINS)
# words of the interface that have no place on a Chinese page; data and proper names may be English
ENGLISH = (
    "Save", "Cancel", "New", "Edit", "Filter", "Search", "Columns", "Export", "Import", "Owner",
    "State", "Number", "Customer", "Order", "Quotation", "Inquiry", "Amount", "Currency", "Nothing",
    "yet", "Choose", "Name", "Users", "Roles", "Settings", "Company &", "Tasks", "Today", "Overdue",
    "the", "is", "are", "your", "with", "from",
)
SEEN_WORDS = """() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const holder = walk.currentNode.parentElement;
        if (!holder.closest('script, style, template, code, [lang=en], [data-language]'))
            found.push(walk.currentNode.textContent);
    }
    for (const node of document.querySelectorAll('[placeholder], [aria-label], [title]'))
        for (const name of ['placeholder', 'aria-label', 'title'])
            if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    return found.map(text => text.trim()).filter(Boolean);
}"""
PROPER = ("New York", "New Zealand")
WIDTH = "document.documentElement.scrollWidth"
NEXT_WIDTH = f"new Promise(r => requestAnimationFrame(() => setTimeout(() => r({WIDTH}))))"


def menu(page: Page) -> list[str]:
    """The addresses of the menu, the own pages of a person with them."""
    links = page.locator("nav a.tw-menu__link[href^='/'], .tw-side a.tw-menu__link[href^='/']")
    found = [str(link.get_attribute("href")) for link in links.all()]
    return sorted({*found, "/account", "/notices", "/inbox"})


def fits(page: Page, width: int) -> bool:
    """Whether a page comes to fit its window; charts need some frames to draw themselves anew."""
    return any(page.evaluate(NEXT_WIDTH) <= width for _ in range(20))


def english(page: Page) -> list[str]:
    """Texts of a page that hold an English word of the list."""
    found = []
    for text in page.evaluate(SEEN_WORDS):
        for name in (*PROPER, "“", "”", "."):
            text = text.replace(name, " ")
        words = set(text.split())
        if words & set(ENGLISH):
            found.append(text[:80])
    return found


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("login", ["adm", "rep"])
def test_every_page_of_the_menu_is_clean(
    serve: Callable[[World], Site], world: World, login: str, locale: str
) -> None:
    site = serve(world)
    page = site.open(login, "/", locale=locale)
    paths = menu(page)
    assert len(paths) > 12
    wrong: dict[str, object] = {}
    for path in paths:
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(site.url + path)
        page.wait_for_selector(READY)
        if answer is None or answer.status != 200:
            wrong[path] = answer.status if answer else "no answer"
        if not fits(page, 1440):
            wrong[f"{path} wide"] = page.evaluate(WIDTH)
        page.set_viewport_size({"width": 390, "height": 844})
        if not fits(page, 390):
            wrong[f"{path} phone"] = page.evaluate(WIDTH)
        if locale == "zh" and (found := english(page)):
            wrong[f"{path} words"] = found[:6]
    assert not wrong


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_every_kind_are_accessible(
    serve: Callable[[World], Site], world: World, axe: str, theme: str
) -> None:
    with in_locale("en"), world.act("adm") as ctx:
        customer = save(ctx, "crm.customer", {"name": "Brenlicht Handels GmbH", "country": "DE"})
    site = serve(world)
    page = site.open("adm", "/", theme=theme)
    page.goto(site.url + "/studio")
    page.wait_for_selector(READY)
    flow = str(page.locator("main tr[data-row] a").first.get_attribute("href"))
    wrong = {}
    for path in ("/", "/r/crm.customer", f"/r/crm.customer/{customer.id}", "/inbox", flow):
        page.goto(site.url + path)
        page.wait_for_selector(READY)
        page.evaluate(axe)
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})"
            ".then(r => r.violations)")
        bad = [f"{v['id']} {n['target']}" for v in found
               if v["impact"] in ("serious", "critical") for n in v["nodes"]]
        if bad:
            wrong[path] = bad[:6]
    assert not wrong
