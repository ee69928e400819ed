"""Work orders of own-made parts: a bill of several levels becomes a chain of them (DOMAIN §2.9).

A made part with a routing of its own gets work orders and goes through the store; one without a
routing is made in the run of its parent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, save
from plugins.mes import needs
from plugins.mes.explosion import rounded_up
from plugins.mes.masterdata import Material
from plugins.mes.records import UNFINISHED, WorkOrder

ZERO, ONE = Decimal(0), Decimal(1)


def parts_under(ctx: Ctx, order: WorkOrder) -> list[WorkOrder]:
    """The work orders of parts that were made for this one, but cancelled ones."""
    query = select(WorkOrder).where(
        WorkOrder.above_id == order.id, WorkOrder.state != "cancelled")
    return list(ctx.session.scalars(query.order_by(WorkOrder.id)))


def make_parts(ctx: Ctx, order: WorkOrder, params: dict[str, Any] | None = None) -> list[WorkOrder]:
    """Work orders of the parts that a planned work order lacks, level by level; safe twice.

    The net of a part is what stock and open work orders leave after the needs of all other work
    orders; its own parts follow from that net.
    """
    found = []
    for need in needs.own_parts(ctx, order):
        known = sum((row.quantity - row.good for row in parts_under(ctx, order)
                     if row.material_id == need.material.id and row.state in UNFINISHED), ZERO)
        net = need.requirement.gross - known - needs.free(ctx, need.material, order)
        if net <= 0:
            continue
        row = save(ctx.system(), WorkOrder, {
            "product_id": order.product_id, "material_id": need.material.id,
            "quantity": rounded_up(rounded_up(net, need.material.pack or ONE), ONE),
            "order_id": order.order_id, "due": order.due, "priority": order.priority,
        })
        row.above_id = order.id
        ctx.session.flush()
        found += [row, *make_parts(ctx, row)]
    return found


def receive(ctx: Ctx, order: WorkOrder) -> None:
    """Put the good pieces of a finished part, or of goods made for stock, into the store."""
    query = select(Material).where(Material.id == order.material_id)
    if order.material_id is None:
        if order.order_id is not None:  # goods of a sales order wait for their delivery
            return
        query = select(Material).where(Material.product_id == order.product_id)
    material = ctx.session.scalar(query.order_by(Material.id).limit(1))
    if material is not None:
        needs.move(ctx, material, "receipt", order.good, order)
