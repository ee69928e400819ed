"""What a list's address asks for, turned into one condition, and back into links."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from core.conditions import Condition, operators, parse_condition
from core.context import Ctx
from core.errors import Invalid
from core.i18n import _
from core.kinds import Field
from core.layout import Column, ListScreen
from core.pages.show import Cell, Names, cell, choices_of, currency_path, revive
from core.query import Page, Paths, filtered, parse_sort, read_page

SIZES = (40, 80, 200)
COUNTED = 1000
EMPTY = "-"


@dataclass
class Wanted:
    """The question that a list's address asks; `faults` say which parts were not understood."""

    record: str
    args: MultiDict[str, str]
    where: Condition | None = None
    search: str = ""
    sort: str = ""
    group: str = ""
    view: str = "list"
    after: str = ""
    archived: bool = False
    size: int = SIZES[1]
    faults: list[str] = field(default_factory=list)
    chips: list[dict[str, str]] = field(default_factory=list)
    rule: Any = None

    @property
    def order(self) -> str:
        """The sort of the rows, that of the groups first."""
        return ",".join(filter(None, (self.group, self.sort)))

    def url(self, **changes: Any) -> str:
        """The list's address with some parts changed; None drops a part, paging starts anew."""
        pairs = [
            (name, value) for name, value in self.args.items(multi=True)
            if name not in changes and name not in ("after", "saved")
        ]
        pairs += [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
        query = urlencode(pairs)
        return url_for("pages.list", record=self.record) + (f"?{query}" if query else "")

    def record_url(self, ident: int) -> str:
        """A record's address that remembers the list with its filters."""
        return url_for("pages.form", record=self.record, ident=ident, list=self.url())

    def without(self, name: str, value: str) -> str:
        """The address without one value of a filter."""
        pairs = [pair for pair in self.args.items(multi=True)
                 if pair != (name, value) and pair[0] not in ("after", "saved")]
        query = urlencode(pairs)
        return url_for("pages.list", record=self.record) + (f"?{query}" if query else "")

    @property
    def filtered(self) -> bool:
        return bool(self.where or self.search or self.archived)

    @property
    def query(self) -> str:
        return urlencode(list(self.args.items(multi=True)))


def capped(count: int) -> str:
    """A count that ends at 1,000, in words."""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


def wanted_of(
    ctx: Ctx, screen: ListScreen, args: MultiDict[str, str] | None = None
) -> Wanted:
    """Read the address; what cannot be understood becomes a message, never an error page."""
    args = request.args if args is None else args
    record = screen.cls.key
    found = Wanted(
        record, args, search=args.get("q", "").strip()[:200], after=args.get("after", ""),
        view=args.get("view", "list"), archived=args.get("archived") == "1",
    )
    paths = Paths(ctx, screen.cls)
    found.sort = _known_sort(ctx, screen, paths, args.get("sort", screen.view.sort), found)
    found.group = _known_group(paths, args.get("group", screen.view.group or ""), found)
    size = args.get("size", type=int) or SIZES[1]
    found.size = size if size in SIZES else SIZES[1]
    rules = [*_quick(args, paths), *_built(args, found, paths)]
    preset = next((p for p in screen.view.presets if p[0] == args.get("preset")), None)
    if preset is not None:
        rules.append(preset[2])
    parts = []
    for rule in rules:
        try:
            parts.append((rule, parse_condition(rule, paths.declared, "where")))
        except Invalid as error:
            found.faults += [str(reason) for reason in error.reasons]
    found.rule = {"all": [rule for rule, _part in parts]}
    if parts:
        found.where = parse_condition(found.rule, paths.declared, "where")
    _chips(ctx, found, parts, paths)
    return found


def _known_sort(
    ctx: Ctx, screen: ListScreen, paths: Paths, sort: str, found: Wanted
) -> str:
    try:
        for path, _down in parse_sort(ctx, screen.cls, sort):
            paths.declared(path)
    except Invalid as error:
        found.faults.append(str(error))
        return ""
    return sort


def _known_group(paths: Paths, group: str, found: Wanted) -> str:
    if not group or group == EMPTY:
        return ""
    try:
        paths.declared(group)
    except Invalid as error:
        found.faults.append(str(error))
        return ""
    return group


def _quick(args: MultiDict[str, str], paths: Paths) -> list[dict[str, Any]]:
    """`f.country=DE&f.country=FR` → one rule per field; `-` stands for empty."""
    rules: list[dict[str, Any]] = []
    for name in dict.fromkeys(key for key in args if key.startswith("f.")):
        values = [value for value in args.getlist(name) if value][:50]
        if not values:
            continue
        path = name[2:]
        known = [_literal(paths, path, value) for value in values if value != EMPTY]
        parts: list[dict[str, Any]] = []
        if len(known) == 1:
            parts.append({"f": path, "op": "eq", "v": known[0]})
        elif known:
            parts.append({"f": path, "op": "in", "v": known})
        if EMPTY in values:
            parts.append({"f": path, "op": "empty"})
        rules.append(parts[0] if len(parts) == 1 else {"any": parts})
    return rules


def _literal(paths: Paths, path: str, text: str) -> Any:
    """A value of the address as conditions write it; the parser names what does not fit."""
    kind = paths.declared(path).kind if _exists(paths, path) else ""
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "user" and text == "me":
        return {"const": "me"}
    return text.strip()


def _built(args: MultiDict[str, str], found: Wanted, paths: Paths) -> list[Any]:
    """The condition builder's rule: JSON in `where`, or the plain inputs `wf`, `wo`, `wv`."""
    rules: list[Any] = []
    if args.get("where"):
        try:
            rules.append(json.loads(args["where"]))
        except ValueError:
            found.faults.append(str(_("The filter in the address is not readable.")))
    if args.get("wf") and args.get("wo"):
        rule: dict[str, Any] = {"f": args["wf"], "op": args["wo"]}
        if args["wo"] not in ("empty", "not_empty"):
            rule["v"] = _typed(paths, args["wf"], args["wo"], args.get("wv", ""))
        rules.append(rule)
    return rules


def _typed(paths: Paths, path: str, op: str, text: str) -> Any:
    if op in ("in", "not_in", "between"):
        parts = text.replace("，", ",").split(",")
        return [_literal(paths, path, part) for part in parts if part.strip()]
    if op == "within_days":
        return int(text) if text.strip().lstrip("-").isdigit() else text
    return _literal(paths, path, text)


def _chips(ctx: Ctx, found: Wanted, parts: list[tuple[Any, Condition]], paths: Paths) -> None:
    """Each part of the filter in words, with the address that drops it."""
    names = Names(ctx)
    for rule, part in parts:
        if isinstance(rule, dict) and "f" in rule:
            declared, name = paths.declared(rule["f"]), f"f.{rule['f']}"
            if rule.get("op") == "eq" and name in found.args:
                value = found.args[name]
                words = _value_words(ctx, declared, rule["v"], names)
                found.chips.append({"text": f"{declared.label}: {words}",
                                    "url": found.without(name, value)})
                continue
        dropped = {name: None for name in ("where", "wf", "wo", "wv")}
        if isinstance(rule, dict) and "f" in rule and f"f.{rule['f']}" in found.args:
            dropped = {f"f.{rule['f']}": None}
        elif isinstance(rule, dict) and "any" in rule and _first_field(rule) in found.args:
            dropped = {_first_field(rule): None}
        elif found.args.get("preset") and "where" not in found.args:
            dropped["preset"] = None
        found.chips.append({"text": str(part.sentence()), "url": found.url(**dropped)})


def _first_field(rule: dict[str, Any]) -> str:
    first = rule["any"][0] if rule["any"] else {}
    return f"f.{first.get('f')}" if isinstance(first, dict) else ""


def _value_words(ctx: Ctx, declared: Field, value: Any, names: Names) -> str:
    if isinstance(value, dict):
        return str(_("me"))
    names.learn([(declared, value)])
    try:
        return cell(ctx, declared, revive(declared, value), names).text
    except (ValueError, AttributeError, TypeError):
        return str(value)


# ---- rows
def read_rows(
    ctx: Ctx, screen: ListScreen, wanted: Wanted, columns: Iterable[Column], *,
    where: Condition | None = None, sort: str | None = None, limit: int | None = None,
) -> Page:
    """One page of the list; money columns bring their currency along."""
    paths: list[str] = []
    for column in columns:
        paths.append(column.path)
        money = currency_path(column.path, column.field)
        if money:
            paths.append(money)
    if screen.cls.states:
        paths.append("state")
    known = Paths(ctx, screen.cls)
    return read_page(
        ctx, wanted.record, [path for path in paths if _exists(known, path)],
        where=where or wanted.where, sort=wanted.sort if sort is None else sort,
        limit=limit or wanted.size, after=wanted.after or None, search=wanted.search,
        archived=wanted.archived,
    )


def _exists(paths: Paths, path: str) -> bool:
    try:
        paths.declared(path)
    except Invalid:
        return False
    return True


def row_cells(
    ctx: Ctx, columns: Iterable[Column], rows: Iterable[Mapping[str, Any]], names: Names,
    late: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> list[list[Cell]]:
    """The rows in words; the names behind ids are read once. `late`: as in ListView."""
    columns, rows = list(columns), list(rows)
    names.learn((column.field, row.get(column.path)) for column in columns for row in rows)
    open_in = dict(late)

    def words(row: Mapping[str, Any], column: Column) -> Cell:
        value = row.get(column.path)
        found = cell(ctx, column.field, value, names, _currency(row, column))
        if value is None or row.get("state") not in open_in.get(column.path, ()):
            return found
        now = ctx.now if isinstance(value, datetime) else ctx.today
        return replace(found, late=True) if value < now else found

    return [[words(row, column) for column in columns] for row in rows]


def _currency(row: Mapping[str, Any], column: Column) -> str | None:
    where = currency_path(column.path, column.field)
    return row.get(where) if where else None


@dataclass(frozen=True)
class Group:
    """The rows with one value of the grouping field: how many, and sums per column and currency."""

    value: Any
    words: Cell
    count: int
    sums: dict[str, list[Cell]]


def groups_of(
    ctx: Ctx, screen: ListScreen, wanted: Wanted, path: str, names: Names
) -> dict[Any, Group]:
    """All groups of the filtered list with subtotals, in one query."""
    paths = Paths(ctx, screen.cls)
    declared = paths.declared(path)
    amounts = [c for c in screen.columns if c.field.kind in ("money", "quantity") and c.direct]
    codes = {where for c in amounts if (where := currency_path(c.path, c.field))}
    code = next(iter(codes)) if len(codes) == 1 and _exists(paths, next(iter(codes))) else None
    by = [paths.column(path), *([paths.column(code)] if code else [])]
    sums = [func.sum(paths.column(c.path)) for c in amounts]
    query = filtered(
        ctx, screen.cls, paths, select(*by, func.count(), *sums).select_from(screen.cls),
        wanted.where, wanted.search, wanted.archived,
    )
    rows = ctx.session.execute(paths.apply(query).group_by(*by).limit(1000)).all()
    names.learn((declared, row[0]) for row in rows)
    found: dict[Any, Group] = {}
    for row in rows:
        value, currency = row[0], row[1] if code else None
        group = found.get(value) or Group(value, cell(ctx, declared, value, names), 0, {})
        values: dict[str, list[Cell]] = dict(group.sums)
        for column, total in zip(amounts, row[len(by) + 1:], strict=True):
            if total:
                exact = Decimal(total)
                shown = cell(ctx, column.field, exact, names, currency)
                values[column.path] = [*values.get(column.path, []), shown]
        found[value] = Group(value, group.words, group.count + row[len(by)], values)
    return found


# ---- what the filter bar offers
def facets(ctx: Ctx, screen: ListScreen, wanted: Wanted) -> list[dict[str, Any]]:
    """The quick filters with their choices; links and texts are typed instead."""
    found = []
    for column in screen.filters:
        name = f"f.{column.path}"
        chosen = wanted.args.getlist(name)
        declared = column.field
        options = [(v, t) for v, t in choices_of(ctx, declared, chosen[0] if chosen else "")]
        if declared.kind == "boolean":
            options = [("true", str(_("Yes"))), ("false", str(_("No")))]
        if declared.kind == "user":
            options = [("me", str(_("Me"))), *options]
        url = ""
        if declared.kind == "link":
            url = url_for("pages.pick", record=declared.target)
        if options or url:
            found.append({"name": name, "label": column.label, "options": options,
                          "chosen": chosen, "url": url, "kind": declared.kind})
    return found


OPERATOR_WORDS = {
    "eq": _("is"), "ne": _("is not"), "lt": _("is below"), "le": _("is at most"),
    "gt": _("is above"), "ge": _("is at least"), "between": _("lies between"),
    "in": _("is one of"), "not_in": _("is none of"), "empty": _("is empty"),
    "not_empty": _("is filled"), "contains": _("contains"), "starts": _("starts with"),
    "under": _("belongs to"), "within_days": _("lies in the next days"),
}


BUILDER_WORDS = {
    "all": _("All of these"), "any": _("Any of these"), "join": _("How the conditions combine"),
    "add": _("Add a condition"), "remove": _("Remove"), "field": _("Field"),
    "op": _("Comparison"), "value": _("Value"), "yes": _("Yes"), "no": _("No"),
}


def builder_lists(ctx: Ctx, screen: ListScreen) -> dict[str, Any]:
    """The choices that all fields of a kind share."""
    kinds = {column.field.kind for column in screen.choices} - {"choice"}
    return {kind: choices_of(ctx, Field(kind, "")) for kind in sorted(kinds)}


def builder_fields(ctx: Ctx, screen: ListScreen) -> list[dict[str, Any]]:
    """What the condition builder may choose: fields with their operators and choices."""
    return [
        {
            "name": column.path, "label": str(column.label), "kind": column.field.kind,
            "operators": [[op, str(OPERATOR_WORDS[op])] for op in operators(column.field.kind)],
            "choices": choices_of(ctx, column.field) if column.field.kind == "choice" else [],
            "url": url_for("pages.pick", record=column.field.target)
            if column.field.kind == "link" else "",
        }
        for column in screen.choices
    ]
