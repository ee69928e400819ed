"""Rules of containers: check digit, once in a sailing, VGM above the cargo (DOMAIN §1.8, §8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from core.api import Ctx, Refusal, _
from plugins.orders.api import Delivery
from plugins.products.api import ContainerType
from plugins.shipping.iso6346 import cleaned, is_valid
from plugins.shipping.records import Box

ZERO = Decimal(0)
AFLOAT = ("on_board", "arrived", "delivered", "cancelled")


def boxes_of(ctx: Ctx, delivery_id: int) -> list[Box]:
    """The containers of a delivery."""
    query = select(Box).where(Box.delivery_id == delivery_id, Box.archived_at.is_(None))
    return list(ctx.session.scalars(query.order_by(Box.id)))


def prepare(box: Box) -> None:
    """Capitals without spaces, as the number is painted on the box."""
    if box.box_number:
        box.box_number = cleaned(box.box_number)


def faults(ctx: Ctx, box: Box) -> list[Refusal]:
    """Why a container may not be saved."""
    found = []
    if not is_valid(box.box_number or ""):
        text = _("“%(number)s” is no container number: four letters, the fourth U, J or Z, "
                 "six digits and the right check digit, such as TWDU3000015.",
                 number=box.box_number)
        found.append(Refusal(text, "box_number"))
    with ctx.session.no_autoflush:
        delivery = ctx.session.get(Delivery, box.delivery_id)
        if delivery is None:
            return found
        if delivery.state in AFLOAT:
            text = _("The goods are on board. Their containers do not change.")
            return [Refusal(text, "delivery_id", "locked")]
        other = _in_same_sailing(ctx, box, delivery)
        kind = ctx.session.get(ContainerType, box.type_id)
    if other is not None:
        text = _("Container %(number)s is in delivery %(delivery)s of this sailing already.",
                 number=box.box_number, delivery=other.name)
        found.append(Refusal(text, "box_number", "duplicate"))
    if box.vgm is not None and kind is not None and box.vgm > kind.payload + MOST_TARE:
        text = _("The VGM is above what a %(type)s may weigh loaded.", type=kind.code)
        found.append(Refusal(text, "vgm"))
    return found


MOST_TARE = Decimal(5_000)
"""No box weighs more when empty (kg); above payload and this a VGM is a slip of the pen."""


def _in_same_sailing(ctx: Ctx, box: Box, delivery: Delivery) -> Delivery | None:
    same: list[Any] = [Delivery.id == delivery.id]
    if delivery.vessel and delivery.voyage:
        same.append((Delivery.vessel == delivery.vessel) & (Delivery.voyage == delivery.voyage))
    query = (
        select(Delivery).join(Box, Box.delivery_id == Delivery.id)
        .where(Box.box_number == box.box_number, Box.id != (box.id or 0))
        .where(Box.archived_at.is_(None), Delivery.state != "cancelled", or_(*same))
    )
    found: Delivery | None = ctx.session.scalar(query.limit(1))
    return found


def write_down(ctx: Ctx, delivery_id: int) -> None:
    """Keep the line of containers and seals that invoice and packing list print."""
    delivery = ctx.session.get(Delivery, delivery_id)
    if delivery is None:
        return
    words = [" / ".join(filter(None, (b.box_number, b.seal))) for b in boxes_of(ctx, delivery_id)]
    delivery.containers = ", ".join(words)[:300] or None


def vgm_faults(ctx: Ctx, delivery: Delivery) -> list[Refusal]:
    """The verified gross mass contains the box: it lies above the gross weight of the goods."""
    boxes = boxes_of(ctx, delivery.id)
    if not boxes or any(box.vgm is None for box in boxes):
        return []
    weighed = sum((box.vgm or ZERO for box in boxes), ZERO)
    gross = sum((row.gross_kg for row in delivery.lines), ZERO)
    if weighed > gross:
        return []
    text = _("The VGM of %(vgm)s kg does not reach the goods' gross weight of %(gross)s kg. "
             "It counts goods, packing and the container itself.",
             vgm=f"{weighed.normalize():f}", gross=f"{gross.normalize():f}")
    return [Refusal(text, None, "vgm")]


def sailing_faults(ctx: Ctx, delivery: Delivery, vessel: str, voyage: str) -> list[Refusal]:
    """Containers that are in another delivery of the sailing that this one is booked on."""
    mine = [box.box_number for box in boxes_of(ctx, delivery.id)]
    if not (mine and vessel and voyage):
        return []
    query = (
        select(Box.box_number).join(Delivery, Box.delivery_id == Delivery.id)
        .where(Box.box_number.in_(mine), Delivery.id != delivery.id, Box.archived_at.is_(None))
        .where(Delivery.vessel == vessel, Delivery.voyage == voyage)
        .where(Delivery.state != "cancelled")
    )
    return [
        Refusal(_("Container %(number)s is in another delivery of this sailing.", number=number))
        for number in ctx.session.scalars(query)
    ]
