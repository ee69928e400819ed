"""What other plugins may use of quotes."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, NotFound, Refusal, Refused, _
from plugins.products.api import HsCode, PaymentTerm, Port
from plugins.quotes.records import MARGIN_RIGHT, Quotation, QuotationLine
from plugins.quotes.tech_records import TechSheet
from plugins.quotes.techsheets import line_faults
from plugins.quotes.watch import earlier_prices

HEADER = (
    "id", "number", "customer_id", "contact_id", "inquiry_id", "owner_id", "currency",
    "quote_rate", "incoterm", "place", "lead_days", "export_date", "tolerance", "packing",
    "remarks", "customer_po", "amount",
)
LINE = (
    "product_id", "description_en", "description_zh", "quantity", "unit", "price", "amount",
    "pieces_per_carton", "carton_length", "carton_width", "carton_height", "carton_gross",
    "carton_net", "cartons", "cbm", "cost", "surcharge", "tech_sheet_id",
)


def accepted(ctx: Ctx, quotation_id: int) -> dict[str, Any]:
    """The terms and lines of an accepted quotation as plain data.

    Header: HEADER and `payment_term`, `loading_port`, `destination_port` (codes). `lines`: LINE
    and `hs_code` (10 digits). NotFound for an unknown id, Refused unless it was accepted.
    """
    quotation = ctx.session.get(Quotation, quotation_id)
    if quotation is None:
        raise NotFound(_("This quotation does not exist."))
    if quotation.state != "accepted":
        text = _("Quotation %(number)s is not accepted. Only accepted ones become orders.",
                 number=quotation.number or quotation.id)
        raise Refused(Refusal(text, None, "not-accepted"))
    found: dict[str, Any] = {name: getattr(quotation, name) for name in HEADER}
    term = ctx.session.get(PaymentTerm, quotation.payment_term_id)
    found["payment_term"] = term.code if term else None
    for name in ("loading_port", "destination_port"):
        ident = getattr(quotation, f"{name}_id")
        port = ctx.session.get(Port, ident) if ident else None
        found[name] = port.code if port else None
    found["lines"] = [_line(ctx, line) for line in quotation.lines]
    return found


def _line(ctx: Ctx, line: QuotationLine) -> dict[str, Any]:
    code = ctx.session.get(HsCode, line.hs_code_id) if line.hs_code_id else None
    return {**{name: getattr(line, name) for name in LINE}, "hs_code": code.code if code else None}


__all__ = [
    "MARGIN_RIGHT", "Quotation", "QuotationLine", "TechSheet", "accepted", "earlier_prices",
    "line_faults",
]
