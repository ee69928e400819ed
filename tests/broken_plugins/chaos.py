"""A plugin that does, in the hook that `plan` names, what no plugin should do."""

from __future__ import annotations

import importlib
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped

from core.api import Plugin, Record, State, Step, _, hookimpl, text

plugin = Plugin("chaos", _("Chaos"), summary=_("Does everything wrong"))
plan: dict[str, Callable[[Any], Any]] = {}
calls: list[str] = []


class Thing(Record):
    """Something of the plugin's own."""

    key = "chaos.thing"
    label, plural = _("Thing"), _("Things")
    title = "name"
    states = (State("open", _("Open")), State("shut", _("Shut"), done=True))
    name: Mapped[str] = text(_("Name"), required=True)


# ---- what goes wrong
def raises(_ctx: Any) -> Any:
    raise ValueError("secret detail")


def bad_sql(ctx: Any) -> Any:
    ctx.session.execute(sql("SELECT nothing FROM nowhere"),
                        execution_options={"outside_the_wall": True})


def commits(ctx: Any) -> Any:
    ctx.session.commit()


def rolls_back(ctx: Any) -> Any:
    ctx.session.rollback()


def closes(ctx: Any) -> Any:
    ctx.session.close()


def exits(_ctx: Any) -> Any:
    sys.exit(3)


def imports(_ctx: Any) -> Any:
    importlib.import_module("a_module_that_nobody_installed")


def wrong_type(_ctx: Any) -> Any:
    return "no"


def sleeps(_ctx: Any) -> Any:
    time.sleep(0.06)


def logs(_ctx: Any) -> Any:
    for n in range(2000):
        logging.getLogger("chaos").debug("line %s", n)


ACTS = (raises, bad_sql, commits, rolls_back, closes, exits, imports)


def _act(hook: str, ctx: Any) -> Any:
    calls.append(hook)
    return plan[hook](ctx) if hook in plan else None


# ---- hooks
@hookimpl
def register_records() -> list[Any]:
    return [Thing]


@hookimpl
def register_steps() -> list[Step]:
    return [Step("shut", "chaos.thing", _("Shut"), ("open",), "shut")]


@hookimpl
def check_save(ctx: Any) -> Any:
    return _act("check_save", ctx)


@hookimpl
def before_save(ctx: Any) -> Any:
    return _act("before_save", ctx)


@hookimpl
def after_save(ctx: Any) -> Any:
    return _act("after_save", ctx)


@hookimpl
def check_step(ctx: Any) -> Any:
    return _act("check_step", ctx)


@hookimpl
def after_step(ctx: Any) -> Any:
    return _act("after_step", ctx)


@hookimpl
def check_archive(ctx: Any) -> Any:
    return _act("check_archive", ctx)


@hookimpl
def on_event(ctx: Any) -> Any:
    return _act("on_event", ctx)


@hookimpl
def show_panels(ctx: Any) -> Any:
    return _act("show_panels", ctx)


@hookimpl
def show_cards(ctx: Any) -> Any:
    return _act("show_cards", ctx)


@hookimpl
def show_search(ctx: Any) -> Any:
    return _act("show_search", ctx)
