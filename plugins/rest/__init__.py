"""The REST API over every record and step, with tokens, a feed of changes and OpenAPI."""

from core.api import Plugin, _

plugin = Plugin(
    "rest", _("REST API"), version="0.1", category="capability", icon="plug",
    summary=_("Every record and step over HTTP, with tokens, OpenAPI and a feed of changes."),
)
