"""Which events touch the exposure, and which steps ask for the verdict."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Refusal
from plugins.credit import reviewing, services
from plugins.credit.records import Profile, Review
from plugins.crm.api import Customer
from plugins.finance.api import Receipt, Receivable
from plugins.orders.api import ChangeOrder, Delivery, LetterOfCredit, Order


def prepare(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    """Computed fields before a save."""
    if isinstance(record, Review):
        services.fill_review(ctx, record)
        reviewing.fill_papers(ctx, record)
        services.propose(ctx, record, values)
    if isinstance(record, Review | Profile) and record.customer_id:
        customer = ctx.session.get(Customer, record.customer_id)
        record.customer_name = customer.name if customer else None


def step_faults(ctx: Ctx, record: Any, step: str) -> list[Refusal]:
    """Credit's word at confirmation, release and shipment."""
    if step == "orders.order.sign":
        return services.confirmation_faults(ctx, record)
    if step == "orders.order.release" and record.on_credit:
        return services.shipment_faults(ctx, record)
    if step == "orders.delivery.on_board":
        return services.shipment_faults(ctx, ctx.session.get_one(Order, record.order_id))
    return []


def after(ctx: Ctx, record: Any) -> None:
    """Recalculate the exposure of the customer whom the record concerns, once at the end."""
    customer_id = customer_of(ctx, record)
    if customer_id is not None:
        free = ctx.system()
        ctx.at_end((services.EXPOSURE, customer_id),
                   lambda: services.recalculate(free, customer_id))


def customer_of(ctx: Ctx, record: Any) -> int | None:
    """The customer of an order, delivery, receipt, receivable, letter of credit or change."""
    if isinstance(record, Order | Delivery | Receipt | Receivable | Profile):
        return record.customer_id
    if isinstance(record, LetterOfCredit | ChangeOrder):
        order = ctx.session.get(Order, record.order_id)
        return order.customer_id if order else None
    return None
