"""Running a file through the same door as people: rehearsed, then for good, in small pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import func, insert
from sqlalchemy.exc import IntegrityError

from core.api import (
    Conflict,
    Ctx,
    Field,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    _,
    create_many,
    fields_of,
    plain,
    read_file,
    read_value,
    reader_of,
    record_class,
    save,
    select_records,
    writable_fields,
)
from plugins.exchange.mapping import STAMPS, targets
from plugins.exchange.naming import ids_of
from plugins.exchange.reading import numbered_rows
from plugins.exchange.records import Batch, Trace

CHUNK = 500
SHOWN_CHANGES = 300


@dataclass
class Item:
    """One record of the file: its values, and the rows `row` to `last` that it stands in."""

    row: int
    last: int
    values: dict[str, Any]
    stamps: dict[str, Any] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)


@dataclass
class Report:
    """What was (or would be) done; `changes` show old → new per cell."""

    created: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    cells: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, item: Item, reasons: list[Refusal], fields: dict[str, Field]) -> None:
        """Count a refused record and say why, with the fields by their labels."""
        self.refused += 1
        self.faults.append({"row": item.row, "last": item.last,
                            "texts": [_named(reason, fields) for reason in reasons]})

    def as_json(self) -> dict[str, Any]:
        """What a batch keeps of it; the faults have a table of their own."""
        return {"created": self.created, "changed": self.changed, "same": self.same,
                "refused": self.refused, "cells": self.cells, "changes": self.changes}


def _named(reason: Refusal, fields: dict[str, Field]) -> str:
    if not reason.field:
        return str(reason.text)
    declared = fields.get(reason.field)
    if declared is None:  # a line's field: lines.0.quantity
        declared = fields.get(re.sub(r"\.\d+\.", ".", reason.field))
    return f"{declared.label if declared else reason.field}: {reason.text}"


def items_of(ctx: Ctx, batch: Batch) -> Iterator[Item]:
    """The records of the file; rows that repeat the number add lines to the one before."""
    _row, path = read_file(ctx, batch.file_id)
    mapping = {int(n): name for n, name in batch.mapping.items()}
    line_sets = {name.partition(".")[0] for name in mapping.values()} & set(
        record_class(batch.record).line_sets
    )
    flat = [(n, name) for n, name in mapping.items() if name.partition(".")[0] not in line_sets]
    deep = [(n, *name.split(".", 1)) for n, name in mapping.items() if (n, name) not in flat]
    current: Item | None = None
    with closing(numbered_rows(path)) as rows:
        next(rows, None)
        for n, cells in rows:
            width = len(cells)
            values = {name: cells[c] if c < width else None for c, name in flat}
            lines: dict[str, dict[str, Any]] = {}
            for c, head, rest in deep:
                lines.setdefault(head, {})[rest] = cells[c] if c < width else None
            lines = {k: v for k, v in lines.items() if any(x is not None for x in v.values())}
            if current is not None and lines and _goes_on(batch, current, values):
                current.last = n
                for name, line in lines.items():
                    current.values.setdefault(name, []).append(line)
                continue
            if current is not None:
                yield current
            current = Item(n, n, values | {name: [line] for name, line in lines.items()})
    if current is not None:
        yield current


def _goes_on(batch: Batch, current: Item, values: dict[str, Any]) -> bool:
    """Whether a row with lines belongs to the record above: it says nothing else, or its key."""
    if all(value is None for value in values.values()):
        return True
    key = values.get(batch.match) if batch.match else None
    return key is not None and key == current.values.get(batch.match)


def pieces_of(ctx: Ctx, batch: Batch, skip: int = 0) -> Iterator[list[Item]]:
    """Items in pieces of 500, from item `skip` on; the file is read once, as it goes."""
    with closing(items_of(ctx, batch)) as items:
        rest = islice(items, skip, None)
        while piece := list(islice(rest, CHUNK)):
            yield piece


class Runner:
    """Takes pieces of a batch through validation and hooks into the database."""

    def __init__(self, ctx: Ctx, batch: Batch, report: Report) -> None:
        self.ctx, self.batch, self.report = ctx, batch, report
        self.cls = record_class(batch.record)
        self.fields = targets(ctx, batch.record)
        writable = writable_fields(ctx, self.cls)
        self._stamped = [n for n in STAMPS if n in self.fields and n not in writable]
        self._names: dict[tuple[str, str], int | None] = {}
        self._seen: set[int] = set()
        self._keys: set[int] = set()

    def take(self, items: list[Item], keep: bool) -> None:
        """Create and change the records of a piece; with `keep` traces are written."""
        self._resolve(items)
        existing = self._existing(items)
        fresh: list[Item] = []
        for item in items:
            key = self._key(item)
            if item.faults:
                self._refuse(item, item.faults)
            elif key is not None and hash(key) in self._seen:
                self._refuse(
                    item, [Refusal(_("This key is in the file twice."), self.batch.match)]
                )
            else:
                if key is not None:
                    self._seen.add(hash(key))
                if key is not None and key in existing:
                    self._change(item, existing[key], keep)
                else:
                    fresh.append(item)
        self._create(fresh, keep)

    def _refuse(self, item: Item, reasons: list[Refusal]) -> None:
        self.report.refuse(item, reasons, self.fields)

    def _key(self, item: Item) -> str | None:
        value = item.values.get(self.batch.match) if self.batch.match else None
        return None if value is None else str(value).strip().casefold()

    def _existing(self, items: list[Item]) -> dict[str, Any]:
        if not self.batch.match:
            return {}
        column = getattr(self.cls, self.batch.match)
        keys = sorted({k for item in items if (k := self._key(item))})
        if not keys:
            return {}
        query = select_records(self.ctx, self.cls)
        if self.batch.match == "number":  # written by the product, so its index can be used
            query = query.where(column.in_([*keys, *(key.upper() for key in keys)]))
        else:
            query = query.where(func.lower(column).in_(keys))
        return {
            str(getattr(r, self.batch.match)).casefold(): r for r in self.ctx.session.scalars(query)
        }

    # ---- links and people by number or name
    def _resolve(self, items: list[Item]) -> None:
        found = [(item, *cell) for item in items for cell in self._linked(item)]
        wanted: dict[tuple[str, str], set[str]] = {}
        for _item, _values, _name, declared, value in found:
            wanted.setdefault((declared.kind, declared.target or ""), set()).add(value)
        for (kind, target), texts in wanted.items():
            mark = f"{kind}:{target}"
            missing = {text for text in texts if (mark, text.casefold()) not in self._names}
            if missing:
                named = ids_of(self.ctx, kind, target, missing)
                self._names |= {(mark, word): ident for word, ident in named.items()}
        for item, values, name, declared, value in found:
            ident = self._names.get((f"{declared.kind}:{declared.target or ''}", value.casefold()))
            if ident is None:
                item.faults.append(Refusal(
                    _("“%(value)s” was not found, or is not unique.", value=value[:60]), name
                ))
            else:
                values[name] = ident
        for item in items if self._stamped else ():
            self._stamp(item)

    def _stamp(self, item: Item) -> None:
        """Owner and date of creation go beside the values: forms do not offer them."""
        for name in self._stamped:
            value = item.values.pop(name, None)
            if value is None:
                continue
            try:
                item.stamps[name] = read_value(self.fields[name], value)
            except Invalid as error:
                item.faults += [Refusal(r.text, name) for r in error.reasons]

    def _linked(self, item: Item) -> Iterator[tuple[dict[str, Any], str, Field, str]]:
        for name, value in item.values.items():
            if isinstance(value, list):
                for line in value:
                    for inner, cell in line.items():
                        yield from self._one(line, inner, self.fields.get(f"{name}.{inner}"), cell)
            elif value is not None:
                yield from self._one(item.values, name, self.fields.get(name), value)

    def _one(
        self, values: dict[str, Any], name: str, declared: Field | None, value: Any
    ) -> Iterator[tuple[dict[str, Any], str, Field, str]]:
        if declared is not None and declared.kind in ("link", "user") and value is not None:
            if not isinstance(value, int) or isinstance(value, bool):
                yield values, name, declared, str(value).strip()

    # ---- writing
    def _create(self, items: list[Item], keep: bool) -> None:
        simple = []
        for item in items:
            if any(isinstance(v, list) for v in item.values.values()):
                self._create_one(item, keep)
            else:
                simple.append(item)
        if not simple:
            return
        rows = [self._given(item) for item in simple]
        try:
            with self.ctx.session.begin_nested():
                answers = create_many(self.ctx, self.cls, rows, seen=self._keys,
                                      stamps=[item.stamps for item in simple])
        except (IntegrityError, Refused, Invalid, Forbidden, Conflict):
            for item in simple:
                self._create_one(item, keep)
            return
        traces = []
        for item, answer in zip(simple, answers, strict=True):
            if isinstance(answer, list):
                self._refuse(item, answer)
            else:
                self.report.created += 1
                traces.append((item, answer))
        if keep and traces:
            self.ctx.session.execute(
                insert(Trace), [self._trace(i, r, True, {}) for i, r in traces]
            )

    def _given(self, item: Item) -> dict[str, Any]:
        """Values as `save` takes them; a number in the file only finds, it is never given."""
        return {n: v for n, v in item.values.items() if v is not None and n != "number"}

    def _trace(
        self, item: Item, record: Any, created: bool, before: dict[str, Any]
    ) -> dict[str, Any]:
        return {"company_id": self.ctx.company.id, "batch_id": self.batch.id, "row": item.row,
                "record_key": self.cls.key, "record_id": record.id, "created": created,
                "version": record.version, "before": before}

    def _create_one(self, item: Item, keep: bool) -> None:
        try:
            with self.ctx.session.begin_nested():
                record = save(self.ctx, self.cls, self._given(item))
                for name, value in item.stamps.items():
                    setattr(record, name, value)
                self.ctx.session.flush()
        except IntegrityError:
            self._refuse(item, [Refusal(_("A record with this key exists already."))])
        except (Invalid, Refused, NotFound, Forbidden) as error:
            self._refuse(item, list(error.reasons))
        else:
            self.report.created += 1
            if keep:
                self.ctx.session.add(Trace(**self._trace(item, record, True, {})))

    def _change(self, item: Item, record: Any, keep: bool) -> None:
        given = {n: v for n, v in item.values.items() if n not in ("number", self.batch.match)}
        lines = any(isinstance(value, list) for value in given.values())
        if not lines and self._is_same(record, given):
            self.report.same += 1
            return
        before = {n: plain(self._now(record, n)) for n in given}
        try:
            with self.ctx.session.begin_nested():
                save(self.ctx, self.cls, given, record)
        except (Invalid, Refused, NotFound, Forbidden, IntegrityError) as error:
            self._refuse(item, _reasons(error))
            return
        after = {n: plain(self._now(record, n)) for n in given}
        changes = {n: [before[n], after[n]] for n in given if before[n] != after[n]}
        if not changes:
            self.report.same += 1
            return
        self.report.changed += 1
        self.report.cells += len(changes)
        if len(self.report.changes) < SHOWN_CHANGES:
            self.report.changes.append({
                "row": item.row, "record": record.name, "id": record.id,
                "cells": [{"field": self._label(n), "old": _shown(o), "new": _shown(w)}
                          for n, (o, w) in changes.items()],
            })
        if keep:
            old = {n: value for n, (value, _new) in changes.items()}
            self.ctx.session.add(Trace(**self._trace(item, record, False, old)))

    def _label(self, name: str) -> str:
        lines = self.cls.line_sets.get(name)
        return str(lines.label if lines else self.fields[name].label)

    def _is_same(self, record: Any, given: dict[str, Any]) -> bool:
        """Whether the cells say what the record says already; then there is nothing to save."""
        cleaned, faults = reader_of(self.ctx, self.cls)(given, partial=True)
        return not faults and all(
            plain(value) == plain(self._now(record, name)) for name, value in cleaned.items())

    def _now(self, record: Any, name: str) -> Any:
        """The value of a field, a custom one, one of an extension, or all lines of a set."""
        if name in self.cls.line_sets:
            return [{n: getattr(line, n) for n in fields_of(type(line))}
                    for line in getattr(record, name)]
        if name.startswith("x_"):
            return (record.custom or {}).get(name)
        plugin, dot, rest = name.partition(".")
        if not dot:
            return getattr(record, name)
        for extension in self.ctx.registry.extensions.get(self.cls.key, ()):
            if extension.plugin() == plugin and rest in fields_of(extension):
                row = self.ctx.session.get(extension, record.id)
                return getattr(row, rest) if row is not None else None
        return None


def _reasons(error: Exception) -> list[Refusal]:
    if isinstance(error, IntegrityError):
        return [Refusal(_("A record with this key exists already."))]
    found: list[Refusal] = list(getattr(error, "reasons", [Refusal(str(error))]))
    return found


def _shown(value: Any) -> Any:
    """Lines are told by their number; what they hold is on the record."""
    return len(value) if isinstance(value, list) and value and isinstance(value[0], dict) else value
