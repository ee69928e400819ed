"""Facts and background work that leave with the commit: rows, written in the transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.declare import Event
from core.kinds import Id, Json, Moment
from core.people import Company
from core.records import CompanyRow


class OutboxRow(CompanyRow):
    """One thing to do after commit: deliver an event to a plugin, or run a job (DESIGN §6).

    `state` is new, working, done, failed (will be tried again) or dead (an administrator decides).
    """

    __tablename__ = "core_outbox"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="new")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    key: Mapped[str | None] = mapped_column(String(200))
    actor_id: Mapped[int | None] = mapped_column(Id)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("core_event.id"))
    event: Mapped[EventRow | None] = relationship("EventRow")
    error: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # the wall clock, also of what the demo dates back: work waits from when it was written
    created_at: Mapped[datetime] = mapped_column(Moment, default=lambda: datetime.now(UTC))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_core_outbox_due", "state", "not_before"),
    )


class EventRow(CompanyRow):
    """A committed fact, kept for feeds and webhooks; the id gives the order."""

    __tablename__ = "core_event"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    record_key: Mapped[str | None] = mapped_column(String(80))
    record_id: Mapped[int | None] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    actor_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    sequence: Mapped[int | None] = mapped_column(Id)
    __table_args__ = (
        Index("ix_core_event_company", "company_id", "id"),
        UniqueConstraint("company_id", "sequence"),
    )


def sequence_events(session: Session) -> None:
    """Give committed events their place in the feed: the order of commits, without gaps.

    Ids are drawn before commit, so a lower one may appear later; a reader of the feed calls this
    first, in a write transaction of its own. The company row is locked meanwhile.
    """
    company = session.info["company_id"]
    session.execute(select(Company.id).where(Company.id == company).with_for_update())
    last = session.scalar(select(func.max(EventRow.sequence))) or 0
    waiting = select(EventRow).where(EventRow.sequence.is_(None)).order_by(EventRow.id).limit(5000)
    for row in session.scalars(waiting):
        last += 1
        row.sequence = last


def add_event(
    session: Session, company_id: int, event: Event, now: datetime, listeners: list[str]
) -> EventRow:
    """Keep the fact and one delivery for each listening plugin; the id comes with the flush."""
    row = EventRow(
        company_id=company_id, name=event.name, record_key=event.record_key,
        record_id=event.record_id, data=event.data, actor_id=event.actor_id, at=now,
    )
    session.add(row)
    for plugin in listeners:
        session.add(OutboxRow(
            company_id=company_id, kind="event", topic=plugin, payload={}, event=row,
            not_before=now, actor_id=event.actor_id,
        ))
    return row


def add_job(
    session: Session, company_id: int, job: str, payload: dict[str, Any], now: datetime,
    *, key: str | None = None, at: datetime | None = None, actor_id: int | None = None,
) -> int | None:
    """Ask for work; with a `key` that exists already nothing is added and None returned."""
    if key is not None:
        known = select(OutboxRow.id).where(OutboxRow.key == key)
        if session.scalar(known) is not None:
            return None
    row = OutboxRow(
        company_id=company_id, kind="job", topic=job, payload=payload, key=key,
        not_before=at or now, actor_id=actor_id,
    )
    session.add(row)
    session.flush()
    return row.id
