"""Deadlines and delays: a rung fires once; after downtime only the highest due one (§5.9)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sqlalchemy import select

from core.context import Ctx
from core.errors import Conflict, Refused
from core.i18n import _
from core.workflow.case import Case, load_case
from core.workflow.consequences import Following, follow, task_url
from core.workflow.marking import OPEN_TASK, Task
from core.workflow.model import CaseRow, TimerRow
from core.workflow.people import people_of
from core.worktime import calendar_of

AUTOMATIC = {"auto_approve": "approve", "auto_reject": "reject", "auto_return": "return"}


def sweep(ctx: Ctx, _payload: dict[str, Any]) -> dict[str, Any]:
    """Ask for one job for each case with a due timer; the last due one and its time are the key."""
    rows = ctx.session.execute(
        select(TimerRow.case_id, TimerRow.id, TimerRow.fire_at)
        .join(CaseRow, CaseRow.id == TimerRow.case_id)
        .where(TimerRow.state == "waiting", TimerRow.fire_at <= ctx.now,
               CaseRow.state != "suspended").order_by(TimerRow.case_id, TimerRow.id)
    ).all()
    for case_id, group in groupby(rows, key=lambda row: row[0]):
        _case, last, at = list(group)[-1]
        ctx.enqueue("core.workflow_timer", {"case": case_id},
                    key=f"workflow-timer-{last}-{at.timestamp():.0f}")
    return {"due": len(rows)}


def fire(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Fire what is due in one case, under its lock."""
    try:
        case = load_case(ctx, payload["case"])
    except Conflict:
        return {"fired": 0}
    if case.m.state == "suspended":
        return {"fired": 0}
    due = list(ctx.session.scalars(select(TimerRow).where(
        TimerRow.case_id == case.row.id, TimerRow.state == "waiting", TimerRow.fire_at <= ctx.now
    ).order_by(TimerRow.token, TimerRow.fire_at, TimerRow.rung)))
    fired = 0
    for token_id, group in groupby(due, key=lambda timer: timer.token):
        timers = list(group)
        for timer in timers:
            timer.state, timer.fired_at = "fired" if timer.kind == "due" else "missed", ctx.now
        rungs = [timer for timer in timers if timer.kind != "due"]
        token = case.m.tokens.get(token_id)
        if not rungs or token is None or token.state != "active" or token.node != rungs[-1].node:
            continue
        rungs[-1].state = "fired"
        fired += 1
        _act(case, rungs[-1], late=len(rungs) > 1)
    follow(case, case.save(None))
    return {"fired": fired}


def _act(case: Case, timer: TimerRow, late: bool) -> None:
    case.m.tell("fired", timer.node, timer.token, what=timer.kind, late=late, rung=timer.rung)
    if timer.kind == "delay":
        case.engine.elapsed(timer.token)
    elif timer.kind in AUTOMATIC:
        case.engine.automatic(timer.token, AUTOMATIC[timer.kind])
    else:
        tasks = [t for t in list(case.m.tasks.values())
                 if t.token == timer.token and t.state in OPEN_TASK and t.kind != "read"]
        for task in tasks:
            superior = _superior(case, task, timer) if timer.kind == "escalate" else None
            if superior is None or not _escalated(case, task, superior):
                _remind(case, task)


def _superior(case: Case, task: Task, timer: TimerRow) -> int | None:
    """The one named by the rung, else the nearest manager of the person who was asked.

    A rung's rule "manager" counts from that person up, not from the starter.
    """
    node, people = case.plan.nodes[task.node], people_of(case.ctx)
    barred, rule = case.forbidden(node), timer.data.get("to") or {"rule": "manager"}
    below = task.principal or next(iter(people.roles.get(task.pool or "", [])), 0)
    if rule["rule"] == "manager":
        found: list[int | None] = list(people.above(below)[int(rule.get("level", 1)) - 1:])
    else:
        token = case.m.tokens[task.token]
        found = [s.person for s in case.finder.by_rule(rule, node, token)]
    return next((p for p in found if p not in barred and p != task.principal), None)


def _escalated(case: Case, task: Task, superior: int) -> bool:
    try:
        case.engine.hand_over(task.id, superior, 0, "", origin="escalate")
    except Refused:
        return False  # she is asked here already
    return True


def _remind(case: Case, task: Task) -> None:
    text = _("Reminder: %(record)s (%(card)s) is waiting for you",
             record=case.row.label, card=case.plan.label(task.node))
    shared = people_of(case.ctx).roles.get(task.pool or "", [])
    people = [task.principal] if task.principal else shared
    Following(case).tell(people, text, task_url(task.id))


def recompute(ctx: Ctx) -> int:
    """Set all waiting deadlines anew after the company's calendar changed."""
    ctx.cache.pop("work_calendar", None)
    calendar, count = calendar_of(ctx), 0
    for timer in ctx.session.scalars(select(TimerRow).where(
        TimerRow.state == "waiting", TimerRow.working
    )):
        timer.fire_at = calendar.add_working_minutes(timer.started_at, timer.minutes)
        count += 1
    ctx.session.flush()
    return count
