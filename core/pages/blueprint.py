"""The blueprint of the core's pages, and the few acts that every page shares."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import TradewindError
from core.query import may_read
from core.records import Record, record_class

pages = Blueprint("pages", __name__)
log = logging.getLogger("tradewind.pages")


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true" and (
        request.headers.get("HX-Request-Type", "partial") == "partial"
    )


def readable_class(ctx: Ctx, record: str) -> type[Record]:
    """The class of a record key that the user may read; 404 for all others alike."""
    if record not in ctx.registry.records or ctx.registry.owner(record) not in ctx.enabled:
        abort(404)
    if not may_read(ctx, record):
        abort(403)
    found: type[Record] = record_class(record)
    return found


def safe_next(target: str | None, otherwise: str = "/") -> str:
    """`target` if it is a path on this site, else `otherwise` (QUALITY I9)."""
    text = target or ""
    try:
        parts = urlsplit(text) if not re.search(r"[\x00-\x20\x7f\\]", text) else None
    except ValueError:  # such as half an IPv6 address
        parts = None
    if parts is None or parts.scheme or parts.netloc or not re.match(r"/(?![/\\])", text):
        return otherwise
    return text


def outside(path: str) -> str:
    """A path as a whole address for mails; never from the Host header when one is configured."""
    settings = current_app.extensions["tradewind"].settings
    return (settings.public_url or request.url_root).rstrip("/") + path


def go(target: str) -> Response:
    """See other: after a change the browser reads the page anew; htmx is told to follow."""
    if request.headers.get("HX-Request") == "true":
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target, code=303)


def draw(template: str, status: int = 200, **data: Any) -> Response:
    """A whole page from a template such as "admin/people.html"."""
    answer = Response(render_template(template, **data), status=status)
    answer.mimetype = "text/html"
    answer.headers["Vary"] = "HX-Request, HX-Request-Type"
    return answer


def page(template: str, status: int = 200, **data: Any) -> Response:
    """A page of the core, drawn from `templates/pages/`."""
    return draw(f"pages/{template}", status, **data)


def reasons_of(error: TradewindError) -> list[str]:
    """The reasons of a refusal in the user's language."""
    return [str(reason) for reason in error.reasons]


def shown(ctx: Ctx, hook: str, **arguments: Any) -> Iterator[Any]:
    """What the plugins show at a `show_` hook; a failing one loses its slot and is logged."""
    failures = ctx.cache.setdefault("failed_plugins", [])
    for plugin, call in ctx.hooks.each(hook, ctx=ctx, **arguments):
        try:
            ctx.registry.health.require(plugin, ctx.company.id)
            # only PostgreSQL spoils the whole transaction when one statement of a plugin fails
            with nullcontext() if ctx.database.sqlite else ctx.session.begin_nested():
                answers: Iterable[Any] = call() or ()
                found = list(answers)
        except Exception as error:  # noqa: BLE001 - the page must stand; administrators are told
            log.warning("plugin %s lost its slot in %s: %s", plugin, hook, error)
            if plugin not in failures:
                failures.append(plugin)
            continue
        yield from found
