"""The letter of credit of an order and its deliveries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
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
    money,
    note,
    percent,
    rate,
    structure,
    text,
)
from core.api import quantity as qty_field
from plugins.orders import choices

ZERO = Decimal(0)


EDITABLE = ("planned", "requested", "booked", "loaded")
ASHORE = (*EDITABLE, "declared", "released")
"""States of a delivery whose goods are not yet on board."""


class LetterOfCredit(Record):
    """A documentary credit for an order (DOMAIN §1.6, §3.10)."""

    key = "orders.lc"
    label, plural = _("Letter of credit"), _("Letters of credit")
    title = "lc_number"
    icon = "building-bank"
    states = (
        State("draft", _("Received"), "grey"),
        State("workable", _("Workable"), "green"),
        State("unworkable", _("Needs amendment"), "red"),
        State("presented", _("Presented"), "blue"),
        State("paid", _("Paid"), "green", done=True),
        State("expired", _("Expired"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "lc_number", "issuing_bank"),)
    states_set_by_services = ("workable", "unworkable", "presented", "paid", "expired")

    lc_number: Mapped[str] = text(_("L/C no."), required=True, length=40, search=True)
    order_id: Mapped[int] = link("orders.order", _("Sales order"), required=True)
    issuing_bank: Mapped[str] = text(_("Issuing bank"), required=True)
    advising_bank: Mapped[str | None] = text(_("Advising bank"))
    confirming_bank: Mapped[str | None] = text(_("Confirming bank"))
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    amount: Mapped[Decimal] = money(_("Amount"), "currency", required=True, minimum=ZERO)
    drawn: Mapped[Decimal] = money(_("Drawn"), "currency", system=True, default=ZERO)
    tolerance: Mapped[Decimal] = percent(
        _("Tolerance of the amount"), default=ZERO, maximum=Decimal("0.10")
    )
    expiry: Mapped[date] = day(_("Expiry"), required=True)
    expiry_place: Mapped[str | None] = text(_("Place of expiry"), length=60)
    latest_shipment: Mapped[date | None] = day(_("Latest shipment"))
    presentation_days: Mapped[int | None] = integer(
        _("Days to present"), help=_("21 if the credit is silent"), minimum=Decimal(1)
    )
    partial_allowed: Mapped[bool] = boolean(_("Partial shipment allowed"), default=True)
    transhipment_allowed: Mapped[bool] = boolean(_("Transhipment allowed"), default=True)
    documents: Mapped[str | None] = note(_("Documents required (46A)"))
    conditions: Mapped[str | None] = note(_("Additional conditions (47A)"))
    amendments: Mapped[str | None] = note(_("Amendments"))
    goods_wording: Mapped[str | None] = note(_("Description of goods in the credit"))
    present_by: Mapped[date | None] = day(_("Last day to present"), system=True)
    presented_on: Mapped[date | None] = day(_("Presented on"), system=True)
    discrepancy_fee: Mapped[Decimal | None] = money(_("Discrepancy fee"), "currency", system=True)
    checks = lines("orders.lc_check", _("Check list"))

    @property
    def operative(self) -> bool:
        """True from the check "workable" until it is paid or expired."""
        return self.state in ("workable", "presented")


class LcCheck(Line):
    """One row of the check list of a credit (DOMAIN §3.10)."""

    key = "orders.lc_check"
    parent = "orders.lc"
    label = _("Check")

    rule: Mapped[str] = choice(_("Rule"), choices.LC_RULES, required=True)
    result: Mapped[str] = choice(_("Result"), choices.CHECK_RESULTS, required=True, default="open")
    comment: Mapped[str | None] = text(_("Comment"), length=300)


class Delivery(Record):
    """A partial shipment of one order; SH, CI and PL share the serial and a letter."""

    key = "orders.delivery"
    label, plural = _("Delivery"), _("Deliveries")
    default_sort = "-id"
    icon = "ship"
    states = (
        State("planned", _("Planned"), "grey"),
        State("requested", _("Booking requested"), "amber"),
        State("booked", _("Booked"), "blue"),
        State("loaded", _("Loaded"), "blue"),
        State("declared", _("Customs declared"), "amber"),
        State("released", _("Released by customs"), "blue"),
        State("on_board", _("On board"), "green"),
        State("arrived", _("Arrived"), "green"),
        State("delivered", _("Delivered"), "green", done=True),
        State("cancelled", _("Called off"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "carrier", "bl_number"),)

    order_id: Mapped[int] = link("orders.order", _("Sales order"), required=True)
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"), system=True)
    currency: Mapped[str | None] = currency(_("Currency"), system=True)
    amount: Mapped[Decimal] = money(_("Invoice value"), "currency", system=True, default=ZERO)
    carrier: Mapped[str | None] = text(_("Carrier or forwarder"), length=60)
    booking: Mapped[str | None] = text(_("Booking no. (S/O)"), length=20, search=True)
    vessel: Mapped[str | None] = text(_("Vessel"), length=60)
    voyage: Mapped[str | None] = text(_("Voyage"), length=12)
    bl_number: Mapped[str | None] = text(_("B/L no."), length=20, search=True)
    bl_type: Mapped[str | None] = choice(_("Type of B/L"), choices.BL_TYPES)
    containers: Mapped[str | None] = text(_("Containers and seals"), length=300)
    cut_off: Mapped[date | None] = day(_("Customs cut-off"))
    etd: Mapped[date | None] = day(_("ETD"))
    eta: Mapped[date | None] = day(_("ETA"))
    bl_date: Mapped[date | None] = day(_("B/L date"), system=True)
    released_on: Mapped[date | None] = day(_("Released by customs on"), system=True)
    inspections: Mapped[int] = integer(_("Customs inspections"), system=True, default=0)
    arrived_on: Mapped[date | None] = day(_("Arrived on"), system=True)
    delivered_on: Mapped[date | None] = day(_("Delivered on"), system=True)
    presented_on: Mapped[date | None] = day(_("Documents presented on"), system=True)
    documents_sent_on: Mapped[date | None] = day(_("Documents sent on"), system=True)
    freight: Mapped[Decimal | None] = money(_("Freight"), "currency", minimum=ZERO)
    insurance: Mapped[Decimal | None] = money(_("Premium paid"), "currency", minimum=ZERO)
    quality_passed: Mapped[bool] = boolean(_("Final inspection passed or waived"))
    last: Mapped[bool] = boolean(
        _("Last shipment of the order"), help=_("It takes the rest of the deposit")
    )
    rolled: Mapped[int] = integer(_("Times rolled"), system=True, default=0)
    discrepancies: Mapped[list[str]] = structure(_("Discrepancies"), default=list)
    deposit_used: Mapped[Decimal] = money(_("Deposit used"), "currency", system=True, default=ZERO)
    lines = lines("orders.delivery_line", _("Goods"))

    @property
    def suffix(self) -> str:
        """The serial and letter that SH, CI and PL share: 260118A."""
        return (self.number or "").removeprefix("SH") or f"#{self.id}"


class DeliveryLine(Line):
    """Goods of one order line in a delivery."""

    key = "orders.delivery_line"
    parent = "orders.delivery"
    label = _("Delivery line")

    order_line_id: Mapped[int] = link("orders.order_line", _("Order line"), required=True)
    description: Mapped[str | None] = text(_("Description"), system=True, length=300)
    quantity: Mapped[Decimal] = qty_field(_("Quantity"), required=True, minimum=Decimal("0.0001"))
    price: Mapped[Decimal] = money(_("Unit price"), "currency", system=True, default=ZERO)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", system=True, default=ZERO)
    cartons: Mapped[int] = integer(_("Cartons"), system=True, default=0)
    gross_kg: Mapped[Decimal] = qty_field(_("Gross weight (kg)"), system=True, default=ZERO)
    net_kg: Mapped[Decimal] = qty_field(_("Net weight (kg)"), system=True, default=ZERO)
    cbm: Mapped[Decimal] = rate(_("CBM"), system=True, default=ZERO)
