"""With finance: the cost of a remedy goes into the realised profit of the original order."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, hookimpl, save
from plugins.finance.api import Bill
from plugins.service.records import Complaint

BY_CREDIT_NOTE = ("credit", "refund", "discount", "none")
"""Finance writes these off the receivable itself; a bill would count them twice."""


@hookimpl
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    """Book the cost when the remedy was carried out."""
    if step != "service.complaint.execute" or not isinstance(record, Complaint):
        return
    if not record.cost or record.order_id is None or record.remedy in BY_CREDIT_NOTE:
        return
    save(ctx.system(), Bill, {
        "supplier": record.name[:200], "invoice_number": record.number, "kind": "claims",
        "order_id": record.order_id, "on": ctx.today, "currency": record.currency,
        "amount": record.cost, "vat": 0, "vat_invoice": "none",
    })
