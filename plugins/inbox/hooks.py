"""What the plugin registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from core.api import Ctx, Menu, Panel, Record, _, hookimpl
from core.api import cases as engine
from plugins.inbox import cases, decisions, desk, lists
from plugins.inbox.marks import open_marks, panel_of
from plugins.inbox.panel import panels_of
from plugins.inbox.routes import inbox

PAGES = (cases, decisions, desk, lists)


@hookimpl
def register_menus() -> list[Menu]:
    return [
        Menu(
            "/workflow/incidents",
            _("Workflows that stand still"),
            icon="alert-triangle",
            sequence=75,
            permission="core.workflow.admin",
            administration=True,
        )
    ]


@hookimpl
def register_blueprint() -> Blueprint:
    return inbox


@hookimpl
def show_panels(ctx: Ctx, record: Record) -> list[Panel]:
    return [*panel_of(ctx, record), *panels_of(ctx, record)]


@hookimpl
def show_marks(ctx: Ctx, record: Record) -> list[tuple[str, str]]:
    return [(at, text) for at, _label, text in open_marks(ctx, record)]


@hookimpl
def show_actions(ctx: Ctx, record: Record) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Start “%(workflow)s”", workflow=label),
            "icon": "player-play",
            "url": url_for("inbox.start", key=key, ident=record.id),
        }
        for key, label in engine.startable(ctx, record)
    ]
