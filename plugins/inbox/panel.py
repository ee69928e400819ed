"""The workflow of a record, for the record's own page: where it stands and who has it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from core.api import Ctx, Panel, cases, tasks_of
from plugins.inbox.way import case_tree, flat

SHOWN = 3
PANEL = "inbox.case"


def panels_of(ctx: Ctx, record: Any) -> list[Panel]:
    """The newest cases of a record as boxes, the newest first; only live ones show their way."""
    rows = ctx.session.execute(
        select(cases.CaseRow, cases.WorkflowRow)
        .join(cases.WorkflowRow, cases.WorkflowRow.id == cases.CaseRow.workflow_id)
        .where(cases.CaseRow.record_key == record.key, cases.CaseRow.record_id == record.id)
        .order_by(cases.CaseRow.id.desc())
        .limit(SHOWN)
    ).all()
    tasks = (
        {t.record_id: t.url for t in tasks_of(ctx, 200) if t.record_key == record.key}
        if any(case.ended_at is None for case, _flow in rows)
        else {}
    )
    return [
        _panel(ctx, n, case, cases.words(flow.label), tasks.get(record.id, ""))
        for n, (case, flow) in enumerate(rows)
    ]


def _panel(ctx: Ctx, n: int, case: cases.CaseRow, label: str, task: str) -> Panel:
    """One case; `task` is the address of the user's own open task in it."""
    live = case.ended_at is None
    return Panel(
        f"{PANEL}.{case.id}",
        label,
        template="inbox/_record.html",
        sequence=n,
        url=url_for("inbox.case", case_id=case.id),
        colour="red" if case.state == "incident" else "blue" if live else "grey",
        data={
            "id": case.id,
            "state": cases.CASE_STATES[case.state],
            "path": flat(case_tree(ctx, case, cases.plan_of(ctx, case))) if live else [],
            "mine": live and case.starter_id == ctx.user_id,
            "task": task if live else "",
        },
    )
