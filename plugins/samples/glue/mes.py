"""With production: samples leave the store, and the golden sample stands at the work order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Panel, Refusal, _, hookimpl, record_class
from plugins.mes.api import Material, WorkOrder, move
from plugins.samples.records import Request, SampleLine

ZERO = Decimal(0)
SHOWN = 4


def from_store(ctx: Ctx, request: Request) -> list[tuple[Material, Decimal]]:
    """What a parcel takes out of the store: articles whose finished goods are kept there."""
    if request.kind != "stock":
        return []
    pieces: dict[int, Decimal] = {}
    for line in request.lines:
        if line.product_id is not None:
            pieces[line.product_id] = pieces.get(line.product_id, ZERO) + line.qty
    query = select(Material).where(Material.product_id.in_(pieces)).order_by(Material.id)
    return [(row, pieces[row.product_id]) for row in ctx.session.scalars(query)]


@hookimpl
def check_step(
    ctx: Ctx, record: Any, step: str, params: dict[str, Any]
) -> list[Refusal] | None:
    """Samples from stock must be in stock."""
    if step != "samples.request.send":
        return None
    found = []
    for material, qty in from_store(ctx, record):
        if material.available < qty:
            text = _("Only %(have)s of %(code)s are in stock.",
                     have=f"{material.available.normalize():f}", code=material.code)
            found.append(Refusal(text, None, "stock"))
    return found


@hookimpl
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    """The pieces leave the store with the parcel."""
    if step == "samples.request.send":
        for material, qty in from_store(ctx, record):
            move(ctx, material, "issue", -qty, remark=record.number or "")


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    """The sealed sample that the customer approved, at the work order that makes the goods."""
    if not isinstance(record, WorkOrder) or record.order_id is None:
        return None
    order = ctx.session.get(record_class("orders.order"), record.order_id)
    query = (
        select(Request).join(SampleLine, SampleLine.parent_id == Request.id)
        .where(Request.customer_id == order.customer_id, Request.seal_no.is_not(None),
               SampleLine.product_id == record.product_id)
        .order_by(Request.sealed_on.desc(), Request.id.desc()).limit(SHOWN)
    ) if order is not None else None
    found = list(ctx.session.scalars(query)) if query is not None else []
    rows: list[tuple[object, object]] = [
        (request.seal_no, _("%(request)s, kept at %(place)s, sealed on %(day)s",
                            request=request.number, place=request.kept_at, day=request.sealed_on))
        for request in found
    ]
    if not rows:
        return None
    url = f"/r/samples.request/{found[0].id}" if ctx.can("samples.request.read") else ""
    return [Panel("samples.golden", _("Golden sample"), rows, url=url, colour="amber", sequence=12)]
