"""The routes of the API; every record and step of every enabled plugin answers by itself."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, request, send_file
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from core.api import (
    Company,
    Conflict,
    Ctx,
    EventRow,
    FileRow,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    TradewindError,
    _,
    archive,
    find,
    keep_file,
    offers,
    perform,
    public,
    read_file,
    save,
    sequence_events,
)
from plugins.rest.listing import list_body, one_body, record_of
from plugins.rest.problems import answer, conflict, problem
from plugins.rest.records import Answer, ExternalKey
from plugins.rest.tokens import find_token, note_use

blueprint = Blueprint("rest", __name__, template_folder="templates")
blueprint.token_routes = True  # type: ignore[attr-defined]
PER_MINUTE = 600
BATCH = 200


# ---- who calls
def open_request() -> Response | None:
    """Sign the caller in by token; runs before each API route."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    platform = current_app.extensions["tradewind"]
    if scheme.lower() != "bearer" or not secret.strip():
        return _unauthorized(str(_("Send a token: Authorization: Bearer …")))
    with platform.database.transaction("*") as session:
        found = find_token(session, secret.strip(), platform.clock())
        if found is None:
            return _unauthorized(str(_("This token is unknown, revoked or expired.")))
        token, user = found
        note_use(session, token, platform.clock())
        session.expunge_all()
    limited = _limit(token.id)
    if limited is not None:
        return limited
    readonly = request.method in ("GET", "HEAD")
    session = platform.database.session(token.company_id, readonly=readonly)
    g.session = session
    ctx = platform.context(session, session.get(Company, token.company_id), user, via="api")
    ctx.limits = frozenset(token.scopes)
    g.ctx = ctx
    if ctx.member is None or "rest" not in ctx.enabled:
        raise NotFound(_("This page does not exist."))
    return None


def _unauthorized(text: str) -> Response:
    response = problem(401, text)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _limit(token_id: int) -> Response | None:
    limiter = current_app.extensions.get("rest_limiter")
    if limiter is None:
        settings = current_app.extensions["tradewind"].settings
        limiter = FixedWindowRateLimiter(storage_from_string(settings.redis_url or "memory://"))
        current_app.extensions["rest_limiter"] = limiter
    rule = RateLimitItemPerMinute(current_app.config.get("REST_PER_MINUTE", PER_MINUTE))
    allowed = limiter.hit(rule, "rest", str(token_id))
    reset, remaining = limiter.get_window_stats(rule, "rest", str(token_id))
    g.rate = {"RateLimit-Limit": str(rule.amount), "RateLimit-Remaining": str(remaining),
              "RateLimit-Reset": str(max(0, int(reset - _epoch())))}
    if allowed:
        return None
    response = problem(429, str(_("Too many requests. Wait a minute.")))
    response.headers["Retry-After"] = g.rate["RateLimit-Reset"]
    return response


def _epoch() -> float:
    return float(current_app.extensions["tradewind"].clock().timestamp())


@blueprint.after_request
def _rate_headers(response: Response) -> Response:
    response.headers.update(g.get("rate", {}))
    return response


# ---- errors
@blueprint.errorhandler(TradewindError)
def _refused(error: TradewindError) -> Response:
    if isinstance(error, Conflict):
        return conflict(error)
    status = (
        400 if isinstance(error, Invalid) and request.method in ("GET", "HEAD") else error.status
    )
    return problem(status, str(error), error.reasons)


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    return problem(error.code or 500, error.description or "")


# ---- input
def _body() -> dict[str, Any]:
    try:
        data = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError:
        raise Invalid(Refusal(_("The body is not valid JSON."), "", "json")) from None
    if not isinstance(data, dict):
        raise Invalid(Refusal(_("The body must be an object."), "", "json"))
    return data


def _remembered(ctx: Ctx) -> tuple[Answer | None, Response | None]:
    """The kept answer to this Idempotency-Key, or a row to keep ours in."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None, None
    if len(key) > 200:
        raise Invalid(Refusal(_("At most 200 characters."), "Idempotency-Key"))
    content = f"{request.method} {request.path}".encode() + b"\0" + request.get_data()
    digest = hashlib.sha256(content).hexdigest()
    mine = select(Answer).where(Answer.user_id == ctx.user_id, Answer.key == key)
    kept = ctx.session.scalar(mine)
    if kept is not None and ctx.now - kept.at > timedelta(days=1):
        ctx.session.delete(kept)
        ctx.session.flush()
        kept = None
    if kept is not None:
        if kept.request_hash != digest:
            raise Refused(
                Refusal(_("This Idempotency-Key was used for another request."), "Idempotency-Key")
            )
        return None, answer(kept.body, kept.status, {"Idempotent-Replay": "true"})
    row = Answer(company_id=ctx.company.id, user_id=ctx.user_id, key=key, request_hash=digest,
                 at=ctx.now, body=None)
    ctx.session.add(row)
    ctx.session.flush()
    return row, None


def _once(work: Any, status: int) -> Response:
    """Do the work of a POST, or repeat the answer of the same key."""
    ctx: Ctx = g.ctx
    row, replay = _remembered(ctx)
    if replay is not None:
        return replay
    body = work(ctx)
    response = answer(body, status)
    if row is not None:
        row.status, row.body = status, orjson.loads(response.get_data())
    if isinstance(body, dict) and "version" in body:
        response.headers["ETag"] = f'"{body["version"]}"'
    return response


def _version() -> int | None:
    mark = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not mark or mark == "*":
        return None
    if not (mark.isascii() and mark.isdecimal() and len(mark) < 10):
        raise Invalid(Refusal(_("If-Match must be the ETag of the record."), "If-Match"))
    return int(mark)


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
        return _once(lambda ctx: _batch(ctx, cls), 200)

    def work(ctx: Ctx) -> dict[str, Any]:
        return one_body(ctx, cls, save(ctx, cls, _body()))

    return _once(work, 201)


def _batch(ctx: Ctx, cls: type[Any]) -> dict[str, Any]:
    """All or nothing: `{"items": [{...}, {"id": 7, ...}]}` creates and changes records."""
    items = _body().get("items")
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
    body = one_body(ctx, cls, save(ctx, cls, _body(), record, version=_version()))
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

    return _once(work, 200)


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
        perform(ctx, record, step, _body(), version=_version())
        return one_body(ctx, cls, record)

    return _once(work, 200)


@blueprint.put("/api/v1/<plugin>/<name>/external/<system>/<key>")
@public
def upsert_record(plugin: str, name: str, system: str, key: str) -> Response:
    """Create or change the record that another system knows under its own key."""
    ctx: Ctx = g.ctx
    cls = record_of(ctx, plugin, name)
    if len(system) > 60 or len(key) > 200:
        raise Invalid(Refusal(_("At most 200 characters."), "key"))
    row = ctx.session.scalar(select(ExternalKey).where(
        ExternalKey.record_key == cls.key, ExternalKey.system == system, ExternalKey.key == key
    ))
    record = find(ctx, cls, row.record_id) if row is not None else None
    saved = save(ctx, cls, _body(), record, version=_version())
    if row is None:
        ctx.session.add(
            ExternalKey(
                company_id=ctx.company.id,
                record_key=cls.key,
                system=system,
                key=key,
                record_id=saved.id,
            )
        )
    body = one_body(ctx, cls, saved)
    return answer(body, 200 if record is not None else 201, {"ETag": f'"{body["version"]}"'})


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

    return _once(work, 201)


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
    items = [
        {"sequence": r.sequence, "event": r.name, "record": r.record_key, "id": r.record_id,
         "at": r.at.isoformat(), "data": r.data}
        for r in rows if r.record_key is None or ctx.can(f"{r.record_key}.read")
    ]
    last = rows[-1].sequence if rows else int(since)
    return answer({"items": items, "next": last})


def guard() -> Response | None:
    """Only API routes sign in by token; the pages of this plugin use the browser's session."""
    if request.path.startswith("/api/v1/"):
        return open_request()
    return None


blueprint.before_request(guard)
