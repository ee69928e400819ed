"""Product lifecycle: parts with revisions, bills of material and engineering changes."""

from core.api import Plugin, _

plugin = Plugin(
    "plm",
    _("Product lifecycle"),
    needs=("crm", "products"),
    icon="git-branch",
    summary=_("Parts with revisions and bills of material; changes are approved, then released"),
)
