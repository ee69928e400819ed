"""The container proposal of an order and of a delivery (DOMAIN §2.3)."""

from __future__ import annotations

from core.api import Ctx, Panel
from plugins.orders.deliveries import carton_of, order_of
from plugins.orders.records import Order
from plugins.orders.shipping_records import ASHORE, Delivery
from plugins.products.api import NO_CARGO, Cargo, lane_of, packed, proposal_panel, propose


def cargo_of(record: Order | Delivery) -> Cargo:
    """What the unshipped goods of an order, or the goods of a delivery, weigh and measure."""
    if isinstance(record, Delivery):
        return sum((Cargo(row.cartons, row.cbm, row.gross_kg, row.net_kg)
                    for row in record.lines if row.cartons), NO_CARGO)
    cargo = NO_CARGO
    for line in record.lines:
        carton = carton_of(line)
        if carton is not None and line.unshipped:
            cargo += packed(line.unshipped, carton)
    return cargo


def panels(ctx: Ctx, record: Order | Delivery) -> list[Panel]:
    """The proposal until the goods are on board, for those who see freight rates."""
    if not ctx.can("products.freight_rate.read"):
        return []
    if isinstance(record, Delivery) and record.state not in ASHORE:
        return []
    cargo = cargo_of(record)
    if not cargo.cbm:
        return []
    order = order_of(ctx, record) if isinstance(record, Delivery) else record
    lane = lane_of(ctx, order.port_loading, order.port_discharge)
    proposal = propose(ctx, cargo, lane, ctx.today, order.currency)
    panel = proposal_panel(proposal, cargo, order.currency)
    return [panel] if panel is not None else []
