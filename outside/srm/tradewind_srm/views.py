"""Lists, forms and menu entries of srm."""

from __future__ import annotations

from typing import Any

from core.api import Counter, Ctx, FormView, LinesSection, ListView, Menu, Section, ViewPatch, _

GROUP = _("Purchasing")


def in_draft(ctx: Ctx, record: Any) -> bool:
    """Price lists and requests are edited as drafts, quotes while they are open."""
    return record.state in ("draft", "open", "", None)


VIEWS: list[Any] = [
    ListView(
        "srm.supplier",
        ("number", "name", "country", "qualified_until", "score", "owner_id", "state"),
        filters=("state", "country", "qualified_until", "score"), kanban="state",
        kanban_fields=("name", "score"),
        empty=_("No supplier yet. Enter the first one and what its qualification rests on."),
    ),
    FormView(
        "srm.supplier",
        (
            Section("main", _("Supplier"), (
                "name", "country", "tax_id", "currency", "contact", "email", "phone", "remarks",
            )),
            LinesSection("checks", _("Qualification"), "checks", (
                "criterion", "mandatory", "passed", "valid_until", "evidence",
            )),
        ),
        side=("qualified_until", "score", "reason", "owner_id"),
        counters=(
            Counter("srm.price_list", "supplier_id", _("Price lists"), "tag"),
            Counter("srm.quote", "supplier_id", _("Quotes"), "receipt"),
            Counter("srm.delivery", "supplier_id", _("Deliveries"), "truck-delivery"),
        ),
    ),
    ListView(
        "srm.price_list",
        ("number", "supplier_id", "currency", "valid_from", "valid_until", "state"),
        filters=("state", "supplier_id", "valid_from", "valid_until"),
        empty=_("No price list yet. Enter one, or accept a quote."),
    ),
    FormView(
        "srm.price_list",
        (
            Section("main", _("Supplier price list"), (
                "supplier_id", "currency", "valid_from", "valid_until", "remarks",
            )),
            LinesSection("prices", _("Prices"), "prices", ("product_id", "from_quantity", "price")),
        ),
        editable=in_draft,
    ),
    ListView(
        "srm.rfq", ("number", "subject", "order_id", "answer_by", "needed_by", "state"),
        filters=("state", "order_id", "answer_by"), kanban="state",
        kanban_fields=("subject", "answer_by"), calendar="answer_by",
        empty=_("No request yet. Say what you need and ask several suppliers."),
    ),
    FormView(
        "srm.rfq",
        (
            Section("main", _("Request for quotation"), (
                "subject", "order_id", "answer_by", "needed_by", "remarks",
            )),
            LinesSection("items", _("Goods"), "items", ("product_id", "quantity", "remark")),
        ),
        side=("owner_id",), editable=in_draft,
        counters=(Counter("srm.quote", "rfq_id", _("Quotes"), "receipt"),),
    ),
    ListView(
        "srm.quote",
        ("rfq_id", "supplier_id", "reference", "currency", "lead_days", "valid_until", "state"),
        filters=("state", "rfq_id", "supplier_id"),
        empty=_("No quote yet. Enter what suppliers answer to a request."),
    ),
    FormView(
        "srm.quote",
        (
            Section("main", _("Supplier quote"), (
                "rfq_id", "supplier_id", "reference", "currency", "freight", "lead_days",
                "valid_until",
            )),
            LinesSection("items", _("Prices"), "items", ("product_id", "price")),
        ),
        editable=in_draft,
    ),
    ListView(
        "srm.delivery",
        ("number", "supplier_id", "product_id", "order_id", "promised_on", "received_on",
         "quantity", "rejected"),
        filters=("supplier_id", "product_id", "order_id", "received_on"),
        empty=_("No delivery yet. Each one counts for the score of its supplier."),
    ),
    FormView(
        "srm.delivery",
        (
            Section("main", _("Supplier delivery"), (
                "supplier_id", "product_id", "order_id", "promised_on", "received_on",
                "quantity", "rejected",
            )),
            Section("money", _("Price and invoice"), (
                "currency", "price", "invoice_due_on", "invoice_on",
            )),
        ),
    ),
    ViewPatch("orders.order", "", Counter("srm.rfq", "order_id", _("Requests to suppliers"),
                                          "mail")),
    ViewPatch("orders.order", "", Counter("srm.delivery", "order_id", _("Supplier deliveries"),
                                          "truck-delivery")),
]

MENUS = [
    Menu("srm.supplier", _("Suppliers"), GROUP, "building-factory-2", 10),
    Menu("srm.rfq", _("Requests for quotation"), GROUP, "mail", 20),
    Menu("srm.quote", _("Supplier quotes"), GROUP, "receipt", 30),
    Menu("srm.price_list", _("Supplier price lists"), GROUP, "tag", 40),
    Menu("srm.delivery", _("Supplier deliveries"), GROUP, "truck-delivery", 50),
    Menu("/srm/scores", _("Score card"), GROUP, "chart-bar", 60, permission="srm.supplier.read"),
]
