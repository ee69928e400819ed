"""Suppliers: qualification, price lists, requests for quotation, score card."""

from core.api import Plugin, _

plugin = Plugin(
    "srm",
    _("Suppliers"),
    needs=("crm", "orders", "products"),
    icon="building-factory-2",
    summary=_("Qualified suppliers, their prices, requests for quotation compared, score cards"),
)
