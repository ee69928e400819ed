"""Containers, cut-offs and the export customs declaration (DOMAIN §1.8, §3.6, §3.7)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Extension,
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    country,
    currency,
    day,
    integer,
    lines,
    link,
    moment,
    money,
    note,
    structure,
    text,
)
from core.api import quantity as qty_field
from plugins.shipping import choices

ZERO = Decimal(0)



class Booking(Extension):
    """What the forwarder needs to know of a delivery, and the carrier's cut-offs."""

    key = "shipping.booking"
    extends = "orders.delivery"

    ready_on: Mapped[date | None] = day(_("Goods ready on"))
    place_of_delivery: Mapped[str | None] = text(_("Place of delivery"), length=60)
    freight_terms: Mapped[str | None] = choice(_("Freight terms"), choices.FREIGHT_TERMS)
    to_order: Mapped[bool] = boolean(_("B/L to order"))
    also_notify: Mapped[str | None] = note(_("Also notify"))
    originals: Mapped[int | None] = integer(
        _("Original B/Ls"), minimum=ZERO, help=_("Three if empty.")
    )
    vgm_method: Mapped[str | None] = choice(_("VGM method"), choices.VGM_METHODS)
    dangerous: Mapped[str | None] = note(
        _("Dangerous goods"), help=_("Class, packing instruction, Wh; the UN number is added.")
    )
    filing: Mapped[str | None] = note(
        _("AMS, ISF, ENS parties"), help=_("Importer no., manufacturer, stuffing place.")
    )
    si_cut_off: Mapped[datetime | None] = moment(_("SI cut-off"))
    vgm_cut_off: Mapped[datetime | None] = moment(_("VGM cut-off"))
    cy_cut_off: Mapped[datetime | None] = moment(_("CY cut-off"))
    warned: Mapped[list[Any] | None] = structure(_("Cut-offs that were warned of"))


class Box(Record):
    """A container of a delivery; its number has the ISO 6346 check digit."""

    key = "shipping.container"
    label, plural = _("Container"), _("Containers")
    title = "box_number"
    icon = "box"
    default_sort = "-id"

    delivery_id: Mapped[int] = link("orders.delivery", _("Delivery"), required=True)
    box_number: Mapped[str] = text(_("Container no."), required=True, length=15, search=True)
    type_id: Mapped[int] = link("products.container", _("Container type"), required=True)
    seal: Mapped[str | None] = text(_("Seal"), length=20)
    packages: Mapped[int | None] = integer(_("Packages"), minimum=ZERO)
    vgm: Mapped[Decimal | None] = qty_field(
        _("VGM (kg)"), minimum=ZERO, help=_("Goods, packing and the container itself.")
    )


class Declaration(Record):
    """An export customs declaration 出口货物报关单, drafted from one delivery."""

    key = "shipping.declaration"
    label, plural = _("Customs declaration"), _("Customs declarations")
    number = Number("DC{yy}{mm}{seq:04}", reset="monthly")
    icon = "clipboard"
    default_sort = "-id"
    states = (
        State("draft", _("Draft"), "grey"),
        State("reviewed", _("Reviewed"), "blue"),
        State("lodged", _("Lodged"), "amber"),
        State("accepted", _("Accepted"), "blue"),
        State("released", _("Released"), "green"),
        State("amended", _("Being amended"), "amber"),
        State("closed", _("Closed by customs"), "green", done=True),
        State("withdrawn", _("Withdrawn"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "customs_no"),)

    delivery_id: Mapped[int] = link("orders.delivery", _("Delivery"), required=True)
    customs_no: Mapped[str | None] = text(_("Customs no."), length=18, system=True, search=True)
    office: Mapped[str] = text(_("Customs office of exit"), length=4, required=True, default="3104")
    export_date: Mapped[date | None] = day(_("Export date"))
    declared_on: Mapped[date | None] = day(_("Declared on"), system=True)
    released_on: Mapped[date | None] = day(_("Released on"), system=True)
    record_no: Mapped[str | None] = text(_("Record no."), length=20)
    consignee: Mapped[str | None] = text(_("Consignee abroad"), length=200)
    transport: Mapped[str] = choice(
        _("Transport"), choices.TRANSPORT, required=True, default="2")
    vessel: Mapped[str | None] = text(_("Vessel and voyage"), length=80)
    bl_number: Mapped[str | None] = text(_("B/L no."), length=20)
    producer: Mapped[str | None] = text(_("Producer or seller in China"), length=120)
    supervision: Mapped[str] = choice(
        _("Supervision mode"), choices.SUPERVISION, required=True, default="0110")
    levy: Mapped[str] = choice(_("Levy"), choices.LEVY, required=True, default="101")
    licence: Mapped[str | None] = text(_("Licence no."), length=40)
    contract: Mapped[str | None] = text(_("Contract no."), length=40)
    trade_country: Mapped[str | None] = country(_("Trading country"))
    arrival_country: Mapped[str | None] = country(_("Country of arrival"))
    port: Mapped[str | None] = text(_("Port of destination"), length=60)
    exit_port: Mapped[str | None] = text(_("Port of exit"), length=60)
    package_kind: Mapped[str] = choice(
        _("Kind of packages"), choices.PACKAGES, required=True, default="22")
    packages: Mapped[int] = integer(_("Packages"), required=True, default=0, minimum=ZERO)
    gross: Mapped[Decimal] = qty_field(_("Gross weight (kg)"), required=True, default=ZERO)
    net: Mapped[Decimal] = qty_field(_("Net weight (kg)"), required=True, default=ZERO)
    deal_term: Mapped[str] = choice(_("Terms"), choices.DEAL_TERMS, required=True, default="3")
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    freight: Mapped[Decimal | None] = money(_("Freight"), "currency", minimum=ZERO)
    insurance: Mapped[Decimal | None] = money(_("Insurance"), "currency", minimum=ZERO)
    other_costs: Mapped[Decimal | None] = money(_("Other costs"), "currency")
    attached: Mapped[str | None] = text(_("Documents attached"), length=200)
    marks: Mapped[str | None] = note(_("Marks and remarks"))
    broker: Mapped[str | None] = text(_("Customs broker"), length=120)
    self_declared: Mapped[bool] = boolean(_("Duty declared and paid by oneself"), default=True)
    amendments: Mapped[str | None] = note(_("Amendments and inspections"), system=True)
    total: Mapped[Decimal] = money(_("Total"), "currency", system=True, default=ZERO)
    items = lines("shipping.declaration_item", _("Items"))

    @property
    def editable(self) -> bool:
        """Whether somebody may still write in it."""
        return self.state in ("", None, "draft", "amended")


class DeclarationItem(Line):
    """One item: code, Chinese name, elements, and the quantity in up to three units."""

    key = "shipping.declaration_item"
    parent = "shipping.declaration"
    label = _("Item")

    order_line_id: Mapped[int | None] = link("orders.order_line", _("Order line"), system=True)
    hs_code: Mapped[str | None] = text(_("HS code"), length=10)
    name_zh: Mapped[str | None] = text(_("Name (Chinese)"), length=120)
    elements: Mapped[str | None] = text(
        _("Declaration elements"), length=300,
        help=_("Divided by “|”, beginning with brand type and preference."),
    )
    quantity: Mapped[Decimal] = qty_field(_("Quantity"), required=True, minimum=ZERO)
    unit: Mapped[str | None] = text(_("Unit"), length=3)
    quantity1: Mapped[Decimal | None] = qty_field(_("First statutory quantity"), minimum=ZERO)
    unit1: Mapped[str | None] = text(_("First statutory unit"), length=3)
    quantity2: Mapped[Decimal | None] = qty_field(_("Second statutory quantity"), minimum=ZERO)
    unit2: Mapped[str | None] = text(_("Second statutory unit"), length=3)
    price: Mapped[Decimal] = money(_("Unit price"), "currency", required=True, minimum=ZERO)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", required=True, minimum=ZERO)
    origin: Mapped[str | None] = country(_("Country of origin"), default="CN")
    destination: Mapped[str | None] = country(_("Final destination"))
    district: Mapped[str | None] = text(_("Domestic source"), length=5)
