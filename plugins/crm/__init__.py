"""Customers, leads and inquiries: from the first mail to the won order."""

from core.api import Plugin, _

plugin = Plugin(
    "crm",
    _("Customers & inquiries"),
    needs=("products",),
    icon="users",
    summary=_(
        "Leads from every channel, duplicate check, customers, inquiries and the public pool"
    ),
)
