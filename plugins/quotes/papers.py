"""The plain data of the quotation's documents; never cost or margin (DOMAIN §3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.api import Ctx, show_number
from plugins.crm.api import Contact, Customer
from plugins.products.api import (
    HsCode,
    PaymentTerm,
    Port,
    Product,
    amount_in_words,
    containers,
    country_text,
    load,
    milestone_amounts,
    minor_units,
    term_of,
    trade_date,
)
from plugins.quotes.loading import carton_of
from plugins.quotes.pictures import thumbnail
from plugins.quotes.records import Quotation, QuotationLine
from plugins.quotes.tech_records import TechSheet

TRIGGERS = {
    "signed": "after signing 签约后", "ready": "after notice of readiness 备货通知后",
    "bl": "after B/L date 提单日后", "presentation": "after presentation 交单后",
    "documents": "after dispatch of documents 寄单后",
}
PARTS = {
    "deposit": "T/T deposit 电汇定金", "balance": "T/T balance 电汇余款",
    "lc": "Letter of credit 信用证", "collection": "Bank collection 托收",
    "open": "Open account 赊销",
}


BANK = {
    "beneficiary": "Beneficiary 收款人", "bank": "Bank 银行", "swift": "SWIFT",
    "account": "Account no. 账号", "address": "Bank address 银行地址",
    "intermediary": "Intermediary bank 中转行",
}


def _day(day: date | None) -> str:
    return trade_date(day) if day else ""


def price_text(value: Decimal | None) -> str:
    """A unit price with the decimals it has, two at least."""
    if value is None:
        return ""
    exponent = value.normalize().as_tuple().exponent
    return show_number(value, max(2, -exponent if isinstance(exponent, int) else 2))


def term_text(quotation: Quotation) -> str:
    """`CIF HAMBURG, INCOTERMS® 2020`."""
    place = (quotation.place or "").upper()
    return f"{quotation.incoterm} {place}".strip() + ", INCOTERMS® 2020"


def totals_by_unit(rows: Iterable[QuotationLine]) -> str:
    """`9,200 PCS, 40 SET`: quantities of different units are never added."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.unit or "PCS"] = sums.get(row.unit or "PCS", Decimal(0)) + row.quantity
    return ", ".join(f"{show_number(value)} {unit}" for unit, value in sums.items())


def common(ctx: Ctx, quotation: Quotation) -> dict[str, Any]:
    """What the quotation sheet and the proforma invoice share."""
    session = ctx.session
    customer = session.get(Customer, quotation.customer_id)
    contact = session.get(Contact, quotation.contact_id) if quotation.contact_id else None
    ports = {}
    for name in ("loading_port", "destination_port"):
        ident = getattr(quotation, f"{name}_id")
        port = session.get(Port, ident) if ident else None
        ports[name] = port.name_en if port else ""
    places = minor_units(quotation.currency)
    term = session.get(PaymentTerm, quotation.payment_term_id)
    words = amount_in_words(quotation.amount or Decimal(0), quotation.currency)
    return {
        **ports, "number": quotation.number or f"#{quotation.id}",
        "date": _day(quotation.quote_date), "valid_until": _day(quotation.valid_until),
        "buyer": {
            "name": customer.name if customer else "",
            "address": (customer.address or "").splitlines() if customer else [],
        },
        "attention": contact.name if contact else "", "currency": quotation.currency,
        "term": term_text(quotation), "lead_days": quotation.lead_days,
        "payment": " ".join(filter(None, (term.name_en, term.name_zh))) if term else "",
        "tolerance": _tolerance(quotation.tolerance),
        "total": show_number(quotation.amount, places), "words": words,
        "surcharge": show_number(quotation.surcharge, places) if quotation.surcharge else "",
        "quantity_total": totals_by_unit(quotation.lines),
        "cartons": show_number(quotation.cartons), "packing": quotation.packing or "",
        "cbm": show_number(quotation.cbm, 3) if quotation.cbm else "",
        "gross": show_number(quotation.gross_weight, 2),
        "net": show_number(quotation.net_weight, 2),
        "load_plan": quotation.load_plan or "", "remarks": (quotation.remarks or "").splitlines(),
        "lines": [_line(ctx, quotation, row) for row in quotation.lines],
    }


def _tolerance(value: Decimal | None) -> str:
    return f"± {show_number(value * 100)} %" if value else ""


def _tiers(quotation: Quotation, row: QuotationLine, product: Product | None) -> list[str]:
    """The price breaks, where the line is quoted from the list in the list's own currency."""
    own = product is not None and product.list_currency == quotation.currency
    if row.basis != "list" or not own:
        return []
    return [
        f"≥ {show_number(Decimal(since))}: {price_text(Decimal(price))}"
        for since, price in row.tiers or ()
    ]


def _line(ctx: Ctx, quotation: Quotation, row: QuotationLine) -> dict[str, Any]:
    product = ctx.session.get(Product, row.product_id)
    code = ctx.session.get(HsCode, row.hs_code_id) if row.hs_code_id else None
    carton = carton_of(row)
    full = {}
    if carton is not None:
        full = {box.code: load(box, carton).pieces for box in containers(ctx)}
    size = (row.carton_length, row.carton_width, row.carton_height)
    sheet = ctx.session.get(TechSheet, row.tech_sheet_id) if row.tech_sheet_id else None
    return {
        "sheet": (sheet.number or "") if sheet else "",
        "picture": thumbnail(ctx, product.picture_id if product else None),
        "model": product.code if product else "",
        "description": row.description_en or (product.name_en if product else ""),
        "chinese": row.description_zh or (product.name_zh if product else "") or "",
        "specs": [
            f"{spec.name_en}: {spec.value} {spec.unit or ''}".strip()
            for spec in (sheet.parameters if sheet else product.specs if product else ())
        ],
        "hs": code.code if code else "", "quantity": show_number(row.quantity),
        "unit": row.unit or "PCS", "price": price_text(row.price),
        "amount": show_number(row.amount, minor_units(quotation.currency)),
        "moq": show_number(row.moq), "tiers": _tiers(quotation, row, product),
        "pieces": show_number(row.pieces_per_carton),
        "carton": "×".join(show_number(part) for part in size) if all(size) else "",
        "gross": show_number(row.carton_gross), "net": show_number(row.carton_net),
        "per_20gp": show_number(full.get("20GP")), "per_40hq": show_number(full.get("40HQ")),
        "warranty": product.warranty_years if product else None,
        "certificates": ", ".join(product.certificates or ()) if product else "",
        "origin": (product.origin if product else None) or "CN",
    }


def payments(ctx: Ctx, quotation: Quotation) -> list[dict[str, str]]:
    """The milestones of the payment term with their amounts; they add up to the total."""
    row = ctx.session.get(PaymentTerm, quotation.payment_term_id)
    if row is None or quotation.amount is None:
        return []
    term, places = term_of(row), minor_units(quotation.currency)
    shares = [part.share for part in term.parts]
    amounts = milestone_amounts(quotation.amount, shares, places)
    return [
        {
            "kind": PARTS[part.kind], "share": f"{show_number(part.share * 100)} %",
            "amount": show_number(amount, places),
            "due": f"{part.days} days {TRIGGERS[part.trigger]}",
        }
        for part, amount in zip(term.parts, amounts, strict=True)
    ]


def quotation_sheet(ctx: Ctx, quotation: Quotation) -> dict[str, Any]:
    """The quotation sheet 报价单."""
    data = common(ctx, quotation)
    lines = data["lines"]
    warranty = quotation.warranty_years or max((row["warranty"] or 0 for row in lines), default=0)
    certificates = dict.fromkeys(
        word for row in lines for word in row["certificates"].split(", ") if word
    )
    return data | {
        "heading": "QUOTATION", "subheading": "报价单",
        "warranty": f"{warranty} years" if warranty else "",
        "certificates": ", ".join(certificates),
    }


def proforma(ctx: Ctx, quotation: Quotation) -> dict[str, Any]:
    """The proforma invoice 形式发票, from the quotation."""
    data = common(ctx, quotation)
    asked = getattr(ctx.hooks, "show_bank_details", None)  # offered by orders, if it is installed
    bank = asked(ctx=ctx, currency=quotation.currency) if asked else None
    bank = bank or (ctx.company.profile or {}).get("bank") or {}
    named = {BANK.get(name, name): value for name, value in bank.items() if value}
    origins = dict.fromkeys(row["origin"] for row in data["lines"])
    return data | {
        "heading": "PROFORMA INVOICE", "subheading": "形式发票",
        "payments": payments(ctx, quotation), "bank": named or None,
        "origin": ", ".join(country_text(code) for code in origins),
        "shipment": f"{quotation.lead_days or 0} days after deposit 收到定金后"
                    f" {quotation.lead_days or 0} 天",
    }
