"""One act for many records: ticked ones at once, all of a filter in the background."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from core.api import Notice
from core.outbox import OutboxRow
from core.testing.world import World

from . import shop
from .conftest import words

Make = Callable[..., int]
LIST = "/r/shop.deal?f.state=draft"


@pytest.fixture
def many(deal: Make) -> None:
    """Eleven drafts of the rep that can be confirmed, two that have no line."""
    for n in range(11):
        deal(subject=f"Good {n}")
    for n in range(2):
        deal(subject=f"Bare {n}", lines=0)


def states(world: World) -> dict[str, int]:
    with world.act() as ctx:
        rows = ctx.session.execute(
            select(shop.Deal.state, func.count()).group_by(shop.Deal.state)
            .where(shop.Deal.archived_at.is_(None)))
        return {state: count for state, count in rows}


def test_all_that_fit_are_done_in_the_background_and_refusals_are_reported(
    world: World, many: None, deal: Make
) -> None:
    other = deal("adm", subject="Of somebody else")
    client = world.client("rep")
    sent = client.post("/r/shop.deal/bulk", data={"step": "confirm", "all": "1", "next": LIST})
    assert sent.status_code == 303 and sent.location.startswith("/progress/")
    assert "You may leave this page" in words(client.get(sent.location))
    assert states(world) == {"draft": 14}
    world.work()
    assert states(world) == {"confirmed": 11, "draft": 3}
    page = client.get(sent.location)
    assert "11 records done, 2 refused." in words(page)
    assert words(page).count("Add a line first.") == 2 and "Bare 1" in page.text
    assert f'href="{LIST}"' in page.text
    assert world.client("adm").get(sent.location).status_code == 404
    with world.act() as ctx:
        assert ctx.session.scalar(select(Notice.url)) == sent.location
        assert ctx.session.get(shop.Deal, other).state == "draft"


def test_a_few_are_done_at_once_and_archiving_can_be_undone(world: World, deal: Make) -> None:
    ids, client = [deal(), deal()], world.client("adm")
    client.post("/r/shop.deal/bulk", data={"step": ":archive", "row": ids, "next": LIST})
    assert states(world) == {}
    page = client.get("/r/shop.deal").text
    undo = re.search(r'data-undo="(/[^"]+)"', page)
    assert undo is not None
    client.post(undo.group(1).replace("&amp;", "&"))
    assert states(world) == {"draft": 2}


def test_it_can_be_stopped(world: World, many: None) -> None:
    client = world.client("rep")
    place = client.post("/r/shop.deal/bulk", data={
        "step": "confirm", "all": "1", "next": LIST}).location
    client.post(f"{place}/stop")
    world.work()
    assert states(world) == {"draft": 13}
    assert "Stopped: 13 records were left as they are." in words(client.get(place))


@pytest.mark.parametrize("login,data,status", [
    ("reader", {"step": ":archive", "all": "1", "next": "/r/shop.deal"}, 403),
    ("reader", {"step": "confirm", "all": "1", "next": "/r/shop.deal"}, 403),
    ("rep", {"step": "lose", "row": "1"}, 409),
    ("rep", {"step": "nothing", "row": "1"}, 404),
    ("rep", {"step": "confirm", "all": "1", "next": "/r/shop.deal?f.nothing=1"}, 409),
    ("rep", {"step": "confirm", "all": "1", "next": "https://evil.example/"}, 303),
])
def test_what_may_not_be_done_to_many(
    world: World, many: None, login: str, data: dict[str, str], status: int
) -> None:
    assert world.client(login).post("/r/shop.deal/bulk", data=data).status_code == status
    if status != 303:
        with world.act() as ctx:
            assert ctx.session.scalar(select(OutboxRow).where(
                OutboxRow.topic == "core.many")) is None


def test_files_are_attached_only_by_those_who_may_write(world: World, item: Make) -> None:
    ident = item()
    page = world.client("reader").get(f"/r/shop.item/{ident}").text
    assert f"/r/shop.item/{ident}/files" not in page
    assert world.client("reader").post(f"/r/shop.item/{ident}/files").status_code == 403


def test_a_step_that_nothing_takes_back_wants_the_name_typed(world: World, deal: Make) -> None:
    ident, client = deal(subject="Precious"), world.client("rep")
    place = f"/r/shop.deal/{ident}/step"
    assert "Type “Precious” to go on" in words(client.get(f"{place}/lose"))
    assert "to go on" not in words(client.get(f"{place}/confirm"))
    wrong = client.post(f"{place}/lose", data={"asked": "1", "f.reason": "x", "typed": "Precius"})
    assert wrong.status_code == 422 and "This is not “Precious”" in words(wrong)
    assert states(world) == {"draft": 1}
    client.post(f"{place}/lose", data={"asked": "1", "f.reason": "x", "typed": " Precious "})
    assert states(world) == {"lost": 1}
