"""Lists, forms and menus of products and trade data."""

from __future__ import annotations

from core.api import FormView, LinesSection, ListView, Menu, Section, Tab, _

VIEWS = (
    ListView(
        "products.product",
        ("code", "name_en", "name_zh", "category_id", "hs_code_id", "list_price", "moq"),
        filters=("category_id", "origin"),
        empty=_("No product yet. Enter the first model or import your price list."),
    ),
    FormView(
        "products.product",
        (
            Section("main", _("Product"), (
                "code", "category_id", "name_en", "name_zh", "unit_id", "hs_code_id",
                "description_en", "description_zh",
            )),
            Section("price", _("Price"), (
                "cost_price", "invoice", "invoice_rate", "own_made", "list_price",
                "list_currency", "price_places", "moq", "lead_days",
            ), columns=3),
            LinesSection("tiers", _("Prices by quantity"), "tiers", ("from_quantity", "price")),
        ),
        tabs=(
            Tab("packing", _("Packing"), (
                Section("carton", _("Export carton"), (
                    "pieces_per_carton", "carton_length", "carton_width", "carton_height",
                    "carton_gross", "carton_net",
                ), columns=3),
            )),
            Tab("specs", _("Specification"), (
                LinesSection(
                    "specs", _("Specification"), "specs", ("name_en", "name_zh", "value", "unit")
                ),
                Section("certificates", _("Certificates and safety"), (
                    "certificates", "warranty_years", "un_number", "brand", "origin",
                )),
            )),
            Tab("notes", _("Remarks"), (Section("remarks", _("Remarks"), ("remarks",)),)),
        ),
        side=("picture_id", "owner_id"),
    ),
    ListView("products.category", ("code", "name_en", "name_zh", "parent_id")),
    ListView(
        "products.exchange_rate",
        ("currency", "kind", "valid_from", "rate", "source"),
        filters=("currency", "kind"),
        empty=_("No rate yet. Enter one, import a list, or set the address of a rate feed."),
    ),
    FormView("products.exchange_rate", (
        Section("main", _("Exchange rate"), (
            "currency", "kind", "valid_from", "rate", "per", "source",
        )),
    )),
    ListView(
        "products.freight_rate",
        ("lane", "container", "price", "currency", "valid_from", "valid_to"),
        filters=("lane", "container"),
    ),
    ListView(
        "products.hs_code", ("code", "name_en", "name_zh", "unit1", "unit2"),
    ),
    FormView("products.hs_code", (
        Section("main", _("HS code"), (
            "code", "name_en", "name_zh", "unit1", "unit2", "valid_from", "valid_to", "elements",
        )),
        LinesSection("terms", _("Tax terms by export date"), "terms", (
            "valid_from", "valid_to", "vat", "refund", "regime", "source",
        )),
    )),
    ListView(
        "products.payment_term", ("code", "name_en", "name_zh", "risk", "weight", "days"),
        filters=("risk",),
    ),
    FormView("products.payment_term", (
        Section("main", _("Payment term"), (
            "code", "name_en", "name_zh", "risk", "weight", "days", "valid_from", "valid_to",
        )),
        LinesSection("parts", _("Milestones"), "parts", (
            "kind", "share", "trigger", "days", "gates",
        )),
    )),
)

TRADE = _("Trade data")
MENUS = (
    Menu("products.product", _("Products"), group=_("Products"), icon="package", sequence=60),
    Menu("products.category", _("Categories"), group=_("Products"), icon="folder", sequence=65),
    Menu("products.exchange_rate", _("Exchange rates"), group=TRADE, icon="coins", sequence=910),
    Menu("products.freight_rate", _("Freight rates"), group=TRADE, icon="ship", sequence=915),
    Menu("products.hs_code", _("HS codes"), group=TRADE, icon="hash", sequence=920),
    Menu("products.payment_term", _("Payment terms"), group=TRADE, icon="wallet", sequence=930),
    Menu("products.incoterm", _("Incoterms"), group=TRADE, icon="list", sequence=940),
    Menu("products.currency", _("Currencies"), group=TRADE, icon="coins", sequence=950),
    Menu("products.unit", _("Units"), group=TRADE, icon="ruler", sequence=960),
    Menu("products.port", _("Ports"), group=TRADE, icon="anchor", sequence=970),
    Menu("products.container", _("Containers"), group=TRADE, icon="box", sequence=980),
    Menu("products.certificate", _("Certificates"), group=TRADE, icon="badge", sequence=990),
)
