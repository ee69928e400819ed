"""Pages of the exchange: exports, and the import wizard from upload to undo."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy import select

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    OutboxRow,
    Platform,
    Refused,
    _,
    current_ctx,
    list_request,
    may_read,
    needs,
    record_class,
    write_audit,
)
from plugins.exchange.export import Wanted, csv_of, is_large, workbook_of
from plugins.exchange.mapping import guess, headings, match_fields, targets
from plugins.exchange.records import Batch, Fault
from plugins.exchange.running import (
    choose_columns,
    heads_and_sample,
    start_batch,
    undo,
)
from plugins.exchange.sheets import refused_sheet, template_sheet

blueprint = Blueprint("exchange", __name__, template_folder="templates")
SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(content: bytes, name: str, kind: str = XLSX) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


# ---- out
@blueprint.get("/exchange/export/<record>")
@needs("exchange.export")
def export(record: str) -> Any:
    """The list as it is seen; large ones are made in the background."""
    ctx = current_ctx()
    wanted = _wanted(ctx, record)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    if is_large(ctx, wanted):
        return render_template(
            "exchange/background.html",
            record=record,
            kind=kind,
            label=record_class(record).plural,
            query=request.query_string.decode(),
        )
    name = f"{record_class(record).plural}-{ctx.today}.{kind}"
    if kind == "csv":
        return _file("".join(csv_of(ctx, wanted)).encode(), name, "text/csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        workbook_of(ctx, wanted, path)
        return _file(path.read_bytes(), name)


@blueprint.post("/exchange/export/<record>")
@needs("exchange.export")
def export_later(record: str) -> Any:
    """Queue a large export; its owner is told when the file is ready."""
    ctx = current_ctx()
    wanted = _wanted(ctx, record)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    job = ctx.enqueue("exchange.export", {"wanted": vars(wanted), "kind": kind})
    return redirect(url_for("exchange.job", job_id=job))


def _wanted(ctx: Ctx, record: str) -> Wanted:
    if not may_read(ctx, record):
        raise NotFound(_("There is no such record type."))
    seen = list_request(ctx, record)
    ids = [int(i) for i in request.args.get("ids", "").split(",") if i.isdecimal() and len(i) < 18]
    if request.method == "POST":
        write_audit(ctx, "exchange.asked", None, about=record)
    else:  # reading pages cannot write; exports are on the trail all the same
        platform: Platform = current_app.extensions["tradewind"]
        with platform.act(ctx.company.id, ctx.user_id) as writing:
            write_audit(writing, "exchange.asked", None, about=record)
    return Wanted(
        record, seen.columns, seen.where, seen.search, seen.sort, bool(seen.archived), ids
    )


@blueprint.get("/exchange/jobs/<int:job_id>")
@needs("exchange.export")
def job(job_id: int) -> Any:
    """How far background work is; ends at its file or batch."""
    ctx = current_ctx()
    row = ctx.session.get(OutboxRow, job_id)
    if row is None or row.actor_id != ctx.user_id or not row.topic.startswith("exchange."):
        raise NotFound(_("This page does not exist."))
    if row.state == "done" and "file" in row.result:
        return render_template("exchange/job.html", row=row, url=f"/files/{row.result['file']}")
    if row.state == "done" and "batch" in row.result:
        return redirect(url_for("exchange.batch", batch_id=row.result["batch"]))
    return render_template("exchange/job.html", row=row, url="")


# ---- in
@blueprint.get("/exchange/imports")
@needs("exchange.import")
def imports() -> Any:
    """What was imported so far, and the record types that can be."""
    ctx = current_ctx()
    batches = ctx.session.scalars(select(Batch).order_by(Batch.id.desc()).limit(50)).all()
    types = [
        (key, cls.plural) for key, cls in sorted(ctx.registry.records.items())
        if may_read(ctx, key) and ctx.can(f"{key}.create")
    ]
    return render_template(
        "exchange/imports.html", batches=batches, types=types, labels=dict(types)
    )


@blueprint.get("/exchange/import/<record>")
@needs("exchange.import")
def upload(record: str) -> Any:
    """Choose a file."""
    return _upload_page(record, [])


def _upload_page(record: str, faults: list[str], status: int = 200) -> Any:
    ctx = current_ctx()
    if not may_read(ctx, record):
        raise NotFound(_("There is no such record type."))
    ctx.require(f"{record}.create")
    page = render_template("exchange/upload.html", record=record, label=record_class(record).plural,
                           faults=faults)
    return page, status


@blueprint.post("/exchange/import/<record>")
@needs("exchange.import")
def take_upload(record: str) -> Any:
    """Keep the file and go on to its columns."""
    ctx = current_ctx()
    if not may_read(ctx, record):
        raise NotFound(_("There is no such record type."))
    given = request.files.get("file")
    if given is None or not given.filename:
        return _upload_page(record, [str(_("Choose a file."))], 422)
    try:
        made = start_batch(ctx, record, given.filename, given.read())
    except (Invalid, Refused) as error:
        return _upload_page(record, [str(r) for r in error.reasons], 422)
    return redirect(url_for("exchange.columns", batch_id=made.id))


@blueprint.get("/exchange/template/<record>")
@needs("exchange.import")
def template(record: str) -> Any:
    """An empty workbook with the right headings and a sheet that explains them."""
    ctx = current_ctx()
    if not may_read(ctx, record):
        raise NotFound(_("There is no such record type."))
    return _file(template_sheet(ctx, record), f"{record_class(record).plural}.xlsx")


def _batch(batch_id: int) -> Batch:
    found = current_ctx().session.get(Batch, batch_id)
    if found is None or not may_read(current_ctx(), found.record):
        raise NotFound(_("This page does not exist."))
    return found


@blueprint.get("/exchange/batches/<int:batch_id>/columns")
@needs("exchange.import")
def columns(batch_id: int) -> Any:
    """Which column is which field."""
    return _columns_page(_batch(batch_id), None, [])


def _columns_page(batch: Batch, chosen: dict[str, str] | None, faults: list[str]) -> Any:
    ctx = current_ctx()
    heads, sample = heads_and_sample(ctx, batch)
    mapping = chosen if chosen is not None else (batch.mapping or guess(ctx, batch.record, heads))
    fields = targets(ctx, batch.record)
    options = [(name, f"{head}{' *' if fields[name].required else ''}")
               for name, head in headings(ctx, batch.record).items()]
    matches = [(n, str(fields[n].label)) for n in match_fields(
        ctx, batch.record, {k: v for k, v in mapping.items() if v in fields})]
    body = render_template(
        "exchange/columns.html", batch=batch, heads=heads, sample=sample, mapping=mapping,
        options=options, matches=matches, faults=faults, label=record_class(batch.record).plural,
        match=batch.match or (matches[0][0] if matches and matches[0][0] == "number" else ""),
    )
    return (body, 422) if faults else body


@blueprint.post("/exchange/batches/<int:batch_id>/columns")
@needs("exchange.import")
def take_columns(batch_id: int) -> Any:
    """Fix the columns and rehearse in the background."""
    ctx, batch = current_ctx(), _batch(batch_id)
    if batch.state in ("running", "done", "undone"):
        raise Refused(_("This file was imported already."))
    mapping = {
        k.removeprefix("column-"): v for k, v in request.form.items() if k.startswith("column-")
    }
    try:
        choose_columns(ctx, batch, mapping, request.form.get("match", ""))
    except (Invalid, Refused) as error:
        return _columns_page(batch, mapping, [str(r) for r in error.reasons])
    job_id = ctx.enqueue("exchange.run", {"batch": batch.id, "rehearse": True})
    return redirect(url_for("exchange.job", job_id=job_id))


@blueprint.get("/exchange/batches/<int:batch_id>")
@needs("exchange.import")
def batch(batch_id: int) -> Any:
    """What would be, or was, created, changed and refused."""
    ctx, found = current_ctx(), _batch(batch_id)
    running = ctx.session.get(OutboxRow, found.job_id) if found.job_id else None
    faults = ctx.session.scalars(
        select(Fault).where(Fault.batch_id == batch_id).order_by(Fault.row).limit(SHOWN)).all()
    return render_template("exchange/batch.html", batch=found, report=found.report, running=running,
                           faults=faults, label=record_class(found.record).plural)


@blueprint.post("/exchange/batches/<int:batch_id>/run")
@needs("exchange.import")
def run_batch(batch_id: int) -> Any:
    """Import for good, in the background."""
    ctx, found = current_ctx(), _batch(batch_id)
    if found.state != "rehearsed":
        raise Refused(_("Rehearse the file first."))
    found.job_id = ctx.enqueue("exchange.run", {"batch": batch_id}, key=f"exchange.run:{batch_id}")
    return redirect(url_for("exchange.job", job_id=found.job_id))


@blueprint.post("/exchange/batches/<int:batch_id>/undo")
@needs("exchange.import")
def undo_batch(batch_id: int) -> Any:
    """Take the whole import back."""
    undo(current_ctx(), _batch(batch_id))
    return redirect(url_for("exchange.batch", batch_id=batch_id))


@blueprint.get("/exchange/batches/<int:batch_id>/refused")
@needs("exchange.import")
def refused(batch_id: int) -> Any:
    """The refused rows as a workbook with a column of messages, ready to be mended."""
    ctx, found = current_ctx(), _batch(batch_id)
    return _file(refused_sheet(ctx, found), f"{found.name.rsplit('.', 1)[0]}-refused.xlsx")
