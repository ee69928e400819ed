"""Loyalty points: a plugin that extends another plugin's record and obeys its own rule."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from core.api import (
    Ctx,
    Extension,
    Hit,
    Panel,
    Plugin,
    Record,
    Refusal,
    Section,
    ViewPatch,
    hookimpl,
    integer,
    title_of,
)
from plugins.crm.api import Customer

plugin = Plugin(
    "loyalty", "Loyalty points", needs=("crm",), summary="Points that a customer collects.",
)
MOST = 1000


class LoyaltyOfCustomer(Extension):
    """The points of a customer, in a table of this plugin beside the customer."""

    key = "loyalty.customer"
    extends = "crm.customer"

    points: Mapped[int | None] = integer("Loyalty points")


@hookimpl
def register_extensions() -> list[type[Extension]]:
    return [LoyaltyOfCustomer]


@hookimpl
def register_views() -> list[ViewPatch]:
    section = Section("loyalty", "Loyalty", ("loyalty.points",))
    return [ViewPatch("crm.customer", after="main", add=section)]


@hookimpl
def check_save(ctx: Ctx, record: Record, values: dict[str, object]) -> list[Refusal] | None:
    points = values.get("loyalty.points")
    if isinstance(points, int) and points > MOST:
        return [Refusal(f"At most {MOST} points.", "loyalty.points")]
    return None


@hookimpl
def show_panels(ctx: Ctx, record: Record) -> list[Panel] | None:
    if record.key != "crm.customer":
        return None
    row = ctx.session.get(LoyaltyOfCustomer, record.id)
    if row is None:
        return None
    return [Panel("loyalty.points", "Loyalty", rows=(("Points", row.points or 0),))]


@hookimpl
def show_search(ctx: Ctx, text: str) -> list[Hit] | None:
    """Who types "loyal" wants to see the most loyal customers."""
    if text.lower() not in "loyalty" or len(text) < 4:
        return None
    best = select(Customer).join(LoyaltyOfCustomer, LoyaltyOfCustomer.record_id == Customer.id)
    best = best.order_by(LoyaltyOfCustomer.points.desc()).limit(3)
    return [
        Hit(title_of(customer), f"/r/crm.customer/{customer.id}", "Loyalty", "trophy")
        for customer in ctx.session.scalars(best)
    ]


@hookimpl
def company_disabled(ctx: Ctx) -> list[Refusal] | None:
    """Promised points are a debt: the plugin cannot be switched off over them."""
    if ctx.session.scalar(select(LoyaltyOfCustomer.record_id).where(LoyaltyOfCustomer.points > 0)):
        return [Refusal("Customers have points. Redeem them first.")]
    return None
