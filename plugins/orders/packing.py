"""Rows of a packing list: full cartons, and the part-filled one by itself (DOMAIN §3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.api import show_number
from plugins.orders.deliveries import carton_of
from plugins.orders.records import Order
from plugins.orders.shipping_records import Delivery
from plugins.products.api import Carton

ZERO = Decimal(0)


@dataclass(frozen=True)
class PackedRow:
    """Equal cartons in a row; weights in kg and volume in CBM of all of them.

    `first` is the number of the first carton, 0 when the carton of the goods is not known.
    """

    description: str
    unit: str
    quantity: Decimal
    cartons: int
    net: Decimal
    gross: Decimal
    cbm: Decimal
    first: int = 0
    pieces: Decimal | None = None
    carton: Carton | None = None


def packed_rows(order: Order, delivery: Delivery) -> list[PackedRow]:
    """The cartons in the order of the lines; the sums equal those of the delivery lines."""
    by_id = {line.id: line for line in order.lines}
    found: list[PackedRow] = []
    first = 1
    for line in delivery.lines:
        source = by_id[line.order_line_id]
        if source.charge:
            continue
        words = (source.description_en, source.unit or "")
        carton = carton_of(source)
        if carton is None:
            found.append(PackedRow(
                *words, line.quantity, line.cartons, line.net_kg, line.gross_kg, line.cbm))
            continue
        full = int(line.quantity // carton.pieces)
        rest = line.quantity - full * carton.pieces
        net, gross = carton.net * full, carton.gross * full
        if full:
            pieces = Decimal(carton.pieces)
            found.append(PackedRow(
                *words, pieces * full, full, net, gross, carton.cbm * full, first, pieces, carton))
            first += full
        if rest:
            found.append(PackedRow(
                *words, rest, 1, line.net_kg - net, line.gross_kg - gross, carton.cbm, first,
                rest, carton))
            first += 1
    return found


def rows(order: Order, delivery: Delivery) -> list[dict[str, str]]:
    """The rows as they are printed."""
    return [_printed(row) for row in packed_rows(order, delivery)]


def _printed(row: PackedRow) -> dict[str, str]:
    last = row.first + row.cartons - 1
    size = (row.carton.length, row.carton.width, row.carton.height) if row.carton else ()
    known = row.first and row.cartons
    return {
        "range": (f"{row.first}–{last}" if last > row.first else str(row.first)) if known else "",
        "description": row.description,
        "pieces": show_number(row.pieces) if row.pieces is not None else "",
        "cartons": show_number(row.cartons),
        "quantity": show_number(row.quantity),
        "unit": row.unit,
        "net_each": show_number(row.net / row.cartons, 2) if known else "",
        "gross_each": show_number(row.gross / row.cartons, 2) if known else "",
        "net": show_number(row.net, 2),
        "gross": show_number(row.gross, 2),
        "size": "×".join(show_number(side) for side in size),
        "cbm": show_number(row.cbm, 3),
    }
