"""Guards of deadlines, moves and votes that no other test would miss."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import NotFound
from core.testing import World
from core.workflow.marking import Task
from core.workflow.model import CaseRow, TimerRow
from core.workflow.moving import move_case
from core.workflow.publishing import create_workflow, publish, workflow_by_key
from core.workflow.timers import recompute
from core.workflow.votes import result
from core.worktime import CalendarDay
from tests.core.workflow.conftest import flow, submit, use
from tests.core.workflow.test_cases import inbox
from tests.core.workflow.test_machines import LADDER, MONDAY, fired, person, run_clock


@pytest.fixture
def clock(flows: World) -> Any:
    now = [MONDAY]
    flows.platform.clock = lambda: now[0]
    return now


def approve(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "who": person(name), **more}


def test_an_escalation_passes_over_the_starter(flows: World, clock: Any) -> None:
    """The nearest superior asked for it herself: the next one decides (DOMAIN §6)."""
    use(flows, flow(approve("a", "rep", due=LADDER)))
    submit(flows, "sm")
    clock[0] = MONDAY + timedelta(days=3)
    run_clock(flows)
    assert fired(flows) == ["escalate"]
    assert inbox(flows, "sm") == inbox(flows, "rep") == [] and len(inbox(flows, "gm")) == 1


def test_a_day_off_leaves_what_runs_by_the_clock(flows: World, clock: Any) -> None:
    use(flows, flow({"key": "d", "type": "delay", "minutes": 2 * 1440}))
    submit(flows)

    def due() -> datetime:
        with flows.act(None) as ctx:
            return ctx.session.scalars(select(TimerRow.fire_at)).one()

    before = due()
    with flows.act("gm") as ctx:
        day = (MONDAY + timedelta(days=1)).date()
        ctx.session.add(CalendarDay(company_id=ctx.company.id, day=day, hours="", note="off"))
        ctx.session.flush()
        recompute(ctx)
    assert due() == before


def test_a_deadline_follows_its_card_to_another_name(flows: World, clock: Any) -> None:
    use(flows, flow(approve("a", "sm", due=LADDER)))
    submit(flows)
    use(flows, flow(approve("z", "sm", due=LADDER)))
    with flows.act("gm") as ctx:
        version = workflow_by_key(ctx, "toy.place").active_version_id
        assert move_case(ctx, ctx.session.scalar(select(CaseRow.id)), version, {"a": "z"})
    clock[0] = MONDAY.replace(hour=11, minute=1)
    run_clock(flows)
    assert fired(flows) == ["remind"]


def test_a_case_never_moves_to_a_version_of_another_workflow(flows: World) -> None:
    submit(flows)
    with flows.act("gm") as ctx:
        other = create_workflow(ctx, "toy.other", {"en": "Other"}, "toy.purchase",
                                definition=flow({"key": "boss", "type": "approve",
                                                 "who": [{"rule": "manager"}]}))
        publish(ctx, other)
        with pytest.raises(NotFound):
            move_case(ctx, ctx.session.scalar(select(CaseRow.id)), other.active_version_id)


def test_who_was_spared_because_she_has_agreed_before_counts_for_it() -> None:
    seats = [Task(1, 1, "a", 0, seat=1, state="skipped", outcome="approve"),
             Task(2, 1, "a", 0, seat=2, state="done", outcome="approve"),
             Task(3, 1, "a", 0, seat=3, state="open")]
    assert result(seats, {"mode": "count", "k": 2}) is True
    seats[0].outcome = None  # left out: no voice
    assert result(seats, {"mode": "count", "k": 2}) is None
