"""The steps on complaints and care tasks."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema

from core.api import Step, _, param
from plugins.service import care, choices, lots, services

COMPLAINT, CARE = "service.complaint", "service.care"
OPEN = ("new", "acknowledged", "containment", "analysis")


class AcknowledgeParams(Schema):
    handler_id = param("user", _("Handled by"), help=_("Empty: chosen by category"))


class RegradeParams(Schema):
    severity = param("choice", _("Severity"), required=True, choices=choices.SEVERITIES)
    reason = param("text", _("Reason"), required=True, length=500)


class ContainParams(Schema):
    d3_containment = param("note", _("D3 Containment"), required=True)
    d1_team = param("note", _("D1 Team"))


class AnalyseParams(Schema):
    d4_root_cause = param("note", _("D4 Root cause"), required=True)
    d5_action = param("note", _("D5 Corrective action"), required=True)
    defect_code = param("text", _("Defect code"), length=10)


class ProposeParams(Schema):
    remedy = param("choice", _("Remedy"), required=True, choices=choices.REMEDIES)
    remedy_text = param("note", _("What we offer"), required=True)
    cost = param("money", _("Cost of the remedy"), minimum=Decimal(0))
    responsible = param("choice", _("Responsible"), required=True, choices=choices.RESPONSIBLE)


class ExecuteParams(Schema):
    d6_implementation = param("note", _("D6 Implementation"), required=True)


class ConfirmParams(Schema):
    on = param("date", _("Customer confirmed on"))
    satisfaction = param("integer", _("Satisfaction (1–5)"), minimum=Decimal(1), maximum=Decimal(5))


class CloseParams(Schema):
    d7_prevention = param("note", _("D7 Prevention"))
    d8_closure = param("note", _("D8 Closure"))


class ReasonParams(Schema):
    reason = param("text", _("Reason"), required=True, length=500)


class ReviewParams(Schema):
    result = param("choice", _("Result of the review"), required=True, choices=choices.REVIEWS)
    notes = param("note", _("What was seen"), required=True)


class DoneParams(Schema):
    satisfaction = param("integer", _("Satisfaction (1–5)"), minimum=Decimal(1), maximum=Decimal(5))
    nps = param("integer", _("Would recommend us (0–10)"), minimum=Decimal(0), maximum=Decimal(10))
    notes = param("note", _("Notes"))


STEPS = [
    Step(
        "acknowledge",
        COMPLAINT,
        _("Acknowledge"),
        ("new",),
        "acknowledged",
        services.acknowledge,
        params=AcknowledgeParams,
        primary=True,
        icon="message",
        sequence=10,
        help=_("The customer got a first answer"),
    ),
    Step(
        "regrade",
        COMPLAINT,
        _("Change severity"),
        OPEN,
        None,
        services.regrade,
        params=RegradeParams,
        icon="adjustments",
        sequence=15,
    ),
    Step(
        "contain",
        COMPLAINT,
        _("Contain"),
        ("acknowledged",),
        "containment",
        services.contain,
        available=services.not_hers,
        params=ContainParams,
        permission="service.complaint.analyse",
        primary=True,
        icon="shield",
        sequence=20,
    ),
    Step(
        "analyse",
        COMPLAINT,
        _("Enter the root cause"),
        ("acknowledged", "containment", "analysis"),
        "analysis",
        services.analyse,
        available=services.not_hers,
        params=AnalyseParams,
        primary=True,
        icon="search",
        sequence=30,
    ),
    Step(
        "propose",
        COMPLAINT,
        _("Propose a remedy"),
        ("acknowledged", "containment", "analysis"),
        "approved",
        services.propose,
        pending="proposed",
        rejected="analysis",
        done=services.approved,
        refused=services.turned_down,
        params=ProposeParams,
        available=services.why_not_propose,
        primary=True,
        icon="gift",
        sequence=40,
    ),
    Step(
        "execute",
        COMPLAINT,
        _("Carried out"),
        ("approved",),
        "executing",
        services.execute,
        available=services.not_hers,
        params=ExecuteParams,
        primary=True,
        icon="check",
        sequence=50,
    ),
    Step(
        "remind",
        COMPLAINT,
        _("Reminder sent"),
        ("executing",),
        None,
        services.remind,
        permission="service.complaint.confirm",
        icon="bell",
        sequence=55,
    ),
    Step(
        "confirm",
        COMPLAINT,
        _("Customer confirmed"),
        ("executing",),
        "confirmed",
        services.confirm,
        params=ConfirmParams,
        primary=True,
        icon="thumb-up",
        sequence=60,
    ),
    Step(
        "close",
        COMPLAINT,
        _("Close"),
        ("executing", "confirmed"),
        "closed",
        services.close,
        params=CloseParams,
        available=services.why_not_close,
        icon="circle-check",
        sequence=70,
    ),
    Step(
        "reopen",
        COMPLAINT,
        _("Reopen"),
        ("closed",),
        "analysis",
        services.reopen,
        params=ReasonParams,
        available=services.why_not_reopen,
        permission="service.complaint.close",
        icon="rotate",
        sequence=80,
    ),
    Step(
        "unblock",
        COMPLAINT,
        _("Release the lot"),
        (*OPEN, "proposed", "approved", "executing", "confirmed", "closed"),
        None,
        lots.unblock,
        params=ReasonParams,
        available=lots.why_not_unblock,
        permission="service.complaint.release_lot",
        icon="lock-open",
        sequence=25,
    ),
    Step(
        "review",
        COMPLAINT,
        _("Review the prevention"),
        ("closed",),
        None,
        services.review,
        params=ReviewParams,
        available=services.why_not_review,
        permission="service.complaint.release_lot",
        icon="zoom-check",
        sequence=75,
    ),
    Step(
        "done",
        CARE,
        _("Done"),
        ("open",),
        "done",
        care.done,
        params=DoneParams,
        permission="service.care.write",
        primary=True,
        icon="check",
        sequence=10,
    ),
    Step(
        "drop",
        CARE,
        _("Drop"),
        ("open",),
        "dropped",
        care.drop,
        params=ReasonParams,
        permission="service.care.write",
        danger=True,
        icon="x",
        sequence=20,
    ),
]
