"""What may not be saved: each rule names the field, the fault and the cure."""

from __future__ import annotations

import itertools
import re
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, _
from plugins.products.records import Category, Product
from plugins.products.reference import (
    Coded,
    ExchangeRate,
    HsCode,
    PaymentTerm,
    Port,
    TradeCurrency,
)
from plugins.products.sharing import rounded
from plugins.products.tax import Regime
from plugins.products.tiers import falling

_HS = re.compile(r"\d{10}")
_PORT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_UN = re.compile(r"UN\d{4}")
LAST_DAY = date(9999, 12, 31)


def prepare(ctx: Ctx, record: Any) -> None:
    """Bring values into their stored form: model code as number, rates per single unit."""
    if isinstance(record, Product):
        record.number = record.code
    elif isinstance(record, Port) and record.code and not record.country:
        record.country = record.code[:2].upper()
    elif isinstance(record, ExchangeRate) and (record.per or 1) != 1 and record.rate:
        record.rate, record.per = rounded(record.rate / record.per, 6), 1


def faults(ctx: Ctx, record: Any) -> list[Refusal]:
    """The reasons against saving a record of this plugin."""
    if isinstance(record, ExchangeRate):
        return _rate(ctx, record)
    if not isinstance(record, (Product, Category, Coded, TradeCurrency)):
        return []
    found = _taken(ctx, record)
    if isinstance(record, Product):
        found += _product(record)
    elif isinstance(record, HsCode):
        found += _hs_code(record)
    elif isinstance(record, PaymentTerm):
        found += _payment_term(record)
    elif isinstance(record, Port) and not _PORT.fullmatch(record.code):
        found.append(Refusal(_("A port code is 2 letters and 3 signs such as CNNGB."), "code"))
    if isinstance(record, Coded) and record.valid_from and record.valid_to:
        found += _span(record.valid_from, record.valid_to, "valid_to")
    return found


def _span(since: date, until: date, field: str) -> list[Refusal]:
    if until < since:
        return [Refusal(_("This day lies before “valid from”. Choose a later one."), field)]
    return []


def _taken(ctx: Ctx, record: Any) -> list[Refusal]:
    cls = type(record)
    with ctx.session.no_autoflush:
        other = ctx.session.scalar(
            select(cls.id).where(cls.code == record.code, cls.id != (record.id or 0))
        )
    if other is None:
        return []
    return [Refusal(_("The code %(code)s is taken. Choose another one.", code=record.code), "code")]


def _rate(ctx: Ctx, record: ExchangeRate) -> list[Refusal]:
    found = []
    if record.rate is not None and record.rate <= 0:
        found.append(Refusal(_("A rate must be above 0."), "rate"))
    if record.per is not None and record.per < 1:
        found.append(Refusal(_("Rates are quoted for 1 or more units, usually 1 or 100."), "per"))
    if record.currency == ctx.company.currency:
        text = _("This is the company's own currency; its rate is always 1.")
        found.append(Refusal(text, "currency"))
    with ctx.session.no_autoflush:
        other = ctx.session.scalar(
            select(ExchangeRate.id).where(
                ExchangeRate.currency == record.currency,
                ExchangeRate.kind == record.kind,
                ExchangeRate.valid_from == record.valid_from,
                ExchangeRate.id != (record.id or 0),
            )
        )
    if other is not None:
        text = _("There is a rate of this kind for this day already. Change that one.")
        found.append(Refusal(text, "valid_from"))
    return found


def _product(record: Product) -> list[Refusal]:
    found = []
    gross, net = record.carton_gross, record.carton_net
    if gross and net and gross < net:
        text = _("The gross weight must not be below the net weight.")
        found.append(Refusal(text, "carton_gross"))
    if not falling([(tier.from_quantity, tier.price) for tier in record.tiers]):
        text = _("Each larger quantity needs a lower price, and no quantity twice.")
        found.append(Refusal(text, "tiers"))
    if record.un_number and not _UN.fullmatch(record.un_number):
        found.append(Refusal(_("A UN number looks like UN3480."), "un_number"))
    if record.invoice == "simplified" and record.invoice_rate is None:
        text = _("Enter the rate on the supplier's simplified invoice: 3 or 1 percent.")
        found.append(Refusal(text, "invoice_rate"))
    return found


def _hs_code(record: HsCode) -> list[Refusal]:
    found = []
    if not _HS.fullmatch(record.code or ""):
        found.append(Refusal(_("An HS code has 10 digits such as 9405429000."), "code"))
    rows = sorted(record.terms, key=lambda row: row.valid_from)
    for n, row in enumerate(record.terms):
        where = f"terms.{n}"
        found += _span(row.valid_from, row.valid_to or LAST_DAY, f"{where}.valid_to")
        if row.regime == Regime.REFUND and row.refund == 0:
            text = _("A refund of 0 with a refund regime is not the law: choose taxable or exempt.")
            found.append(Refusal(text, f"{where}.regime"))
        if row.regime in (Regime.TAXABLE, Regime.EXEMPT) and row.refund != 0:
            found.append(Refusal(_("This regime has no refund. Enter 0."), f"{where}.refund"))
        if row.refund > row.vat:
            text = _("The refund rate must not be above the VAT rate.")
            found.append(Refusal(text, f"{where}.refund"))
    for early, late in itertools.pairwise(rows):
        if (early.valid_to or LAST_DAY) >= late.valid_from:
            text = _("Two rows hold on %(day)s. End the earlier one the day before.",
                     day=late.valid_from.isoformat())
            found.append(Refusal(text, "terms"))
    return found


def _payment_term(record: PaymentTerm) -> list[Refusal]:
    total = sum((part.share for part in record.parts), Decimal(0))
    if total == 1:
        return []
    share = f"{(total * 100).normalize():f}"
    return [
        Refusal(_("The milestones add up to %(share)s %%, not to 100 %%.", share=share), "parts")
    ]
