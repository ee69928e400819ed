"""The records of after-sales (DOMAIN §1.10)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    currency,
    day,
    integer,
    lines,
    link,
    moment,
    money,
    note,
    quantity,
    text,
    user,
)
from plugins.service import choices

ZERO = Decimal(0)
COST = "service.complaint.cost"


class Complaint(Record):
    """What a customer complains about, with its clock, its 8D and its remedy."""

    key = "service.complaint"
    label, plural = _("Complaint"), _("Complaints")
    title = "subject"
    number_rule = Number("CP{yy}{seq:04}", reset="yearly")
    icon = "alert-triangle"
    scope = True
    states = (
        State("new", _("New"), "red"),
        State("acknowledged", _("Acknowledged"), "amber"),
        State("containment", _("Contained"), "amber"),
        State("analysis", _("Cause found"), "blue"),
        State("proposed", _("Remedy waits for approval"), "amber"),
        State("approved", _("Remedy approved"), "blue"),
        State("executing", _("Being carried out"), "blue"),
        State("confirmed", _("Confirmed by the customer"), "green"),
        State("closed", _("Closed"), "green", done=True),
    )
    constraints = (Index("ix_service_complaint_code", "company_id", "product_id", "defect_code"),)

    owner_id: Mapped[int | None] = user(_("Owner"), system=True)
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Contact"))
    order_id: Mapped[int | None] = link("orders.order", _("Order"))
    delivery_id: Mapped[int | None] = link("orders.delivery", _("Delivery"))
    product_id: Mapped[int | None] = link("products.product", _("Product"))
    lot: Mapped[str | None] = text(_("Lot"), length=40, search=True)
    subject: Mapped[str] = text(_("Subject"), required=True, search=True)
    description: Mapped[str | None] = note(_("What the customer says"))
    source: Mapped[str | None] = choice(_("Came by"), choices.SOURCES, default="mail")
    received_at: Mapped[datetime | None] = moment(_("Received at"))
    category: Mapped[str] = choice(_("Category"), choices.CATEGORIES, required=True)
    safety: Mapped[bool] = boolean(_("Danger to people, fire or recall"))
    refused: Mapped[bool] = boolean(_("The whole shipment is refused"))
    severity: Mapped[str | None] = choice(
        _("Severity"), choices.SEVERITIES, help=_("Empty: proposed from the facts")
    )
    qty_shipped: Mapped[Decimal | None] = quantity(_("Quantity delivered"), minimum=ZERO)
    qty_affected: Mapped[Decimal | None] = quantity(_("Quantity affected"), minimum=ZERO)
    claimed: Mapped[Decimal | None] = money(_("Claimed amount"), currency="currency", minimum=ZERO)
    currency: Mapped[str | None] = currency(_("Currency"), default="USD")
    days_late: Mapped[int | None] = integer(_("Days late"), minimum=ZERO)
    handler_id: Mapped[int | None] = user(_("Handled by"), system=True)
    defect_code: Mapped[str | None] = text(_("Defect code"), length=10, search=True)
    repeat_of_id: Mapped[int | None] = link(
        "service.complaint", _("Repeats complaint"), system=True
    )
    answer_due_at: Mapped[datetime | None] = moment(_("First answer due"), system=True)
    answered_at: Mapped[datetime | None] = moment(_("First answer"), system=True)
    contain_due_at: Mapped[datetime | None] = moment(_("Containment due"), system=True)
    contained_at: Mapped[datetime | None] = moment(_("Contained at"), system=True)
    cause_due_at: Mapped[datetime | None] = moment(_("Root cause due"), system=True)
    analysed_at: Mapped[datetime | None] = moment(_("Root cause found"), system=True)
    close_due_at: Mapped[datetime | None] = moment(_("Closing due"), system=True)
    closed_at: Mapped[datetime | None] = moment(_("Closed at"), system=True)
    next_due_at: Mapped[datetime | None] = moment(_("Next deadline"), system=True)
    escalated_at: Mapped[datetime | None] = moment(_("Escalated"), system=True)
    d1_team: Mapped[str | None] = note(_("D1 Team"))
    d2_problem: Mapped[str | None] = note(_("D2 Problem"))
    d3_containment: Mapped[str | None] = note(_("D3 Containment"))
    d4_root_cause: Mapped[str | None] = note(_("D4 Root cause"))
    d5_action: Mapped[str | None] = note(_("D5 Corrective action"))
    d6_implementation: Mapped[str | None] = note(_("D6 Implementation"))
    d7_prevention: Mapped[str | None] = note(_("D7 Prevention"))
    d8_closure: Mapped[str | None] = note(_("D8 Closure"))
    remedy: Mapped[str | None] = choice(_("Remedy"), choices.REMEDIES, system=True)
    remedy_text: Mapped[str | None] = note(_("What we offer"), system=True)
    cost: Mapped[Decimal | None] = money(
        _("Cost of the remedy"), currency="currency", system=True, read=COST
    )
    responsible: Mapped[str | None] = choice(
        _("Responsible"), choices.RESPONSIBLE, system=True, read=COST
    )
    reminders: Mapped[int | None] = integer(_("Reminders sent"), system=True, default=0)
    reminded_on: Mapped[date | None] = day(_("Last reminder"), system=True)
    confirmed_on: Mapped[date | None] = day(_("Customer confirmed on"), system=True)
    satisfaction: Mapped[int | None] = integer(
        _("Satisfaction (1–5)"), system=True, minimum=Decimal(1), maximum=Decimal(5)
    )
    blocked_on: Mapped[date | None] = day(_("Lot blocked on"), system=True)
    unblocked_on: Mapped[date | None] = day(_("Lot released on"), system=True)
    unblock_reason: Mapped[str | None] = text(_("Why the lot was released"), system=True)
    reviewed_on: Mapped[date | None] = day(_("Prevention reviewed on"), system=True)
    review_result: Mapped[str | None] = choice(
        _("Result of the review"), choices.REVIEWS, system=True
    )
    review_on: Mapped[date | None] = day(_("Review of the prevention"), system=True)
    parts = lines("service.part", _("Replacements, spare parts and returns"))


class Part(Line):
    """Goods that go to or come back from the customer because of a complaint."""

    key = "service.part"
    label = _("Part")
    parent = "service.complaint"

    kind: Mapped[str] = choice(_("Kind"), choices.PART_KINDS, required=True)
    product_id: Mapped[int | None] = link("products.product", _("Product"))
    description: Mapped[str | None] = text(_("Description"))
    qty: Mapped[Decimal] = quantity(_("Quantity"), required=True, minimum=Decimal("0.0001"))
    sent_on: Mapped[date | None] = day(_("Sent or returned on"))


class Care(Record):
    """Something to do for a customer between orders."""

    key = "service.care"
    label, plural = _("Care task"), _("Care tasks")
    title = "subject"
    icon = "heart"
    scope = True
    default_sort = "due_on"
    states = (
        State("open", _("To do"), "amber"),
        State("done", _("Done"), "green", done=True),
        State("dropped", _("Dropped"), "grey", done=True),
    )

    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Contact"))
    kind: Mapped[str] = choice(_("Kind"), choices.CARE_KINDS, required=True)
    subject: Mapped[str] = text(_("Subject"), required=True, search=True)
    due_on: Mapped[date] = day(_("Due on"), required=True)
    done_on: Mapped[date | None] = day(_("Done on"), system=True)
    satisfaction: Mapped[int | None] = integer(_("Satisfaction (1–5)"), system=True)
    nps: Mapped[int | None] = integer(_("Would recommend us (0–10)"), system=True)
    notes: Mapped[str | None] = note(_("Notes"))
