"""What a quotation weighs, measures, and which containers take it (DOMAIN §2.3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from core.api import Ctx
from plugins.products.api import NO_CARGO, Cargo, Carton, cheapest_plan, containers, packed
from plugins.quotes.records import QuotationLine

ZERO = Decimal(0)
SMALL = Decimal(15)
"""CBM below which loose cargo is usual."""


@dataclass(frozen=True)
class Plan:
    """The boxes of a shipment; `text` is `1 × 40HQ + 1 × 20GP`, or `LCL`."""

    boxes: tuple[str, ...]
    text: str


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


def plan(ctx: Ctx, cargo: Cargo, prices: dict[str, Decimal]) -> Plan:
    """The cheapest boxes at the given freight; without freight those with the least volume."""
    if not cargo.cbm:
        return Plan((), "")
    if "quotes.containers" not in ctx.cache:
        ctx.cache["quotes.containers"] = containers(ctx)
    types = ctx.cache["quotes.containers"]
    if not prices and cargo.cbm < SMALL and cargo.gross < SMALL * 1000:
        return Plan((), "LCL")
    offers = [(box, prices.get(box.code, box.plan_cbm)) for box in types]
    if prices:
        offers = [(box, prices[box.code]) for box in types if box.code in prices]
    found = cheapest_plan(cargo, offers)
    if found is None:
        return Plan((), "")
    return Plan(found.boxes, _words(found.boxes))


def _words(boxes: tuple[str, ...]) -> str:
    counted = Counter(boxes)
    return " + ".join(f"{number} × {code}" for code, number in sorted(counted.items()))
