"""Rows of a packing list: full cartons, and the part-filled one by itself (DOMAIN §3.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import show_number
from plugins.orders.deliveries import carton_of
from plugins.orders.records import Order
from plugins.orders.shipping_records import Delivery, DeliveryLine
from plugins.products.api import Carton


def rows(order: Order, delivery: Delivery) -> list[dict[str, str]]:
    """Printed rows in order; their sums equal the totals of the delivery lines."""
    by_id = {line.id: line for line in order.lines}
    found: list[dict[str, str]] = []
    first = 1
    for line in delivery.lines:
        source = by_id[line.order_line_id]
        carton = carton_of(source)
        if carton is None:
            found.append(_bare(line, source))
            continue
        full = int(line.quantity // carton.pieces)
        rest = line.quantity - full * carton.pieces
        net = carton.net * full
        gross = carton.gross * full
        if full:
            found.append(
                _row(source, carton, first, full, Decimal(full * carton.pieces), net, gross)
            )
            first += full
        if rest:
            left = (line.net_kg - net, line.gross_kg - gross)
            found.append(_row(source, carton, first, 1, rest, *left, pieces=rest))
            first += 1
    return found


def _row(
    source: Any,
    carton: Carton,
    first: int,
    cartons: int,
    quantity: Decimal,
    net: Decimal,
    gross: Decimal,
    pieces: Decimal | None = None,
) -> dict[str, str]:
    last = first + cartons - 1
    size = "×".join(show_number(side) for side in (carton.length, carton.width, carton.height))
    return {
        "range": f"{first}–{last}" if last > first else str(first),
        "description": source.description_en,
        "pieces": show_number(pieces or Decimal(carton.pieces)),
        "cartons": show_number(cartons),
        "quantity": show_number(quantity),
        "unit": source.unit or "",
        "net_each": show_number(net / cartons, 2),
        "gross_each": show_number(gross / cartons, 2),
        "net": show_number(net, 2),
        "gross": show_number(gross, 2),
        "size": size,
        "cbm": show_number(carton.cbm * cartons, 3),
    }


def _bare(line: DeliveryLine, source: Any) -> dict[str, str]:
    empty = dict.fromkeys(("range", "pieces", "net_each", "gross_each", "size"), "")
    return empty | {
        "description": source.description_en,
        "cartons": show_number(line.cartons),
        "quantity": show_number(line.quantity),
        "unit": source.unit or "",
        "net": show_number(line.net_kg, 2),
        "gross": show_number(line.gross_kg, 2),
        "cbm": show_number(line.cbm, 3),
    }
