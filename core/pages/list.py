"""Lists: rows to scan, filter, sort, group, choose columns of, change in place and act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Conflict, Invalid, Refused, TradewindError
from core.i18n import _
from core.layout import Column, ListScreen, Slot, is_editable, list_of
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import is_fragment, page, pages, readable_class, reasons_of
from core.pages.calendar import calendar_data
from core.pages.kanban import board_data
from core.pages.listing import (
    BUILDER_WORDS,
    COUNTED,
    OPERATOR_WORDS,
    SIZES,
    Wanted,
    builder_fields,
    builder_lists,
    capped,
    facets,
    groups_of,
    read_rows,
    row_cells,
    wanted_of,
)
from core.pages.many import bulk_acts
from core.pages.saved import chosen_columns, saved_views, widths_of
from core.pages.search import named
from core.pages.show import Names, cell, control, form_value
from core.query import count_up_to, find, may_read, parse_sort
from core.records import Record, title_of
from core.saving import save


@pages.get("/r/<record>", endpoint="list")
@for_members
def show(record: str) -> Response:
    """The list of a record, as a table, a board (`view=kanban`) or a month (`view=calendar`)."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    screen = list_of(ctx, cls, chosen_columns(ctx, record))
    wanted = wanted_of(ctx, screen)
    data: dict[str, Any] = {
        "cls": cls, "screen": screen, "wanted": wanted, "views": _views(screen, wanted),
        "facets": facets(ctx, screen, wanted), "saved": saved_views(ctx, record),
        "current_saved": request.args.get("saved", type=int), "presets": _presets(screen, wanted),
        "may_create": screen.view.create and ctx.can(f"{record}.create"),
        "actions": list_actions(ctx, record, wanted), "sizes": SIZES,
        "builder": builder_fields(ctx, screen), "builder_lists": builder_lists(ctx, screen),
        "operator_words": OPERATOR_WORDS,
        "builder_words": {name: str(text) for name, text in BUILDER_WORDS.items()},
    }
    data["above"] = _above(ctx, screen, wanted)
    names = Names(ctx)
    if wanted.view == "kanban" and screen.view.kanban:
        data.update(board_data(ctx, screen, wanted, names))
        return page("kanban.html", **data)
    if wanted.view == "calendar" and screen.view.calendar:
        data.update(calendar_data(ctx, screen, wanted, names))
        return page("calendar.html", **data)
    data.update(table_data(ctx, screen, wanted, names, data["actions"]))
    return page("list_rows.html" if is_fragment() and wanted.after else "list.html", **data)


def table_data(
    ctx: Ctx, screen: ListScreen, wanted: Wanted, names: Names, actions: list[dict[str, Any]],
) -> dict[str, Any]:
    """Rows, head and count of the table."""
    groups: dict[Any, Any] = {}
    shown = list(screen.columns)
    group_column = next((c for c in screen.choices if c.path == wanted.group), None)
    if wanted.group and group_column is not None:
        groups = groups_of(ctx, screen, wanted, wanted.group, names)
    extra = [group_column] if group_column and group_column not in shown else []
    found = read_rows(ctx, screen, wanted, [*shown, *extra], sort=wanted.order)
    cells = row_cells(ctx, shown, found.rows, names, screen.view.late)
    count = len(found.rows)
    if found.next is not None or wanted.after:
        count = count_up_to(ctx, wanted.record, where=wanted.where, search=wanted.search,
                            highest=COUNTED, archived=wanted.archived)
    acts = bulk_acts(ctx, wanted.record)
    ticked = [action for action in actions if action.get("ticked")]
    return {
        "columns": _heads(ctx, screen, wanted), "groups": groups, "group": group_column,
        "rows": [
            {"id": row["id"], "cells": line, "url": wanted.record_url(row["id"]),
             "group": row.get(wanted.group) if wanted.group else None}
            for row, line in zip(found.rows, cells, strict=True)
        ],
        "next": _after(wanted, found.next), "count": count, "counted": COUNTED,
        "bulk": acts, "ticked": ticked, "ticks": bool(acts or ticked), "total": capped(count),
        "also": [a for a in actions if a.get("fills")], "more": count > len(found.rows),
        "widths": widths_of(ctx, wanted.record),
        "inline": screen.inline,
    }


def _above(ctx: Ctx, screen: ListScreen, wanted: Wanted) -> list[tuple[str, str]]:
    """(name, address) of the one record that a filter ties the list to: the way back to it."""
    for column in screen.choices:
        values = wanted.args.getlist(f"f.{column.path}")
        target = column.field.target or ""
        if column.field.kind == "link" and len(values) == 1 and values[0].isdigit() and len(
                values[0]) < 18 and may_read(ctx, target):
            found = named(ctx, target, [int(values[0])])
            return [(name, url_for("pages.form", record=target, ident=ident))
                    for ident, name in found.items()]
    return []


def _after(wanted: Wanted, mark: str | None) -> str | None:
    if mark is None:
        return None
    base = wanted.url()
    return f"{base}{'&' if '?' in base else '?'}{urlencode({'after': mark})}"


def _heads(ctx: Ctx, screen: ListScreen, wanted: Wanted) -> list[dict[str, Any]]:
    """The columns' heads with the address that sorts by them."""
    first, down = parse_sort(ctx, screen.cls, wanted.sort)[0]
    heads = []
    for column in screen.columns:
        now = column.path == first
        to = column.path if now and down else f"-{column.path}"
        if not now and not column.field.numeric and column.field.kind not in ("date", "moment"):
            to = column.path
        heads.append({
            "column": column, "url": wanted.url(sort=to), "numeric": column.field.numeric,
            "sorted": ("descending" if down else "ascending") if now else "",
        })
    return heads


def _views(screen: ListScreen, wanted: Wanted) -> list[dict[str, Any]]:
    kinds = [("list", _("List"), "list"), ("kanban", _("Board"), "layout-kanban"),
             ("calendar", _("Calendar"), "calendar")]
    offered = [k for k in kinds if k[0] == "list" or getattr(screen.view, k[0])]
    if len(offered) == 1:
        return []
    return [
        {"key": key, "label": label, "icon": icon, "now": key == wanted.view,
         "url": wanted.url(view=None if key == "list" else key, month=None)}
        for key, label, icon in offered
    ]


def _presets(screen: ListScreen, wanted: Wanted) -> list[dict[str, Any]]:
    now = wanted.args.get("preset")
    return [
        {"label": label, "now": key == now, "url": wanted.url(preset=None if key == now else key),
         "count": url_for("pages.count", record=wanted.record, preset=key)}
        for key, label, _rule in screen.view.presets
    ]


def list_actions(ctx: Ctx, record: str, wanted: Wanted) -> list[dict[str, Any]]:
    """Links that plugins offer for a list, such as Excel out and in (hook `show_list_actions`)."""
    hook = getattr(ctx.registry.manager.hook, "show_list_actions", None)
    if hook is None:
        return []
    found: list[dict[str, Any]] = []
    arguments = {"ctx": ctx, "record": record, "query": wanted.query}
    for plugin, call in ctx.hooks.each("show_list_actions", **arguments):
        found += [{**action, "plugin": plugin} for action in call() or ()]
    return found


# ---- changing a cell in place
def _cell_context(record: str, ident: int, name: str) -> tuple[Ctx, Record, ListScreen, Column]:
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    row = find(ctx, cls, ident)
    screen = list_of(ctx, cls, chosen_columns(ctx, record))
    column = next((c for c in screen.choices if c.path == name), None)
    if column is None or name not in screen.inline:
        raise Refused(_("This field cannot be changed here."))
    if not is_editable(ctx, cls, row):
        raise Refused(_("“%(name)s” cannot be changed now.", name=title_of(row)))
    return ctx, row, screen, column


@pages.get("/r/<record>/<int:ident>/field/<name>", endpoint="field")
@for_members
def open_field(record: str, ident: int, name: str) -> Response:
    """The input for one cell of a list."""
    ctx, row, _screen, column = _cell_context(record, ident, name)
    names = Names(ctx)
    value = getattr(row, name)
    names.learn([(column.field, value)])
    made = control(ctx, Slot(name, column.field), value, names)
    return page("field.html", record=row, name=name, control=made, cell=None)


@pages.post("/r/<record>/<int:ident>/field/<name>", endpoint="set_field")
@for_members
def set_field(record: str, ident: int, name: str) -> Any:
    """Save one cell; 422 with the message at the input, 409 when somebody was faster."""
    ctx, row, _screen, column = _cell_context(record, ident, name)
    typed = request.form.get(f"f.{name}", "")
    version = request.form.get("version", type=int)
    names = Names(ctx)
    faults: list[str] = []
    status = 200
    value: Any = bool(typed) if column.field.kind == "boolean" else (
        form_value(ctx, column.field, typed))
    try:
        save(ctx, type(row), {name: value}, row, version=version)
        ctx.session.commit()
    except (Invalid, Refused, Conflict) as error:
        faults, status = reasons_of(error), error.status
        ctx.session.rollback()
        row = find(ctx, type(row), ident)
    stored = getattr(row, name)
    names.learn([(column.field, stored)])
    made = control(ctx, Slot(name, column.field), stored, names,
                   typed=typed if faults else None, errors=faults)
    shown = cell(ctx, column.field, stored, names) if not faults else None
    if request.accept_mimetypes.best == "application/json":
        return jsonify(ok=not faults, text=shown.text if shown else typed, errors=faults), status
    return page("field.html", status, record=row, name=name, control=made, cell=shown)


@pages.get("/r/<record>/count", endpoint="count")
@for_members
def count(record: str) -> Any:
    """How many records a list has, counted to 1,000 at most."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    try:
        wanted = wanted_of(ctx, list_of(ctx, cls))
        number = count_up_to(ctx, record, where=wanted.where, search=wanted.search,
                             highest=COUNTED, archived=wanted.archived)
    except TradewindError:
        number = 0
    return jsonify(count=number, text=capped(number))


@dataclass(frozen=True)
class ListRequest:
    """What the address of a list asks for, as a plugin needs it to export the same rows."""

    columns: list[str]
    where: Any
    search: str
    sort: str
    archived: bool


def list_request(ctx: Ctx, record: str) -> ListRequest:
    """Read the running request's query as the address of the list of `record`."""
    cls = readable_class(ctx, record)
    screen = list_of(ctx, cls, chosen_columns(ctx, record))
    wanted = wanted_of(ctx, screen)
    rule = wanted.rule if wanted.where is not None else None
    columns = [column.path for column in screen.columns]
    return ListRequest(columns, rule, wanted.search, wanted.sort, wanted.archived)
