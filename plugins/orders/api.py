"""What other plugins may use of orders."""

from __future__ import annotations

from plugins.orders.deliveries import AFLOAT, deposit_used_before, order_of
from plugins.orders.gates import operative_credit, override_of
from plugins.orders.money import places_of, rounded
from plugins.orders.packing import packed_rows
from plugins.orders.records import OPEN_STATES, ChangeOrder, Milestone, Order, OrderLine
from plugins.orders.schedule import advance_received, deposit_of, deposit_received
from plugins.orders.services import lock, open_orders, report_progress, update_funds
from plugins.orders.shipping_records import Delivery, DeliveryLine, LetterOfCredit
from plugins.orders.terms import due_date, exposure_weight
from plugins.orders.values import from_usd, usd_value

__all__ = [
    "AFLOAT",
    "OPEN_STATES",
    "ChangeOrder",
    "Delivery",
    "DeliveryLine",
    "LetterOfCredit",
    "Milestone",
    "Order",
    "OrderLine",
    "advance_received",
    "deposit_of",
    "deposit_received",
    "deposit_used_before",
    "due_date",
    "exposure_weight",
    "from_usd",
    "lock",
    "open_orders",
    "operative_credit",
    "order_of",
    "override_of",
    "packed_rows",
    "places_of",
    "report_progress",
    "rounded",
    "update_funds",
    "usd_value",
]
