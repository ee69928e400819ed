"""The container proposal: the cheapest boxes for mixed cargo, beside loose cargo (DOMAIN §2.3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, Panel, Setting, _, show_number
from plugins.products.packing import Cargo, Container, cheapest_plan, lcl_freight
from plugins.products.reference import FreightRate, Port
from plugins.products.services import containers, freight_offers, minor_units, rate
from plugins.products.sharing import rounded

ZERO = Decimal(0)
LCL = "LCL"
TYPES = "products.containers"


@dataclass(frozen=True)
class Proposal:
    """Boxes for a cargo. `boxes` is ("LCL",) for loose cargo, () when nothing fits.

    `freight` is what the proposal costs in the asked currency, None without offers;
    `boxed` and `loose` are the two ways that were compared. `fill` is CBM over plan CBM.
    """

    boxes: tuple[str, ...] = ()
    freight: Decimal | None = None
    boxed: tuple[tuple[str, ...], Decimal] | None = None
    loose: Decimal | None = None
    fill: Decimal | None = None
    until: date | None = None

    @property
    def text(self) -> str:
        """`1 × 20GP + 1 × 40HQ`, or `LCL`."""
        return in_words(self.boxes)

    @property
    def containers(self) -> int:
        """How many boxes, 0 for loose cargo."""
        return sum(box != LCL for box in self.boxes)


def in_words(boxes: tuple[str, ...]) -> str:
    """`1 × 20GP + 1 × 40HQ`, or `LCL`."""
    if boxes == (LCL,):
        return LCL
    counted = Counter(boxes)
    return " + ".join(f"{number} × {code}" for code, number in sorted(counted.items()))


def lane_of(ctx: Ctx, loading: str | None, discharge: str | None) -> str:
    """`CNNGB-DEHAM` for two port names or codes; empty when one is not in the list."""
    codes = []
    for name in (loading, discharge):
        if not name:
            return ""
        found = select(Port.code).where((Port.name_en == name) | (Port.code == name.upper()))
        codes.append(ctx.session.scalar(found.limit(1)))
    return "-".join(codes) if all(codes) else ""


def propose(
    ctx: Ctx, cargo: Cargo, lane: str, on: date, currency: str, quoted: Decimal | None = None
) -> Proposal:
    """Boxes for the cargo at the freight of the lane on a day, in `currency`.

    Offers in other currencies are converted at the quoting rates of the day (`quoted` is the
    rate of `currency`, if a document has its own). Without offers the boxes with the least
    volume are taken, and little cargo goes loose.
    """
    if not cargo.cbm:
        return Proposal()
    if TYPES not in ctx.cache:
        ctx.cache[TYPES] = containers(ctx)
    types: list[Container] = ctx.cache[TYPES]
    offers = freight_offers(ctx, lane, on) if lane else {}
    prices = {code: _price(ctx, row, on, currency, quoted) for code, row in offers.items()}
    if not prices:
        return _without_freight(ctx, cargo, types)
    boxed = cheapest_plan(cargo, [(b, prices[b.code]) for b in types if b.code in prices])
    places, loose = minor_units(currency), None
    if LCL in prices:
        loose = lcl_freight(cargo.cbm, cargo.gross, prices[LCL], places)
    freight = rounded(boxed.freight, places) if boxed else None
    if loose is not None and (freight is None or loose <= freight):
        boxes, freight = (LCL,), loose
    else:
        boxes = boxed.boxes if boxed else ()
    return Proposal(
        boxes, freight, (boxed.boxes, rounded(boxed.freight, places)) if boxed else None, loose,
        _fill(cargo, boxes, types), min(_ends(offers, boxes), default=None),
    )


def _price(
    ctx: Ctx, row: FreightRate, on: date, currency: str, quoted: Decimal | None
) -> Decimal:
    if row.currency == currency:
        return row.price
    pair = rate(ctx, row.currency, on, "quote")
    return row.price * pair / (quoted or rate(ctx, currency, on, "quote"))


def _without_freight(ctx: Ctx, cargo: Cargo, types: list[Container]) -> Proposal:
    small = Decimal(str(ctx.setting("products.lcl_below")))
    if cargo.cbm < small and cargo.gross < small * 1000:
        return Proposal((LCL,))
    found = cheapest_plan(cargo, [(box, box.plan_cbm) for box in types])
    boxes = found.boxes if found else ()
    return Proposal(boxes, fill=_fill(cargo, boxes, types))


def _fill(cargo: Cargo, boxes: tuple[str, ...], types: list[Container]) -> Decimal | None:
    planned = {box.code: box.plan_cbm for box in types}
    volume = sum((planned.get(box, ZERO) for box in boxes), ZERO)
    return rounded(cargo.cbm / volume, 4) if volume else None


def _ends(offers: dict[str, FreightRate], boxes: tuple[str, ...]) -> list[date]:
    rows = (offers.get(box) for box in boxes)
    return [row.valid_to for row in rows if row is not None and row.valid_to]


def proposal_panel(proposal: Proposal, cargo: Cargo, currency: str) -> Panel | None:
    """The box that shows the proposal and the two ways that were compared; None for no cargo."""
    if not cargo.cbm:
        return None

    def priced(amount: Decimal | None) -> str:
        if amount is None:
            return ""
        return f": {currency} {show_number(amount, minor_units(currency))}"

    rows: list[tuple[object, object]] = [
        (_("Cargo"), f"{show_number(cargo.cbm, 3)} CBM, {show_number(cargo.gross, 2)} kg, "
                     f"{show_number(cargo.cartons)} ctns"),
        (_("Proposal"), (proposal.text or str(_("more than ten containers")))
         + priced(proposal.freight)),
    ]
    if proposal.fill is not None:
        rows.append((_("Filled"), f"{show_number(proposal.fill * 100, 1)} %"))
    if proposal.boxed and proposal.loose is not None:
        rows.append((_("Containers"), in_words(proposal.boxed[0]) + priced(proposal.boxed[1])))
        rows.append((_("Loose cargo (LCL)"), LCL + priced(proposal.loose)))
    return Panel("products.loading", _("Container proposal"), rows=rows, sequence=25)


SETTING = Setting(
    "products.lcl_below", _("Loose cargo below (CBM)"), "15", kind="integer",
    group=_("Freight"), dated=True,
    help=_("Only while the lane has no freight offers; otherwise the cheaper way is proposed."),
)
