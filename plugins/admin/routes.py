"""The blueprint of administration; the pages are in the modules beside it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint
from werkzeug.wrappers import Response

from core.api import drawing

ADMIN = "core.admin"
ZONES = tuple(sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/")))

admin = Blueprint("admin", __name__)


def draw(template: str, status: int = 200, **data: Any) -> Response:
    """A page of administration, drawn from `templates/admin/`."""
    return drawing.draw(f"admin/{template}", status, **data)
