"""What was typed and not saved: kept for its author alone, offered back, gone once it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from core.pages.saved import Draft
from core.testing.world import World

from . import shop
from .conftest import words

Make = Callable[..., int]


def drafts(world: World) -> list[tuple[str, int]]:
    with world.act() as ctx:
        return [(row.record, row.record_id) for row in ctx.session.scalars(select(Draft))]


def test_a_draft_is_offered_restored_and_gone_after_saving(world: World, item: Make) -> None:
    ident, client = item(name="Lamp"), world.client("adm")
    typed = {"f.name": "Half ty", "f.price": "abc", "version": "1"}
    assert client.post(f"/r/shop.item/draft?ident={ident}", data=typed).status_code == 200
    client = world.client("adm")  # signed in anew, at another desk
    offer = client.get(f"/r/shop.item/{ident}/edit")
    assert "Restore what you typed at" in words(offer) and 'value="Half ty"' not in offer.text
    again = client.get(f"/r/shop.item/{ident}/edit?draft=1")
    assert again.status_code == 200
    assert 'value="Half ty"' in again.text and 'value="abc"' in again.text
    client.post(f"/r/shop.item/{ident}/edit", data={"f.name": "Whole", "version": "1"})
    assert drafts(world) == []
    assert "Restore what" not in words(client.get(f"/r/shop.item/{ident}/edit"))


def test_lines_come_back_with_a_draft_of_a_new_record(world: World, item: Make) -> None:
    client = world.client("rep")
    client.post("/r/shop.deal/draft", data={
        "f.subject": "Deal", "lines-0-item_id": str(item()), "lines-0-quantity": "44",
        "lines-3-quantity": "55"})
    page = client.get("/r/shop.deal/new?draft=1").text
    assert 'value="44"' in page and 'value="55"' in page
    client.post("/r/shop.deal/draft?drop=1")
    assert drafts(world) == []


def test_nobody_else_sees_a_draft(world: World, item: Make) -> None:
    ident = item()
    world.client("adm").post(f"/r/shop.item/draft?ident={ident}", data={"f.name": "SECRET"})
    for login in ("rep", "b-adm"):
        client = world.client(login)
        for path in (f"/r/shop.item/{ident}/edit?draft=1", "/r/shop.item/new?draft=1"):
            assert "SECRET" not in client.get(path).text
    reader = world.client("reader")
    assert reader.post(f"/r/shop.item/draft?ident={ident}", data={"f.name": "x"}).status_code == 403
    assert world.client("b-adm").post(
        f"/r/shop.item/draft?ident={ident}", data={"f.name": "x"}).status_code == 404
    assert drafts(world) == [("shop.item", ident)]


def test_old_and_endless_drafts_are_not_kept(world: World, item: Make) -> None:
    client = world.client("adm")
    assert client.post("/r/shop.item/draft", data={"f.remark": "x" * 400_001}).status_code == 422
    client.post("/r/shop.item/draft", data={"f.name": "Old"})
    with world.act() as ctx:
        ctx.session.execute(update(Draft).values(at=ctx.now - timedelta(days=31)),
                            execution_options={"synchronize_session": False})
    assert "Restore what" not in words(client.get("/r/shop.item/new"))
    client.post(f"/r/shop.item/draft?ident={item()}", data={"f.name": "New"})
    assert len(drafts(world)) == 1


def test_a_restored_draft_does_not_overwrite_what_others_did(world: World, item: Make) -> None:
    ident, client = item(name="First"), world.client("adm")
    client.post(f"/r/shop.item/draft?ident={ident}", data={"f.name": "Mine", "version": "1"})
    world.client("adm").post(f"/r/shop.item/{ident}/edit",
                             data={"f.name": "Theirs", "version": "1"})
    client.post(f"/r/shop.item/draft?ident={ident}", data={"f.name": "Mine", "version": "1"})
    assert 'name="version" value="1"' in client.get(f"/r/shop.item/{ident}/edit?draft=1").text
    stale = client.post(f"/r/shop.item/{ident}/edit", data={"f.name": "Mine", "version": "1"})
    assert stale.status_code == 409
    assert "Show their change" in words(stale) and 'value="Mine"' in stale.text


def test_a_record_closed_meanwhile_gives_back_what_was_typed(world: World, deal: Make) -> None:
    ident, client = deal(subject="Before"), world.client("rep")
    client.post(f"/r/shop.deal/{ident}/step/confirm", data={"asked": "1"})
    page = client.post(f"/r/shop.deal/{ident}/edit", data={
        "f.subject": "Typed", "f.due": "2026-12-24", "version": "1", "lines-0-quantity": "77"})
    assert page.status_code == 409
    text = words(page)
    assert "cannot be changed in state “Confirmed”" in text and "Show their change" in text
    assert 'value="Typed"' in page.text and 'value="77"' in page.text and "Before" in text
    assert "Changed by" in text
    with world.act() as ctx:
        assert ctx.session.get(shop.Deal, ident).subject == "Before"


def test_the_answer_says_what_is_wrong_so_far(world: World, item: Make) -> None:
    client = world.client("rep")
    answer = client.post("/r/shop.deal/draft", data={
        "f.subject": "", "f.due": "soon", "lines-4-item_id": str(item()), "lines-4-quantity": "0"})
    faults = answer.json["faults"]
    assert set(faults) == {"f.subject", "f.due", "lines-4-quantity"}
    assert "At least 1" in faults["lines-4-quantity"][0]
    good = {"f.subject": "Good", "f.due": "2026-12-24"}
    assert client.post("/r/shop.deal/draft", data=good).json["faults"] == {}
