"""Names of buckets, kinds and parts for the pages."""

from __future__ import annotations

from core.api import _
from plugins.finance import choices


def buckets() -> list[tuple[str, object]]:
    """Buckets in order with their names."""
    return [(option.value, option.label) for option in choices.BUCKETS]


def kinds() -> dict[str, object]:
    """Kinds of receivables by code."""
    return dict(choices.RECEIVABLE_KINDS)


def parts() -> dict[str, object]:
    """Parts of the profit by code."""
    return {
        "revenue": _("Revenue"),
        "fx": _("Exchange difference"),
        "bank": _("Bank charges"),
        **dict(choices.COST_KINDS),
    }
