"""The live calculation of a quotation: fills every computed field from what people entered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx, Invalid, Refusal, Refused, _, plain
from plugins.crm.api import Customer
from plugins.products.api import (
    NO_CARGO,
    PaymentTerm,
    Product,
    Regime,
    TaxTerms,
    minor_units,
    product_terms,
    rate,
    rounded,
    tier_price,
)
from plugins.quotes import defaults, loading
from plugins.quotes.pricing.build import Item, Priced, Quote, Terms, build
from plugins.quotes.pricing.facts import converted, in_usd, margin_points
from plugins.quotes.pricing.incoterms import SEA_ONLY
from plugins.quotes.pricing.solve import PricingError
from plugins.quotes.records import Quotation, QuotationLine

ZERO = Decimal(0)
ONE = Decimal(1)


def reckon(ctx: Ctx, quotation: Quotation, changed: str = "") -> list[object]:
    """Fill defaults, taxes, prices, packing and totals; returns notes for the person.

    `changed` is what was changed last ("incoterm", "lines.0.price"): a changed price makes the
    margin follow, anything else keeps the basis of each line. Writes only into the objects given.
    Raises Refused (no rate) or Invalid (no price exists).
    """
    notes: list[object] = []
    _follow(quotation, changed)
    with ctx.session.no_autoflush:
        defaults.header(ctx, quotation, changed)
        for item in quotation.lines:
            fresh = changed == f"lines.{quotation.lines.index(item)}.product_id"
            defaults.line(ctx, item, fresh or _other_product(item))
        defaults.dates(ctx, quotation, changed)
        cargo = sum((loading.pack(item) for item in quotation.lines), NO_CARGO)
        boxes = defaults.proposal(ctx, quotation, cargo)
        defaults.charges(ctx, quotation, boxes)
        quotation.load_plan = boxes.text or None
        quotation.cartons, quotation.cbm = cargo.cartons or None, cargo.cbm or None
        quotation.gross_weight, quotation.net_weight = cargo.gross or None, cargo.net or None
        _classify(ctx, quotation)
        _price(ctx, quotation, notes)
    if quotation.incoterm in SEA_ONLY and boxes.containers:
        notes.append(
            _(
                "Containers are handed over at a terminal: "
                "FCA, CPT or CIP fits better than %(term)s.",
                term=quotation.incoterm,
            )
        )
    if quotation.incoterm == "EXW":
        notes.append(_("EXW: the tax refund needs you to be the exporter of record."))
    return notes


def _follow(quotation: Quotation, changed: str) -> None:
    """What somebody typed counts: a price or margin for its line, a charge for the whole."""
    if changed in ("freight", "inland_charges"):
        quotation.auto_charges = False
    head, _dot, rest = changed.partition(".")
    number, _dot, name = rest.partition(".")
    if head != "lines" or not number.isdigit() or int(number) >= len(quotation.lines):
        return
    if name in ("price", "margin"):
        quotation.lines[int(number)].basis = name


def _other_product(item: QuotationLine) -> bool:
    """Whether a stored line was given another product than it had."""
    from_cost = (item.cost or {}).get("product")
    return from_cost is not None and from_cost != item.product_id


def _classify(ctx: Ctx, quotation: Quotation) -> None:
    customer = defaults.row(ctx, Customer, quotation.customer_id)
    quotation.customer_grade = (customer.grade if customer else None) or "-"
    term = defaults.row(ctx, PaymentTerm, quotation.payment_term_id)
    quotation.term_risk = term.risk if term else None
    quotation.term_days = term.days if term else None


def _tax(ctx: Ctx, quotation: Quotation, item: QuotationLine, notes: list[object]) -> TaxTerms:
    product = defaults.row(ctx, Product, item.product_id)
    if product is None or item.hs_code_id is None:
        notes.append(_("Line %(n)s has no HS code: no refund is reckoned.", n=item.position))
        return TaxTerms(ZERO, ZERO, Regime.EXEMPT)
    try:
        day = quotation.export_date or ctx.today
        return product_terms(ctx, product, item.hs_code_id, day)
    except Refused as error:
        notes += error.reasons
        return TaxTerms(ZERO, ZERO, Regime.EXEMPT)


def _price(ctx: Ctx, quotation: Quotation, notes: list[object]) -> None:
    ready = [item for item in quotation.lines if item.product_id and (item.quantity or ZERO) > 0]
    places = minor_units(quotation.currency)
    items = [_item(ctx, quotation, item, notes) for item in ready]
    try:
        least = _from_usd(ctx, quotation, "quotes.least_premium")
        quote = build(_terms(quotation, places, least), items)
    except PricingError as error:
        raise Invalid(Refusal(error.text, "lines", "no-price")) from error
    for item, priced in zip(ready, quote.lines, strict=True):
        _take_line(quotation, item, priced)
    _take_totals(ctx, quotation, quote)


def _item(ctx: Ctx, quotation: Quotation, item: QuotationLine, notes: list[object]) -> Item:
    tax = _tax(ctx, quotation, item, notes)
    item.vat, item.refund, item.regime = tax.vat, tax.refund, tax.regime.value
    product = defaults.row(ctx, Product, item.product_id)
    product_places = product.price_places if product else 2
    places = min(product_places, minor_units(quotation.currency) + 2)
    if minor_units(quotation.currency) == 0:
        places = 0
    price = item.price if item.basis == "price" else None
    if item.basis == "list" and product is not None:
        price = _list_price(ctx, quotation, item, product, places)
        if quotation.revision and item.price and price and item.price != price:
            notes.append(_("Line %(n)s: the quantity now picks another price of the list.",
                           n=item.position))
    if price is None and item.basis == "list":
        notes.append(_("Line %(n)s has no list price: it is priced from the margin.",
                       n=item.position))
    if item.moq and item.quantity < item.moq:
        notes.append(_("Line %(n)s is below the minimum order of %(moq)s.",
                       n=item.position, moq=item.moq))
    if price is None and item.margin is None:
        item.margin = defaults.setting(ctx, "target_margin")
    return Item(
        quantity=item.quantity, purchase=item.purchase_price or ZERO, tax=tax,
        margin=item.margin if item.margin is not None else ZERO, price=price,
        volume=item.cbm or ZERO, duty=item.duty or ZERO, places=places,
        surcharge=_surcharge(ctx, quotation, item),
    )


def _surcharge(ctx: Ctx, quotation: Quotation, item: QuotationLine) -> Decimal:
    """What an order below the minimum costs extra, if the company charges for it (DOMAIN §2.2)."""
    below = item.moq and item.quantity < item.moq
    if not below or ctx.setting("quotes.below_moq", quotation.quote_date) != "surcharge":
        item.surcharge = None
        return ZERO
    item.surcharge = _from_usd(ctx, quotation, "quotes.moq_surcharge")
    return item.surcharge


def _from_usd(ctx: Ctx, quotation: Quotation, key: str) -> Decimal:
    """A setting in US dollars that held on the day of the quotation, in its currency."""
    day = quotation.quote_date or ctx.today
    usd = Decimal(str(ctx.setting(key, day)))
    places = minor_units(quotation.currency)
    if quotation.currency == "USD" or not usd:
        return rounded(usd, places)
    return converted(usd, rate(ctx, "USD", day, "quote"), quotation.quote_rate or ONE, places)


def _list_price(
    ctx: Ctx, quotation: Quotation, item: QuotationLine, product: Product, places: int
) -> Decimal | None:
    """The tier price of the quantity, else the list price, in the currency of the quotation."""
    tiers = [(Decimal(since), Decimal(price)) for since, price in item.tiers or ()]
    price = tier_price(tiers, item.quantity)
    price = price if price is not None else product.list_price
    source = product.list_currency or quotation.currency
    if price is None or source == quotation.currency:
        return price
    pair = rate(ctx, source, quotation.quote_date or ctx.today, "quote")
    return converted(price, pair, quotation.quote_rate or ONE, places)


def _terms(quotation: Quotation, places: int, least_premium: Decimal) -> Terms:
    linked = sum(
        (share or ZERO for share in
         (quotation.commission, quotation.bank_share, quotation.credit_insurance)), ZERO,
    )
    return Terms(
        incoterm=quotation.incoterm, rate=quotation.quote_rate or ONE,
        inland=quotation.inland_charges or ZERO, loading=quotation.loading_charges or ZERO,
        freight=quotation.freight or ZERO, destination=quotation.destination_charges or ZERO,
        unloading=quotation.unloading_charges or ZERO,
        clearance=quotation.clearance_charges or ZERO, linked=linked,
        premium=quotation.premium_rate or ZERO, least_premium=least_premium,
        cover=quotation.cover if quotation.cover is not None else Decimal("1.10"),
        import_vat=(quotation.import_vat or ZERO) if quotation.vat_paid else ZERO,
        overhead=quotation.overhead or ZERO, finance_rate=quotation.finance_rate or ZERO,
        finance_days=quotation.finance_days or 0, places=places,
    )


def _take_line(quotation: Quotation, item: QuotationLine, priced: Priced) -> None:
    item.price, item.amount = priced.price, priced.amount
    reached = margin_points(priced.margin) if priced.margin is not None else None
    item.achieved = reached
    if item.basis != "margin":
        item.margin = reached
    item.cost = _snapshot(quotation, item, priced)


def _snapshot(quotation: Quotation, item: QuotationLine, priced: Priced) -> dict[str, Any]:
    """The cost tree of one unit: home currency for cost, quote currency for charges."""
    unit, charges = priced.unit, priced.charges
    figures: dict[str, Decimal] = {
        "purchase": priced.item.purchase, "goods": unit.goods, "overhead": unit.overhead,
        "financing": unit.financing, "inland": unit.inland, "loading": unit.loading,
        "cost": priced.cost, "freight": charges.carriage(quotation.incoterm),
        "arrival": charges.arrival(quotation.incoterm), "exact": priced.exact,
        "destination": charges.destination, "unloading": charges.unloading,
        "clearance": charges.clearance,
    }
    shares: dict[str, Decimal] = {
        "vat": priced.item.tax.vat, "refund_rate": priced.item.tax.refund,
        "linked": charges.linked, "premium": charges.premium, "cover": charges.cover,
        "duty": charges.duty, "import_vat": charges.import_vat, "rate": charges.rate,
    }
    snapshot = {name: rounded(value, 6) for name, value in {**figures, **shares}.items()}
    found: dict[str, Any] = plain({
        **snapshot, "refund": rounded(priced.item.purchase - unit.goods, 6),
        "regime": priced.item.tax.regime.value, "incoterm": quotation.incoterm,
        "currency": quotation.currency, "basis": item.basis, "margin": priced.margin,
        "price": priced.price, "quote_date": quotation.quote_date,
        "export_date": quotation.export_date,
    })
    return {**found, "product": item.product_id}


def _take_totals(ctx: Ctx, quotation: Quotation, quote: Quote) -> None:
    quotation.amount, quotation.margin = quote.amount, quote.margin
    quotation.surcharge = quote.surcharge or None
    quotation.net_fob, quotation.exchange_cost = quote.net_fob, quote.exchange_cost
    quotation.amount_usd = usd_amount(ctx, quotation)
    quotation.facts = {**(quotation.facts or {}), "figures": plain({
        "freight": quote.freight, "insured": quote.insured, "insurance": quote.insurance,
        "arrival": quote.arrival, "linked": quote.linked, "net_fob_home": quote.net_fob_home,
        "goods": quote.goods, "local": quote.local, "cost": rounded(quote.cost),
    })}


def usd_amount(ctx: Ctx, quotation: Quotation) -> Decimal | None:
    """The total in US dollars at the rates of the quotation's date; None without a USD rate."""
    if quotation.amount is None or quotation.currency == "USD":
        return quotation.amount
    day = quotation.quote_date or ctx.today
    try:
        own, usd = rate(ctx, quotation.currency, day, "quote"), rate(ctx, "USD", day, "quote")
    except Refused:
        return None
    return in_usd(quotation.amount, own, usd)
