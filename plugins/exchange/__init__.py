"""Excel both ways: export what is seen, import with a rehearsal, undo of a whole batch."""

from core.api import Plugin, _

plugin = Plugin(
    "exchange", _("Excel exchange"), version="0.1", category="capability", icon="table",
    summary=_("Every list to Excel and back, with a rehearsal before anything is written."),
)
