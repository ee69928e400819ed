"""Days that the trade counts by."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

WEDNESDAY = 2


def is_holiday(day: date) -> bool:
    """Whether a weekday is a public holiday in China; False beyond the published years."""
    try:
        return bool(chinese_calendar.is_holiday(day)) and day.weekday() < 5
    except NotImplementedError:
        return False


def customs_rate_day(on: date) -> date:
    """The day whose central parity customs use in the month of `on` (DOMAIN §0).

    The third Wednesday of the month before; the fourth if that is a holiday.
    """
    last = on.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    third = first + timedelta(days=(WEDNESDAY - first.weekday()) % 7 + 14)
    return third + timedelta(days=7) if is_holiday(third) else third
