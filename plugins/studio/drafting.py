"""Editing a draft with undo and redo; every change is kept with who made it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from core.api import Ctx, Refused, _, design
from plugins.studio.records import Edit

MOST_EDITS = 200


def change(ctx: Ctx, workflow: Any, definition: dict[str, Any], what: str, **data: Any) -> None:
    """Keep a changed draft; what was undone before can no longer be redone."""
    before = design.draft_of(ctx, workflow).definition
    if before == definition:
        return
    ctx.session.execute(
        delete(Edit).where(Edit.workflow_id == workflow.id, Edit.undone,
                           Edit.version_id.is_(None)),
        execution_options={"synchronize_session": False},
    )
    ctx.session.add(Edit(
        company_id=ctx.company.id, workflow_id=workflow.id, what={"op": what, **data},
        before=before, after=definition, by_id=ctx.user_id, at=ctx.now,
    ))
    design.save_draft(ctx, workflow, definition)


def next_edit(ctx: Ctx, workflow: Any, *, undone: bool) -> Edit | None:
    """What undo (or, of those `undone`, redo) would turn to; None if there is nothing."""
    order = Edit.id.asc() if undone else Edit.id.desc()
    query = select(Edit).where(Edit.workflow_id == workflow.id, Edit.undone.is_(undone),
                               Edit.version_id.is_(None))
    found: Edit | None = ctx.session.scalar(query.order_by(order).limit(1))
    return found


def undo(ctx: Ctx, workflow: Any) -> None:
    """Take the last change of the draft back."""
    edit = next_edit(ctx, workflow, undone=False)
    if edit is None:
        raise Refused(_("There is nothing to undo."))
    edit.undone = True
    design.save_draft(ctx, workflow, edit.before)


def redo(ctx: Ctx, workflow: Any) -> None:
    """Do again what was undone."""
    edit = next_edit(ctx, workflow, undone=True)
    if edit is None:
        raise Refused(_("There is nothing to redo."))
    edit.undone = False
    design.save_draft(ctx, workflow, edit.after)


def history(ctx: Ctx, workflow: Any, most: int = MOST_EDITS) -> list[Edit]:
    """Who changed what, newest first: the draft's changes and those of published versions."""
    query = select(Edit).where(Edit.workflow_id == workflow.id, Edit.undone.is_(False))
    return list(ctx.session.scalars(query.order_by(Edit.id.desc()).limit(most)))


def close(ctx: Ctx, workflow: Any, version: Any) -> None:
    """After publishing the changes belong to the version; they are kept, but not undone."""
    mine = Edit.workflow_id == workflow.id, Edit.version_id.is_(None)
    silent = {"synchronize_session": False}
    ctx.session.execute(delete(Edit).where(*mine, Edit.undone), execution_options=silent)
    ctx.session.execute(update(Edit).where(*mine).values(version_id=version.id),
                        execution_options=silent)
