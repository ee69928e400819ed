"""Marks of pages (keyset paging): where the next page of a list begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.audit import plain
from core.errors import Invalid, Refusal
from core.i18n import _


def pack(values: Iterable[Any]) -> str:
    """The mark of a page: the values that its last row is sorted by."""
    text = json.dumps([plain(v) for v in values], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(cursor: str, kinds: list[str]) -> list[Any]:
    """The values of a mark, revived as the kinds of their fields; Invalid if it is none."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return [_revive(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, binascii.Error, ArithmeticError, TypeError):
        raise Invalid(Refusal(_("This page mark is not valid. Start at the first page."),
            "after")) from None


def _revive(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind in ("money", "quantity", "percent", "rate"):
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "moment":
        return datetime.fromisoformat(value)
    return value
