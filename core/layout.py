"""One screen out of many declarations: view + patches + extensions + custom fields + field rights.

`form_of` and `list_of` answer for one company and user. Fields that the user may not see are not
in the answer; fields that she may not change are locked. Records without a view get a plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.context import Ctx
from core.declare import (
    Arranged,
    ColumnPatch,
    Counter,
    FormView,
    LinesSection,
    ListView,
    Section,
    Tab,
    ViewPatch,
)
from core.i18n import _
from core.kinds import Field
from core.people import CustomField
from core.query import may_read
from core.records import Record, record_class, title_fields
from core.schemas import custom_fields, extensions_of, readable_fields, writable_fields

MANY_LINES = ("note", "tags", "json")
NOT_LISTED = ("note", "json", "file")


@dataclass(frozen=True)
class Slot:
    """A field in its place on a screen."""

    name: str
    field: Field
    locked: bool = False

    @property
    def label(self) -> object:
        return self.field.label

    @property
    def wide(self) -> bool:
        """Whether it takes the full width of its block."""
        return self.field.kind in MANY_LINES


@dataclass(frozen=True)
class Block:
    """A titled group of fields."""

    key: str
    label: object
    slots: tuple[Slot, ...]
    columns: int = 2
    help: object = ""


@dataclass(frozen=True)
class Grid:
    """The editable lines of a record; `cls` is their class, `lines` the attribute."""

    key: str
    label: object
    lines: str
    cls: type[Any]
    slots: tuple[Slot, ...]
    totals: tuple[str, ...] = ()
    recalculate: Callable[..., dict[str, Any]] | None = None
    detail: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A tab of a form; the first sheet has no label and is always open."""

    key: str
    label: object
    blocks: tuple[Block | Grid, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        for block in self.blocks:
            if isinstance(block, Block):
                yield from block.slots

    @property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]


@dataclass(frozen=True)
class FormScreen:
    """A form as this user sees it."""

    cls: type[Record]
    sheets: tuple[Sheet, ...]
    side: tuple[Slot, ...]
    counters: tuple[Counter, ...]
    editable: Callable[..., bool] | None = None

    @property
    def slots(self) -> list[Slot]:
        return [slot for sheet in self.sheets for slot in sheet.slots] + list(self.side)

    @property
    def grids(self) -> list[Grid]:
        return [grid for sheet in self.sheets for grid in sheet.grids]


@dataclass(frozen=True)
class Column:
    """A column of a list. `path` is a field, or link.field such as customer.country."""

    path: str
    field: Field
    label: object
    link: str = ""
    direct: bool = True


@dataclass(frozen=True)
class ListScreen:
    """A list as this user sees it; `choices` are all columns that she may switch on."""

    cls: type[Record]
    columns: tuple[Column, ...]
    choices: tuple[Column, ...]
    filters: tuple[Column, ...]
    view: ListView
    inline: tuple[str, ...] = ()


def column_of(ctx: Ctx, cls: type[Any], path: str) -> Column | None:
    """The column at `path`, or None if there is none that the user may see."""
    fields = readable_fields(ctx, cls)
    if path in fields:
        field = fields[path]
        return Column(path, field, field.label, direct="." not in path)
    head, dot, rest = path.partition(".")
    link = fields.get(f"{head}_id")
    if not dot or link is None or link.kind != "link" or not may_read(ctx, link.target or ""):
        return None
    inner = readable_fields(ctx, record_class(link.target or "")).get(rest)
    if inner is None:
        return None
    return Column(path, inner, inner.label, link=f"{head}_id", direct=False)


def list_of(ctx: Ctx, cls: type[Record], chosen: Iterable[str] = ()) -> ListScreen:
    """The list of a record; `chosen` are the user's own columns, in order."""
    view = ctx.registry.lists.get(cls.key) or _plain_list(cls)
    paths = list(view.columns)
    for owner, patch in ctx.registry.patches:
        if isinstance(patch, ColumnPatch) and patch.record == cls.key and owner in ctx.enabled:
            at = paths.index(patch.after) + 1 if patch.after in paths else len(paths)
            paths.insert(at, patch.column)
    usual = _columns(ctx, cls, paths)
    more = [
        name for name, field in readable_fields(ctx, cls).items()
        if field.kind not in NOT_LISTED and name not in paths
    ]
    choices = (*usual, *_columns(ctx, cls, more))
    known = {column.path: column for column in choices}
    columns = tuple(known[path] for path in chosen if path in known) or usual
    filters = list(view.filters) + [
        name for name, field in custom_fields(ctx, cls.key).items()
        if field.kind in ("choice", "boolean", "country")
    ]
    free = writable_fields(ctx, cls)
    return ListScreen(
        cls, columns, choices, _columns(ctx, cls, filters), view,
        tuple(name for name in view.inline if name in free and ctx.can(f"{cls.key}.write")),
    )


def _columns(ctx: Ctx, cls: type[Any], paths: Iterable[str]) -> tuple[Column, ...]:
    found = (column_of(ctx, cls, path) for path in dict.fromkeys(paths))
    return tuple(column for column in found if column is not None)


def form_of(
    ctx: Ctx, cls: type[Record], record: Record | None = None, *, unlocked: bool = False
) -> FormScreen:
    """The form of a record; the fields of an existing one that is not editable are locked.

    `unlocked`: to show again what was typed while the record was closed by somebody else.
    """
    view = ctx.registry.forms.get(cls.key) or _plain_form(cls)
    form, counters = _declared(ctx, cls, view)
    locked = not unlocked and _closed(ctx, cls, view, record)
    for found in ctx.hooks.show_form(ctx=ctx, cls=cls, record=record, form=form):
        form = found
    make = _Maker(ctx, cls, locked, form)
    sheets = [make.sheet("main", "", form.sections)]
    sheets += [make.sheet(tab.key, tab.label, tab.sections) for tab in form.tabs]
    return FormScreen(
        cls, tuple(sheet for n, sheet in enumerate(sheets) if n == 0 or sheet.blocks),
        make.slots(cls, view.side),
        tuple(counter for counter in counters if may_read(ctx, counter.record)), view.editable,
    )


def declared_form(ctx: Ctx, cls: type[Record]) -> Arranged:
    """The form as plugins and custom fields make it, before a company arranges it."""
    return _declared(ctx, cls, ctx.registry.forms.get(cls.key) or _plain_form(cls))[0]


def _declared(ctx: Ctx, cls: type[Record], view: FormView) -> tuple[Arranged, list[Counter]]:
    sections, tabs, counters = list(view.sections), list(view.tabs), list(view.counters)
    for owner, patch in ctx.registry.patches:
        if isinstance(patch, ViewPatch) and patch.record == cls.key and owner in ctx.enabled:
            _patch(patch, sections, tabs, counters)
    _extras(ctx, cls, sections, tabs, view.side)
    return Arranged(tuple(sections), tuple(tabs)), counters


def is_editable(ctx: Ctx, cls: type[Record], record: Record | None) -> bool:
    """Whether the user may change the record as it is now (new ones: may create)."""
    view = ctx.registry.forms.get(cls.key)
    return not _closed(ctx, cls, view or _plain_form(cls), record)


def _closed(ctx: Ctx, cls: type[Record], view: FormView, record: Record | None) -> bool:
    if record is None:
        return not ctx.can(f"{cls.key}.create")
    if record.archived_at is not None or not ctx.can(f"{cls.key}.write"):
        return True
    return view.editable is not None and not view.editable(ctx, record)


@dataclass(frozen=True)
class _Maker:
    ctx: Ctx
    cls: type[Record]
    locked: bool
    form: Arranged

    def slots(self, cls: type[Any], names: Iterable[str]) -> tuple[Slot, ...]:
        seen = readable_fields(self.ctx, cls)
        free = {} if self.locked else writable_fields(self.ctx, cls)
        if cls is self.cls:
            return tuple(self.slot(seen[n], n, n in free) for n in names if n in seen)
        return tuple(Slot(n, seen[n], n not in free) for n in names if n in seen)

    def slot(self, field: Field, name: str, free: bool) -> Slot:
        """A field of the record itself, as the company changed it."""
        label, needed = self.form.labels.get(name), name in self.form.required
        if label or needed:
            field = replace(field, label=label or field.label, required=needed or field.required)
        return Slot(name, field, not free or name in self.form.locked)

    def sheet(
        self, key: str, label: object, parts: Iterable[Section | LinesSection]
    ) -> Sheet:
        blocks = [block for part in parts if (block := self.block(part)) is not None]
        return Sheet(key, label, tuple(blocks))

    def block(self, part: Section | LinesSection) -> Block | Grid | None:
        if isinstance(part, Section):
            slots = self.slots(self.cls, part.fields)
            return Block(part.key, part.label, slots, part.columns, part.help) if slots else None
        line = record_class(self.cls.line_sets[part.lines].target)
        slots = self.slots(line, (*part.columns, *custom_fields(self.ctx, line.key)))
        return Grid(
            part.key, part.label, part.lines, line, slots, part.totals, part.recalculate,
            self.slots(line, part.detail),
        )


def _patch(
    patch: ViewPatch, sections: list[Any], tabs: list[Tab], counters: list[Counter]
) -> None:
    if isinstance(patch.add, Counter):
        counters.append(patch.add)
    elif isinstance(patch.add, Tab):
        tabs.insert(_after(tabs, patch.after), patch.add)
    elif any(tab.key == patch.after for tab in tabs):
        at = next(n for n, tab in enumerate(tabs) if tab.key == patch.after)
        tabs[at] = replace(tabs[at], sections=(*tabs[at].sections, patch.add))
    else:
        sections.insert(_after(sections, patch.after), patch.add)


def _after(parts: list[Any], key: str) -> int:
    return next((n + 1 for n, part in enumerate(parts) if part.key == key), len(parts))


def _extras(
    ctx: Ctx, cls: type[Record], sections: list[Any], tabs: list[Tab], side: tuple[str, ...]
) -> None:
    """Place custom fields in the sections they name, and unplaced extension fields at the end."""
    placed = set(side) | {
        name
        for part in (*sections, *(part for tab in tabs for part in tab.sections))
        if isinstance(part, Section) for name in part.fields
    }
    homes: dict[str, list[str]] = {}
    for name, where in _custom_sections(ctx, cls).items():
        if name not in placed:
            homes.setdefault(where, []).append(name)
    for n, part in enumerate(sections):
        if isinstance(part, Section) and part.key in homes:
            sections[n] = replace(part, fields=(*part.fields, *homes.pop(part.key)))
    rest = [name for names in homes.values() for name in names]
    if rest:
        sections.append(Section("custom", _("More fields"), tuple(rest)))
    for extension in extensions_of(ctx, cls.key):
        owner = extension.plugin()
        names = [
            name for name, field in readable_fields(ctx, cls).items()
            if name.startswith(f"{owner}.") and name not in placed and not field.system
        ]
        if names:
            title = ctx.registry.plugins[owner].manifest.title
            sections.append(Section(f"ext-{owner}", title, tuple(names)))


def _custom_sections(ctx: Ctx, cls: type[Record]) -> dict[str, str]:
    known = custom_fields(ctx, cls.key)
    rows: list[CustomField] = ctx.cache.get("custom_fields") or []
    return {row.name: row.section for row in rows if row.record == cls.key and row.name in known}


def _plain_list(cls: type[Record]) -> ListView:
    """A list for a record without one: its number, title and first fields."""
    own = [name for name, field in _own(cls) if field.kind not in NOT_LISTED]
    head = [name for name in ("number" if cls.number_rule else "", *title_fields(cls))
            if name]
    tail = ["state"] if cls.states else []
    columns = tuple(dict.fromkeys([*head, *own[:6], *tail]))
    filters = tuple(n for n, f in _own(cls) if f.kind in ("choice", "country", "boolean"))[:4]
    return ListView(cls.key, columns, filters=(*filters, *tail))


def _plain_form(cls: type[Record]) -> FormView:
    """A form for a record without one: all its fields, then its lines."""
    sections: list[Section | LinesSection] = [
        Section("main", cls.label, tuple(name for name, _field in _own(cls)))
    ]
    for name, lines in cls.line_sets.items():
        line = record_class(lines.target)
        columns = tuple(n for n, f in _own(line))
        sections.append(LinesSection(name, lines.label, name, columns))
    return FormView(cls.key, tuple(sections), side=("owner_id",))


def _own(cls: type[Any]) -> list[tuple[str, Field]]:
    """The fields that the plugin declared, without those that every record has."""
    shared = set(vars(Record)) | {"state", "number", "owner_id"}
    return [
        (name, attribute.columns[0].info["field"])
        for attribute in cls.__mapper__.column_attrs
        if (name := attribute.key) not in shared and "field" in attribute.columns[0].info
    ]
