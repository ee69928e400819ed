"""Samples: requested, approved, prepared, inspected, sent, and what the customer says."""

from core.api import Plugin, _

plugin = Plugin(
    "samples",
    _("Samples"),
    needs=("crm", "products"),
    icon="gift",
    summary=_("Sample requests with approval, inspection, dispatch, tracking and feedback"),
)
