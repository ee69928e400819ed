"""Hooks that reports offers to other plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from plugins.reports.declare import Report


@hookspec
def register_reports() -> list[Report]:
    """Return the reports on the plugin's own data; put it in `glue/reports.py`.

    When: a page of reports is asked for; only plugins that the company enabled are asked.
    Since: 0.1.
    """
