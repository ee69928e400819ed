"""Making and changing a record; nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import flash, jsonify, request, url_for
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Conflict, Forbidden, Invalid, Refused, TradewindError
from core.files import FileRow
from core.i18n import _, show_moment, show_number
from core.kinds import Field
from core.layout import FormScreen, Grid, Slot, form_of, is_editable
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, page, pages, readable_class, reasons_of, shown
from core.pages.drafts import draft_of, drop_draft
from core.pages.form import back_to_list
from core.pages.forms import (
    Posted,
    blocks_with_errors,
    controls,
    grid_rows,
    learn_lines,
    line_slots,
    marked,
    marked_line,
    posted_form,
)
from core.pages.show import Cell, Names, cell, form_value, input_text, label_of, values_of
from core.query import find, titles
from core.records import Record, title_of
from core.saving import save
from core.schemas import read_input

WHO = Field("user", "")


@pages.get("/r/<record>/new", endpoint="new")
@for_members
def new(record: str) -> Response:
    """An empty form; `f.<field>` in the address fills fields in, `copy` takes another record's."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    ctx.require(f"{record}.create")
    screen = form_of(ctx, cls)
    source = request.args.get("copy", type=int)
    start = {slot.name: slot.field.default for slot in screen.slots
             if slot.field.default is not None and not callable(slot.field.default)}
    if any(slot.name == "owner_id" for slot in screen.slots):
        start["owner_id"] = ctx.user_id
    start.update(_given(ctx, screen))
    if source is not None:
        return _draw(ctx, screen, find(ctx, cls, source), None, start, copying=True)
    return _draw(ctx, screen, None, None, start)


def _given(ctx: Ctx, screen: FormScreen) -> dict[str, Any]:
    raw = {
        slot.name: form_value(ctx, slot.field, request.args[f"f.{slot.name}"])
        for slot in screen.slots if not slot.locked and f"f.{slot.name}" in request.args
    }
    return read_input(ctx, screen.cls, raw, partial=True)[0]


@pages.post("/r/<record>/new", endpoint="create")
@for_members
def create(record: str) -> Response:
    """Save a new record, or show the form again with what is wrong."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    ctx.require(f"{record}.create")
    return _save(ctx, form_of(ctx, cls), None)


@pages.get("/r/<record>/<int:ident>/edit", endpoint="edit")
@for_members
def edit(record: str, ident: int) -> Response:
    """The form of a record to change."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    row = find(ctx, cls, ident)
    try:
        _require_editable(ctx, cls, row)
    except Refused as error:
        flash(" ".join(reasons_of(error)), "bad")
        return go(url_for("pages.form", record=record, ident=ident))
    return _draw(ctx, form_of(ctx, cls, row), row, None, {})


@pages.post("/r/<record>/<int:ident>/edit", endpoint="change")
@for_members
def change(record: str, ident: int) -> Response:
    """Save a changed record, or show the form again with what is wrong."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    row = find(ctx, cls, ident)
    try:
        _require_editable(ctx, cls, row)
    except Refused as error:  # it was closed while she typed
        screen = form_of(ctx, cls, row, unlocked=True)
        posted = posted_form(ctx, screen, request.form)
        newer = Conflict(error.reasons, _unlike(ctx, screen, row, posted))
        return _draw(ctx, screen, row, posted, {}, clash=newer)
    return _save(ctx, form_of(ctx, cls, row), row)


def _unlike(
    ctx: Ctx, screen: FormScreen, row: Record, posted: Posted
) -> dict[str, tuple[object, object]]:
    """The fields that were typed otherwise than they are stored."""
    values = values_of(ctx, row, screen.slots)
    return {
        slot.name: (posted.raw[name], values.get(slot.name)) for slot in screen.slots
        if not slot.locked and (name := f"f.{slot.name}") in posted.raw
        and posted.raw[name] != input_text(ctx, slot.field, values.get(slot.name))
    }


def _values(ctx: Ctx, screen: FormScreen, row: Record | None, posted: Posted) -> dict[str, Any]:
    """What to save; of a record under approval only what was typed, for the rest is locked."""
    keeper = ctx.session.info.get("gatekeeper")
    if row is None or keeper is None or keeper.holding(ctx, row) is None:
        return posted.values
    stored, typed = values_of(ctx, row, screen.slots), _unlike(ctx, screen, row, posted)
    return {n: v for n, v in posted.values.items() if n in typed or n not in stored or (
        f"f.{n}" not in posted.raw and bool(v) != bool(stored[n]))}


def _require_editable(ctx: Ctx, cls: type[Record], row: Record) -> None:
    ctx.require(f"{cls.key}.write")
    if not is_editable(ctx, cls, row):
        state = cls.state_of(row.state)
        raise Refused(_("“%(name)s” cannot be changed in state “%(state)s”.", name=title_of(row),
                        state=state.label if state else ""))


def _save(ctx: Ctx, screen: FormScreen, row: Record | None) -> Response:
    posted = posted_form(ctx, screen, request.form)
    seen = request.form.get("version", type=int)
    clash: Conflict | None = None
    try:
        if posted.errors:
            raise Invalid([])
        values = _values(ctx, screen, row, posted)
        saved = save(ctx, screen.cls, values, row, version=seen)
        _own_files(ctx, screen, saved)
        drop_draft(ctx, screen.cls.key, row.id if row is not None else None)
        ctx.session.commit()
        flash(str(_("Saved.")), "ok")
        return go(url_for("pages.form", record=screen.cls.key, ident=saved.id))
    except Forbidden:
        raise
    except Conflict as error:
        clash = error
    except TradewindError as error:
        posted.take(error)
    ident = row.id if row is not None else None
    ctx.session.rollback()
    fresh = find(ctx, screen.cls, ident) if ident is not None else None
    return _draw(ctx, screen, fresh, posted, {}, clash=clash)


def _own_files(ctx: Ctx, screen: FormScreen, saved: Record) -> None:
    """Files uploaded with a form belong to its record: who may read it may open them."""
    for slot in screen.slots:
        ident = getattr(saved, slot.name, None) if slot.field.kind == "file" else None
        row = ctx.session.get(FileRow, ident) if ident else None
        if row is not None and row.record_key is None and row.created_by_id == ctx.user_id:
            row.record_key, row.record_id = saved.key, saved.id


def _draw(
    ctx: Ctx, screen: FormScreen, row: Record | None, posted: Posted | None,
    start: dict[str, Any], *, clash: Conflict | None = None, copying: bool = False,
) -> Response:
    names = Names(ctx)
    existing = row if not copying else None
    status, draft, version = 200, None, str(existing.version) if existing else ""
    if posted is not None:
        status = 409 if clash else 422
    elif draft := draft_of(ctx, screen.cls.key, existing.id if existing else None):
        if "draft" in request.args:
            posted = posted_form(ctx, screen, draft.form)
            version = draft.form.get("version", "")
    if row is not None:
        learn_lines(names, screen.grids, row)
    marks = dict(shown(ctx, "show_marks", record=existing)) if existing else {}
    inputs = controls(ctx, screen, row, names, posted, start)
    inputs = dict(zip(inputs, marked(marks, inputs.values(), "f."), strict=True))
    grids = {grid.key: [marked_line(marks, grid.lines, line) for line in
                        grid_rows(ctx, grid, row, names, posted)] for grid in screen.grids}
    if copying:
        grids = {key: [_fresh(line) for line in lines] for key, lines in grids.items()}
    return page(
        "edit.html", status, record=existing, cls=screen.cls, screen=screen, controls=inputs,
        grids=grids, posted=posted, clash=_versions(ctx, screen, clash, posted, names),
        reasons=reasons_of(clash) if clash else [], draft=draft,
        version=version, again=_again(), restored=draft is not None and posted is not None,
        closed=clash is not None and not is_editable(ctx, screen.cls, row),
        changed=_who_changed(ctx, row, names) if clash else "",
        failed_sheets=blocks_with_errors(screen, posted or Posted(errors=dict.fromkeys(marks, []))),
        plural=label_of(screen.cls.key), back=back_to_list(ctx, screen.cls.key),
        title=title_of(existing) if existing else _("New: %(label)s", label=screen.cls.label),
        live=any(grid.recalculate or grid.totals for grid in screen.grids),
    )


def _again() -> str:
    """The address of this form with the draft in it."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "draft": 1}
    return url_for(request.endpoint or "", **values)


def _who_changed(ctx: Ctx, row: Record | None, names: Names) -> object:
    """Who wrote the stored version, and when."""
    if row is None:
        return ""
    names.learn([(WHO, row.updated_by_id)])
    who = names.of(WHO, row.updated_by_id) if row.updated_by_id else "Tradewind"
    return _("Changed by %(who)s, %(when)s.", who=who,
             when=show_moment(row.updated_at, ctx.user_zone))


def _fresh(line: Any) -> Any:
    return type(line)(line.number, "", line.controls, line.detail)


def _versions(
    ctx: Ctx, screen: FormScreen, clash: Conflict | None, posted: Posted | None, names: Names
) -> list[dict[str, Any]] | None:
    """For a stale form: each field that differs, what you typed and what is stored now."""
    if clash is None or posted is None:
        return None
    slots = {slot.name: slot for slot in screen.slots}
    found = []
    for name, (yours, theirs) in clash.changes.items():
        slot = slots.get(name)
        if slot is None:
            continue
        names.learn([(slot.field, theirs)])
        typed = posted.raw.get(f"f.{name}.text") or posted.raw.get(f"f.{name}", str(yours or ""))
        words = cell(ctx, slot.field, theirs, names)
        if typed.strip() != words.text:
            found.append({"label": slot.label, "yours": typed, "theirs": words})
    return found


# ---- reckoning while typing
@pages.post("/r/<record>/recalculate", endpoint="recalculate")
@for_members
def recalculate(record: str) -> Any:
    """Lines, fields and totals for a form as it is typed; nothing is written."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    ident = request.args.get("ident", type=int)
    row = find(ctx, cls, ident) if ident else None
    ctx.require(f"{record}.{'write' if row is not None else 'create'}")
    screen = form_of(ctx, cls, row)
    answer: dict[str, Any] = {"grids": {}, "fields": {}, "inputs": {}, "notes": []}
    with ctx.session.no_autoflush:
        posted = posted_form(ctx, screen, request.form)
        try:
            for grid in screen.grids:
                _reckon(ctx, screen, grid, row, posted, answer)
        except TradewindError as error:
            answer["notes"] += reasons_of(error)
    ctx.session.rollback()
    return jsonify(answer)


def _reckon(
    ctx: Ctx, screen: FormScreen, grid: Grid, row: Record | None, posted: Posted,
    answer: dict[str, Any],
) -> None:
    values = read_input(ctx, screen.cls, _flat(screen, posted), partial=True)[0]
    lines = []
    for line in posted.values.get(grid.lines, []):
        given = {name: value for name, value in line.items() if name != "id"}
        cleaned = read_input(ctx, grid.cls, given, partial=True)[0]
        lines.append({"id": int(line["id"]), **cleaned} if "id" in line else cleaned)
    result: dict[str, Any] = {}
    if grid.recalculate is not None:
        changed = _changed(posted, grid)
        result = grid.recalculate(ctx, row, {**values, grid.lines: lines, **changed}) or {}
    currency = str(values.get("currency") or getattr(row, "currency", "") or "")
    merged = [
        {**line, **extra}
        for line, extra in zip(lines, [*result.get("lines", []), *[{}] * len(lines)], strict=False)
    ]
    slots = {slot.name: slot for slot in line_slots(grid)}
    names = Names(ctx)

    def words(name: str, value: Any) -> str:
        found: Cell = cell(ctx, slots[name].field, value, names, currency)
        return found.text

    numbers = posted.rows.get(grid.lines, [])
    answer["grids"][grid.lines] = {
        "rows": {
            str(number): {name: words(name, line.get(name)) for name, slot in slots.items()
                          if slot.locked and name in line}
            for number, line in zip(numbers, merged, strict=False)
        },
        "totals": {
            name: words(name, _sum(line.get(name) for line in merged))
            for name in grid.totals if name in slots
        },
        "count": show_number(len(merged)),
    }
    for number, extra in zip(numbers, result.get("lines", []), strict=False):
        start = f"{grid.lines}-{number}-"
        answer["inputs"] |= _inputs(ctx, slots, extra, start)
    fields = {slot.name: slot for slot in screen.slots}
    answer["inputs"] |= _inputs(ctx, fields, result.get("fields", {}), "f.")
    for name, value in result.get("fields", {}).items():
        if name in fields and fields[name].locked:
            answer["fields"][name] = cell(ctx, fields[name].field, value, names, currency).text
    answer["notes"] += [str(text) for text in result.get("notes", [])]


def _inputs(
    ctx: Ctx, slots: Mapping[str, Slot], values: Mapping[str, Any], start: str
) -> dict[str, str]:
    """New texts of inputs that a plugin reckoned, by input name; a link also has its words."""
    found = {}
    for name, value in values.items():
        slot = slots.get(name)
        if slot is None or slot.locked or slot.field.kind in ("user", "file", "json"):
            continue
        found[start + name] = input_text(ctx, slot.field, value)
        if slot.field.kind == "link":
            words = titles(ctx, slot.field.target or "", [value or 0]).get(value, "")
            found |= {f"{start}{name}.text": words, f"{start}{name}.was": words}
    return found


def _changed(posted: Posted, grid: Grid) -> dict[str, str]:
    """`_changed`: what the person changed last, as "incoterm" or "lines.0.price"."""
    name = str(posted.raw.get("_changed", ""))
    head, _dash, rest = name.partition("-")
    number, _dash, inner = rest.partition("-")
    if head != grid.lines:
        return {"_changed": name.removeprefix("f.").partition(".")[0]} if name else {}
    rows = posted.rows.get(grid.lines, [])
    if not number.isdigit() or int(number) not in rows:
        return {}
    return {"_changed": f"{head}.{rows.index(int(number))}.{inner.partition('.')[0]}"}


def _sum(values: Iterable[Any]) -> Decimal:
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))


def _flat(screen: FormScreen, posted: Posted) -> dict[str, Any]:
    sets = {grid.lines for grid in screen.grids}
    return {name: value for name, value in posted.values.items() if name not in sets}
