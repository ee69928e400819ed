"""Small tasks on a record for people: given by one step, done by the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.api import Activity, Ctx


def ask_people(
    ctx: Ctx, record: Any, people: Iterable[int], text: object, days: int = 1, kind: str = "todo"
) -> None:
    """Put a task on everybody's list, due in `days`; the record is where it is done."""
    for person in people:
        ctx.session.add(
            Activity(
                company_id=ctx.company.id,
                record_key=record.key,
                record_id=record.id,
                kind=kind,
                summary=str(text)[:300],
                user_id=person,
                due=ctx.today + timedelta(days=days),
                created_by_id=ctx.user_id,
                created_at=ctx.now,
            )
        )


def finish_tasks(ctx: Ctx, record: Any) -> None:
    """The work went on: what was asked before on this record is done."""
    query = select(Activity).where(
        Activity.record_key == record.key,
        Activity.record_id == record.id,
        Activity.done_at.is_(None),
        Activity.kind == "todo",
    )
    for task in ctx.session.scalars(query):
        task.done_at = ctx.now
