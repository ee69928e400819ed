"""Clock-driven work: expiry and warnings (DOMAIN §1.14)."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, perform
from plugins.quotes.services import due_to_expire
from plugins.quotes.watch import alerts


def expire_quotations(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Close what is past its validity; twice on a day changes nothing."""
    found = due_to_expire(ctx, ctx.today)
    for quotation in found:
        perform(ctx.system(), quotation, "expire")
    return {"expired": len(found)}


def warn_of_moves(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Tell representatives whose open quotations lost their ground: rate or freight."""
    return {"warned": alerts(ctx)}
