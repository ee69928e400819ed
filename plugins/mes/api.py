"""What other plugins may use of production."""

from __future__ import annotations

from plugins.mes.inspecting import open_inspections
from plugins.mes.masterdata import Material, WorkCentre
from plugins.mes.needs import move
from plugins.mes.planning import make_for_order, plan_all
from plugins.mes.progressing import work_orders_of
from plugins.mes.records import Inspection, Operation, OpReport, WorkOrder

__all__ = [
    "Inspection",
    "Material",
    "OpReport",
    "Operation",
    "WorkCentre",
    "WorkOrder",
    "make_for_order",
    "move",
    "open_inspections",
    "plan_all",
    "work_orders_of",
]
