"""What a quotation and its lines start with: from customer, product and settings."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx
from plugins.crm.api import Customer, Inquiry
from plugins.products.api import (
    Cargo,
    Product,
    Proposal,
    Unit,
    propose,
    rate,
    tiers_of,
)
from plugins.products.api import Port as PortRow
from plugins.quotes.pricing.incoterms import FREIGHT_INCLUDED
from plugins.quotes.records import Quotation, QuotationLine

ZERO = Decimal(0)
SHARES = ("premium_rate", "cover", "overhead", "finance_rate", "bank_share", "credit_insurance")


def setting(ctx: Ctx, name: str) -> Decimal:
    """A setting of this plugin as a Decimal."""
    return Decimal(str(ctx.setting(f"quotes.{name}")))


def row(ctx: Ctx, cls: type[Any], ident: int | None) -> Any:
    """The row of an id, read once and then held for the rest of the transaction; None without."""
    if not ident:
        return None
    key = ("quotes.row", cls.key, ident)
    if key not in ctx.cache:
        ctx.cache[key] = ctx.session.get(cls, ident)
    return ctx.cache[key]


def take_customer(ctx: Ctx, quotation: Quotation, fresh: bool) -> None:
    """Currency, terms and port of the customer; `fresh` also replaces values."""
    customer = row(ctx, Customer, quotation.customer_id)
    if customer is None:
        return
    for name, value in (
        ("currency", customer.currency), ("incoterm", customer.incoterm),
        ("payment_term_id", customer.payment_term_id),
    ):
        if value and (fresh or getattr(quotation, name) is None):
            setattr(quotation, name, value)
    if fresh or quotation.destination_port_id is None:
        found = _port(ctx, PortRow.name_en, customer.port)
        quotation.destination_port_id = found or quotation.destination_port_id


def take_place(ctx: Ctx, quotation: Quotation, fresh: bool) -> None:
    """The named place: where the seller hands over, or where he carries the goods to."""
    if quotation.place and not fresh:
        return
    ident = quotation.loading_port_id
    if quotation.incoterm in FREIGHT_INCLUDED:
        ident = quotation.destination_port_id
    port = row(ctx, PortRow, ident)
    customer = row(ctx, Customer, quotation.customer_id)
    if port is not None:
        quotation.place = port.name_en
    elif quotation.incoterm in FREIGHT_INCLUDED and customer is not None:
        quotation.place = customer.port


def _port(ctx: Ctx, column: Any, value: str | None) -> int | None:
    key = ("quotes.port", column.key, value)
    if value and key not in ctx.cache:
        ctx.cache[key] = ctx.session.scalar(select(PortRow.id).where(column == value))
    return ctx.cache.get(key)


def take_inquiry(ctx: Ctx, quotation: Quotation) -> None:
    """The customer of the inquiry, where none was given."""
    if quotation.inquiry_id and not quotation.customer_id:
        inquiry = ctx.session.get(Inquiry, quotation.inquiry_id)
        if inquiry is not None:
            quotation.customer_id = inquiry.customer_id
            quotation.contact_id = quotation.contact_id or inquiry.contact_id


def header(ctx: Ctx, quotation: Quotation, changed: str = "") -> None:
    """Fill what is empty in the header; `changed` is the field that a person just changed."""
    take_inquiry(ctx, quotation)
    take_customer(ctx, quotation, fresh=changed == "customer_id")
    quotation.quote_date = quotation.quote_date or ctx.today
    quotation.currency = quotation.currency or "USD"
    quotation.incoterm = quotation.incoterm or "FOB"
    if quotation.loading_port_id is None:
        code = str(ctx.setting("quotes.loading_port"))
        quotation.loading_port_id = _port(ctx, PortRow.code, code)
    moves = ("customer_id", "incoterm", "loading_port_id", "destination_port_id")
    take_place(ctx, quotation, fresh=changed in moves)
    if quotation.quote_rate is None or changed in ("currency", "quote_date", "customer_id"):
        quotation.quote_rate = rate(ctx, quotation.currency, quotation.quote_date, "quote")
    for name in SHARES:
        if getattr(quotation, name) is None:
            setattr(quotation, name, setting(ctx, name))
    if quotation.finance_days is None:
        quotation.finance_days = int(setting(ctx, "finance_days"))
    if quotation.tolerance is None:
        quotation.tolerance = ZERO


def dates(ctx: Ctx, quotation: Quotation, changed: str = "") -> None:
    """Lead time, planned export date and validity, after the lines are known (DOMAIN §1.3)."""
    day = quotation.quote_date or ctx.today
    if quotation.lead_days is None:
        products = [row(ctx, Product, line.product_id) for line in quotation.lines]
        known = [p.lead_days for p in products if p is not None and p.lead_days]
        quotation.lead_days = max(known, default=int(setting(ctx, "lead_days")))
    if quotation.export_date is None or changed in ("quote_date", "lead_days"):
        around = int(setting(ctx, "days_to_order")) + int(setting(ctx, "days_to_ship"))
        quotation.export_date = day + timedelta(days=around + quotation.lead_days)
    if quotation.valid_until is None or changed in ("quote_date", "incoterm", "customer_id"):
        with_freight = quotation.incoterm in FREIGHT_INCLUDED
        name = "validity_days_freight" if with_freight else "validity_days"
        quotation.valid_until = day + timedelta(days=int(setting(ctx, name)))


def line(ctx: Ctx, item: QuotationLine, fresh: bool) -> None:
    """Fill a line from its product; `fresh` (another product was chosen) replaces values."""
    product = row(ctx, Product, item.product_id)
    if product is None:
        return
    unit = row(ctx, Unit, product.unit_id)
    values: dict[str, Any] = {
        "description_en": product.description_en or product.name_en,
        "description_zh": product.description_zh or product.name_zh,
        "unit": unit.code if unit else "PCS", "hs_code_id": product.hs_code_id,
        "moq": product.moq, "pieces_per_carton": product.pieces_per_carton,
        "purchase_price": product.cost_price,
    }
    for name in ("length", "width", "height", "gross", "net"):
        values[f"carton_{name}"] = getattr(product, f"carton_{name}")
    for name, value in values.items():
        if fresh or getattr(item, name) is None:
            setattr(item, name, value)
    if fresh or item.tiers is None:
        item.tiers = [[str(since), str(price)] for since, price in tiers_of(product)]
    item.basis = item.basis or "margin"


def charges(ctx: Ctx, quotation: Quotation, plan: Proposal) -> None:
    """Local charges and main carriage of the loading plan, unless people entered their own."""
    follow = quotation.auto_charges is not False
    if follow and any(item.quantity for item in quotation.lines):
        boxes = Decimal(max(plan.containers, 1))
        quotation.inland_charges = boxes * setting(ctx, "inland_per_container")
    if not follow:
        return
    if quotation.incoterm not in FREIGHT_INCLUDED:
        quotation.freight = quotation.freight_until = None
        return
    if plan.freight is not None:
        quotation.freight, quotation.freight_until = plan.freight, plan.until


def proposal(ctx: Ctx, quotation: Quotation, cargo: Cargo) -> Proposal:
    """The boxes for the cargo at the freight offers between the two ports on the day."""
    codes = [
        port.code if port is not None else ""
        for port in (row(ctx, PortRow, quotation.loading_port_id),
                     row(ctx, PortRow, quotation.destination_port_id))
    ]
    lane = "-".join(codes) if all(codes) else ""
    day = quotation.quote_date or ctx.today
    return propose(ctx, cargo, lane, day, quotation.currency, quotation.quote_rate)
