"""Cartons, containers and freight (DOMAIN §2.3). Lengths in cm, weights in kg, volumes in CBM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plugins.products.sharing import rounded

ZERO = Decimal(0)
MOST_BOXES = 10


@dataclass(frozen=True)
class Carton:
    """An export carton: outer size in cm, pieces inside, gross and net weight in kg."""

    length: Decimal
    width: Decimal
    height: Decimal
    pieces: int
    gross: Decimal
    net: Decimal = ZERO

    @property
    def cbm(self) -> Decimal:
        """The volume, unrounded."""
        return self.length * self.width * self.height / 1_000_000


@dataclass(frozen=True)
class Container:
    """A box: inner size in mm, and what may be planned into it."""

    code: str
    length: int
    width: int
    height: int
    plan_cbm: Decimal
    payload: Decimal


@dataclass(frozen=True)
class Load:
    """How many cartons fit by volume, weight and geometry; `cartons` is the least of them."""

    volume: int
    weight: int
    geometry: int
    pieces_per_carton: int

    @property
    def cartons(self) -> int:
        return min(self.volume, self.weight, self.geometry)

    @property
    def pieces(self) -> int:
        return self.cartons * self.pieces_per_carton


@dataclass(frozen=True)
class Cargo:
    """What a quantity becomes when it is packed."""

    cartons: int
    cbm: Decimal
    gross: Decimal
    net: Decimal

    def __add__(self, other: Cargo) -> Cargo:
        return Cargo(
            self.cartons + other.cartons,
            self.cbm + other.cbm,
            self.gross + other.gross,
            self.net + other.net,
        )


NO_CARGO = Cargo(0, ZERO, ZERO, ZERO)


def packed(quantity: Decimal, carton: Carton) -> Cargo:
    """Cartons, CBM, GW and NW of `quantity`; a part-filled last carton counts as a whole box.

    The weights follow the pieces: the last carton weighs its share of goods and the full
    packing (gross less net).
    """
    cartons = int((quantity / carton.pieces).to_integral_value(rounding=ROUND_CEILING))
    net = rounded(carton.net * quantity / carton.pieces)
    tare = max(carton.gross - carton.net, ZERO) * cartons
    gross = rounded(net + tare)
    return Cargo(cartons, carton.cbm * cartons, gross, net)


def load(container: Container, carton: Carton) -> Load:
    """How many cartons fit into one container, standing upright in the better orientation."""

    def fits(along: Decimal, across: Decimal) -> int:
        rows = container.length // (along * 10)
        columns = container.width // (across * 10)
        return int(rows * columns * (container.height // (carton.height * 10)))

    return Load(
        volume=int(container.plan_cbm / carton.cbm),
        weight=int(container.payload / carton.gross),
        geometry=max(fits(carton.length, carton.width), fits(carton.width, carton.length)),
        pieces_per_carton=carton.pieces,
    )


@dataclass(frozen=True)
class Plan:
    """A set of boxes, or loose cargo ("LCL"), with its freight."""

    boxes: tuple[str, ...]
    freight: Decimal


def lcl_freight(cbm: Decimal, gross: Decimal, rate: Decimal, places: int = 2) -> Decimal:
    """Freight of loose cargo: max(CBM, tons, 1) x rate per revenue ton."""
    return rounded(max(cbm, gross / 1000, Decimal(1)) * rate, places)


def cheapest_plan(
    cargo: Cargo,
    offers: Sequence[tuple[Container, Decimal]],
    lcl_rate: Decimal | None = None,
) -> Plan | None:
    """The cheapest boxes that take the cargo (at most 10), compared with LCL; None: nothing fits.

    `offers` are containers with their freight, which is not negative. At equal freight fewer
    boxes win.
    """
    best: list[tuple[Decimal, int, tuple[str, ...]]] = []
    if lcl_rate is not None:
        best.append((lcl_freight(cargo.cbm, cargo.gross, lcl_rate), 0, ("LCL",)))

    def fill(at: int, cbm: Decimal, kg: Decimal, price: Decimal, boxes: tuple[str, ...]) -> None:
        """Try every number of the boxes from `at` on for what is still unstowed."""
        if best and price > best[0][0]:
            return
        if cbm <= 0 and kg <= 0 and boxes:
            best[:] = [min([*best, (price, len(boxes), boxes)])]
            return
        if at == len(offers):
            return
        box, freight = offers[at]
        for number in range(MOST_BOXES - len(boxes) + 1):
            left, weight = cbm - number * box.plan_cbm, kg - number * box.payload
            fill(at + 1, left, weight, price + number * freight, (*boxes, *[box.code] * number))
            if number and left <= 0 and weight <= 0:
                return

    fill(0, cargo.cbm, cargo.gross, ZERO, ())
    return Plan(best[0][2], best[0][0]) if best else None


def chargeable_kg(
    gross: Decimal, length: Decimal, width: Decimal, height: Decimal, divisor: int = 6000
) -> Decimal:
    """The weight that air (6000) or courier (5000) bills, up to the next half kilogram."""
    half = Decimal("0.5")
    weight = max(gross, length * width * height / divisor)
    return (weight / half).to_integral_value(rounding=ROUND_CEILING) * half
