"""The report of engineering: each part with its revisions, uses and open changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import func, select

from core.api import Ctx, current_ctx, needs, select_records
from tradewind_plm.records import BomLine, Change, ChangeLine, Part, Revision

MOST = 200
blueprint = Blueprint("plm", __name__, url_prefix="/plm", template_folder="templates")


@dataclass(frozen=True)
class Row:
    """One part: its released revision, drafts in work, places of use, open changes."""

    part: Part
    drafts: str
    used_in: int
    changes: int


def rows(ctx: Ctx, only: str = "") -> list[Row]:
    """At most 200 parts by number; `only` is "" (all), "open" (drafts) or "unused"."""
    query = select_records(ctx, Part).order_by(Part.code)
    working = select(Revision.part_id).where(Revision.state == "draft")
    in_use = (
        select(BomLine.part_id).join(Revision, Revision.id == BomLine.parent_id)
        .where(Revision.state == "released")
    )
    if only == "open":
        query = query.where(Part.id.in_(working))
    if only == "unused":
        query = query.where(Part.id.not_in(in_use), Part.product_id.is_(None))
    parts = list(ctx.session.scalars(query.limit(MOST)))
    ids = [part.id for part in parts]
    drafts: dict[int, list[str]] = {}
    found = select(Revision.part_id, Revision.code).where(
        Revision.part_id.in_(ids), Revision.state == "draft"
    )
    for part_id, code in ctx.session.execute(found.order_by(Revision.id)):
        drafts.setdefault(part_id, []).append(code)
    used = dict(ctx.session.execute(
        select(BomLine.part_id, func.count(func.distinct(Revision.part_id)))
        .join(Revision, Revision.id == BomLine.parent_id)
        .where(Revision.state == "released", BomLine.part_id.in_(ids)).group_by(BomLine.part_id)
    ).all())
    changing = dict(ctx.session.execute(
        select(Revision.part_id, func.count(func.distinct(Change.id)))
        .join(ChangeLine, ChangeLine.revision_id == Revision.id)
        .join(Change, Change.id == ChangeLine.parent_id)
        .where(Change.state.in_(("draft", "review", "rejected")), Revision.part_id.in_(ids))
        .group_by(Revision.part_id)
    ).all())
    return [
        Row(part, ", ".join(drafts.get(part.id, ())), used.get(part.id, 0),
            changing.get(part.id, 0))
        for part in parts
    ]


@blueprint.get("/report")
@needs("plm.report.read")
def report() -> Any:
    """Where parts stand."""
    only = request.args.get("only", "")
    only = only if only in ("open", "unused") else ""
    return render_template("tradewind_plm/report.html", rows=rows(current_ctx(), only), only=only,
                           most=MOST)
