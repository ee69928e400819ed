"""Products and the data of the trade: taxes, rates, terms, ports, units, packing."""

from core.api import Plugin, _

plugin = Plugin(
    "products",
    _("Products & trade data"),
    category="business",
    icon="package",
    summary=_("Products with packing, cost and tiers; HS codes, exchange rates, payment terms."),
)
