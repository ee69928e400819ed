"""What workflows ask of people: inbox, decision, running cases, substitutes, incident desk."""

from core.api import Plugin, _

plugin = Plugin(
    "inbox",
    _("Tasks"),
    version="0.1",
    category="system",
    icon="inbox",
    essential=True,
    summary=_("Tasks of everybody, decisions, running workflows, substitutes, what stands still."),
)
