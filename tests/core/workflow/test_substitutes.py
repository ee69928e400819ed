"""Who acts for whom: date ranges, chains, cycles, and the separation of duties (WORKFLOW §5.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.api import Forbidden
from core.testing import World
from core.workflow import commands as c
from core.workflow.model import Delegation
from core.workflow.people import acts_for
from tests.core.workflow.conftest import flow, submit, use
from tests.core.workflow.test_cases import decide, inbox

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(flows: World) -> Any:
    now = [MONDAY]
    flows.platform.clock = lambda: now[0]
    return now


def away(world: World, principal: str, delegate: str, hours: int = 24,
         workflow: int | None = None) -> None:
    with world.act(None) as ctx:
        ctx.session.add(Delegation(
            principal_id=world.user_id(principal), delegate_id=world.user_id(delegate), reason="",
            valid_from=MONDAY, valid_until=MONDAY + hours * HOUR, workflow_id=workflow))


def stands_in(world: World, who: str, workflow: int | None = None) -> set[str]:
    names = {world.user_id(n): n for n in ("rep", "rep2", "sm", "gm", "guest")}
    with world.act(who) as ctx:
        return {names[p] for p in acts_for(ctx, ctx.user_id, workflow)}


def test_the_range_is_half_open(flows: World, clock: Any) -> None:
    away(flows, "sm", "gm", 2)
    seen = []
    for moment in (-1, 0, 7199, 7200):
        clock[0] = MONDAY + timedelta(seconds=moment)
        seen.append(stands_in(flows, "gm"))
    assert seen == [set(), {"sm"}, {"sm"}, set()]


def test_chains_are_bounded_and_cycles_end(flows: World, clock: Any) -> None:
    for principal, delegate in (("sm", "gm"), ("gm", "guest"), ("guest", "rep2"), ("rep2", "rep")):
        away(flows, principal, delegate)
    assert stands_in(flows, "rep2") == {"guest", "gm", "sm"}
    assert stands_in(flows, "rep") == {"rep2", "guest", "gm"}  # three links, no more
    away(flows, "rep", "sm")
    assert stands_in(flows, "sm") == {"rep", "rep2", "guest"} and "sm" not in stands_in(
        flows, "sm")


def test_a_substitution_may_be_for_one_workflow(flows: World, clock: Any) -> None:
    workflow = use(flows, flow({"key": "a", "type": "approve",
                                "who": [{"rule": "person", "user": "sm"}]}))
    away(flows, "sm", "guest", workflow=workflow + 1)
    submit(flows)
    task, = inbox(flows, "sm")
    with flows.act("guest") as ctx, pytest.raises(Forbidden):
        c.decide(ctx, task.id, "approve")
    away(flows, "sm", "guest", workflow=workflow)
    assert decide(flows, "guest")["outcome"] == "approved"


def test_what_the_substitute_did_counts_for_both(flows: World, clock: Any) -> None:
    """Neither she who did a card through somebody nor he who did it for her checks it."""
    def asks(name: str) -> list[dict[str, Any]]:
        return [{"rule": "person", "user": name}]

    for checker in ("sm", "guest"):
        use(flows, flow(
            {"key": "do", "type": "handle", "who": asks("sm")},
            {"key": "check", "type": "approve", "who": asks(checker), "other_than": ["do"],
             "starter_is_approver": "gm"}))
        submit(flows)
        if checker == "sm":
            away(flows, "sm", "guest")
        decide(flows, "guest", "done")
        assert [len(inbox(flows, who)) for who in ("sm", "guest", "gm")] == [0, 0, 1]
        decide(flows, "gm")


def test_one_may_not_decide_for_somebody_who_may_not(flows: World, clock: Any) -> None:
    """The starter's own task does not become right in her substitute's hands."""
    use(flows, flow({"key": "a", "type": "approve", "starter_is_approver": "allow",
                     "who": [{"rule": "person", "user": "rep"}]}))
    submit(flows)
    use(flows, flow({"key": "a", "type": "approve",
                     "who": [{"rule": "person", "user": "rep"}, {"rule": "person", "user": "sm"}]}))
    away(flows, "rep", "guest")
    assert decide(flows, "guest")["outcome"] == "approved"  # allowed: so it is for both
    submit(flows, "rep2")
    with flows.act("rep2") as ctx:
        ctx.session.add(Delegation(
            principal_id=flows.user_id("sm"), delegate_id=ctx.user_id, reason="",
            valid_from=MONDAY, valid_until=MONDAY + HOUR))
    task = next(t for t in inbox(flows, "sm"))
    with flows.act("rep2") as ctx, pytest.raises(Forbidden, match="own request"):
        c.decide(ctx, task.id, "approve")


def test_one_may_not_decide_for_somebody_who_has_become_barred(flows: World, clock: Any) -> None:
    sm = [{"rule": "person", "user": "sm"}]
    use(flows, flow({"key": "p", "type": "parallel", "branches": [
        {"key": "x", "body": [{"key": "do", "type": "handle", "who": sm}]},
        {"key": "y", "body": [{"key": "check", "type": "approve", "who": sm,
                               "other_than": ["do"]}]}]}))
    submit(flows)
    away(flows, "sm", "guest")
    do, check = sorted(inbox(flows, "sm"), key=lambda t: t.id)
    with flows.act("sm") as ctx:
        c.decide(ctx, do.id, "done")
    for who in ("sm", "guest"):
        with flows.act(who) as ctx, pytest.raises(Forbidden, match="own request"):
            c.decide(ctx, check.id, "approve")
