"""The steps of orders, letters of credit, deliveries and order changes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.orders import changes, choices, deliveries, letters, quotation, services
from plugins.orders.shipping_records import EDITABLE

ORDER, DELIVERY, LC, CHANGE = "orders.order", "orders.delivery", "orders.lc", "orders.change"


class Reason(Schema):
    reason = param("text", _("Reason"), required=True)


class Cancel(Schema):
    reason = param("text", _("Reason"), required=True)
    fee = param("money", _("Cancellation fee"))


class Sign(Schema):
    signed_on = param("date", _("Signed on"))
    customer_po = param("text", _("Customer's order no."), length=60)


class Ready(Schema):
    ready_on = param("date", _("Goods ready on"))


class Close(Schema):
    short = param("boolean", _("Close short: the rest will not be shipped"))


class Funds(Schema):
    milestone = param("integer", _("Milestone"), required=True)
    note = param("text", _("Note"), required=True)


class AskOverride(Schema):
    gate = param("choice", _("Gate"), required=True, choices=choices.GATES)
    reason = param("text", _("Reason"), required=True, length=300)
    until = param("date", _("Until"), required=True)


class Plan(Schema):
    etd = param("date", _("ETD"))


class Book(Schema):
    booking = param("text", _("Booking no. (S/O)"), required=True, length=20)
    carrier = param("text", _("Carrier or forwarder"), length=60)
    vessel = param("text", _("Vessel"), length=60)
    voyage = param("text", _("Voyage"), length=12)
    etd = param("date", _("ETD"), required=True)
    eta = param("date", _("ETA"))
    cut_off = param("date", _("Cut-off"))


class AskSpace(Schema):
    carrier = param("text", _("Carrier or forwarder"), length=60)
    etd = param("date", _("Wanted sailing"))


class CustomsRelease(Schema):
    released_on = param("date", _("Released by customs on"))


class Delivered(Schema):
    delivered_on = param("date", _("Delivered on"))


class Roll(Schema):
    etd = param("date", _("New ETD"), required=True)
    eta = param("date", _("New ETA"))
    vessel = param("text", _("Vessel"), length=60)
    voyage = param("text", _("Voyage"), length=12)
    cut_off = param("date", _("Cut-off"))


class Load(Schema):
    containers = param("text", _("Containers and seals"), length=300)


class OnBoard(Schema):
    bl_number = param("text", _("B/L no."), required=True, length=20)
    bl_date = param("date", _("B/L date"), required=True)
    bl_type = param("choice", _("Type of B/L"), choices=choices.BL_TYPES)


class Sent(Schema):
    sent_on = param("date", _("Documents sent on"))


class Present(Schema):
    presented_on = param("date", _("Presented on"))
    discrepancies = param("tags", _("Discrepancies found by the bank"))


class Arrived(Schema):
    arrived_on = param("date", _("Arrived on"))


class Amend(Schema):
    amendment = param("text", _("What is amended"), required=True, length=300)
    amount = param("money", _("New amount"))
    latest_shipment = param("date", _("New latest shipment"))
    expiry = param("date", _("New expiry"))


class RequestChange(Schema):
    kind = param("choice", _("What changes"), required=True, choices=choices.CHANGE_KINDS)
    reason = param("choice", _("Reason"), required=True, choices=choices.CHANGE_REASONS)
    request = param("note", _("Customer's request in words"), required=True)


class Apply(Schema):
    signed_on = param("date", _("Amendment signed by the customer on"))


def _open_new(record: str) -> Any:
    def url(ctx: Ctx, source: Any, result: Any) -> str | None:
        return f"/r/{record}/{result.id}" if result is not None else None

    return url


ORDER_STEPS = (
    Step(
        "submit", ORDER, _("Submit"), ("draft",), "approved", services.submit,
        pending="approval", rejected="draft", primary=True, icon="send", sequence=10,
    ),
    Step(
        "send", ORDER, _("Mark as sent"), ("approved",), "sent", services.send,
        primary=True, icon="mail", sequence=20,
    ),
    Step(
        "sign", ORDER, _("Confirm: both signed"), ("sent", "approved"), "signed", services.sign,
        params=Sign, primary=True, icon="pencil", sequence=30,
    ),
    Step(
        "release", ORDER, _("Release to production"), ("signed",), "released", services.release,
        available=services.why_not_release, primary=True, icon="player-play", sequence=40,
    ),
    Step(
        "plan_delivery", ORDER, _("Plan delivery"), ("signed", "released"), None,
        services.plan_delivery, params=Plan, icon="ship", sequence=50,
        next_url=_open_new(DELIVERY),
    ),
    Step(
        "goods_ready", ORDER, _("Goods ready"), ("released",), None, services.goods_ready,
        params=Ready, icon="package", sequence=55,
    ),
    Step(
        "confirm_funds", ORDER, _("Confirm money by hand"), ("signed", "released"), None,
        services.confirm_funds, params=Funds, available=services.funds_by_hand,
        icon="check", sequence=60,
    ),
    Step(
        "override", ORDER, _("Override a gate"), ("approved", "sent", "signed", "released"),
        None, services.override, params=AskOverride, danger=True, icon="lock-open", sequence=70,
    ),
    Step(
        "confirm_override", ORDER, _("Second decision on override"),
        ("approved", "sent", "signed", "released"), None, services.confirm_override,
        permission="orders.order.override", available=services.why_no_second,
        icon="lock-open", sequence=71,
    ),
    Step(
        "request_change", ORDER, _("Request a change"), ("signed", "released"), None,
        changes.request, params=RequestChange, permission="orders.change.create",
        icon="git-compare", sequence=75, next_url=_open_new(CHANGE),
    ),
    Step(
        "hold", ORDER, _("Stop the order"), ("signed", "released"), "on_hold", services.hold,
        params=Reason, icon="player-pause", sequence=80,
    ),
    Step(
        "resume", ORDER, _("Lift the hold"), ("on_hold",), None, services.resume,
        icon="player-play", sequence=81,
    ),
    Step(
        "cancel", ORDER, _("Cancel order"),
        ("draft", "approved", "sent", "signed", "released", "on_hold"), "cancelled",
        services.cancel, params=Cancel, danger=True, icon="x", sequence=90,
    ),
    Step(
        "close", ORDER, _("Close"), ("signed", "released"), "closed", services.close,
        params=Close, icon="archive", sequence=95,
    ),
)
DELIVERY_STEPS = (
    Step(
        "request_booking", DELIVERY, _("Request booking"), ("planned",), "requested",
        deliveries.request_booking, params=AskSpace, icon="send", sequence=5,
    ),
    Step(
        "book", DELIVERY, _("Booked"), ("planned", "requested"), "booked", deliveries.book,
        params=Book, primary=True, icon="check", sequence=10,
    ),
    Step(
        "load", DELIVERY, _("Loaded"), ("booked",), "loaded", deliveries.load,
        params=Load, primary=True, icon="package", sequence=20,
    ),
    Step(
        "declare", DELIVERY, _("Declared to customs"), ("booked", "loaded"), "declared",
        deliveries.declare, icon="clipboard", sequence=22,
    ),
    Step(
        "inspect", DELIVERY, _("Customs inspection"), ("declared",), None,
        deliveries.inspect_goods, params=Reason, icon="search", sequence=24,
    ),
    Step(
        "customs_release", DELIVERY, _("Released by customs"), ("declared",), "released",
        deliveries.customs_release, params=CustomsRelease, primary=True, icon="check",
        sequence=26,
    ),
    Step(
        "withdraw_declaration", DELIVERY, _("Declaration withdrawn"), ("declared", "released"),
        "loaded", deliveries.withdraw_declaration, params=Reason, danger=True, icon="x",
        sequence=28,
    ),
    Step(
        "on_board", DELIVERY, _("On board"), ("booked", "loaded", "released"), "on_board",
        deliveries.on_board, params=OnBoard, primary=True, icon="ship", sequence=30,
    ),
    Step(
        "roll", DELIVERY, _("Rolled to another sailing"),
        ("requested", "booked", "loaded", "released"), None, deliveries.roll,
        params=Roll, icon="rotate", sequence=40,
    ),
    Step(
        "present", DELIVERY, _("Presented to the bank"), ("on_board", "arrived"), None,
        deliveries.present, params=Present, icon="building-bank", sequence=50,
    ),
    Step(
        "release_documents", DELIVERY, _("Release documents"), ("on_board", "arrived"), None,
        deliveries.release_documents, params=Sent, icon="file", sequence=51,
    ),
    Step(
        "arrive", DELIVERY, _("Arrived"), ("on_board",), "arrived", deliveries.arrive,
        params=Arrived, icon="anchor", sequence=60,
    ),
    Step(
        "deliver", DELIVERY, _("Delivered"), ("arrived",), "delivered", icon="check",
        sequence=70, run=deliveries.deliver, params=Delivered,
    ),
    Step(
        "cancel", DELIVERY, _("Cancel delivery"), EDITABLE, "cancelled",
        deliveries.cancel, params=Reason, danger=True, icon="x", sequence=90,
    ),
)
LC_STEPS = (
    Step(
        "check", LC, _("Close the check"), ("draft", "unworkable"), None, letters.check,
        primary=True, icon="check", sequence=10,
    ),
    Step(
        "amend", LC, _("Enter amendment"), ("workable", "unworkable"), "draft", letters.amend,
        params=Amend, icon="pencil", sequence=20,
    ),
    Step(
        "pay", LC, _("Paid by the bank"), ("presented",), "paid", letters.pay, icon="coins",
        sequence=30,
    ),
)
CHANGE_STEPS = (
    Step(
        "submit", CHANGE, _("Request the change"), ("draft",), "approved", changes.submit,
        pending="review", rejected="rejected", done=changes.approved, primary=True,
        icon="send", sequence=10,
    ),
    Step(
        "apply", CHANGE, _("Apply to the order"), ("approved",), "applied", changes.apply,
        params=Apply, primary=True, icon="check", sequence=20,
    ),
    Step(
        "replan", CHANGE, _("Plan anew"), ("rejected",), "draft", changes.replan,
        permission="orders.change.submit", icon="rotate", sequence=25,
    ),
    Step(
        "withdraw", CHANGE, _("Withdraw"), ("draft", "approved", "rejected"), "withdrawn",
        changes.withdraw,
        icon="x", sequence=30,
    ),
)
QUOTATION_STEPS = (
    Step(
        "to_order", "quotes.quotation", _("Make order"), ("accepted",), None,
        quotation.make_order, permission="orders.order.create", primary=True,
        icon="clipboard", sequence=60, next_url=_open_new(ORDER),
    ),
)
STEPS = (*ORDER_STEPS, *DELIVERY_STEPS, *LC_STEPS, *CHANGE_STEPS, *QUOTATION_STEPS)
