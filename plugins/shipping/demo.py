"""What the shipping clerk of the demo company sees today: cut-offs, boxes, open declarations."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.api import acting, at_work, worker
from plugins.orders.api import Delivery
from plugins.products.api import ContainerType
from plugins.shipping.iso6346 import check_digit
from plugins.shipping.records import Box, Declaration

TARE = Decimal(3_900)
HOURS = ((20, 26, 44), (28, 40, 46), (54, 60, 70))
"""Hours to the SI, VGM and CY cut-offs of the next sailings."""


def load(ctx: Ctx, stage: str) -> None:
    """Boxes and cut-offs of the next sailings, and a declaration that is being written."""
    there = select(Box.id).limit(1)
    if stage != "stories" or ctx.session.scalar(there) is not None:
        return
    kind = ctx.session.scalar(select(ContainerType.id).where(ContainerType.code == "40HQ"))
    query = select(Delivery).where(Delivery.state.in_(("booked", "loaded")))
    waiting = list(ctx.session.scalars(query.order_by(Delivery.etd, Delivery.id).limit(6)))
    with acting(ctx, worker(ctx, "doc"), at_work(ctx, ctx.today, 20)):
        for n, delivery in enumerate(waiting):
            hours = HOURS[n] if n < len(HOURS) else tuple(h + 72 * n for h in HOURS[-1])
            names = ("si_cut_off", "vgm_cut_off", "cy_cut_off")
            save(ctx, Delivery, {
                f"shipping.{name}": (ctx.now + timedelta(hours=hour)).isoformat()
                for name, hour in zip(names, hours, strict=True)}, delivery)
            gross = sum((row.gross_kg for row in delivery.lines), Decimal(0))
            serial = f"TWDU{300_000 + delivery.id:06}"
            if kind is not None and gross < 26_000:
                save(ctx, Box, {
                    "delivery_id": delivery.id, "box_number": f"{serial}{check_digit(serial)}",
                    "type_id": kind, "seal": f"SL{delivery.id:06}",
                    "packages": sum(row.cartons for row in delivery.lines),
                    "vgm": (gross + TARE).quantize(Decimal("0.01")),
                })
        for delivery in waiting[:2]:
            known = select(Declaration.id).where(Declaration.delivery_id == delivery.id)
            if ctx.session.scalar(known.limit(1)) is None:
                perform(ctx, delivery, "draft_declaration")
