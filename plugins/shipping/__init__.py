"""Shipping: containers, cut-offs, booking papers and the export customs declaration."""

from core.api import Plugin, _

plugin = Plugin(
    "shipping",
    _("Shipping & customs"),
    needs=("crm", "products", "quotes", "orders"),
    icon="anchor",
    summary=_("Containers, cut-offs, booking note, customs declaration and shipping advice"),
)
