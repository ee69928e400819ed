"""Exporting a list as it is seen: its filter, search, sort and columns."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

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
    record_class,
    stream_rows,
    titles,
    user_names,
    write_audit,
)
from plugins.exchange.writing import csv_lines, write_workbook

DIRECT = 2_000


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
    progress: ClassVar[Callable[[int], None]] = staticmethod(lambda done: None)  # told of rows done

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


def rows_of(ctx: Ctx, wanted: Wanted, fields: Sequence[Field]) -> Iterator[Sequence[Any]]:
    """All rows, streamed; links, people and choices by name."""
    labels = [{c.value: str(c.label) for c in f.choices} for f in fields]
    done = 0
    for chunk in stream_rows(ctx, wanted.record, wanted.columns, where=wanted.condition(ctx),
                             search=wanted.search, sort=wanted.sort, archived=wanted.archived):
        columns: list[Sequence[Any]] = list(zip(*chunk, strict=True))
        for n, declared in enumerate(fields):
            names = labels[n] or _names(ctx, declared, columns[n])
            if names:
                columns[n] = [names.get(value, value) for value in columns[n]]
            elif declared.kind == "tags":
                columns[n] = [", ".join(value or ()) for value in columns[n]]
        yield from zip(*columns, strict=True)
        done += len(chunk)
        wanted.progress(done)


def _names(ctx: Ctx, declared: Field, ids: Sequence[Any]) -> dict[Any, str]:
    if declared.kind == "link":
        return titles(ctx, declared.target or "", ids)
    return user_names(ctx, ids) if declared.kind == "user" else {}


def csv_of(ctx: Ctx, wanted: Wanted) -> Iterator[str]:
    """The lines of the CSV file."""
    fields, heads = fields_and_heads(ctx, wanted)
    return csv_lines(fields, heads, rows_of(ctx, wanted, fields), ctx.user_zone)


def workbook_of(ctx: Ctx, wanted: Wanted, path: Path) -> int:
    """Write the workbook to `path`; returns the number of rows."""
    fields, heads = fields_and_heads(ctx, wanted)
    title = str(record_class(wanted.record).plural)
    return write_workbook(path, fields, heads, rows_of(ctx, wanted, fields), ctx.user_zone, title)


def telling(ctx: Ctx, total: int) -> Callable[[int], None]:
    """Tells the job's progress, once a second: each time is a transaction of its own."""
    told = 0.0

    def tell(done: int) -> None:
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            ctx.progress(min(99, done * 100 // max(total, 1)))

    return tell


def export_job(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Background export: the file is kept, its owner told. Holds no lock while it reads."""
    wanted = Wanted(**payload["wanted"])
    ctx.rights = True  # a queued export asks for the rights its owner has when it runs
    total = max(1, count_up_to(ctx, wanted.record, where=wanted.condition(ctx),
                               search=wanted.search, highest=1_000_000))
    wanted.progress = telling(ctx, total)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        if payload["kind"] == "csv":
            with path.open("w", encoding="utf-8", newline="") as out:
                for line in csv_of(ctx, wanted):
                    out.write(line)
        else:
            workbook_of(ctx, wanted, path)
        content = path.read_bytes()
    name = f"{record_class(wanted.record).plural}-{ctx.today}.{payload['kind']}"
    with ctx.session.info["platform"].act(ctx.company.id, ctx.user_id) as writing:
        row: FileRow = keep_file(writing, name, content)
        text: Message = _("Your export “%(name)s” is ready.", name=name)
        notify(writing, ctx.user_id or 0, text, f"/files/{row.id}")
        write_audit(writing, "exchange.exported", None, about=wanted.record, file=row.id)
        return {"file": row.id}
