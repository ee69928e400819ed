"""The quotation and its lines (DOMAIN §1.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from core.api import (
    Choice,
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
    money,
    note,
    percent,
    rate,
    structure,
    text,
    user,
)
from core.api import quantity as amount_of
from plugins.crm.api import LOST_REASONS
from plugins.products.api import COST_RIGHT, INCOTERMS, REGIMES, RISKS

MARGIN_RIGHT = "quotes.margin.read"
OPEN_STATES = ("draft", "submitted", "approved", "sent")
BASES = (
    Choice("margin", _("From margin"), "blue"),
    Choice("list", _("List price"), "grey"),
    Choice("price", _("Entered price"), "amber"),
)


def _computed(kind: Any, label: object, **rules: Any) -> Any:
    return kind(label, system=True, computed=True, **rules)


def _cost(kind: Any, label: object, **rules: Any) -> Any:
    return kind(label, read=COST_RIGHT, minimum=Decimal(0), **rules)


class Quotation(Record):
    """An offer to a customer; each revision is a record of its own, one of them is current.

    Local charges are totals in company currency, freight and arrival charges totals in the
    currency of the quotation. Rates are fractions. `facts` keeps what the approval looked at.
    """

    key = "quotes.quotation"
    label, plural = _("Quotation"), _("Quotations")
    title = "number"
    number_rule = Number("QT{yy}{mm}{seq:04}-R0", reset="monthly", at="submit")
    icon = "file-text"
    scope = True
    default_sort = "-quote_date,-id"
    states = (
        State("draft", _("Draft"), "grey"),
        State("submitted", _("In approval"), "blue"),
        State("approved", _("Approved"), "blue"),
        State("sent", _("Sent"), "amber"),
        State("accepted", _("Accepted"), "green", done=True),
        State("lost", _("Lost"), "red", done=True),
        State("expired", _("Expired"), "grey", done=True),
        State("superseded", _("Superseded"), "grey", done=True),
    )
    base_number: Mapped[str | None] = text(
        _("Quotation no."), system=True, length=40, search=True
    )
    revision: Mapped[int] = integer(_("Revision"), system=True, default=0)
    previous_id: Mapped[int | None] = link(
        "quotes.quotation", _("Previous revision"), system=True
    )
    alternative_of_id: Mapped[int | None] = link(
        "quotes.quotation", _("Alternative to"), system=True
    )
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Attention"))
    inquiry_id: Mapped[int | None] = link("crm.inquiry", _("Inquiry"))
    quote_date: Mapped[date | None] = day(_("Date"))
    valid_until: Mapped[date | None] = day(_("Valid until"))
    currency: Mapped[str] = currency(
        _("Currency"), help=_("Empty: that of the customer.")
    )
    quote_rate: Mapped[Decimal | None] = rate(_("Quoting rate"), minimum=Decimal(0))
    incoterm: Mapped[str] = choice(
        _("Incoterm"), INCOTERMS, help=_("Empty: that of the customer.")
    )
    place: Mapped[str | None] = text(_("Named place"), length=60)
    loading_port_id: Mapped[int | None] = link("products.port", _("Port of loading"))
    destination_port_id: Mapped[int | None] = link("products.port", _("Port of destination"))
    payment_term_id: Mapped[int | None] = link("products.payment_term", _("Payment term"))
    lead_days: Mapped[int | None] = integer(_("Lead time (days)"), minimum=Decimal(0))
    export_date: Mapped[date | None] = day(
        _("Planned export date"), help=_("Decides refund rate and tax regime.")
    )
    tolerance: Mapped[Decimal | None] = percent(
        _("Quantity tolerance ±"), minimum=Decimal(0), maximum=Decimal("0.10")
    )
    packing: Mapped[str | None] = text(_("Packing"), default="Export carton")
    warranty_years: Mapped[int | None] = integer(_("Warranty (years)"))
    remarks: Mapped[str | None] = note(_("Remarks for the customer"))
    internal: Mapped[str | None] = note(_("Internal remarks"))
    competitor: Mapped[str | None] = text(_("Competitor"), length=80)

    auto_charges: Mapped[bool] = boolean(
        _("Charges follow the loading plan"), default=True,
        help=_("Haulage and main carriage are taken from settings and freight rates."),
    )
    inland_charges: Mapped[Decimal | None] = _cost(money, _("Haulage and export clearance"))
    loading_charges: Mapped[Decimal | None] = _cost(money, _("Terminal and loading on board"))
    freight: Mapped[Decimal | None] = _cost(money, _("Main carriage"), currency="currency")
    freight_until: Mapped[date | None] = day(_("Freight offer valid until"))
    destination_charges: Mapped[Decimal | None] = _cost(
        money, _("Destination charges"), currency="currency"
    )
    unloading_charges: Mapped[Decimal | None] = _cost(
        money, _("Unloading at the place"), currency="currency"
    )
    clearance_charges: Mapped[Decimal | None] = _cost(
        money, _("Import clearance"), currency="currency"
    )
    vat_paid: Mapped[bool] = boolean(_("Import VAT paid by us"))
    import_vat: Mapped[Decimal | None] = _cost(percent, _("Import VAT rate"))
    premium_rate: Mapped[Decimal | None] = _cost(percent, _("Insurance premium"))
    cover: Mapped[Decimal | None] = _cost(percent, _("Insurance cover"))
    commission: Mapped[Decimal | None] = _cost(percent, _("Commission"))
    bank_share: Mapped[Decimal | None] = _cost(percent, _("Bank charges"))
    credit_insurance: Mapped[Decimal | None] = _cost(percent, _("Credit insurance"))
    overhead: Mapped[Decimal | None] = _cost(percent, _("Overhead on purchase price"))
    finance_rate: Mapped[Decimal | None] = _cost(percent, _("Financing, rate a year"))
    finance_days: Mapped[int | None] = _cost(integer, _("Financing, days"))
    strategic_reason: Mapped[str | None] = text(
        _("Reason for a strategic loss"), length=300,
        help=_("Needed to submit a quotation with a negative margin."),
    )

    amount: Mapped[Decimal | None] = _computed(money, _("Total"), currency="currency")
    surcharge: Mapped[Decimal | None] = _computed(
        money, _("Small order surcharge"), currency="currency"
    )
    amount_usd: Mapped[Decimal | None] = _computed(amount_of, _("Total in USD"), unit="USD")
    margin: Mapped[Decimal | None] = _computed(percent, _("Margin"), read=MARGIN_RIGHT)
    net_fob: Mapped[Decimal | None] = _computed(
        money, _("Net FOB"), currency="currency", read=MARGIN_RIGHT
    )
    exchange_cost: Mapped[Decimal | None] = _computed(
        rate, _("Exchange cost"), read=MARGIN_RIGHT
    )
    cartons: Mapped[int | None] = _computed(integer, _("Cartons"))
    cbm: Mapped[Decimal | None] = _computed(rate, _("CBM"))
    gross_weight: Mapped[Decimal | None] = _computed(amount_of, _("Gross weight (kg)"))
    net_weight: Mapped[Decimal | None] = _computed(amount_of, _("Net weight (kg)"))
    load_plan: Mapped[str | None] = _computed(text, _("Loading"))
    customer_grade: Mapped[str | None] = _computed(text, _("Customer grade"), length=2)
    term_risk: Mapped[str | None] = choice(
        _("Term risk class"), RISKS, system=True, computed=True
    )
    term_days: Mapped[int | None] = _computed(integer, _("Days of credit"))
    facts: Mapped[dict[str, Any] | None] = structure(_("Facts at submission"))
    submitted_by_id: Mapped[int | None] = user(_("Submitted by"), system=True)
    submitted_on: Mapped[date | None] = day(_("Submitted on"), system=True)
    approved_on: Mapped[date | None] = day(_("Approved on"), system=True)
    sent_on: Mapped[date | None] = day(_("Sent on"), system=True)
    decided_on: Mapped[date | None] = day(_("Accepted or lost on"), system=True)
    customer_po: Mapped[str | None] = text(_("Customer's order no."), system=True, length=60)
    lost_reason: Mapped[str | None] = choice(_("Lost because of"), LOST_REASONS, system=True)
    lost_note: Mapped[str | None] = text(_("Note"), system=True, length=300)
    lines = lines("quotes.quotation_line", _("Items"))

    @property
    def editable(self) -> bool:
        """Whether anything commercial may still change: only in a draft."""
        return self.state in ("", "draft", None)

    @property
    def released(self) -> bool:
        """Whether it may leave the house: approved or later, and not replaced."""
        return self.state in ("approved", "sent", "accepted")


class QuotationLine(Line):
    """One item of a quotation with its price and the snapshot of its cost.

    `price` follows `margin`, the list, or is entered, as `basis` says. Carton size in cm,
    weights in kg per carton. `cost` is the frozen cost tree as JSON (texts of Decimals).
    """

    key = "quotes.quotation_line"
    label = _("Item")
    parent = "quotes.quotation"
    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    description_en: Mapped[str | None] = note(_("Description (English)"))
    description_zh: Mapped[str | None] = note(_("Description (Chinese)"))
    quantity: Mapped[Decimal] = amount_of(_("Quantity"), required=True, minimum=Decimal("0.0001"))
    unit: Mapped[str | None] = text(_("Unit"), length=20)
    basis: Mapped[str] = choice(_("Price basis"), BASES, required=True, default="margin")
    margin: Mapped[Decimal | None] = percent(
        _("Margin"), read=MARGIN_RIGHT, minimum=Decimal(-5), maximum=Decimal("0.99")
    )
    price: Mapped[Decimal | None] = money(
        _("Unit price"), currency="currency", minimum=Decimal(0)
    )
    achieved: Mapped[Decimal | None] = _computed(
        percent, _("Margin after rounding"), read=MARGIN_RIGHT
    )
    amount: Mapped[Decimal | None] = _computed(money, _("Amount"), currency="currency")
    surcharge: Mapped[Decimal | None] = _computed(
        money, _("Small order surcharge"), currency="currency"
    )
    tech_sheet_id: Mapped[int | None] = link("quotes.tech_sheet", _("Tech sheet"))
    purchase_price: Mapped[Decimal | None] = _cost(money, _("Purchase price incl. VAT"))
    duty: Mapped[Decimal | None] = _cost(percent, _("Import duty rate"))
    hs_code_id: Mapped[int | None] = link("products.hs_code", _("HS code"))
    vat: Mapped[Decimal | None] = _computed(percent, _("VAT"), read=COST_RIGHT)
    refund: Mapped[Decimal | None] = _computed(percent, _("Refund rate"), read=COST_RIGHT)
    regime: Mapped[str | None] = choice(
        _("Regime"), REGIMES, system=True, computed=True, read=COST_RIGHT
    )
    moq: Mapped[int | None] = integer(_("Minimum order"), minimum=Decimal(0))
    tiers: Mapped[list[Any] | None] = structure(_("Prices by quantity"))
    pieces_per_carton: Mapped[int | None] = integer(_("Pieces per carton"), minimum=Decimal(1))
    carton_length: Mapped[Decimal | None] = amount_of(_("Carton length (cm)"))
    carton_width: Mapped[Decimal | None] = amount_of(_("Carton width (cm)"))
    carton_height: Mapped[Decimal | None] = amount_of(_("Carton height (cm)"))
    carton_gross: Mapped[Decimal | None] = amount_of(_("Carton GW (kg)"))
    carton_net: Mapped[Decimal | None] = amount_of(_("Carton NW (kg)"))
    cartons: Mapped[int | None] = _computed(integer, _("Cartons"))
    cbm: Mapped[Decimal | None] = _computed(rate, _("CBM"))
    gross_weight: Mapped[Decimal | None] = _computed(amount_of, _("Gross weight (kg)"))
    net_weight: Mapped[Decimal | None] = _computed(amount_of, _("Net weight (kg)"))
    cost: Mapped[dict[str, Any] | None] = structure(_("Cost snapshot"))
