"""When somebody leaves the company: her open tasks move on in the same transaction (§5.8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.context import Ctx
from core.workflow.case import Case, load_case
from core.workflow.consequences import follow
from core.workflow.marking import LIVE_TASK, Ask, Seat
from core.workflow.model import TaskRow
from core.workflow.people import people_of


def person_left(ctx: Ctx, person: int) -> int:
    """Move the open tasks of a person by the workflow's `on_leaver`; returns how many moved.

    "manager" (default) gives them to the nearest manager who may decide, {"role": key} to a
    holder of the role; where nobody is found the case stands still. To be called before or after
    the account is disabled, in that transaction. Cases are locked in order of their number.
    """
    cases = ctx.session.scalars(select(TaskRow.case_id).where(
        TaskRow.principal == person, TaskRow.done_at.is_(None), TaskRow.state.in_(LIVE_TASK),
        TaskRow.kind != "read",
    ).distinct().order_by(TaskRow.case_id)).all()
    ctx.cache.pop("workflow_people", None)
    return sum(_move(ctx, load_case(ctx, case_id), person) for case_id in cases)


def _move(ctx: Ctx, case: Case, person: int) -> int:
    moved = 0
    name = people_of(ctx).names.get(person, "")
    for task in list(case.m.tasks.values()):
        if task.principal != person or not task.live:
            continue
        node, token = case.plan.nodes[task.node], case.m.tokens[task.token]
        parked = task.state == "parked"
        heir = _heir(ctx, case, person, node)
        task.state, task.outcome = "cancelled", "moved"
        if heir is None:
            case.m.tell("task_cancelled", task.node, task.token, task.id, reason="left", was=name)
            case.engine.incident(token, "nobody")
            continue
        case.m.tell("acted", task.node, task.token, task.id, outcome="replace", to=heir, was=name)
        case.engine.open_task(node, token, Ask(
            Seat(heir, {"from": person}, "replace"), task.kind, task.seq, parked, task.id,
            task.seat))
        moved += 1
    follow(case, case.save(ctx.user_id))
    return moved


def _heir(ctx: Ctx, case: Case, person: int, node: Any) -> int | None:
    """Who takes over: active, allowed to decide, and not asked here already."""
    rule, people = case.plan.policy.get("on_leaver", "manager"), people_of(ctx)
    found = list(people.above(person))
    if isinstance(rule, dict):
        found = [p for p in people.roles.get(str(rule.get("role")), []) if p != person]
    barred = case.forbidden(node)
    asked = {t.principal for t in case.m.tasks.values() if t.node == node.key and t.live}
    return next((p for p in found if p not in barred and p not in asked), None)


