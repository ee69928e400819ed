"""Administration: people, roles, settings, custom fields, apps, background work, audit trail."""

from core.api import Plugin, _

plugin = Plugin(
    "admin",
    _("Administration"),
    version="0.1",
    category="system",
    icon="settings",
    essential=True,
    summary=_("People, roles, company settings, custom fields, apps, background work and trail."),
)
