"""Refund on the purchase invoices of a trader, and its deadlines (DOMAIN §2.1)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def _cent(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def without_vat(amount: Decimal, vat: Decimal) -> Decimal:
    """The amount excluding VAT of a purchase invoice that includes it, to the cent."""
    return _cent(amount / (1 + vat))


def trader_refund(without: Decimal, rate: Decimal) -> Decimal:
    """Refund on one purchase invoice line: amount without VAT × rate, rounded per line."""
    return _cent(without * rate)


def goods_cost(regime: str, amount: Decimal, vat: Decimal, rate: Decimal) -> Decimal:
    """Net cost of purchased goods by tax regime: refund, exempt or taxable.

    Taxable is not the same as a refund of 0: the input VAT is deducted, output VAT is due.
    """
    if regime == "refund":
        return amount - trader_refund(without_vat(amount, vat), rate)
    return without_vat(amount, vat) if regime == "taxable" else amount


def output_vat(fob: Decimal, vat: Decimal) -> Decimal:
    """Output VAT contained in the FOB value (CNY) of a taxable export."""
    return _cent(fob / (1 + vat) * vat)


def claim_deadline(exported: date) -> date:
    """Claim and money by 30 April of the year after the export."""
    return date(exported.year + 1, 4, 30)


def treated_as_domestic(exported: date, as_of: date) -> bool:
    """True when 36 months passed without a claim: the export is taxed like a domestic sale."""
    return (as_of.year - exported.year) * 12 + as_of.month - exported.month >= 36 and (
        as_of >= _after_months(exported, 36)
    )


def _after_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))
