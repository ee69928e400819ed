"""Clocks, automatic cards, messages, sub-flows, versions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.api import OutboxRow, find, perform
from core.errors import Refused
from core.testing import World
from core.workflow import commands as c
from core.workflow.gates import deliver
from core.workflow.inbox import tasks_of
from core.workflow.model import CaseRow, Delegation, Incident, TaskRow, TimerRow
from core.workflow.moving import move_case, rehearse
from core.workflow.publishing import create_workflow, publish, workflow_by_key
from tests.core.toy import Purchase
from tests.core.workflow.conftest import CALLS, flow, state, submit, use
from tests.core.workflow.test_cases import decide, inbox

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock(flows: World) -> Any:
    """A clock that the test sets."""
    now = [MONDAY]
    flows.platform.clock = lambda: now[0]
    return now


def person(name: str) -> list[dict[str, Any]]:
    return [{"rule": "person", "user": name}]


def run_clock(world: World) -> None:
    """The sweeper's minute, then everything that it asked for."""
    with world.act(None) as ctx:
        from core.workflow.work import sweep
        sweep(ctx, {})
    world.work()


LADDER = {"work_minutes": 240, "ladder": [
    {"at": 50, "do": "remind"}, {"at": 100, "do": "remind"},
    {"at": 200, "do": "escalate", "to": {"rule": "manager", "level": 1}}]}


def test_a_deadline_reminds_then_escalates_in_working_time(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": person("sm"), "due": LADDER}))
    submit(flows)
    task, = inbox(flows, "sm")
    assert task.due_at == MONDAY.replace(hour=14)
    clock[0] = MONDAY.replace(hour=11, minute=1)
    run_clock(flows)
    assert fired(flows) == ["remind"] and len(inbox(flows, "sm")) == 1
    clock[0] = MONDAY.replace(hour=14, minute=1)
    run_clock(flows)
    assert inbox(flows, "sm")[0].overdue
    clock[0] = (MONDAY + timedelta(days=1)).replace(hour=10, minute=1)
    run_clock(flows)
    assert fired(flows) == ["remind", "remind", "escalate"]
    assert inbox(flows, "sm") == [] and len(inbox(flows, "gm")) == 1


def fired(world: World) -> list[str]:
    with world.act(None) as ctx:
        return list(ctx.session.scalars(select(TimerRow.kind).where(
            TimerRow.state == "fired", TimerRow.kind != "due").order_by(TimerRow.fire_at)))


def test_after_three_days_of_downtime_only_the_highest_rung_fires(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": person("sm"), "due": LADDER}))
    submit(flows)
    clock[0] = MONDAY + timedelta(days=3)
    for _n in range(3):
        run_clock(flows)
    assert fired(flows) == ["escalate"]
    with flows.act(None) as ctx:
        assert sorted(ctx.session.scalars(select(TimerRow.state))) == [
            "fired", "fired", "missed", "missed"]


def test_a_paused_case_stops_the_clock(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": person("sm"), "due": LADDER}))
    submit(flows)
    with flows.act("gm") as ctx:
        case = ctx.session.scalar(select(CaseRow.id))
        c.administer(ctx, case, "suspend")
    clock[0] = MONDAY + timedelta(days=2)
    run_clock(flows)
    assert fired(flows) == []
    with pytest.raises(Refused, match="paused"):
        decide(flows, "sm")
    with flows.act("gm") as ctx:
        c.administer(ctx, case, "resume")
    assert inbox(flows, "sm")[0].due_at == (MONDAY + timedelta(days=2)).replace(hour=14)


def test_a_delay_ends_by_itself(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "d", "type": "delay", "minutes": 30}))
    ident = submit(flows)
    run_clock(flows)
    assert state(flows, ident) == "waiting"
    clock[0] += timedelta(minutes=31)
    run_clock(flows)
    assert state(flows, ident) == "placed"


NOTE = {"key": "note", "type": "step", "step": "toy.note", "config": {}}


def runs(world: World, ident: int) -> int:
    with world.act(None) as ctx:
        return int((find(ctx, Purchase, ident).custom or {}).get("runs", 0))


def test_an_automatic_card_works_once_however_often_its_job_comes(both_flows: World) -> None:
    use(both_flows, flow(NOTE, {"key": "a", "type": "approve", "who": person("sm")}))
    ident = submit(both_flows)
    assert inbox(both_flows, "sm") == []
    both_flows.work()
    assert runs(both_flows, ident) == 1 and len(inbox(both_flows, "sm")) == 1
    with both_flows.act(None) as ctx:
        job = ctx.session.scalar(select(OutboxRow).where(OutboxRow.topic == "core.workflow_step"))
        for n in range(3):
            ctx.enqueue("core.workflow_step", dict(job.payload), key=f"again-{n}")
    both_flows.work()
    assert runs(both_flows, ident) == 1


def test_a_crash_after_the_work_leaves_nothing_half_done(flows: World, clock: Any) -> None:
    use(flows, flow({**NOTE, "config": {"fail": "crash"}}))
    ident = submit(flows)
    CALLS.clear()
    for _n in range(7):
        flows.work()
        clock[0] += timedelta(hours=3)
    run_clock(flows)
    assert len(CALLS) >= 5 and runs(flows, ident) == 0
    with flows.act(None) as ctx:
        incident = ctx.session.scalar(select(Incident))
        assert incident.kind == "step" and "fire" in incident.data["text"]
        assert ctx.session.scalar(select(CaseRow.state)) == "incident"


def test_a_refusing_card_stands_still_until_an_administrator_goes_on(flows: World) -> None:
    use(flows, flow({**NOTE, "config": {"fail": "refuse"}}))
    ident = submit(flows)
    flows.work()
    assert runs(flows, ident) == 0
    with flows.act("gm") as ctx:
        incident = ctx.session.scalar(select(Incident))
        assert incident.data["text"] == "Not today."
        with pytest.raises(Refused):
            c.administer(ctx, incident.case_id, "skip", token=incident.token)
        c.administer(ctx, incident.case_id, "skip", token=incident.token, reason="by hand")
    assert state(flows, ident) == "placed"
    with flows.act(None) as ctx:
        assert ctx.session.scalar(select(Incident)).resolved_at is not None


def test_a_rejection_takes_done_cards_back(flows: World) -> None:
    use(flows, flow(NOTE, {"key": "a", "type": "approve", "who": person("sm")}))
    ident = submit(flows)
    flows.work()
    assert runs(flows, ident) == 1
    decide(flows, "sm", "reject", "no")
    flows.work()
    assert (runs(flows, ident), state(flows, ident)) == (0, "draft")


def test_an_empty_fact_never_takes_the_cheap_branch(flows: World) -> None:
    use(flows, flow({"key": "c", "type": "choice", "branches": [
        {"key": "late", "when": {"f": "wanted", "op": "ge", "v": "2027-01-01"}, "body": [
            {"key": "a", "type": "approve", "who": person("gm")}]},
        {"key": "else", "else": True, "body": []}]}))
    ident = submit(flows)
    assert state(flows, ident) == "waiting"
    with flows.act("gm") as ctx:
        incident = ctx.session.scalar(select(Incident))
        assert (incident.kind, incident.data["fields"]) == ("missing", ["Wanted"])
    assert state(flows, submit(flows, wanted="2026-12-01")) == "placed"
    assert state(flows, submit(flows, wanted="2027-01-01")) == "waiting"


def test_a_message_wakes_the_waiting_case_also_if_it_came_first(flows: World) -> None:
    use(flows, flow({"key": "w", "type": "wait", "message": "toy.paid"}))
    ident = submit(flows)
    with flows.act(None) as ctx:
        assert deliver(ctx, "toy.paid", "toy.purchase", ident)
        assert not deliver(ctx, "toy.paid", "toy.purchase", ident + 1)
    flows.work()
    assert state(flows, ident) == "placed"
    second = submit(flows)
    assert second == ident + 1
    flows.work()
    assert state(flows, second) == "placed"


def test_events_start_and_subflows_return(flows: World) -> None:
    with flows.act("gm") as ctx:
        below = flow({"key": "s", "type": "approve", "who": person("guest")})
        row = create_workflow(ctx, "toy.sub", {"zh": "子", "en": "Sub"}, "toy.purchase",
                              definition=below)
        publish(ctx, row)
        row = create_workflow(ctx, "toy.after", {"en": "After"}, "toy.purchase",
                              event="toy.purchase.place.approved",
                              definition=flow({"key": "f", "type": "subflow", "flow": "toy.sub"}))
        publish(ctx, row)
    submit(flows)
    decide(flows, "sm")
    flows.work()
    flows.work()
    assert [t.workflow for t in inbox(flows, "guest")] == ["Sub"]
    decide(flows, "guest")
    flows.work()
    with flows.act(None) as ctx:
        assert set(ctx.session.scalars(select(CaseRow.state))) == {"approved"}


def test_every_event_starts_a_case_of_its_own(flows: World) -> None:
    with flows.act("gm") as ctx:
        row = create_workflow(
            ctx, "toy.after", {"en": "After"}, "toy.purchase", event="toy.purchase.place.approved",
            definition=flow({"key": "s", "type": "approve", "who": person("guest")}))
        publish(ctx, row)
    for _time in range(2):
        submit(flows)
        decide(flows, "sm")
    flows.work()
    flows.work()
    assert [t.workflow for t in inbox(flows, "guest")] == ["After", "After"]


def test_a_substitute_acts_for_the_absent_and_both_names_are_kept(flows: World, clock: Any) -> None:
    submit(flows)
    with flows.act(None) as ctx:
        ctx.session.add(Delegation(
            principal_id=flows.user_id("sm"), delegate_id=flows.user_id("gm"),
            valid_from=MONDAY, valid_until=MONDAY + timedelta(days=1), reason="away"))
    assert inbox(flows, "gm")[0].waiting_for == "SM"
    clock[0] = MONDAY + timedelta(days=1)
    assert inbox(flows, "gm") == []
    clock[0] = MONDAY
    decide(flows, "gm")
    with flows.act(None) as ctx:
        task = ctx.session.scalar(select(TaskRow))
        assert (task.actor, task.principal) == (flows.user_id("gm"), flows.user_id("sm"))
        assert task.why["for"] == flows.user_id("sm")


def test_running_cases_keep_their_version_until_they_are_moved(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": person("sm")}))
    first, second = submit(flows), submit(flows)
    workflow = use(flows, flow({"key": "a", "type": "approve", "who": person("guest")},
                               {"key": "b", "type": "approve", "who": person("gm")}))
    decide(flows, "sm")
    assert state(flows, first) == "placed"
    with flows.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        assert row.id == workflow
        moves = rehearse(ctx, row, row.active_version_id)
        assert [m.reason for m in moves] == [None]
        assert move_case(ctx, moves[0].case, row.active_version_id)
        assert not move_case(ctx, moves[0].case, row.active_version_id)
    decide(flows, "sm")
    assert state(flows, second) == "waiting"
    decide(flows, "gm")
    assert state(flows, second) == "placed"


def test_a_case_that_cannot_move_is_named(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "approve", "who": person("sm")}))
    submit(flows)
    use(flows, flow({"key": "z", "type": "approve", "who": person("sm")}))
    with flows.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        move, = rehearse(ctx, row, row.active_version_id)
        assert "is gone" in str(move.reason)
        with pytest.raises(Refused):
            move_case(ctx, move.case, row.active_version_id)
        assert rehearse(ctx, row, row.active_version_id, {"a": "z"})[0].reason is None


def test_the_person_who_leaves_hands_her_tasks_up(flows: World) -> None:
    from core.workflow.leaving import person_left
    submit(flows)
    with flows.act("gm") as ctx:
        assert person_left(ctx, flows.user_id("sm")) == 1
    assert inbox(flows, "sm") == [] and len(inbox(flows, "gm")) == 1
    assert tasks_of is not None and perform is not None
