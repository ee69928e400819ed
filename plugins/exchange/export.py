"""Exporting a list as it is seen: its filter, search, sort and columns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.api import (
    Condition,
    Ctx,
    Field,
    FileRow,
    Message,
    _,
    count_up_to,
    field_at,
    keep_file,
    notify,
    parse_condition,
    read_page,
    record_class,
    titles,
    user_names,
    write_audit,
)
from plugins.exchange.writing import csv_lines, write_workbook

DIRECT = 2_000
CHUNK = 1_000


@dataclass
class Wanted:
    """What to export: the same parameters as the list page has in its address."""

    record: str
    columns: list[str]
    where: Any = None
    search: str = ""
    sort: str = ""
    archived: bool = False
    ids: list[int] = field(default_factory=list)

    def condition(self, ctx: Ctx) -> Condition | None:
        """The filter as a condition; the chosen rows narrow it."""
        cls = record_class(self.record)
        parts = [
            part
            for part in (self.where, {"f": "id", "op": "in", "v": self.ids} if self.ids else None)
            if part
        ]
        if not parts:
            return None
        return parse_condition(parts[0] if len(parts) == 1 else {"all": parts},
                               lambda path: field_at(ctx, cls, path))


def is_large(ctx: Ctx, wanted: Wanted) -> bool:
    """Whether the export belongs into the background."""
    return count_up_to(ctx, wanted.record, where=wanted.condition(ctx), search=wanted.search,
                       highest=DIRECT) > DIRECT


def fields_and_heads(ctx: Ctx, wanted: Wanted) -> tuple[list[Field], list[str]]:
    """The fields of the columns and their headings in the user's language."""
    cls = record_class(wanted.record)
    fields = [field_at(ctx, cls, path) for path in wanted.columns]
    return fields, [str(f.label) for f in fields]


def rows_of(ctx: Ctx, wanted: Wanted, fields: Sequence[Field]) -> Iterator[list[Any]]:
    """All rows, read page by page; links, people and choices by name."""
    where = wanted.condition(ctx)
    labels = [{c.value: str(c.label) for c in f.choices} for f in fields]
    after: str | None = None
    while True:
        page = read_page(ctx, wanted.record, wanted.columns, where=where, search=wanted.search,
                         sort=wanted.sort, after=after, limit=CHUNK, archived=wanted.archived)
        names = _names(ctx, wanted, fields, page.rows)
        for row in page.rows:
            yield [
                names[n].get(row[path], row[path]) if n in names
                else labels[n].get(row[path], row[path]) if labels[n]
                else ", ".join(row[path] or ()) if fields[n].kind == "tags"
                else row[path]
                for n, path in enumerate(wanted.columns)
            ]
        if page.next is None:
            return
        after = page.next


def _names(
    ctx: Ctx, wanted: Wanted, fields: Sequence[Field], rows: list[Any]
) -> dict[int, dict[Any, str]]:
    found = {}
    for n, (path, one) in enumerate(zip(wanted.columns, fields, strict=True)):
        ids = [row[path] for row in rows]
        if one.kind == "link":
            found[n] = titles(ctx, one.target or "", ids)
        elif one.kind == "user":
            found[n] = user_names(ctx, ids)
    return found


def csv_of(ctx: Ctx, wanted: Wanted) -> Iterator[str]:
    """The lines of the CSV file."""
    fields, heads = fields_and_heads(ctx, wanted)
    return csv_lines(fields, heads, rows_of(ctx, wanted, fields), ctx.user_zone)


def workbook_of(ctx: Ctx, wanted: Wanted, path: Path) -> int:
    """Write the workbook to `path`; returns the number of rows."""
    fields, heads = fields_and_heads(ctx, wanted)
    title = str(record_class(wanted.record).plural)
    return write_workbook(path, fields, heads, rows_of(ctx, wanted, fields), ctx.user_zone, title)


def export_job(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Background export: the file is kept, its owner told."""
    wanted = Wanted(**payload["wanted"])
    ctx.rights = True  # a queued export asks for the rights its owner has when it runs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        if payload["kind"] == "csv":
            with path.open("w", encoding="utf-8", newline="") as out:
                for line in csv_of(ctx, wanted):
                    out.write(line)
        else:
            workbook_of(ctx, wanted, path)
        name = f"{record_class(wanted.record).plural}-{ctx.today}.{payload['kind']}"
        row: FileRow = keep_file(ctx, name, path.read_bytes())
    text: Message = _("Your export “%(name)s” is ready.", name=name)
    notify(ctx, ctx.user_id or 0, text, f"/files/{row.id}")
    write_audit(ctx, "exchange.exported", None, about=wanted.record, file=row.id)
    return {"file": row.id}
