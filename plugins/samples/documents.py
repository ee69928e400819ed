"""The label on the sample and the invoice that customs see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx, Document, _, round_money, show_date, show_number
from plugins.crm.api import Contact, Customer
from plugins.products.api import HsCode, Product
from plugins.samples.records import FREIGHT, KINDS, Request


def _common(ctx: Ctx, request: Request) -> dict[str, Any]:
    customer = ctx.session.get(Customer, request.customer_id)
    contact = ctx.session.get(Contact, request.contact_id) if request.contact_id else None
    return {
        "subheading": "",
        "number": request.number or _("Draft"),
        "customer": customer.name if customer else "",
        "address": request.address or "",
        "country": customer.country if customer else "",
        "contact": contact.name if contact else "",
        "phone": (contact.phone or contact.mobile or "") if contact else "",
        "kind": dict(KINDS)[request.kind],
        "round": request.round or 1,
        "date": show_date(request.sent_on or ctx.today),
    }


def label(ctx: Ctx, request: Request) -> dict[str, Any]:
    """What stands on the label of each article."""
    articles = []
    for line in request.lines:
        product = ctx.session.get(Product, line.product_id) if line.product_id else None
        articles.append(
            {
                "code": product.code if product else "",
                "name": line.description or "",
                "spec": line.spec_version or "",
                "qty": f"{show_number(line.qty)} {line.unit or ''}",
            }
        )
    inspected = request.inspected_at.astimezone(ctx.zone).date() if request.inspected_at else None
    return {
        "heading": _("SAMPLE"),
        **_common(ctx, request),
        "articles": articles,
        "inspected": show_date(inspected),
    }


def invoice(ctx: Ctx, request: Request) -> dict[str, Any]:
    """A commercial invoice for customs: real values, no sale."""
    rows, total, quantity = [], Decimal(0), Decimal(0)
    for line in request.lines:
        product = ctx.session.get(Product, line.product_id) if line.product_id else None
        code = (
            ctx.session.get(HsCode, product.hs_code_id) if product and product.hs_code_id else None
        )
        amount = round_money((line.unit_value or Decimal(0)) * line.qty)
        total += amount
        quantity += line.qty
        rows.append(
            {
                "name": line.description or "",
                "hs": code.code[:6] if code else "",
                "origin": product.origin or "CN" if product else "CN",
                "qty": show_number(line.qty),
                "unit": line.unit or "PCS",
                "price": show_number(line.unit_value, 2),
                "amount": show_number(amount, 2),
            }
        )
    return {
        "heading": _("COMMERCIAL INVOICE (SAMPLES)"),
        **_common(ctx, request),
        "rows": rows,
        "currency": request.currency or "USD",
        "goods": show_number(total, 2),
        "declared": show_number(request.declared_value, 2),
        "pieces": show_number(quantity),
        "freight": dict(FREIGHT)[request.freight],
        "courier": request.courier or "",
        "tracking": request.tracking_no or "",
    }


def is_draft(request: Request) -> bool:
    """Papers before approval carry the watermark."""
    return request.state in ("draft", "submitted", "rejected", "cancelled")


DOCUMENTS = [
    Document(
        "samples.label",
        "samples.request",
        _("Sample label"),
        "samples/label.html",
        label,
        draft=is_draft,
        languages=("en", "zh"),
        filename=lambda request: f"LABEL-{request.number or request.id}",
    ),
    Document(
        "samples.invoice",
        "samples.request",
        _("Commercial invoice (samples)"),
        "samples/invoice.html",
        invoice,
        draft=is_draft,
        languages=("en", "zh"),
        filename=lambda request: f"CI-{request.number or request.id}",
    ),
]
