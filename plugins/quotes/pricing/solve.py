"""From cost and margin to a price, and back, under any Incoterm (DOMAIN §2.2).

Per-unit figures stay unrounded here; rounding happens where a price is quoted (DOMAIN §0).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.api import _
from plugins.quotes.pricing.incoterms import Element, bears

ZERO = Decimal(0)
COVER = Decimal("1.10")


class PricingError(ValueError):
    """No price exists, for instance because margin and charges reach 100 %; `text` says why."""

    def __init__(self, text: object) -> None:
        self.text = text
        super().__init__(str(text))


@dataclass(frozen=True)
class UnitCost:
    """The seller's cost of one unit in home currency, each part unrounded."""

    goods: Decimal
    overhead: Decimal = ZERO
    financing: Decimal = ZERO
    inland: Decimal = ZERO
    loading: Decimal = ZERO

    def total(self, term: str) -> Decimal:
        """B: what counts under `term`; local charges only as far as the seller bears them."""
        local = self.inland if bears(term, Element.INLAND) else ZERO
        local += self.loading if bears(term, Element.LOADING) else ZERO
        return self.goods + self.overhead + self.financing + local


@dataclass(frozen=True)
class Charges:
    """What a price is burdened with beyond B; amounts per unit in quote currency.

    `linked` is s, the part of the final price that goes to commission, bank and credit
    insurance. `premium` is i, `cover` k. `duty` is d; `import_vat` is w, 0 unless the quote
    says "VAT paid". `output_vat` is u and `not_refunded` n of the tax regime.
    """

    rate: Decimal
    linked: Decimal = ZERO
    premium: Decimal = ZERO
    cover: Decimal = COVER
    freight: Decimal = ZERO
    destination: Decimal = ZERO
    unloading: Decimal = ZERO
    clearance: Decimal = ZERO
    duty: Decimal = ZERO
    import_vat: Decimal = ZERO
    output_vat: Decimal = ZERO
    not_refunded: Decimal = ZERO

    @property
    def insurance(self) -> Decimal:
        """k x i"""
        return self.cover * self.premium

    def carriage(self, term: str) -> Decimal:
        """F, if the seller pays the main carriage."""
        return self.freight if bears(term, Element.FREIGHT) else ZERO

    def arrival(self, term: str) -> Decimal:
        """T, U and import clearance, as far as the seller pays them."""
        borne = self.destination if bears(term, Element.DESTINATION) else ZERO
        borne += self.unloading if bears(term, Element.UNLOADING) else ZERO
        return borne + (self.clearance if bears(term, Element.IMPORT) else ZERO)

    def import_share(self, term: str) -> Decimal:
        """Duty and import VAT as a share of the value V."""
        if not bears(term, Element.IMPORT):
            return ZERO
        return self.duty + (1 + self.duty) * self.import_vat


def wanted_fob(cost: Decimal, charges: Charges, margin: Decimal) -> Decimal:
    """M: the FOB value in quote currency, net of price-linked charges, that gives `margin`."""
    left = 1 - margin - charges.not_refunded
    if left <= 0:
        raise PricingError(_("Margin and non-refunded tax reach 100 %; lower the margin."))
    if charges.rate <= 0:
        raise PricingError(_("The exchange rate must be above 0."))
    return cost * (1 + charges.output_vat) / charges.rate / left


def solve_price(term: str, cost: UnitCost, charges: Charges, margin: Decimal) -> Decimal:
    """The unrounded unit price under `term` that earns `margin` on the FOB value net of VAT."""
    landed = wanted_fob(cost.total(term), charges, margin) + charges.carriage(term)
    if bears(term, Element.INSURANCE):
        return landed / _positive(1 - charges.linked - charges.insurance)
    if bears(term, Element.OWN_RISK):
        value = landed / _positive(1 - charges.insurance)
        landed += value * (charges.insurance + charges.import_share(term)) + charges.arrival(term)
    return landed / _positive(1 - charges.linked)


def _positive(divisor: Decimal) -> Decimal:
    if divisor <= 0:
        raise PricingError(_("Price-linked charges reach 100 %; lower commission or insurance."))
    return divisor


def insured_value(term: str, price: Decimal, charges: Charges) -> Decimal:
    """V: the CIF value inside `price` on which insurance and duty are reckoned."""
    if bears(term, Element.INSURANCE):
        return price
    net = price * (1 - charges.linked) - charges.arrival(term)
    return net / (1 + charges.import_share(term))


def net_fob(term: str, price: Decimal, charges: Charges) -> Decimal:
    """What is left of `price` at FOB level, in quote currency, before any rounding of parts."""
    left = price * (1 - charges.linked) - charges.carriage(term)
    if bears(term, Element.INSURANCE) or bears(term, Element.OWN_RISK):
        value = insured_value(term, price, charges)
        left -= value * (charges.insurance + charges.import_share(term)) + charges.arrival(term)
    return left


def margin_on(
    fob_home: Decimal, cost: Decimal, output_vat: Decimal, not_refunded: Decimal
) -> Decimal | None:
    """The margin of a FOB value in home currency over `cost`; None if the value is not above 0."""
    revenue = fob_home / (1 + output_vat)
    if revenue <= 0:
        return None
    return (revenue - not_refunded * fob_home - cost) / revenue


def margin_at(term: str, price: Decimal, cost: UnitCost, charges: Charges) -> Decimal | None:
    """The margin that a unit price earns, unrounded: the inverse of `solve_price`."""
    fob_home = net_fob(term, price, charges) * charges.rate
    return margin_on(fob_home, cost.total(term), charges.output_vat, charges.not_refunded)
