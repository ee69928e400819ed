"""What the plugin registers."""

from __future__ import annotations

from typing import Any

from core.api import Menu, RoleGrant, _, hookimpl
from plugins.studio import log, running, trials
from plugins.studio.routes import RIGHT, blueprint

PAGES = (log, running, trials)


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [RoleGrant("adm", (RIGHT,)), RoleGrant("sm", (RIGHT,))]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("/studio", _("Workflows"), group=_("Studio"), icon="sitemap", sequence=95,
                 permission=RIGHT)]


@hookimpl
def register_blueprint() -> Any:
    return blueprint
