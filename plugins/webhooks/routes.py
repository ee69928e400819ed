"""The pages of the plugin and the address at which sources knock."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    Platform,
    TradewindError,
    _,
    current_ctx,
    may_read,
    needs,
    public,
    record_class,
    select_records,
    titles,
    writable_fields,
)
from plugins.webhooks import receiving, robots, sending
from plugins.webhooks.records import Arrival, Delivery, Endpoint, Source

blueprint = Blueprint("webhooks", __name__, template_folder="templates")
blueprint.token_routes = True  # type: ignore[attr-defined]
RIGHT = "webhooks.manage"


def _find(kind: type[Any], ident: int) -> Any:
    row = current_ctx().session.get(kind, ident)
    if row is None:
        raise NotFound(_("This page does not exist."))
    return row


@blueprint.get("/webhooks")
@needs(RIGHT)
def overview() -> Any:
    """Endpoints and sources."""
    return _overview()


def _overview(faults: dict[str, list[str]] | None = None, secret: str = "") -> Any:
    ctx = current_ctx()
    page = render_template(
        "webhooks/overview.html",
        faults=faults or {},
        secret=secret,
        form=request.form,
        endpoints=ctx.session.scalars(select(Endpoint).order_by(Endpoint.id)).all(),
        sources=ctx.session.scalars(select(Source).order_by(Source.id)).all(),
        kinds=robots.KINDS,
        dead=dict(ctx.session.execute(
            select(Delivery.endpoint_id, func.count(Delivery.id)).where(Delivery.state == "dead")
            .group_by(Delivery.endpoint_id)).all()),
        types=[
            (k, c.label)
            for k, c in sorted(ctx.registry.records.items())
            if ctx.registry.owner(k) in ctx.enabled and ctx.can(f"{k}.create")
        ],
    )
    return (page, 422) if faults else page


@blueprint.post("/webhooks/endpoints")
@needs(RIGHT)
def new_endpoint() -> Any:
    """Add an endpoint; its secret is shown on this answer only."""
    form = request.form
    events = form.get("events", "").replace(",", " ").split()
    try:
        _row, secret = sending.add_endpoint(
            current_ctx(), form.get("label", ""), form.get("url", ""), events,
            form.get("target", robots.STANDARD), form.get("robot_secret", ""))
    except Invalid as error:
        return _overview(error.by_field())
    return _overview(secret=secret)


@blueprint.get("/webhooks/endpoints/<int:ident>")
@needs(RIGHT)
def endpoint(ident: int) -> Any:
    """The log of an endpoint."""
    row = _find(Endpoint, ident)
    log = current_ctx().session.scalars(select(Delivery).where(
        Delivery.endpoint_id == ident).order_by(Delivery.id.desc()).limit(100)).all()
    return render_template("webhooks/endpoint.html", row=row, log=log)


@blueprint.post("/webhooks/endpoints/<int:ident>/<any(test,on,off):action>")
@needs(RIGHT)
def act_on_endpoint(ident: int, action: str) -> Any:
    """Send a test event, or switch the endpoint."""
    row = _find(Endpoint, ident)
    if action == "test":
        sending.send_test(current_ctx(), row)
    else:
        row.active = action == "on"
    return redirect(url_for("webhooks.endpoint", ident=ident))


@blueprint.post("/webhooks/deliveries/<int:ident>/replay")
@needs(RIGHT)
def replay(ident: int) -> Any:
    """Send a delivery once more."""
    row = _find(Delivery, ident)
    sending.replay(current_ctx(), ident)
    return redirect(url_for("webhooks.endpoint", ident=row.endpoint_id))


@blueprint.post("/webhooks/sources")
@needs(RIGHT)
def new_source() -> Any:
    """Add a source."""
    ctx, form = current_ctx(), request.form
    try:
        row, secret = receiving.add_source(
            ctx, form.get("label", ""), form.get("record", ""), ctx.user_id or 0,
            public_form=form.get("kind") == "form", signed=form.get("kind") == "signed")
    except Invalid as error:
        return _overview(error.by_field())
    if secret:
        return _overview(secret=secret)
    return redirect(url_for("webhooks.source", ident=row.id))


@blueprint.get("/webhooks/sources/<int:ident>")
@needs(RIGHT)
def source(ident: int) -> Any:
    """Mapping and log of a source."""
    return _source(_find(Source, ident), [])


def _source(row: Source, faults: list[str]) -> Any:
    ctx = current_ctx()
    fields = {n: f for n, f in writable_fields(ctx, record_class(row.record)).items()
              if f.kind not in ("file", "json", "user")}
    choices = {n: first_titles(ctx, f.target or "") for n, f in fields.items() if f.kind == "link"}
    choices |= {n: [(c.value, c.label) for c in f.choices] for n, f in fields.items() if f.choices}
    log = ctx.session.scalars(select(Arrival).where(
        Arrival.source_id == row.id).order_by(Arrival.id.desc()).limit(50)).all()
    page = render_template(
        "webhooks/source.html", row=row, fields=fields, choices=choices, log=log, faults=faults,
        paths=list(receiving.paths_of(row.sample or {})), address=_address(row),
        label=record_class(row.record).label, honeypot=receiving.HONEYPOT,
        sample_form=_sample_form(row))
    return (page, 422) if faults else page


def first_titles(ctx: Ctx, key: str) -> list[tuple[str, str]]:
    """(id, title) of the first records of a type, to choose what is always the same from."""
    if not may_read(ctx, key):
        return []
    cls = record_class(key)
    ids = ctx.session.scalars(
        select_records(ctx, cls).with_only_columns(cls.id).order_by(cls.id).limit(100)).all()
    return sorted(((str(i), t) for i, t in titles(ctx, key, ids).items()), key=lambda row: row[1])


def _sample_form(row: Source) -> str:
    """A form that a website can show; the invisible field is for robots."""
    lines = [f'<input name="{n}" required placeholder="{n}">' for n in ("company", "name")]
    return "\n".join([
        f'<form method="post" action="{_address(row)}">', *lines,
        '<input name="email" type="email" required placeholder="email">',
        '<textarea name="message" required></textarea>',
        f'<input name="{receiving.HONEYPOT}" tabindex="-1" autocomplete="off" hidden>',
        "<button>Send</button>", "</form>"])


def _address(row: Source) -> str:
    return f"{request.host_url}in/{row.token}"


@blueprint.post("/webhooks/sources/<int:ident>")
@needs(RIGHT)
def save_source(ident: int) -> Any:
    """Keep the mapping; what failed before is tried again."""
    ctx, row, form = current_ctx(), _find(Source, ident), request.form
    mapping = {n.removeprefix("map-"): v for n, v in form.items() if n.startswith("map-") and v}
    fixed = {n.removeprefix("fix-"): v for n, v in form.items() if n.startswith("fix-") and v}
    try:
        receiving.set_mapping(ctx, row, mapping, fixed)
    except Invalid as error:
        return _source(row, [str(r) for r in error.reasons])
    row.active = bool(form.get("active"))
    waiting = select(Arrival).where(
        Arrival.source_id == row.id, Arrival.state.in_(("kept", "failed"))
    )
    for arrival in ctx.session.scalars(waiting.order_by(Arrival.id).limit(500)):
        if row.mapping:
            receiving.make(ctx, row, arrival)
    return redirect(url_for("webhooks.source", ident=ident))


# ---- the address of a source
@blueprint.post("/in/<token>")
@public
def arrive(token: str) -> Any:
    """What a source sends: JSON or a form. Answers 202, also for spam; 404 for unknown tokens."""
    platform: Platform = current_app.extensions["tradewind"]
    body = request.get_data()
    if len(body) > receiving.LARGEST:
        return jsonify(error=str(_("This is too large"))), 413
    with platform.database.session("*", readonly=True) as session:
        found = session.scalar(select(Source).where(Source.token == token, Source.active))
    if found is None:
        return jsonify(error="not found"), 404
    data = _data(body)
    if data is None:
        return jsonify(error=str(_("Send a JSON object or a form."))), 400
    key = request.headers.get("webhook-id") or request.headers.get("Idempotency-Key") or (
        hashlib.sha256(body + str(platform.clock().timestamp() // 60).encode()).hexdigest())
    try:
        row = _taken(platform, found, body, data, key[:200])
    except TradewindError as error:
        busy = error.reasons[0].code == "too-many"
        return jsonify(error=str(error)), 429 if busy else error.status
    if found.public_form and "text/html" in request.headers.get("Accept", ""):
        return render_template("webhooks/thanks.html")
    return jsonify(state="taken" if row.state == "spam" else row.state), 202


def _taken(
    platform: Platform, source: Source, body: bytes, data: dict[str, Any], key: str
) -> Arrival:
    try:
        with platform.act(source.company_id, source.acts_as_id, via="webhook") as ctx:
            return _take(ctx, source.id, body, data, key)
    except IntegrityError:  # the same message in the same moment: the other one is there by now
        with platform.act(source.company_id, source.acts_as_id, via="webhook") as ctx:
            return _take(ctx, source.id, body, data, key)


def _data(body: bytes) -> dict[str, Any] | None:
    if request.form:
        return {k: v[:5000] for k, v in request.form.items()}
    try:
        found = json.loads(body or b"null")
    except (ValueError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _take(ctx: Ctx, source_id: int, body: bytes, data: dict[str, Any], key: str) -> Arrival:
    row = ctx.session.get(Source, source_id)
    if row is None or "webhooks" not in ctx.enabled or ctx.member is None:
        raise NotFound(_("This page does not exist."))
    given = request.headers.get("X-Signature") or request.headers.get("X-Hub-Signature-256") or ""
    receiving.check_signature(ctx, row, body, given)
    return receiving.take(ctx, row, data, key)
