"""A whole quotation: shares shared costs over lines, prices them, and takes the margin after
rounding (DOMAIN §2.2, back-check)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from plugins.products.api import TaxTerms, net_goods_cost, rounded, share_out
from plugins.quotes.pricing.incoterms import Element, bears
from plugins.quotes.pricing.solve import (
    COVER,
    ZERO,
    Charges,
    UnitCost,
    insured_value,
    margin_at,
    margin_on,
    solve_price,
)

DAYS_OF_YEAR = 360


@dataclass(frozen=True)
class Terms:
    """What holds for the whole quotation.

    Local charges (`inland`, `loading`) are totals in home currency; `freight`, `destination`,
    `unloading` and `clearance` are totals in quote currency. `linked` is s. Rates are fractions.
    `overhead` and `finance_rate` are taken on the purchase price with VAT; days per 360.
    """

    incoterm: str
    rate: Decimal
    inland: Decimal = ZERO
    loading: Decimal = ZERO
    freight: Decimal = ZERO
    destination: Decimal = ZERO
    unloading: Decimal = ZERO
    clearance: Decimal = ZERO
    linked: Decimal = ZERO
    premium: Decimal = ZERO
    cover: Decimal = COVER
    least_premium: Decimal = ZERO
    import_vat: Decimal = ZERO
    overhead: Decimal = ZERO
    finance_rate: Decimal = ZERO
    finance_days: int = 0
    places: int = 2


@dataclass(frozen=True)
class Item:
    """One line to be priced: by `price` if it is given, else by `margin`.

    `purchase` is the price with VAT in home currency; `volume` the CBM of the whole line;
    `places` the decimals of the unit price; `surcharge` what is charged once beside the goods.
    """

    quantity: Decimal
    purchase: Decimal
    tax: TaxTerms
    margin: Decimal = ZERO
    price: Decimal | None = None
    volume: Decimal = ZERO
    duty: Decimal = ZERO
    places: int = 2
    surcharge: Decimal = ZERO


@dataclass(frozen=True)
class Priced:
    """A priced line. `cost` is B per unit; `margin` is that of the rounded price."""

    item: Item
    unit: UnitCost
    charges: Charges
    cost: Decimal
    exact: Decimal
    price: Decimal
    amount: Decimal
    margin: Decimal | None


@dataclass(frozen=True)
class Quote:
    """The figures of the whole quotation, from rounded prices; margin None if FOB is not above 0.

    `exchange_cost` is home currency spent per unit of quote currency earned (换汇成本).
    """

    lines: tuple[Priced, ...]
    amount: Decimal = ZERO
    surcharge: Decimal = ZERO
    freight: Decimal = ZERO
    insured: Decimal = ZERO
    insurance: Decimal = ZERO
    arrival: Decimal = ZERO
    linked: Decimal = ZERO
    net_fob: Decimal = ZERO
    net_fob_home: Decimal = ZERO
    goods: Decimal = ZERO
    local: Decimal = ZERO
    cost: Decimal = ZERO
    margin: Decimal | None = None
    exchange_cost: Decimal | None = None


@dataclass(frozen=True)
class _Shares:
    inland: list[Decimal] = field(default_factory=list)
    loading: list[Decimal] = field(default_factory=list)
    freight: list[Decimal] = field(default_factory=list)
    destination: list[Decimal] = field(default_factory=list)
    unloading: list[Decimal] = field(default_factory=list)
    clearance: list[Decimal] = field(default_factory=list)


def _shares(terms: Terms, items: Sequence[Item]) -> _Shares:
    drivers = [item.volume for item in items]
    if not all(drivers):
        drivers = [item.purchase * item.quantity for item in items]
    return _Shares(
        inland=share_out(terms.inland, drivers),
        loading=share_out(terms.loading, drivers),
        freight=share_out(terms.freight, drivers, terms.places),
        destination=share_out(terms.destination, drivers, terms.places),
        unloading=share_out(terms.unloading, drivers, terms.places),
        clearance=share_out(terms.clearance, drivers, terms.places),
    )


def _priced(terms: Terms, item: Item, shares: _Shares, index: int) -> Priced:
    quantity = item.quantity
    financing = item.purchase * terms.finance_rate * terms.finance_days / DAYS_OF_YEAR
    unit = UnitCost(
        goods=net_goods_cost(item.purchase, item.tax),
        overhead=item.purchase * terms.overhead,
        financing=financing,
        inland=shares.inland[index] / quantity,
        loading=shares.loading[index] / quantity,
    )
    charges = Charges(
        rate=terms.rate,
        linked=terms.linked,
        premium=terms.premium,
        cover=terms.cover,
        freight=shares.freight[index] / quantity,
        destination=shares.destination[index] / quantity,
        unloading=shares.unloading[index] / quantity,
        clearance=shares.clearance[index] / quantity,
        duty=item.duty,
        import_vat=terms.import_vat,
        output_vat=item.tax.output_vat,
        not_refunded=item.tax.not_refunded,
    )
    if item.price is None:
        exact = solve_price(terms.incoterm, unit, charges, item.margin)
    else:
        exact = item.price
    price = rounded(exact, item.places)
    return Priced(
        item=item,
        unit=unit,
        charges=charges,
        cost=unit.total(terms.incoterm),
        exact=exact,
        price=price,
        amount=rounded(price * quantity, terms.places),
        margin=margin_at(terms.incoterm, price, unit, charges),
    )


def build(terms: Terms, items: Sequence[Item]) -> Quote:
    """Price all lines and reckon the document; shared costs go by CBM, else by goods value."""
    shares = _shares(terms, items)
    lines = tuple(_priced(terms, item, shares, index) for index, item in enumerate(items))
    if not lines:
        return Quote(())
    surcharge = sum((item.surcharge for item in items), ZERO)
    amount = sum((line.amount for line in lines), surcharge)
    freight = terms.freight if bears(terms.incoterm, Element.FREIGHT) else ZERO
    insured, insurance, by_line = _insurance(terms, lines)
    arrivals = [_arrival(terms, line) for line in lines]
    linked = [
        rounded((line.amount + line.item.surcharge) * terms.linked, terms.places) for line in lines
    ]
    nets = [
        line.amount + line.item.surcharge
        - (shares.freight[index] if freight else ZERO)
        - by_line[index]
        - arrivals[index]
        - linked[index]
        for index, line in enumerate(lines)
    ]
    return _summed(
        terms,
        Quote(
            lines=lines,
            amount=amount,
            surcharge=surcharge,
            freight=freight,
            insured=insured,
            insurance=insurance,
            arrival=sum(arrivals, ZERO),
            linked=sum(linked, ZERO),
            net_fob=sum(nets, ZERO),
        ),
        nets,
    )


def _summed(terms: Terms, quote: Quote, nets: Sequence[Decimal]) -> Quote:
    revenue = profit = ZERO
    for line, net in zip(quote.lines, nets, strict=True):
        home = net * terms.rate
        earned = home / (1 + line.charges.output_vat)
        revenue += earned
        profit += earned - line.charges.not_refunded * home - line.cost * line.item.quantity
    goods = sum((rounded(line.unit.goods * line.item.quantity) for line in quote.lines), ZERO)
    local = terms.inland if bears(terms.incoterm, Element.INLAND) else ZERO
    local += terms.loading if bears(terms.incoterm, Element.LOADING) else ZERO
    return Quote(
        lines=quote.lines,
        amount=quote.amount,
        surcharge=quote.surcharge,
        freight=quote.freight,
        insured=quote.insured,
        insurance=quote.insurance,
        arrival=quote.arrival,
        linked=quote.linked,
        net_fob=quote.net_fob,
        net_fob_home=rounded(quote.net_fob * terms.rate),
        goods=goods,
        local=local,
        cost=sum((line.cost * line.item.quantity for line in quote.lines), ZERO),
        margin=rounded(profit / revenue, 4) if revenue > 0 else None,
        exchange_cost=rounded((goods + local) / quote.net_fob, 4) if quote.net_fob > 0 else None,
    )


def _insurance(terms: Terms, lines: Sequence[Priced]) -> tuple[Decimal, Decimal, list[Decimal]]:
    """Insured amount, premium, and the premium's share of each line (rounded, DOMAIN §2.2)."""
    term = terms.incoterm
    if not (bears(term, Element.INSURANCE) or bears(term, Element.OWN_RISK)) or not terms.premium:
        return ZERO, ZERO, [ZERO] * len(lines)
    values = [_value(terms, line) for line in lines]
    insured = rounded(sum(values, ZERO) * terms.cover, terms.places)
    premium = max(rounded(insured * terms.premium, terms.places), terms.least_premium)
    drivers = [max(value, ZERO) for value in values]
    return insured, premium, share_out(premium, drivers, terms.places)


def _value(terms: Terms, line: Priced) -> Decimal:
    if bears(terms.incoterm, Element.INSURANCE):
        return line.amount
    return insured_value(terms.incoterm, line.price, line.charges) * line.item.quantity


def _arrival(terms: Terms, line: Priced) -> Decimal:
    """Destination costs, clearance, duty and import VAT of a line in quote currency, rounded."""
    if not bears(terms.incoterm, Element.DESTINATION):
        return ZERO
    charges, quantity = line.charges, line.item.quantity
    fixed = rounded(charges.arrival(terms.incoterm) * quantity, terms.places)
    taxes = charges.import_share(terms.incoterm) * _value(terms, line)
    return fixed + rounded(taxes, terms.places)


__all__ = ["Item", "Priced", "Quote", "Terms", "build", "margin_on"]
