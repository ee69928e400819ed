"""What happens to suppliers, price lists, requests and quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from core.api import Ctx, Refusal, Refused, _, notify, perform, save
from plugins.crm.api import people_with
from tradewind_srm.records import (
    Delivery,
    Price,
    PriceList,
    Quote,
    Rfq,
    Supplier,
)
from tradewind_srm.score import Facts, Score, score

YEAR = 365
WARN_DAYS = 30


# ---- qualification
def open_points(ctx: Ctx, supplier: Supplier) -> list[str]:
    """Mandatory criteria that are not passed, or no longer valid."""
    return [
        check.criterion for check in supplier.checks
        if check.mandatory and (
            not check.passed or (check.valid_until is not None and check.valid_until < ctx.today)
        )
    ]


def qualify(ctx: Ctx, supplier: Supplier, params: dict[str, Any]) -> None:
    """Ask for the qualification; every mandatory point must be passed and valid."""
    if not list(supplier.checks):
        raise Refused(Refusal(_("Enter what the qualification rests on."), "checks", "required"))
    missing = open_points(ctx, supplier)
    if missing:
        raise Refused([
            Refusal(_("Not passed or no longer valid: %(point)s.", point=point), "checks")
            for point in missing
        ])


def qualified(ctx: Ctx, supplier: Supplier, params: dict[str, Any]) -> None:
    """Qualified for a year, or until the first mandatory certificate ends."""
    ends = [c.valid_until for c in supplier.checks if c.mandatory and c.valid_until is not None]
    supplier.qualified_until = min([ctx.today + timedelta(days=YEAR), *ends])
    supplier.reason = None
    ctx.emit("srm.supplier.approved", supplier, until=supplier.qualified_until.isoformat())


def suspend(ctx: Ctx, supplier: Supplier, params: dict[str, Any]) -> None:
    """Buy nothing more from the supplier, with a reason."""
    supplier.reason, supplier.qualified_until = params["reason"], None


def readmit(ctx: Ctx, supplier: Supplier, params: dict[str, Any]) -> None:
    """A candidate again: the qualification starts anew."""


def require_qualified(ctx: Ctx, supplier_id: int) -> None:
    """Raise Refused unless the supplier is qualified today."""
    supplier = ctx.session.get(Supplier, supplier_id)
    until = supplier.qualified_until if supplier else None
    if supplier is None or supplier.state != "qualified" or (until and until < ctx.today):
        name = supplier.name if supplier else ""
        raise Refused(_("%(supplier)s is not qualified. Qualify it first.", supplier=name))


# ---- price lists
def list_faults(price_list: PriceList, values: dict[str, Any]) -> list[Refusal]:
    """What a price list may not say."""
    if values and price_list.id and price_list.state != "draft":
        return [Refusal(_("Only a draft can be changed. Make a new price list."))]
    until = price_list.valid_until
    if until is not None and price_list.valid_from is not None and until < price_list.valid_from:
        return [Refusal(_("It ends before it begins."), "valid_until", "order")]
    return []


def activate(ctx: Ctx, price_list: PriceList, params: dict[str, Any]) -> None:
    """Put prices in force; one list of a supplier holds a product at a time."""
    require_qualified(ctx, price_list.supplier_id)
    if not list(price_list.prices):
        raise Refused(Refusal(_("Enter at least one price."), "prices", "required"))
    products = {line.product_id for line in price_list.prices}
    query = select(PriceList).where(
        PriceList.supplier_id == price_list.supplier_id, PriceList.state == "active",
        PriceList.id != price_list.id,
        or_(PriceList.valid_until.is_(None), PriceList.valid_until >= price_list.valid_from),
    )
    if price_list.valid_until is not None:
        query = query.where(PriceList.valid_from <= price_list.valid_until)
    for other in ctx.session.scalars(query):
        if products & {line.product_id for line in other.prices}:
            raise Refused(_(
                "%(number)s has prices for the same products and time. End it first.",
                number=other.number,
            ))


def end(ctx: Ctx, price_list: PriceList, params: dict[str, Any]) -> None:
    """Take prices out of force from today on; the past keeps them."""
    yesterday = ctx.today - timedelta(days=1)
    price_list.valid_until = max(price_list.valid_from, yesterday)


@dataclass(frozen=True)
class ValidPrice:
    """A purchase price that is valid on the day asked for."""

    product_id: int
    supplier_id: int
    price: Decimal
    currency: str
    from_quantity: Decimal


def valid_prices(
    ctx: Ctx, products: Iterable[int], on: date, quantity: Decimal | None = None
) -> list[ValidPrice]:
    """Prices of all suppliers on a day, cheapest first within a currency.

    With `quantity` only those from that quantity or less on. Lists that ended count for the
    days before their end.
    """
    query = (
        select(Price, PriceList).join(PriceList, PriceList.id == Price.parent_id)
        .where(
            Price.product_id.in_(list(products)), PriceList.state.in_(("active", "ended")),
            PriceList.valid_from <= on,
            or_(PriceList.valid_until.is_(None), PriceList.valid_until >= on),
        )
        .order_by(PriceList.currency, Price.price, Price.id)
    )
    if quantity is not None:
        query = query.where(Price.from_quantity <= quantity)
    return [
        ValidPrice(line.product_id, head.supplier_id, line.price, head.currency,
                   line.from_quantity)
        for line, head in ctx.session.execute(query)
    ]


# ---- requests and quotes
def send(ctx: Ctx, rfq: Rfq, params: dict[str, Any]) -> None:
    """The request goes out; from now on quotes are entered."""
    if not list(rfq.items):
        raise Refused(Refusal(_("Enter what you ask for."), "items", "required"))


def quote_faults(ctx: Ctx, quote: Quote) -> list[Refusal]:
    """A quote answers a request that waits, with products that were asked for."""
    with ctx.session.no_autoflush:
        rfq = ctx.session.get(Rfq, quote.rfq_id)
        if rfq is None:
            return []
        if rfq.state != "sent":
            return [Refusal(_("This request does not wait for quotes."), "rfq_id", "state")]
        asked = {line.product_id for line in rfq.items}
        found, seen = [], set()
        for n, line in enumerate(quote.items):
            if line.product_id not in asked or line.product_id in seen:
                found.append(Refusal(
                    _("Quote each requested product once."), f"items.{n}.product_id", "invalid"
                ))
            seen.add(line.product_id)
        return found


def accept(ctx: Ctx, quote: Quote, params: dict[str, Any]) -> PriceList:
    """Award the request to this quote: the others are declined, its prices come into force."""
    require_qualified(ctx, quote.supplier_id)
    if quote.valid_until is not None and quote.valid_until < ctx.today:
        raise Refused(Refusal(_("The quote is no longer valid."), "valid_until"))
    rfq = ctx.session.get(Rfq, quote.rfq_id)
    others = select(Quote).where(
        Quote.rfq_id == rfq.id, Quote.id != quote.id, Quote.state == "open"
    )
    for other in ctx.session.scalars(others):
        perform(ctx.system(), other, "decline")
    perform(ctx.system(), rfq, "award")
    prices: PriceList = save(ctx.system(), PriceList, {
        "supplier_id": quote.supplier_id, "currency": quote.currency, "valid_from": ctx.today,
        "valid_until": quote.valid_until, "remarks": rfq.number,
        "prices": [{"product_id": i.product_id, "from_quantity": "1", "price": i.price}
                   for i in quote.items],
    })
    perform(ctx.system(), prices, "activate")
    ctx.emit("srm.rfq.won", rfq, supplier=quote.supplier_id, price_list=prices.id)
    return prices


def nothing(ctx: Ctx, record: Any, params: dict[str, Any]) -> None:
    """The state says it all."""


# ---- score card
def delivery_faults(delivery: Delivery) -> list[Refusal]:
    """More cannot be rejected than came."""
    if (delivery.rejected or 0) > (delivery.quantity or 0):
        return [Refusal(_("More is rejected than was received."), "rejected", "range")]
    return []


def score_of(ctx: Ctx, supplier: Supplier) -> Score:
    """The score card over the deliveries of the last 365 days."""
    query = select(Delivery).where(
        Delivery.supplier_id == supplier.id, Delivery.archived_at.is_(None),
        Delivery.received_on > ctx.today - timedelta(days=YEAR),
        Delivery.received_on <= ctx.today,
    )
    return score([_facts(ctx, row) for row in ctx.session.scalars(query)])


def _facts(ctx: Ctx, row: Delivery) -> Facts:
    best = None
    if row.price is not None:
        offers = valid_prices(ctx, [row.product_id], row.received_on, row.quantity)
        best = min([row.price, *(o.price for o in offers if o.currency == row.currency)])
    invoice = None
    if row.invoice_due_on is not None and (row.invoice_on or row.invoice_due_on < ctx.today):
        invoice = row.invoice_on is not None and row.invoice_on <= row.invoice_due_on
    return Facts(row.quantity, row.rejected, row.received_on <= row.promised_on, row.price, best,
                 invoice)


def rescore(ctx: Ctx, supplier_id: int) -> None:
    """Write the score of a supplier anew."""
    supplier = ctx.session.get(Supplier, supplier_id)
    if supplier is not None:
        supplier.score = score_of(ctx, supplier).total


def daily(ctx: Ctx, payload: dict[str, Any]) -> None:
    """Scores of all suppliers, and a note to purchasing when a qualification ends soon."""
    soon = ctx.today + timedelta(days=WARN_DAYS)
    for supplier in ctx.session.scalars(select(Supplier).where(Supplier.archived_at.is_(None))):
        supplier.score = score_of(ctx, supplier).total
        if supplier.state == "qualified" and supplier.qualified_until == soon:
            words = _("The qualification of %(supplier)s ends on %(day)s.",
                      supplier=supplier.name, day=soon.isoformat())
            for person in people_with(ctx, "pur"):
                notify(ctx, person, words, f"/r/srm.supplier/{supplier.id}")

