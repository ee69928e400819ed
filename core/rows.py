"""All rows of a list in one statement, streamed: for exports, whatever their length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from core.conditions import Condition
from core.context import Ctx
from core.query import Paths, filtered, in_order, parse_sort
from core.records import record_class

CHUNK = 1_000


def stream_rows(
    ctx: Ctx, key: str, columns: Sequence[str], *, where: Condition | None = None, sort: str = "",
    search: str = "", archived: bool | None = False,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Chunks of rows; a row holds the values of `columns` (paths) in their order.

    What the user may see and how it is sorted is as in `read_page`. Raises Invalid for unknown
    fields.
    """
    cls = record_class(key)
    ctx.require(f"{key}.read")
    paths = Paths(ctx, cls)
    selected = [paths.column(name).label(f"c{n}") for n, name in enumerate(columns)]
    order = in_order(paths, parse_sort(ctx, cls, sort))
    query = filtered(ctx, cls, paths, select(*selected).select_from(cls), where, search, archived)
    query = query.order_by(*order)
    found = ctx.session.execute(paths.apply(query), execution_options={"yield_per": CHUNK})
    yield from found.partitions()
