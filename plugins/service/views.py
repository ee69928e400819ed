"""Lists, forms and menu entries of after-sales."""

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
from plugins.service.records import Care, Complaint

GROUP = _("After-sales")


def is_open(ctx: Ctx, complaint: Complaint) -> bool:
    """A closed complaint, and one whose remedy is being decided, stays as it is."""
    return complaint.state not in ("proposed", "closed")


def care_is_open(ctx: Ctx, task: Care) -> bool:
    """A task that is done stays as it was."""
    return task.state == "open"


VIEWS: list[Any] = [
    ListView(
        "service.complaint",
        (
            "number",
            "subject",
            "customer_id",
            "category",
            "severity",
            "order_id",
            "product_id",
            "next_due_at",
            "handler_id",
            "state",
        ),
        filters=("state", "severity", "category", "customer_id", "handler_id", "product_id"),
        sort="next_due_at",
        kanban="state",
        kanban_fields=("customer_id", "severity", "next_due_at"),
        calendar="next_due_at",
        empty=_("No complaints. Enter one as soon as a customer is not content."),
        late=(("next_due_at", (
            "new", "acknowledged", "containment", "analysis", "proposed", "approved", "executing",
        )),),
    ),
    FormView(
        "service.complaint",
        (
            Section(
                "main",
                _("Complaint"),
                (
                    "subject",
                    "customer_id",
                    "contact_id",
                    "order_id",
                    "delivery_id",
                    "product_id",
                    "lot",
                    "source",
                    "received_at",
                    "description",
                ),
            ),
            Section(
                "size",
                _("How serious"),
                (
                    "category",
                    "severity",
                    "qty_shipped",
                    "qty_affected",
                    "claimed",
                    "currency",
                    "days_late",
                    "defect_code",
                    "safety",
                    "refused",
                ),
            ),
        ),
        tabs=(
            Tab(
                "eight",
                _("8D"),
                (
                    Section(
                        "eight",
                        _("8D"),
                        (
                            "d1_team",
                            "d2_problem",
                            "d3_containment",
                            "d4_root_cause",
                            "d5_action",
                            "d6_implementation",
                            "d7_prevention",
                            "d8_closure",
                        ),
                        1,
                    ),
                ),
            ),
            Tab(
                "remedy",
                _("Remedy"),
                (
                    Section(
                        "remedy",
                        _("Remedy"),
                        (
                            "remedy",
                            "cost",
                            "responsible",
                            "remedy_text",
                            "confirmed_on",
                            "satisfaction",
                            "reminders",
                            "reminded_on",
                        ),
                    ),
                    LinesSection(
                        "parts",
                        _("Replacements, spare parts and returns"),
                        "parts",
                        ("kind", "product_id", "description", "qty", "sent_on"),
                    ),
                ),
            ),
            Tab(
                "clock",
                _("Deadlines"),
                (
                    Section(
                        "clock",
                        _("Deadlines"),
                        (
                            "answer_due_at",
                            "answered_at",
                            "contain_due_at",
                            "contained_at",
                            "cause_due_at",
                            "analysed_at",
                            "close_due_at",
                            "closed_at",
                            "escalated_at",
                            "review_on",
                            "reviewed_on",
                            "review_result",
                            "blocked_on",
                            "unblocked_on",
                            "unblock_reason",
                            "repeat_of_id",
                        ),
                    ),
                ),
            ),
        ),
        side=("owner_id", "handler_id", "next_due_at"),
        editable=is_open,
        counters=(Counter("service.complaint", "repeat_of_id", _("Repeated by"), "repeat"),),
    ),
    ListView(
        "service.care",
        ("subject", "customer_id", "kind", "due_on", "owner_id", "state"),
        filters=("state", "kind", "owner_id", "customer_id"),
        calendar="due_on",
        empty=_("No care tasks yet. Reorder reminders and birthdays come by themselves."),
        late=(("due_on", ("open",)),),
    ),
    FormView(
        "service.care",
        (
            Section(
                "main",
                _("Care task"),
                (
                    "subject",
                    "customer_id",
                    "contact_id",
                    "kind",
                    "due_on",
                    "notes",
                ),
            ),
            Section("result", _("Result"), ("done_on", "satisfaction", "nps")),
        ),
        side=("owner_id",),
        editable=care_is_open,
    ),
    ViewPatch(
        "crm.customer",
        "",
        Counter("service.complaint", "customer_id", _("Complaints"), "alert-triangle"),
    ),
    ViewPatch(
        "orders.order",
        "",
        Counter("service.complaint", "order_id", _("Complaints"), "alert-triangle"),
    ),
]

MENUS = [
    Menu("service.complaint", _("Complaints"), GROUP, "alert-triangle", 10),
    Menu("service.care", _("Care tasks"), GROUP, "heart", 20),
]
