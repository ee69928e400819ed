"""The working time of a work centre: the company's calendar with the centre's own exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import select

from core.api import Ctx
from plugins.mes.masterdata import WorkCentre

Span = tuple[datetime, datetime]
SHIFTS = ((time(8), time(12)), (time(13), time(17)))
LONGEST_SEARCH = 400


def works_on(day: date) -> bool:
    """Whether China works on the day: weekdays but holidays, and make-up weekend days (§0)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


class WorkClock:
    """Minutes of work by day. `opens` says whether a day is worked; hours are the company's.

    All moments are aware; they come back in UTC. A start in a pause moves to the next opening, an
    end exactly at the close stays there.
    """

    def __init__(
        self, zone: ZoneInfo, opens: Callable[[date], bool] = works_on,
        exceptions: Mapping[date, bool] | None = None,
    ) -> None:
        self.zone, self._opens, self._exceptions = zone, opens, exceptions or {}
        self._known: dict[date, list[Span]] = {}

    @classmethod
    def of_company(cls, ctx: Ctx) -> WorkClock:
        """The company's clock without exceptions."""
        return cls(ctx.zone)

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment in the clock's zone."""
        return moment.astimezone(self.zone).date()

    def bounds(self, day: date) -> Span:
        """Midnight to midnight of a day."""
        first = datetime.combine(day, time(0), self.zone)
        last = datetime.combine(day + timedelta(days=1), time(0), self.zone)
        return _utc(first), _utc(last)

    def spans(self, day: date) -> list[Span]:
        """The working spans of a day, in order; none on a day off."""
        if day not in self._known:
            open_ = self._exceptions.get(day)
            open_ = self._opens(day) if open_ is None else open_
            self._known[day] = [
                (_utc(datetime.combine(day, begin, self.zone)),
                 _utc(datetime.combine(day, end, self.zone)))
                for begin, end in SHIFTS
            ] if open_ else []
        return self._known[day]

    def opening(self, moment: datetime) -> datetime:
        """The moment itself while work goes on after it, otherwise the next opening."""
        return next(max(_utc(moment), begin) for begin, _end in self._from(moment))

    def add(self, start: datetime, minutes: int) -> datetime:
        """The end of `minutes` of work that begin at `start`; 0 minutes end where they start."""
        if minutes <= 0:
            return _utc(start)
        left = timedelta(minutes=minutes)
        for begin, end in self._from(start):
            begin = max(_utc(start), begin)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("the calendar never ends")

    def subtract(self, end: datetime, minutes: int) -> datetime:
        """The latest start of `minutes` of work that are over at `end`."""
        if minutes <= 0:
            return _utc(end)
        left = timedelta(minutes=minutes)
        for begin, close in self._until(end):
            close = min(_utc(end), close)
            if close - begin >= left:
                return close - left
            left -= close - begin
        raise AssertionError("the calendar never ends")

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two moments; 0 if `end` is not after `start`."""
        total = timedelta()
        for begin, close in self._from(start):
            if begin >= end:
                break
            total += min(close, _utc(end)) - max(begin, _utc(start))
        return int(total.total_seconds()) // 60

    def _from(self, moment: datetime) -> Iterator[Span]:
        day, idle = self.day(moment), 0
        while idle < LONGEST_SEARCH:
            spans = [span for span in self.spans(day) if span[1] > moment]
            yield from spans
            idle = 0 if spans else idle + 1
            day += timedelta(days=1)
        raise ValueError("a work centre is closed for more than a year; check its exceptions")

    def _until(self, moment: datetime) -> Iterator[Span]:
        day, idle = self.day(moment), 0
        while idle < LONGEST_SEARCH:
            spans = [span for span in reversed(self.spans(day)) if span[0] < moment]
            yield from spans
            idle = 0 if spans else idle + 1
            day -= timedelta(days=1)
        raise ValueError("a work centre is closed for more than a year; check its exceptions")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("UTC"))


def clocks_of(ctx: Ctx) -> dict[int, WorkClock]:
    """The clock of every work centre, by its id."""
    found = {}
    for centre in ctx.session.scalars(select(WorkCentre).order_by(WorkCentre.code)):
        exceptions = {row.on: bool(row.open) for row in centre.closed_days}
        found[centre.id] = WorkClock(ctx.zone, exceptions=exceptions)
    return found
