"""Proforma invoice, sales contract, commercial invoice and packing list (DOMAIN §3.2–3.5).

All figures come as text from one snapshot of the order or delivery, so that PDF and XLSX, and
the papers of one shipment, cannot differ.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Document, _, show_number
from plugins.crm.api import Customer
from plugins.orders import clauses, gates, packing, sheets
from plugins.orders.deliveries import order_of
from plugins.orders.money import places_of
from plugins.orders.records import Order
from plugins.orders.shipping_records import Delivery
from plugins.products.api import (
    PaymentTerm,
    Product,
    amount_in_words,
    country_text,
    trade_date,
)
from plugins.quotes.api import Quotation, TechSheet

TRIGGER_WORDS = {
    "signed": "after signing",
    "ready": "after notice of readiness",
    "bl": "after B/L date",
    "presentation": "after presentation of documents",
    "documents": "after dispatch of documents",
}
KIND_WORDS = {
    "deposit": "T/T deposit 电汇定金",
    "balance": "T/T balance 电汇余款",
    "lc": "Letter of credit 信用证",
    "collection": "Bank collection 托收",
    "open": "Open account 赊销",
}


HOME = "CN"
LANGUAGES = ("en", "zh")


def _day(day: date | None) -> str:
    return trade_date(day) if day else ""


def _amount(value: Decimal, currency: str) -> str:
    return show_number(value, places_of(currency))


def _price(value: Decimal) -> str:
    exact = value.normalize()
    exponent = exact.as_tuple().exponent
    return show_number(value, max(2, -exponent if isinstance(exponent, int) else 2))


def _rows(text: str | None) -> list[str]:
    return (text or "").splitlines()


def _term(order: Order) -> str:
    return f"{order.incoterm} {(order.place or '').upper()}, INCOTERMS® 2020".replace(" ,", ",")


def _payment_name(ctx: Ctx, order: Order) -> str:
    row = ctx.session.get(PaymentTerm, order.payment_term_id)
    return " ".join(filter(None, (row.name_en, row.name_zh))) if row else ""


def _total_quantity(rows: list[tuple[Decimal, str]]) -> str:
    totals: dict[str, Decimal] = {}
    for quantity, unit in rows:
        totals[unit] = totals.get(unit, Decimal(0)) + quantity
    return ", ".join(f"{show_number(value)} {unit}" for unit, value in totals.items())


def contract(ctx: Ctx, order: Order) -> dict[str, Any]:
    """What proforma invoice and sales contract print."""
    customer = ctx.session.get(Customer, order.customer_id)
    hooks = ctx.hooks.show_bank_details(ctx=ctx, currency=order.currency)
    profile = (ctx.company.profile or {}).get("bank") or {}
    return {
        "date": _day(order.signed_on or order.sent_on or ctx.today),
        "customer_po": order.customer_po or "",
        "buyer": {
            "name": customer.name if customer else "",
            "address": _rows(customer.address if customer else ""),
        },
        "term": _term(order),
        "port_loading": order.port_loading or "",
        "port_discharge": order.port_discharge or "",
        "latest_shipment": _latest(ctx, order),
        "origin": _origin(ctx, order),
        "partial": _allowed(order.partial_allowed),
        "transhipment": _allowed(order.transhipment_allowed),
        "currency": order.currency,
        "lines": [_order_line(ctx, line, order.currency) for line in order.lines],
        "quantity_total": _total_quantity(
            [(line.quantity, line.unit) for line in order.lines if not line.charge]
        ),
        "total": _amount(order.total, order.currency),
        "words": amount_in_words(order.total, order.currency),
        "payment_name": _payment_name(ctx, order),
        "payments": [_payment(order, row) for row in order.milestones],
        "bank": hooks or profile or None,
        "conditions": clauses.conditions(ctx, order, _origin(ctx, order)),
        "clauses": _rows(order.clauses),
    }


def _allowed(yes: bool) -> str:
    return "allowed 允许" if yes else "not allowed 不允许"


def _latest(ctx: Ctx, order: Order) -> str:
    """The latest shipment, and how many days after the deposit that was quoted as."""
    day = _day(order.latest_shipment or order.delivery_date)
    quotation = ctx.session.get(Quotation, order.quotation_id) if order.quotation_id else None
    if quotation is None or not quotation.lead_days:
        return day
    days = quotation.lead_days
    return f"{day} ({days} days after deposit 收到定金后 {days} 天)".strip()


def _origin(ctx: Ctx, order: Order) -> str:
    """The countries that the goods come from: `China 中国`."""
    ids = [line.product_id for line in order.lines if line.product_id]
    query = select(Product.origin).where(Product.id.in_(ids))
    codes = sorted({code or HOME for code in ctx.session.scalars(query)}) if ids else [HOME]
    return ", ".join(country_text(code) for code in codes)


def _sheet(ctx: Ctx, line: Any) -> str:
    sheet = ctx.session.get(TechSheet, line.tech_sheet_id) if line.tech_sheet_id else None
    return (sheet.number or "") if sheet else ""


def _order_line(ctx: Ctx, line: Any, currency: str) -> dict[str, str]:
    return {
        "description": line.description_en,
        "sheet": _sheet(ctx, line),
        "chinese": line.description_zh or "",
        "hs": line.hs_code or "",
        "quantity": show_number(line.quantity),
        "unit": line.unit or "",
        "price": _price(line.price),
        "amount": _amount(line.amount, currency),
    }


def _payment(order: Order, row: Any) -> dict[str, str]:
    waits = f"{row.days} days {TRIGGER_WORDS[row.trigger]}"
    return {
        "kind": KIND_WORDS[row.kind],
        "share": f"{row.share * 100:.0f} %",
        "amount": _amount(row.amount, order.currency),
        "due": f"{_day(row.due)} ({waits})" if row.due else waits,
    }


def proforma(ctx: Ctx, order: Order) -> dict[str, Any]:
    """The proforma invoice."""
    return contract(ctx, order) | {
        "heading": "PROFORMA INVOICE",
        "subheading": "形式发票",
        "number_label": "PI no. 形式发票号",
        "number": order.proforma_number,
    }


def sales_contract(ctx: Ctx, order: Order) -> dict[str, Any]:
    """The sales contract: as the proforma invoice, with all clauses."""
    data = contract(ctx, order)
    return data | {
        "heading": "SALES CONTRACT",
        "subheading": "销售合同",
        "number_label": "Contract no. 合同号",
        "number": order.contract_number,
        "conditions": clauses.contract(ctx, order, _origin(ctx, order)),
    }


def _shipment(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    order = order_of(ctx, delivery)
    customer = ctx.session.get(Customer, order.customer_id)
    credit = gates.operative_credit(ctx, order)
    rows = packing.rows(order, delivery)
    units = {line.id: line.unit for line in order.lines if not line.charge}
    consignee = _rows(order.consignee) or [customer.name if customer else ""]
    return {
        "date": _day(delivery.bl_date or delivery.etd or ctx.today),
        "contract": order.contract_number,
        "customer_po": order.customer_po or "",
        "lc_number": credit.lc_number if credit else "",
        "consignee": consignee,
        "notify": _rows(order.notify) or consignee,
        "port_loading": order.port_loading or "",
        "port_discharge": order.port_discharge or order.place or "",
        "vessel": " / ".join(filter(None, (delivery.vessel, delivery.voyage))),
        "containers": delivery.containers or "",
        "marks": order.marks or "N/M",
        "term": _term(order),
        "origin": _origin(ctx, order),
        "exporter": ctx.company.name_en or ctx.company.name,
        "wording": _rows(credit.goods_wording if credit else ""),
        "packages": show_number(sum(row.cartons for row in delivery.lines)),
        "gross": show_number(sum((r.gross_kg for r in delivery.lines), Decimal(0)), 2),
        "net": show_number(sum((r.net_kg for r in delivery.lines), Decimal(0)), 2),
        "cbm": show_number(sum((r.cbm for r in delivery.lines), Decimal(0)), 3),
        "quantity_total": _total_quantity(
            [(row.quantity, units[row.order_line_id] or "") for row in delivery.lines
             if row.order_line_id in units]
        ),
        "packing": rows,
    }


def invoice(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    """The commercial invoice of a delivery."""
    order = order_of(ctx, delivery)
    by_id = {line.id: line for line in order.lines}
    lines = []
    for row in delivery.lines:
        printed = _order_line(ctx, by_id[row.order_line_id], order.currency)
        printed["quantity"] = show_number(row.quantity)
        printed["amount"] = _amount(row.amount, order.currency)
        lines.append(printed)
    return _shipment(ctx, delivery) | {
        "heading": "COMMERCIAL INVOICE",
        "subheading": "商业发票",
        "number_label": "Invoice no. 发票号",
        "number": f"CI{delivery.suffix}",
        "prices": True,
        "currency": order.currency,
        "lines": lines,
        "total": _amount(delivery.amount, order.currency),
        "words": amount_in_words(delivery.amount, order.currency),
        "payment_name": _payment_name(ctx, order),
        "splits": _splits(order, delivery),
    }


def _splits(order: Order, delivery: Delivery) -> list[str]:
    found = []
    freight, premium = delivery.freight or Decimal(0), delivery.insurance or Decimal(0)
    if order.incoterm not in ("EXW", "FCA", "FAS", "FOB") and freight:
        fob = delivery.amount - freight - premium
        found.append(f"FOB VALUE {order.currency} {_amount(fob, order.currency)}")
        found.append(f"FREIGHT {order.currency} {_amount(freight, order.currency)}")
        if premium:
            found.append(f"INSURANCE {order.currency} {_amount(premium, order.currency)}")
    if delivery.deposit_used:
        used = _amount(delivery.deposit_used, order.currency)
        rest = _amount(delivery.amount - delivery.deposit_used, order.currency)
        found.append(f"LESS DEPOSIT RECEIVED {order.currency} {used}")
        found.append(f"BALANCE DUE {order.currency} {rest}")
    return found


def packing_list(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    """The packing list of a delivery: no prices, the part-filled carton on its own row."""
    data = _shipment(ctx, delivery)
    total = sum(row.cartons for row in delivery.lines)
    words = amount_in_words(Decimal(total), "USD").replace("US DOLLARS ", "")
    return data | {
        "heading": "PACKING LIST",
        "subheading": "装箱单",
        "number_label": "Packing list no. 装箱单号",
        "number": f"PL{delivery.suffix}",
        "prices": False,
        "lines": data["packing"],
        "words": words.replace(" ONLY", " CARTONS ONLY"),
    }


def unapproved(order: Order) -> bool:
    """A contract is a draft until it is approved."""
    return order.state in ("draft", "approval", "", None)


def not_booked(delivery: Delivery) -> bool:
    """Papers of a delivery are drafts until space is booked."""
    return delivery.state in ("planned", "", None)


DOCUMENTS = (
    Document(
        "orders.proforma", "orders.order", _("Proforma invoice"), "orders/proforma.html",
        proforma, draft=unapproved, sheet=sheets.maker(proforma, unapproved),
        filename=lambda order: order.proforma_number, languages=LANGUAGES,
    ),
    Document(
        "orders.contract", "orders.order", _("Sales contract"), "orders/proforma.html",
        sales_contract, draft=unapproved, sheet=sheets.maker(sales_contract, unapproved),
        filename=lambda order: order.contract_number, languages=LANGUAGES,
    ),
    Document(
        "orders.invoice", "orders.delivery", _("Commercial invoice"), "orders/invoice.html",
        invoice, draft=not_booked, sheet=sheets.maker(invoice, not_booked),
        filename=lambda delivery: f"CI{delivery.suffix}", languages=LANGUAGES,
    ),
    Document(
        "orders.packing_list", "orders.delivery", _("Packing list"), "orders/invoice.html",
        packing_list, draft=not_booked, sheet=sheets.maker(packing_list, not_booked),
        filename=lambda delivery: f"PL{delivery.suffix}", languages=LANGUAGES,
    ),
)
