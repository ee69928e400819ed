"""Finite scheduling on work-centre calendars (DOMAIN §2.9)."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api import WorkCalendar
from plugins.mes.clock import WorkClock
from plugins.mes.scheduling import (
    Forecast,
    Job,
    Task,
    backward_plan,
    forecast,
    forward_plan,
    loads,
)

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)
CLOCK = WorkClock(CALENDAR)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2026-11-23 08:00")


def one(key, minutes, centre="A", **rules):
    return Job(key, key, [Task(f"{key}1", centre, minutes)], rules.pop("release", MONDAY), **rules)


def test_two_jobs_of_the_handbook():
    first, second = forward_plan([one("W1", 454), one("W2", 620)], {"A": CLOCK})
    assert (first.start, first.end) == (MONDAY, at("2026-11-23 16:34"))
    assert (second.start, second.end) == (at("2026-11-23 16:34"), at("2026-11-25 09:54"))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [("2026-11-23 12:00", "2026-11-23 13:00"), ("2026-11-23 17:00", "2026-11-24 08:00"),
     ("2026-11-27 17:00", "2026-11-30 08:00"), ("2026-11-23 09:10", "2026-11-23 09:10")],
)
def test_a_start_at_a_close_moves_to_the_next_opening(moment, opening):
    assert CLOCK.opening(at(moment)) == at(opening)


def test_an_end_at_the_close_stays():
    assert CLOCK.add(MONDAY, 240) == at("2026-11-23 12:00")
    assert CLOCK.add(MONDAY, 480) == at("2026-11-23 17:00")


def test_holidays_rest_and_make_up_saturdays_work():
    assert CLOCK.add(at("2026-09-30 16:00"), 480) == at("2026-10-08 16:00")
    assert CLOCK.add(at("2026-10-09 15:00"), 960) == at("2026-10-12 15:00")


def test_own_exceptions_of_a_work_centre():
    clock = WorkClock(CALENDAR, {date(2026, 11, 24): False, date(2026, 11, 28): True})
    assert clock.add(MONDAY, 500) == at("2026-11-25 08:20")
    assert clock.minutes(*clock.bounds(date(2026, 11, 28))) == 480


def test_priority_then_due_date_then_number():
    jobs = [
        one("W4", 10), one("W3", 10, due=date(2026, 12, 1)), one("W2", 10, due=date(2026, 11, 30)),
        one("W9", 10, priority=1), one("W8", 10, priority=9, running=True),
    ]
    order = [slot.job for slot in forward_plan(jobs, {"A": CLOCK})]
    assert order == ["W8", "W9", "W2", "W3", "W4"]


def test_operations_follow_each_other_over_centres():
    job = Job("W", "W", [Task(1, "A", 60), Task(2, "B", 60)], MONDAY)
    busy = one("V", 300, centre="B", priority=1)
    slots = {slot.task: slot for slot in forward_plan([job, busy], {"A": CLOCK, "B": CLOCK})}
    assert slots[2].start == at("2026-11-23 14:00")


def test_a_job_that_waits_for_material_does_not_block_the_centre():
    waiting = one("W1", 60, release=at("2026-12-10 08:00"), priority=1)
    slots = {s.job: s for s in forward_plan([waiting, one("W2", 60)], {"A": CLOCK})}
    assert slots["W1"].start == at("2026-12-10 08:00")
    assert slots["W2"].start == MONDAY


def test_a_pinned_operation_keeps_its_start_and_others_go_around_it():
    pinned = Job("P", "P", [Task("p", "A", 120, at("2026-11-23 10:00"))], MONDAY, priority=9)
    slots = {s.job: s for s in forward_plan([one("W", 180), pinned], {"A": CLOCK})}
    assert slots["P"].start == at("2026-11-23 10:00")
    assert slots["W"].start == at("2026-11-23 13:00")


def test_a_pin_before_the_end_of_the_operation_before_it_moves_later():
    job = Job("W", "W", [Task(1, "A", 300), Task(2, "B", 60, MONDAY)], MONDAY)
    slots = {s.task: s for s in forward_plan([job], {"A": CLOCK, "B": CLOCK})}
    assert slots[2].start == slots[1].end


def test_latest_start_counts_back_from_the_end_of_the_due_day():
    job = Job("W", "W", [Task(1, "A", 300), Task(2, "A", 480)], MONDAY, due=date(2026, 11, 26))
    slots = backward_plan(job, {"A": CLOCK}, MONDAY)
    assert slots[0].start == at("2026-11-25 11:00")
    assert slots[1].end == at("2026-11-26 17:00")


def test_load_shows_the_overload_that_the_finite_plan_hides():
    jobs = [one(f"W{n}", 480, due=date(2026, 11, 24)) for n in range(3)]
    slots = [s for job in jobs for s in backward_plan(job, {"A": CLOCK}, MONDAY)]
    (load,) = loads(slots, {"A": CLOCK}, [date(2026, 11, 24)])
    assert (load.required, load.available, load.share) == (1440, 480, D(3))


def test_forecast_counts_days_after_the_promise():
    job = one("W", 620)
    slots = forward_plan([one("V", 454), job], {"A": CLOCK})
    assert forecast(job, slots, CLOCK, date(2026, 11, 23)) == Forecast(
        "W", date(2026, 11, 25), date(2026, 11, 23)
    )
    assert Forecast("W", date(2026, 11, 25), date(2026, 11, 23)).days_late == 2
    assert Forecast("W", date(2026, 11, 25), date(2026, 11, 25)).days_late == 0


centres = st.sampled_from("ABC")
minutes = st.integers(1, 900)
pins = st.one_of(st.none(), st.integers(0, 5000).map(lambda m: MONDAY + timedelta(minutes=m)))


@st.composite
def shop(draw):
    jobs = []
    for n in range(draw(st.integers(1, 6))):
        tasks = [
            Task((n, k), draw(centres), draw(minutes), draw(pins))
            for k in range(draw(st.integers(1, 4)))
        ]
        release = MONDAY + timedelta(minutes=draw(st.integers(0, 3000)))
        jobs.append(Job(n, f"W{n}", tasks, release, priority=draw(st.integers(1, 9))))
    return jobs


@settings(max_examples=50, deadline=None)
@given(shop())
def test_no_overlap_order_kept_and_working_time_exact(jobs):
    clocks = {name: CLOCK for name in "ABC"}
    slots = forward_plan(jobs, clocks)
    assert len(slots) == sum(len(job.tasks) for job in jobs)
    for centre in "ABC":
        own = sorted((s.start, s.end) for s in slots if s.centre == centre)
        assert all(a[1] <= b[0] for a, b in zip(own, own[1:], strict=False))
    for job in jobs:
        own = [s for s in slots if s.job == job.key]
        assert [s.task for s in own] == [t.key for t in job.tasks]
        assert own[0].start >= job.release
        assert all(a.end <= b.start for a, b in zip(own, own[1:], strict=False))
        for slot, task in zip(own, job.tasks, strict=True):
            assert CLOCK.minutes(slot.start, slot.end) == task.minutes
            assert task.pinned is None or slot.start >= task.pinned


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 3000))
def test_adding_and_taking_away_minutes_are_inverse(offset, amount):
    start = CLOCK.opening(MONDAY + timedelta(minutes=offset))
    end = CLOCK.add(start, amount)
    assert CLOCK.minutes(start, end) == amount
    assert CLOCK.subtract(end, amount) == start


@settings(max_examples=30, deadline=None)
@given(shop())
def test_a_job_of_the_lowest_rank_delays_nobody(jobs):
    clocks = {name: CLOCK for name in "ABC"}
    before = {s.task: s.start for s in forward_plan(jobs, clocks)}
    extra = Job("X", "X", [Task("x", "A", 500)], MONDAY, priority=99)
    after = {s.task: s.start for s in forward_plan([*jobs, extra], clocks)}
    assert all(after[task] == start for task, start in before.items())
