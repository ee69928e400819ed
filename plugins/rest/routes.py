"""The routes of the API; every record and step of every enabled plugin answers by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, request, send_file
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.api import (
    Ctx,
    EventRow,
    FileRow,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    _,
    archive,
    find,
    keep_file,
    may_read,
    offers,
    perform,
    public,
    read_file,
    record_class,
    save,
    select_records,
    sequence_events,
)
from plugins.rest.calling import BATCH, blueprint, body_of, once, version_of
from plugins.rest.listing import list_body, one_body, record_of
from plugins.rest.problems import answer, problem
from plugins.rest.records import ExternalKey


# ---- records
@blueprint.get("/api/v1/<plugin>/<name>")
@public
def list_records(plugin: str, name: str) -> Response:
    """A page of records."""
    cls = record_of(g.ctx, plugin, name)
    return answer(list_body(g.ctx, cls, request.args))


@blueprint.post("/api/v1/<plugin>/<name>")
@public
def create_record(plugin: str, name: str) -> Response:
    """Create a record; with `:batch` many at once."""
    name, _colon, action = name.partition(":")
    cls = record_of(g.ctx, plugin, name)
    if action and action != "batch":
        raise NotFound(_("There is no such action."))
    if action:
        return once(lambda ctx: _batch(ctx, cls), 200)

    def work(ctx: Ctx) -> dict[str, Any]:
        return one_body(ctx, cls, save(ctx, cls, body_of()))

    return once(work, 201)


def _batch(ctx: Ctx, cls: type[Any]) -> dict[str, Any]:
    """All or nothing: `{"items": [{...}, {"id": 7, ...}]}` creates and changes records."""
    items = body_of().get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= BATCH:
        raise Invalid(Refusal(_("Between 1 and %(n)s items.", n=BATCH), "items"))
    done: list[dict[str, Any]] = []
    wrong: list[Refusal] = []
    for n, item in enumerate(items):
        if not isinstance(item, dict):
            wrong.append(Refusal(_("The body must be an object."), f"items.{n}", "json"))
            continue
        values = dict(item)
        ident, version = values.pop("id", None), values.pop("version", None)
        try:
            record = find(ctx, cls, _ident(ident)) if ident is not None else None
            done.append(one_body(ctx, cls, save(ctx, cls, values, record, version=_int(version))))
        except (Invalid, NotFound, Refused) as error:
            wrong += [Refusal(r.text, f"items.{n}.{r.field or ''}", r.code) for r in error.reasons]
    if wrong:
        raise Invalid(wrong)
    return {"items": done}


def _ident(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**62:
        raise NotFound(_("This record does not exist."))
    return value


def _int(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Invalid(Refusal(_("This must be a number."), "version"))
    return value


@blueprint.get("/api/v1/<plugin>/<name>/<int:ident>")
@public
def get_record(plugin: str, name: str, ident: int) -> Response:
    """One record with its lines; the ETag is its version."""
    cls = record_of(g.ctx, plugin, name)
    body = one_body(g.ctx, cls, find(g.ctx, cls, _ident(ident)))
    mark = f'"{body["version"]}"'
    if mark in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers={"ETag": mark})
    return answer(body, headers={"ETag": mark})


@blueprint.patch("/api/v1/<plugin>/<name>/<int:ident>")
@public
def change_record(plugin: str, name: str, ident: int) -> Response:
    """JSON Merge Patch: the fields given change; If-Match names the version that was read."""
    ctx: Ctx = g.ctx
    cls = record_of(ctx, plugin, name)
    record = find(ctx, cls, _ident(ident))
    if not request.headers.get("If-Match"):
        return problem(428, str(_("Send If-Match with the record's ETag.")))
    body = one_body(ctx, cls, save(ctx, cls, body_of(), record, version=version_of()))
    return answer(body, headers={"ETag": f'"{body["version"]}"'})


@blueprint.post("/api/v1/<plugin>/<name>/<int:ident>/<any(archive,restore):action>")
@public
def archive_record(plugin: str, name: str, ident: int, action: str) -> Response:
    """Take a record out of the lists, or bring it back."""

    def work(ctx: Ctx) -> dict[str, Any]:
        cls = record_of(ctx, plugin, name)
        record = find(ctx, cls, _ident(ident))
        archive(ctx, record, action == "archive")
        return one_body(ctx, cls, record)

    return once(work, 200)


@blueprint.get("/api/v1/<plugin>/<name>/<int:ident>/steps")
@public
def list_steps(plugin: str, name: str, ident: int) -> Response:
    """The steps that fit the record now; `reason` says why one cannot be done."""
    ctx: Ctx = g.ctx
    record = find(ctx, record_of(ctx, plugin, name), _ident(ident))
    return answer({"items": [
        {"key": o.step.key, "label": str(o.step.label), "target": o.step.pending or o.step.target,
         "reason": str(o.reason) if o.reason is not None else None}
        for o in offers(ctx, record)
    ]})


@blueprint.post("/api/v1/<plugin>/<name>/<int:ident>/steps/<step>")
@public
def do_step(plugin: str, name: str, ident: int, step: str) -> Response:
    """Do a step; the body holds its parameters. If-Match is respected when sent."""

    def work(ctx: Ctx) -> dict[str, Any]:
        cls = record_of(ctx, plugin, name)
        record = find(ctx, cls, _ident(ident))
        perform(ctx, record, step, body_of(), version=version_of())
        return one_body(ctx, cls, record)

    return once(work, 200)


@blueprint.put("/api/v1/<plugin>/<name>/external/<system>/<key>")
@public
def upsert_record(plugin: str, name: str, system: str, key: str) -> Response:
    """Create or change the record that another system knows under its own key."""
    ctx: Ctx = g.ctx
    cls = record_of(ctx, plugin, name)
    if len(system) > 60 or len(key) > 200:
        raise Invalid(Refusal(_("At most 200 characters."), "key"))
    row = _external_key(ctx, cls, system, key)
    record = find(ctx, cls, row.record_id) if row.record_id else None
    saved = save(ctx, cls, body_of(), record, version=version_of())
    row.record_id = saved.id
    body = one_body(ctx, cls, saved)
    return answer(body, 200 if record is not None else 201, {"ETag": f'"{body["version"]}"'})


def _external_key(ctx: Ctx, cls: type[Any], system: str, key: str) -> ExternalKey:
    """The row of a foreign key; a new one names no record yet, and holds off others meanwhile."""
    known = select(ExternalKey).where(
        ExternalKey.record_key == cls.key, ExternalKey.system == system, ExternalKey.key == key
    ).with_for_update()
    row: ExternalKey | None = ctx.session.scalar(known)
    if row is None:
        row = ExternalKey(company_id=ctx.company.id, record_key=cls.key, system=system, key=key,
                          record_id=0)
        try:
            with ctx.session.begin_nested():
                ctx.session.add(row)
        except IntegrityError:  # somebody else brought it in the same moment
            return ctx.session.scalars(known).one()
    return row


# ---- files
@blueprint.get("/api/v1/<plugin>/<name>/<int:ident>/attachments")
@public
def list_attachments(plugin: str, name: str, ident: int) -> Response:
    """The files at a record."""
    ctx: Ctx = g.ctx
    record = find(ctx, record_of(ctx, plugin, name), _ident(ident))
    rows = ctx.session.scalars(select(FileRow).where(
        FileRow.record_key == record.key, FileRow.record_id == record.id
    ).order_by(FileRow.id))
    return answer({"items": [_file_json(row) for row in rows]})


def _file_json(row: FileRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "sha256": row.sha256,
    }


@blueprint.post("/api/v1/<plugin>/<name>/<int:ident>/attachments")
@public
def add_attachment(plugin: str, name: str, ident: int) -> Response:
    """Attach a file: multipart form with the field `file`."""

    def work(ctx: Ctx) -> dict[str, Any]:
        record = find(ctx, record_of(ctx, plugin, name), _ident(ident))
        ctx.require(f"{record.key}.write")
        given = request.files.get("file")
        if given is None:
            raise Invalid(Refusal(_("Send the file in the form field “file”."), "file"))
        return _file_json(keep_file(ctx, given.filename or "file", given.read(), record))

    return once(work, 201)


@blueprint.get("/api/v1/<plugin>/<name>/<int:ident>/attachments/<int:file_id>")
@public
def get_attachment(plugin: str, name: str, ident: int, file_id: int) -> Response:
    """The content of a file at a record."""
    ctx: Ctx = g.ctx
    record = find(ctx, record_of(ctx, plugin, name), _ident(ident))
    row, path = read_file(ctx, _ident(file_id))
    if (row.record_key, row.record_id) != (record.key, record.id):
        raise NotFound(_("This file does not exist."))
    response = send_file(path, row.type, as_attachment=True, download_name=row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# ---- feed
@blueprint.get("/api/v1/changes")
@public
def changes() -> Response:
    """What happened since a place in the feed: gap-free, in the order of commits."""
    ctx: Ctx = g.ctx
    since = request.args.get("since", "0")
    if not (since.isascii() and since.isdecimal() and len(since) <= 18):
        raise Invalid(Refusal(_("`since` is the number that the last answer ended with."), "since"))
    with ctx.database.transaction(ctx.company.id) as session:
        sequence_events(session)
        session.flush()
        rows = session.scalars(select(EventRow).where(
            EventRow.sequence > int(since)).order_by(EventRow.sequence).limit(500)).all()
        seen = _visible(ctx, session, rows)
    items = [
        {"sequence": r.sequence, "event": r.name, "record": r.record_key, "id": r.record_id,
         "at": r.at.isoformat(), "data": r.data}
        for r in rows if r.record_key is None or r.record_id in seen.get(r.record_key, ())
    ]
    last = rows[-1].sequence if rows else int(since)
    return answer({"items": items, "next": last})


def _visible(ctx: Ctx, session: Any, rows: Sequence[EventRow]) -> dict[str, set[int]]:
    """The records of some events that the user may read, archived ones too, by record type.

    Read by the session that read the events: an older view would not know the newest records.
    """
    found: dict[str, set[int]] = {}
    for row in rows:
        if row.record_key and row.record_id and may_read(ctx, row.record_key):
            found.setdefault(row.record_key, set()).add(row.record_id)
    for key, ids in found.items():
        cls = record_class(key)
        mine = select_records(ctx, cls, archived=None).where(cls.id.in_(ids))
        found[key] = set(session.scalars(mine.with_only_columns(cls.id)))
    return found
