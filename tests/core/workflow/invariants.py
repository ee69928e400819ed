"""What must hold of a case in the tables after every act (WORKFLOW §5.15)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from core.api import OutboxRow, find
from core.workflow.case import broken_link, load_case
from core.workflow.marking import OPEN_TASK
from core.workflow.model import CaseEvent, CaseRow, Incident, MessageRow, TaskRow, TimerRow
from tests.core.toy import Purchase
from tests.core.workflow.folding import Told, standing


def history(ctx: Any, row: CaseRow, tokens: list[Any], tasks: list[Any]) -> None:
    """(4) no hole, chain whole, and the events alone rebuild the tables."""
    assert broken_link(ctx, row.id) is None
    told = Told()
    events = ctx.session.scalars(select(CaseEvent).where(
        CaseEvent.case_id == row.id).order_by(CaseEvent.seq)).all()
    assert [e.seq for e in events] == list(range(1, row.event_seq + 1))
    for event in events:
        told.add(event.type, event.node, event.token, event.task, event.data)
    assert told.stands() == standing(tokens, tasks)
    assert told.ended == (row.state if row.ended_at else None)


def something_waits(ctx: Any, row: CaseRow, tokens: list[Any], tasks: list[Any]) -> None:
    """(1–3) running iff a live token, each with something that will move it on."""
    live = {t.id: t for t in tokens if t.state in ("active", "waiting")}
    children = Counter(t.parent for t in live.values())
    assert (row.ended_at is None) is bool(live)
    for task in tasks:
        if task.state in ("open", "claimed", "parked") and task.kind != "read":
            token = live[task.token]
            assert token.state == "active" and token.node == task.node
            assert token.generation == task.generation
    plan = load_case(ctx, row.id, lock=False).plan
    for token in live.values():
        assert token.parent is None or live[token.parent].state == "waiting", "a zombie"
        if token.state == "waiting":
            assert children[token.id] + token.settled >= token.needed > token.settled
            continue
        kind = plan.nodes[token.node].type
        if token.data.get("stuck"):
            waits = select(Incident.id).where(
                Incident.token == token.id, Incident.resolved_at.is_(None))
        elif kind in ("approve", "handle"):
            waits = select(TaskRow.id).where(
                TaskRow.token == token.id, TaskRow.state.in_(OPEN_TASK))
        elif kind == "delay":
            waits = select(TimerRow.id).where(
                TimerRow.token == token.id, TimerRow.state == "waiting")
        else:
            waits = select(OutboxRow.id).where(
                OutboxRow.state.in_(("new", "failed")),
                OutboxRow.payload["token"].as_integer() == token.id)
            if kind == "wait":
                message = select(MessageRow.id).where(MessageRow.token == token.id)
                waits = message if ctx.session.scalar(message) else waits
        assert ctx.session.scalar(waits.limit(1)) is not None, f"nothing moves {token.node} on"


def votes(row: CaseRow, tasks: list[TaskRow]) -> None:
    """(6) nobody who may not has decided, and nobody twice in one vote."""
    cast = [t for t in tasks if t.kind == "approve" and t.state == "done"
            and t.outcome in ("approve", "reject")]
    assert not any(t.actor == row.starter_id for t in cast)
    seats = Counter((t.token, t.node, t.generation, t.actor) for t in cast)
    shared = Counter((t.token, t.node, t.generation, t.actor, t.seat) for t in cast)
    assert all(seats[k[:4]] == 1 or len({s for s in shared if s[:4] == k[:4]}) == 1
               for k in shared)


def once(ctx: Any, row: CaseRow) -> None:
    """(7) each rung and each automatic card took effect once, what was undone is undone."""
    rungs = Counter(ctx.session.execute(select(
        CaseEvent.token, CaseEvent.data["rung"].as_integer(), CaseEvent.node, TimerRow.id
    ).join(TimerRow, (TimerRow.token == CaseEvent.token) & (
        TimerRow.rung == CaseEvent.data["rung"].as_integer()) & (
        TimerRow.fired_at == CaseEvent.at)).where(
        CaseEvent.case_id == row.id, CaseEvent.type == "fired")).all())
    assert all(n == 1 for n in rungs.values())
    kinds = Counter(ctx.session.scalars(select(CaseEvent.type).where(
        CaseEvent.case_id == row.id, CaseEvent.type.in_(("step_done", "undo")))))
    undone = len(ctx.session.scalars(select(OutboxRow.id).where(
        OutboxRow.topic == "core.workflow_undo", OutboxRow.state == "done",
        OutboxRow.payload["case"].as_integer() == row.id,
        OutboxRow.key.is_not(None))).all())
    runs = (find(ctx, Purchase, row.record_id).custom or {}).get("runs", 0)
    assert runs == kinds["step_done"] - undone, (runs, kinds, undone)
    assert undone <= kinds["undo"] <= kinds["step_done"]
