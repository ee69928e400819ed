"""The reports that people built: who sees which, keeping them, and as reports like all others."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import or_, select

from core.api import (
    Ctx,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TradewindError,
    _,
    may_read,
    write_audit,
)
from plugins.reports import crossing, shapes
from plugins.reports.declare import BOARDS, Filters, Report, Table
from plugins.reports.records import Built
from plugins.reports.shapes import Shape

PREFIX = "own."
LAST = 90  # after the reports of the plugins


def rows(ctx: Ctx) -> dict[int, Built]:
    """The user's own reports and the shared ones of records that she may read, by id."""
    def read() -> dict[int, Built]:
        query = select(Built).where(or_(Built.user_id == ctx.user_id, Built.shared))
        return {
            row.id: row for row in ctx.session.scalars(query.order_by(Built.name, Built.id))
            if row.user_id == ctx.user_id or may_read(ctx, row.shape["record"])
        }

    found: dict[int, Built] = ctx._once("reports.built", read)
    return found


def row_of(ctx: Ctx, key: str) -> Built | None:
    """The built report behind the key of a report, None for one of a plugin."""
    ident = key.removeprefix(PREFIX)
    return rows(ctx).get(int(ident)) if key != ident and ident.isdigit() else None


def find_built(ctx: Ctx, ident: int) -> Built:
    """The built report that the user may see; NotFound otherwise."""
    row = rows(ctx).get(ident)
    if row is None:
        raise NotFound(_("This report does not exist."))
    return row


def may_change(ctx: Ctx, row: Built) -> bool:
    """Its maker, and administrators, change and delete a report; others copy it."""
    return row.user_id == ctx.user_id or ctx.can("core.admin")


def reports(ctx: Ctx) -> list[Report]:
    """The built reports among those of the plugins."""
    return [
        Report(
            f"{PREFIX}{row.id}", row.name, definition(ctx, shapes.read_shape(row.shape)),
            partial(_run, shapes.read_shape(row.shape)), group=_("Built by ourselves"),
            filters=(), boards=(row.board,) if row.board else (), sequence=LAST,
        )
        for row in rows(ctx).values()
    ]


def definition(ctx: Ctx, shape: Shape) -> object:
    """The definition in words; what is missing when it can no longer be run."""
    try:
        return shapes.said(ctx, shape)
    except TradewindError as error:
        return " ".join(str(reason) for reason in error.reasons)


def _run(shape: Shape, ctx: Ctx, _filters: Filters) -> Table:
    return answered(ctx, shape)


def answered(ctx: Ctx, shape: Shape) -> Table:
    """The answer; a table without columns whose notes say why there is none."""
    try:
        return crossing.run(ctx, shape)
    except TradewindError as error:
        return Table([], [], notes=error.reasons)


def keep(ctx: Ctx, shape: Shape, values: Any, row: Built | None = None) -> Built:
    """Keep a report under a name. `values` are the inputs name, shared and board of the form.

    Raises Invalid for inputs, Forbidden for a report of somebody else or without the right to
    share.
    """
    name = (values.get("name") or "").strip()
    board, shared = values.get("board") or "", bool(values.get("shared"))
    faults = []
    if not 1 <= len(name) <= 80:
        faults.append(Refusal(_("Give the report a name of at most 80 characters."), "name"))
    if board and (board not in BOARDS or not ctx.can(f"reports.board.{board}")):
        faults.append(Refusal(_("Choose a dashboard that you may open."), "board"))
    if faults:
        raise Invalid(faults)
    shapes.said(ctx, shape)
    if row is not None and not may_change(ctx, row):
        raise Forbidden(_("Only its maker changes a report. Copy it instead."))
    if shared and not ctx.can("reports.share") and not (row is not None and row.shared):
        raise Forbidden(_("You may not share reports."))
    if row is None:
        row = Built(company_id=ctx.company.id, user_id=ctx.user_id or 0)
        ctx.session.add(row)
    row.name, row.shared, row.board = name, shared, board
    row.shape, row.changed_at = shape.data(), ctx.now
    ctx.session.flush()
    write_audit(ctx, "reports.built.saved", None, report=row.id, name=name, shared=shared)
    return row


def delete(ctx: Ctx, row: Built) -> None:
    """Delete a report; nothing but the report itself is lost."""
    if not may_change(ctx, row):
        raise Forbidden(_("Only its maker deletes a report."))
    write_audit(ctx, "reports.built.deleted", None, report=row.id, name=row.name)
    ctx.session.delete(row)
