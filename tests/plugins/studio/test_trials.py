"""Trying, comparing, asking, starting and keeping who changed what; cards that plugins bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from core.api import StepType, _, design, hookimpl, param
from core.testing.world import Templates, World
from plugins import studio
from plugins.studio import asking, comparing, heating, starting
from plugins.studio.records import Backtest, Edit
from tests.core import toy
from tests.core.workflow import conftest as flows_of
from tests.core.workflow.conftest import flow, submit, use
from tests.core.workflow.test_cases import decide
from tests.core.workflow.test_machines import person, run_clock

KEY = "toy.place"


class Stamp(Schema):
    """What a third party's card asks for."""

    text = param("text", _("Text of the stamp"), required=True)
    share = param("percent", _("Share"))
    colour = fields.String(required=True, metadata={"label": "Colour of the ink"},
                           validate=validate.OneOf(["red", "blue"], ["Red", "Blue"]))
    urgent = param("boolean", _("Urgent"))


@hookimpl
def register_step_types() -> list[StepType]:
    return [StepType("toy.stamp", _("Stamp it"), lambda ctx, record, config: None, schema=Stamp,
                     subject="toy.purchase",
                     describe=lambda config: f"Stamp “{config.get('text', '')}”")]


def _module() -> ModuleType:
    module = ModuleType("tests.plugins.studio.toystamp")
    for name, value in vars(flows_of.MODULE).items():
        setattr(module, name, value)
    module.register_step_types = register_step_types  # type: ignore[attr-defined]
    module.__file__ = toy.__file__
    return module


@pytest.fixture
def office(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """Purchases with a workflow on placing them, a third party's card, and the studio."""
    world = templates.world(tmp_path, ("toy", "studio"), {"toy": _module(), "studio": studio})
    yield world
    world.platform.database.engine.dispose()


def draft(world: World, *body: dict[str, Any], **more: Any) -> None:
    with world.act("adm") as ctx:
        row = design.workflow_by_key(ctx, KEY)
        design.save_draft(ctx, row, {**flow(*body), **more})


def approval(key: str, who: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "label": key.title(), "who": person(who), **more}


BIG = {"key": "c", "type": "choice", "branches": [
    {"key": "big", "when": {"f": "total", "op": "ge", "v": "20"}, "body": [approval("b", "gm")]},
    {"key": "else", "else": True, "body": []}]}


def test_a_changed_flow_is_compared_with_past_cases_and_kept(office: World) -> None:
    use(office, flow(approval("a", "sm")))
    submit(office)
    decide(office, "sm")
    submit(office)
    client = office.client("adm")
    draft(office, approval("a", "sm"), BIG)
    with office.act("adm") as ctx:
        row = design.workflow_by_key(ctx, KEY)
        found = comparing.backtest(ctx, row, design.draft_of(ctx, row).definition)
        assert found["totals"] == {"changed": 2} and found["load"]["GM"] == [0, 2]
        assert found["rows"][0]["more"] == ["GM"]
        assert found["rows"][0]["old_asked"] == ["SM"]
        cells = heating.heat(ctx, row)["a"]
        assert (cells["entered"], cells["done"], cells["open"]) == (2, 1, 1)
        waits, done = heating.cases_at(ctx, row, "a")
        assert waits["open"] and not done["open"] and done["people"] == ["SM"]
        was, will = found["outlook"]
        assert (was["load"].keys(), will["load"].keys()) == ({"SM"}, {"SM", "GM"})
        assert will["p50"] >= was["p50"] and will["p90"] >= will["p50"]
        again = comparing.backtest(ctx, row, design.draft_of(ctx, row).definition)
        assert again["outlook"] == found["outlook"]  # the same seed, the same answer
    kept = client.post(f"/studio/{KEY}/backtest", data={"size": "50"})
    page = client.get(kept.headers["Location"])
    assert page.status_code == 200 and "Kept on" in page.text
    draft(office, approval("a", "gm"))
    assert "The draft has changed since" in client.get(kept.headers["Location"]).text
    assert client.get(f"/studio/{KEY}/backtest?run=99999").status_code == 404
    for _n in range(comparing.KEPT + 2):
        client.post(f"/studio/{KEY}/backtest", data={})
    with office.act("adm") as ctx:
        assert len(ctx.session.scalars(select(Backtest)).all()) == comparing.KEPT


def test_a_trial_shows_people_reasons_dates_and_gaps(office: World) -> None:
    draft(office, approval("a", "sm", due={"work_minutes": 240, "ladder": []}), BIG)
    client = office.client("adm")
    submit(office)
    page = client.get(f"/studio/{KEY}/trial?f.total=19.99").text
    assert "named on the card" in page and "at the latest" in page and "GM" not in _way(page)
    assert "GM" in _way(client.get(f"/studio/{KEY}/trial?f.total=20").text)
    assert "Empty: Total" in client.get(f"/studio/{KEY}/trial?f.total=").text
    assert "is not a number" in client.get(f"/studio/{KEY}/trial?f.total=many").text
    draft(office, {"key": "c", "type": "choice", "branches": []})
    assert "Mend what is marked" in client.get(f"/studio/{KEY}/trial").text
    assert office.client("rep").get(f"/studio/{KEY}/trial").status_code == 403


def _way(page: str) -> str:
    return page.split("<ol")[1].split("</ol>")[0]


def test_the_rules_are_tried_for_every_employee(office: World) -> None:
    card = {"key": "a", "type": "approve", "who": [{"rule": "manager", "level": 1}]}
    with office.act("adm") as ctx:
        found = asking.everybody(ctx, flow(card), "a", None)
        assert len(found) == len(design.people_of(ctx).names)
        lost = [a.starter for a in found if a.problem]
        assert lost and lost == [a.starter for a in found[:len(lost)]]  # they come first
        asked = {a.starter: a.people for a in found if not a.problem}
        assert [name for name, _why in asked["REP"]] == ["SM"]
    draft(office, card)
    page = office.client("adm").get(f"/studio/{KEY}/asked/a").text
    assert "manager, level 1" in page and page.count("<tr>") == len(found) + 1
    draft(office, {**card, "who": []})
    assert "Say who is asked" in office.client("adm").get(f"/studio/{KEY}/asked/a").text


def test_a_condition_reads_as_a_sentence_and_counts(office: World) -> None:
    submit(office)
    client = office.client("adm")

    def say(when: Any) -> dict[str, Any]:
        found: dict[str, Any] = client.post(f"/studio/{KEY}/condition", json={"when": when}).json
        return found

    assert say({"f": "total", "op": "ge", "v": "1"})["text"].startswith(
        "Total is at least 1. Fits 1 of the last 1")
    assert say({"f": "total", "op": "ge", "v": "many"})["bad"]
    assert say({"f": "nothing", "op": "eq", "v": "1"})["bad"]
    assert say(None) == {"text": "Not said yet.", "bad": False}


def test_the_start_is_drawn_undone_and_published(office: World) -> None:
    client = office.client("adm")
    for form, text in (
        ({"how": "event", "event": ""}, "Choose what happens."),
        ({"how": "schedule", "at": "25:00", "days": "1"}, "Write the time like 08:00."),
        ({"how": "schedule", "at": "8:00"}, "Choose at least one day."),
        ({"how": "schedule", "at": "8:00", "day": "32"}, "day of the month from 1 to 31"),
    ):
        answer = client.post(f"/studio/{KEY}/card/start", data=form)
        assert answer.status_code == 422 and text in answer.text
    client.post(f"/studio/{KEY}/card/start", data={"how": "schedule", "at": "8:00",
                                                   "days": ["1", "5"]})
    page = client.get(f"/studio/{KEY}").text
    assert "Monday, Friday at 08:00" in page
    client.post(f"/studio/{KEY}/change", data={"op": "undo"})
    assert "Monday, Friday" not in client.get(f"/studio/{KEY}").text
    client.post(f"/studio/{KEY}/card/start", data={
        "how": "event", "event": "toy.purchase.created",
        "when": '{"f": "total", "op": "ge", "v": "5"}'})
    with office.act("adm") as ctx:
        row = design.workflow_by_key(ctx, KEY)
        assert row.gate == "toy.purchase.place" and row.event is None  # until it is published
    assert client.post(f"/studio/{KEY}/publish").status_code == 302
    with office.act("adm") as ctx:
        row = design.workflow_by_key(ctx, KEY)
        assert (row.gate, row.event) == (None, "toy.purchase.created")
        assert row.when == {"f": "total", "op": "ge", "v": "5"}
        assert starting.start_of(row, {})["how"] == "event"


def test_the_history_outlives_publishing_but_is_not_undone(office: World) -> None:
    client = office.client("adm")
    client.post(f"/studio/{KEY}/change", data={"op": "add", "slot": ":0", "kind": "delay"})
    client.post(f"/studio/{KEY}/publish", data={"note": "first"})
    assert client.post(f"/studio/{KEY}/change", data={"op": "undo"}).status_code == 409
    page = client.get(f"/studio/{KEY}/changes").text
    assert "Version 2" in page and "ADM" in page and "new" in page
    with office.act("adm") as ctx:
        (edit,) = ctx.session.scalars(select(Edit))
        assert edit.version_id == design.workflow_by_key(ctx, KEY).active_version_id


def test_a_new_flow_takes_the_step_over_when_told(office: World) -> None:
    client = office.client("adm")
    made = client.post("/studio", data={"name": "Mine", "gate": "toy.purchase.place",
                                        "model": "shape:one"})
    key = made.headers["Location"].rpartition("/")[2]
    assert "holds this step now" in client.get(f"/studio/{key}").text
    refused = client.post(f"/studio/{key}/publish")
    assert refused.status_code == 422 and "held by the workflow" in refused.text
    assert client.post(f"/studio/{key}/publish", data={"take_over": "1"}).status_code == 302
    with office.act("adm") as ctx:
        assert not design.workflow_by_key(ctx, KEY).enabled
        assert design.workflow_by_key(ctx, key).gate == "toy.purchase.place"
    back = client.post(f"/studio/{KEY}/policy", data={"name": "Placing", "enabled": "1"})
    assert back.status_code == 422  # two would hold one step
    copied = client.post("/studio", data={"name": "Copy", "model": f"flow:{key}"})
    assert copied.status_code == 302
    wrong = client.post("/studio", data={"name": "Copy", "model": f"flow:{key}",
                                         "subject": "toy.toy"})
    assert wrong.status_code == 422


def test_a_third_party_card_has_its_form(office: World) -> None:
    client = office.client("adm")
    assert 'data-kind="step:toy.stamp"' in client.get(f"/studio/{KEY}").text
    client.post(f"/studio/{KEY}/change", data={"op": "add", "slot": ":0",
                                               "kind": "step:toy.stamp"})
    page = client.get(f"/studio/{KEY}?card=step1").text
    for label in ("Text of the stamp", "Share", "Colour of the ink", "Urgent"):
        assert label in page
    client.post(f"/studio/{KEY}/card/step1", data={"config-share": "12.5",
                                                   "config-colour": "green"})
    page = client.get(f"/studio/{KEY}?card=step1").text
    assert "Must be one of" in page and client.post(f"/studio/{KEY}/publish").status_code == 422
    client.post(f"/studio/{KEY}/card/step1", data={
        "config-text": "Seen", "config-share": "12.5", "config-colour": "red"})
    page = client.get(f"/studio/{KEY}?card=step1").text
    assert "Stamp “Seen”" in page and 'value="12.5' in page
    assert client.post(f"/studio/{KEY}/publish").status_code == 302
    with office.act("adm") as ctx:
        row = design.workflow_by_key(ctx, KEY)
        card = ctx.session.get(design.WorkflowVersion, row.active_version_id).definition["body"][0]
        assert card["config"] == {"text": "Seen", "share": "12.5%", "colour": "red",
                                  "urgent": False}


def test_a_drawn_schedule_starts_a_case_for_each_that_fits(office: World) -> None:
    client = office.client("adm")
    submit(office)  # under way: the version that held the step
    client.post(f"/studio/{KEY}/card/start", data={
        "how": "schedule", "at": "08:00", "days": ["1"],
        "when": '{"f": "total", "op": "ge", "v": "5"}'})
    assert client.post(f"/studio/{KEY}/publish").status_code == 302
    submit(office, shop="Okafor")  # nothing holds it now
    office.platform.clock = lambda: datetime(2026, 12, 7, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    run_clock(office)
    run_clock(office)
    with office.act("adm") as ctx:
        cases = ctx.session.scalars(select(design.CaseRow)).all()
        assert [case.step for case in cases] == ["toy.purchase.place", None]
        assert cases[1].version_id == design.workflow_by_key(ctx, KEY).active_version_id
