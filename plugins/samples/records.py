"""The records of samples (DOMAIN §1.4)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Choice,
    Line,
    Number,
    Record,
    State,
    _,
    choice,
    currency,
    day,
    file,
    integer,
    lines,
    link,
    moment,
    money,
    note,
    quantity,
    text,
)
from plugins.crm.api import UNITS
from plugins.products.api import COST_RIGHT

KINDS = (
    ("stock", _("From stock")),
    ("made", _("Made for the customer")),
    ("pre_production", _("Pre-production sample")),
    ("golden", _("Golden sample (sealed)")),
    ("counter", _("Counter sample")),
)
FEE_POLICIES = (
    ("free", _("Free")),
    ("charged", _("Charged")),
    ("refundable", _("Refunded on order")),
)
FREIGHT = (
    ("account", _("Customer's courier account")),
    ("collect", _("Freight collect")),
    ("prepaid", _("Freight prepaid")),
)
COURIERS = (
    ("DHL", _("DHL")),
    ("FEDEX", _("FedEx")),
    ("UPS", _("UPS")),
    ("SF", _("SF Express")),
    ("EMS", _("EMS")),
    ("ARAMEX", _("Aramex")),
    ("OTHER", _("Other courier")),
)
RESULTS = (
    Choice("approved", _("Approved"), "green"),
    Choice("changes", _("Approved with changes"), "amber"),
    Choice("rejected", _("Rejected"), "red"),
)
OUTCOMES = (Choice("order", _("Order placed"), "green"), Choice("no_order", _("No order"), "grey"))
ZERO = Decimal(0)


class Request(Record):
    """One parcel of samples for a customer, from the wish to the verdict."""

    key = "samples.request"
    label, plural = _("Sample request"), _("Sample requests")
    title = "purpose"
    number_rule = Number("SR{yy}{seq:04}", reset="yearly", at="submit")
    icon = "gift"
    scope = True
    states = (
        State("draft", _("Draft"), "grey"),
        State("submitted", _("Waiting for approval"), "amber"),
        State("approved", _("Approved"), "blue"),
        State("preparing", _("In preparation"), "blue"),
        State("inspection", _("In inspection"), "blue"),
        State("ready", _("Ready to send"), "blue"),
        State("sent", _("Sent"), "amber"),
        State("delivered", _("Delivered"), "amber"),
        State("feedback", _("Feedback received"), "blue"),
        State("closed", _("Closed"), "green", done=True),
        State("rejected", _("Rejected"), "red"),
        State("cancelled", _("Cancelled"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "courier", "tracking_no"),)

    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Contact"))
    inquiry_id: Mapped[int | None] = link("crm.inquiry", _("Inquiry"))
    kind: Mapped[str] = choice(_("Kind of sample"), KINDS, required=True, default="stock")
    purpose: Mapped[str] = text(_("Purpose"), required=True, search=True)
    needed_by: Mapped[date | None] = day(_("Needed by"))
    round: Mapped[int | None] = integer(_("Round"), system=True, default=1)
    previous_id: Mapped[int | None] = link("samples.request", _("Previous round"), system=True)
    fee_policy: Mapped[str] = choice(_("Sample fee"), FEE_POLICIES, required=True, default="free")
    fee: Mapped[Decimal | None] = money(_("Fee"), currency="currency", minimum=ZERO)
    refund_from: Mapped[Decimal | None] = money(
        _("Refunded on an order of at least"), currency="currency", minimum=ZERO
    )
    fee_settled_on: Mapped[date | None] = day(_("Fee settled on"), system=True)
    currency: Mapped[str | None] = currency(_("Currency"), default="USD")
    freight: Mapped[str] = choice(_("Freight"), FREIGHT, required=True, default="prepaid")
    account_no: Mapped[str | None] = text(_("Courier account"), length=40)
    freight_cost: Mapped[Decimal | None] = money(_("Freight cost (CNY)"), minimum=ZERO)
    declared_value: Mapped[Decimal | None] = money(
        _("Declared value"),
        currency="currency",
        minimum=ZERO,
        help=_("Customs need a real value, also for free samples"),
    )
    address: Mapped[str | None] = note(_("Delivery address"), length=500)
    remarks: Mapped[str | None] = note(_("Remarks"))
    un383_id: Mapped[int | None] = file(_("UN38.3 report"))
    msds_id: Mapped[int | None] = file(_("Safety data sheet (MSDS)"))
    cost: Mapped[Decimal | None] = money(
        _("Cost of goods (CNY)"), system=True, computed=True, read=COST_RIGHT
    )
    inspected_at: Mapped[datetime | None] = moment(_("Passed inspection"), system=True)
    inspection: Mapped[str | None] = note(_("Inspection notes"), system=True)
    failures: Mapped[int | None] = integer(_("Failed inspections"), system=True, default=0)
    labelled_at: Mapped[datetime | None] = moment(_("Label attached"), system=True)
    courier: Mapped[str | None] = choice(_("Courier"), COURIERS, system=True)
    tracking_no: Mapped[str | None] = text(
        _("Tracking number"), length=40, system=True, search=True
    )
    sent_on: Mapped[date | None] = day(_("Sent on"), system=True)
    moved_on: Mapped[date | None] = day(_("Last movement"), system=True)
    transit: Mapped[str | None] = text(_("Transit status"), system=True)
    delivered_on: Mapped[date | None] = day(_("Delivered on"), system=True)
    reminded_on: Mapped[date | None] = day(_("Reminded"), system=True)
    result: Mapped[str | None] = choice(_("Customer's verdict"), RESULTS, system=True)
    feedback_on: Mapped[date | None] = day(_("Feedback on"), system=True)
    feedback: Mapped[str | None] = note(_("What the customer said"), system=True)
    seal_no: Mapped[str | None] = text(_("Seal no. of the golden sample"), length=30, system=True,
                                       search=True)
    kept_at: Mapped[str | None] = text(_("Golden sample kept at"), length=80, system=True)
    sealed_on: Mapped[date | None] = day(_("Sealed on"), system=True)
    next_step: Mapped[str | None] = text(_("Next step"), system=True)
    outcome: Mapped[str | None] = choice(_("Outcome"), OUTCOMES, system=True)
    closed_on: Mapped[date | None] = day(_("Closed on"), system=True)
    reason: Mapped[str | None] = text(_("Reason"), system=True, length=500)
    lines = lines("samples.line")


class SampleLine(Line):
    """One article in the parcel."""

    key = "samples.line"
    label = _("Sample line")
    parent = "samples.request"

    product_id: Mapped[int | None] = link("products.product", _("Product"))
    description: Mapped[str | None] = text(_("Description or specification"), length=500)
    spec_version: Mapped[str | None] = text(_("Specification version"), length=20)
    qty: Mapped[Decimal] = quantity(_("Quantity"), required=True, minimum=Decimal("0.0001"))
    unit: Mapped[str | None] = choice(_("Unit"), UNITS, default="PCS")
    unit_value: Mapped[Decimal | None] = money(_("Unit value"), currency="currency", minimum=ZERO)
    unit_cost: Mapped[Decimal | None] = money(_("Unit cost (CNY)"), system=True, read=COST_RIGHT)
