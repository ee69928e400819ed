"""Ageing by due date and the ladder of reminders (DOMAIN §1.9, §2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d91_180", "over_180")
_UPPER = (0, 30, 60, 90, 180)
REMINDERS = (-7, 0, 3, 7, 15, 30)


def days_overdue(as_of: date, due: date) -> int:
    """Days after the due date; 0 or less is not due. Never counted from the invoice date."""
    return (as_of - due).days


def bucket(as_of: date, due: date | None) -> str:
    """The ageing bucket of an open item; one without a due date is not due."""
    if due is None:
        return BUCKETS[0]
    days = days_overdue(as_of, due)
    return BUCKETS[sum(days > upper for upper in _UPPER)]


def reminder_level(as_of: date, due: date, ladder: Sequence[int] = REMINDERS) -> int | None:
    """The highest rung of the ladder reached, as its index from 0, or None before the first."""
    reached = sum(days_overdue(as_of, due) >= day for day in ladder)
    return reached - 1 if reached else None
