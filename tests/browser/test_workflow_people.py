"""People in workflows: who stands in, who is late, what goes back, what moves to a new version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from core.testing.world import Templates, World
from plugins import studio
from tests.browser.conftest import Site
from tests.browser.desk import Desk
from tests.core.workflow.conftest import MODULE, flow, state, submit, use
from tests.core.workflow.test_machines import LADDER, person, run_clock

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Clock:
    """A clock that the test sets; sessions are opened by the real one, which is later."""

    now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def flows(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """Purchases with a workflow on placing them, and the studio."""
    world = templates.world(tmp_path, ("toy", "studio"), {"toy": MODULE, "studio": studio})
    yield world
    world.platform.database.engine.dispose()


@pytest.fixture
def clock(flows: World) -> Clock:
    found = Clock()
    flows.platform.clock = found
    return found


@pytest.fixture
def office(serve: Callable[[World], Site], flows: World) -> Site:
    return serve(flows)


def approval(key: str, who: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "label": key.title(), "who": person(who), **more}


def test_a_substitute_decides_between_two_days(office: Site, flows: World, clock: Clock) -> None:
    first, second = submit(flows, shop="Lindqvist"), submit(flows, shop="Okafor")
    manager, boss = Desk(office, "sm"), Desk(office, "gm")
    manager.go("/inbox/substitutes")
    page = manager.page
    page.locator("#person").select_option(label="GM")
    for box, day in (("#from", "2026-03-04"), ("#until", "2026-03-05")):
        page.locator(box).fill(day)
        page.locator(box).press("Escape")
    page.locator("#reason").fill("Trade fair")
    manager.leave(page.get_by_role("button", name="Save").click)
    expect(page.locator(".tw-sheet")).to_contain_text("later")
    assert not boss.waits_for("Okafor")
    clock.now = MONDAY + timedelta(days=3)  # the last day, which is included
    assert boss.waits_for("Okafor")
    expect(boss.page.locator(".tw-inbox")).to_contain_text("for SM")
    boss.decide("Okafor")
    assert (state(flows, first), state(flows, second)) == ("waiting", "placed")
    boss.go("/inbox?tab=done")
    boss.leave(boss.page.get_by_role("link", name="Okafor").click)
    expect(boss.page.locator(".tw-way__history")).to_contain_text("GM (for SM) approved")
    clock.now = MONDAY + timedelta(days=4)
    assert not boss.waits_for("Lindqvist")
    assert manager.waits_for("Lindqvist")


def test_a_deadline_reminds_and_passes_up(office: Site, flows: World, clock: Clock) -> None:
    use(flows, flow(approval("check", "sm", due=LADDER)))
    ident = submit(flows)
    manager, boss = Desk(office, "sm"), Desk(office, "gm")
    assert manager.waits_for("Corner")
    expect(manager.page.locator(".tw-inbox time")).to_contain_text("2026-03-02 14:00")
    clock.now = MONDAY.replace(hour=11, minute=1)
    run_clock(flows)
    manager.go("/notices")
    expect(manager.page.locator("main")).to_contain_text("Reminder: ")
    assert not boss.waits_for("Corner")
    clock.now = (MONDAY + timedelta(days=1)).replace(hour=10, minute=1)
    run_clock(flows)
    assert not manager.waits_for("Corner")
    boss.decide("Corner")
    assert state(flows, ident) == "placed"
    boss.go("/inbox?tab=done")
    boss.leave(boss.page.get_by_role("link", name="Corner").click)
    history = boss.page.locator(".tw-way__history")
    expect(history).to_contain_text("was overdue and passed to GM")
    expect(history).to_contain_text("GM approved")


def test_a_branch_in_parallel_goes_back_to_the_start(office: Site, flows: World) -> None:
    use(flows, flow(
        approval("draft", "sm"),
        {"key": "both", "type": "parallel", "join": "all", "branches": [
            {"key": "a", "body": [approval("money", "gm")]},
            {"key": "b", "body": [approval("goods", "guest")]}]}, same_person="ask"))
    ident = submit(flows)
    manager, money, goods = Desk(office, "sm"), Desk(office, "gm"), Desk(office, "guest")
    manager.decide("Corner")
    assert goods.waits_for("Corner")
    money.go("/inbox")
    money.leave(money.page.get_by_role("link", name="Corner").click)
    money.page.locator("#comment").fill("The price list is old")
    money.page.locator(".tw-decide__more summary").click()
    money.page.locator("#to").select_option("draft")
    money.leave(money.page.locator("button[value=return]").click)
    assert not goods.waits_for("Corner")  # the other branch is called off with it
    manager.decide("Corner")
    for desk in (goods, money):
        assert state(flows, ident) == "waiting"
        desk.decide("Corner")
    assert state(flows, ident) == "placed"


def test_running_cases_move_to_a_new_version(office: Site, flows: World) -> None:
    use(flows, flow(approval("check", "sm")))
    first = submit(flows, shop="Lindqvist")
    use(flows, flow(approval("other", "sm")))
    second = submit(flows, shop="Okafor")
    use(flows, flow(approval("check", "sm"), approval("boss", "gm")))
    desk = Desk(office, "adm")
    desk.go("/studio/toy.place")
    desk.page.locator(".tw-menu-pop summary", has_text="More").click()
    desk.leave(desk.page.get_by_role("link", name="Running cases").click)
    cases = desk.page.locator("[data-cases] [data-row]")
    expect(cases).to_have_count(2)
    desk.leave(desk.page.get_by_role("button", name="Try the move").click)
    expect(cases.nth(0)).to_contain_text("moves")
    expect(cases.nth(1)).to_contain_text("“Other”, where it stands, is gone")
    desk.page.get_by_label("“Other” becomes").select_option("check")
    desk.leave(desk.page.get_by_role("button", name="Try the move").click)
    expect(cases.nth(1)).to_contain_text("moves")
    desk.leave(desk.page.get_by_role("button", name="Move 2 cases").click)
    desk.go("/studio/toy.place/cases")
    numbers = desk.page.locator("[data-cases] [data-version]").all_inner_texts()
    assert len(set(numbers)) == 1
    manager, boss = Desk(office, "sm"), Desk(office, "gm")
    for name, ident in (("Lindqvist", first), ("Okafor", second)):
        manager.decide(name)
        assert state(flows, ident) == "waiting"  # the new card asks the general manager
        boss.decide(name)
        assert state(flows, ident) == "placed"
