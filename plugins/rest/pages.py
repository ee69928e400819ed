"""The pages of the plugin: tokens, the readable API page and the document itself."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy import select

from core.api import Invalid, current_ctx, for_members
from plugins.rest.openapi import document
from plugins.rest.records import Token
from plugins.rest.routes import blueprint
from plugins.rest.tokens import add_token, revoke_token


@blueprint.get("/api/openapi.json")
@for_members
def openapi_json() -> Any:
    """The OpenAPI document of what the signed-in user may do."""
    return jsonify(document(current_ctx(), request.host_url))


@blueprint.get("/api/docs")
@for_members
def docs() -> Any:
    """The API for reading, grouped by record."""
    ctx = current_ctx()
    spec = document(ctx, request.host_url)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for verb, operation in operations.items():
            if verb == "parameters":
                continue
            tag = (operation.get("tags") or [path.split("/")[3]])[0]
            groups.setdefault(tag, []).append({
                "verb": verb.upper(), "path": path, "summary": operation.get("summary", ""),
                "input": _input_of(spec, operation),
            })
    return render_template("rest/docs.html", groups=groups, host=request.host_url)


def _input_of(spec: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str, bool]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    needed = schema.get("required", [])
    found = []
    for name, field in schema.get("properties", {}).items():
        kind = field.get("type", "any")
        words = " | ".join(kind) if isinstance(kind, list) else kind
        found.append((name, words, name in needed))
    return found


@blueprint.get("/account/tokens")
@for_members
def tokens() -> Any:
    """The user's tokens."""
    return _page()


def _page(secret: str = "", error: Invalid | None = None) -> Any:
    ctx = current_ctx()
    mine = select(Token).where(Token.user_id == ctx.user_id).order_by(Token.id.desc())
    faults = error.by_field() if error else {}
    page = render_template("rest/tokens.html", tokens=ctx.session.scalars(mine).all(),
                           secret=secret, faults=faults, now=ctx.now, form=request.form)
    return (page, 422) if error else page


@blueprint.post("/account/tokens")
@for_members
def new_token() -> Any:
    """Make a token; its secret is shown on this answer only."""
    ctx = current_ctx()
    scopes = [s for s in request.form.get("scopes", "").replace(",", " ").split() if s]
    days = request.form.get("days", "365")
    try:
        lifetime = int(days) if days.isdecimal() and len(days) < 6 else 0
        _row, secret = add_token(
            ctx, ctx.user_id or 0, request.form.get("label", ""), scopes, lifetime
        )
    except Invalid as error:
        return _page(error=error)
    return _page(secret)


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@for_members
def end_token(token_id: int) -> Any:
    """Revoke a token."""
    revoke_token(current_ctx(), token_id)
    return redirect(url_for("rest.tokens"))
