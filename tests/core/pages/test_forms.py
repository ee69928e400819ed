"""Forms and steps: what is typed is never lost, refusals say why, nothing is half-saved."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.api import Activity, Comment, Notice
from core.testing.world import World

from . import shop
from .conftest import words

Make = Callable[..., int]
GOOD = {"f.name": "Panel", "f.kind": "panel", "f.price": "12.5", "f.currency": "USD",
        "f.margin": "13", "f.made_in": "DE", "f.remark": "two\nlines"}


def stored(world: World, ident: int) -> Any:
    with world.act() as ctx:
        return ctx.session.get(shop.Item, ident)


def test_a_new_record_is_saved_as_typed(world: World) -> None:
    answer = world.client("adm").post("/r/shop.item/new", data=GOOD)
    assert answer.status_code == 303 and answer.location == "/r/shop.item/1"
    row = stored(world, 1)
    assert (row.name, str(row.price), str(row.margin), row.fragile) == (
        "Panel", "12.5000", "0.130000", False)
    page = words(world.client("adm").get("/r/shop.item/1"))
    assert "USD 12.50" in page and "13 %" in page and "Germany" in page


@pytest.mark.parametrize("name,value,message", [
    ("f.name", "", "This is needed."),
    ("f.price", "cheap", "is not a number"),
    ("f.price", "-1", "At least 0."),
    ("f.price", "9" * 30, "The number is too large."),
    ("f.currency", "EURO", "is not a currency code"),
    ("f.made_in", "ZZ", "is not a country code"),
    ("f.name", "x" * 201, "At most 200 characters"),
    ("f.kind", "sofa", "Choose one of"),
])
def test_wrong_input_comes_back_with_a_message_at_the_field(
    world: World, name: str, value: str, message: str
) -> None:
    page = world.client("adm").post("/r/shop.item/new", data={**GOOD, name: value})
    assert page.status_code == 422
    field = name.replace(".", "-")
    about = re.search(rf'id="i-{field}-about">(.*?)</span>\s*</span>', page.text, re.S)
    assert about is not None and message in about.group(1)
    for other, text in GOOD.items():
        if other != name and other != "f.remark":
            assert f'value="{text}"' in page.text, other
    assert "two\nlines" in page.text
    with world.act() as ctx:
        assert not ctx.session.scalars(select(shop.Item)).all()


@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([
    "id", "company_id", "state", "version_", "created_at", "number", "is_admin", "archived_at",
    "updated_by_id", "f.id", "f.company_id", "f.state", "f.created_at", "f.number", "f.archived_at",
]), st.text(max_size=12), min_size=1))
def test_extra_keys_never_change_a_record(world: World, extra: dict[str, str]) -> None:
    answer = world.client("adm").post("/r/shop.item/new", data={**GOOD, **extra})
    row = stored(world, int(answer.location.rpartition("/")[2]))
    with world.act() as ctx:
        assert row.company_id == ctx.company.id
    assert row.archived_at is None and row.state == "" and row.version == 1
    assert row.number.startswith("I0")


def test_a_stale_form_shows_both_versions_and_keeps_what_was_typed(
    world: World, item: Make
) -> None:
    ident, client = item(), world.client("adm")
    client.post(f"/r/shop.item/{ident}/edit", data={**GOOD, "f.name": "Theirs", "version": "1"})
    page = client.post(f"/r/shop.item/{ident}/edit",
                       data={**GOOD, "f.name": "Mine", "version": "1"})
    assert page.status_code == 409
    assert "Somebody changed this record since you opened it." in page.text
    assert "Theirs" in page.text and 'value="Mine"' in page.text
    assert stored(world, ident).name == "Theirs"
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    again = client.post(f"/r/shop.item/{ident}/edit",
                        data={**GOOD, "f.name": "Mine", "version": version.group(1)})
    assert again.status_code == 303 and stored(world, ident).name == "Mine"


def lines_of(world: World, ident: int) -> list[tuple[str, str]]:
    with world.act() as ctx:
        rows = ctx.session.get(shop.Deal, ident).lines
        return [(str(line.quantity.normalize()), str(line.price)) for line in rows]


def test_lines_are_saved_in_order_and_blank_ones_left_out(world: World, item: Make) -> None:
    thing = str(item())
    form = {"f.subject": "Order", "f.currency": "USD"}
    for n, (quantity, price) in enumerate([("3", "10"), ("", ""), ("5", "7.5")]):
        form |= {f"lines-{n}-item_id": thing if quantity else "", f"lines-{n}-quantity": quantity,
                 f"lines-{n}-price": price, f"lines-{n}-id": ""}
    answer = world.client("rep").post("/r/shop.deal/new", data=form)
    assert answer.status_code == 303
    assert lines_of(world, 1) == [("3", "10.0000"), ("5", "7.5000")]
    assert "USD 67.50" in words(world.client("rep").get("/r/shop.deal/1"))


def test_a_fault_in_a_line_is_shown_in_that_line(world: World, item: Make) -> None:
    thing = str(item())
    page = world.client("rep").post("/r/shop.deal/new", data={
        "f.subject": "Order", "lines-4-item_id": thing, "lines-4-quantity": "0",
        "lines-7-item_id": thing, "lines-7-quantity": "2"})
    assert page.status_code == 422
    assert re.search(r'id="i-lines-4-quantity-about">\s*<span[^>]*>At least 1.', page.text)
    assert 'value="2"' in page.text


def test_a_link_may_be_typed_without_a_script(world: World, item: Make) -> None:
    item(name="Streetlight")
    item(name="Highbay 100")
    item(name="Highbay 150")
    form = {"f.subject": "Order", "lines-0-quantity": "1", "lines-0-item_id": "",
            "lines-0-item_id.was": ""}
    client = world.client("adm")
    one = client.post("/r/shop.deal/new", data={**form, "lines-0-item_id.text": "Streetli"})
    assert one.status_code == 303
    two = client.post("/r/shop.deal/new", data={**form, "lines-0-item_id.text": "Highbay"})
    assert two.status_code == 422 and "fits no single entry" in two.text


def test_totals_are_reckoned_while_typing_and_nothing_is_written(
    world: World, item: Make
) -> None:
    thing = str(item())
    answer = world.client("rep").post("/r/shop.deal/recalculate", data={
        "f.subject": "x", "f.currency": "USD", "lines-2-item_id": thing, "lines-2-quantity": "3",
        "lines-2-price": "1,000.5", "lines-9-item_id": thing, "lines-9-quantity": "2"})
    grid = answer.json["grids"]["lines"]
    assert grid["rows"]["2"]["amount"] == "3,001.50"
    assert grid["totals"]["amount"] == "3,001.50"
    assert answer.json["notes"] == ["A line has no price."]
    with world.act() as ctx:
        assert not ctx.session.scalars(select(shop.Deal)).all()


def test_a_form_offers_the_steps_that_fit_with_the_reason_against(
    world: World, deal: Make
) -> None:
    ident, client = deal(), world.client("rep")
    draft = client.get(f"/r/shop.deal/{ident}").text
    assert "/step/confirm" in draft and "/step/finish" not in draft
    assert draft.count("tw-btn--primary") == 1
    client.post(f"/r/shop.deal/{ident}/step/confirm", data={"asked": "1"})
    page = client.get(f"/r/shop.deal/{ident}")
    assert "Set a due date first." in page.text and 'aria-disabled="true"' in page.text
    assert 'aria-current="step">Confirmed' in page.text
    refused = client.post(f"/r/shop.deal/{ident}/step/finish", data={"asked": "1"})
    assert refused.status_code == 409 and "Set a due date first." in refused.text


def test_a_refused_step_changes_nothing(world: World, deal: Make) -> None:
    ident = deal(lines=0)
    page = world.client("rep").post(f"/r/shop.deal/{ident}/step/confirm", data={"asked": "1"})
    assert page.status_code == 409 and "Add a line first." in page.text
    with world.act() as ctx:
        row = ctx.session.get(shop.Deal, ident)
        assert (row.state, row.number) == ("draft", None)


def test_a_step_with_parameters_asks_for_them(world: World, deal: Make) -> None:
    ident, client = deal(), world.client("rep")
    assert 'name="f.reason"' in client.get(f"/r/shop.deal/{ident}/step/lose").text
    empty = client.post(f"/r/shop.deal/{ident}/step/lose", data={"asked": "1", "f.reason": ""})
    assert empty.status_code == 422 and 'aria-invalid="true"' in empty.text
    fragment = client.get(f"/r/shop.deal/{ident}/step/lose", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    done = client.post(f"/r/shop.deal/{ident}/step/lose", data={"f.reason": "price", "asked": "1"},
                       headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == f"/r/shop.deal/{ident}"
    assert "Lose" in words(client.get(f"/r/shop.deal/{ident}"))


def test_a_closed_record_cannot_be_edited(world: World, deal: Make) -> None:
    ident, client = deal(), world.client("rep")
    client.post(f"/r/shop.deal/{ident}/step/confirm", data={"asked": "1"})
    assert f"/r/shop.deal/{ident}/edit" not in client.get(f"/r/shop.deal/{ident}").text
    assert client.get(f"/r/shop.deal/{ident}/edit").status_code in (302, 303)
    answer = client.post(f"/r/shop.deal/{ident}/edit", data={"f.subject": "changed"})
    assert answer.status_code == 409
    assert "cannot be changed in state" in answer.text


def test_dragging_a_card_is_a_step(world: World, deal: Make) -> None:
    ident, client = deal(), world.client("rep")
    assert f'data-id="{ident}"' in client.get("/r/shop.deal?view=kanban").text
    wrong = client.post(f"/r/shop.deal/{ident}/move", data={"to": "done"})
    assert wrong.status_code == 409
    assert wrong.json["reasons"] == ["No step leads from here to there."]
    assert client.post(f"/r/shop.deal/{ident}/move", data={"to": "confirmed"}).json["ok"]
    held = client.post(f"/r/shop.deal/{ident}/move", data={"to": "done"})
    assert held.status_code == 409 and held.json["reasons"] == ["Set a due date first."]
    asked = client.post(f"/r/shop.deal/{ident}/move", data={"to": "lost"})
    assert asked.json["dialog"].endswith("/step/lose")


def test_a_bulk_step_does_what_it_can_and_says_the_rest(world: World, deal: Make) -> None:
    good, bad, client = deal(), deal(lines=0), world.client("rep")
    answer = client.post("/r/shop.deal/bulk", data={"step": "confirm", "row": [good, bad]},
                         follow_redirects=True)
    page = words(answer)
    assert "1 record done." in page and "Add a line first." in page
    with world.act() as ctx:
        states = {row.id: row.state for row in ctx.session.scalars(select(shop.Deal))}
    assert states == {good: "confirmed", bad: "draft"}


def test_the_trail_shows_changes_old_and_new(world: World, item: Make) -> None:
    ident, client = item(), world.client("adm")
    client.post(f"/r/shop.item/{ident}/edit", data={"f.name": "Lamp", "f.price": "11",
                                                    "f.kind": "panel", "version": "1"})
    page = words(client.get(f"/r/shop.item/{ident}"))
    assert re.search(r"Price\s+USD 10.50\s+→\s+USD 11.00", page)
    assert re.search(r"Kind\s+Lamp\s+→\s+Panel", page)


def test_a_mention_tells_the_colleague(world: World, deal: Make) -> None:
    ident = deal()
    client = world.client("rep")
    client.post(f"/r/shop.deal/{ident}/comment", data={"body": "@adm please look <script>"})
    assert "&lt;script&gt;" in client.get(f"/r/shop.deal/{ident}").text
    with world.act() as ctx:
        assert ctx.session.scalar(select(Comment)).mentions == [world.user_id("adm")]
        assert ctx.session.scalar(select(Notice)).user_id == world.user_id("adm")
    told = world.client("adm")
    assert "REP mentioned you on Floodlights" in words(told.get("/notices"))
    opened = told.post("/notices/read", data={"notice": "1", "open": "1"})
    assert opened.location == f"/r/shop.deal/{ident}"


def test_activities_are_planned_and_ticked_off(world: World, deal: Make) -> None:
    ident, client = deal(), world.client("rep")
    client.post(f"/r/shop.deal/{ident}/activity",
                data={"summary": "Call back", "due": "2020-01-05"})
    page = words(client.get("/"))
    assert "Call back" in page and "2020-01-05 late" in page
    client.post("/activity/1/done")
    assert "Call back" not in words(client.get("/"))
    with world.act() as ctx:
        assert ctx.session.scalar(select(Activity)).done_at is not None


def test_files_are_attached_and_follow_the_record(world: World, deal: Make) -> None:
    ident, client = deal(), world.client("rep")
    upload = {"file": (io.BytesIO(b"%PDF-1.4 plan"), "plan.pdf")}
    client.post(f"/r/shop.deal/{ident}/files", data=upload, content_type="multipart/form-data")
    answer = client.get("/files/1")
    assert answer.data == b"%PDF-1.4 plan"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for other in ("b-rep", "b-adm"):
        assert world.client(other).get("/files/1").status_code == 404
    refused = client.post(f"/r/shop.deal/{ident}/files", data={
        "file": (io.BytesIO(b"<svg/>"), "x.svg")}, content_type="multipart/form-data")
    assert refused.status_code == 422


def test_a_file_of_a_field_is_open_to_who_may_read_the_record(world: World) -> None:
    data = {**GOOD, "f.sheet_id": "", "f.sheet_id.upload": (io.BytesIO(b"%PDF-1.4 x"), "s.pdf")}
    world.client("adm").post("/r/shop.item/new", data=data, content_type="multipart/form-data")
    with world.client("reader").get("/files/1") as answer:
        assert answer.data == b"%PDF-1.4 x"
    assert world.client("b-adm").get("/files/1").status_code == 404
    assert "s.pdf" in world.client("reader").get("/r/shop.item/1").text


def test_a_broken_plugin_only_loses_its_slot(world: World, item: Make) -> None:
    ident = item(name="broken panel")
    page = world.client("adm").get(f"/r/shop.item/{ident}")
    assert page.status_code == 200
    assert "because these plugins failed: shop" in words(page)
    assert "On hand" in world.client("adm").get(f"/r/shop.item/{item()}").text


def test_a_custom_field_is_everywhere_at_once(world: World, item: Make) -> None:
    ident, client = item(), world.client("adm")
    client.post("/admin/fields", data={"record": "shop.item", "kind": "choice", "label_en": "Paint",
                                       "choices": "red\nblue", "section": "shop.item:main"})
    assert 'name="f.x_paint"' in client.get(f"/r/shop.item/{ident}/edit").text
    client.post(f"/r/shop.item/{ident}/edit", data={"f.name": "Lamp", "f.x_paint": "blue",
                                                    "version": "1"})
    assert "Paint" in words(client.get(f"/r/shop.item/{ident}"))
    assert words(client.get("/r/shop.item?f.x_paint=blue")).count("I0001") == 1
    assert "I0001" not in words(client.get("/r/shop.item?f.x_paint=red"))
    wrong = client.post(f"/r/shop.item/{ident}/edit", data={"f.name": "Lamp", "f.x_paint": "pink"})
    assert wrong.status_code == 422


def test_archived_records_leave_the_list_and_come_back(world: World, item: Make) -> None:
    ident, client = item(), world.client("adm")
    client.post(f"/r/shop.item/{ident}/archive")
    told = client.get("/r/shop.item").text
    assert 'data-row="1"' not in told
    assert 'data-row="1"' in client.get("/r/shop.item?archived=1").text
    undo = re.search(r'data-undo="(/[^"]+)"', told)
    assert undo is not None
    client.post(undo.group(1))
    assert 'data-row="1"' in client.get("/r/shop.item").text


def test_ten_megabytes_of_text_get_a_message(world: World) -> None:
    page = world.client("adm").post("/r/shop.item/new", data={**GOOD, "f.remark": "x" * 10_000_000})
    assert page.status_code == 422 and "At most 20000 characters" in page.text.replace(",", "")


NASTY = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "%(name)s", "100%",
    "</script><script>alert(1)</script>", "' OR 1=1 --", "🚢 信风", "\u202egnp.exe", "a\x00b",
    "javascript:alert(1)", "${7*7}", "<!--", "]]>",
]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_words_are_only_words(world: World, text: str) -> None:
    client = world.client("adm")
    made = client.post("/r/shop.item/new", data={**GOOD, "f.name": text, "f.remark": text})
    assert made.status_code == 303
    client.post("/r/shop.item/1/comment", data={"body": text})
    client.post("/r/shop.item/1/edit", data={**GOOD, "f.name": f"{text} 2", "version": "1"})
    client.post("/r/shop.item/saved", data={"name": text, "query": "q=a", "shared": "1"})
    for url in ("/r/shop.item", "/r/shop.item/1", "/r/shop.item/1/edit", "/admin/audit",
                "/r/shop.item?group=name", "/search?q=2", "/notices"):
        page = client.get(url)
        assert page.status_code == 200
        for tag in ("<script>alert", "<img src=x", "<!--"):
            assert tag not in page.text, url
    if "7*7" in text:
        assert text in client.get("/r/shop.item/1").text  # not reckoned
    palette = client.get("/palette?q=2")
    assert palette.mimetype == "application/json"
    found = client.get("/r/shop.item", query_string={"q": text, "f.name": text, "sort": text})
    assert found.status_code == 200
