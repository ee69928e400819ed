"""The history of a case: its chain of hashes, and words for what happened."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Ctx
from core.workflow.case import digest
from core.workflow.model import CaseEvent


def broken_link(ctx: Ctx, case_id: int) -> int | None:
    """The number of the first event that does not fit the chain, None if the chain is whole."""
    previous, expected = "", 0
    for row in ctx.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    ):
        expected += 1
        content = [previous, case_id, row.seq, row.type, row.node, row.token, row.task,
                   row.actor_id, row.data]
        if row.seq != expected or digest(content) != row.hash:
            return expected
        previous = row.hash
    return None
