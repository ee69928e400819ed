"""What holds for every call of the API: who calls, how often, repeated calls, errors, input."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.api import (
    Conflict,
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    TradewindError,
    _,
)
from plugins.rest.callers import find_caller, home_of, learn, note_use
from plugins.rest.problems import answer, conflict, problem
from plugins.rest.records import Answer

blueprint = Blueprint("rest", __name__, template_folder="templates")
blueprint.token_routes = True  # type: ignore[attr-defined]
log = logging.getLogger("tradewind.rest")
PER_MINUTE = 600
BATCH = 200


# ---- who calls
def open_request() -> Response | None:
    """Sign the caller in by token; runs before each API route."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    platform = current_app.extensions["tradewind"]
    if scheme.lower() != "bearer" or not secret.strip():
        return _unauthorized(str(_("Send a token: Authorization: Bearer …")))
    secret = secret.strip()
    home = home_of(platform, secret)
    if home is None:
        return _unauthorized(str(_("This token is unknown, revoked or expired.")))
    readonly = request.method in ("GET", "HEAD")
    session = g.session = platform.database.session(home, readonly=readonly)
    caller = find_caller(platform, session, secret)
    if caller is None:
        return _unauthorized(str(_("This token is unknown, revoked or expired.")))
    g.caller = caller
    limited = _limit(caller.token.id)
    if limited is not None:
        return limited
    company, member = caller.company, caller.member
    if member is None:
        raise NotFound(_("This page does not exist."))
    if not readonly:  # rows of this session, which a plugin may change
        company, member = (session.merge(row, load=False) for row in (company, member))
    ctx = platform.context(session, company, caller.user, via="api")
    ctx.cache.update(caller.lasting)
    ctx.cache["member", caller.user.id] = member
    ctx.limits = frozenset(caller.token.scopes)
    session.info["caller"] = caller
    g.ctx = ctx
    if "rest" not in ctx.enabled:
        raise NotFound(_("This page does not exist."))
    return None


def _unauthorized(text: str) -> Response:
    response = problem(401, text)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _limit(token_id: int) -> Response | None:
    settings = current_app.extensions["tradewind"].settings
    most = int(current_app.config.get("REST_PER_MINUTE", PER_MINUTE))
    if settings.redis_url:
        count, reset = _shared_count(settings.redis_url, token_id, most)
    else:
        count, reset = _own_count(token_id)
    g.rate = {"RateLimit-Limit": str(most), "RateLimit-Remaining": str(max(0, most - count)),
              "RateLimit-Reset": str(max(0, int(reset - _epoch())))}
    if count <= most:
        return None
    response = problem(429, str(_("Too many requests. Wait a minute.")))
    response.headers["Retry-After"] = g.rate["RateLimit-Reset"]
    return response


def _shared_count(redis_url: str, token_id: int, most: int) -> tuple[int, float]:
    """The calls of a token in its minute over all processes, and when the minute ends."""
    limiter = current_app.extensions.get("rest_limiter")
    if limiter is None:
        limiter = FixedWindowRateLimiter(storage_from_string(redis_url))
        current_app.extensions["rest_limiter"] = limiter
    rule = RateLimitItemPerMinute(most)
    allowed = limiter.hit(rule, "rest", str(token_id))
    reset, remaining = limiter.get_window_stats(rule, "rest", str(token_id))
    return (most - remaining if allowed else most + 1), reset


def _own_count(token_id: int) -> tuple[int, float]:
    """The same without Redis, counted in this process."""
    counts = current_app.extensions.setdefault("rest_counts", {})
    now = _epoch()
    count, end = counts.get(token_id, (0, 0.0))
    if end <= now:
        count, end = 0, now + 60
    counts[token_id] = (count + 1, end)
    return count + 1, end


def _epoch() -> float:
    return float(current_app.extensions["tradewind"].clock().timestamp())


@blueprint.teardown_request
def _learn(error: BaseException | None) -> None:
    """What this request derived serves the next one; that the token was used is noted."""
    caller, ctx, session = g.get("caller"), g.get("ctx"), g.get("session")
    if caller is None or session is None:
        return
    if ctx is not None and error is None and session.info["readonly"]:
        learn(ctx)
    left = session.get_transaction()
    if left is not None:  # what was read after the commit must not hold up the note
        left.close()
    try:
        note_use(current_app.extensions["tradewind"], caller)
    except OperationalError as fault:  # the answer is on its way; the next request notes it
        log.warning("the use of token %s was not noted: %s", caller.token.prefix, fault)


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


@blueprint.errorhandler(StaleDataError)
@blueprint.errorhandler(IntegrityError)
def _race(error: Exception) -> Response:
    """Two requests changed the same in one moment; the other one was done."""
    log.info("request %s lost a race: %s", g.get("request_id"), error)
    text = _("Somebody changed this record in the same moment. Try again.")
    if isinstance(error, StaleDataError) and request.headers.get("If-Match"):
        return conflict(Conflict(text))
    return problem(409, str(text), (Refusal(text, None, "race"),))


@blueprint.errorhandler(OperationalError)
def _busy(error: OperationalError) -> Response:
    """The database gave up waiting, broke a deadlock or is away; nothing was saved."""
    log.warning("request %s: %s", g.get("request_id"), error)
    response = problem(503, str(_("The database is busy. Nothing was saved. Try again.")))
    response.headers["Retry-After"] = "1"
    return response


@blueprint.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    log.exception("request %s failed", g.get("request_id"), exc_info=error)
    if current_app.testing:
        raise error
    return problem(500, str(_("The fault is logged under %(id)s. Nothing was saved.",
                              id=g.get("request_id", ""))), id=g.get("request_id", ""))


# ---- input
def body_of() -> dict[str, Any]:
    try:
        data = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError:
        raise Invalid(Refusal(_("The body is not valid JSON."), "", "json")) from None
    if not isinstance(data, dict):
        raise Invalid(Refusal(_("The body must be an object."), "", "json"))
    return data


def _fingerprint() -> str:
    """What makes a repeated request the same; a form's files count, not its random boundary."""
    found = hashlib.sha256(f"{request.method} {request.path}\0".encode())
    if request.mimetype != "multipart/form-data":
        found.update(request.get_data())
    for name, file in request.files.items(multi=True):
        found.update(f"{name}\0{file.filename}\0".encode() + file.read())
        file.seek(0)
    return found.hexdigest()


def _remembered(ctx: Ctx) -> tuple[Answer | None, Response | None]:
    """The kept answer to this Idempotency-Key, or a row to keep ours in."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None, None
    if len(key) > 200:
        raise Invalid(Refusal(_("At most 200 characters."), "Idempotency-Key"))
    digest = _fingerprint()
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
    try:
        with ctx.session.begin_nested():
            ctx.session.add(row)
    except IntegrityError:  # the same key in the same moment: the other one has answered by now
        return _remembered(ctx)
    return row, None


def once(work: Any, status: int) -> Response:
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


def version_of() -> int | None:
    mark = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not mark or mark == "*":
        return None
    if not (mark.isascii() and mark.isdecimal() and len(mark) < 10):
        raise Invalid(Refusal(_("If-Match must be the ETag of the record."), "If-Match"))
    return int(mark)


def guard() -> Response | None:
    """Only API routes sign in by token; the pages of this plugin use the browser's session."""
    if request.path.startswith("/api/v1/"):
        return open_request()
    return None


blueprint.before_request(guard)


@blueprint.before_app_request
def _nothing_here() -> Response | None:
    """Addresses and methods that the API does not have are told as problems too."""
    fault = request.routing_exception
    if fault is None or not request.path.startswith("/api/v1/"):
        return None
    refused = open_request()
    adapter = current_app.url_map.bind_to_environ(request.environ)
    methods = [m for m in ("GET", "PATCH", "POST", "PUT") if adapter.test(method=m)]
    if refused is None and methods:
        refused = problem(405, str(_("Allowed here: %(methods)s.", methods=", ".join(methods))))
        refused.headers["Allow"] = ", ".join(methods)
    return refused or problem(404, str(_("The API has no such address; /api/docs lists them.")))
