"""Reading records for the API: parameters to a page, rows to JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.api import (
    Condition,
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    _,
    count_up_to,
    field_at,
    fields_of,
    may_read,
    parse_condition,
    read_page,
    readable_fields,
    record_class,
    titles,
    writable_fields,
)
from plugins.rest.callers import learn
from plugins.rest.reading import fetch

RESERVED = frozenset(
    {"filter", "sort", "fields", "expand", "after", "limit", "q", "count", "archived"}
)
HIGHEST = 500


def record_of(ctx: Ctx, plugin: str, name: str) -> type[Any]:
    """The record class of a path; NotFound when the plugin is off or the user may not read it."""
    key = f"{plugin}.{name}"
    if not may_read(ctx, key):
        raise NotFound(_("There is no such record type."))
    cls = record_class(key)
    for one in (cls, *(record_class(lines.target) for lines in cls.line_sets.values())):
        writable_fields(ctx, one)
    learn(ctx)
    return cls


def columns_of(ctx: Ctx, cls: type[Any], wanted: str) -> list[str]:
    """The paths to select: all readable fields, or those named in `fields`."""
    readable = readable_fields(ctx, cls)
    if not wanted:
        return ["version", *readable]
    return ["version", *(word.strip() for word in wanted.split(",") if word.strip())]


def condition_of(ctx: Ctx, cls: type[Any], args: Mapping[str, str]) -> Condition | None:
    """The condition of `filter` (JSON) and of simple `field=value` parameters."""
    parts: list[Any] = []
    if args.get("filter"):
        try:
            parts.append(json.loads(args["filter"]))
        except ValueError:
            raise Invalid(Refusal(_("The filter is not valid JSON."), "filter")) from None
    fields = readable_fields(ctx, cls)
    for name, value in args.items():
        if name in RESERVED:
            continue
        if name not in fields:
            raise Invalid(
                Refusal(_("There is no field “%(name)s”.", name=name[:60]), name, "unknown-field")
            )
        parts.append(
            {"f": name, "op": "eq" if value else "empty", **({"v": value} if value else {})}
        )
    if not parts:
        return None
    return parse_condition(parts[0] if len(parts) == 1 else {"all": parts}, fields)


def _whole(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) > 6 or not text.isascii() or not 1 <= int(text) <= HIGHEST:
        raise Invalid(Refusal(_("Between 1 and %(n)s.", n=HIGHEST), name))
    return int(text)


def list_body(ctx: Ctx, cls: type[Any], args: Mapping[str, str]) -> dict[str, Any]:
    """The answer of a list: `items`, `next` (cursor or null), `count` when asked for."""
    where = condition_of(ctx, cls, args)
    columns = columns_of(ctx, cls, args.get("fields", ""))
    archived = {"": False, "no": False, "yes": True, "all": None}.get(args.get("archived", ""), "?")
    if archived == "?":
        raise Invalid(Refusal(_("Choose one of: %(options)s.", options="no, yes, all"), "archived"))
    search = args.get("q", "").replace("\0", "")
    page = read_page(
        ctx, cls.key, columns, where=where, sort=args.get("sort", ""), after=args.get("after"),
        limit=_whole(args, "limit", 80), search=search, archived=archived,
        fetch=fetch,
    )
    items = rows_json(ctx, cls, page.rows, columns)
    expand(ctx, cls, items, args.get("expand", ""))
    body: dict[str, Any] = {"items": items, "next": page.next}
    if args.get("count"):
        total = count_up_to(ctx, cls.key, where=where, search=search, archived=archived)
        body["count"] = min(total, 1000)
        body["count_is_exact"] = total <= 1000
    return body


def rows_json(
    ctx: Ctx, cls: type[Any], rows: Sequence[Mapping[str, Any]], columns: list[str]
) -> list[dict[str, Any]]:
    """Rows as the API shows them: id first, amounts as text. They are taken over, not copied."""
    found: list[dict[str, Any]] = list(rows)  # type: ignore[arg-type]
    if not found:
        return found
    shown = {"id", *columns}
    spare = [name for name in found[0] if name not in shown]  # what the order was read from
    readable = readable_fields(ctx, cls)
    kinds = {name: readable.get(name) or field_at(ctx, cls, name) for name in found[0]
             if name not in ("id", "version")}
    amounts = [name for name, field in kinds.items() if field.numeric and field.kind != "integer"]
    whole = [name for name, field in kinds.items()  # JSON holds every number as a decimal
             if name.startswith("x_") and field.kind == "integer"]
    for row in found:
        for name in whole:
            row[name] = int(row[name]) if row[name] is not None else None
        for name in amounts:
            row[name] = amount(row[name])
        for name in spare:
            del row[name]
    return found


def amount(value: Any) -> Any:
    """Decimals as text without trailing zeros; the rest as it is."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return value


def expand(ctx: Ctx, cls: type[Any], items: list[dict[str, Any]], wanted: str) -> None:
    """Put `{"id", "name"}` beside the links named in `expand`, one query for each."""
    fields = readable_fields(ctx, cls)
    for word in (w.strip() for w in wanted.split(",") if w.strip()):
        field = fields.get(f"{word}_id")
        if field is None or field.kind != "link":
            raise Invalid(Refusal(_("There is no link “%(name)s”.", name=word[:60]), "expand"))
        named = titles(ctx, field.target or "", [i.get(f"{word}_id") or 0 for i in items])
        for item in items:
            ident = item.get(f"{word}_id")
            item[word] = {"id": ident, "name": named.get(ident, "")} if ident else None


def one_body(ctx: Ctx, cls: type[Any], record: Any) -> dict[str, Any]:
    """A whole record with its lines and steps; final documents say so through their state."""
    readable = readable_fields(ctx, cls)
    body: dict[str, Any] = {"id": record.id, "version": record.version}
    for name in readable:
        if name.startswith("x_"):
            body[name] = (record.custom or {}).get(name)
        elif "." in name:
            body[name] = _extension_value(ctx, cls, record, name)
        else:
            body[name] = amount(getattr(record, name))
    for name, lines in cls.line_sets.items():
        line_class = record_class(lines.target)
        visible = [n for n in readable_fields(ctx, line_class) if n in fields_of(line_class)]
        body[name] = [
            {"id": line.id, **{n: amount(getattr(line, n)) for n in visible}}
            for line in getattr(record, name)
        ]
    return body


def _extension_value(ctx: Ctx, cls: type[Any], record: Any, path: str) -> Any:
    plugin, _dot, name = path.partition(".")
    for extension in ctx.registry.extensions.get(cls.key, ()):
        if extension.plugin() == plugin and name in fields_of(extension):
            row = ctx.session.get(extension, record.id)
            return amount(getattr(row, name)) if row is not None else None
    return None
