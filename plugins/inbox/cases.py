"""The page of a case: its way, people and history, and what an administrator may do."""

from __future__ import annotations

import secrets

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core.api import (
    NotFound,
    _,
    cases,
    current_ctx,
    drawing,
    for_members,
    may_read,
    needs,
)
from plugins.inbox.history import told
from plugins.inbox.routes import draw, form_comment, form_key, form_people, inbox, involved, name_of
from plugins.inbox.way import case_tree


@inbox.get("/cases/<int:case_id>", endpoint="case")
@for_members
def case_page(case_id: int) -> Response:
    """A running or ended case: its way, people and history."""
    ctx = current_ctx()
    row = ctx.session.get(cases.CaseRow, case_id)
    if row is None:
        raise NotFound(_("This case does not exist."))
    if not may_read(ctx, row.record_key):
        involved(ctx, row)
    plan = cases.plan_of(ctx, row)
    return draw(
        "case.html",
        case=row,
        tree_cards=case_tree(ctx, row, plan),
        history=told(ctx, row.id, plan),
        workflow=name_of(ctx, row),
        state=cases.CASE_STATES[row.state],
        key=secrets.token_hex(8),
        starter=cases.people_of(ctx).names.get(row.starter_id or 0, ""),
        mine=row.starter_id == ctx.user_id and row.ended_at is None,
        admin=ctx.can("core.workflow.admin") and row.ended_at is None,
    )


@inbox.post("/cases/<int:case_id>/withdraw", endpoint="withdraw")
@for_members
def withdraw(case_id: int) -> Response:
    """The starter takes the case back."""
    ctx = current_ctx()
    cases.commands.withdraw(ctx, case_id, key=form_key())
    flash(str(_("Withdrawn.")))
    return drawing.go(url_for("inbox.case", case_id=case_id))


@inbox.post("/cases/<int:case_id>/admin", endpoint="administer")
@needs("core.workflow.admin")
def administer(case_id: int) -> Response:
    """Cancel, pause, resume, retry, skip or assign."""
    ctx = current_ctx()
    token = request.form.get("token", "")
    cases.commands.administer(
        ctx,
        case_id,
        request.form.get("do", ""),
        token=int(token) if token.isdigit() else None,
        reason=form_comment(),
        people=form_people(),
        key=form_key(),
    )
    flash(str(_("Done.")))
    if request.form.get("back") == "desk":
        return drawing.go(url_for("inbox.incidents"))
    return drawing.go(url_for("inbox.case", case_id=case_id))
