"""Signed events to other systems, repeated until they arrive; their data mapped to records."""

from core.api import Plugin, _

plugin = Plugin(
    "webhooks",
    _("Webhooks"),
    version="0.1",
    category="capability",
    icon="webhook",
    summary=_(
        "Tells other systems what happened, and takes leads and orders from forms and shops."
    ),
)
