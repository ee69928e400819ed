"""What the plugin registers."""

from __future__ import annotations

from typing import Any

import click

from core.api import Menu, Permission, RoleGrant, _, hookimpl
from plugins.rest import pages
from plugins.rest.commands import token


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("rest.tokens", _("Make tokens for other users"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [RoleGrant("adm", ("rest.*",))]


@hookimpl
def register_menus() -> list[Menu]:
    return [
        Menu("/api/docs", _("API"), group=_("Connections"), icon="api", sequence=90,
             permission="rest.tokens"),
    ]


@hookimpl
def register_blueprint() -> Any:
    return pages.blueprint


@hookimpl
def register_commands() -> list[click.Command]:
    return [token]
