"""Sales commission of collected orders (DOMAIN §2.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, save
from plugins.finance import results
from plugins.finance.cost_records import Commission, CommissionPart
from plugins.finance.ladders import read_ladder, read_shares
from plugins.finance.profit import Rules, commission
from plugins.orders.api import Order

ZERO = Decimal(0)


def draft(ctx: Ctx, order: Order, params: dict[str, Any]) -> Commission:
    """The commission of an order that is shipped and fully collected; once per order."""
    known = ctx.session.scalar(select(Commission).where(Commission.order_id == order.id))
    if known is not None:
        return known
    done, late = results.collected(ctx, order)
    if not done:
        text = _("The order is not shipped and collected in full yet.")
        raise Refused(Refusal(text, None, "open"))
    result = results.actual(ctx, order).profit
    carried = _carried(ctx, order.owner_id)
    found = commission(result.gross, result.margin, late, carried, rules_of(ctx))
    row: Commission = save(ctx.system(), Commission, {"order_id": order.id})
    row.owner_id, row.customer_id = order.owner_id, order.customer_id
    row.profit, row.margin, row.days_late = result.gross, result.margin, late
    row.rate, row.factor, row.amount = found.rate, found.factor, found.amount
    row.carried_in, row.carried_out = carried, found.carry
    people = {"rep": order.owner_id}  # orders name no merchandiser: that share has no person
    row.parts[:] = [
        CommissionPart(position=place, role=role, user_id=people.get(role), amount=amount)
        for place, (role, amount) in enumerate(found.parts, start=1)
    ]
    ctx.session.flush()
    return row


def rules_of(ctx: Ctx) -> Rules:
    """How the company reckons commission today."""
    return Rules(
        read_ladder(ctx.setting("finance.commission_tiers")),
        read_ladder(ctx.setting("finance.commission_factors")),
        read_shares(ctx.setting("finance.commission_split")),
    )


def _carried(ctx: Ctx, owner_id: int | None) -> Decimal:
    """The loss that the representative's last commission carried on."""
    query = select(Commission.carried_out).where(Commission.owner_id == owner_id)
    return ctx.session.scalar(query.order_by(Commission.id.desc()).limit(1)) or ZERO


def why_not(ctx: Ctx, order: Order) -> object | None:
    """Why there is no commission yet."""
    done, _late = results.collected(ctx, order)
    return None if done else _("The order is not shipped and collected in full yet.")


def draft_due(ctx: Ctx) -> int:
    """Draft the commission of every collected order that has none; the number of drafts."""
    known = select(Commission.order_id)
    query = select(Order).where(
        Order.state.in_(("closed", "released")), Order.payment_status != "none",
        Order.id.not_in(known))
    count = 0
    for order in ctx.session.scalars(query.order_by(Order.id)):
        if results.collected(ctx, order)[0]:
            draft(ctx, order, {})
            count += 1
    return count
