"""The quotes to a request side by side, in the company's currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, Refused, round_money, titles
from plugins.products.api import rate
from tradewind_srm.records import Quote, Rfq, Supplier


@dataclass
class Column:
    """One supplier's answer. `amounts` by product and `total` are in the company's currency.

    `total` is None when a price is missing or there is no exchange rate (`reason` says which).
    """

    quote: Quote
    supplier: Supplier
    prices: dict[int, Decimal] = field(default_factory=dict)
    amounts: dict[int, Decimal] = field(default_factory=dict)
    freight: Decimal = Decimal(0)
    total: Decimal | None = None
    reason: str = ""
    best: bool = False


@dataclass(frozen=True)
class Comparison:
    """The requested products (id, name, quantity), a column per quote, the cheapest per product."""

    items: list[tuple[int, str, Decimal]]
    columns: list[Column]
    cheapest: dict[int, Decimal]


def compare(ctx: Ctx, rfq: Rfq) -> Comparison:
    """All quotes to a request, the cheapest complete one first and marked."""
    names = titles(ctx, "products.product", [line.product_id for line in rfq.items])
    items = [(line.product_id, names.get(line.product_id, ""), line.quantity)
             for line in rfq.items]
    query = (
        select(Quote, Supplier).join(Supplier, Supplier.id == Quote.supplier_id)
        .where(Quote.rfq_id == rfq.id, Quote.archived_at.is_(None)).order_by(Quote.id)
    )
    columns = [_column(ctx, quote, supplier, items)
               for quote, supplier in ctx.session.execute(query)]
    columns.sort(key=lambda c: (c.total is None, c.total or Decimal(0), c.quote.id))
    if columns and columns[0].total is not None:
        columns[0].best = True
    cheapest = {
        product: min(c.amounts[product] for c in columns if product in c.amounts)
        for product, _name, _quantity in items if any(product in c.amounts for c in columns)
    }
    return Comparison(items, columns, cheapest)


def _column(
    ctx: Ctx, quote: Quote, supplier: Supplier, items: list[tuple[int, str, Decimal]]
) -> Column:
    found = Column(quote, supplier, {line.product_id: line.price for line in quote.items})
    try:
        factor = rate(ctx, quote.currency, ctx.today)
    except Refused as error:  # the page shows the reason; other quotes can still be compared
        found.reason = str(error)
        return found
    for product, _name, quantity in items:
        if product in found.prices:
            found.amounts[product] = round_money(found.prices[product] * quantity * factor)
    found.freight = round_money((quote.freight or Decimal(0)) * factor)
    if len(found.amounts) == len({product for product, _name, _quantity in items}):
        found.total = sum(found.amounts.values(), found.freight)
    return found
