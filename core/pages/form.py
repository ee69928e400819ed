"""The page of one record: its form to read, state bar, steps, panels, counters and trail."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core.conditions import parse_condition
from core.context import Ctx
from core.declare import Panel, State
from core.documents import documents_for
from core.i18n import _
from core.layout import FormScreen, Grid, form_of, is_editable
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, page, pages, readable_class, safe_next, shown
from core.pages.forms import grid_cells, learn_lines
from core.pages.near import near_of
from core.pages.saved import last_used
from core.pages.show import Names, label_of, slot_cells, values_of
from core.pages.timeline import activities_of, files_of, timeline_of
from core.query import Paths, counts_up_to, find, may_read
from core.records import Record, record_class, title_of
from core.saving import archive
from core.steps import Offer, offers

IN_SIGHT = 4


@dataclass(frozen=True)
class Button:
    """A step as a button: where it leads, or why it cannot be done now."""

    key: str
    label: object
    url: str
    reason: object | None
    dialog: bool
    primary: bool
    danger: bool
    icon: str
    help: object
    shown: bool = True


def buttons_of(ctx: Ctx, record: Record) -> list[Button]:
    """The steps of a record, at most one of them primary and that one first."""
    found = offers(ctx, record)
    first = next((o for o in found if o.step.primary and o.reason is None), None)
    found.sort(key=lambda offer: (offer is not first, offer.step.danger, offer.reason is not None))
    return [
        _button(record, offer, offer is first, offer is first or (
            n < IN_SIGHT and not offer.step.danger))
        for n, offer in enumerate(found)
    ]


def _button(record: Record, offer: Offer, primary: bool, shown: bool) -> Button:
    step = offer.step
    url = url_for("pages.step", record=record.key, ident=record.id, step=step.key)
    return Button(
        step.key, step.label, url, offer.reason, step.params is not None or step.danger, primary,
        step.danger, step.icon, step.help, shown,
    )


def state_bar(record: Record) -> list[tuple[State, str]]:
    """(state, "done" | "now" | "next") along the declared order; red ends only when reached."""
    states = type(record).states
    at = next((n for n, state in enumerate(states) if state.key == record.state), 0)
    return [
        (state, "now" if n == at else "done" if n < at else "next")
        for n, state in enumerate(states) if n == at or state.colour != "red"
    ]


def may_add(ctx: Ctx, key: str) -> bool:
    """Whether a person enters such records; what the system writes has no button for it."""
    view = ctx.registry.lists.get(key)
    return ctx.can(f"{key}.create") and (view is None or view.create)


def counters_of(ctx: Ctx, screen: FormScreen, record: Record) -> list[dict[str, Any]]:
    """The smart counters: how many rows of other records point here, with the list behind."""
    wanted = [
        (counter.record, parse_condition(
            {"f": counter.field, "op": "eq", "v": record.id},
            Paths(ctx, record_class(counter.record)).declared,
        )) for counter in screen.counters
    ]
    found = []
    for counter, count in zip(screen.counters, counts_up_to(ctx, wanted), strict=True):
        pointer: dict[str, Any] = {f"f.{counter.field}": record.id}
        address = url_for("pages.list", record=counter.record, **pointer)
        create = may_add(ctx, counter.record)
        found.append({
            "label": counter.label, "icon": counter.icon, "count": count, "url": address,
            "create": url_for("pages.new", record=counter.record, **pointer) if create else "",
        })
    return found


@pages.get("/r/<record>/<int:ident>", endpoint="form")
@for_members
def view(record: str, ident: int) -> Response:
    """A record to read."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    row = find(ctx, cls, ident)
    return page("form.html", **form_data(ctx, row))


def form_data(ctx: Ctx, row: Record) -> dict[str, Any]:
    """What the template of a record's page needs."""
    cls = type(row)
    screen = form_of(ctx, cls, row)
    names = Names(ctx)
    values = values_of(ctx, row, screen.slots)
    names.learn((slot.field, values.get(slot.name)) for slot in screen.slots)
    learn_lines(names, screen.grids, row)
    grids: dict[str, Any] = {}
    for sheet in screen.sheets:
        for block in sheet.blocks:
            if isinstance(block, Grid):
                grids[block.key] = grid_cells(ctx, block, row, names)
    return {
        "record": row, "cls": cls, "screen": screen, "grids": grids,
        "cells": slot_cells(ctx, screen.slots, values, names),
        "state": cls.state_of(row.state), "states": state_bar(row), "buttons": buttons_of(ctx, row),
        "documents": documents_for(ctx, row), "counters": counters_of(ctx, screen, row),
        "panels": _panels(ctx, row),
        "actions": list(shown(ctx, "show_actions", record=row)),
        "timeline": timeline_of(ctx, row), "files": files_of(ctx, row),
        "activities": activities_of(ctx, row), "plural": label_of(row.key),
        "may_edit": is_editable(ctx, cls, row), "back": back_to_list(ctx, row.key),
        "near": near_of(ctx, row),
        "may_archive": ctx.can(f"{row.key}.archive"), "may_copy": may_add(ctx, row.key),
        "failed": ctx.cache.get("failed_plugins", []) if ctx.can("core.admin") else [],
    }


def _panels(ctx: Ctx, row: Record) -> list[Panel]:
    """In their order; one whose list this person may not open keeps its rows without the link."""
    found: list[Panel] = sorted(shown(ctx, "show_panels", record=row), key=lambda p: p.sequence)
    keys = [re.match(r"/r/([\w.]+)", panel.url) for panel in found]
    return [panel if key is None or may_read(ctx, key[1]) else replace(panel, url="")
            for panel, key in zip(found, keys, strict=True)]


def back_to_list(ctx: Ctx, record: str) -> str:
    """The list that the record was opened from with its filters, else as it was last used."""
    target = safe_next(request.args.get("list"), "")
    plain = url_for("pages.list", record=record)
    return target if target.partition("?")[0] == plain else last_used(ctx, record)


@pages.post("/r/<record>/<int:ident>/archive", endpoint="archive")
@for_members
def put_away(record: str, ident: int) -> Response:
    """Take a record out of the lists, or bring it back (`back=1`)."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    back = bool(request.values.get("back"))
    archive(ctx, row, not back)
    if back:
        flash(str(_("“%(name)s” is back.", name=title_of(row))), "ok")
    else:
        undo = url_for("pages.archive", record=record, ident=ident, back=1)
        flash(str(_("“%(name)s” is archived.", name=title_of(row))), f"undo {undo}")
    return go(url_for("pages.form", record=record, ident=ident))
