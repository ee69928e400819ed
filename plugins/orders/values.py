"""Amounts in USD, for limits that are set in USD."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx
from plugins.products.api import convert


def usd_value(ctx: Ctx, amount: Decimal, currency: str) -> Decimal:
    """The amount in USD at today's book rates; Refused without a rate."""
    return convert(ctx, amount, currency, "USD", ctx.today)


def from_usd(ctx: Ctx, amount: Any, currency: str) -> Decimal:
    """An amount that is set in USD, in the given currency."""
    return convert(ctx, Decimal(str(amount)), "USD", currency, ctx.today)
