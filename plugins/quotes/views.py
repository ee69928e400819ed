"""List, form and menu of quotations."""

from __future__ import annotations

from core.api import (
    Counter,
    FormView,
    LinesSection,
    ListView,
    Menu,
    Section,
    Tab,
    ViewPatch,
    _,
)
from plugins.quotes.live import recalculate

KEY, SHEET = "quotes.quotation", "quotes.tech_sheet"

VIEWS: tuple[FormView | ListView | ViewPatch, ...] = (
    ListView(
        KEY,
        ("number", "customer_id", "quote_date", "incoterm", "currency", "amount", "margin",
         "valid_until", "owner_id", "state"),
        filters=("state", "customer_id", "incoterm", "currency", "owner_id"),
        kanban="state", kanban_fields=("customer_id", "amount", "currency", "valid_until"),
        calendar="valid_until",
        empty=_("No quotation yet. Start one from an inquiry or with “New”."),
        late=(("valid_until", ("approved", "sent")),),
    ),
    FormView(
        KEY,
        (
            Section("main", _("Quotation"), (
                "customer_id", "contact_id", "inquiry_id", "quote_date", "valid_until",
                "payment_term_id", "currency", "quote_rate", "incoterm", "place",
                "loading_port_id", "destination_port_id", "lead_days", "export_date",
            ), columns=2),
            LinesSection(
                "lines", _("Items"), "lines",
                ("product_id", "quantity", "unit", "basis", "margin", "price", "amount"),
                totals=("amount",), recalculate=recalculate,
                detail=(
                    "achieved", "surcharge", "tech_sheet_id", "description_en", "description_zh",
                    "hs_code_id",
                    "purchase_price", "duty", "vat", "refund", "regime", "moq",
                    "pieces_per_carton", "carton_length", "carton_width", "carton_height",
                    "carton_gross", "carton_net", "cartons", "cbm", "gross_weight", "net_weight",
                ),
            ),
            Section("totals", _("Result"), (
                "amount", "surcharge", "amount_usd", "margin", "net_fob", "exchange_cost",
                "load_plan",
                "cartons", "cbm", "gross_weight", "net_weight",
            ), columns=3),
        ),
        tabs=(
            Tab("cost", _("Costs and charges"), (
                Section("charges", _("Charges"), (
                    "auto_charges", "inland_charges", "loading_charges", "freight", "freight_until",
                    "destination_charges", "unloading_charges", "clearance_charges",
                ), columns=3, help=_("Totals of the shipment; shared over the items by volume.")),
                Section("shares", _("Rates"), (
                    "premium_rate", "cover", "commission", "bank_share", "credit_insurance",
                    "overhead", "finance_rate", "finance_days", "vat_paid", "import_vat",
                ), columns=3),
            )),
            Tab("text", _("Texts"), (
                Section("remarks", _("Texts"), (
                    "packing", "warranty_years", "tolerance", "remarks", "internal", "competitor",
                    "strategic_reason",
                )),
            )),
            Tab("history", _("History"), (
                Section("history", _("History"), (
                    "base_number", "revision", "previous_id", "alternative_of_id", "submitted_on",
                    "approved_on", "sent_on", "decided_on", "customer_po", "lost_reason",
                    "lost_note", "customer_grade", "term_risk", "term_days",
                )),
            )),
        ),
        side=("owner_id",),
        editable=lambda ctx, record: record.editable,
    ),
)

VIEWS += (
    ListView(
        SHEET,
        ("number", "product_id", "customer_id", "subject", "confirmed_on", "frozen_on",
         "owner_id", "state"),
        filters=("state", "product_id", "customer_id", "owner_id"),
        kanban="state", kanban_fields=("product_id", "customer_id"),
        empty=_("No tech sheet yet. Start one for a product; its parameters are filled in."),
    ),
    FormView(
        SHEET,
        (
            Section("main", _("Tech sheet"), (
                "product_id", "customer_id", "inquiry_id", "subject",
            )),
            LinesSection("parameters", _("Parameters"), "parameters", (
                "code", "name_en", "name_zh", "value", "unit", "tolerance", "confirmed",
            )),
            Section("remarks", _("Remarks"), ("remarks",), columns=1),
        ),
        side=("sheet_version", "previous_id", "checked_on", "confirmed_on", "confirmed_by",
              "frozen_on", "sent_back", "owner_id"),
        editable=lambda ctx, record: record.editable,
    ),
    *(ViewPatch(record, "", Counter(KEY, field, _("Quotations"), "file-text"))
      for record, field in (("crm.customer", "customer_id"), ("crm.inquiry", "inquiry_id"))),
    *(ViewPatch(record, "", Counter(SHEET, field, _("Tech sheets"), "ruler"))
      for record, field in (("crm.inquiry", "inquiry_id"), ("products.product", "product_id"))),
)

MENUS = (
    Menu(KEY, _("Quotations"), group=_("Sales"), icon="file-text", sequence=40),
    Menu(SHEET, _("Tech sheets"), group=_("Sales"), icon="ruler", sequence=45),
)
