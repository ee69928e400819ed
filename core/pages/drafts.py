"""Drafts: what somebody typed into a form and has not saved, kept for her alone and offered back.

They live in the database, not in the browser: nothing of it stays on a shared computer, and it
comes back after a crash, a sign-out, or at another desk.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import jsonify, request
from sqlalchemy import delete, select

from core.context import Ctx
from core.errors import Invalid
from core.i18n import _
from core.layout import form_of
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import pages, readable_class
from core.pages.forms import faults_so_far
from core.pages.saved import Draft
from core.query import find

KEPT_DAYS = 30
LONGEST = 400_000  # characters; a form of a thousand lines has fewer
NOT_TYPED = ("csrf_token", "_changed")


def draft_of(ctx: Ctx, record: str, ident: int | None) -> Draft | None:
    """The user's own draft of a record (None: of a new one) that is not too old."""
    found: Draft | None = ctx.session.scalar(select(Draft).where(
        Draft.user_id == ctx.user_id, Draft.record == record, Draft.record_id == (ident or 0),
        Draft.at > ctx.now - timedelta(days=KEPT_DAYS),
    ))
    return found


def drop_draft(ctx: Ctx, record: str, ident: int | None) -> None:
    """What was typed is saved or no longer wanted."""
    ctx.session.execute(delete(Draft).where(
        Draft.user_id == ctx.user_id, Draft.record == record, Draft.record_id == (ident or 0)
    ), execution_options={"synchronize_session": False})


@pages.post("/r/<record>/draft", endpoint="draft")
@for_members
def keep(record: str) -> Any:
    """Keep what is typed in a form (`ident`: of this record); with `drop` forget it.

    Answers what is wrong so far: {name of the input: [what to do]}.
    """
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    ident = request.args.get("ident", type=int)
    ctx.require(f"{record}.{'write' if ident else 'create'}")
    row = find(ctx, cls, ident) if ident else None
    if "drop" in request.args:
        drop_draft(ctx, record, ident)
        return jsonify(ok=True)
    pairs = [[name, value] for name, value in request.form.items(multi=True)
             if name not in NOT_TYPED]
    if sum(len(value) for _name, value in pairs) > LONGEST:
        raise Invalid([_("This is too long to be kept as a draft. Save it.")])
    with ctx.session.no_autoflush:
        faults = faults_so_far(ctx, form_of(ctx, cls, row), request.form)
    kept = ctx.session.scalar(select(Draft).where(
        Draft.user_id == ctx.user_id, Draft.record == record, Draft.record_id == (ident or 0)))
    if kept is None:
        kept = Draft(company_id=ctx.company.id, user_id=ctx.user_id or 0, record=record,
                     record_id=ident or 0, at=ctx.now)
        ctx.session.add(kept)
        ctx.session.execute(delete(Draft).where(
            Draft.user_id == ctx.user_id, Draft.at < ctx.now - timedelta(days=KEPT_DAYS)
        ), execution_options={"synchronize_session": False})
    kept.pairs, kept.at = pairs, ctx.now
    return jsonify(ok=True, faults=faults)
