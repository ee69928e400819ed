"""The steps on leads, customers and inquiries."""

from __future__ import annotations

from marshmallow import Schema

from core.api import Step, _, param
from plugins.crm import customers, inquiries, leads
from plugins.crm.terms import ACTIVITY_TYPES, INVALID_REASONS, LOST_REASONS, OPEN_STAGES

LEAD, CUSTOMER, INQUIRY = "crm.lead", "crm.customer", "crm.inquiry"
UNDECIDED = ("new", "assigned", "contacted")


class AssignParams(Schema):
    user_id = param("user", _("Representative"), required=True)
    note = param("note", _("Note for the next owner"))


class ConvertParams(Schema):
    customer_id = param(
        "link", _("Existing customer"), target=CUSTOMER, help=_("Empty: a new customer is created")
    )
    subject = param("text", _("Subject of the inquiry"))
    next_action_on = param("date", _("Next action on"))


class MergeParams(Schema):
    customer_id = param(
        "link", _("Into customer"), target=CUSTOMER, help=_("Empty: the match that was found")
    )


class InvalidParams(Schema):
    reason = param("choice", _("Reason"), required=True, choices=INVALID_REASONS)


class HandOverParams(Schema):
    user_id = param("user", _("New owner"), required=True)
    note = param("note", _("Handover note"), required=True)


class NoteParams(Schema):
    note = param("note", _("Note"))


class HoldParams(Schema):
    reason = param("text", _("Reason"), required=True, length=300)


class ActivityParams(Schema):
    kind = param("choice", _("Type"), required=True, choices=ACTIVITY_TYPES)
    summary = param("text", _("What was said or done"), required=True, length=1000)


class NextParams(Schema):
    next_action_on = param("date", _("Next action on"), required=True)
    next_action = param("text", _("Next action"))


class InquiryActivityParams(ActivityParams, NextParams):
    pass


class StageParams(Schema):
    next_action_on = param("date", _("Next action on"))
    next_action = param("text", _("Next action"))


class LoseParams(Schema):
    reason = param("choice", _("Reason"), required=True, choices=LOST_REASONS)
    competitor = param("text", _("Competitor"), length=120)
    note = param("note", _("What we learned"))


LEAD_STEPS = [
    Step(
        "assign",
        LEAD,
        _("Assign"),
        ("new", "assigned"),
        "assigned",
        leads.assign,
        params=AssignParams,
        icon="user-check",
        bulk=True,
        sequence=10,
    ),
    Step(
        "contacted",
        LEAD,
        _("Answered"),
        ("assigned",),
        "contacted",
        leads.contacted,
        primary=True,
        icon="send",
        sequence=20,
        help=_("The first answer went out"),
    ),
    Step(
        "convert",
        LEAD,
        _("Convert"),
        ("assigned", "contacted"),
        "converted",
        leads.convert,
        params=ConvertParams,
        available=lambda ctx, lead: leads.undecided(lead),
        primary=True,
        icon="arrow-right",
        sequence=30,
        next_url=lambda ctx, lead, result: customers.url_of(result),
        help=_("Creates or links customer, contact and inquiry"),
    ),
    Step(
        "separate",
        LEAD,
        _("Not a duplicate"),
        UNDECIDED,
        None,
        leads.separate,
        available=leads.why_not_separate,
        icon="git-fork",
        sequence=40,
    ),
    Step(
        "merge",
        LEAD,
        _("Merge"),
        UNDECIDED,
        "merged",
        leads.merge,
        params=MergeParams,
        icon="git-merge",
        sequence=50,
    ),
    Step(
        "invalidate",
        LEAD,
        _("Mark as invalid"),
        UNDECIDED,
        "invalid",
        leads.invalidate,
        params=InvalidParams,
        danger=True,
        bulk=True,
        icon="x",
        sequence=60,
    ),
    Step(
        "reopen", LEAD, _("Reopen"), ("invalid",), "new", leads.reopen, icon="rotate", sequence=70
    ),
]

CUSTOMER_STEPS = [
    Step(
        "first_order",
        CUSTOMER,
        _("First order"),
        ("prospect",),
        "active",
        customers.first_order,
        permission="crm.customer.write",
        hidden=True,
        icon="trophy",
        sequence=5,
    ),
    Step(
        "log_activity",
        CUSTOMER,
        _("Log activity"),
        run=customers.log_activity,
        params=ActivityParams,
        icon="message",
        sequence=10,
    ),
    Step(
        "claim",
        CUSTOMER,
        _("Claim from the pool"),
        ("public",),
        "private",
        customers.claim,
        axis="pool",
        available=customers.why_not_claim,
        primary=True,
        icon="hand-stop",
        sequence=20,
    ),
    Step(
        "hand_over",
        CUSTOMER,
        _("Hand over"),
        run=customers.hand_over,
        params=HandOverParams,
        bulk=True,
        icon="users",
        sequence=30,
    ),
    Step(
        "release",
        CUSTOMER,
        _("Return to the pool"),
        ("private",),
        "public",
        customers.to_pool,
        axis="pool",
        params=NoteParams,
        icon="logout",
        sequence=40,
    ),
    Step(
        "hold",
        CUSTOMER,
        _("Put on hold"),
        run=customers.hold,
        params=HoldParams,
        available=customers.not_on_hold,
        danger=True,
        icon="player-pause",
        sequence=50,
    ),
    Step(
        "unhold",
        CUSTOMER,
        _("Lift the hold"),
        run=customers.unhold,
        available=customers.on_hold,
        icon="player-play",
        sequence=51,
    ),
]


def _stage(key: str, label: object, stage: str, sequence: int, icon: str = "arrow-right") -> Step:
    source = tuple(s for s in OPEN_STAGES if s != stage)
    return Step(
        key,
        INQUIRY,
        label,
        source,
        stage,
        inquiries.move_to(stage),
        params=StageParams,
        permission="crm.inquiry.move",
        sequence=sequence,
        icon=icon,
    )


INQUIRY_STEPS = [
    Step(
        "log_activity",
        INQUIRY,
        _("Log activity"),
        OPEN_STAGES,
        None,
        inquiries.log_activity,
        params=InquiryActivityParams,
        icon="message",
        primary=True,
        sequence=5,
    ),
    _stage("qualify", _("Qualify"), "qualified", 10),
    _stage("confirm_spec", _("Specification confirmed"), "spec", 20),
    _stage("mark_quoted", _("Quoted"), "quoted", 30),
    _stage("start_sampling", _("Sampling"), "sampling", 40),
    _stage("negotiate", _("Negotiating"), "negotiating", 50),
    _stage("mark_pi_sent", _("PI sent"), "pi_sent", 60),
    Step(
        "win",
        INQUIRY,
        _("Won"),
        OPEN_STAGES,
        "won",
        inquiries.win,
        permission="crm.inquiry.move",
        icon="trophy",
        sequence=70,
    ),
    Step(
        "lose",
        INQUIRY,
        _("Lost"),
        OPEN_STAGES,
        "lost",
        inquiries.lose,
        params=LoseParams,
        permission="crm.inquiry.move",
        danger=True,
        icon="x",
        sequence=80,
    ),
    Step(
        "reopen",
        INQUIRY,
        _("Reopen"),
        ("lost",),
        "qualified",
        inquiries.reopen,
        params=NextParams,
        permission="crm.inquiry.move",
        icon="rotate",
        sequence=90,
    ),
]

STEPS = [*LEAD_STEPS, *CUSTOMER_STEPS, *INQUIRY_STEPS]
