"""The inbox: tasks to do and to read, cases started and decided, several approvals at once."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Refused,
    TradewindError,
    _,
    cases,
    current_ctx,
    drawing,
    for_members,
    tasks_of,
)
from plugins.inbox.routes import (
    draw,
    inbox,
)

PAGE = 50
INBOX = {
    "todo": _("To do"),
    "read": _("For my information"),
    "started": _("Started by me"),
    "done": _("Decided by me"),
}


@inbox.get("/inbox", endpoint="inbox")
@for_members
def lists() -> Response:
    """My tasks over all plugins, by deadline."""
    ctx = current_ctx()
    tab = request.args.get("tab", "todo")
    tab = tab if tab in INBOX else "todo"
    number = request.args.get("page", "1")
    at = int(number) - 1 if number.isdigit() and 0 < int(number) < 10_000 else 0
    tasks, mine = [], []
    if tab in ("todo", "read"):
        kinds = ("read",) if tab == "read" else ("approve", "handle", "answer")
        tasks = tasks_of(ctx, PAGE + 1, kinds=kinds, offset=at * PAGE)
    else:
        mine = _my_cases(ctx, tab, at)
    return draw(
        "inbox.html",
        tab=tab,
        tabs=INBOX,
        tasks=tasks[:PAGE],
        cases=mine[:PAGE],
        more=len(tasks or mine) > PAGE,
        at=at,
        kinds=cases.KINDS,
        key=secrets.token_hex(8),
    )


def _my_cases(ctx: Ctx, tab: str, at: int) -> list[dict[str, Any]]:
    if tab == "started":
        which = cases.CaseRow.starter_id == ctx.user_id
    else:
        which = cases.CaseRow.id.in_(
            select(cases.TaskRow.case_id).where(
                cases.TaskRow.actor == ctx.user_id, cases.TaskRow.state == "done"
            )
        )
    query = (
        select(cases.CaseRow, cases.WorkflowRow)
        .join(cases.WorkflowRow, cases.WorkflowRow.id == cases.CaseRow.workflow_id)
        .where(which)
        .order_by(cases.CaseRow.id.desc())
        .offset(at * PAGE)
        .limit(PAGE + 1)
    )
    return [
        {"row": row, "workflow": cases.words(flow.label), "state": cases.CASE_STATES[row.state]}
        for row, flow in ctx.session.execute(query)
    ]


@inbox.post("/inbox/approve", endpoint="bulk")
@for_members
def approve_many() -> Response:
    """Approve several tasks; each on its own, and those that could not be are named."""
    ctx = current_ctx()
    ids = [int(i) for i in request.form.getlist("task") if i.isdigit()][:PAGE]
    key, done = request.form.get("key", ""), 0
    for ident in ids:
        try:
            with ctx.session.begin_nested():
                task = ctx.session.get(cases.TaskRow, ident)
                if task is None or not _bulk(ctx, task):
                    raise Refused(_("This task must be opened to decide it."))
                cases.commands.decide(ctx, ident, "approve", key=f"{key}-{ident}" if key else None)
            done += 1
        except TradewindError as error:
            flash(" ".join(drawing.reasons_of(error)), "bad")
    if done:
        flash(str(_("%(n)s approved.", n=done)))
    elif not ids:
        flash(str(_("Choose at least one task.")), "bad")
    return drawing.go(url_for("inbox.inbox"))


def _bulk(ctx: Ctx, task: cases.TaskRow) -> bool:
    row = ctx.session.get(cases.CaseRow, task.case_id)
    node = cases.plan_of(ctx, row).nodes[task.node] if row else None
    return (
        task.kind == "approve"
        and node is not None
        and not node.option("fields")
        and (not node.option("no_bulk"))
    )
