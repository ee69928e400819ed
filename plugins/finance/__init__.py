"""Finance: receivables, receipts, exchange differences, costs and profit of orders."""

from core.api import Plugin, _

plugin = Plugin(
    "finance",
    _("Finance"),
    needs=("crm", "products", "quotes", "orders"),
    icon="coins",
    summary=_("Receivables, receipts and allocation, ageing, exchange differences, order profit"),
)
