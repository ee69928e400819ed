"""Commands for whoever runs an installation: plugins, users, companies."""

from core.api import Plugin, _

plugin = Plugin(
    "operations",
    _("Operations"),
    version="0.1",
    category="system",
    icon="tool",
    essential=True,
    summary=_(
        "Commands that add companies and users, switch plugins, remove them, write new ones."
    ),
)
