"""Severity and deadlines of complaints as pure rules (DOMAIN §6.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.api import WorkCalendar

BIG_SHARE, BIG_CLAIM = Decimal("0.05"), Decimal(5000)
SHORT_DELAY = 7


@dataclass(frozen=True)
class Limits:
    """Deadlines of a severity: first answer in minutes, the rest in working days; None: none."""

    answer: int
    answer_by_clock: bool
    contain: int | None
    cause: int | None
    close: int


SLA = "S1:4c,1,3,10;S2:8,2,5,20;S3:16,3,10,30;S4:16,,,10"


def read_sla(text: str) -> dict[str, Limits]:
    """Limits by severity, "S1:4c,1,3,10": first answer in working hours (c: hours of the clock),
    containment, root cause and closing in working days; ValueError where it cannot be read."""
    found = {}
    for part in str(text).split(";"):
        grade, rest = part.split(":")
        answer, *days = (word.strip() for word in rest.split(","))
        contain, cause, close = (int(word) if word else None for word in days)
        hours = int(answer.removesuffix("c"))
        if close is None or min(hours, close, contain or 1, cause or 1) < 1:
            raise ValueError("hours and days are above 0, and every complaint is closed")
        found[grade.strip()] = Limits(hours * 60, answer.endswith("c"), contain, cause, close)
    if sorted(found) != ["S1", "S2", "S3", "S4"]:
        raise ValueError("the severities are S1 to S4")
    return found


LIMITS = read_sla(SLA)


@dataclass(frozen=True)
class Deadlines:
    """The moments by which a complaint must be answered, contained, explained and closed."""

    answer: datetime
    contain: datetime | None
    cause: datetime | None
    close: datetime


def severity(
    category: str,
    *,
    safety: bool = False,
    refused: bool = False,
    affected: Decimal | None = None,
    shipped: Decimal | None = None,
    claim_usd: Decimal | None = None,
    days_late: int = 0,
    big_share: Decimal = BIG_SHARE,
    big_claim: Decimal = BIG_CLAIM,
    short_delay: int = SHORT_DELAY,
) -> str:
    """The severity that the facts speak for, S1 to S4; `big_claim` is in US dollars."""
    if safety or refused:
        return "S1"
    share = affected / shipped if affected and shipped else Decimal(0)
    if claim_usd is not None and claim_usd > big_claim:
        return "S2"
    if category in ("quality", "certification", "transit", "short") and share >= big_share:
        return "S2"
    if category == "delay" and days_late > short_delay:
        return "S2"
    if category == "commercial" and not affected and not claim_usd:
        return "S4"
    return "S3"


def deadlines(
    grade: str, received: datetime, calendar: WorkCalendar,
    rules: dict[str, Limits] | None = None,
) -> Deadlines:
    """The ladder of a severity from the moment the complaint came in."""
    limits = (rules or LIMITS)[grade]

    def days(count: int | None) -> datetime | None:
        return calendar.add_working_days(received, count) if count is not None else None

    if limits.answer_by_clock:
        answer = received + timedelta(minutes=limits.answer)
    else:
        answer = calendar.add_working_minutes(received, limits.answer)
    return Deadlines(
        answer,
        days(limits.contain),
        days(limits.cause),
        calendar.add_working_days(received, limits.close),
    )


def next_due(
    due: Sequence[tuple[str, datetime | None, datetime | None]],
) -> tuple[str, datetime] | None:
    """The first open deadline of (name, due, done) triples, None when all are kept."""
    for name, limit, done in due:
        if limit is not None and done is None:
            return name, limit
    return None


def reorder_day(orders: Sequence[date]) -> date | None:
    """When to ask for the next order: the last one + median interval × 0.8; None below 2 orders."""
    days = sorted(set(orders))
    if len(days) < 2:
        return None
    gaps = sorted((later - earlier).days for earlier, later in zip(days, days[1:], strict=False))
    middle = len(gaps) // 2
    median = (
        Decimal(gaps[middle]) if len(gaps) % 2 else Decimal(gaps[middle - 1] + gaps[middle]) / 2
    )
    return days[-1] + timedelta(days=int(median * Decimal("0.8")))
