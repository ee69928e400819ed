"""Suppliers, price lists, requests for quotation, quotes and deliveries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    country,
    currency,
    day,
    email,
    integer,
    lines,
    link,
    money,
    note,
    percent,
    phone,
    text,
)
from core.api import (
    quantity as amount,
)
from plugins.products.api import COST_RIGHT

ZERO, LEAST = Decimal(0), Decimal("0.0001")


class Supplier(Record):
    """A firm that we buy from, once it is qualified."""

    key = "srm.supplier"
    label, plural = _("Supplier"), _("Suppliers")
    title = "name"
    number = Number("S{seq:05}")
    icon = "building-factory-2"
    default_sort = "name"
    states = (
        State("candidate", _("Candidate"), "grey"),
        State("review", _("In qualification"), "amber"),
        State("qualified", _("Qualified"), "green"),
        State("suspended", _("Suspended"), "red"),
    )
    constraints = (UniqueConstraint("company_id", "name"),)

    name: Mapped[str] = text(_("Name of the firm"), required=True, search=True)
    country: Mapped[str | None] = country(_("Country"), default="CN")
    tax_id: Mapped[str | None] = text(_("Tax number"), length=40)
    contact: Mapped[str | None] = text(_("Contact person"), length=80)
    email: Mapped[str | None] = email(_("E-mail"))
    phone: Mapped[str | None] = phone(_("Telephone"))
    currency: Mapped[str | None] = currency(_("Currency"), default="CNY")
    qualified_until: Mapped[date | None] = day(_("Qualified until"), system=True)
    reason: Mapped[str | None] = text(_("Reason of suspension"), system=True, length=500)
    score: Mapped[Decimal | None] = percent(_("Score"), system=True, computed=True)
    remarks: Mapped[str | None] = note(_("Remarks"))
    checks = lines("srm.check", _("Qualification"))


class Check(Line):
    """One point of the qualification: a certificate, an audit, a sample."""

    key = "srm.check"
    label = _("Point of qualification")
    parent = "srm.supplier"

    criterion: Mapped[str] = text(_("Criterion"), required=True)
    mandatory: Mapped[bool] = boolean(_("Mandatory"), default=True)
    passed: Mapped[bool] = boolean(_("Passed"))
    valid_until: Mapped[date | None] = day(_("Valid until"))
    evidence: Mapped[str | None] = text(_("Evidence"))


class PriceList(Record):
    """Purchase prices of a supplier for a time."""

    key = "srm.price_list"
    label, plural = _("Supplier price list"), _("Supplier price lists")
    number = Number("SP{yy}{seq:04}", reset="yearly")
    icon = "tag"
    default_sort = "-valid_from"
    states = (
        State("draft", _("Draft"), "grey"),
        State("active", _("In force"), "green"),
        State("ended", _("Ended"), "grey", done=True),
    )

    supplier_id: Mapped[int] = link("srm.supplier", _("Supplier"), required=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, default="CNY")
    valid_from: Mapped[date] = day(_("Valid from"), required=True)
    valid_until: Mapped[date | None] = day(_("Valid until"))
    remarks: Mapped[str | None] = note(_("Remarks"))
    prices = lines("srm.price", _("Prices"))


class Price(Line):
    """The price of a product from a quantity on."""

    key = "srm.price"
    label = _("Purchase price")
    parent = "srm.price_list"

    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    from_quantity: Mapped[Decimal] = amount(
        _("From quantity"), required=True, default=Decimal(1), minimum=LEAST
    )
    price: Mapped[Decimal] = money(
        _("Price"), "currency", required=True, minimum=LEAST, read=COST_RIGHT
    )


class Rfq(Record):
    """A request for quotation that goes to several suppliers."""

    key = "srm.rfq"
    label, plural = _("Request for quotation"), _("Requests for quotation")
    title = "subject"
    number = Number("RFQ{yy}{seq:04}", reset="yearly", at="send")
    icon = "mail"
    states = (
        State("draft", _("Draft"), "grey"),
        State("sent", _("Waiting for quotes"), "amber"),
        State("awarded", _("Awarded"), "green", done=True),
        State("cancelled", _("Cancelled"), "grey", done=True),
    )

    subject: Mapped[str] = text(_("Subject"), required=True, search=True)
    order_id: Mapped[int | None] = link("orders.order", _("For order"))
    answer_by: Mapped[date | None] = day(_("Answer by"))
    needed_by: Mapped[date | None] = day(_("Goods needed by"))
    remarks: Mapped[str | None] = note(_("Remarks"))
    items = lines("srm.rfq_line", _("Goods"))


class RfqLine(Line):
    """A product and the quantity that is asked for."""

    key = "srm.rfq_line"
    label = _("Requested product")
    parent = "srm.rfq"

    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    quantity: Mapped[Decimal] = amount(_("Quantity"), required=True, minimum=LEAST)
    remark: Mapped[str | None] = text(_("Remark"))


class Quote(Record):
    """What one supplier answers to a request."""

    key = "srm.quote"
    label, plural = _("Supplier quote"), _("Supplier quotes")
    title = "reference"
    icon = "receipt"
    states = (
        State("open", _("Open"), "amber"),
        State("accepted", _("Accepted"), "green", done=True),
        State("declined", _("Declined"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "rfq_id", "supplier_id"),)

    rfq_id: Mapped[int] = link("srm.rfq", _("Request for quotation"), required=True)
    supplier_id: Mapped[int] = link("srm.supplier", _("Supplier"), required=True)
    reference: Mapped[str | None] = text(_("Supplier's reference"), length=60, search=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, default="CNY")
    freight: Mapped[Decimal | None] = money(
        _("Freight in all"), "currency", minimum=ZERO, read=COST_RIGHT
    )
    lead_days: Mapped[int | None] = integer(_("Lead time (days)"), minimum=ZERO)
    valid_until: Mapped[date | None] = day(_("Valid until"))
    items = lines("srm.quote_line", _("Prices"))


class QuoteLine(Line):
    """The supplier's price of one product."""

    key = "srm.quote_line"
    label = _("Quoted price")
    parent = "srm.quote"

    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    price: Mapped[Decimal] = money(
        _("Price"), "currency", required=True, minimum=LEAST, read=COST_RIGHT
    )


class Delivery(Record):
    """Goods that came from a supplier: what the score card is made of."""

    key = "srm.delivery"
    label, plural = _("Supplier delivery"), _("Supplier deliveries")
    number = Number("SD{yy}{seq:05}", reset="yearly")
    icon = "truck-delivery"
    default_sort = "-received_on"

    supplier_id: Mapped[int] = link("srm.supplier", _("Supplier"), required=True)
    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    order_id: Mapped[int | None] = link("orders.order", _("For order"))
    promised_on: Mapped[date] = day(_("Promised on"), required=True)
    received_on: Mapped[date] = day(_("Received on"), required=True)
    quantity: Mapped[Decimal] = amount(_("Quantity"), required=True, minimum=LEAST)
    rejected: Mapped[Decimal] = amount(
        _("Rejected"), required=True, default=ZERO, minimum=ZERO
    )
    currency: Mapped[str | None] = currency(_("Currency"), default="CNY")
    price: Mapped[Decimal | None] = money(
        _("Price"), "currency", minimum=LEAST, read=COST_RIGHT
    )
    invoice_due_on: Mapped[date | None] = day(_("Invoice expected on"))
    invoice_on: Mapped[date | None] = day(_("Invoice received on"))
