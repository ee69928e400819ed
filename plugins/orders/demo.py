"""Orders of the demo company while finance is off; with finance the money drives the story."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.api import Ctx, Refused, perform
from plugins.crm.api import acting, at_work
from plugins.orders.records import Order
from plugins.quotes.api import Quotation


def load(ctx: Ctx) -> None:
    """An order for every accepted quotation, signed two days later; twice is safe."""
    if "finance" in ctx.enabled or ctx.session.scalar(select(Order.id).limit(1)) is not None:
        return
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None
    query = select(Quotation).where(Quotation.state == "accepted")
    for quotation in list(ctx.session.scalars(query.order_by(Quotation.decided_on))):
        day = (quotation.decided_on or ctx.today) + timedelta(days=2)
        with acting(ctx, quotation.owner_id, at_work(ctx, day)):
            order = perform(ctx, quotation, "to_order")
            try:
                for step in ("submit", "send", "sign"):
                    perform(ctx, order, step)
            except Refused:
                continue  # a gate keeps it: that is part of the story
    ctx.session.info["gatekeeper"] = keeper
