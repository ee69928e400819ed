"""The working time of a work centre: the company's calendar with the centre's own exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.api import Ctx, WorkCalendar, calendar_of
from plugins.mes.masterdata import WorkCentre

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Remembering(WorkCalendar):
    """A calendar that works each day out once: a plan asks for the same days very often."""

    known: dict[date, list[Span]] = field(default_factory=dict, compare=False)

    def intervals(self, day: date) -> list[Span]:
        if day not in self.known:
            self.known[day] = super().intervals(day)
        return self.known[day]


class WorkClock:
    """The clock that plans are made with (`scheduling.Clock`); moments come back in UTC.

    `exceptions` are days on which the work centre stands still (False) or works (True) whatever
    the company does.
    """

    def __init__(
        self, calendar: WorkCalendar, exceptions: Mapping[date, bool] | None = None
    ) -> None:
        own = {day: calendar.hours if open_ else "" for day, open_ in (exceptions or {}).items()}
        self._calendar = _Remembering(calendar.zone, {**calendar.days, **own}, calendar.hours)
        self.zone = calendar.zone

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment in the clock's zone."""
        return moment.astimezone(self.zone).date()

    def bounds(self, day: date) -> Span:
        """Midnight to midnight of a day."""
        first, last = (
            datetime.combine(day + timedelta(days=n), time(0), self.zone) for n in (0, 1)
        )
        return first.astimezone(UTC), last.astimezone(UTC)

    def spans(self, day: date) -> list[Span]:
        """The working spans of a day, in order; none on a day off."""
        return self._calendar.intervals(day)

    def opening(self, moment: datetime) -> datetime:
        """The moment itself while work goes on after it, otherwise the next opening."""
        return self._calendar.add_working_minutes(moment, 0)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The end of `minutes` of work that begin at `start`; an end at a close stays there."""
        if minutes <= 0:
            return start.astimezone(UTC)
        return self._calendar.add_working_minutes(start, minutes)

    def subtract(self, end: datetime, minutes: int) -> datetime:
        """The latest start of `minutes` of work that are over at `end`."""
        return self._calendar.subtract_working_minutes(end, minutes)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two moments; 0 if `end` is not after `start`."""
        return max(0, self._calendar.working_minutes_between(start, end)) if end > start else 0


def company_clock(ctx: Ctx) -> WorkClock:
    """The company's clock without exceptions of a work centre."""
    return WorkClock(calendar_of(ctx))


def clocks_of(ctx: Ctx) -> dict[int, WorkClock]:
    """The clock of every work centre, by its id, in order of their codes."""
    found = {}
    query = select(WorkCentre).options(selectinload(WorkCentre.closed_days))
    for centre in ctx.session.scalars(query.order_by(WorkCentre.code)):
        exceptions = {row.on: bool(row.open) for row in centre.closed_days}
        found[centre.id] = WorkClock(calendar_of(ctx), exceptions)
    return found
