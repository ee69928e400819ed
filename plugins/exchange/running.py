"""The life of a batch: rehearsed in a transaction rolled back, run with progress, undone."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select

from core.api import (
    Ctx,
    Refusal,
    Refused,
    _,
    archive,
    keep_file,
    notify,
    read_file,
    record_class,
    save,
    write_audit,
)
from plugins.exchange.export import telling
from plugins.exchange.importing import Report, Runner, pieces_of
from plugins.exchange.mapping import check_mapping, match_fields, remember
from plugins.exchange.reading import numbered_rows, read_rows
from plugins.exchange.records import Batch, Fault, Trace


def start_batch(ctx: Ctx, record: str, name: str, content: bytes) -> Batch:
    """Keep an uploaded file and look at its first rows; Invalid if it is no table."""
    ctx.require(f"{record}.create")
    ctx.require("exchange.import")
    file = keep_file(ctx, name, content)
    _row, path = read_file(ctx, file.id)
    count = sum(1 for _line in read_rows(path)) - 1
    if count < 1:
        raise Refused(Refusal(_("The file has no rows below its headings."), "file"))
    batch = Batch(
        company_id=ctx.company.id, record=record, file_id=file.id, name=name[:200], rows=count,
        created_by_id=ctx.user_id, created_at=ctx.now, mapping={}, report={},
    )
    ctx.session.add(batch)
    ctx.session.flush()
    return batch


def heads_and_sample(ctx: Ctx, batch: Batch, rows: int = 3) -> tuple[list[Any], list[list[Any]]]:
    """The headings and the first rows of the file."""
    _row, path = read_file(ctx, batch.file_id)
    with closing(numbered_rows(path)) as lines:
        found = [row for _n, row in islice(lines, rows + 1)]
    return found[0], found[1:]


def choose_columns(ctx: Ctx, batch: Batch, mapping: dict[str, str], match: str) -> None:
    """Fix which column is which field and by what existing records are found ("" = only create)."""
    chosen = check_mapping(ctx, batch.record, mapping)
    if match and match not in match_fields(ctx, batch.record, chosen):
        raise Refused(Refusal(_("Existing records cannot be found by this field."), "match"))
    heads, _sample = heads_and_sample(ctx, batch)
    batch.mapping, batch.match, batch.state = chosen, match, "mapped"
    remember(ctx, batch.record, heads, chosen)
    ctx.session.flush()


def rehearse(ctx: Ctx, batch_id: int) -> Report:
    """Do everything and roll it back, piece by piece; only the report stays."""
    report = Report()
    platform = ctx.session.info["platform"]
    batch = ctx.session.get(Batch, batch_id)
    runner = Runner(ctx, batch, report)
    done, tell = 0, telling(ctx, batch.rows)
    with platform.act(ctx.company.id, ctx.user_id) as inner:
        inner.session.execute(delete(Fault).where(Fault.batch_id == batch_id))
    for piece in pieces_of(ctx, batch):
        with platform.act(ctx.company.id, ctx.user_id, locale=ctx.locale) as inner:
            runner.ctx = inner
            rehearsal = inner.session.begin_nested()
            runner.take(piece, keep=False)
            rehearsal.rollback()
            for left in ("changes", "wake"):
                inner.session.info.pop(left, None)
            _keep_faults(inner, batch_id, report)
        done += len(piece)
        tell(done)
    with platform.act(ctx.company.id, ctx.user_id) as inner:
        kept = inner.session.get(Batch, batch_id)
        kept.state, kept.report = "rehearsed", report.as_json()
    return report


def _keep_faults(ctx: Ctx, batch_id: int, report: Report) -> None:
    if report.faults:
        ctx.session.execute(insert(Fault), [
            {"company_id": ctx.company.id, "batch_id": batch_id, **fault}
            for fault in report.faults
        ])
        report.faults = []


def run_job(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Rehearse or run a batch in the background; a killed run goes on where it stopped."""
    if payload.get("rehearse"):
        rehearse(ctx, payload["batch"])
    else:
        run(ctx, payload["batch"])
    return {"batch": payload["batch"]}


def run(ctx: Ctx, batch_id: int) -> None:
    """Import for good: each piece in a transaction of its own, together with how far it got."""
    platform = ctx.session.info["platform"]
    with platform.act(ctx.company.id, ctx.user_id, locale=ctx.locale) as inner:
        batch = inner.session.get(Batch, batch_id)
        if batch is None or batch.state not in ("rehearsed", "running"):
            return
        if batch.state == "rehearsed":
            inner.session.execute(delete(Fault).where(Fault.batch_id == batch_id))
            batch.state, batch.report = "running", Report().as_json()
        inner.session.flush()
        inner.session.expunge(batch)
    report, reached = Report(**batch.report), batch.reached
    runner, tell = Runner(ctx, batch, report), telling(ctx, batch.rows)
    for piece in pieces_of(ctx, batch, skip=reached):
        with platform.act(ctx.company.id, ctx.user_id, locale=ctx.locale) as inner:
            row = inner.session.get(Batch, batch_id, with_for_update=True)
            if row.state != "running" or row.reached != reached:
                return  # another worker went on with it
            runner.ctx = inner
            runner.take(piece, keep=True)
            _keep_faults(inner, batch_id, report)
            reached += len(piece)
            row.reached, row.report = reached, report.as_json()
        tell(reached)
    _finish(ctx, batch_id, report)


def _finish(ctx: Ctx, batch_id: int, report: Report) -> None:
    platform = ctx.session.info["platform"]
    with platform.act(ctx.company.id, ctx.user_id, locale=ctx.locale) as inner:
        batch = inner.session.get(Batch, batch_id, with_for_update=True)
        if batch.state != "running":
            return
        batch.state, batch.report = "done", report.as_json()
        write_audit(inner, "exchange.imported", None, batch=batch.id, about=batch.record,
                    created=report.created, changed=report.changed)
        text = _(
            "Import “%(name)s”: %(created)s created, %(changed)s changed, %(refused)s refused.",
            name=batch.name, created=report.created, changed=report.changed,
            refused=report.refused,
        )
        notify(inner, inner.user_id or 0, text, f"/exchange/batches/{batch.id}")


def undo(ctx: Ctx, batch: Batch) -> int:
    """Take a finished import back, as long as nothing else touched its rows; returns the count."""
    if batch.state != "done":
        raise Refused(_("Only a finished import can be undone."))
    cls = record_class(batch.record)
    traces = list(ctx.session.scalars(select(Trace).where(Trace.batch_id == batch.id)))
    ids = [trace.record_id for trace in traces]
    found: dict[int, Any] = {}
    for start in range(0, len(ids), 500):
        rows = ctx.session.scalars(select(cls).where(cls.id.in_(ids[start:start + 500])))
        found |= {row.id: row for row in rows}
    touched = [found[t.record_id].name for t in traces
               if t.record_id in found and found[t.record_id].version != t.version]
    if touched:
        raise Refused(_("%(n)s records were changed since: %(names)s.", n=len(touched),
                        names=", ".join(touched[:5])))
    for trace in traces:
        record = found.get(trace.record_id)
        if record is None:
            continue
        if trace.created:
            archive(ctx, record)
        else:
            save(ctx, cls, trace.before, record)
    batch.state = "undone"
    write_audit(ctx, "exchange.undone", None, batch=batch.id, about=batch.record)
    return len(traces)
