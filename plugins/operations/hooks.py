"""What the plugin registers."""

from __future__ import annotations

import click

from core.api import hookimpl
from plugins.operations.commands import company, demo, plugin, user


@hookimpl
def register_commands() -> list[click.Command]:
    return [plugin, user, company, demo]
