"""The steps on a sample request (DOMAIN §1.4)."""

from __future__ import annotations

from marshmallow import Schema

from core.api import Step, _, param
from plugins.samples import services
from plugins.samples.records import COURIERS, OUTCOMES, RESULTS

KEY = "samples.request"
BEFORE_SENDING = ("draft", "approved", "preparing", "inspection", "ready")


class NotesParams(Schema):
    notes = param("note", _("Inspection notes"))


class MaterialParams(Schema):
    material = param("text", _("What is missing"), required=True, length=200)


class FailParams(Schema):
    notes = param("note", _("What was wrong"), required=True)


class SendParams(Schema):
    courier = param("choice", _("Courier"), required=True, choices=COURIERS)
    tracking_no = param("text", _("Tracking number"), required=True, length=40)
    sent_on = param("date", _("Sent on"))
    freight_cost = param("money", _("Freight cost (CNY)"))


class TrackParams(Schema):
    status = param("text", _("Transit status"), required=True)
    on = param("date", _("Date"))


class DayParams(Schema):
    on = param("date", _("Date"))


class FeedbackParams(Schema):
    result = param("choice", _("Customer's verdict"), required=True, choices=RESULTS)
    comments = param("note", _("What the customer said"), required=True)
    next_step = param("text", _("Next step"))


class SealParams(Schema):
    seal_no = param("text", _("Seal no. of the golden sample"), required=True, length=30)
    kept_at = param("text", _("Golden sample kept at"), required=True, length=80)


class CloseParams(Schema):
    outcome = param("choice", _("Outcome"), required=True, choices=OUTCOMES)
    reason = param("text", _("Reason"), length=500)


class ReasonParams(Schema):
    reason = param("text", _("Reason"), required=True, length=500)


def _changes_wanted(ctx: object, request: object) -> object | None:
    wanted = getattr(request, "result", None) == "changes"
    return None if wanted else _("The customer did not ask for changes.")


STEPS = [
    Step(
        "submit",
        KEY,
        _("Submit for approval"),
        ("draft",),
        "approved",
        services.submit,
        pending="submitted",
        rejected="rejected",
        done=services.approved,
        primary=True,
        icon="send",
        sequence=10,
    ),
    Step(
        "revise",
        KEY,
        _("Revise"),
        ("rejected",),
        "draft",
        services.revise,
        permission="samples.request.submit",
        icon="pencil",
        sequence=11,
    ),
    Step(
        "start",
        KEY,
        _("Start preparation"),
        ("approved",),
        "preparing",
        services.start,
        primary=True,
        icon="tools",
        sequence=20,
    ),
    Step(
        "prepared",
        KEY,
        _("Hand over for inspection"),
        ("approved", "preparing"),
        "inspection",
        services.prepared,
        permission="samples.request.start",
        icon="arrow-right",
        sequence=25,
    ),
    Step(
        "need_material",
        KEY,
        _("Material is missing"),
        ("approved", "preparing"),
        None,
        services.need_material,
        params=MaterialParams,
        permission="samples.request.start",
        icon="shopping-cart",
        sequence=26,
    ),
    Step(
        "inspect_ok",
        KEY,
        _("Pass inspection"),
        ("inspection",),
        "ready",
        services.inspect_ok,
        params=NotesParams,
        permission="samples.request.inspect",
        primary=True,
        icon="check",
        sequence=30,
    ),
    Step(
        "inspect_bad",
        KEY,
        _("Fail inspection"),
        ("inspection",),
        "preparing",
        services.inspect_bad,
        params=FailParams,
        permission="samples.request.inspect",
        danger=True,
        icon="x",
        sequence=31,
    ),
    Step(
        "label",
        KEY,
        _("Label attached"),
        ("preparing", "inspection", "ready"),
        None,
        services.label,
        permission="samples.request.send",
        icon="tag",
        sequence=40,
    ),
    Step(
        "send",
        KEY,
        _("Send"),
        ("ready",),
        "sent",
        services.send,
        params=SendParams,
        primary=True,
        icon="truck-delivery",
        sequence=50,
    ),
    Step(
        "track",
        KEY,
        _("Note a movement"),
        ("sent",),
        None,
        services.track,
        params=TrackParams,
        permission="samples.request.deliver",
        icon="map-pin",
        sequence=60,
    ),
    Step(
        "deliver",
        KEY,
        _("Delivered"),
        ("sent",),
        "delivered",
        services.deliver,
        params=DayParams,
        primary=True,
        icon="package",
        sequence=61,
    ),
    Step(
        "feedback",
        KEY,
        _("Enter feedback"),
        ("delivered",),
        "feedback",
        services.feedback,
        params=FeedbackParams,
        primary=True,
        icon="message",
        sequence=70,
    ),
    Step(
        "next_round",
        KEY,
        _("Next round"),
        ("feedback", "closed"),
        None,
        services.next_round,
        permission="samples.request.create",
        available=_changes_wanted,
        icon="repeat",
        next_url=lambda ctx, request, result: services.url_of(result),
        sequence=71,
    ),
    Step(
        "seal",
        KEY,
        _("Store the golden sample"),
        ("feedback", "closed"),
        None,
        services.seal,
        params=SealParams,
        permission="samples.request.feedback",
        available=services.why_not_seal,
        icon="certificate",
        sequence=72,
    ),
    Step(
        "settle",
        KEY,
        _("Fee settled"),
        ("sent", "delivered", "feedback"),
        None,
        services.settle,
        params=DayParams,
        available=services.why_not_settle,
        icon="coin",
        sequence=80,
    ),
    Step(
        "close",
        KEY,
        _("Close"),
        ("delivered", "feedback"),
        "closed",
        services.close,
        params=CloseParams,
        icon="circle-check",
        sequence=90,
    ),
    Step(
        "cancel",
        KEY,
        _("Cancel"),
        BEFORE_SENDING,
        "cancelled",
        services.cancel,
        params=ReasonParams,
        danger=True,
        icon="ban",
        sequence=95,
    ),
]
