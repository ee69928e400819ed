"""Finite forward scheduling of work orders on work centres (DOMAIN §2.9). Pure: no database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol


class Clock(Protocol):
    """The working time of a work centre; all moments are aware."""

    def opening(self, moment: datetime) -> datetime:
        """The moment itself if work goes on after it, otherwise the next opening."""
        ...

    def add(self, start: datetime, minutes: int) -> datetime:
        """The end of `minutes` of work that begin at `start`."""
        ...

    def subtract(self, end: datetime, minutes: int) -> datetime:
        """The latest start of `minutes` of work that are to end at `end`."""
        ...

    def minutes(self, start: datetime, end: datetime) -> int:
        """Working minutes between two moments."""
        ...

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The first and the last moment of a calendar day on the clock's own zone."""
        ...

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment."""
        ...


@dataclass(frozen=True)
class Task:
    """An operation still to do: `minutes` of one work centre. `pinned` is a start set by hand."""

    key: Hashable
    centre: Hashable
    minutes: int
    pinned: datetime | None = None


@dataclass(frozen=True)
class Job:
    """A work order with its remaining operations in order.

    `running` jobs keep their place before all others; then come priority (1 first), due date
    and number.
    """

    key: Hashable
    number: str
    tasks: Sequence[Task]
    release: datetime
    due: date | None = None
    priority: int = 5
    running: bool = False

    @property
    def rank(self) -> tuple[bool, int, date, str]:
        return (not self.running, self.priority, self.due or date.max, self.number)


@dataclass(frozen=True)
class Slot:
    """Where the plan puts an operation."""

    job: Hashable
    task: Hashable
    centre: Hashable
    start: datetime
    end: datetime


@dataclass
class _Centre:
    clock: Clock
    free: datetime | None = None
    taken: list[tuple[datetime, datetime]] = field(default_factory=list)

    def first_gap(self, ready: datetime, minutes: int) -> tuple[datetime, datetime]:
        """The first stretch of working time from `ready` on that meets no other operation."""
        start = self.clock.opening(ready)
        while True:
            end = self.clock.add(start, minutes)
            clash = next((e for s, e in self.taken if s < end and start < e), None)
            if clash is None:
                return start, end
            start = self.clock.opening(clash)


def forward_plan(
    jobs: Iterable[Job], clocks: Mapping[Hashable, Clock],
    free: Mapping[Hashable, datetime] | None = None,
) -> list[Slot]:
    """Plan every operation at max(release, end of the one before, work centre free).

    One operation at a time runs on a centre. A job of lower rank may use the time in which the
    centre waits for one of higher rank,
    but never delays it. Pinned operations get their start first; it moves
    later only where an earlier operation of the same job or another pinned one is in the way.
    """
    centres = {key: _Centre(clock, (free or {}).get(key)) for key, clock in clocks.items()}
    ordered = sorted(jobs, key=lambda job: job.rank)
    reserved = _reserve(ordered, centres)
    slots = []
    for job in ordered:
        ready = job.release
        for task in job.tasks:
            slot = _place(job, task, ready, centres[task.centre], reserved.get(task.key))
            slots.append(slot)
            ready = slot.end
    return slots


def _reserve(
    jobs: Sequence[Job], centres: Mapping[Hashable, _Centre]
) -> dict[Hashable, tuple[datetime, datetime]]:
    held = {}
    pins = [(task.pinned, job, task) for job in jobs for task in job.tasks if task.pinned]
    for pinned, job, task in sorted(pins, key=lambda pin: (pin[0], pin[1].rank)):
        centre = centres[task.centre]
        stretch = centre.first_gap(max(pinned, job.release), task.minutes)
        centre.taken.append(stretch)
        held[task.key] = stretch
    return held


def _place(
    job: Job, task: Task, ready: datetime, centre: _Centre,
    held: tuple[datetime, datetime] | None,
) -> Slot:
    if held is not None:
        if held[0] < ready:
            centre.taken.remove(held)
            held = centre.first_gap(ready, task.minutes)
            centre.taken.append(held)
        return Slot(job.key, task.key, task.centre, *held)
    earliest = max(ready, centre.free) if centre.free else ready
    start, end = centre.first_gap(earliest, task.minutes)
    centre.taken.append((start, end))
    return Slot(job.key, task.key, task.centre, start, end)


def backward_plan(
    job: Job, clocks: Mapping[Hashable, Clock], not_before: datetime
) -> list[Slot]:
    """Latest start and end of each operation so that the job is ready at the end of its due day.

    Capacity is not looked at: this is what the load is measured by. A job whose latest start has
    passed is laid forward from `not_before` instead. Jobs without a due date count as due now.
    """
    slots: list[Slot] = []
    if job.due is not None and job.tasks:
        end = clocks[job.tasks[-1].centre].bounds(job.due)[1]
        for task in reversed(job.tasks):
            clock = clocks[task.centre]
            start = clock.subtract(end, task.minutes)
            finish = clock.add(start, task.minutes)
            slots.insert(0, Slot(job.key, task.key, task.centre, start, finish))
            end = start
        if slots[0].start >= not_before:
            return slots
    slots, ready = [], not_before
    for task in job.tasks:
        clock = clocks[task.centre]
        start = clock.opening(ready)
        ready = clock.add(start, task.minutes)
        slots.append(Slot(job.key, task.key, task.centre, start, ready))
    return slots


@dataclass(frozen=True)
class DayLoad:
    """Minutes asked of a work centre on a day beside what its calendar offers."""

    centre: Hashable
    day: date
    required: int
    available: int

    @property
    def share(self) -> Decimal:
        """Required ÷ available as a fraction; 0 on a day without work and without demand."""
        if not self.available:
            return Decimal(1) if self.required else Decimal(0)
        return Decimal(self.required) / self.available


def loads(
    slots: Iterable[Slot], clocks: Mapping[Hashable, Clock], days: Sequence[date]
) -> list[DayLoad]:
    """The load of every centre on each of the days, from the working minutes of the slots."""
    required: dict[tuple[Hashable, date], int] = {}
    for slot in slots:
        clock = clocks[slot.centre]
        for day in days:
            first, last = clock.bounds(day)
            start, end = max(first, slot.start), min(last, slot.end)
            if start < end:
                place = (slot.centre, day)
                required[place] = required.get(place, 0) + clock.minutes(start, end)
    return [
        DayLoad(centre, day, required.get((centre, day), 0), clock.minutes(*clock.bounds(day)))
        for centre, clock in clocks.items()
        for day in days
    ]


@dataclass(frozen=True)
class Forecast:
    """When a job will be finished beside what was promised; `days_late` is 0 when in time."""

    job: Hashable
    finish: date
    promised: date | None

    @property
    def days_late(self) -> int:
        if self.promised is None:
            return 0
        return max(0, (self.finish - self.promised).days)


def forecast(
    job: Job, slots: Iterable[Slot], clock: Clock, promised: date | None
) -> Forecast | None:
    """The projected finish of a job from its planned slots; None when nothing is left to do."""
    ends = [slot.end for slot in slots if slot.job == job.key]
    return Forecast(job.key, clock.day(max(ends)), promised) if ends else None
