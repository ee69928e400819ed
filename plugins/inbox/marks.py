"""What an approver marks in a record that she sends back, and where its form shows it."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import and_, or_, select

from core.api import (
    Ctx,
    Invalid,
    Panel,
    Record,
    Refusal,
    _,
    all_fields,
    cases,
    drawing,
    record_class,
)
from plugins.inbox.panel import PANEL

ROWS = 3  # fields that can be marked at once
GONE = ("approved", "done")  # cases whose marks are settled


def markable(data: dict[str, Any], hidden: set[str]) -> list[tuple[str, object]]:
    """The inputs of a record's form, (name, words), less the fields in `hidden`."""
    record, screen = data["record"], data["screen"]
    found = [(f"f.{slot.name}", slot.label) for slot in screen.slots
             if not slot.field.system and slot.name not in hidden]
    for grid in screen.grids:
        for n, line in enumerate(getattr(record, grid.lines), start=1):
            found += [(f"{grid.lines}-{line.id}-{slot.name}", f"{grid.label} {n} · {slot.label}")
                      for slot in grid.slots
                      if not slot.field.system and slot.name not in hidden]
    return found


def form_marks(ctx: Ctx, task_id: int, comment: str) -> dict[str, dict[str, str]]:
    """The marks of a posted decision: {input: {"text", "was"}}; without a remark its comment."""
    pairs = list(zip(request.form.getlist("mark"), request.form.getlist("remark"), strict=False))
    if any(text.strip() and not name for name, text in pairs):
        raise Invalid(Refusal(_("Choose the field that you remark on."), "mark"))
    task = ctx.session.get(cases.TaskRow, task_id)
    if task is None or not any(name for name, _text in pairs):
        return {}
    record = cases.load_case(ctx, task.case_id, lock=False).record
    found = {}
    for name, text in pairs:
        held = _input(ctx, record, name) if record is not None else None
        if held is not None:
            found[name] = {"text": text.strip()[:500] or comment, "was": held[1]}
    return found


def _input(ctx: Ctx, record: Any, name: str) -> tuple[object, str] | None:
    """The words and the present value of a named input; None if there is no such input."""
    free = ctx.system()
    if name.startswith("f."):
        declared = all_fields(free, type(record)).get(name[2:])
        if declared is None:
            return None
        values = drawing.values_of(free, record, [drawing.Slot(name[2:], declared)])
        return declared.label, str(values.get(name[2:]))
    lines, ident, inner = (name.split("-", 2) + ["", ""])[:3]
    target = type(record).line_sets.get(lines)
    line = next((one for one in getattr(record, lines) if str(one.id) == ident), None) if (
        target is not None) else None
    if target is None or line is None:
        return None
    declared = all_fields(free, record_class(target.target)).get(inner)
    return (declared.label, str(getattr(line, inner, None))) if declared is not None else None


def open_marks(ctx: Ctx, record: Record) -> list[tuple[str, object, str]]:
    """What is still to be corrected, (input, words, remark): neither changed nor sent again."""
    row, event = cases.CaseRow, cases.CaseEvent
    newest = select(row.id).where(
        row.record_key == record.key, row.record_id == record.id).order_by(row.id.desc()).limit(1)
    last = ctx.session.scalar(
        select(event).join(row, row.id == event.case_id)
        .where(row.id == newest.scalar_subquery(), row.state.not_in(GONE), or_(
            event.type == "marked",
            and_(event.type == "acted", event.node == "start")))  # sent again
        .order_by(event.seq.desc()).limit(1))
    if last is None or last.type != "marked":
        return []
    name, found = cases.people_of(ctx).names.get(last.actor_id or 0, ""), []
    for at, mark in last.data["marks"].items():
        held = _input(ctx, record, at)
        if held is not None and held[1] == mark["was"]:
            found.append((at, held[0], f"{name}: {mark['text']}" if name else mark["text"]))
    return found


def panel_of(ctx: Ctx, record: Record) -> list[Panel]:
    """The marks beside the record, so that they are seen before it is edited."""
    rows: list[tuple[object, object]] = [
        (label, text) for _at, label, text in open_marks(ctx, record)]
    if not rows:
        return []
    return [Panel(f"{PANEL}.marks", _("To be corrected"), rows, colour="red", sequence=-1)]
