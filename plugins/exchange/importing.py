"""Running a file through the same door as people: rehearsed, then for good, in small pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from core.api import (
    Conflict,
    Ctx,
    Field,
    Forbidden,
    Invalid,
    Member,
    NotFound,
    Refusal,
    Refused,
    User,
    _,
    create_many,
    plain,
    read_file,
    record_class,
    save,
    select_records,
)
from plugins.exchange.mapping import targets
from plugins.exchange.reading import read_rows
from plugins.exchange.records import Batch, Trace

CHUNK = 500
SHOWN_CHANGES = 300
KEPT_REFUSALS = 5_000


@dataclass
class Item:
    """One record of the file: its row number, values, and the rows that hold its lines."""

    row: int
    values: dict[str, Any]
    cells: list[Any]
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
    refusals: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, item: Item, reasons: list[Refusal]) -> None:
        self.refused += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append({
                "row": item.row, "cells": plain(item.cells),
                "texts": [_named(reason) for reason in reasons],
            })

    def as_json(self) -> dict[str, Any]:
        return {"created": self.created, "changed": self.changed, "same": self.same,
                "refused": self.refused, "cells": self.cells, "changes": self.changes,
                "refusals": self.refusals}


def _named(reason: Refusal) -> str:
    return f"{reason.field}: {reason.text}" if reason.field else str(reason.text)


def items_of(ctx: Ctx, batch: Batch) -> Iterator[Item]:
    """The records of the file; rows that repeat the number add lines to the one before."""
    _row, path = read_file(ctx, batch.file_id)
    rows = read_rows(path, batch.name)
    next(rows, None)
    mapping = {int(n): name for n, name in batch.mapping.items()}
    line_sets = {name.partition(".")[0] for name in mapping.values()} & set(
        record_class(batch.record).line_sets
    )
    current: Item | None = None
    for n, cells in enumerate(rows, start=2):
        values: dict[str, Any] = {}
        lines: dict[str, dict[str, Any]] = {}
        for column, name in mapping.items():
            value = cells[column] if column < len(cells) else None
            head, _dot, rest = name.partition(".")
            if head in line_sets:
                lines.setdefault(head, {})[rest] = value
            else:
                values[name] = value
        lines = {k: v for k, v in lines.items() if any(x is not None for x in v.values())}
        same = current is not None and lines and (
            all(v is None for v in values.values())
            or (batch.match and values.get(batch.match) == current.values.get(batch.match))
        )
        if same and current is not None:
            for name, line in lines.items():
                current.values.setdefault(name, []).append(line)
            continue
        if current is not None:
            yield current
        current = Item(n, {**values, **{name: [line] for name, line in lines.items()}}, cells)
    if current is not None:
        yield current


def pieces_of(ctx: Ctx, batch: Batch, skip: int = 0) -> Iterator[list[Item]]:
    """Items in pieces of 500, from item `skip` on."""
    piece: list[Item] = []
    for n, item in enumerate(items_of(ctx, batch)):
        if n < skip:
            continue
        piece.append(item)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    if piece:
        yield piece


class Runner:
    """Takes pieces of a batch through validation and hooks into the database."""

    def __init__(self, ctx: Ctx, batch: Batch, report: Report) -> None:
        self.ctx, self.batch, self.report = ctx, batch, report
        self.cls = record_class(batch.record)
        self.fields = targets(ctx, batch.record)
        self._names: dict[tuple[str, str], int | None] = {}
        self._seen: set[str] = set()

    def take(self, items: list[Item], keep: bool) -> None:
        """Create and change the records of a piece; with `keep` traces are written."""
        self._resolve(items)
        existing = self._existing(items)
        fresh: list[Item] = []
        for item in items:
            key = self._key(item)
            if item.faults:
                self.report.refuse(item, item.faults)
            elif key is not None and key in self._seen:
                self.report.refuse(
                    item, [Refusal(_("This key is in the file twice."), self.batch.match)]
                )
            elif key is not None and key in existing:
                self._seen.add(key)
                self._change(item, existing[key], keep)
            else:
                if key is not None:
                    self._seen.add(key)
                fresh.append(item)
        self._create(fresh, keep)

    def _key(self, item: Item) -> str | None:
        value = item.values.get(self.batch.match) if self.batch.match else None
        return None if value is None else str(value).strip().casefold()

    def _existing(self, items: list[Item]) -> dict[str, Any]:
        if not self.batch.match:
            return {}
        column = getattr(self.cls, self.batch.match)
        keys = sorted({k for item in items if (k := self._key(item))})
        query = select_records(self.ctx, self.cls).where(func.lower(column).in_(keys))
        return {
            str(getattr(r, self.batch.match)).casefold(): r for r in self.ctx.session.scalars(query)
        }

    # ---- links and people by number or name
    def _resolve(self, items: list[Item]) -> None:
        wanted: dict[tuple[str, str], set[str]] = {}
        for item in items:
            for _values, _name, declared, value in self._linked(item):
                wanted.setdefault((declared.kind, declared.target or ""), set()).add(value)
        for (kind, target), texts in wanted.items():
            missing = {t for t in texts if (f"{kind}:{target}", t.casefold()) not in self._names}
            if missing:
                self._learn(kind, target, missing)
        for item in items:
            for values, name, declared, value in self._linked(item):
                ident = self._names.get(
                    (f"{declared.kind}:{declared.target or ''}", value.casefold())
                )
                if ident is None:
                    item.faults.append(Refusal(
                        _("“%(value)s” was not found, or is not unique.", value=value[:60]), name
                    ))
                else:
                    values[name] = ident

    def _linked(self, item: Item) -> Iterator[tuple[dict[str, Any], str, Field, str]]:
        for name, value in list(item.values.items()):
            if isinstance(value, list):
                for line in value:
                    for inner, cell in list(line.items()):
                        yield from self._one(line, inner, self.fields.get(f"{name}.{inner}"), cell)
            else:
                yield from self._one(item.values, name, self.fields.get(name), value)

    def _one(
        self, values: dict[str, Any], name: str, declared: Field | None, value: Any
    ) -> Iterator[tuple[dict[str, Any], str, Field, str]]:
        if declared is not None and declared.kind in ("link", "user") and value is not None:
            if not isinstance(value, int) or isinstance(value, bool):
                yield values, name, declared, str(value).strip()

    def _learn(self, kind: str, target: str, texts: set[str]) -> None:
        mark = f"{kind}:{target}"
        for text in texts:
            self._names[mark, text.casefold()] = None
        lowered = sorted(t.casefold() for t in texts)
        found: list[tuple[str, int]] = []
        if kind == "user":
            query = select(User.id, User.name, User.login).join(Member, Member.user_id == User.id)
            for ident, name, login in self.ctx.session.execute(query):
                found += [(name.casefold(), ident), (login.casefold(), ident)]
        else:
            cls = record_class(target)
            title = getattr(cls, cls.title)
            number = cls.number
            for word in lowered:  # names as an export writes them: "C00031 Lumen GmbH"
                head = word.split(" ", 1)[0]
                query = select(cls.id, number, title).where(or_(
                    func.lower(number).in_([word, head]), func.lower(title) == word
                )).limit(20)
                for ident, num, name in self.ctx.session.execute(query):
                    both = f"{num or ''} {name or ''}".strip().casefold()
                    found += [(str(n).casefold(), ident) for n in (num, name, both) if n]
        wanted = {t.casefold() for t in texts}
        for word, ident in found:
            if word in wanted:
                before = self._names.get((mark, word))
                self._names[mark, word] = ident if before in (None, ident) else -1
        for word in wanted:
            if self._names.get((mark, word)) == -1:
                self._names[mark, word] = None

    # ---- writing
    def _create(self, items: list[Item], keep: bool) -> None:
        simple = [i for i in items if not any(isinstance(v, list) for v in i.values.values())]
        for item in items:
            if item not in simple:
                self._create_one(item, keep)
        if not simple:
            return
        rows = [self._given(item) for item in simple]
        try:
            with self.ctx.session.begin_nested():
                answers = create_many(self.ctx, self.cls, rows)
        except (IntegrityError, Refused, Invalid, Forbidden, Conflict):
            for item in simple:
                self._create_one(item, keep)
            return
        traces = []
        for item, answer in zip(simple, answers, strict=True):
            if isinstance(answer, list):
                self.report.refuse(item, answer)
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
        except IntegrityError:
            self.report.refuse(item, [Refusal(_("A record with this key exists already."))])
        except (Invalid, Refused, NotFound, Forbidden) as error:
            self.report.refuse(item, list(error.reasons))
        else:
            self.report.created += 1
            if keep:
                self.ctx.session.add(Trace(**self._trace(item, record, True, {})))

    def _change(self, item: Item, record: Any, keep: bool) -> None:
        given = {n: v for n, v in item.values.items() if n not in ("number", self.batch.match)}
        before = {n: plain(getattr(record, n)) for n in given if hasattr(record, n)
                  and not isinstance(given[n], list)}
        before |= {n: (record.custom or {}).get(n) for n in given if n.startswith("x_")}
        try:
            with self.ctx.session.begin_nested():
                save(self.ctx, self.cls, given, record)
        except (Invalid, Refused, NotFound, Forbidden, IntegrityError) as error:
            self.report.refuse(item, list(getattr(error, "reasons", [Refusal(str(error))])))
            return
        after = {n: plain(getattr(record, n, None)) if not n.startswith("x_")
                 else (record.custom or {}).get(n) for n in before}
        changes = {n: [before[n], after[n]] for n in before if before[n] != after[n]}
        if not changes and not any(isinstance(v, list) for v in given.values()):
            self.report.same += 1
            return
        self.report.changed += 1
        self.report.cells += len(changes)
        if len(self.report.changes) < SHOWN_CHANGES:
            self.report.changes.append({
                "row": item.row, "record": record.name, "id": record.id,
                "cells": [{"field": str(self.fields[n].label), "old": o, "new": w}
                          for n, (o, w) in changes.items()],
            })
        if keep:
            old = {n: value for n, (value, _new) in changes.items()}
            self.ctx.session.add(Trace(**self._trace(item, record, False, old)))
