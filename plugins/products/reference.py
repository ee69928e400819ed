"""Reference data of the trade: editable by the company, valid by date (DOMAIN §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Choice,
    Line,
    Record,
    _,
    boolean,
    choice,
    country,
    currency,
    day,
    integer,
    lines,
    money,
    note,
    percent,
    quantity,
    rate,
    tags,
    text,
)
from plugins.products.tax import Regime

INCOTERM_CODES = ("EXW", "FCA", "FAS", "FOB", "CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP")
INCOTERMS = tuple((code, code) for code in INCOTERM_CODES)
RATE_KINDS = (
    Choice("quote", _("Quoting rate"), "blue"),
    Choice("book", _("Book rate (central parity)"), "green"),
    Choice("customs", _("Customs rate"), "amber"),
    Choice("bank_buy", _("Bank buying rate"), "grey"),
)
REGIMES = (
    (Regime.REFUND.value, _("Exempt with refund")),
    (Regime.EXEMPT.value, _("Exempt without refund")),
    (Regime.TAXABLE.value, _("Taxable (refund cancelled)")),
    (Regime.MANUFACTURER.value, _("Exempt, credit, refund (manufacturer)")),
)
RISKS = (
    Choice("advance", _("Paid in advance"), "green"),
    Choice("docs", _("Against documents"), "blue"),
    Choice("secured", _("Secured by L/C"), "amber"),
    Choice("credit", _("On credit"), "red"),
)
TRIGGERS = (
    ("signed", _("PI signed")),
    ("ready", _("Goods ready")),
    ("bl", _("B/L date")),
    ("presentation", _("Documents presented")),
    ("documents", _("Documents sent to the bank")),
)
PART_KINDS = (
    ("deposit", _("Deposit")),
    ("balance", _("Balance")),
    ("lc", _("Letter of credit")),
    ("collection", _("Bank collection")),
    ("open", _("Open account")),
)
GATES = ("production", "shipment", "documents")


class Coded(Record):
    """A row of a code list: code, names in both languages, and when it holds."""

    __abstract__ = True
    title = "name_en"
    default_sort = "code"
    reference = True
    constraints = (UniqueConstraint("company_id", "code"),)
    code: Mapped[str] = text(_("Code"), required=True, length=40, search=True)
    name_en: Mapped[str] = text(_("Name (English)"), required=True, search=True)
    name_zh: Mapped[str | None] = text(_("Name (Chinese)"), search=True)
    valid_from: Mapped[date | None] = day(_("Valid from"))
    valid_to: Mapped[date | None] = day(_("Valid to"))


class Unit(Coded):
    """A unit of measure; `customs_code` and UN/ECE code for papers, `factor` of `base`."""

    key = "products.unit"
    label, plural = _("Unit"), _("Units")
    title = "code"
    customs_code: Mapped[str | None] = text(_("Customs code"), length=3)
    unece: Mapped[str | None] = text(_("UN/ECE code"), length=3)
    base: Mapped[str | None] = text(_("Base unit"), length=40)
    factor: Mapped[Decimal] = rate(_("Factor to the base unit"), default=Decimal(1))


class Port(Coded):
    """A port by UN/LOCODE."""

    key = "products.port"
    label, plural = _("Port"), _("Ports")
    country: Mapped[str | None] = country(_("Country"))


class Incoterm(Coded):
    """An Incoterm; `sea_only` ones suit sea and inland water only."""

    key = "products.incoterm"
    label, plural = _("Incoterm"), _("Incoterms")
    title = "code"
    sea_only: Mapped[bool] = boolean(_("Sea and inland water only"))
    year: Mapped[int] = integer(_("Edition"), default=2020)


class TradeCurrency(Record):
    """A currency that the company trades in, with its minor unit."""

    key = "products.currency"
    label, plural = _("Currency"), _("Currencies")
    title = "code"
    default_sort = "code"
    reference = True
    constraints = (UniqueConstraint("company_id", "code"),)
    code: Mapped[str] = currency(_("Code"), required=True, search=True)
    minor_units: Mapped[int] = integer(_("Decimals of amounts"), required=True)
    price_places: Mapped[int] = integer(_("Decimals of unit prices"), required=True)
    valid_from: Mapped[date | None] = day(_("Valid from"))
    valid_to: Mapped[date | None] = day(_("Valid to"))


class HsCode(Coded):
    """A customs tariff code of 10 digits with its units and its tax terms by export date."""

    key = "products.hs_code"
    label, plural = _("HS code"), _("HS codes")
    title = "code"
    unit1: Mapped[str | None] = text(_("First statutory unit"), length=3)
    unit2: Mapped[str | None] = text(_("Second statutory unit"), length=3)
    elements: Mapped[str | None] = note(_("Declaration elements"))
    terms = lines("products.hs_term", _("Tax terms by export date"))


class HsTerm(Line):
    """VAT rate, refund rate and regime of a code in a span of export dates (DOMAIN §2.1)."""

    key = "products.hs_term"
    label = _("Tax terms")
    parent = "products.hs_code"
    valid_from: Mapped[date] = day(_("Valid from"), required=True)
    valid_to: Mapped[date | None] = day(_("Valid to"))
    vat: Mapped[Decimal] = percent(_("VAT"), required=True, minimum=Decimal(0), maximum=Decimal(1))
    refund: Mapped[Decimal] = percent(
        _("Refund rate"), required=True, minimum=Decimal(0), maximum=Decimal(1)
    )
    regime: Mapped[str] = choice(_("Regime"), REGIMES, required=True)
    source: Mapped[str | None] = text(_("Source"))


class PaymentTerm(Coded):
    """A payment term: its milestones, risk class and exposure weight (DOMAIN §2.4)."""

    key = "products.payment_term"
    label, plural = _("Payment term"), _("Payment terms")
    risk: Mapped[str] = choice(_("Risk class"), RISKS, required=True)
    weight: Mapped[Decimal] = percent(_("Exposure weight"), default=Decimal(1))
    days: Mapped[int] = integer(_("Days of credit"), default=0)
    parts = lines("products.payment_part", _("Milestones"))


class PaymentPart(Line):
    """One milestone: a share, the fact that starts its clock, and what waits for it."""

    key = "products.payment_part"
    label = _("Milestone")
    parent = "products.payment_term"
    kind: Mapped[str] = choice(_("Kind"), PART_KINDS, required=True)
    share: Mapped[Decimal] = percent(
        _("Share"), required=True, minimum=Decimal(0), maximum=Decimal(1)
    )
    trigger: Mapped[str] = choice(_("Due after"), TRIGGERS, required=True)
    days: Mapped[int] = integer(_("Days"), required=True, default=0)
    gates: Mapped[list[str] | None] = tags(_("Blocks until paid"))


class ContainerType(Coded):
    """A container: inner size in mm, volume and payload that may be planned."""

    key = "products.container"
    label, plural = _("Container type"), _("Container types")
    title = "code"
    iso: Mapped[str | None] = text(_("ISO size-type"), length=4)
    length: Mapped[int] = integer(_("Inner length (mm)"), required=True)
    width: Mapped[int] = integer(_("Inner width (mm)"), required=True)
    height: Mapped[int] = integer(_("Inner height (mm)"), required=True)
    gross_cbm: Mapped[Decimal | None] = quantity(_("Gross CBM"))
    plan_cbm: Mapped[Decimal] = quantity(_("Plan CBM"), required=True)
    payload: Mapped[Decimal] = quantity(_("Plan payload (kg)"), required=True)


class CertificateRule(Coded):
    """The certificates that a market asks for."""

    key = "products.certificate"
    label, plural = _("Market certificates"), _("Market certificates")
    certificates: Mapped[list[str] | None] = tags(_("Certificates"))


class ExchangeRate(Record):
    """Company currency per unit of a foreign currency, from a day on (DOMAIN §0)."""

    key = "products.exchange_rate"
    label, plural = _("Exchange rate"), _("Exchange rates")
    title = "currency"
    default_sort = "-valid_from"
    reference = True
    constraints = (UniqueConstraint("company_id", "currency", "kind", "valid_from"),)
    currency: Mapped[str] = currency(_("Currency"), required=True, search=True)
    kind: Mapped[str] = choice(_("Kind of rate"), RATE_KINDS, required=True, default="book")
    valid_from: Mapped[date] = day(_("Valid from"), required=True)
    rate: Mapped[Decimal] = rate(_("Rate"), required=True)
    per: Mapped[int] = integer(
        _("Quoted for units"), default=1, help=_("100 for boards that quote per 100 units.")
    )
    source: Mapped[str | None] = text(_("Source"), length=120)


class FreightRate(Record):
    """Ocean freight of one container type on a lane, as offered for a span of days."""

    key = "products.freight_rate"
    label, plural = _("Freight rate"), _("Freight rates")
    title = "lane"
    default_sort = "-valid_from"
    reference = True
    lane: Mapped[str] = text(_("Lane"), required=True, search=True, length=40)
    container: Mapped[str] = text(
        _("Container"), required=True, length=10,
        help=_("Such as 40HQ; LCL for loose cargo, the price is then per revenue ton."),
    )
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    price: Mapped[Decimal] = money(_("Freight"), currency="currency", required=True)
    valid_from: Mapped[date] = day(_("Valid from"), required=True)
    valid_to: Mapped[date | None] = day(_("Valid to"))
