"""Hooks that reports offers to other plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.api import hookspec

if TYPE_CHECKING:
    from core.api import Ctx
    from plugins.reports.declare import Report


@hookspec
def register_reports() -> list[Report]:
    """Return the reports on the plugin's own data; put it in `glue/reports.py`.

    When: a page of reports is asked for; only plugins that the company enabled are asked.
    Since: 0.1.
    """


@hookspec
def show_report_converter(ctx: Ctx, currency: str) -> Callable[..., Any] | None:
    """Return a function (amount, currency, day) → amount in `currency`; Refused without a rate.

    When: a built report shows amounts of several currencies in one. Since: 0.1.
    """
