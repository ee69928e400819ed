"""With finance: the cost of a remedy goes into the realised profit of the original order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, _, hookimpl, save
from plugins.finance.api import Bill
from plugins.service.records import Complaint

BY_CREDIT_NOTE = ("credit", "refund", "discount", "none")
"""Finance writes these off the receivable itself; a bill would count them twice."""


@hookimpl
def check_step(
    ctx: Ctx, record: Any, step: str, params: dict[str, Any]
) -> list[Refusal] | None:
    """No credit note for a complaint before its remedy was approved, nor above it."""
    if step != "finance.receivable.credit_note" or record.order_id is None:
        return None
    rows = list(ctx.session.scalars(select(Complaint).where(
        Complaint.order_id == record.order_id, Complaint.state != "closed")))
    agreed = [row for row in rows if row.remedy in ("credit", "refund", "discount")
              and row.state in ("approved", "executing", "confirmed")]
    if not rows:
        return None
    if not agreed:
        text = _("Complaint %(number)s has no approved credit yet. Its remedy is approved first.",
                 number=rows[0].number)
        return [Refusal(text, None, "remedy")]
    most = sum((row.cost or Decimal(0) for row in agreed), Decimal(0))
    if (params.get("amount") or Decimal(0)) > most:
        text = _("The approved remedy is %(currency)s %(most)s. Propose a larger one first.",
                 currency=record.currency, most=f"{most:,.2f}")
        return [Refusal(text, "amount", "remedy")]
    return None


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
