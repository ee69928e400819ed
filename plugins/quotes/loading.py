"""What a quotation weighs and measures (DOMAIN §2.3)."""

from __future__ import annotations

from decimal import Decimal

from plugins.products.api import NO_CARGO, Cargo, Carton, packed
from plugins.quotes.records import Quotation, QuotationLine

ZERO = Decimal(0)


def carton_of(line: QuotationLine) -> Carton | None:
    """The carton of a line, None until its size, pieces and gross weight are known."""
    size = (line.carton_length, line.carton_width, line.carton_height)
    if not all(size) or not line.pieces_per_carton or not line.carton_gross:
        return None
    length, width, height = (part or ZERO for part in size)
    return Carton(
        length, width, height, line.pieces_per_carton, line.carton_gross, line.carton_net or ZERO
    )


def pack(line: QuotationLine) -> Cargo:
    """Write cartons, CBM and weights into the line and return them."""
    carton = carton_of(line)
    if carton is None or not line.quantity:
        line.cartons = line.cbm = line.gross_weight = line.net_weight = None
        return NO_CARGO
    cargo = packed(line.quantity, carton)
    line.cartons, line.cbm = cargo.cartons, cargo.cbm
    line.gross_weight, line.net_weight = cargo.gross, cargo.net
    return cargo


def cargo_of(quotation: Quotation) -> Cargo:
    """What all lines weigh and measure together, as they are stored."""
    return sum((
        Cargo(row.cartons, row.cbm or ZERO, row.gross_weight or ZERO, row.net_weight or ZERO)
        for row in quotation.lines if row.cartons
    ), NO_CARGO)
