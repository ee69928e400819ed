"""The book rates of products convert the amounts of built reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.api import Ctx, hookimpl
from plugins.products.api import converter


@hookimpl
def show_report_converter(ctx: Ctx, currency: str) -> Callable[..., Any]:
    return converter(ctx, currency)
