"""One page with every part of the look in all its states; not in production."""

from __future__ import annotations

from flask import abort, current_app
from werkzeug.wrappers import Response

from core.i18n import _
from core.pages.access import for_members
from core.pages.blueprint import page, pages
from core.pages.show import Cell, Control

COLOURS = ("grey", "blue", "amber", "green", "red")
HELP = _("What people should know before they type.")


def _controls() -> list[Control]:
    """One input of every kind, and the states of one."""
    options = (("EUR", "EUR"), ("USD", "USD"))
    return [
        Control("g.text", "text", _("Text"), "Floodlight 50 W"),
        Control("g.number", "decimal", _("Quantity"), "9,200", numeric=True),
        Control("g.money", "money", _("Amount"), "99,268.00", unit="USD", numeric=True),
        Control("g.percent", "percent", _("Percent"), "13 %", numeric=True),
        Control("g.date", "date", _("Date"), "2026-11-20"),
        Control("g.moment", "moment", _("Date and time"), "2026-11-20 14:30"),
        Control("g.choice", "choice", _("Choice"), "USD", options=options),
        Control("g.yes", "boolean", _("Yes or no"), "1"),
        Control("g.tags", "tags", _("Tags"), "led, ip65"),
        Control("g.note", "note", _("Note"), "", wide=True),
        Control("g.need", "text", _("Required"), "", required=True, help=HELP),
        Control("g.wrong", "text", _("With a fault"), "", required=True,
                errors=(str(_("Please fill in this field.")),)),
        Control("g.locked", "text", _("Locked"), "", locked=True, cell=Cell("QT26110027-R0")),
    ]


@pages.get("/styleguide", endpoint="styleguide")
@for_members
def styleguide() -> Response:
    """The parts of the look; 404 in production."""
    if current_app.extensions["tradewind"].settings.mode == "production":
        abort(404)
    return page("styleguide.html", controls=_controls(), colours=COLOURS)
