"""What a plugin declares: frozen data, read once at boot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLOURS = ("grey", "blue", "amber", "green", "red")


@dataclass(frozen=True)
class Plugin:
    """The manifest of a plugin.

    `needs` names plugins that must be installed and enabled before this one. `core` is the
    range of core versions it works with, as in ">=0.1,<1". An `essential` plugin is on in every
    company without a row, needs essential ones only and cannot be switched off.
    """

    name: str
    title: object
    version: str = "0.1"
    core: str = ">=0.1,<1"
    needs: tuple[str, ...] = ()
    category: str = "business"
    icon: str = "box"
    summary: object = ""
    by_default: bool = True
    essential: bool = False


@dataclass(frozen=True)
class State:
    """One value of a record's `state`."""

    key: str
    label: object
    colour: str = "grey"
    done: bool = False


@dataclass(frozen=True)
class Number:
    """How a record gets its number (DOMAIN §0).

    `pattern` knows {yy} {yyyy} {mm} {seq:04}. `reset` is never, yearly or monthly. `at` is
    "create" or the key of the step at which the number is allotted; `series` lets several
    records share one row of numbers.
    """

    pattern: str
    reset: str = "never"
    at: str = "create"
    series: str = ""


@dataclass(frozen=True)
class Step:
    """A named, permissioned, validated verb on a record; the only way its state changes.

    `run(ctx, record, params)` does the work and raises Refused to refuse. With `pending` the
    step may be gated by a workflow: `run` is called at once and the state becomes `pending`;
    when the workflow ends well `done(ctx, record, params)` is called and the state becomes
    `target`, when it ends badly `refused(ctx, record, params)` and `rejected`. Without a
    workflow the step goes straight through. `target` None keeps the state. `available(ctx,
    record)` returns a reason (text) why it cannot be done now, or None. `axis` names another
    field than `state` that source and target speak of.
    """

    key: str
    record: str
    label: object
    source: tuple[str, ...] = ()
    target: str | None = None
    run: Callable[..., Any] | None = None
    pending: str | None = None
    rejected: str | None = None
    done: Callable[..., Any] | None = None
    refused: Callable[..., Any] | None = None
    params: type | None = None
    permission: str = ""
    available: Callable[..., object | None] | None = None
    primary: bool = False
    danger: bool = False
    bulk: bool = False
    hidden: bool = False
    icon: str = "arrow-right"
    help: object = ""
    sequence: int = 50
    axis: str = "state"
    own_forbidden: bool = False
    next_url: Callable[..., str | None] | None = None

    @property
    def full_key(self) -> str:
        """`quotes.quotation.submit`."""
        return f"{self.record}.{self.key}"

    @property
    def needs(self) -> str:
        """The permission that the step asks for."""
        return self.permission or self.full_key


@dataclass(frozen=True)
class Section:
    """A titled group of fields on a form; `columns` is 1, 2 or 3."""

    key: str
    label: object
    fields: tuple[str, ...]
    columns: int = 2
    help: object = ""


@dataclass(frozen=True)
class LinesSection:
    """The editable lines of a record, with totals as you type.

    `lines` is the attribute that holds them. `recalculate(ctx, record, values)` takes the
    values of the form (as given to save) and returns {"lines": [{field: value}], "fields":
    {field: value}, "notes": [text]} to show; it must not write.
    """

    key: str
    label: object
    lines: str
    columns: tuple[str, ...]
    totals: tuple[str, ...] = ()
    recalculate: Callable[..., dict[str, Any]] | None = None
    detail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tab:
    """A tab of a form: sections of its own."""

    key: str
    label: object
    sections: tuple[Section | LinesSection, ...]


@dataclass(frozen=True)
class ListView:
    """The list of a record; `columns` are field names or link paths such as customer.country.

    `late` names dates by which something must be done: ("due", states in which a past one is late).
    """

    record: str
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    sort: str = ""
    group: str | None = None
    kanban: str | None = None
    kanban_fields: tuple[str, ...] = ()
    calendar: str | None = None
    empty: object = ""
    create: bool = True
    inline: tuple[str, ...] = ()
    late: tuple[tuple[str, tuple[str, ...]], ...] = ()
    presets: tuple[tuple[str, object, dict[str, Any]], ...] = ()


@dataclass(frozen=True)
class FormView:
    """The form of a record. `side` fields stand in the right column."""

    record: str
    sections: tuple[Section | LinesSection, ...]
    tabs: tuple[Tab, ...] = ()
    side: tuple[str, ...] = ()
    editable: Callable[..., bool] | None = None
    counters: tuple[Counter, ...] = ()


@dataclass(frozen=True)
class Counter:
    """A smart counter on a form: how many `record` rows have `field` = this record's id."""

    record: str
    field: str
    label: object
    icon: str = "list"


@dataclass(frozen=True)
class ViewPatch:
    """Put `add` after the section `after` in the form of `record` (another plugin's)."""

    record: str
    after: str
    add: Section | LinesSection | Tab | Counter


@dataclass(frozen=True)
class ColumnPatch:
    """Add a column to the list of another plugin's record."""

    record: str
    column: str
    after: str = ""


@dataclass(frozen=True)
class Arranged:
    """The sections and tabs of a form with what a company changed about its fields.

    `labels` are other names, `required` must be filled, `locked` can only be read.
    """

    sections: tuple[Section | LinesSection, ...]
    tabs: tuple[Tab, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Menu:
    """An entry of the main menu. `target` is a record key or a path starting with "/".

    With `administration` it stands under that heading, whatever its group.
    """

    target: str
    label: object
    group: object = ""
    icon: str = "list"
    sequence: int = 50
    permission: str = ""
    condition: dict[str, Any] | None = None
    administration: bool = False


@dataclass(frozen=True)
class Permission:
    """A right beyond the automatic ones of records (`<record>.read|write|create|archive`)."""

    key: str
    label: object


@dataclass(frozen=True)
class Role:
    """A role that a new company starts with.

    `grants` are permission keys; `*` at the end matches the rest (`crm.*`). `scope` is own,
    team, subtree or all and applies to records with row scope.
    """

    key: str
    label: object
    grants: tuple[str, ...] = ()
    scope: str = "all"
    sequence: int = 50


@dataclass(frozen=True)
class RoleGrant:
    """Grants that a plugin adds to a role of somebody else."""

    role: str
    grants: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """A value that each company may set; `kind` and `choices` as in fields.

    `read` is what the plugin makes of a text; its ValueError or ArithmeticError refuses the value.
    """

    key: str
    label: object
    default: Any
    kind: str = "text"
    help: object = ""
    choices: tuple[tuple[str, object], ...] = ()
    group: object = ""
    dated: bool = False
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Document:
    """A printable document of a record.

    `context(ctx, record)` returns plain data only (no ORM objects) for the template, which
    lies in the plugin's `templates/`. `draft(record)` true prints a watermark. `sheet(ctx,
    record)` returns the bytes of an XLSX workbook, if there is one.
    """

    key: str
    record: str
    label: object
    template: str
    context: Callable[..., dict[str, Any]]
    draft: Callable[..., bool] | None = None
    sheet: Callable[..., bytes] | None = None
    languages: tuple[str, ...] = ("en",)
    permission: str = ""
    filename: Callable[..., str] | None = None
    landscape: bool = False


@dataclass(frozen=True)
class Job:
    """Background work: `run(ctx, payload)`.

    `every` is a number of minutes, or `at` a local time "HH:MM", for scheduled work of each
    company. `external` jobs reach outside the database: they are not repeated silently.
    `long` jobs get a context for reading and write in transactions of their own (`platform.act`),
    so that no lock is held meanwhile; they may report progress and must be able to go on.
    """

    key: str
    run: Callable[..., Any]
    every: int | None = None
    at: str | None = None
    external: bool = False
    long: bool = False
    label: object = ""
    queue: str = "default"


@dataclass(frozen=True)
class Event:
    """A committed fact: `name` is dotted and stable, `data` is plain JSON."""

    name: str
    record_key: str | None
    record_id: int | None
    data: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class Panel:
    """A box on another record's form: a template with its data, or rows of (label, value)."""

    key: str
    title: object
    rows: Sequence[tuple[object, object]] = ()
    template: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    colour: str = "grey"
    url: str = ""
    sequence: int = 50


@dataclass(frozen=True)
class Card:
    """A card on the home page: a figure, or a short list, with the list behind it.

    `items` are (text, url, hint) triples. `roles` empty means everybody who may open `url`.
    """

    key: str
    title: object
    value: object = ""
    unit: object = ""
    items: Sequence[tuple[object, str, object]] = ()
    url: str = ""
    empty: object = ""
    colour: str = "grey"
    sequence: int = 50
    wide: bool = False
    template: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A result of the global search."""

    label: object
    url: str
    hint: object = ""
    icon: str = "file"
