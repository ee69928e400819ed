"""What every command shares: opening the platform, and which errors are sentences."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import update_wrapper
from typing import Any

import click

from core import workflow
from core.bell import hang_bell
from core.config import load_settings, unknown_variables
from core.errors import ConfigError, MigrationError, PluginError, TradewindError
from core.platform import Platform, build_platform

EXPECTED = (ConfigError, MigrationError, PluginError, TradewindError)


def open_platform(skip_broken: bool = False, **changes: Any) -> Platform:
    """The platform of this installation as commands and workers use it.

    `changes` are settings that the command line overrides; None leaves one alone.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    settings = replace(load_settings(), **given)
    for name in unknown_variables(os.environ):
        click.echo(f"warning: {name} is not a setting; see config/default.toml", err=True)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fault = f"data_dir {settings.data_dir} cannot be made: {error.strerror}."
        raise ConfigError(f"{fault} Set TRADEWIND_DATA_DIR to a folder of yours.") from error
    platform = build_platform(settings, skip_broken=skip_broken)
    platform.gatekeeper = workflow.gatekeeper()
    hang_bell(platform)
    return platform


def with_platform(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened platform as its first argument."""
    @click.option("--skip-broken", is_flag=True, help="Leave broken plugins out.")
    @click.pass_context
    def call(ctx: click.Context, /, skip_broken: bool, **options: Any) -> Any:
        # a command of a plugin was found on a platform without the broken ones: good enough if none
        found: Platform | None = ctx.obj
        if found is None or (found.registry.broken and not skip_broken):
            ctx.obj = open_platform(skip_broken)
        return ctx.invoke(function, ctx.obj, **options)

    return update_wrapper(call, function)
