"""The delivery follows its declaration, and does not go without it (DOMAIN §1.8)."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Refusal, _, perform
from plugins.orders.api import Delivery
from plugins.shipping import containers
from plugins.shipping.declaring import open_declaration
from plugins.shipping.records import Declaration

DELIVERY, DECLARATION = "orders.delivery.", "shipping.declaration."
STATE_FOR = {
    "declare": ("lodged", "accepted", "released", "closed"),
    "customs_release": ("released", "closed"),
}
ON_WATER = ("on_board", "arrived", "delivered")


def reasons(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> list[Refusal]:
    """Why a step on a delivery or declaration may not be done."""
    if isinstance(record, Delivery) and step.startswith(DELIVERY):
        return _of_delivery(ctx, record, step.removeprefix(DELIVERY), params)
    if isinstance(record, Declaration):
        return _of_declaration(ctx, record, step.removeprefix(DECLARATION))
    return []


def _of_delivery(
    ctx: Ctx, delivery: Delivery, step: str, params: dict[str, Any]
) -> list[Refusal]:
    if step in ("book", "roll"):
        vessel = params.get("vessel") or delivery.vessel or ""
        voyage = params.get("voyage") or delivery.voyage or ""
        return containers.sailing_faults(ctx, delivery, vessel, voyage)
    if step == "load":
        return containers.vgm_faults(ctx, delivery)
    paper = open_declaration(ctx, delivery.id)
    if step in STATE_FOR:
        if paper is not None and paper.state in STATE_FOR[step]:
            return []
        text = _("This follows the customs declaration. Draft it and take it through its steps.")
        return [Refusal(text, None, "declaration")]
    if step == "withdraw_declaration" and paper is not None and paper.state in STATE_FOR["declare"]:
        text = _("Amend or withdraw declaration %(number)s instead.", number=paper.number)
        return [Refusal(text, None, "declaration")]
    if step == "on_board" and delivery.state != "released":
        return _not_released(ctx, paper)
    if step == "cancel" and paper is not None and paper.state in STATE_FOR["declare"]:
        text = _("Withdraw declaration %(number)s first.", number=paper.number)
        return [Refusal(text, None, "declaration")]
    return []


def _not_released(ctx: Ctx, paper: Declaration | None) -> list[Refusal]:
    """A declaration that was begun must end well; without one the company decides."""
    if paper is None and not ctx.setting("shipping.customs_first"):
        return []
    if paper is None:
        text = _("There is no customs declaration yet. Draft one first.")
    else:
        text = _("Declaration %(number)s is not released by customs yet.", number=paper.number)
    return [Refusal(text, None, "declaration")]


def _of_declaration(ctx: Ctx, paper: Declaration, step: str) -> list[Refusal]:
    delivery = ctx.session.get_one(Delivery, paper.delivery_id)
    if step in ("amend", "withdraw") and delivery.state in ON_WATER:
        if step == "withdraw" or paper.state not in ("released", "closed"):
            text = _("The goods are on board: the declaration cannot be taken back.")
            return [Refusal(text, None, "on-board")]
    if step == "lodge" and delivery.state not in ("booked", "loaded"):
        text = _("The delivery must be booked or loaded before its declaration is lodged.")
        return [Refusal(text, None, "state")]
    return []


def follow(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    """After a step of the declaration the delivery is brought along."""
    if not isinstance(record, Declaration) or not step.startswith(DECLARATION):
        return
    delivery = ctx.session.get_one(Delivery, record.delivery_id)
    verb = step.removeprefix(DECLARATION)
    inside = ctx.system()
    if verb == "lodge":
        perform(inside, delivery, "declare")
    elif verb == "inspect" and delivery.state == "declared":
        perform(inside, delivery, "inspect", {"reason": params["reason"]})
    elif verb == "release" and delivery.state == "declared":
        on = record.released_on
        perform(inside, delivery, "customs_release",
                {"released_on": on.isoformat()} if on else {})
    elif verb in ("amend", "withdraw") and delivery.state in ("declared", "released"):
        perform(inside, delivery, "withdraw_declaration", {"reason": params["reason"]})
