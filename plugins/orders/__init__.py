"""Orders: from the accepted quotation to the goods on board."""

from core.api import Plugin, _

plugin = Plugin(
    "orders",
    _("Orders"),
    needs=("crm", "products", "quotes"),
    icon="clipboard",
    summary=_("Contracts, payment gates, letters of credit, deliveries and order changes"),
)
