"""What tests of the exchange start from: workbooks, and batches that the worker has done."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from sqlalchemy import select

from core.api import record_class
from core.testing import World
from plugins.exchange.mapping import guess
from plugins.exchange.records import Batch
from plugins.exchange.running import choose_columns, start_batch


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with the rows on its first sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def prepared(
    world: World, record: str, rows: Sequence[Sequence[Any]], match: str = "", login: str = "adm"
) -> int:
    """A batch with the columns that are guessed."""
    with world.act(login) as ctx:
        batch = start_batch(ctx, record, "file.xlsx", workbook(rows))
        choose_columns(ctx, batch, guess(ctx, record, rows[0]), match)
        return batch.id


def worked(world: World, batch_id: int, *kinds: bool, login: str = "adm") -> Batch:
    """Rehearse (True) or run (False) it, as the worker does."""
    for rehearse in kinds:
        with world.act(login) as ctx:
            ctx.enqueue("exchange.run", {"batch": batch_id, "rehearse": rehearse})
        world.work()
    with world.act(login) as ctx:
        found = ctx.session.get(Batch, batch_id)
        ctx.session.expunge(found)
    return found


def all_of(world: World, record: str) -> list[Any]:
    """All records of a type, by id."""
    with world.act() as ctx:
        cls = record_class(record)
        rows = ctx.session.scalars(select(cls).order_by(cls.id)).all()
        ctx.session.expunge_all()
    return list(rows)
