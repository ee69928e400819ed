"""Severity, deadlines and the reorder day as rules (DOMAIN §6.5, §1.10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api import WorkCalendar
from plugins.service.clock import LIMITS, deadlines, next_due, reorder_day, severity

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"category": "quality", "safety": True}, "S1"),
        ({"category": "documents", "refused": True}, "S1"),
        ({"category": "quality", "affected": Decimal(50), "shipped": Decimal(1000)}, "S2"),
        ({"category": "quality", "affected": Decimal(49), "shipped": Decimal(1000)}, "S3"),
        ({"category": "documents", "claim_usd": Decimal("5000.01")}, "S2"),
        ({"category": "documents", "claim_usd": Decimal(5000)}, "S3"),
        ({"category": "delay", "days_late": 7}, "S3"),
        ({"category": "delay", "days_late": 8}, "S2"),
        ({"category": "commercial"}, "S4"),
    ],
)
def test_severity_follows_the_facts(facts: dict[str, object], grade: str) -> None:
    assert severity(**facts) == grade  # type: ignore[arg-type]


def test_a_fire_is_answered_within_4_hours_of_the_clock_even_on_friday_evening() -> None:
    found = deadlines("S1", at(20, 18), CALENDAR)  # a Friday
    assert found.answer == at(20, 22)
    assert found.contain == at(23, 17)
    assert found.cause == at(25, 17)


def test_working_hours_count_for_the_others() -> None:
    found = deadlines("S2", at(20, 15), CALENDAR)
    assert found.answer == at(23, 15)
    assert found.contain == at(24, 15)
    assert found.close == at(18, 15, month=12)
    question = deadlines("S4", at(20, 15), CALENDAR)
    assert (question.contain, question.cause) == (None, None)
    assert question.answer == at(24, 15)


@settings(max_examples=50)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC)),
    st.sampled_from(sorted(LIMITS)),
)
def test_deadlines_follow_one_another(received: datetime, grade: str) -> None:
    found = deadlines(grade, received, CALENDAR)
    steps = [d for d in (found.answer, found.cause, found.close) if d is not None]
    assert all(received < d for d in steps)
    assert steps == sorted(steps)
    if found.contain is not None:
        assert found.contain <= found.cause  # type: ignore[operator]


def test_the_next_deadline_is_the_first_open_one() -> None:
    ladder = [("answer", at(1, 8), at(1, 9)), ("contain", None, None), ("cause", at(5, 8), None)]
    assert next_due(ladder) == ("cause", at(5, 8))
    assert next_due([("answer", at(1, 8), at(1, 9))]) is None


def test_the_reorder_day_is_the_last_order_plus_80_percent_of_the_median_interval() -> None:
    days = [date(2026, 1, 1), date(2026, 3, 2), date(2026, 7, 10)]  # 60 and 130 days: median 95
    assert reorder_day(days) == date(2026, 7, 10) + timedelta(days=76)
    assert reorder_day(days[:1]) is None
    assert reorder_day([days[0], days[0]]) is None


@settings(max_examples=50)
@given(st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 1)), min_size=2, max_size=8, unique=True))
def test_the_reorder_day_lies_between_the_last_order_and_the_longest_gap(days: list[date]) -> None:
    due = reorder_day(days)
    ordered = sorted(days)
    longest = max(later - earlier for earlier, later in zip(ordered, ordered[1:], strict=False))
    assert due is not None
    assert ordered[-1] <= due <= ordered[-1] + longest
