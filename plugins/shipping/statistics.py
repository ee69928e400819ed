"""Export value for the statistics: FOB in US dollars at the customs rate (DOMAIN §2.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, select_records
from plugins.crm.api import Customer
from plugins.orders.api import AFLOAT, Delivery, Order, OrderLine
from plugins.products.api import converter, minor_units, share_out
from plugins.shipping.records import Declaration

ZERO = Decimal(0)
SEPARATE = ("3010", "3100")
"""Samples and free replacements are listed apart."""
FREIGHT = frozenset({"CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP"})
INSURANCE = frozenset({"CIF", "CIP", "DAP", "DPU", "DDP"})
ARRIVAL = frozenset({"DAP", "DPU", "DDP"})


@dataclass(frozen=True)
class Exported:
    """One line of goods that left the country; `value` is its FOB in US dollars."""

    delivery: Delivery
    day: date
    country: str
    hs: str
    product_id: int | None
    customer_id: int
    mode: str
    term: str
    port: str
    value: Decimal


def fob_amounts(
    term: str, amounts: Sequence[Decimal], freight: Decimal, insurance: Decimal,
    arrival: Decimal = ZERO, places: int = 2,
) -> list[Decimal]:
    """What is left of invoice amounts at FOB: CFR less freight, CIF less both, D terms all.

    The costs are shared by amount with the largest remainder, so the sum is exact.
    """
    costs = freight if term in FREIGHT else ZERO
    costs += insurance if term in INSURANCE else ZERO
    costs += arrival if term in ARRIVAL else ZERO
    shares = share_out(costs, amounts, places)
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]


def exports(ctx: Ctx, since: date, until: date) -> Iterator[Exported]:
    """Goods exported between two days, by the declaration's export date, else the B/L date."""
    to_usd = converter(ctx, "USD", "customs")
    allowed = select_records(ctx, Order).with_only_columns(Order.id)
    query = (
        select(Delivery, Order, Customer, Declaration)
        .join(Order, Order.id == Delivery.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(Declaration, (Declaration.delivery_id == Delivery.id)
                   & (Declaration.state != "withdrawn"))
        .where(Delivery.state.in_(AFLOAT), Order.id.in_(allowed))
        .where(Delivery.bl_date.is_not(None))
    )
    for delivery, order, customer, paper in ctx.session.execute(query.order_by(Delivery.bl_date)):
        day = (paper.export_date if paper is not None else None) or delivery.bl_date
        if not since <= day <= until:
            continue
        lines = {line.id: line for line in order.lines}
        goods = [row for row in delivery.lines if not lines[row.order_line_id].charge]
        source = paper if paper is not None else delivery
        amounts = fob_amounts(
            order.incoterm, [row.amount for row in goods], source.freight or ZERO,
            source.insurance or ZERO, (paper.other_costs or ZERO) if paper is not None else ZERO,
            minor_units(order.currency),
        )
        for row, amount in zip(goods, amounts, strict=True):
            line: OrderLine = lines[row.order_line_id]
            yield Exported(
                delivery, day, order.destination or customer.country or "", line.hs_code or "",
                line.product_id, order.customer_id, paper.supervision if paper else "0110",
                order.incoterm, order.port_loading or "", to_usd(amount, order.currency, day),
            )
