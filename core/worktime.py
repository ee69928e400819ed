"""The working clock of a company: hours, holidays and make-up days (DOMAIN §0).

Hours are 08:00–12:00 and 13:00–17:00 on China's working days unless the company's own table says
otherwise. All moments are aware; a deadline that ends exactly at 12:00 or 17:00 stays there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from core.context import Ctx
from core.errors import Invalid, Refusal
from core.i18n import _
from core.kinds import Id
from core.records import CompanyRow

DEFAULT_HOURS = "08:00-12:00,13:00-17:00"
DAY_MINUTES = 480
MOST_DAYS = 3660


class CalendarDay(CompanyRow):
    """A day on which the company works other hours than usual; `hours` "" is a day off."""

    __tablename__ = "core_calendar_day"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column()
    hours: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(120), default="")
    __table_args__ = (UniqueConstraint("company_id", "day"),)


def read_hours(text: str) -> tuple[tuple[time, time], ...]:
    """"08:00-12:00,13:00-17:00" → spans in order; Invalid says what is wrong."""
    found: list[tuple[time, time]] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        start, _dash, end = part.partition("-")
        try:
            span = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
        except ValueError:
            fault = Refusal(_("Write hours like 08:00-12:00,13:00-17:00."), "hours")
            raise Invalid(fault) from None
        if span[0] >= span[1] or (found and span[0] < found[-1][1]):
            raise Invalid(Refusal(_("Working hours must follow one another."), "hours"))
        found.append(span)
    return tuple(found)


def china_works(day: date) -> bool:
    """Whether China works on a day: statutory holidays and make-up days counted.

    Beyond the years that the State Council has announced: Monday to Friday.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


@dataclass(frozen=True)
class WorkCalendar:
    """When a company works; `days` are the exceptions of its own table."""

    zone: ZoneInfo
    days: Mapping[date, str] = field(default_factory=dict)
    hours: str = DEFAULT_HOURS

    def works(self, day: date) -> bool:
        """Whether anybody works on the day."""
        return bool(self.days[day]) if day in self.days else china_works(day)

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working spans of a day as aware UTC moments, [] on a day off."""
        text = self.days.get(day, self.hours if china_works(day) else "")
        return [
            (datetime.combine(day, start, self.zone).astimezone(UTC),
             datetime.combine(day, end, self.zone).astimezone(UTC))
            for start, end in read_hours(text)
        ]

    def spans(self, start: datetime, step: int = 1) -> Iterator[tuple[datetime, datetime]]:
        """Working spans from the day of `start` on, or backwards with step −1."""
        day = start.astimezone(self.zone).date()
        for _n in range(MOST_DAYS):
            found = self.intervals(day)
            yield from found if step > 0 else reversed(found)
            day += timedelta(days=step)
        raise Invalid(_("The company's calendar has no working time within ten years."))

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment after `minutes` of working time; 0 gives the next moment of work."""
        left = timedelta(minutes=minutes)
        for begin, end in self.spans(start):
            begin = max(begin, start)
            if begin >= end:
                continue
            if end - begin >= left:
                return (begin + left).astimezone(UTC)
            left -= end - begin
        raise AssertionError("spans ends with an error")

    def subtract_working_minutes(self, end: datetime, minutes: int) -> datetime:
        """The moment `minutes` of working time before `end`."""
        left = timedelta(minutes=minutes)
        for begin, close in self.spans(end, -1):
            close = min(close, end)
            if begin >= close:
                continue
            if close - begin >= left:
                return (close - left).astimezone(UTC)
            left -= close - begin
        raise AssertionError("spans ends with an error")

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from `start` to `end`; negative if `end` is earlier."""
        if end < start:
            return -self.working_minutes_between(end, start)
        total = timedelta()
        for begin, close in self.spans(start):
            if begin >= end:
                break
            total += max(timedelta(), min(close, end) - max(begin, start))
        return int(total.total_seconds() // 60)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """`days` × 8 working hours later."""
        return self.add_working_minutes(start, days * DAY_MINUTES)


def calendar_of(ctx: Ctx) -> WorkCalendar:
    """The calendar of the context's company."""
    def build() -> WorkCalendar:
        rows = ctx.session.execute(select(CalendarDay.day, CalendarDay.hours))
        return WorkCalendar(ctx.zone, {day: hours for day, hours in rows})

    found: WorkCalendar = ctx._once("work_calendar", build)
    return found
