"""The export tax regimes and the net cost of goods (DOMAIN §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plugins.products.sharing import rounded

ZERO = Decimal(0)


class Regime(StrEnum):
    """How the export of a product is treated for value added tax."""

    REFUND = "refund"
    EXEMPT = "exempt"
    TAXABLE = "taxable"
    MANUFACTURER = "manufacturer"


class Invoice(StrEnum):
    """The paper that the supplier gives; it decides whether input tax comes back."""

    SPECIAL = "special"
    SIMPLIFIED = "simplified"
    ORDINARY = "ordinary"
    NONE = "none"


@dataclass(frozen=True)
class TaxTerms:
    """VAT rate, refund rate (fractions) and regime of one code on one export date."""

    vat: Decimal
    refund: Decimal
    regime: Regime

    @property
    def output_vat(self) -> Decimal:
        """u: output VAT that is due on the FOB value."""
        return self.vat if self.regime is Regime.TAXABLE else ZERO

    @property
    def not_refunded(self) -> Decimal:
        """n: the share of the FOB value that a manufacturer bears as non-creditable tax."""
        return self.vat - self.refund if self.regime is Regime.MANUFACTURER else ZERO


def terms_for_invoice(
    library: TaxTerms, invoice: Invoice, invoice_rate: Decimal | None = None, own_made: bool = False
) -> TaxTerms:
    """What becomes of the library's terms with the supplier's invoice (DOMAIN §2.1).

    Simplified invoices (3 % or 1 %) refund at most their own rate, and are priced with that
    rate; ordinary papers make the export exempt; no paper at all makes it taxable. A code whose
    refund was cancelled stays taxable, an exempt one exempt. `own_made` goods of a manufacturer
    follow 免抵退.
    """
    if library.regime is not Regime.REFUND:
        return TaxTerms(library.vat, ZERO, library.regime)
    if own_made:
        return TaxTerms(library.vat, library.refund, Regime.MANUFACTURER)
    if invoice is Invoice.NONE:
        return TaxTerms(library.vat, ZERO, Regime.TAXABLE)
    if invoice is Invoice.ORDINARY:
        return TaxTerms(library.vat, ZERO, Regime.EXEMPT)
    if invoice is Invoice.SIMPLIFIED:
        own = invoice_rate if invoice_rate is not None else library.vat
        return TaxTerms(own, min(library.refund, own), Regime.REFUND)
    return library


def net_goods_cost(price: Decimal, terms: TaxTerms) -> Decimal:
    """G: the net cost of goods, unrounded, in the currency of `price`.

    `price` is the purchase price with VAT; for a manufacturer it is the ex-VAT cost of making.
    """
    if terms.regime is Regime.REFUND:
        return price - price / (1 + terms.vat) * terms.refund
    if terms.regime is Regime.TAXABLE:
        return price / (1 + terms.vat)
    return price


def refund_amount(price: Decimal, quantity: Decimal, terms: TaxTerms) -> Decimal:
    """The refund of one purchase line, rounded: its amount without VAT x the refund rate."""
    if terms.regime is not Regime.REFUND:
        return ZERO
    return rounded(price * quantity / (1 + terms.vat) * terms.refund)


@dataclass(frozen=True)
class ManufacturerPeriod:
    """The result of one period under 免抵退; all amounts in CNY."""

    non_creditable: Decimal
    payable: Decimal
    refund: Decimal
    offset: Decimal


def manufacturer_period(
    export_fob: Decimal,
    vat: Decimal,
    refund: Decimal,
    output: Decimal,
    input_tax: Decimal,
    carry_over: Decimal = ZERO,
) -> ManufacturerPeriod:
    """Tax payable, refund and offset of a manufacturer's period (DOMAIN §2.1, §2.11)."""
    non_creditable = rounded(export_fob * (vat - refund))
    payable = output - (input_tax - non_creditable) - carry_over
    ceiling = rounded(export_fob * refund)
    money_back = min(-payable, ceiling) if payable < 0 else ZERO
    return ManufacturerPeriod(non_creditable, payable, money_back, ceiling - money_back)
