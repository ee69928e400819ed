"""Lists and forms of production."""

from __future__ import annotations

from typing import Any

from core.api import (
    Counter,
    Ctx,
    FormView,
    LinesSection,
    ListView,
    Section,
    ViewPatch,
    _,
)


def while_planned(ctx: Ctx, record: Any) -> bool:
    """Work orders are edited until they are released; later only a few fields are accepted."""
    return record is None or record.id is None or record.state in ("planned", "released",
                                                                   "in_progress", "paused")


def while_draft(ctx: Ctx, record: Any) -> bool:
    return record is None or record.id is None or record.state == "draft"


def while_new(ctx: Ctx, record: Any) -> bool:
    return record is None or record.id is None


def while_open(ctx: Ctx, record: Any) -> bool:
    return record is None or record.id is None or record.state == "open"


OPERATION_COLUMNS = (
    "op_no", "label_text", "centre_id", "setup", "run", "stations", "good", "rework", "scrap",
    "planned_start", "planned_end",
)

LISTS = [
    ListView(
        "mes.work_order",
        columns=("number", "product_id", "material_id", "quantity", "order_id", "state",
                 "progress", "due",
                 "planned_end", "days_late"),
        filters=("state", "product_id", "material_id", "priority", "due"), kanban="state",
        kanban_fields=("product_id", "quantity", "due", "progress"), calendar="due",
        empty=_("No work orders yet. Releasing a sales order makes them."),
        presets=(
            ("late", _("Late by forecast"), {"days_late": {"gt": 0}}),
            ("running", _("Running"), {"state": "in_progress"}),
        ),
        late=(("due", ("planned", "released", "in_progress", "paused")),),
    ),
    ListView("mes.op_report", create=False, sort="-id",
             columns=("number", "work_order_id", "op_no", "at", "good", "rework", "scrap",
                      "operator_id", "state"),
             filters=("state", "work_order_id", "operator_id")),
    ListView("mes.inspection", sort="-id",
             columns=("number", "kind", "work_order_id", "lot", "sample", "critical", "major",
                      "minor", "state", "due", "inspected_on"),
             filters=("state", "kind", "due"), kanban="state"),
    ListView("mes.work_centre", columns=("code", "label_text", "stations", "efficiency")),
    ListView("mes.material",
             columns=("code", "label_text", "unit", "available", "on_order", "safety",
                      "lead_days")),
    ListView("mes.stock_move", sort="-id",
             columns=("at", "material_id", "kind", "quantity", "work_order_id", "remark"),
             filters=("kind", "material_id")),
    ListView("mes.bom", columns=("product_id", "material_id", "revision", "state"),
             filters=("state", "product_id")),
    ListView("mes.routing", columns=("product_id", "material_id", "revision", "state"),
             filters=("state", "product_id")),
]

FORMS = [
    FormView(
        "mes.work_order",
        sections=(
            Section("main", _("Work order"), ("product_id", "material_id", "quantity",
                                              "order_id", "due", "priority")),
            LinesSection("operations", _("Operations"), "operations", OPERATION_COLUMNS),
            Section("progress", _("Progress"), ("progress", "planned_start", "planned_end",
                    "latest_start", "days_late", "delay_cause"), columns=3),
            Section("milestones", _("Milestones for the customer"),
                    ("materials_on", "half_on", "finished_on", "inspected_on", "packed_on"),
                    columns=2),
            Section("notes", _("Notes"), ("stop_reason", "remarks")),
        ),
        side=("owner_id", "above_id", "released_at", "actual_start", "actual_end"),
        editable=while_planned,
        counters=(
            Counter("mes.work_order", "above_id", _("Work orders of parts"), "list-tree"),
            Counter("mes.op_report", "work_order_id", _("Reports"), "checkbox"),
            Counter("mes.inspection", "work_order_id", _("Inspections"), "zoom-check"),
            Counter("mes.stock_move", "work_order_id", _("Stock moves"), "arrows-left-right"),
        ),
    ),
    FormView(
        "mes.op_report",
        sections=(
            Section("main", _("Operation report"),
                    ("work_order_id", "op_no", "at", "operator_id", "good", "rework",
                     "scrap", "worked", "from_rework", "reverses_id", "reason")),
            LinesSection("defects", _("Defects"), "defects", ("code", "quantity")),
        ),
        editable=while_new,
    ),
    FormView(
        "mes.inspection",
        sections=(
            Section("main", _("Lot"), ("kind", "work_order_id", "material_id", "lot", "due")),
            Section("sampling", _("Sampling (ISO 2859-1, single, normal)"),
                    ("level", "aql_major", "aql_minor", "sample"), columns=2),
            Section("result", _("Result"), ("critical", "major", "minor", "inspected_on",
                    "inspector_id", "disposition", "disposition_reason", "repeats_id"), columns=3),
            Section("notes", _("Notes"), ("remarks",)),
        ),
        editable=while_open,
    ),
    FormView(
        "mes.work_centre",
        sections=(
            Section("main", _("Work centre"), ("code", "label_text", "stations", "efficiency")),
            LinesSection("closed_days", _("Own exceptions"), "closed_days",
                         ("on", "open", "reason")),
        ),
    ),
    FormView(
        "mes.material",
        sections=(
            Section("main", _("Material"), ("code", "label_text", "unit", "pack", "lead_days",
                                            "cost", "product_id")),
            Section("stock", _("Stock"), ("available", "on_order", "safety"), columns=3),
        ),
        counters=(Counter("mes.stock_move", "material_id", _("Stock moves"), "arrows-left-right"),),
    ),
    FormView("mes.stock_move", editable=while_new, sections=(
        Section("main", _("Stock move"), ("material_id", "kind", "quantity", "work_order_id",
                                          "remark", "at")),
    )),
    FormView("mes.bom", editable=while_draft, sections=(
        Section("main", _("Bill of material"), ("product_id", "material_id", "revision",
                                                "remarks")),
        LinesSection("lines", _("Components"), "lines",
                     ("material_id", "per", "scrap", "substitute_id", "op_no")),
    )),
    FormView("mes.routing", editable=while_draft, sections=(
        Section("main", _("Routing"), ("product_id", "material_id", "revision")),
        LinesSection("lines", _("Operations"), "lines",
                     ("op_no", "label_text", "centre_id", "setup", "run", "stations", "qc_point")),
    )),
]

PATCHES = [
    ViewPatch("orders.order", "",
              Counter("mes.work_order", "order_id", _("Work orders"), "building-factory-2")),
]

__all__ = ["FORMS", "LISTS", "PATCHES"]
