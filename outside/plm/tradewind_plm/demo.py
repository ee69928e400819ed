"""Lamps of the demo company with their parts: released, changed, and one change that waits."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.api import Ctx, extension_of, perform, save
from plugins.crm.api import acting, at_work, people_with
from plugins.products.api import Product
from tradewind_plm.records import Change, Part, ProductLifecycle, Revision

LAMPS = 4
# number, name, kind, how many in a lamp
COMPONENTS = (
    ("DRV-50", "LED 驱动电源 Driver 50 W", "bought", "1"),
    ("PCB-50", "铝基灯板 LED board", "bought", "2"),
    ("HSG-50", "压铸外壳 Die-cast housing", "made", "1"),
    ("CBL-10", "防水电缆 Cable 1 m", "material", "1"),
)


def load(ctx: Ctx, stage: str) -> None:
    """Parts of the first lamps, a change of the past and one of today; once."""
    if stage != "stories" or ctx.session.scalar(select(Part.id).limit(1)) is not None:
        return
    lamps = list(ctx.session.scalars(select(Product).where(
        Product.archived_at.is_(None)).order_by(Product.id).limit(LAMPS)))
    engineers = people_with(ctx, "tec")
    if not lamps or not engineers:
        return
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None  # decided long ago
    with acting(ctx, engineers[0], at_work(ctx, ctx.today - timedelta(days=200))):
        bom = [{"part_id": _component(ctx, *row[:3]), "quantity": row[3]} for row in COMPONENTS]
        parts = [_lamp(ctx, lamp, bom) for lamp in lamps]
    with acting(ctx, engineers[0], at_work(ctx, ctx.today - timedelta(days=60))):
        change = _change(ctx, parts[0], "Driver with less ripple, customers saw flicker", "rework")
        perform(ctx, change, "submit")
    ctx.session.info["gatekeeper"] = keeper
    with acting(ctx, engineers[0], at_work(ctx, ctx.today, 30)):
        perform(ctx, _change(ctx, parts[1], "Longer cable for the northern market", "use_up"),
                "submit")
        _change(ctx, parts[2], "Housing in anthracite", "use_up")
    extension_of(ctx, ProductLifecycle, lamps[-1]).lifecycle = "phase_out"


def _component(ctx: Ctx, code: str, name: str, kind: str) -> int:
    part = save(ctx, Part, {"code": code, "name": name, "kind": kind})
    perform(ctx, save(ctx, Revision, {"part_id": part.id, "what_changed": "First release"}),
            "release")
    return int(part.id)


def _lamp(ctx: Ctx, lamp: Product, bom: list[dict[str, object]]) -> Part:
    part: Part = save(ctx, Part, {
        "code": f"P-{lamp.code}"[:40], "name": lamp.name_en, "product_id": lamp.id})
    perform(ctx, save(ctx, Revision, {
        "part_id": part.id, "what_changed": "First release", "bom": bom}), "release")
    return part


def _change(ctx: Ctx, part: Part, why: str, stock: str) -> Change:
    """A new revision of the part and the change that lists it."""
    draft = perform(ctx, part, "start", {"what_changed": why})
    made: Change = save(ctx, Change, {
        "subject": why, "reason": why,
        "affected": [{"revision_id": draft.id, "stock": stock}]})
    return made
