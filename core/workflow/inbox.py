"""What waits for a person: her own tasks, those of her roles and of whom she stands in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, union_all
from sqlalchemy.orm import load_only

from core.context import Ctx
from core.workflow.case import plan_of
from core.workflow.marking import OPEN_TASK
from core.workflow.model import CaseRow, TaskRow, WorkflowRow
from core.workflow.people import acts_for, people_of
from core.workflow.plan import words

_OF_TASK = (TaskRow.kind, TaskRow.node, TaskRow.principal, TaskRow.state, TaskRow.pool,
            TaskRow.created_at, TaskRow.due_at)
_OF_CASE = (CaseRow.label, CaseRow.starter_id, CaseRow.record_key, CaseRow.record_id,
            CaseRow.row_version, CaseRow.checksum, CaseRow.version_id)


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


def _lists(ctx: Ctx) -> list[ColumnElement[bool]]:
    """Open tasks that the user may act on: her own (and of whom she stands in for), and shared.

    Two conditions and not one, so that each walks along its own index.
    """
    me = ctx.user_id or 0
    open_now = and_(TaskRow.done_at.is_(None), TaskRow.state.in_(OPEN_TASK))
    own = and_(TaskRow.principal.in_([me, *acts_for(ctx, me)]), open_now)
    roles = list(ctx.member.roles) if ctx.member else []
    if not roles:
        return [own]
    own_request = and_(TaskRow.kind == "approve", TaskRow.case_id.in_(
        select(CaseRow.id).where(CaseRow.starter_id == me, CaseRow.ended_at.is_(None))))
    free = or_(TaskRow.actor.is_(None), TaskRow.actor == me)
    return [own, and_(TaskRow.pool.in_(roles), open_now, TaskRow.principal.is_(None), free,
                      not_(own_request))]


def tasks_of(ctx: Ctx, limit: int, *, kinds: tuple[str, ...] = ("approve", "handle", "answer"),
             offset: int = 0) -> list[InboxTask]:
    """The user's open tasks over all plugins, the most urgent first."""
    if ctx.user_id is None:
        return []
    urgent = (TaskRow.due_at.asc().nulls_last(), TaskRow.id)
    parts = [select(TaskRow.id).where(condition, TaskRow.kind.in_(kinds)).order_by(*urgent).limit(
        offset + limit).subquery() for condition in _lists(ctx)]
    found = union_all(*(select(part.c.id) for part in parts)).subquery()
    # joined, not IN: SQLite would walk through all tasks of the company
    rows = ctx.session.execute(
        select(TaskRow, CaseRow, WorkflowRow).join(found, found.c.id == TaskRow.id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .join(WorkflowRow, WorkflowRow.id == CaseRow.workflow_id)
        .options(load_only(*_OF_TASK), load_only(*_OF_CASE), load_only(WorkflowRow.label))
        .order_by(*urgent).limit(limit).offset(offset))
    return [_line(ctx, *row) for row in rows]


def _line(ctx: Ctx, task: TaskRow, case: CaseRow, workflow: WorkflowRow) -> InboxTask:
    names, plan = people_of(ctx).names, plan_of(ctx, case)
    node = plan.nodes.get(task.node)
    fields: dict[str, Any] = node.option("fields", {}) if node else {}
    principal = task.principal if task.principal not in (None, ctx.user_id) else None
    return InboxTask(
        id=task.id, kind=task.kind, card=plan.label(task.node), record=case.label,
        url=f"/inbox/{task.id}", workflow=words(workflow.label),
        starter=names.get(case.starter_id or 0, ""), record_key=case.record_key,
        record_id=case.record_id, created_at=task.created_at, due_at=task.due_at,
        overdue=task.due_at is not None and task.due_at < ctx.now,
        claimed=task.state == "claimed", shared=task.pool is not None,
        waiting_for=names.get(principal or 0, ""), row_version=case.row_version,
        bulk=task.kind == "approve" and not fields and not (node and node.option("no_bulk")),
    )


def task_count(ctx: Ctx, highest: int = 99) -> int:
    """How many tasks wait for the user, counted to `highest` + 1."""
    if ctx.user_id is None:
        return 0
    wanted = (
        select(TaskRow.id).where(condition, TaskRow.kind != "read").limit(highest + 1)
        for condition in _lists(ctx)
    )
    counts = [
        select(func.count()).select_from(query.subquery()).scalar_subquery() for query in wanted
    ]
    found = ctx.session.execute(select(*counts), execution_options={"outside_the_wall": True})
    return min(sum(found.one()), highest + 1)
