"""What waits for a person: her own tasks, those of her roles and of whom she stands in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.context import Ctx
from core.workflow.case import plan_of
from core.workflow.marking import OPEN_TASK
from core.workflow.model import CaseRow, TaskRow, WorkflowRow
from core.workflow.people import acts_for, people_of
from core.workflow.plan import words


@dataclass(frozen=True)
class InboxTask:
    """A line of the inbox. `waiting_for` names the person for whom the user stands in."""

    id: int
    kind: str
    card: str
    record: str
    url: str
    workflow: str
    starter: str
    record_key: str
    record_id: int
    created_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed: bool
    shared: bool
    waiting_for: str
    bulk: bool
    row_version: int

    @property
    def text(self) -> str:
        """What the home page calls it."""
        return self.record

    @property
    def hint(self) -> str:
        """What is asked, and by whom."""
        return f"{self.card} · {self.starter}" if self.starter else self.card

    @property
    def due(self) -> datetime | None:
        return self.due_at

    @property
    def late(self) -> bool:
        return self.overdue


def mine(ctx: Ctx) -> ColumnElement[bool]:
    """Open tasks that the user may act on."""
    me = ctx.user_id or 0
    roles = list(ctx.member.roles) if ctx.member else []
    people = [me, *acts_for(ctx, me)]
    shared = and_(TaskRow.principal.is_(None), TaskRow.pool.in_(roles),
                  or_(TaskRow.actor.is_(None), TaskRow.actor == me))
    own_request = and_(TaskRow.kind == "approve", TaskRow.pool.is_not(None),
                       CaseRow.starter_id == me)
    return and_(TaskRow.state.in_(OPEN_TASK), or_(TaskRow.principal.in_(people), shared),
                ~func.coalesce(own_request, False))


def tasks_of(ctx: Ctx, limit: int, *, kinds: tuple[str, ...] = ("approve", "handle", "answer"),
             offset: int = 0) -> list[InboxTask]:
    """The user's open tasks over all plugins, the most urgent first."""
    if ctx.user_id is None:
        return []
    query = (
        select(TaskRow, CaseRow, WorkflowRow).join(CaseRow, CaseRow.id == TaskRow.case_id)
        .join(WorkflowRow, WorkflowRow.id == CaseRow.workflow_id)
        .where(mine(ctx), TaskRow.kind.in_(kinds))
        .order_by(TaskRow.due_at.asc().nulls_last(), TaskRow.id).offset(offset).limit(limit)
    )
    names = people_of(ctx).names
    found = []
    for task, case, workflow in ctx.session.execute(query):
        plan = plan_of(ctx, case)
        node = plan.nodes.get(task.node)
        fields: dict[str, Any] = node.option("fields", {}) if node else {}
        principal = task.principal if task.principal not in (None, ctx.user_id) else None
        found.append(InboxTask(
            id=task.id, kind=task.kind, card=plan.label(task.node), record=case.label,
            url=f"/inbox/{task.id}", workflow=words(workflow.label),
            starter=names.get(case.starter_id or 0, ""), record_key=case.record_key,
            record_id=case.record_id, created_at=task.created_at, due_at=task.due_at,
            overdue=task.due_at is not None and task.due_at < ctx.now,
            claimed=task.state == "claimed", shared=task.pool is not None,
            waiting_for=names.get(principal or 0, ""), row_version=case.row_version,
            bulk=task.kind == "approve" and not fields and not (node and node.option("no_bulk")),
        ))
    return found


def task_count(ctx: Ctx, highest: int = 99) -> int:
    """How many tasks wait for the user, counted to `highest` + 1."""
    if ctx.user_id is None:
        return 0
    inner = (
        select(TaskRow.id).join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(mine(ctx), TaskRow.kind != "read").limit(highest + 1).subquery()
    )
    return int(ctx.session.scalar(
        select(func.count()).select_from(inner), execution_options={"outside_the_wall": True}
    ) or 0)
