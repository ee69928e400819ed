"""The generic pages: everything that a person sees of a record comes from declarations."""

from __future__ import annotations

from flask import Flask

from core.i18n import gettext, ngettext, show_date, show_number
from core.pages import (
    account,
    act,
    admin_apps,
    admin_company,
    admin_fields,
    admin_jobs,
    admin_people,
    admin_roles,
    downloads,
    edit,
    form,
    home,
    search,
    signin,
    timeline,
)
from core.pages import list as listing_pages
from core.pages.assets import asset, icon, islands
from core.pages.blueprint import pages
from core.pages.shell import shell

MODULES = (
    account, act, admin_apps, admin_company, admin_fields, admin_jobs, admin_people, admin_roles,
    downloads, edit, form, home, listing_pages, search, signin, timeline,
)


def register(app: Flask) -> None:
    """Hang the pages into an app: routes, and what every template may use."""
    app.register_blueprint(pages)
    app.context_processor(shell)
    app.jinja_env.globals.update(
        _=gettext, ngettext=ngettext, asset=asset, icon=icon, islands=islands,
    )
    app.jinja_env.filters.update(number=show_number, day=show_date)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
