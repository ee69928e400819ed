"""Lists, forms and menu entries of crm."""

from __future__ import annotations

from typing import Any

from core.api import Counter, Ctx, FormView, LinesSection, ListView, Menu, Section, Tab, _
from plugins.crm.records import Inquiry, Lead
from plugins.crm.terms import OPEN_STAGES

SALES, SET_UP = _("Sales"), _("Sales set-up")


def lead_is_open(ctx: Ctx, lead: Lead) -> bool:
    """A converted, merged or invalid lead stays as it was."""
    return lead.state in ("new", "assigned", "contacted")


def inquiry_is_open(ctx: Ctx, inquiry: Inquiry) -> bool:
    """A won or lost inquiry is closed."""
    return inquiry.state in OPEN_STAGES


def _fields(*names: str) -> tuple[str, ...]:
    return names


VIEWS: list[Any] = [
    ListView(
        "crm.lead",
        (
            "number",
            "company_name",
            "contact_name",
            "country",
            "channel_id",
            "interest",
            "score",
            "duplicate",
            "owner_id",
            "answer_due_at",
            "received_at",
            "state",
        ),
        filters=("state", "channel_id", "country", "duplicate", "owner_id"),
        kanban="state",
        kanban_fields=("company_name", "country", "interest", "score", "answer_due_at"),
        calendar="received_at",
        empty=_("No leads yet. Enter the first one, paste a mail, or import a file of a platform."),
        late=(("answer_due_at", ("new", "assigned")),),
    ),
    FormView(
        "crm.lead",
        (
            Section(
                "main",
                _("Who asks"),
                _fields(
                    "company_name",
                    "contact_name",
                    "email",
                    "phone",
                    "website",
                    "country",
                    "language",
                ),
            ),
            Section(
                "wish",
                _("What is wanted"),
                _fields(
                    "interest",
                    "product_id",
                    "category_id",
                    "est_qty",
                    "est_amount",
                    "currency",
                    "raw_text",
                ),
            ),
        ),
        tabs=(
            Tab(
                "origin",
                _("Source"),
                (
                    Section(
                        "origin",
                        _("Source"),
                        _fields(
                            "channel_id",
                            "source_ref",
                            "received_at",
                            "answer_due_at",
                            "answered_at",
                        ),
                    ),
                ),
            ),
            Tab(
                "outcome",
                _("Outcome"),
                (
                    Section(
                        "outcome",
                        _("Outcome"),
                        _fields(
                            "duplicate",
                            "match_id",
                            "duplicate_of_id",
                            "customer_id",
                            "contact_id",
                            "reject_reason",
                        ),
                    ),
                ),
            ),
        ),
        side=("owner_id", "score", "received_at", "answer_due_at"),
        editable=lead_is_open,
        counters=(Counter("crm.inquiry", "lead_id", _("Inquiries"), "target"),),
    ),
    ListView(
        "crm.customer",
        (
            "number",
            "name",
            "short_name",
            "country",
            "grade",
            "kind",
            "owner_id",
            "pool",
            "last_activity_on",
            "last_order_on",
            "state",
        ),
        filters=("state", "country", "grade", "kind", "pool", "owner_id", "hold"),
        inline=("grade", "kind"),
        empty=_("No customers yet. Convert a lead, or enter the first customer."),
    ),
    FormView(
        "crm.customer",
        (
            Section(
                "main",
                _("Company"),
                _fields(
                    "name",
                    "short_name",
                    "country",
                    "region",
                    "website",
                    "email",
                    "phone",
                    "language",
                    "kind",
                    "grade",
                    "tags",
                    "address",
                ),
            ),
            Section(
                "terms",
                _("Usual terms"),
                _fields(
                    "currency",
                    "payment_term_id",
                    "incoterm",
                    "port",
                    "shipping_marks",
                ),
            ),
        ),
        tabs=(
            Tab(
                "registers",
                _("Registrations"),
                (
                    Section(
                        "registers",
                        _("Registrations"),
                        _fields(
                            "tax_no",
                            "vat_no",
                            "eori",
                            "sanctions_checked_on",
                        ),
                    ),
                ),
            ),
            Tab(
                "history",
                _("History"),
                (
                    Section(
                        "history",
                        _("History"),
                        _fields(
                            "channel_id",
                            "pool",
                            "pool_since",
                            "former_owner_id",
                            "former_until",
                            "claimed_on",
                            "quoted_on",
                            "first_order_on",
                            "last_order_on",
                        ),
                    ),
                ),
            ),
        ),
        side=("owner_id", "hold", "hold_reason", "last_activity_on"),
        counters=(
            Counter("crm.contact", "customer_id", _("Contacts"), "user"),
            Counter("crm.inquiry", "customer_id", _("Inquiries"), "target"),
            Counter("crm.lead", "customer_id", _("Leads"), "inbox"),
        ),
    ),
    ListView(
        "crm.contact",
        ("name", "customer_id", "position", "email", "phone", "messenger", "decides"),
        filters=("customer_id", "decides", "owner_id"),
        calendar="birthday",
        empty=_("No contacts yet. They come with converted leads."),
    ),
    FormView(
        "crm.contact",
        (
            Section(
                "main",
                _("Contact"),
                _fields(
                    "name",
                    "customer_id",
                    "position",
                    "decides",
                    "email",
                    "phone",
                    "mobile",
                    "messenger",
                    "language",
                    "birthday",
                    "remarks",
                ),
            ),
        ),
        side=("owner_id",),
        counters=(Counter("crm.inquiry", "contact_id", _("Inquiries"), "target"),),
    ),
    ListView(
        "crm.inquiry",
        (
            "number",
            "subject",
            "customer_id",
            "customer.country",
            "expected_amount",
            "probability",
            "weighted",
            "next_action_on",
            "next_action",
            "owner_id",
            "state",
        ),
        filters=("state", "customer_id", "owner_id", "incoterm", "lost_reason"),
        kanban="state",
        kanban_fields=("customer_id", "expected_amount", "next_action_on", "next_action"),
        calendar="next_action_on",
        inline=("next_action_on", "next_action", "expected_amount"),
        empty=_("No inquiries yet. Convert a lead, or enter what a customer asks for."),
        late=(("next_action_on", (
            "new", "qualified", "spec", "quoted", "sampling", "negotiating", "pi_sent",
        )),),
    ),
    FormView(
        "crm.inquiry",
        (
            Section(
                "main",
                _("Inquiry"),
                _fields(
                    "subject",
                    "customer_id",
                    "contact_id",
                    "received_on",
                    "needed_by",
                    "incoterm",
                    "destination",
                    "expected_amount",
                    "currency",
                ),
            ),
            Section("next", _("Next action"), ("next_action_on", "next_action")),
            LinesSection(
                "lines",
                _("What is wanted"),
                "lines",
                ("product_id", "description", "qty", "unit", "target_price"),
            ),
        ),
        tabs=(
            Tab(
                "needs",
                _("Requirements"),
                (Section("needs", _("Requirements"), ("requirements",)),),
            ),
            Tab(
                "outcome",
                _("Outcome"),
                (
                    Section(
                        "outcome",
                        _("Outcome"),
                        _fields(
                            "lost_reason",
                            "competitor",
                            "closed_on",
                            "lead_id",
                        ),
                    ),
                ),
            ),
        ),
        side=("owner_id", "probability", "weighted"),
        editable=inquiry_is_open,
    ),
    ListView(
        "crm.channel",
        ("code", "name", "kind", "monthly_cost", "active"),
        filters=("kind", "active"),
        empty=_("No channels yet. Add where your leads come from."),
    ),
    FormView(
        "crm.channel",
        (
            Section(
                "main",
                _("Channel"),
                _fields("code", "name", "kind", "monthly_cost", "default_user_id", "active"),
            ),
        ),
        counters=(Counter("crm.lead", "channel_id", _("Leads"), "inbox"),),
    ),
    ListView(
        "crm.assignment_rule",
        ("sequence", "name", "countries", "product_groups", "last_user_id"),
        empty=_("No rules yet. Without a rule the sales manager assigns every lead."),
    ),
    FormView(
        "crm.assignment_rule",
        (
            Section("main", _("Rule"), ("name", "sequence", "countries", "product_groups")),
            LinesSection(
                "people",
                _("Sales representatives"),
                "people",
                ("user_id", "quota", "away_from", "away_until"),
            ),
        ),
        side=("last_user_id",),
    ),
]

MENUS = [
    Menu("crm.lead", _("Leads"), SALES, "inbox", 5),
    Menu("crm.inquiry", _("Inquiries"), SALES, "target", 15),
    Menu("crm.customer", _("Customers"), SALES, "building", 20),
    Menu("crm.contact", _("Contacts"), SALES, "user", 25),
    Menu(
        "/r/crm.customer?f.pool=public", _("Public pool"), SALES, "pool", 30, "crm.customer.claim"
    ),
    Menu("/crm/mail", _("Lead from a mail"), SALES, "mail", 35, "crm.lead.create"),
    Menu("crm.channel", _("Channels"), SET_UP, "broadcast", 80, "crm.channel.write"),
    Menu("crm.assignment_rule", _("Assignment rules"), SET_UP, "route", 85),
]
