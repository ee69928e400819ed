"""The order that follows from an accepted quotation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, save
from plugins.crm.api import Customer
from plugins.orders.records import Order
from plugins.products.api import HsCode, Port
from plugins.quotes.api import Quotation, QuotationLine

COPIED = ("customer_id", "currency", "payment_term_id", "incoterm", "place", "tolerance")
LINE_COPIED = (
    "product_id", "quantity", "price", "pieces_per_carton", "carton_length", "carton_width",
    "carton_height", "tech_sheet_id",
)


def make_order(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> Order:
    """A draft order with everything that was quoted; one order per quotation.

    The cost snapshot and the quoted prices come along, so that profit and price changes can be
    judged later.
    """
    known = ctx.session.scalar(
        select(Order).where(Order.quotation_id == quotation.id, Order.state != "cancelled")
    )
    if known is not None:
        text = _("Order %(order)s was made from this quotation already.", order=known.name)
        raise Refused(Refusal(text, None, "duplicate"))
    values = {name: getattr(quotation, name) for name in COPIED}
    customer = ctx.session.get(Customer, quotation.customer_id)
    values |= {
        "customer_po": quotation.customer_po,
        "rate": quotation.quote_rate,
        "packing": quotation.packing,
        "remarks": quotation.remarks,
        "owner_id": quotation.owner_id,
        "port_loading": _port(ctx, quotation.loading_port_id),
        "port_discharge": _port(ctx, quotation.destination_port_id),
        "destination": customer.country if customer else None,
        "marks": customer.shipping_marks if customer else None,
        "consignee": _address(customer),
        "delivery_date": quotation.export_date,
        "lines": [_line(ctx, line) for line in quotation.lines] + _surcharge(quotation),
    }
    order: Order = save(ctx, Order, {k: v for k, v in values.items() if v is not None})
    order.quotation_id = quotation.id
    for line, quoted in zip(order.lines, quotation.lines, strict=False):
        line.quoted_price, line.cost = quoted.price, quoted.cost
    ctx.session.flush()
    return order


def _surcharge(quotation: Quotation) -> list[dict[str, Any]]:
    """The surcharge below the minimum order as a line of its own (DOMAIN §2.2)."""
    if not quotation.surcharge:
        return []
    return [{
        "description_en": "Small order surcharge", "description_zh": "小批量附加费",
        "charge": True, "quantity": 1, "unit": "LOT", "price": quotation.surcharge,
    }]


def _line(ctx: Ctx, line: QuotationLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in LINE_COPIED}
    code = ctx.session.get(HsCode, line.hs_code_id) if line.hs_code_id else None
    values |= {
        "description_en": (line.description_en or "").splitlines()[0][:300]
        if line.description_en else None,
        "description_zh": (line.description_zh or "")[:300] or None,
        "specification": line.description_en,
        "unit": line.unit or "PCS",
        "hs_code": code.code if code else None,
        "gross_kg": line.carton_gross,
        "net_kg": line.carton_net,
    }
    return {name: value for name, value in values.items() if value is not None}


def _port(ctx: Ctx, ident: int | None) -> str | None:
    port = ctx.session.get(Port, ident) if ident else None
    return port.name_en if port else None


def _address(customer: Customer | None) -> str | None:
    if customer is None:
        return None
    return "\n".join(filter(None, (customer.name, customer.address)))
