"""Performing outbox rows: the database is the queue, Redis only a doorbell (QUALITY §2.4)."""

from __future__ import annotations

import logging
import random
import threading
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from core.audit import plain
from core.context import Ctx
from core.db import ALL
from core.declare import Event, Job
from core.errors import TradewindError
from core.outbox import EventRow, OutboxRow, add_job
from core.people import Company, User
from core.platform import Platform

log = logging.getLogger("tradewind.jobs")
MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=10)
REST = timedelta(minutes=10)  # a plugin that failed again and again hears nothing for so long
POLL_SECONDS = 5.0


class Progress:
    """Given to a job in its payload as `ctx.progress`: shows how far it is, in own transactions."""

    def __init__(self, platform: Platform, company_id: int, row_id: int) -> None:
        self._platform, self._company, self._row = platform, company_id, row_id

    def __call__(self, percent: int, **result: Any) -> None:
        with self._platform.database.transaction(self._company) as session:
            values: dict[str, Any] = {"progress": percent}
            if result:
                values["result"] = plain(result)
            session.execute(update(OutboxRow).where(OutboxRow.id == self._row).values(**values))


def due_rows(platform: Platform, limit: int = 50) -> list[tuple[int, int]]:
    """(company, row id) of the work that is due, oldest first."""
    now = platform.clock()
    with platform.database.session(ALL, readonly=True) as session:
        waiting = OutboxRow.state.in_(("new", "failed")) & (OutboxRow.not_before <= now)
        lost = (OutboxRow.state == "working") & (OutboxRow.lease_until < now)
        query = select(OutboxRow.company_id, OutboxRow.id).where(or_(waiting, lost))
        rows = session.execute(query.order_by(OutboxRow.id).limit(limit))
        return [(company, row) for company, row in rows]


def drain(platform: Platform, limit: int = 10_000) -> int:
    """Perform all work that is due, one row in one transaction; returns how many rows ran."""
    done = 0
    while done < limit:
        rows = due_rows(platform)
        worked = sum(perform_row(platform, company, row) for company, row in rows)
        platform.tell_of_resting()
        done += worked
        if not worked:
            break
    return done


def perform_row(platform: Platform, company_id: int, row_id: int) -> bool:
    """Perform one row; False if another worker has it. A failure is kept on the row."""
    job = _job_of(platform, company_id, row_id)
    leased = job is not None and (job.external or job.long)
    if leased and not _lease(platform, company_id, row_id):
        return False
    if job is not None and job.long:
        return _perform_long(platform, company_id, row_id, job)
    session = platform.database.session(company_id)
    try:
        row = _claim(platform, session, row_id, leased=leased)
        if row is None:
            return False
        if row.kind == "event" and platform.registry.health.rests(row.topic, company_id):
            row.not_before = platform.clock() + REST
            session.commit()
            return True
        result = _run(_context(platform, session, row), row)
        row.state, row.done_at, row.error, row.progress = "done", platform.clock(), None, 100
        if isinstance(result, dict):
            row.result = plain(result)
        session.commit()
    except Exception as error:  # noqa: BLE001 - kept on the row, tried again, then shown to admins
        session.rollback()
        _failed(platform, company_id, row_id, error)
    finally:
        session.close()
    return True


def _context(platform: Platform, session: Any, row: OutboxRow) -> Ctx:
    user = session.get(User, row.actor_id) if row.actor_id else None
    company = session.get(Company, row.company_id)
    ctx = platform.context(session, company, user, rights=False, via="job")
    ctx.progress = Progress(platform, row.company_id, row.id)
    return ctx


def _perform_long(platform: Platform, company_id: int, row_id: int, job: Job) -> bool:
    """Run a job that writes in transactions of its own, and note how it ended."""
    session = platform.database.session(company_id, readonly=True)
    try:
        row = session.get(OutboxRow, row_id)
        ctx = _context(platform, session, row)
        enabled = platform.registry.owner(job.key) in (*ctx.enabled, "core")
        payload = dict(row.payload)
        session.rollback()  # the job begins with a fresh look
        result = job.run(ctx, payload) if enabled else None
        session.rollback()
        values: dict[str, Any] = {"state": "done", "done_at": platform.clock(), "error": None,
                                  "progress": 100}
        if isinstance(result, dict):
            values["result"] = plain(result)
        with platform.database.transaction(company_id) as writing:
            writing.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))
    except Exception as error:  # noqa: BLE001 - as above
        session.rollback()
        _failed(platform, company_id, row_id, error)
    finally:
        session.close()
    return True


def _job_of(platform: Platform, company_id: int, row_id: int) -> Job | None:
    with platform.database.session(company_id, readonly=True) as session:
        topic = session.scalar(select(OutboxRow.topic).where(
            OutboxRow.id == row_id, OutboxRow.kind == "job"
        ))
    return platform.registry.jobs.get(topic or "")


def _lease(platform: Platform, company_id: int, row_id: int) -> bool:
    """Mark outside work as begun before it begins, so that it is never silently repeated."""
    now = platform.clock()
    with platform.database.transaction(company_id) as session:
        change = update(OutboxRow).where(
            OutboxRow.id == row_id,
            or_(OutboxRow.state.in_(("new", "failed")),
                (OutboxRow.state == "working") & (OutboxRow.lease_until < now)),
        ).values(state="working", lease_until=now + LEASE)
        return bool(session.execute(change).rowcount)  # type: ignore[attr-defined]


def _claim(platform: Platform, session: Any, row_id: int, leased: bool) -> OutboxRow | None:
    query = select(OutboxRow).where(OutboxRow.id == row_id)
    row = session.scalar(query.with_for_update(skip_locked=True))
    if row is None or (row.state == "working") is not leased and row.state != "working":
        return None
    now = platform.clock()
    if row.state == "working" and not leased and (row.lease_until or now) > now:
        return None
    return row if row.state in ("new", "failed", "working") else None


def _run(ctx: Ctx, row: OutboxRow) -> Any:
    if row.kind == "event":
        kept = ctx.session.get(EventRow, row.event_id)
        if kept is None or row.topic not in ctx.enabled:
            return None
        event = Event(kept.name, kept.record_key, kept.record_id, kept.data, kept.actor_id, kept.id)
        for plugin, call in ctx.hooks.each("on_event", ctx=ctx, event=event):
            if plugin == row.topic:
                call()
        return None
    job = ctx.registry.jobs.get(row.topic)
    if job is None:
        raise TradewindError(f"no job {row.topic!r}: is its plugin installed?")
    owner = ctx.registry.owner(row.topic)
    if owner != "core" and owner not in ctx.enabled:
        return None
    return job.run(ctx, dict(row.payload))


def _failed(platform: Platform, company_id: int, row_id: int, error: Exception) -> None:
    log.warning("job row %s failed: %s", row_id, error, exc_info=error)
    with platform.database.transaction(company_id) as session:
        row = session.get(OutboxRow, row_id)
        if row is None:
            return
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        row.lease_until = None
        row.state = "dead" if row.attempts >= MOST_ATTEMPTS else "failed"
        wait = min(5 ** min(row.attempts, 6), 7200) * (1 + random.random() / 4)  # noqa: S311
        row.not_before = platform.clock() + timedelta(seconds=wait)


def schedule_due(platform: Platform) -> None:
    """Ask for the scheduled jobs whose time has come; the slot is the key, so once each."""
    now = platform.clock()
    timed = [job for job in platform.registry.jobs.values() if job.every or job.at]
    for company_id in platform.companies() if timed else ():
        with platform.database.transaction(company_id) as session:
            company = session.get(Company, company_id)
            ctx = platform.context(session, company)
            for job in timed:
                slot = _slot(job, now, ctx)
                if slot and platform.registry.owner(job.key) in {*ctx.enabled, "core"}:
                    add_job(session, company_id, job.key, {}, now, key=f"{job.key}@{slot}")


def _slot(job: Job, now: datetime, ctx: Ctx) -> str | None:
    if job.every:
        return str(int(now.timestamp() // (job.every * 60)))
    local = now.astimezone(ctx.zone)
    return f"{local:%Y-%m-%d}" if f"{local:%H:%M}" >= (job.at or "") else None


class Worker:
    """Drains the outbox in a thread (embedded) or a process; also plans scheduled work."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._bell = threading.Event()
        self._ended = threading.Event()
        self._planned: datetime | None = None

    def ring(self) -> None:
        """There is new work."""
        self._bell.set()

    def stop(self) -> None:
        self._ended.set()
        self._bell.set()

    def start(self) -> threading.Thread:
        """Run in a daemon thread of this process."""
        self.platform.ring = self.ring
        thread = threading.Thread(target=self.run, name="tradewind-worker", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Work until stopped; a lost database is tried again."""
        while not self._ended.is_set():
            try:
                now = self.platform.clock()
                if self._planned is None or now - self._planned > timedelta(seconds=60):
                    schedule_due(self.platform)
                    self._planned = now
                drain(self.platform)
            except Exception:
                log.exception("the worker could not reach its work; it tries again")
            self._bell.wait(POLL_SECONDS)
            self._bell.clear()
