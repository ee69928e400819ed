"""The working clock: pauses, weekends, holidays and make-up days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.worktime import WorkCalendar, read_hours

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("start", "minutes", "due"), [
    ("2026-11-20 09:00", 240, "2026-11-20 14:00"),
    ("2026-11-20 13:00", 240, "2026-11-20 17:00"),
    ("2026-11-20 08:00", 480, "2026-11-20 17:00"),
    ("2026-11-20 08:00", 240, "2026-11-20 12:00"),
    ("2026-11-20 12:30", 1, "2026-11-20 13:01"),
    ("2026-11-20 17:00", 1, "2026-11-23 08:01"),
    ("2026-11-21 10:00", 60, "2026-11-23 09:00"),
    ("2026-09-30 16:00", 120, "2026-10-08 09:00"),
    ("2026-09-19 16:00", 120, "2026-09-20 10:00"),
    ("2026-02-14 08:00", 60, "2026-02-14 09:00"),
])
def test_deadlines(start: str, minutes: int, due: str) -> None:
    assert CALENDAR.add_working_minutes(at(start), minutes) == at(due)


def test_the_companys_own_days_win() -> None:
    own = WorkCalendar(ZONE, {date(2026, 11, 20): "", date(2026, 11, 21): "09:00-11:00"})
    assert own.add_working_minutes(at("2026-11-20 09:00"), 60) == at("2026-11-21 10:00")
    assert own.intervals(date(2026, 11, 20)) == []


@settings(max_examples=50, deadline=None)
@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)), st.integers(1, 6000))
def test_adding_and_measuring_agree(start: datetime, minutes: int) -> None:
    begin = start.replace(tzinfo=UTC, second=0, microsecond=0)
    due = CALENDAR.add_working_minutes(begin, minutes)
    assert CALENDAR.working_minutes_between(begin, due) == minutes
    assert CALENDAR.working_minutes_between(due, begin) == -minutes
    back = CALENDAR.subtract_working_minutes(due, minutes)
    assert CALENDAR.working_minutes_between(back, due) == minutes
    assert any(a < due <= b for a, b in CALENDAR.intervals(due.astimezone(ZONE).date()))
    assert due >= begin + timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["8", "09:00-08:00", "08:00-12:00,11:00-13:00"])
def test_wrong_hours_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_hours(text)
