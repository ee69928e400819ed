"""The workflow of a record, for the record's own page: where it stands and who has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.context import Ctx
from core.workflow.case import plan_of
from core.workflow.inbox import tasks_of
from core.workflow.model import CaseRow, WorkflowRow
from core.workflow.plan import words
from core.workflow.view import ViewCard, case_tree, flat

SHOWN = 3


@dataclass(frozen=True)
class CasePanel:
    """One case of a record; `task` is the user's own open task in it."""

    id: int
    workflow: str
    state: str
    live: bool
    path: list[ViewCard]
    mine: bool
    task: str


def startable(ctx: Ctx, record: Any) -> list[tuple[str, str]]:
    """Workflows without gate and event that the user may start on a record: (key, label).

    Who may change the record may start them; one that runs on it already is not offered.
    """
    if record.archived_at is not None or not ctx.can(f"{record.key}.write"):
        return []
    live = select(CaseRow.workflow_id).where(
        CaseRow.record_key == record.key, CaseRow.record_id == record.id,
        CaseRow.ended_at.is_(None))
    rows = ctx.session.scalars(select(WorkflowRow).where(
        WorkflowRow.record_key == record.key, WorkflowRow.enabled, WorkflowRow.gate.is_(None),
        WorkflowRow.event.is_(None), WorkflowRow.active_version_id.is_not(None),
        WorkflowRow.id.not_in(live)).order_by(WorkflowRow.id))
    return [(row.key, words(row.label)) for row in rows]


def cases_of(ctx: Ctx, record: Any) -> list[CasePanel]:
    """The newest cases of a record, the newest first; only live ones show their way."""
    rows = ctx.session.execute(
        select(CaseRow, WorkflowRow).join(WorkflowRow, WorkflowRow.id == CaseRow.workflow_id)
        .where(CaseRow.record_key == record.key, CaseRow.record_id == record.id)
        .order_by(CaseRow.id.desc()).limit(SHOWN)
    ).all()
    tasks = {t.record_id: t.url for t in tasks_of(ctx, 200) if t.record_key == record.key} if any(
        case.ended_at is None for case, _flow in rows) else {}
    found = []
    for case, flow in rows:
        live = case.ended_at is None
        path = flat(case_tree(ctx, case, plan_of(ctx, case))) if live else []
        found.append(CasePanel(
            case.id, words(flow.label), case.state, live, path,
            live and case.starter_id == ctx.user_id, tasks.get(record.id, "") if live else ""))
    return found
