"""What waits for something else: messages, sub-flows, pauses, undoing before doing anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.api import OutboxRow
from core.testing import World
from core.workflow import commands as c
from core.workflow.gates import deliver
from core.workflow.model import CaseRow, Incident, TimerRow, TokenRow
from core.workflow.publishing import create_workflow, publish
from core.worktime import CalendarDay
from tests.core.workflow.conftest import CALLS, CRASH, flow, state, submit, use
from tests.core.workflow.test_cases import decide, inbox
from tests.core.workflow.test_machines import NOTE, person, run_clock, runs

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SUB = {"key": "s", "type": "subflow", "flow": "toy.sub"}


@pytest.fixture
def clock(flows: World) -> Any:
    now = [MONDAY]
    flows.platform.clock = lambda: now[0]
    return now


def below(world: World, *body: dict[str, Any]) -> None:
    with world.act("gm") as ctx:
        publish(ctx, create_workflow(ctx, "toy.sub", {"en": "Sub"}, "toy.purchase",
                                     definition=flow(*body)))


def approve(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "who": person(name), **more}


def incidents(world: World) -> list[str]:
    with world.act(None) as ctx:
        return [i.data.get("text", i.kind) for i in ctx.session.scalars(
            select(Incident).where(Incident.resolved_at.is_(None)))]


# ---- messages
def test_a_kept_message_is_used_once_and_not_after_its_time(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "w", "type": "wait", "message": "toy.paid"}))
    ident = submit(flows)
    with flows.act(None) as ctx:
        for until in (MONDAY + timedelta(minutes=5), MONDAY + timedelta(days=9)):
            deliver(ctx, "toy.paid", "toy.purchase", ident + 1, until=until)
    clock[0] += timedelta(hours=1)
    second = submit(flows)
    flows.work()
    assert (second, state(flows, second), state(flows, ident)) == (ident + 1, "placed", "waiting")


def test_an_event_that_nobody_waits_for_is_not_kept(flows: World) -> None:
    from core.workflow.model import MessageRow
    use(flows, flow({"key": "w", "type": "wait", "message": "toy.shouted"}))
    with flows.act(None) as ctx:
        ctx.emit("toy.shouted")
    ident = submit(flows)
    flows.work()
    assert state(flows, ident) == "waiting"
    with flows.act(None) as ctx:
        from core.api import find
        from tests.core.toy import Purchase
        ctx.emit("toy.shouted", find(ctx, Purchase, ident))
    flows.work()
    assert state(flows, ident) == "placed"
    with flows.act(None) as ctx:
        assert not ctx.session.scalars(select(MessageRow.id)).all()


def test_a_wait_ends_with_its_time_or_its_message_whichever_is_first(
    flows: World, clock: Any
) -> None:
    use(flows, flow({"key": "w", "type": "wait", "message": "toy.paid", "minutes": 30}))
    by_message, by_time = submit(flows), submit(flows)
    with flows.act(None) as ctx:
        deliver(ctx, "toy.paid", "toy.purchase", by_message)
    flows.work()
    assert (state(flows, by_message), state(flows, by_time)) == ("placed", "waiting")
    clock[0] += timedelta(minutes=31)
    run_clock(flows)
    assert state(flows, by_time) == "placed"


# ---- sub-flows
@pytest.mark.parametrize(("option", "wanted"), [("end", "draft"), ("next", "placed")])
def test_what_a_rejected_subflow_means_is_said_on_its_card(
    flows: World, option: str, wanted: str
) -> None:
    below(flows, approve("b", "guest"))
    use(flows, flow({**SUB, "on_reject": option}))
    ident = submit(flows)
    flows.work()
    decide(flows, "guest", "reject", "no")
    flows.work()
    assert state(flows, ident) == wanted


def test_a_subflow_ends_with_the_way_that_asked_for_it(flows: World) -> None:
    below(flows, approve("b", "guest"))
    use(flows, flow(approve("a", "sm"), {"key": "p", "type": "parallel", "branches": [
        {"key": "x", "body": [SUB]}, {"key": "y", "body": [approve("z", "gm")]}]},
        {"key": "w", "type": "wait", "message": "toy.paid"}))
    ident = submit(flows)
    decide(flows, "sm")
    flows.work()
    task, = inbox(flows, "gm")
    with flows.act("gm") as ctx:
        c.send_back(ctx, task.id, "a", "again")
    flows.work()
    assert inbox(flows, "guest") == []
    decide(flows, "sm")
    flows.work()
    decide(flows, "guest")
    decide(flows, "gm")
    flows.work()
    assert state(flows, ident) == "waiting"  # at the wait: what was cancelled does not end it
    assert incidents(flows) == []


def test_a_subflow_that_cannot_start_is_an_incident(flows: World) -> None:
    use(flows, flow({**SUB, "flow": "toy.nothing"}))
    submit(flows)
    flows.work()
    assert incidents(flows) == ["There is no workflow “toy.nothing”."]
    use(flows, flow({**SUB, "flow": "toy.place"}))
    submit(flows)
    flows.work()
    assert "runs on this record already" in incidents(flows)[1]


# ---- pauses, jobs that come again
def test_a_paused_case_does_nothing_by_itself(flows: World, clock: Any) -> None:
    use(flows, flow(NOTE))
    ident = submit(flows)
    with flows.act("gm") as ctx:
        case = ctx.session.scalar(select(CaseRow.id))
        c.administer(ctx, case, "suspend")
    flows.work()
    assert runs(flows, ident) == 0
    with flows.act("gm") as ctx:
        c.administer(ctx, case, "resume")
    clock[0] += timedelta(minutes=2)
    flows.work()
    assert (runs(flows, ident), state(flows, ident)) == (1, "placed")


def test_a_card_that_waits_for_an_administrator_is_not_done_by_a_doubled_job(
    flows: World,
) -> None:
    use(flows, flow({**NOTE, "config": {"fail": "refuse"}}))
    submit(flows)
    CALLS.clear()
    flows.work()
    with flows.act(None) as ctx:
        job = ctx.session.scalar(select(OutboxRow).where(OutboxRow.topic == "core.workflow_step"))
        ctx.enqueue("core.workflow_step", dict(job.payload))
    flows.work()
    assert len(CALLS) == 1 and incidents(flows) == ["Not today."]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_before_or_after_the_effect_leaves_one_effect(
    flows: World, clock: Any, where: str
) -> None:
    use(flows, flow(NOTE))
    ident = submit(flows)
    CRASH[:] = [where]
    flows.work()
    CRASH.clear()
    assert (runs(flows, ident), state(flows, ident)) == (0, "waiting")
    clock[0] += timedelta(minutes=1)
    flows.work()
    assert (runs(flows, ident), state(flows, ident)) == (1, "placed")


def test_what_is_undone_is_undone_before_it_is_done_anew(
    flows: World, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(flows, flow(approve("a", "sm"), NOTE, approve("b", "gm")))
    ident = submit(flows)
    decide(flows, "sm")
    flows.work()
    undo = flows.registry.step_types["toy.note"].undo
    broken = [True]

    def fragile(*args: Any) -> None:
        if broken[0]:
            raise RuntimeError("not now")
        undo(*args)

    object.__setattr__(flows.registry.step_types["toy.note"], "undo", fragile)
    try:
        task, = inbox(flows, "gm")
        with flows.act("gm") as ctx:
            c.send_back(ctx, task.id, "a", "again")
        decide(flows, "sm")
        CALLS.clear()
        flows.work()
        assert CALLS == [] and runs(flows, ident) == 1
        broken[0] = False
        for _n in range(3):
            clock[0] += timedelta(minutes=3)
            flows.work()
    finally:
        object.__setattr__(flows.registry.step_types["toy.note"], "undo", undo)
    assert CALLS == ["run"] and runs(flows, ident) == 1 and len(inbox(flows, "gm")) == 1


def test_a_deadline_that_was_put_off_fires_later(flows: World, clock: Any) -> None:
    """The sweeper had asked for it, then the case was paused: its job must come again."""
    use(flows, flow({"key": "d", "type": "delay", "minutes": 30}))
    ident = submit(flows)
    clock[0] += timedelta(minutes=31)
    with flows.act("gm") as ctx:
        from core.workflow.work import sweep
        sweep(ctx.system(), {})
        case = ctx.session.scalar(select(CaseRow.id))
        c.administer(ctx, case, "suspend")
    flows.work()
    clock[0] += timedelta(minutes=5)
    with flows.act("gm") as ctx:
        c.administer(ctx, case, "resume")
    run_clock(flows)
    clock[0] += timedelta(minutes=1)
    run_clock(flows)
    assert state(flows, ident) == "placed"
    with flows.act(None) as ctx:
        assert ctx.session.scalars(select(TimerRow.state)).all() == ["fired"]


def test_a_day_off_moves_the_deadlines_that_run(flows: World, clock: Any) -> None:
    use(flows, flow(approve("a", "sm", due={"work_minutes": 960,
                                            "ladder": [{"at": 100, "do": "remind"}]})))
    submit(flows)

    def due() -> datetime:
        with flows.act(None) as ctx:
            return max(ctx.session.scalars(select(TimerRow.fire_at)))

    usual, adm = due(), flows.client("adm")
    off = {"day": (MONDAY + timedelta(days=1)).date().isoformat(), "hours": "",
           "note": "stock-taking"}
    page = adm.post("/admin/workdays", data={**off, "day": "soon", "hours": "9 to 5"})
    assert page.status_code == 422 and "08:00-12:00" in page.text and due() == usual
    assert "stock-taking" in adm.post("/admin/workdays", data=off, follow_redirects=True).text
    assert due() - usual == timedelta(days=1)
    with flows.act(None) as ctx:
        ident = ctx.session.scalar(select(CalendarDay.id))
    assert flows.client("b-adm").post(f"/admin/workdays/{ident}/usual").status_code == 404
    adm.post(f"/admin/workdays/{ident}/usual")
    assert due() == usual


def test_an_old_subflow_does_not_end_a_new_one(flows: World) -> None:
    below(flows, approve("b", "guest"))
    use(flows, flow(SUB))
    ident = submit(flows)
    flows.work()
    with flows.act("gm") as ctx:
        row = ctx.session.scalar(select(CaseRow).where(CaseRow.parent_token_id.is_(None)))
        token = ctx.session.scalar(select(TokenRow.id).where(TokenRow.case_id == row.id))
        c.administer(ctx, row.id, "retry", token=token)
    flows.work()
    assert incidents(flows) == [] and len(inbox(flows, "guest")) == 1
    decide(flows, "guest")
    flows.work()
    assert state(flows, ident) == "placed"
