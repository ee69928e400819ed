"""Credit: limits, reviews, exposure, and the verdict at confirmation and shipment."""

from core.api import Plugin, _

plugin = Plugin(
    "credit",
    _("Credit"),
    needs=("crm", "products", "quotes", "orders", "finance"),
    icon="shield-check",
    summary=_("Credit profiles, reviews, exposure and the traffic light of every customer"),
)
