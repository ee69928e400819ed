"""After-sales: complaints with their clock and 8D, remedies, and care for customers."""

from core.api import Plugin, _

plugin = Plugin(
    "service",
    _("After-sales"),
    needs=("crm", "products", "orders"),
    icon="lifebuoy",
    summary=_("Complaints with deadlines and 8D report, remedies with approval, care of customers"),
)
