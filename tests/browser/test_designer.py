"""A flow is drawn from an empty page with the mouse and with the keyboard, and then runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from core.api import Ctx, design, in_locale, record_class, save
from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import READY, Desk

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "studio")
GATE = "quotes.quotation.submit"


@dataclass
class Drawing:
    """The designer with an empty flow that will hold the submission of quotations."""

    site: Site
    desk: Desk
    key: str = ""

    @property
    def page(self) -> Page:
        return self.desk.page

    def begin(self) -> None:
        """A new workflow that holds the step, from the list of workflows."""
        self.desk.go("/studio")
        self.page.get_by_role("button", name="New workflow").click()
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_label("Name").fill("Large quotations")
        dialog.locator("[name=gate]").select_option(GATE)
        self.desk.leave(dialog.get_by_role("button", name="Create").click)
        self.key = self.page.url.rpartition("/")[2]
        self.mounted()

    def mounted(self) -> None:
        """The designer is ready for drag and keys."""
        self.page.wait_for_selector("[data-island=designer][data-ready]")

    def changes(self) -> int:
        """How often the tree was drawn anew since the page was opened."""
        return int(self.page.locator(".tw-designer").get_attribute("data-changes") or 0)

    def changed(self, before: int, cards: int) -> None:
        """The change arrived: the tree was drawn anew and has so many cards."""
        expect(self.page.locator(".tw-designer")).to_have_attribute("data-changes", str(before + 1))
        expect(self.page.locator(".tw-flow")).to_have_attribute("data-nodes", str(cards))

    def slot(self, place: str) -> Locator:
        return self.page.locator(f"[data-slot='{place}']")

    def node(self, kind: str) -> Locator:
        return self.page.locator(f"[data-palette] [data-kind='{kind}']")

    def drag(self, what: Locator, place: str, cards: int) -> None:
        """Take a card with the mouse, carry it to a slot, let it go there."""
        before = self.changes()
        what.scroll_into_view_if_needed()
        start, end = what.bounding_box(), self.slot(place).bounding_box()
        assert start and end
        self.page.mouse.move(start["x"] + 30, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(start["x"] + 50, start["y"] + start["height"] / 2 + 8, steps=4)
        inside = self.slot(place).locator("[data-kind], [data-card]")
        for step in range(20):  # a busy browser may need more than one movement to take the card
            x, y = end["x"] + end["width"] / 2 + step % 3, end["y"] + end["height"] / 2 + step % 2
            self.page.mouse.move(x, y, steps=8)
            if inside.count():
                break
        expect(inside.first).to_be_attached()
        self.page.mouse.up()
        self.changed(before, cards)

    def press(self, place: str, downs: int, cards: int) -> None:
        """By keyboard: Enter on the +, arrows in the palette, Enter."""
        before = self.changes()
        self.page.locator(f"[data-slot-button='{place}']").focus()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("[data-palette] [data-kind]").first).to_be_focused()
        for _ in range(downs):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self.changed(before, cards)

    def open_card(self, kind: str) -> Locator:
        """Click a card; returns its form in the inspector."""
        card = self.page.locator(f".tw-flow [data-card^={kind}]").first
        if card.get_attribute("aria-pressed") != "true":
            self.desk.leave(card.click)
        self.mounted()
        return self.page.locator("[data-inspector-here] form[action*='/card/']")

    def settle(self) -> None:
        """Say when and who in the inspector: from 10,000 on the general manager."""
        form = self.open_card("choice")
        row = form.locator(".tw-builder__row").first
        row.get_by_label("Field").select_option("amount")
        row.get_by_label("Comparison").select_option("ge")
        row.get_by_label("Value").fill("10000")
        self.desk.leave(form.get_by_role("button", name="Apply").click)
        expect(self.page.locator(".tw-flow__when").first).to_contain_text("10,000")
        form = self.open_card("approve")
        form.locator("[name=label]").fill("Boss decides")
        form.get_by_label("Rule").first.select_option("role")
        form.locator("[name=role]").first.select_option("gm")
        self.desk.leave(form.get_by_role("button", name="Apply").click)
        expect(self.page.locator(".tw-flow [data-card^=approve]")).to_contain_text("Boss decides")

    def publish(self) -> None:
        """Publish; the bar says that the first version runs."""
        self.page.get_by_role("button", name="Publish").first.click()
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_label("What is new?").fill("First version")
        self.desk.leave(dialog.get_by_role("button", name="Publish").click)
        expect(self.page.locator("[data-bar-here]")).to_contain_text("Version 1 runs")


@pytest.fixture
def drawing(serve: Callable[[World], Site], world: World) -> Drawing:
    """An empty flow in the designer; the shipped approval of quotations is taken away."""
    with world.act() as ctx:
        for row in ctx.session.scalars(select(design.WorkflowRow).filter_by(gate=GATE)):
            row.enabled = False
        for kind in ("quote", "book"):
            save(ctx, "products.exchange_rate", {
                "currency": "USD", "kind": kind, "valid_from": ctx.today.isoformat(),
                "rate": "7.05"})
    site = serve(world)
    made = Drawing(site, Desk(site, "adm"))
    made.begin()
    return made


def quotation(world: World, quantity: int) -> int:
    """A draft of rep at 10.00 a piece; returns its id."""
    with in_locale("en"), world.act("rep") as ctx:
        customer = save(ctx, "crm.customer", {"name": f"Brenlicht {quantity}", "country": "DE",
                                              "grade": "B"})
        product = save(ctx.system(), "products.product", {
            "code": f"FL-{quantity}", "name_en": "LED floodlight", "name_zh": "LED投光灯",
            "cost_price": "30.00", "hs_code_id": _ident(ctx, "products.hs_code", "9405429000")})
        made = save(ctx, "quotes.quotation", {
            "customer_id": customer.id, "currency": "USD", "incoterm": "FOB", "place": "Ningbo",
            "payment_term_id": _ident(ctx, "products.payment_term", "TT30C"),
            "lines": [{"product_id": product.id, "quantity": str(quantity), "basis": "price",
                       "price": "10.00"}]})
        return int(made.id)


def _ident(ctx: Ctx, record: str, code: str) -> int:
    cls: Any = record_class(record)
    return int(ctx.session.scalar(select(cls.id).where(cls.code == code)) or 0)


def test_a_flow_is_drawn_by_mouse_published_and_run(drawing: Drawing) -> None:
    drawing.drag(drawing.node("choice"), ":0", 1)
    inside = drawing.page.locator(".tw-flow__branch [data-slot]").first.get_attribute("data-slot")
    assert inside
    drawing.drag(drawing.node("approve"), inside, 2)
    drawing.drag(drawing.node("approve"), ":1", 3)  # one too many, at the end
    last = drawing.page.locator(".tw-flow > [data-card^=approve]")
    drawing.drag(last, ":0", 3)  # carried to the start
    expect(drawing.page.locator(".tw-flow > [data-card]").first).to_have_attribute(
        "data-card", str(drawing.page.locator(".tw-flow > [data-card^=approve]").get_attribute(
            "data-card")))
    before = drawing.changes()
    drawing.page.locator(".tw-flow > [data-card^=approve]").focus()
    drawing.page.keyboard.press("Delete")
    drawing.changed(before, 2)
    drawing.settle()
    drawing.publish()

    world = drawing.site.world
    rep = Desk(drawing.site, "rep")
    small = quotation(world, 500)  # 5,000.00: nobody is asked
    rep.go(f"/r/quotes.quotation/{small}")
    rep.step("submit")
    rep.shows("approved")
    large = quotation(world, 5000)  # 50,000.00
    rep.go(f"/r/quotes.quotation/{large}")
    rep.step("submit")
    rep.shows("submitted")
    expect(rep.page.locator(".tw-rail")).to_contain_text("Boss decides")
    number = rep.page.locator("h1").inner_text()
    Desk(drawing.site, "gm").decide(number)
    rep.go(f"/r/quotes.quotation/{large}")
    rep.shows("approved")


def test_the_same_flow_is_drawn_by_keyboard_alone(drawing: Drawing) -> None:
    kinds = [str(node.get_attribute("data-kind"))
             for node in drawing.page.locator("[data-palette] [data-kind]").all()]
    drawing.press(":0", kinds.index("choice"), 1)
    inside = drawing.page.locator(".tw-flow__branch [data-slot]").first.get_attribute("data-slot")
    assert inside
    drawing.press(inside, kinds.index("approve"), 2)
    drawing.press(":1", kinds.index("delay"), 3)
    moved = drawing.page.locator(".tw-flow > [data-card^=delay]")
    before = drawing.changes()
    moved.focus()
    drawing.page.keyboard.press("Alt+ArrowUp")
    drawing.changed(before, 3)
    expect(drawing.page.locator(".tw-flow > [data-card]").first).to_have_attribute(
        "data-card", str(moved.get_attribute("data-card")))
    for key in ("Control+z", "Control+z"):  # the move and the delay
        before = drawing.changes()
        drawing.page.keyboard.press(key)
        expect(drawing.page.locator(".tw-designer")).to_have_attribute(
            "data-changes", str(before + 1))
    expect(drawing.page.locator(".tw-flow")).to_have_attribute("data-nodes", "2")
    drawing.page.locator(".tw-flow [data-card^=choice]").focus()
    drawing.page.evaluate("document.documentElement.dataset.left = '1'")
    drawing.page.keyboard.press("Enter")
    drawing.page.wait_for_selector(READY)
    drawing.settle()
    drawing.publish()
    with drawing.site.world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, drawing.key)
        (card,) = ctx.session.get(design.WorkflowVersion, row.active_version_id).definition["body"]
    assert card["branches"][0]["when"]["f"] == "amount"
    assert card["branches"][0]["body"][0]["who"] == [{"rule": "role", "role": "gm"}]
