"""The 8D report for the customer: status and actions, not internal cost or blame."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Document, _, show_date, show_number
from plugins.crm.api import Customer
from plugins.orders.api import Order
from plugins.products.api import Product
from plugins.service.choices import CATEGORIES, REMEDIES
from plugins.service.records import Complaint

STEPS = (
    ("D1", _("Team"), "d1_team"),
    ("D2", _("Problem"), "d2_problem"),
    ("D3", _("Containment"), "d3_containment"),
    ("D4", _("Root cause"), "d4_root_cause"),
    ("D5", _("Corrective action"), "d5_action"),
    ("D6", _("Implementation"), "d6_implementation"),
    ("D7", _("Prevention"), "d7_prevention"),
    ("D8", _("Closure"), "d8_closure"),
)


def report(ctx: Ctx, complaint: Complaint) -> dict[str, Any]:
    """The data of the report; cost and responsible party stay inside the house."""
    customer = ctx.session.get(Customer, complaint.customer_id)
    order = ctx.session.get(Order, complaint.order_id) if complaint.order_id else None
    product = ctx.session.get(Product, complaint.product_id) if complaint.product_id else None
    remedy = dict(REMEDIES).get(complaint.remedy or "")
    received = complaint.received_at.astimezone(ctx.zone).date() if complaint.received_at else None
    return {
        "heading": _("8D REPORT"),
        "subheading": complaint.subject,
        "number": complaint.number or "",
        "customer": customer.name if customer else "",
        "order": (order.number or "") if order else "",
        "product": product.code if product else "",
        "lot": complaint.lot or "",
        "category": dict(CATEGORIES)[complaint.category],
        "received": show_date(received),
        "affected": show_number(complaint.qty_affected),
        "shipped": show_number(complaint.qty_shipped),
        "rows": [
            {"code": code, "title": title, "text": getattr(complaint, field) or ""}
            for code, title, field in STEPS
        ],
        "remedy": remedy or "",
        "offer": complaint.remedy_text or "",
    }


def is_draft(complaint: Complaint) -> bool:
    """Until the root cause and the remedy stand the report is a draft."""
    return complaint.state in ("new", "acknowledged", "containment", "analysis", "proposed")


DOCUMENTS = [
    Document(
        "service.report",
        "service.complaint",
        _("8D report"),
        "service/report.html",
        report,
        draft=is_draft,
        languages=("en", "zh"),
        filename=lambda complaint: f"8D-{complaint.number or complaint.id}",
    ),
]
