"""The generic pages: everything that a person sees of a record comes from declarations."""

from __future__ import annotations

from flask import Flask

from core.pages import (
    act,
    assets,
    downloads,
    drafts,
    edit,
    form,
    home,
    many,
    near,
    search,
    signin,
    styleguide,
    timeline,
)
from core.pages import list as listing_pages
from core.pages.blueprint import pages
from core.pages.shell import shell

MODULES = (
    act, downloads, drafts, edit, form, home, listing_pages, many, near, search, signin, styleguide,
    timeline,
)


def register(app: Flask) -> None:
    """Hang the pages into an app: routes, and what every template may use."""
    app.register_blueprint(pages)
    app.context_processor(shell)
    assets.set_up(app)
