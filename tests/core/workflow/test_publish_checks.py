"""What an author is told before publishing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.conditions import parse_condition
from core.errors import Invalid
from core.i18n import in_locale
from core.kinds import Choice, Field
from core.testing import World
from core.workflow.checks import check_definition
from core.workflow.gaps import analyse
from core.workflow.publishing import publish, save_draft, workflow_by_key
from tests.core.workflow.conftest import flow

TODAY = date(2026, 11, 20)
FIELDS = {
    "amount": Field("money", "amount", "amount"), "margin": Field("percent", "margin", "margin"),
    "grade": Field("choice", "grade", "grade", choices=tuple(Choice(v, v) for v in "ABCD")),
}


def report(*branches: Any) -> Any:
    return analyse([parse_condition(b, FIELDS) for b in branches], TODAY)


def leaf(name: str, op: str, value: Any) -> dict[str, Any]:
    return {"f": name, "op": op, "v": value}


def test_the_forgotten_boundary_is_named() -> None:
    found = report(leaf("amount", "lt", "10000"), leaf("amount", "gt", "10000"))
    with in_locale("en"):
        assert [str(found.words(box)) for box in found.gaps] == ["amount is exactly 10,000"]
        assert [str(found.words(box)) for box in found.unknown] == ["amount is empty"]
    assert found.overlaps == []


def test_a_hole_in_two_facts_is_one_box() -> None:
    found = report(
        {"all": [leaf("amount", "le", "10000"), leaf("margin", "ge", "0.15")]},
        {"any": [leaf("amount", "gt", "10000"), leaf("margin", "lt", "0.12")]},
        leaf("grade", "eq", "D"))
    with in_locale("en"):
        texts = [str(found.words(box)) for box in found.gaps]
    assert texts == ["amount up to 10,000, margin from 12 % to below 15 %, grade is A / B / C"]
    assert {(a, b) for a, b, _box in found.overlaps} == {(0, 2), (1, 2)}


_amounts = st.sampled_from(["0", "10000", "20000"])
_leaves = st.one_of(
    st.builds(lambda op, v: leaf("amount", op, v),
              st.sampled_from(["lt", "le", "gt", "ge"]), _amounts),
    st.builds(lambda v: leaf("grade", "in", v), st.lists(st.sampled_from("ABCD"), min_size=1)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(_leaves, min_size=1, max_size=2).map(lambda p: {"all": p}),
                min_size=1, max_size=4),
       st.sampled_from(["-5", "0", "0.01", "9999.99", "10000", "15000", "20000", "20000.01"]),
       st.sampled_from("ABCD"))
def test_every_filled_record_without_a_branch_lies_in_a_reported_gap(
    branches: list[Any], amount: str, grade: str
) -> None:
    conditions = [parse_condition(b, FIELDS) for b in branches]
    facts = {"amount": amount, "grade": grade}
    missed = not any(c.test(facts, TODAY) is True for c in conditions)
    assert missed is any(
        _inside(box, facts) for box in analyse(conditions, TODAY).gaps)


def _inside(box: dict[str, Any], facts: dict[str, Any]) -> bool:
    from decimal import Decimal
    for name, cells in box.items():
        value = Decimal(facts[name]) if name == "amount" else facts[name]
        hit = False
        for cell in cells:
            if cell.value is None:
                continue
            if cell.exact:
                hit |= cell.value == value
            elif name == "amount":
                hit |= (cell.low is None or value > cell.low) and (
                    cell.high is None or value < cell.high)
        if not hit:
            return False
    return True


def problems(world: World, *body: dict[str, Any], **policy: Any) -> dict[tuple[str, str], str]:
    with world.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        return {(p.level, p.code): str(p.text)
                for p in check_definition(ctx, row, flow(*body, **policy))}


def approve(key: str, **options: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "who": [{"rule": "role", "role": "sm"}], **options}


def test_checks_speak_business(flows: World) -> None:
    small = {"f": "total", "op": "lt", "v": "100"}
    found = problems(flows, {"key": "c", "type": "choice", "branches": [
        {"key": "a", "when": small, "body": []}]})
    assert found["E", "gap"] == "No branch fits when: Total from 100"
    found = problems(flows, {"key": "c", "type": "choice", "branches": [
        {"key": "a", "when": small, "body": [approve("x")]},
        {"key": "b", "else": True, "body": []}]})
    assert ("W", "else") in found and ("E", "gap") not in found
    assert problems(flows, approve("x", who=[{"rule": "role", "role": "pope"}]))["E", "role"]
    found = problems(flows, approve("x", who=[{"rule": "manager"}]))
    assert found["W", "nobody_for"] == "The rules find nobody when it is started by: GM"
    assert problems(flows, approve("x", starter_is_approver="allow"))["W", "own"]
    found = problems(flows, {"key": "s", "type": "step", "step": "toy.nothing"})
    assert ("E", "step") in found
    cancel = {"key": "s", "type": "step", "step": "toy.purchase.cancel"}
    found = problems(flows, cancel, approve("x"))
    assert ("W", "undo") in found and ("E", "config") in found
    assert problems(flows, approve("x", due={"work_minutes": 60, "ladder": [
        {"at": 100, "do": "auto_approve"}]}))["W", "auto"]


def test_a_draft_with_errors_is_not_published(flows: World) -> None:
    with flows.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        active = row.active_version_id
        save_draft(ctx, row, flow(approve("x", who=[])))
        with pytest.raises(Invalid) as caught:
            publish(ctx, row)
        assert caught.value.reasons[0].field == "x" and row.active_version_id == active
