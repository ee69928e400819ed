"""Cut-offs: what is due in the next hours, and warnings before it is (DOMAIN §1.11, §1.14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from core.api import Card, Ctx, _, notify
from plugins.orders.api import Delivery
from plugins.shipping.records import Booking

KINDS = (
    ("si_cut_off", _("SI cut-off")), ("vgm_cut_off", _("VGM cut-off")),
    ("cy_cut_off", _("CY cut-off")),
)
WAITING = ("requested", "booked", "loaded", "declared")


def coming(ctx: Ctx, hours: int) -> list[tuple[datetime, str, object, Delivery, Booking]]:
    """Cut-offs of the next hours, the nearest first: moment, field, label, delivery, booking."""
    end = ctx.now + timedelta(hours=hours)
    columns = [getattr(Booking, name) for name, _label in KINDS]
    query = (
        select(Delivery, Booking).join(Booking, Booking.record_id == Delivery.id)
        .where(Delivery.state.in_(WAITING))
        .where(or_(*(column.between(ctx.now, end) for column in columns)))
    )
    found = [
        (moment, name, label, delivery, booking)
        for delivery, booking in ctx.session.execute(query)
        for name, label in KINDS
        if (moment := getattr(booking, name)) is not None and ctx.now <= moment <= end
    ]
    return sorted(found, key=lambda row: (row[0], row[3].id, row[1]))


def card(ctx: Ctx) -> Card:
    """What closes in the next hours, with the hours that are left."""
    rows = coming(ctx, int(ctx.setting("shipping.cut_off_hours")))
    items = [
        (f"{delivery.name} {label}", f"/r/orders.delivery/{delivery.id}",
         _("%(n)s h", n=int((moment - ctx.now).total_seconds() // 3600)))
        for moment, _name, label, delivery, _booking in rows
    ]
    return Card(
        "shipping.cut_offs", _("SI, VGM and CY cut-offs"), str(len(rows)), items=items[:8],
        url="/r/orders.delivery?view=calendar", empty=_("No cut-off in the next days."),
        sequence=15,
    )


def warn(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Tell the owners of deliveries once of each cut-off that is near; run hourly."""
    count = 0
    for moment, name, label, delivery, booking in coming(
            ctx, int(ctx.setting("shipping.warn_hours"))):
        mark = f"{name} {moment.isoformat()}"
        if mark in (booking.warned or ()):
            continue
        booking.warned = [*(booking.warned or ()), mark]
        for user in {delivery.owner_id, delivery.created_by_id} - {None}:
            when = f"{moment.astimezone(ctx.zone):%Y-%m-%d %H:%M}"
            text = _("%(what)s of %(delivery)s at %(when)s.", what=label, delivery=delivery.name,
                     when=when)
            notify(ctx, int(user or 0), text, f"/r/orders.delivery/{delivery.id}")
            count += 1
    return {"warned": count}
