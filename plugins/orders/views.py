"""Lists, forms and menus of orders."""

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
from plugins.orders.changes import ROLES
from plugins.orders.money import ZERO, rounded
from plugins.orders.records import Order
from plugins.orders.shipping_records import EDITABLE, Delivery, LetterOfCredit

ORDER, DELIVERY, LC, CHANGE = "orders.order", "orders.delivery", "orders.lc", "orders.change"


def in_draft(ctx: Ctx, record: Any) -> bool:
    """Orders and changes are edited as drafts only."""
    return record.state in ("draft", "", None)


def before_loading(ctx: Ctx, delivery: Delivery) -> bool:
    """A delivery is edited until the goods are on board."""
    return delivery.state in (*EDITABLE, "", None)


def unchecked(ctx: Ctx, credit: LetterOfCredit) -> bool:
    """A letter of credit is edited until it is checked."""
    return credit.state in ("draft", "unworkable", "", None)


def recalculate(ctx: Ctx, record: Order | None, values: dict[str, Any]) -> dict[str, Any]:
    """Line amounts and the total while the order is typed."""
    currency = values.get("currency") or "USD"
    found, total = [], ZERO
    for row in values.get("lines", ()):
        price, quantity = row.get("price") or ZERO, row.get("quantity") or ZERO
        amount = rounded(price * quantity, currency)
        total += amount
        found.append({"amount": amount})
    return {"lines": found, "fields": {"total": total}, "notes": []}


ORDER_VIEWS = (
    ListView(
        ORDER,
        (
            "number", "customer_id", "customer_po", "total", "currency", "payment_term_id",
            "delivery_date", "state", "funds_status", "production_status", "shipment_status",
            "payment_status", "owner_id",
        ),
        filters=(
            "state", "customer_id", "payment_term_id", "funds_status", "production_status",
            "shipment_status", "payment_status", "owner_id", "signed_on",
        ),
        kanban="state",
        kanban_fields=("customer_id", "total", "delivery_date"),
        calendar="delivery_date",
        empty=_("No order yet. Accept a quotation and make an order from it."),
        presets=(
            ("waiting", _("Waiting for money"), {"f": "funds_status", "op": "eq", "v": "waiting"}),
        ),
    ),
    FormView(
        ORDER,
        (
            Section("main", _("Sales order"), (
                "customer_id", "customer_po", "currency", "rate", "payment_term_id", "incoterm",
                "place", "delivery_date",
            )),
            LinesSection(
                "goods", _("Goods"), "lines",
                ("product_id", "description_en", "quantity", "unit", "price", "amount",
                 "delivery_date"),
                totals=("amount",),
                recalculate=recalculate,
                detail=(
                    "description_zh", "specification", "tech_sheet_id", "hs_code", "inspection",
                    "charge",
                    "pieces_per_carton", "carton_length", "carton_width", "carton_height",
                    "gross_kg", "net_kg", "shipped", "produced",
                ),
            ),
            LinesSection(
                "milestones", _("Payment milestones"), "milestones",
                ("kind", "share", "amount", "trigger", "days", "due", "received"),
                totals=("amount", "received"),
            ),
        ),
        tabs=(
            Tab("shipping", _("Shipping"), (
                Section("route", _("Route"), (
                    "port_loading", "port_discharge", "destination", "latest_shipment",
                    "partial_allowed", "transhipment_allowed", "tolerance", "deposit_last",
                )),
                Section("parties", _("Parties and packing"), (
                    "consignee", "notify", "marks", "packing",
                )),
            )),
            Tab("contract", _("Contract"), (
                Section("text", _("Clauses and remarks"), ("clauses", "remarks"), columns=1),
            )),
            Tab("gates", _("Gates"), (
                LinesSection(
                    "overrides", _("Overrides"), "overrides",
                    ("gate", "reason", "until", "names", "active"),
                ),
                Section("stop", _("Hold or cancelling"), ("stop_reason", "cancellation_fee")),
            )),
        ),
        side=(
            "revision", "total", "received", "shipped", "funds_status", "production_status",
            "production_progress", "shipment_status", "payment_status", "signed_on",
            "released_on", "ready_on", "quotation_id", "owner_id",
        ),
        editable=in_draft,
        counters=(
            Counter(DELIVERY, "order_id", _("Deliveries"), "ship"),
            Counter(LC, "order_id", _("Letters of credit"), "building-bank"),
            Counter(CHANGE, "order_id", _("Changes"), "git-compare"),
        ),
    ),
)
DELIVERY_VIEWS = (
    ListView(
        DELIVERY,
        (
            "number", "order_id", "customer_id", "amount", "currency", "vessel", "etd", "cut_off",
            "bl_number", "bl_date", "eta", "state",
        ),
        filters=("state", "customer_id", "order_id", "etd"),
        kanban="state",
        kanban_fields=("order_id", "customer_id", "etd"),
        calendar="etd",
        empty=_("No delivery yet. Plan one from a signed order."),
    ),
    FormView(
        DELIVERY,
        (
            Section("main", _("Delivery"), (
                "order_id", "carrier", "booking", "vessel", "voyage", "etd", "eta", "cut_off",
                "containers", "bl_type",
            )),
            LinesSection(
                "goods", _("Goods"), "lines",
                ("description", "quantity", "price", "amount", "cartons", "gross_kg", "net_kg",
                 "cbm"),
                totals=("amount", "cartons", "gross_kg", "net_kg", "cbm"),
            ),
            Section("costs", _("Quality and charges"), (
                "quality_passed", "last", "freight", "insurance",
            )),
        ),
        side=(
            "customer_id", "amount", "deposit_used", "bl_number", "bl_date", "presented_on",
            "documents_sent_on", "released_on", "inspections", "arrived_on", "delivered_on",
            "rolled", "owner_id",
        ),
        editable=before_loading,
    ),
)
LC_VIEWS = (
    ListView(
        LC,
        (
            "lc_number", "order_id", "issuing_bank", "amount", "currency", "latest_shipment",
            "expiry", "present_by", "state",
        ),
        filters=("state", "order_id", "expiry"),
        calendar="present_by",
        empty=_("No letter of credit yet."),
    ),
    FormView(
        LC,
        (
            Section("main", _("Letter of credit"), (
                "lc_number", "order_id", "issuing_bank", "advising_bank", "confirming_bank",
                "currency", "amount", "tolerance", "latest_shipment", "expiry", "expiry_place",
                "presentation_days", "partial_allowed", "transhipment_allowed",
            )),
            LinesSection("checks", _("Check list"), "checks", ("rule", "result", "comment")),
        ),
        tabs=(
            Tab("text", _("Text of the credit"), (
                Section("papers", _("Text of the credit"), (
                    "goods_wording", "documents", "conditions", "amendments",
                ), columns=1),
            )),
        ),
        side=("drawn", "present_by", "presented_on", "discrepancy_fee", "owner_id"),
        editable=unchecked,
    ),
)
CHANGE_VIEWS = (
    ListView(
        CHANGE,
        ("number", "order_id", "kind", "reason", "stage", "total_before", "total_after", "state"),
        filters=("state", "kind", "reason", "order_id"),
        empty=_("No order change yet."),
    ),
    FormView(
        CHANGE,
        (
            Section("main", _("Request"), ("order_id", "kind", "reason", "request")),
            LinesSection(
                "rows", _("Changed lines"), "lines",
                ("description", "quantity_now", "price_now", "quantity", "price",
                 "delivery_date", "specification", "tech_sheet_id"),
            ),
            Section("head", _("Changed terms"), (
                "new_delivery_date", "new_payment_term_id", "new_incoterm", "new_place",
                "new_consignee", "new_packing",
            )),
            Section("cost", _("Cost and consequence"), (
                "extra_cost", "delay_days", "charge", "customer_signed_on",
            )),
        ),
        tabs=(
            Tab("answers", _("Answers of the departments"), (
                Section("answers", _("Answers of the departments"), tuple(
                    f"{what}_{role}" for role in ROLES for what in ("cost", "days")
                )),
            )),
        ),
        side=(
            "stage", "total_before", "total_after", "deposit_extra", "margin", "over_limit",
            "approved_on",
            "expires_on", "owner_id",
        ),
        editable=in_draft,
    ),
)
PATCHES = (
    ViewPatch("crm.customer", "", Counter(ORDER, "customer_id", _("Orders"), "clipboard")),
)
VIEWS = (*ORDER_VIEWS, *DELIVERY_VIEWS, *LC_VIEWS, *CHANGE_VIEWS, *PATCHES)

GROUP = _("Orders")
MENUS = (
    Menu(ORDER, _("Orders"), group=GROUP, icon="clipboard", sequence=10),
    Menu(DELIVERY, _("Deliveries"), group=GROUP, icon="ship", sequence=20),
    Menu(LC, _("Letters of credit"), group=GROUP, icon="building-bank", sequence=30),
    Menu(CHANGE, _("Order changes"), group=GROUP, icon="git-compare", sequence=40),
)
