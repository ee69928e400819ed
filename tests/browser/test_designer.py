"""A flow is drawn from an empty page with the mouse and with the keyboard, and then runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from core.api import Ctx, design, in_locale, record_class, save
from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import Desk

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
        self.page.wait_for_selector("[data-island=designer][data-ready]")

    # ---- changes
    def changes(self) -> int:
        """How often the tree was drawn anew since the page was opened."""
        return int(self.page.locator(".tw-designer").get_attribute("data-changes") or 0)

    def after(self, act: Callable[[], Any]) -> None:
        """Do something and wait until the tree has been drawn anew and nothing is under way."""
        before = self.changes()
        act()
        drawn = self.page.locator(f".tw-designer[data-busy='']:not([data-changes='{before}'])")
        expect(drawn).to_have_count(1)

    def holds(self, cards: int) -> None:
        expect(self.page.locator(".tw-flow")).to_have_attribute("data-nodes", str(cards))

    def slot(self, place: str) -> Locator:
        return self.page.locator(f"[data-slot='{place}']")

    def node(self, kind: str) -> Locator:
        return self.page.locator(f"[data-palette] [data-kind='{kind}']")

    def card(self, kind: str, n: int = 0) -> Locator:
        return self.page.locator(f".tw-flow__card[data-card^={kind}]").nth(n)

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
        self.after(self.page.mouse.up) if self.changes() == before else self.page.mouse.up()
        self.holds(cards)

    def click(self, place: str, kind: str, cards: int) -> None:
        """By click: the +, then the card of the palette."""
        self.page.locator(f"[data-slot-button='{place}']").click()
        self.after(self.node(kind).click)
        self.holds(cards)

    def press(self, place: str, downs: int, cards: int) -> None:
        """By keyboard: Enter on the +, arrows in the palette, Enter."""
        self.page.locator(f"[data-slot-button='{place}']").focus()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("[data-palette] [data-kind]").first).to_be_focused()
        for _n in range(downs):
            self.page.keyboard.press("ArrowDown")
        self.after(lambda: self.page.keyboard.press("Enter"))
        self.holds(cards)

    # ---- the inspector
    def open(self, card: Locator) -> Locator:
        """Click a card; returns its form in the inspector."""
        if card.get_attribute("aria-pressed") != "true":
            self.after(card.click)
        return self.page.locator("[data-inspector-here] form[action*='/card/']")

    def approval(self, n: int, name: str, role: str, hours: str) -> None:
        """Say who decides at an approval and by when; it is kept without a button."""
        form = self.open(self.card("approve", n))
        form.locator("[name=rule]").first.select_option("role")
        form.locator("[name=role]").first.select_option(role)
        form.locator("[name=hours]").fill(hours)
        form.locator("[name=label]").fill(name)
        expect(self.card("approve", n)).to_contain_text(name)
        expect(self.card("approve", n)).to_contain_text(f"{hours} h")

    def row(self, group: Locator, n: int, field: str, op: str, value: str) -> None:
        """Fill a row of a condition; its last row is added when needed."""
        rows = group.locator("> .tw-cond__parts > .tw-cond__row")
        if rows.count() <= n:
            group.locator("> .tw-actions button").first.click()
        row = rows.nth(n)
        row.get_by_label("Field").select_option(field)
        row.get_by_label("Comparison").select_option(op)
        box = row.get_by_label("Value", exact=True)
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)

    def publish(self, take_over: bool = False) -> None:
        """Publish; the bar says that the first version runs."""
        self.page.get_by_role("button", name="Publish").first.click()
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_label("What is new?").fill("First version")
        if take_over:
            dialog.get_by_label("holds this step now").check()
        self.desk.leave(dialog.get_by_role("button", name="Publish").click)
        expect(self.page.locator("[data-bar-here]")).to_contain_text("Version 1 runs")


@pytest.fixture
def drawing(serve: Callable[[World], Site], world: World) -> Drawing:
    """An empty flow in the designer, beside the approval of quotations that ships."""
    with world.act() as ctx:
        for kind in ("quote", "book"):
            save(ctx, "products.exchange_rate", {
                "currency": "USD", "kind": kind, "valid_from": ctx.today.isoformat(),
                "rate": "7.05"})
    site = serve(world)
    made = Drawing(site, Desk(site, "sm"))
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


FINANCE = (("margin", "lt", "12"), ("term_risk", "eq", "credit"), ("amount_usd", "gt", "100000"))
MANAGEMENT = (("margin", "lt", "8"), ("amount_usd", "gt", "200000"), ("customer_grade", "eq", "D"))


def test_the_quote_approval_is_drawn_from_an_empty_page(drawing: Drawing) -> None:
    """DOMAIN §6.1 by mouse: three conditions, three approvals; tried, compared, published, run."""
    page = drawing.page
    for n in range(3):
        drawing.drag(drawing.node("choice"), f":{n}", n + 1)
    keys = [str(c.get_attribute("data-card"))
            for c in page.locator(".tw-flow > .tw-flow__card[data-card]").all()]
    for n, (key, branch) in enumerate(zip(keys, ("else", "b1", "b1"), strict=True)):
        drawing.drag(drawing.node("approve"), f"{key}/{branch}:0", 4 + n)
    drawing.approval(0, "Sales manager", "sm", "4")
    drawing.approval(1, "Finance", "fin", "8")
    drawing.approval(2, "General manager", "gm", "8")
    expect(page.locator("[data-mine]")).to_contain_text("GM")

    form = drawing.open(page.locator(f".tw-flow__card[data-card='{keys[0]}']"))
    small = form.locator("[data-island=conditions] > .tw-cond__group")
    for n, row in enumerate((("amount_usd", "le", "10000"), ("margin", "ge", "15"),
                             ("term_risk", "ne", "credit"))):
        drawing.row(small, n, *row)
    small.get_by_role("button", name="Add a group in brackets").click()
    inner = small.locator("> .tw-cond__parts > .tw-cond__group")
    drawing.row(inner, 0, "customer_grade", "eq", "A")
    drawing.row(inner, 1, "customer_grade", "eq", "B")
    expect(form.locator(".tw-cond__said").first).to_contain_text(
        "Term risk class is not On credit and (Customer grade is A or Customer grade is B)")
    for key, rows in ((keys[1], FINANCE), (keys[2], MANAGEMENT)):
        form = drawing.open(page.locator(f".tw-flow__card[data-card='{key}']"))
        group = form.locator("[data-island=conditions] > .tw-cond__group")
        for n, row in enumerate(rows):
            drawing.row(group, n, *row)
        group.locator("> .tw-cond__head select").select_option("any")
    expect(page.locator(".tw-flow__when").nth(4)).to_contain_text(
        "Margin is below 8 % or Total in USD is above 200,000 or Customer grade is D")
    expect(page.locator("[data-bar-here] .tw-pill--red")).to_have_count(0)

    drawing.desk.leave(page.get_by_role("link", name="Try out").click)
    for amount, margin, grade, risk, people in BOUNDARIES:
        page.locator("[name=starter]").select_option(label="REP")
        page.locator("[name='f.amount_usd']").fill(amount)
        page.locator("[name='f.margin']").fill(margin)
        page.locator("[name='f.customer_grade']").fill(grade)
        page.locator("[name='f.term_risk']").select_option(risk)
        drawing.desk.leave(page.get_by_role("button", name="Show the way").click)
        asked = page.locator("[data-way] .tw-way__item--now strong").all_inner_texts()
        assert asked == list(people), (amount, margin, grade, risk)
    drawing.desk.go(f"/studio/{drawing.key}")
    drawing.publish(take_over=True)
    _runs(drawing)


BOUNDARIES = (  # DOMAIN §6.1, boundary examples; percent as people type it
    ("10000", "15", "B", "docs", ()),
    ("10000.01", "15", "B", "docs", ("Sales manager",)),
    ("50000", "12", "A", "docs", ("Sales manager",)),
    ("50000", "11.99", "A", "docs", ("Sales manager", "Finance")),
    ("100000", "20", "A", "credit", ("Sales manager", "Finance")),
    ("200000.01", "20", "A", "docs", ("Sales manager", "Finance", "General manager")),
    ("5000", "30", "D", "advance", ("Sales manager", "General manager")),
)


def _runs(drawing: Drawing) -> None:
    """A small quotation passes, a larger one waits for the one who was drawn."""
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
    expect(rep.page.locator(".tw-rail")).to_contain_text("Sales manager")
    number = rep.page.locator("h1").inner_text()
    drawing.desk.decide(number)
    rep.go(f"/r/quotes.quotation/{large}")
    rep.shows("approved")


def test_a_flow_is_drawn_by_keyboard_alone(drawing: Drawing) -> None:
    page, key = drawing.page, drawing.page.keyboard
    kinds = [str(node.get_attribute("data-kind"))
             for node in page.locator("[data-palette] [data-kind]").all()]
    drawing.press(":0", kinds.index("choice"), 1)
    inside = str(page.locator(".tw-flow__branch [data-slot]").first.get_attribute("data-slot"))
    drawing.press(inside, kinds.index("approve"), 2)
    drawing.press(":1", kinds.index("delay"), 3)
    moved = drawing.card("delay")
    name = str(moved.get_attribute("data-card"))
    moved.focus()
    branches = page.locator(".tw-flow__branch")
    drawing.after(lambda: key.press("Alt+ArrowUp"))  # into “otherwise”, the last place before it
    expect(branches.nth(1).locator(f"[data-card={name}]")).to_have_count(1)
    for _n in range(3):  # through the first branch, and over the block
        drawing.after(lambda: key.press("Alt+ArrowUp"))
    expect(page.locator(".tw-flow > .tw-flow__card[data-card]").first).to_have_attribute(
        "data-card", name)
    for _n in range(5):  # the moves and the delay
        drawing.after(lambda: key.press("Control+z"))
    drawing.holds(2)
    drawing.after(lambda: key.press("Control+y"))
    drawing.holds(3)
    drawing.card("delay").focus()
    drawing.after(lambda: key.press("Delete"))
    drawing.holds(2)
    drawing.card("choice").focus()
    drawing.after(lambda: key.press("Enter"))
    page.locator("[data-island=conditions] select[aria-label=Field]").focus()
    key.type("Total in USD")  # a select takes what is typed
    key.press("Tab")
    key.type("is at least")
    key.press("Tab")
    key.press("Tab")
    key.type("10,000")
    expect(page.locator(".tw-flow__when").first).to_contain_text("Total in USD is at least 10,000")
    drawing.card("approve").focus()
    drawing.after(lambda: key.press("Enter"))
    page.locator("[data-rule] [name=rule]").first.focus()
    key.type("Everybody with")
    key.press("Tab")
    key.type("General")
    expect(drawing.card("approve")).to_contain_text("General manager")
    with drawing.site.world.act("adm") as ctx:
        (card,) = design.draft_of(ctx, design.workflow_by_key(ctx, drawing.key)).definition["body"]
    assert card["branches"][0]["when"] == {"f": "amount_usd", "op": "ge", "v": "10000"}
    assert card["branches"][0]["body"][0]["who"] == [{"rule": "role", "role": "gm"}]


def test_every_drag_has_a_twin_by_click(drawing: Drawing) -> None:
    page = drawing.page
    drawing.click(":0", "parallel", 1)
    drawing.click(":1", "approve", 2)
    drawing.node("copy").click()  # the other way round: first the card, then the place
    drawing.after(page.locator("[data-slot-button=':0']").click)
    drawing.holds(3)
    moved = str(drawing.card("approve").get_attribute("data-card"))
    drawing.open(drawing.card("approve"))
    page.locator("[data-carry]").click()
    inside = page.locator(".tw-flow__branch").first
    drawing.after(inside.locator("[data-slot-button]").first.click)
    expect(inside.locator(f"[data-card={moved}]")).to_have_count(1)
    drawing.drag(drawing.card("copy"), ":2", 3)  # and by mouse, over the block to the end
    expect(page.locator(".tw-flow > .tw-flow__card[data-card]").last).to_have_attribute(
        "data-card", re.compile("^copy"))
    drawing.after(page.locator("[data-bar-here] button[value=undo]").click)
    expect(page.locator(".tw-flow > .tw-flow__card[data-card]").first).to_have_attribute(
        "data-card", re.compile("^copy"))
    form = drawing.open(page.locator("[data-start]"))
    form.get_by_label("How it starts").select_option("schedule")
    form.get_by_label("Time of day").fill("07:30")
    expect(page.locator("[data-start]")).to_contain_text("Friday at 07:30")
    drawing.desk.go(f"/studio/{drawing.key}/changes")
    expect(page.locator("[data-history]")).to_contain_text("Start")
    expect(page.locator("[data-history]")).to_contain_text("Friday at 07:30")
