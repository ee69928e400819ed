"""List, form and menu entries of samples."""

from __future__ import annotations

from typing import Any

from core.api import (
    Counter,
    Ctx,
    FormView,
    LinesSection,
    ListView,
    Menu,
    Section,
    Tab,
    ViewPatch,
    _,
)
from plugins.samples.records import Request


def is_open(ctx: Ctx, request: Request) -> bool:
    """Commercial content changes in the draft only; safety papers until the parcel leaves."""
    return request.state == "draft"


VIEWS: list[Any] = [
    ListView(
        "samples.request",
        (
            "number",
            "customer_id",
            "purpose",
            "kind",
            "fee_policy",
            "courier",
            "tracking_no",
            "sent_on",
            "delivered_on",
            "result",
            "owner_id",
            "state",
        ),
        filters=("state", "customer_id", "kind", "fee_policy", "result", "owner_id"),
        kanban="state",
        kanban_fields=("customer_id", "purpose", "needed_by"),
        calendar="needed_by",
        empty=_("No samples yet. Enter what the customer wants to see."),
    ),
    FormView(
        "samples.request",
        (
            Section(
                "main",
                _("Sample request"),
                (
                    "customer_id",
                    "contact_id",
                    "inquiry_id",
                    "kind",
                    "purpose",
                    "needed_by",
                ),
            ),
            LinesSection(
                "lines",
                _("Articles"),
                "lines",
                (
                    "product_id",
                    "description",
                    "spec_version",
                    "qty",
                    "unit",
                    "unit_value",
                    "unit_cost",
                ),
            ),
            Section(
                "terms",
                _("Fee and freight"),
                (
                    "fee_policy",
                    "fee",
                    "refund_from",
                    "currency",
                    "freight",
                    "account_no",
                    "freight_cost",
                    "declared_value",
                ),
            ),
        ),
        tabs=(
            Tab(
                "papers",
                _("Address and papers"),
                (
                    Section(
                        "papers",
                        _("Address and papers"),
                        (
                            "address",
                            "un383_id",
                            "msds_id",
                            "remarks",
                        ),
                    ),
                ),
            ),
            Tab(
                "way",
                _("On the way"),
                (
                    Section(
                        "way",
                        _("On the way"),
                        (
                            "inspected_at",
                            "failures",
                            "inspection",
                            "labelled_at",
                            "courier",
                            "tracking_no",
                            "sent_on",
                            "transit",
                            "moved_on",
                            "delivered_on",
                            "fee_settled_on",
                        ),
                    ),
                ),
            ),
            Tab(
                "verdict",
                _("Verdict"),
                (
                    Section(
                        "verdict",
                        _("Verdict"),
                        (
                            "result",
                            "feedback_on",
                            "feedback",
                            "next_step",
                            "seal_no",
                            "kept_at",
                            "sealed_on",
                            "outcome",
                            "closed_on",
                            "reason",
                            "round",
                            "previous_id",
                        ),
                    ),
                ),
            ),
        ),
        side=("owner_id", "needed_by", "cost"),
        editable=is_open,
        counters=(Counter("samples.request", "previous_id", _("Next rounds"), "repeat"),),
    ),
    ViewPatch("crm.customer", "", Counter("samples.request", "customer_id", _("Samples"), "gift")),
    ViewPatch("crm.inquiry", "", Counter("samples.request", "inquiry_id", _("Samples"), "gift")),
]

MENUS = [Menu("samples.request", _("Samples"), _("Sales"), "gift", 40)]
