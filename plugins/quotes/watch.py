"""What to look at before a quotation is decided: rate moves, freight, earlier prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refused, _, notify
from plugins.products.api import rate
from plugins.quotes.pricing.facts import moved
from plugins.quotes.records import OPEN_STATES, Quotation, QuotationLine

SHOWN_PRICES = 3


@dataclass(frozen=True)
class Earlier:
    """A price that the customer was offered before."""

    product_id: int
    price: Decimal
    currency: str
    incoterm: str
    quantity: Decimal
    on: date | None
    number: str
    state: str


def rate_move(ctx: Ctx, quotation: Quotation) -> Decimal | None:
    """How far today's quoting rate lies from the rate of the quotation; None if unknown."""
    if not quotation.quote_rate or quotation.currency == ctx.company.currency:
        return None
    try:
        market = rate(ctx, quotation.currency, ctx.today, "quote")
    except Refused:
        return None
    return moved(quotation.quote_rate, market)


def warnings(ctx: Ctx, quotation: Quotation) -> list[object]:
    """Sentences about an open quotation whose ground moved (DOMAIN §1.3: more than 2 %)."""
    found: list[object] = []
    change = rate_move(ctx, quotation)
    limit = Decimal(str(ctx.setting("quotes.rate_alert")))
    if change is not None and abs(change) > limit:
        percent = f"{change * 100:+.2f}"
        found.append(_(
            "The %(currency)s rate moved %(percent)s %% against the rate of the quotation.",
            currency=quotation.currency, percent=percent,
        ))
    if quotation.freight and quotation.freight_until and quotation.freight_until < ctx.today:
        found.append(_("The freight offer ended on %(day)s.",
                       day=quotation.freight_until.isoformat()))
    return found


def alerts(ctx: Ctx) -> int:
    """Leave the owners of open quotations a notice; returns how many notices."""
    count = 0
    query = select(Quotation).where(Quotation.state.in_(OPEN_STATES[1:]))
    for quotation in ctx.session.scalars(query):
        for text in warnings(ctx, quotation):
            if quotation.owner_id:
                line = _("%(number)s: %(what)s", number=quotation.number or quotation.id, what=text)
                notify(ctx, quotation.owner_id, line, f"/r/quotes.quotation/{quotation.id}")
                count += 1
    return count


def earlier_prices(ctx: Ctx, quotation: Quotation) -> dict[int, list[Earlier]]:
    """The last three prices of each product to this customer, newest first."""
    wanted = {item.product_id for item in quotation.lines}
    if not wanted or not quotation.customer_id:
        return {}
    query = (
        select(QuotationLine, Quotation)
        .join(Quotation, Quotation.id == QuotationLine.parent_id)
        .where(Quotation.customer_id == quotation.customer_id)
        .where(QuotationLine.product_id.in_(wanted))
        .where(Quotation.sent_on.is_not(None), Quotation.id != (quotation.id or 0))
        .order_by(Quotation.sent_on.desc(), Quotation.id.desc())
        .limit(SHOWN_PRICES * 20)
    )
    found: dict[int, list[Earlier]] = {}
    for item, other in ctx.session.execute(query):
        known = found.setdefault(item.product_id, [])
        if len(known) < SHOWN_PRICES:
            known.append(Earlier(
                item.product_id, item.price, other.currency, other.incoterm, item.quantity,
                other.sent_on, other.number or "", other.state,
            ))
    return found


def differences(old: Quotation, new: Quotation) -> dict[str, tuple[Any, Any]]:
    """Header fields that differ between two quotations."""
    names = (
        "quote_date", "valid_until", "currency", "quote_rate", "incoterm", "place",
        "payment_term_id", "lead_days", "export_date", "tolerance", "freight", "inland_charges",
        "commission", "amount", "margin",
    )
    pairs = {name: (getattr(old, name), getattr(new, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
