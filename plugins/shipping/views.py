"""Lists, forms and menus of shipping, and what it adds to the delivery."""

from __future__ import annotations

from core.api import Counter, FormView, LinesSection, ListView, Menu, Section, Tab, ViewPatch, _

DELIVERY, BOX, PAPER = "orders.delivery", "shipping.container", "shipping.declaration"

VIEWS = (
    ListView(
        BOX, ("box_number", "delivery_id", "type_id", "seal", "packages", "vgm"),
        filters=("delivery_id", "type_id"),
        empty=_("No container yet. Add one at a booked delivery."),
    ),
    FormView(BOX, (Section("main", _("Container"), (
        "delivery_id", "box_number", "type_id", "seal", "packages", "vgm",
    )),)),
    ListView(
        PAPER,
        ("number", "delivery_id", "customs_no", "contract", "export_date", "total", "currency",
         "packages", "broker", "state"),
        filters=("state", "delivery_id", "supervision", "export_date"), kanban="state",
        kanban_fields=("delivery_id", "contract", "export_date"),
        empty=_("No declaration yet. Draft one from a booked delivery."),
    ),
    FormView(
        PAPER,
        (
            Section("main", _("Customs declaration"), (
                "delivery_id", "office", "export_date", "record_no", "consignee", "transport",
                "vessel", "bl_number", "producer", "supervision", "levy", "licence", "contract",
                "trade_country", "arrival_country", "port", "exit_port", "package_kind",
                "packages", "gross", "net", "deal_term", "currency", "freight", "insurance",
                "other_costs", "attached", "marks",
            ), columns=3),
            LinesSection(
                "items", _("Items"), "items",
                ("hs_code", "name_zh", "elements", "quantity", "price", "amount"),
                totals=("amount",),
                detail=("unit", "quantity1", "unit1", "quantity2", "unit2", "origin",
                        "destination", "district"),
            ),
            Section("broker", _("Broker"), ("broker", "self_declared")),
        ),
        side=("customs_no", "declared_on", "released_on", "total", "amendments", "owner_id"),
        editable=lambda ctx, paper: paper.editable,
    ),
    ViewPatch(DELIVERY, "", Tab("booking", _("Booking and cut-offs"), (
        Section("cuts", _("Cut-offs"), (
            "shipping.si_cut_off", "shipping.vgm_cut_off", "shipping.cy_cut_off",
        ), columns=3),
        Section("booking", _("Booking note"), (
            "shipping.ready_on", "shipping.place_of_delivery", "shipping.freight_terms",
            "shipping.to_order", "shipping.originals", "shipping.vgm_method",
            "shipping.also_notify", "shipping.dangerous", "shipping.filing",
        )),
    ))),
    ViewPatch(DELIVERY, "", Counter(BOX, "delivery_id", _("Containers"), "box")),
    ViewPatch(DELIVERY, "", Counter(PAPER, "delivery_id", _("Declarations"), "clipboard")),
)
GROUP = _("Orders")
MENUS = (
    Menu(BOX, _("Containers"), group=GROUP, icon="box", sequence=22),
    Menu(PAPER, _("Customs declarations"), group=GROUP, icon="clipboard", sequence=24),
)
