"""Production: bills of material, routings, work orders, the plan, the shop floor and quality."""

from core.api import Plugin, _

plugin = Plugin(
    "mes",
    _("Production"),
    needs=("crm", "products", "orders"),
    icon="building-factory-2",
    summary=_("Work orders, finite plan with Gantt, shop-floor reports, inspection, delay alerts"),
)
