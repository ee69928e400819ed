"""Dates and tolerances of a letter of credit (DOMAIN §2.4, §2.11; UCP 600 Art. 6, 14, 29, 30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import chinese_calendar

SILENT_DAYS = 21
BANK_DAYS = 5
DAY = timedelta(days=1)


def is_banking_day(day: date) -> bool:
    """Monday to Friday less Chinese public holidays; make-up Saturdays are no banking days.

    Beyond the last year of the holiday calendar only weekends count as closed.
    """
    if day.weekday() >= 5:
        return False
    try:
        return not chinese_calendar.is_holiday(day)
    except NotImplementedError:
        return True


def last_presentation(
    bl_date: date,
    expiry: date,
    presentation_days: int | None = None,
    banking_day: Callable[[date], bool] = is_banking_day,
) -> date:
    """Last day to present: min(B/L date + days, 21 if silent; expiry), moved to a banking day.

    The latest shipment date is never extended, so it is no argument here.
    """
    days = SILENT_DAYS if presentation_days is None else presentation_days
    day = min(bl_date + timedelta(days=days), expiry)
    while not banking_day(day):
        day += DAY
    return day


def bank_decision(presented: date, banking_day: Callable[[date], bool] = is_banking_day) -> date:
    """The day by which the bank must accept or refuse: five banking days after presentation."""
    day, left = presented, BANK_DAYS
    while left:
        day += DAY
        left -= banking_day(day)
    return day


def quantity_tolerance(counted: bool, about: bool = False) -> Decimal:
    """Tolerance under a credit: 5 % unless packages or items are counted; "about" is 10 %."""
    if about:
        return Decimal("0.10")
    return Decimal(0) if counted else Decimal("0.05")


def largest_drawing(amount: Decimal, tolerance: Decimal, drawn: Decimal) -> Decimal:
    """What may still be drawn under the credit."""
    return max(Decimal(0), amount * (1 + tolerance) - drawn)
