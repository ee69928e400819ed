"""Errors as RFC 9457 problem details, naming field and cure."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from flask import Response

from core.api import Conflict, Refusal, plain


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response; Decimals and dates as text."""
    data = orjson.dumps(body, default=plain, option=orjson.OPT_NON_STR_KEYS)
    return Response(data, status, headers, mimetype="application/json")


def problem(
    status: int, detail: str, reasons: tuple[Refusal, ...] = (), **more: Any
) -> Response:
    """A problem document; `errors` name the fields."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [
            {"field": r.field or "", "code": r.code, "detail": str(r.text)} for r in reasons
        ],
        **more,
    }
    data = orjson.dumps(body, default=plain)
    return Response(data, status, mimetype="application/problem+json")


def conflict(error: Conflict) -> Response:
    """A stale version: both values of each field that differs."""
    changes = {name: {"yours": mine, "theirs": plain(other)}
               for name, (mine, other) in error.changes.items()}
    return problem(412, str(error), error.reasons, changes=changes)
