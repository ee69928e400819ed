"""Reports: questions with figures, their definitions and the list behind each figure."""

from core.api import Plugin, _

plugin = Plugin(
    "reports",
    _("Reports"),
    category="capability",
    icon="chart-bar",
    summary=_("Key figures of every plugin with definition, chart, list behind and Excel"),
)
