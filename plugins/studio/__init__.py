"""Drawing workflows: a tree of cards, dragged, clicked or keyed, checked before it is published."""

from core.api import Plugin, _

plugin = Plugin(
    "studio", _("Studio"), version="0.1", category="capability", icon="sitemap",
    needs=("inbox",),
    summary=_("Draw your own approval and work flows by drag and drop, check and publish them."),
)
