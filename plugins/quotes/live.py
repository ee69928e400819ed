"""The answer to the form while somebody types: reckons on copies, writes nothing."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, _, fields_of
from plugins.quotes import defaults
from plugins.quotes.pricing.facts import converted
from plugins.quotes.reckoning import reckon
from plugins.quotes.records import Quotation, QuotationLine

LINE_ANSWER = (
    "description_en", "description_zh", "unit", "basis", "margin", "price", "amount", "surcharge",
    "achieved",
    "hs_code_id", "purchase_price", "vat", "refund", "regime", "moq", "pieces_per_carton",
    "carton_length", "carton_width", "carton_height", "carton_gross", "carton_net", "cartons",
    "cbm", "gross_weight", "net_weight",
)
HEADER_ANSWER = (
    "contact_id", "payment_term_id", "loading_port_id", "destination_port_id",
    "currency", "incoterm", "place", "quote_date", "quote_rate", "valid_until", "lead_days",
    "export_date", "tolerance", "auto_charges", "inland_charges", "freight",
    "freight_until", "premium_rate",
    "cover", "overhead", "finance_rate", "finance_days", "bank_share", "credit_insurance",
    "amount", "surcharge", "amount_usd", "margin", "net_fob", "exchange_cost", "cartons", "cbm",
    "gross_weight", "net_weight", "load_plan", "customer_grade", "term_risk", "term_days",
)


def recalculate(ctx: Ctx, record: Quotation | None, values: dict[str, Any]) -> dict[str, Any]:
    """Prices, margins, packing and totals for a quotation as it stands in the form."""
    draft = _copy(Quotation, record, {k: v for k, v in values.items() if k[0] != "_"})
    stored = {line.id: line for line in record.lines} if record is not None else {}
    draft.lines = []
    for position, given in enumerate(values.get("lines", ()), start=1):
        line = _copy(QuotationLine, stored.get(given.get("id")), given)
        line.id, line.position = given.get("id"), position
        draft.lines.append(line)
    changed = str(values.get("_changed", ""))
    notes = _convert(ctx, record, draft) if changed == "currency" else []
    notes += reckon(ctx, draft, changed)
    return {
        "lines": [{name: getattr(line, name) for name in LINE_ANSWER} for line in draft.lines],
        "fields": {name: getattr(draft, name) for name in HEADER_ANSWER},
        "notes": notes,
    }


def _convert(ctx: Ctx, record: Quotation | None, draft: Quotation) -> list[object]:
    """Entered prices follow a change of currency by the pair of rates (DOMAIN §2.2).

    The price that is stored is converted, so that switching to and fro ends where it began;
    lines that are not stored keep their figure, and a note says so.
    """
    defaults.header(ctx, draft, "currency")
    stored = {line.id: line for line in record.lines} if record is not None else {}
    notes: list[object] = []
    for line in draft.lines:
        before = stored.get(line.id)
        if line.basis != "price" or not line.price:
            continue
        if record is None or before is None or not (record.quote_rate and draft.quote_rate):
            notes.append(_("Line %(n)s: the entered price was not converted.", n=line.position))
        elif before.price:
            line.price = converted(before.price, record.quote_rate, draft.quote_rate, 4)
    return notes


def _copy(cls: type[Any], row: Any, values: dict[str, Any]) -> Any:
    """A loose object with the stored values of `row`, overlaid by what the form says."""
    known = fields_of(cls)
    made = cls()
    for name in known:
        if row is not None:
            setattr(made, name, getattr(row, name))
        if name in values:
            setattr(made, name, values[name])
    return made
