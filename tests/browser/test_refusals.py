"""What is refused says clearly why, in the browser, and leaves nothing half-saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Response, expect
from sqlalchemy import func, select

from core.api import in_locale, record_class
from core.audit import AuditRow
from core.testing.world import World
from tests.browser.conftest import Site
from tests.browser.desk import READY, Desk
from tests.scenarios.office import KEYS, Office

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance", "mes")
DEPOSIT = Decimal("30912.00")


@dataclass
class Scene:
    """A company at work: what was prepared is in `office`, the pages come from `site`."""

    site: Site
    office: Office

    def at(self, login: str, what: str, end: str = "") -> Desk:
        """Somebody with a record open."""
        desk = Desk(self.site, login)
        desk.go(f"/r/{KEYS[what]}/{self.office.ids[what]}{end}")
        return desk

    def trace(self) -> tuple[int, dict[str, tuple[str, int]]]:
        """Every change that the company remembers, and states and versions of the records."""
        with self.office.world.act() as ctx:
            entries = int(ctx.session.scalar(select(func.count(AuditRow.id))) or 0)
            rows = {
                what: (row.state, row.version) for what, ident in self.office.ids.items()
                if what in KEYS
                and (row := ctx.session.get(record_class(KEYS[what]), ident)) is not None
            }
        return entries, rows

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is saved in the block."""
        before = self.trace()
        yield
        assert self.trace() == before


@pytest.fixture
def scene(serve: Callable[[World], Site], world: World) -> Scene:
    """A company with a quotation in draft."""
    office = Office(world)
    with in_locale("en"):
        office.prepare()
        office.inquiry()
        office.quotation()
    return Scene(serve(world), office)


def post(desk: Desk, path: str, **values: str) -> Response:
    """Send a form from the open page that the page does not offer (an old tab, a made-up one)."""
    with desk.page.expect_navigation() as found:
        desk.page.evaluate(
            """([path, values]) => {
                const form = document.createElement('form');
                form.method = 'post'; form.action = path;
                values.csrf_token = document.querySelector('meta[name=csrf-token]').content;
                for (const [name, value] of Object.entries(values)) {
                    const input = document.createElement('input');
                    input.type = 'hidden'; input.name = name; input.value = value;
                    form.append(input);
                }
                document.body.append(form); form.submit();
            }""",
            [path, values],
        )
    answer = found.value
    assert answer is not None
    desk.page.wait_for_selector(READY)
    return answer


def test_an_unapproved_quotation_is_not_sent(scene: Scene) -> None:
    rep = scene.at("rep", "quotation")
    assert not rep.offers("send")
    path = f"/r/quotes.quotation/{scene.office.ids['quotation']}/step/send"
    with scene.unchanged():
        answer = post(rep, path, asked="1")
    assert answer.status == 409
    expect(rep.page.locator("[role=alert]")).to_contain_text("Sent to customer")
    expect(rep.page.locator("[role=alert]")).to_contain_text("nothing was changed")
    rep = scene.at("rep", "quotation")
    rep.step("submit")
    rep.shows("submitted")
    assert not rep.offers("send")
    with scene.unchanged():
        assert post(rep, path, asked="1").status == 409
    scene.at("rep", "quotation").shows("submitted")


def test_a_submitted_quotation_is_not_edited(scene: Scene) -> None:
    early = scene.at("rep", "quotation", "/edit")  # a tab that was left open
    rep = scene.at("rep", "quotation")
    rep.step("submit")
    expect(rep.page.locator("a[href$='/edit']")).to_have_count(0)
    with scene.unchanged():
        early.fill(remarks="cheaper")
        early.leave(early.page.locator("form[data-form] .tw-bar button").click)
    expect(early.page.locator("main")).to_contain_text("cannot be changed in state “In approval”")
    assert scene.office.row("quotation").remarks != "cheaper"
    early.go(f"/r/quotes.quotation/{scene.office.ids['quotation']}")
    early.shows("submitted")


def test_nobody_approves_her_own_quotation(scene: Scene) -> None:
    office = scene.office
    office.change("adm", "quotation", {"owner_id": office.world.user_id("sm")})
    sm = scene.at("sm", "quotation")
    sm.step("submit")
    sm.shows("submitted")
    number = str(office.row("quotation").number)
    assert not sm.waits_for(number)
    (task,) = office.waiting("gm", "quotation")  # her manager is asked instead
    with scene.unchanged():
        sm.page.goto(scene.site.url + f"/tasks/{task}")
        sm.page.wait_for_selector(READY)
        expect(sm.page.locator("button[value=approve]")).to_have_count(0)
    sm.go(f"/r/quotes.quotation/{office.ids['quotation']}")
    sm.shows("submitted")


def test_production_waits_for_the_deposit(scene: Scene) -> None:
    office = scene.office
    with in_locale("en"):
        office.approved_quotation()
        office.signed_order()
    mer = scene.at("mer", "order")
    gates = mer.page.locator(".tw-panel", has_text="Gates")
    expect(gates).to_contain_text("USD 30,912.00 of the milestone of 30 % are missing")
    assert not mer.offers("release")
    path = f"/r/orders.order/{office.ids['order']}/step/release"
    with scene.unchanged():
        assert post(mer, path, asked="1").status == 409
    expect(mer.page.locator("[role=alert]")).to_contain_text("30,912.00")
    scene.at("mer", "order").shows("signed")


def test_no_more_is_allocated_than_is_open(scene: Scene) -> None:
    office = scene.office
    with in_locale("en"):
        office.approved_quotation()
        office.signed_order()
        office.money(DEPOSIT + 1000)
    fin = Desk(scene.site, "fin")
    fin.go(f"/finance/receipts/{office.ids['receipt']}/allocate")
    box = fin.page.locator("input[name^=amount-]").first
    expect(box).to_have_value(str(DEPOSIT))
    box.fill("30912.01")
    with scene.unchanged():
        fin.leave(fin.page.locator("main form button[type=submit]").click)
    expect(fin.page.locator("[role=alert]").first).to_contain_text("30,912.00")
    expect(fin.page.locator("input[name^=amount-]").first).to_have_value("30912.01")
    (row,) = office.receivables()
    assert row.open == DEPOSIT


def test_a_stale_form_shows_both_versions_and_saves_neither(scene: Scene) -> None:
    rep = scene.at("rep", "customer", "/edit")
    rep.fill(region="South")
    scene.office.change("sm", "customer", {"region": "North"})
    with scene.unchanged():
        rep.leave(rep.page.locator("form[data-form] .tw-bar button").click)
    clash = rep.page.locator("[role=alert]")
    expect(clash).to_contain_text("Somebody changed this record since you opened it.")
    expect(clash.locator("tbody tr")).to_contain_text(["South"])
    expect(clash).to_contain_text("North")
    expect(rep.page.locator("[name='f.region']")).to_have_value("South")
    assert scene.office.row("customer").region == "North"
    rep.page.locator("a[data-key=esc]").click()
    expect(rep.page.locator(".tw-sheet")).to_contain_text("North")


def test_escape_in_the_calendar_leaves_the_dialog_open(scene: Scene) -> None:
    rep = scene.at("rep", "inquiry")
    dialog = rep.ask("qualify", next_action="Call")
    day = dialog.locator("[data-date]").first
    day.click()
    expect(rep.page.locator(".tw-datepick")).to_be_visible()
    day.press("Escape")
    expect(rep.page.locator(".tw-datepick")).to_be_hidden()
    expect(dialog.locator("[name='f.next_action']")).to_have_value("Call")
