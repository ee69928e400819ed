"""A sales manager draws a flow, tries it, publishes it; cases that run keep their version."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from core.api import design, save
from core.testing import World

pytestmark = pytest.mark.plugins("quotes", "studio")


def _change(client: Any, key: str, **form: str) -> Any:
    return client.post(f"/studio/{key}/change", data=form)


def test_a_flow_is_drawn_from_an_empty_page(world: World) -> None:
    client = world.client("adm")
    made = client.post("/studio", data={"name": "My approval", "subject": "crm.inquiry"})
    key = made.headers["Location"].rpartition("/")[2]
    assert key == "own.my_approval"
    assert _change(client, key, op="add", slot=":0", kind="approve").status_code == 302
    assert _change(client, key, op="add", slot=":1", kind="choice").status_code == 302
    saved = client.post(f"/studio/{key}/card/approve1", data={
        "label": "Boss", "rule": ["role", ""], "role": ["gm", ""], "up_to_role": ["", ""],
        "user": ["", ""], "field": ["", ""], "node": ["", ""], "level": ["1", "1"],
        "vote": "any", "reject": "veto", "on_reject": "end", "hours": "4", "at": ["50", ""],
        "do": ["remind", ""], "to": ["", ""]})
    assert saved.status_code == 302
    rule = json.dumps({"f": "expected_amount", "op": "ge", "v": "10000"})
    done = client.post(f"/studio/{key}/card/choice1", data={
        "label": "", "label-b1": "Large", "when-b1": rule, "label-else": ""})
    assert done.status_code == 302
    assert client.post(f"/studio/{key}/publish", data={"note": "first"}).status_code == 302
    with world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, key)
        version = ctx.session.get(design.WorkflowVersion, row.active_version_id)
        assert version.number == 1
        assert version.definition["body"][0]["who"] == [{"rule": "role", "role": "gm"}]
        assert version.definition["body"][0]["due"]["work_minutes"] == 240


def test_undo_and_redo_go_through_every_change(world: World) -> None:
    client = world.client("adm")
    key = client.post("/studio", data={"name": "F", "subject": "crm.inquiry"}).headers[
        "Location"].rpartition("/")[2]
    for n in range(3):
        _change(client, key, op="add", slot=f":{n}", kind="approve")

    def count() -> int:
        with world.act("adm") as ctx:
            draft = design.draft_of(ctx, design.workflow_by_key(ctx, key))
            return len(draft.definition["body"])

    assert count() == 3
    _change(client, key, op="undo")
    _change(client, key, op="undo")
    assert count() == 1
    _change(client, key, op="redo")
    assert count() == 2
    assert _change(client, key, op="nonsense").status_code == 409


def test_a_faulty_draft_is_kept_but_not_published(world: World) -> None:
    client = world.client("adm")
    key = client.post("/studio", data={"name": "F", "subject": "crm.inquiry"}).headers[
        "Location"].rpartition("/")[2]
    answer = client.post(f"/studio/{key}/publish")
    assert answer.status_code == 422
    _change(client, key, op="add", slot=":0", kind="each")
    assert client.post(f"/studio/{key}/publish").status_code == 422
    assert client.get(f"/studio/{key}").status_code == 200


def test_what_ships_can_be_tried_compared_and_taken_as_a_file(world: World) -> None:
    client = world.client("adm")
    for page in ("", "/heat", "/heat?card=sm&by=p90", "/trial", "/backtest", "/changes"):
        assert client.get(f"/studio/quotes.approval{page}").status_code == 200
    file = client.get("/studio/quotes.approval/file")
    made = client.post("/studio", data={
        "name": "Copy", "subject": "quotes.quotation",
        "file": (io.BytesIO(file.data), "flow.json")})
    assert made.status_code == 302
    broken = client.post("/studio", data={
        "name": "Bad", "subject": "quotes.quotation", "file": (io.BytesIO(b"[]"), "flow.json")})
    assert broken.status_code == 422


def test_only_designers_may_draw(world: World) -> None:
    assert world.client("rep").get("/studio").status_code == 403
    assert (
        world.client("rep").post("/studio/quotes.approval/change", data={"op": "undo"}).status_code
        == 403
    )


def test_a_draft_is_tried_on_what_was_decided(world: World) -> None:
    client = world.client("adm")
    with world.act("rep") as ctx:
        customer = save(ctx, "crm.customer", {"name": "Brenlicht", "country": "DE"})
        save(ctx, "crm.inquiry", {"customer_id": customer.id, "subject": "Lamps"})
    key = client.post("/studio", data={"name": "F", "subject": "crm.inquiry"}).headers[
        "Location"].rpartition("/")[2]
    _draw(world, key, "gm")
    client.post(f"/studio/{key}/publish")
    _draw(world, key, "sm")
    page = client.get(f"/studio/{key}/backtest").text
    assert re.findall(r"<b>(\d+)</b><span>(\w+)", page) == [
        ("0", "same"), ("0", "undecided"), ("1", "different")]
    table = page.split("data-load")[1]
    assert re.findall(r"<td>(\w+)</td><td class=\"tw-num\">(\d)</td><td class=\"tw-num\">(\d)",
                      table) == [("GM", "1", "0"), ("SM", "0", "1")]


def _draw(world: World, key: str, role: str) -> None:
    with world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, key)
        design.save_draft(ctx, row, {"schema": 1, "subject": "crm.inquiry", "body": [
            {"key": "a", "type": "approve", "who": [{"rule": "role", "role": role}]}]})


def test_an_old_version_is_published_again(world: World) -> None:
    client = world.client("adm")
    key = client.post("/studio", data={"name": "F", "subject": "crm.inquiry"}).headers[
        "Location"].rpartition("/")[2]
    assert "Nothing is published yet" in client.get(f"/studio/{key}/cases").text
    for role, note in (("gm", "first"), ("sm", "second")):
        _draw(world, key, role)
        client.post(f"/studio/{key}/publish", data={"note": note})
    with world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, key)
        first, second = ctx.session.scalars(select(design.WorkflowVersion.id).where(
            design.WorkflowVersion.workflow_id == row.id).order_by(design.WorkflowVersion.number))
    page = client.get(f"/studio/{key}/cases").text
    assert page.index("second") < page.index("first") and "ADM" in page
    _draw(world, key, "fin")
    assert client.post(f"/studio/{key}/back", data={"version": first}).status_code == 409
    _draw(world, key, "sm")
    assert client.post(f"/studio/{key}/back", data={"version": first}).status_code == 302
    with world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, key)
        active = ctx.session.get(design.WorkflowVersion, row.active_version_id)
        assert (active.number, active.note) == (3, "Back to version 1")
        assert active.definition["body"][0]["who"][0]["role"] == "gm"
    assert client.post(f"/studio/{key}/back", data={"version": 999}).status_code == 404
    assert client.post(f"/studio/{key}/cases", data={"to": second}).status_code == 302
    sm = world.client("sm")  # draws, but does not administer
    assert sm.get(f"/studio/{key}/cases").status_code == 200
    assert sm.post(f"/studio/{key}/cases", data={"to": second}).status_code == 403
