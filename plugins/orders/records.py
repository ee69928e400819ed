"""The order with its lines, milestones and overrides, and the request to change it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped

from core.api import (
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
    money,
    note,
    percent,
    rate,
    structure,
    text,
    user,
)
from core.api import quantity as qty_field
from plugins.orders import choices
from plugins.products.api import INCOTERMS
from plugins.quotes.api import MARGIN_RIGHT

ZERO = Decimal(0)
OPEN_STATES = ("signed", "released", "on_hold")


class Order(Record):
    """A sales contract; its proforma invoice shares the serial (DOMAIN §1.6)."""

    key = "orders.order"
    label, plural = _("Sales order"), _("Orders")
    number = Number("SC{yy}{seq:04}", reset="yearly", at="submit")
    default_sort = "-id"
    scope = True
    icon = "clipboard"
    states = (
        State("draft", _("Draft"), "grey"),
        State("approval", _("In approval"), "amber"),
        State("approved", _("Approved"), "blue"),
        State("sent", _("Sent"), "blue"),
        State("signed", _("Signed"), "amber"),
        State("released", _("Released"), "green"),
        State("on_hold", _("Stopped"), "red"),
        State("closed", _("Completed"), "grey", done=True),
        State("cancelled", _("Called off"), "grey", done=True),
    )
    constraints = (
        Index(
            "uq_orders_order_customer_po", "company_id", "customer_id", "customer_po", unique=True,
            sqlite_where=sql("state <> 'cancelled'"), postgresql_where=sql("state <> 'cancelled'"),
        ),
    )

    revision: Mapped[int] = integer(_("Revision"), system=True, default=0)
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    quotation_id: Mapped[int | None] = link("quotes.quotation", _("Quotation"), system=True)
    customer_po: Mapped[str | None] = text(_("Customer's order no."), length=60, search=True)
    consignee: Mapped[str | None] = note(_("Consignee"))
    notify: Mapped[str | None] = note(_("Notify party"))
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    rate: Mapped[Decimal | None] = rate(_("Rate (CNY per unit)"))
    payment_term_id: Mapped[int] = link(
        "products.payment_term", _("Payment term"), required=True
    )
    incoterm: Mapped[str] = choice(_("Incoterm 2020"), INCOTERMS, required=True, default="FOB")
    place: Mapped[str | None] = text(_("Named place"), length=60)
    port_loading: Mapped[str | None] = text(_("Port of loading"), length=60)
    port_discharge: Mapped[str | None] = text(_("Port of discharge"), length=60)
    destination: Mapped[str | None] = country(_("Destination country"))
    partial_allowed: Mapped[bool] = boolean(_("Partial shipment allowed"), default=True)
    transhipment_allowed: Mapped[bool] = boolean(_("Transhipment allowed"), default=True)
    delivery_date: Mapped[date | None] = day(_("Promised date"))
    latest_shipment: Mapped[date | None] = day(_("Latest shipment"))
    tolerance: Mapped[Decimal] = percent(
        _("Quantity tolerance ±"), default=ZERO, minimum=ZERO, maximum=Decimal("0.10")
    )
    deposit_last: Mapped[bool] = boolean(
        _("Deposit against the last shipment"), help=_("Otherwise pro rata over partial shipments")
    )
    marks: Mapped[str | None] = note(_("Shipping marks"))
    packing: Mapped[str | None] = note(_("Packing"))
    clauses: Mapped[str | None] = note(_("Contract clauses"))
    clause_figures: Mapped[dict[str, Any] | None] = structure(_("Figures of the clauses"))
    remarks: Mapped[str | None] = note(_("Remarks"))
    total: Mapped[Decimal] = money(_("Total"), "currency", system=True, default=ZERO)
    shipped: Mapped[Decimal] = money(_("Shipped value"), "currency", system=True, default=ZERO)
    received: Mapped[Decimal] = money(_("Received"), "currency", system=True, default=ZERO)
    sent_on: Mapped[date | None] = day(_("Sent on"), system=True)
    signed_on: Mapped[date | None] = day(_("Signed on"), system=True)
    released_on: Mapped[date | None] = day(_("Released on"), system=True)
    ready_on: Mapped[date | None] = day(_("Goods ready on"), system=True)
    first_promise: Mapped[date | None] = day(_("First promised date"), system=True)
    held_from: Mapped[str | None] = text(_("State before the hold"), length=20, system=True)
    stop_reason: Mapped[str | None] = text(_("Reason of hold or cancelling"), system=True)
    cancellation_fee: Mapped[Decimal | None] = money(_("Cancellation fee"), "currency", system=True)
    risk: Mapped[str] = choice(
        _("Risk class of the term"), choices.RISKS, system=True, default="advance"
    )
    milestones_term: Mapped[int | None] = integer(_("Term of the milestones"), system=True)
    weight: Mapped[Decimal] = percent(_("Exposure weight"), system=True, default=ZERO)
    funds_status: Mapped[str] = choice(_("Funds"), choices.FUNDS, system=True, default="waiting")
    production_status: Mapped[str] = choice(
        _("Production"), choices.PRODUCTION, system=True, default="none"
    )
    production_progress: Mapped[Decimal] = percent(_("Progress"), system=True, default=ZERO)
    shipment_status: Mapped[str] = choice(
        _("Shipment"), choices.SHIPMENT, system=True, default="none"
    )
    payment_status: Mapped[str] = choice(_("Payment"), choices.PAYMENT, system=True, default="none")
    milestones = lines("orders.milestone", _("Payment milestones"))
    overrides = lines("orders.override", _("Overrides"))
    lines = lines("orders.order_line", _("Goods"))

    @property
    def on_credit(self) -> bool:
        """True for the terms that need a credit profile."""
        return self.risk == "credit"

    @property
    def lc_share(self) -> Decimal:
        """The part of the order that is paid by letter of credit."""
        return sum((row.share for row in self.milestones if row.kind == "lc"), ZERO)

    @property
    def serial(self) -> str:
        """The part of the number that all papers of the order share: 260118."""
        return (self.number or "").removeprefix("SC")

    @property
    def contract_number(self) -> str:
        """SC260118 or, after a change, SC260118-R1."""
        number = self.number or f"#{self.id}"
        return f"{number}-R{self.revision}" if self.revision else number

    @property
    def proforma_number(self) -> str:
        """PI260118."""
        return f"PI{self.serial}" if self.number else f"#{self.id}"


class OrderLine(Line):
    """Goods of an order, with the packing data and the cost that the quotation froze."""

    key = "orders.order_line"
    parent = "orders.order"
    label = _("Order line")

    product_id: Mapped[int | None] = link("products.product", _("Product"))
    description_en: Mapped[str] = text(_("Description (English)"), required=True, length=300)
    description_zh: Mapped[str | None] = text(_("Description (Chinese)"), length=300)
    specification: Mapped[str | None] = note(_("Specification"))
    hs_code: Mapped[str | None] = text(_("HS code"), length=10)
    tech_sheet_id: Mapped[int | None] = link("quotes.tech_sheet", _("Tech sheet"))
    charge: Mapped[bool] = boolean(
        _("Charge, no goods"), help=_("Is invoiced but not made, packed or declared.")
    )
    quantity: Mapped[Decimal] = qty_field(_("Quantity"), required=True, minimum=ZERO)
    unit: Mapped[str] = text(_("Unit"), length=10, default="PCS")
    price: Mapped[Decimal] = money(_("Unit price"), "currency", required=True, minimum=ZERO)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", system=True, default=ZERO)
    delivery_date: Mapped[date | None] = day(_("Delivery date"))
    inspection: Mapped[str | None] = text(_("Inspection standard"), length=60)
    pieces_per_carton: Mapped[int | None] = integer(_("Pieces per carton"), minimum=Decimal(1))
    carton_length: Mapped[Decimal | None] = qty_field(_("Carton length (cm)"))
    carton_width: Mapped[Decimal | None] = qty_field(_("Carton width (cm)"))
    carton_height: Mapped[Decimal | None] = qty_field(_("Carton height (cm)"))
    gross_kg: Mapped[Decimal | None] = qty_field(_("Gross weight per carton (kg)"))
    net_kg: Mapped[Decimal | None] = qty_field(_("Net weight per carton (kg)"))
    quoted_price: Mapped[Decimal | None] = money(_("Quoted price"), "currency", system=True)
    cost: Mapped[dict[str, Any] | None] = structure(_("Cost snapshot"))
    shipped: Mapped[Decimal] = qty_field(_("Shipped"), system=True, default=ZERO)
    produced: Mapped[Decimal] = qty_field(_("Produced"), system=True, default=ZERO)

    @property
    def unshipped(self) -> Decimal:
        """What is still to ship, never negative."""
        return max(ZERO, self.quantity - self.shipped)


class Milestone(Line):
    """A payment milestone of an order; written by the system from the payment term."""

    key = "orders.milestone"
    parent = "orders.order"
    label = _("Payment milestone")

    kind: Mapped[str] = choice(_("Kind"), choices.MILESTONE_KINDS, system=True, required=True)
    share: Mapped[Decimal] = percent(_("Share"), system=True, required=True)
    trigger: Mapped[str] = choice(
        _("Due counts from"), choices.TRIGGERS, system=True, required=True
    )
    days: Mapped[int] = integer(_("Days"), system=True, default=0)
    gates: Mapped[list[str]] = structure(_("Gates"), default=list)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", system=True, default=ZERO)
    due: Mapped[date | None] = day(_("Due date"), system=True)
    received: Mapped[Decimal] = money(_("Received"), "currency", system=True, default=ZERO)
    remark: Mapped[str | None] = text(_("Remark"), system=True)


class Override(Line):
    """A gate that was passed by decision: who, why and until when (DOMAIN §1.6)."""

    key = "orders.override"
    parent = "orders.order"
    label = _("Override")

    gate: Mapped[str] = choice(_("Gate"), choices.GATES, system=True, required=True)
    reason: Mapped[str] = text(_("Reason"), system=True, required=True, length=300)
    until: Mapped[date] = day(_("Until"), system=True, required=True)
    first_by_id: Mapped[int | None] = user(_("First decision by"), system=True)
    second_by_id: Mapped[int | None] = user(_("Second decision by"), system=True)
    names: Mapped[str | None] = text(_("Decided by"), system=True)
    active: Mapped[bool] = boolean(_("In force"), system=True)


class ChangeOrder(Record):
    """A request to change a signed order (DOMAIN §6.2)."""

    key = "orders.change"
    label, plural = _("Order change"), _("Order changes")
    number = Number("OC{yy}{seq:04}", reset="yearly", at="submit")
    scope = True
    icon = "git-compare"
    states = (
        State("draft", _("Draft"), "grey"),
        State("review", _("In review"), "amber"),
        State("approved", _("Approved"), "blue"),
        State("applied", _("Applied"), "green", done=True),
        State("rejected", _("Rejected"), "red", done=True),
        State("lapsed", _("Lapsed"), "grey", done=True),
        State("withdrawn", _("Withdrawn"), "grey", done=True),
    )
    states_set_by_services = ("lapsed",)

    order_id: Mapped[int] = link("orders.order", _("Sales order"), required=True)
    kind: Mapped[str] = choice(_("What changes"), choices.CHANGE_KINDS, required=True)
    reason: Mapped[str] = choice(_("Reason"), choices.CHANGE_REASONS, required=True)
    request: Mapped[str] = note(_("Customer's request in words"), required=True)
    new_delivery_date: Mapped[date | None] = day(_("New promised date"))
    new_payment_term_id: Mapped[int | None] = link(
        "products.payment_term", _("New payment term")
    )
    new_incoterm: Mapped[str | None] = choice(_("New Incoterm"), INCOTERMS)
    new_place: Mapped[str | None] = text(_("New named place"), length=60)
    new_consignee: Mapped[str | None] = note(_("New consignee"))
    new_packing: Mapped[str | None] = note(_("New packing or marks"))
    extra_cost: Mapped[Decimal] = money(_("Cost of the change (CNY)"), default=ZERO)
    delay_days: Mapped[int] = integer(_("Delay in days"), default=0)
    charge: Mapped[Decimal | None] = money(
        _("Charge to the customer"), "currency", minimum=ZERO,
        help=_("Becomes a line of the order when the change is applied")
    )
    cost_tec: Mapped[Decimal | None] = money(_("Engineering: cost (CNY)"), minimum=ZERO)
    days_tec: Mapped[int | None] = integer(_("Engineering: days"), minimum=ZERO)
    cost_ppc: Mapped[Decimal | None] = money(_("Production planning: cost (CNY)"), minimum=ZERO)
    days_ppc: Mapped[int | None] = integer(_("Production planning: days"), minimum=ZERO)
    cost_pur: Mapped[Decimal | None] = money(_("Purchasing: cost (CNY)"), minimum=ZERO)
    days_pur: Mapped[int | None] = integer(_("Purchasing: days"), minimum=ZERO)
    cost_wh: Mapped[Decimal | None] = money(_("Warehouse: cost (CNY)"), minimum=ZERO)
    days_wh: Mapped[int | None] = integer(_("Warehouse: days"), minimum=ZERO)
    cost_qc: Mapped[Decimal | None] = money(_("Quality: cost (CNY)"), minimum=ZERO)
    days_qc: Mapped[int | None] = integer(_("Quality: days"), minimum=ZERO)
    cost_doc: Mapped[Decimal | None] = money(_("Shipping documents: cost (CNY)"), minimum=ZERO)
    days_doc: Mapped[int | None] = integer(_("Shipping documents: days"), minimum=ZERO)
    cost_fin: Mapped[Decimal | None] = money(_("Finance: cost (CNY)"), minimum=ZERO)
    days_fin: Mapped[int | None] = integer(_("Finance: days"), minimum=ZERO)
    customer_signed_on: Mapped[date | None] = day(_("Amendment signed by the customer on"))
    stage: Mapped[str | None] = choice(_("Stage of the order"), choices.STAGES, system=True)
    booked: Mapped[bool] = boolean(_("Space is booked"), system=True)
    needs_boss: Mapped[bool] = boolean(_("General manager decides"), system=True)
    over_limit: Mapped[Decimal | None] = money(
        _("Above the credit limit by (USD)"), system=True
    )
    expires_on: Mapped[date | None] = day(_("Lapses on"), system=True)
    margin: Mapped[Decimal | None] = percent(
        _("Margin after the change"), system=True, read=MARGIN_RIGHT
    )
    currency: Mapped[str | None] = currency(_("Currency"), system=True)
    total_before: Mapped[Decimal | None] = money(_("Total before"), "currency", system=True)
    total_after: Mapped[Decimal | None] = money(_("Total after"), "currency", system=True)
    deposit_extra: Mapped[Decimal | None] = money(_("Extra deposit"), "currency", system=True)
    approved_on: Mapped[date | None] = day(_("Approved on"), system=True)
    before: Mapped[dict[str, Any] | None] = structure(_("Order before the change"))
    lines = lines("orders.change_line", _("Changed lines"))


class ChangeLine(Line):
    """One order line with its new values; empty values stay as they are."""

    key = "orders.change_line"
    parent = "orders.change"
    label = _("Changed line")

    order_line_id: Mapped[int] = link("orders.order_line", _("Order line"), required=True)
    description: Mapped[str | None] = text(_("Description"), system=True, length=300)
    quantity_now: Mapped[Decimal | None] = qty_field(_("Quantity now"), system=True)
    price_now: Mapped[Decimal | None] = money(_("Price now"), "currency", system=True)
    quantity: Mapped[Decimal | None] = qty_field(_("New quantity"), minimum=ZERO)
    price: Mapped[Decimal | None] = money(
        _("New unit price"), "currency", minimum=ZERO
    )
    specification: Mapped[str | None] = note(_("New specification"))
    tech_sheet_id: Mapped[int | None] = link("quotes.tech_sheet", _("New tech sheet"))
    delivery_date: Mapped[date | None] = day(_("New delivery date"))

    @property
    def says_something(self) -> bool:
        """Whether the line asks for any new value."""
        wanted = (
            self.quantity, self.price, self.specification, self.tech_sheet_id, self.delivery_date,
        )
        return any(value is not None for value in wanted)
