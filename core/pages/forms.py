"""Between browser and `save`: reading posted forms and drawing them, also when they come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from core.context import Ctx
from core.errors import Invalid, Refusal, TradewindError
from core.files import keep_file
from core.i18n import _
from core.kinds import Field
from core.layout import Block, FormScreen, Grid, Slot
from core.pages.show import (
    Cell,
    Control,
    Names,
    cell,
    control,
    form_value,
    input_text,
    values_of,
)
from core.query import read_page, titles
from core.records import record_class, title_fields
from core.schemas import read_input

BLANK_ROWS = 3


@dataclass
class Posted:
    """A form as it was sent: raw words by input name, values for `save`, and faults so far."""

    raw: Mapping[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, name: str, text: object) -> None:
        self.errors.setdefault(name, []).append(str(text))

    def take(self, error: TradewindError) -> None:
        """Add the reasons of a refused save at their fields; line faults at `lines-0-qty`."""
        for reason in error.reasons:
            self.fault(self._input_name(reason.field or ""), reason)

    def _input_name(self, name: str) -> str:
        head, dot, rest = name.partition(".")
        if head in self.rows and dot:
            position, _dot, inner = rest.partition(".")
            if position.isdigit() and int(position) < len(self.rows[head]):
                return f"{head}-{self.rows[head][int(position)]}-{inner}"
        return f"f.{name}" if name else ""

    @property
    def count(self) -> int:
        return sum(len(found) for found in self.errors.values())


def posted_form(ctx: Ctx, screen: FormScreen, form: MultiDict[str, str]) -> Posted:
    """Read a posted form of a screen; locked fields are not taken, whatever was sent."""
    found = Posted(raw=form.to_dict())
    for slot in screen.slots:
        if not slot.locked:
            _take(ctx, found, slot, f"f.{slot.name}", found.values)
    for grid in screen.grids:
        if any(not slot.locked for slot in (*grid.slots, *grid.detail)):
            found.values[grid.lines] = _rows(ctx, found, grid)
    return found


def faults_so_far(
    ctx: Ctx, screen: FormScreen, form: MultiDict[str, str]
) -> dict[str, list[str]]:
    """What is wrong with a form as it is typed, by input; hooks are asked only when it is saved."""
    posted = posted_form(ctx, screen, form)
    sets = {grid.lines: grid for grid in screen.grids}
    plain = {name: value for name, value in posted.values.items() if name not in sets}
    faults = read_input(ctx, screen.cls, plain, partial=True)[1]
    for name, grid in sets.items():
        for position, line in enumerate(posted.values.get(name, ())):
            given = {key: value for key, value in line.items() if key != "id"}
            faults += [Refusal(fault.text, f"{name}.{position}.{fault.field}")
                       for fault in read_input(ctx, grid.cls, given, partial=True)[1]]
    posted.take(Invalid(faults))
    return posted.errors


def _take(ctx: Ctx, found: Posted, slot: Slot, name: str, values: dict[str, Any]) -> None:
    declared = slot.field
    if declared.kind == "boolean":
        values[slot.name] = bool(found.raw.get(name))
    elif declared.kind == "file":
        upload = request.files.get(f"{name}.upload")
        if upload is not None and upload.filename:
            try:
                values[slot.name] = keep_file(ctx, upload.filename, upload.read()).id
            except Invalid as error:  # said at the field, beside all else that is wrong
                for reason in error.reasons:
                    found.fault(name, reason)
        elif name in found.raw:
            values[slot.name] = found.raw[name]
    elif declared.kind == "link" and f"{name}.text" in found.raw:
        values[slot.name] = _linked(ctx, found, declared, name)
    elif name in found.raw:
        values[slot.name] = form_value(ctx, declared, found.raw[name])


def _linked(ctx: Ctx, found: Posted, declared: Field, name: str) -> str:
    """The id behind a typed name: what the list chose, or the one row that the words fit."""
    chosen = found.raw.get(name, "").strip()
    text = found.raw[f"{name}.text"].strip()
    if not text:
        return ""
    if chosen and text == found.raw.get(f"{name}.was", "").strip():
        return chosen
    target = declared.target or ""
    cls = record_class(target)
    fields = ["number", *title_fields(cls)]
    hits = read_page(ctx, target, fields, search=text.split(" ")[0], limit=20)
    names = titles(ctx, target, [row["id"] for row in hits.rows])
    exact = [i for i, title in names.items() if text in (title, *title.split(" ", 1))]
    close = [i for i, title in names.items() if text.casefold() in title.casefold()]
    for group in (exact, close):
        if len(group) == 1:
            return str(group[0])
    found.fault(name, _("“%(text)s” fits no single entry. Choose one of the list.", text=text[:60]))
    return chosen


def _rows(ctx: Ctx, found: Posted, grid: Grid) -> list[dict[str, Any]]:
    pattern = re.compile(re.escape(grid.lines) + r"-(\d{1,6})-.+")
    numbers = sorted({int(m.group(1)) for name in found.raw if (m := pattern.fullmatch(name))})
    rows, kept = [], []
    for number in numbers:
        start = f"{grid.lines}-{number}-"
        if found.raw.get(f"{start}remove"):
            continue
        values: dict[str, Any] = {}
        for slot in (*grid.slots, *grid.detail):
            if not slot.locked:
                _take(ctx, found, slot, start + slot.name, values)
        ident = found.raw.get(f"{start}id", "").strip()
        if not ident and _is_blank(ctx, grid, values):
            continue
        rows.append({"id": ident, **values} if ident else values)
        kept.append(number)
    found.rows[grid.lines] = kept
    return rows


def _is_blank(ctx: Ctx, grid: Grid, values: dict[str, Any]) -> bool:
    """Whether a new row holds nothing but what an empty row starts with."""
    usual = {slot.name: _start(ctx, slot.field) for slot in (*grid.slots, *grid.detail)}
    return all(value in ("", None, False, usual[name]) or str(value) == usual[name]
               for name, value in values.items())


def _start(ctx: Ctx, declared: Field) -> str:
    default = declared.default
    return "" if default is None or callable(default) else input_text(ctx, declared, default)


# ---- drawing
def line_slots(grid: Grid) -> tuple[Slot, ...]:
    """All slots of a grid's row."""
    return (*grid.slots, *grid.detail)


def learn_lines(names: Names, grids: Iterable[Grid], record: Any) -> None:
    """Read the names that the lines of a record need."""
    for grid in grids:
        names.learn(
            (slot.field, getattr(line, slot.name, None))
            for line in getattr(record, grid.lines) for slot in line_slots(grid)
        )


def controls(
    ctx: Ctx, screen: FormScreen, record: Any, names: Names, posted: Posted | None,
    start: Mapping[str, Any],
) -> dict[str, Control]:
    """The inputs of a form by field name; `start` are first values of a new record."""
    values = values_of(ctx, record, screen.slots) if record is not None else dict(start)
    names.learn((slot.field, values.get(slot.name)) for slot in screen.slots)
    found = {}
    for slot in screen.slots:
        name = f"f.{slot.name}"
        typed = None
        if posted is not None and not slot.locked:
            typed = posted.raw.get(name, "")
        found[slot.name] = control(
            ctx, slot, values.get(slot.name), names, typed=typed,
            errors=posted.errors.get(name, ()) if posted else (),
            text=posted.raw.get(f"{name}.text", "") if posted else "",
            shown=cell(ctx, slot.field, values.get(slot.name), names) if slot.locked else None,
        )
    return found


@dataclass(frozen=True)
class Line:
    """One row of a grid as it is drawn: its inputs (or cells) and its id."""

    number: str
    ident: str
    controls: tuple[Control, ...]
    detail: tuple[Control, ...] = ()


def grid_rows(
    ctx: Ctx, grid: Grid, record: Any, names: Names, posted: Posted | None
) -> list[Line]:
    """The rows of a grid's inputs, then blank ones, then the pattern of a new row (`__`)."""
    found = []
    if posted is not None:
        known = {str(line.id): line for line in getattr(record, grid.lines)} if record else {}
        for number in posted.rows.get(grid.lines, ()):
            ident = posted.raw.get(f"{grid.lines}-{number}-id", "")
            line = known.get(ident)
            found.append(_line(ctx, grid, str(number), line, names, posted))
        first = max(posted.rows.get(grid.lines) or [-1]) + 1
    else:
        lines = getattr(record, grid.lines) if record is not None else []
        found = [_line(ctx, grid, str(n), line, names, None) for n, line in enumerate(lines)]
        first = len(found)
    numbers = [*(str(first + n) for n in range(BLANK_ROWS)), "__"]
    return found + [_line(ctx, grid, number, None, names, None) for number in numbers]


def _line(
    ctx: Ctx, grid: Grid, number: str, line: Any, names: Names, posted: Posted | None
) -> Line:
    def draw(slot: Slot) -> Control:
        name = f"{grid.lines}-{number}-{slot.name}"
        value = _line_value(line, slot) if line is not None else None
        typed = None
        if posted is not None and not slot.locked:
            typed = posted.raw.get(name, "")
        elif line is None:
            typed = _start(ctx, slot.field)
        return control(
            ctx, slot, value, names, name=name, typed=typed,
            errors=posted.errors.get(name, ()) if posted else (),
            text=posted.raw.get(f"{name}.text", "") if posted else "",
            shown=_line_cell(ctx, slot, line, names) if slot.locked else None,
        )

    ident = str(line.id) if line is not None else ""
    return Line(number, ident, tuple(map(draw, grid.slots)), tuple(map(draw, grid.detail)))


def _line_value(line: Any, slot: Slot) -> Any:
    if slot.name.startswith("x_"):
        return (line.custom or {}).get(slot.name)
    return getattr(line, slot.name, None)


def _line_cell(ctx: Ctx, slot: Slot, line: Any, names: Names, currency: str | None = None) -> Cell:
    return cell(ctx, slot.field, _line_value(line, slot) if line else None, names, currency)


def _currency(slot: Slot, record: Any, line: Any) -> str | None:
    """The currency of a line's money field: of the line, else of its record; None: home."""
    name = slot.field.currency
    if not name:
        return None
    return getattr(line, name, None) or getattr(record, name, None)


def grid_cells(
    ctx: Ctx, grid: Grid, record: Any, names: Names
) -> tuple[list[list[Cell]], dict[str, Cell]]:
    """The rows of a grid to read, and the sums of its total columns."""
    lines = getattr(record, grid.lines)
    rows = [
        [_line_cell(ctx, slot, line, names, _currency(slot, record, line))
         for slot in line_slots(grid)]
        for line in lines
    ]
    sums = {}
    for slot in grid.slots:
        if slot.name in grid.totals:
            total = sum(v for line in lines if (v := _line_value(line, slot)) is not None)
            sums[slot.name] = cell(
                ctx, slot.field, total or None, names, _currency(slot, record, None)
            )
    return rows, sums


def marked(marks: Mapping[str, str], drawn: Iterable[Control], at: str) -> tuple[Control, ...]:
    """The inputs with what somebody remarked about them."""
    return tuple(replace(c, errors=(*c.errors, marks[at + c.field])) if at + c.field in marks else c
                 for c in drawn)


def marked_line(marks: Mapping[str, str], lines: str, line: Line) -> Line:
    """The row with the remarks at its inputs."""
    one, more = (marked(marks, c, f"{lines}-{line.ident}-") for c in (line.controls, line.detail))
    return replace(line, controls=one, detail=more)


def blocks_with_errors(screen: FormScreen, posted: Posted | None) -> set[str]:
    """The sheets that hold a fault, so that their tab says so."""
    if posted is None:
        return set()
    found = set()
    for sheet in screen.sheets:
        for block in sheet.blocks:
            names = (
                {f"f.{slot.name}" for slot in block.slots} if isinstance(block, Block)
                else {name for name in posted.errors if name.startswith(f"{block.lines}-")}
            )
            if names & posted.errors.keys():
                found.add(sheet.key)
    return found
