"""Letting demo data happen in the past, done by the people who would have done it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from core.api import Activity, Ctx, Member, Notice, User


@contextmanager
def acting(ctx: Ctx, user_id: int | None, moment: datetime) -> Iterator[Ctx]:
    """Run the block as that person at that moment; rights are not asked for in demo data.

    Numbers, stamps, audit and events take the person and the moment from the context.
    """
    before = ctx.user, ctx.now
    if user_id and ("acting", user_id) not in ctx.cache:  # the session holds rows weakly
        ctx.cache["acting", user_id] = ctx.session.get(User, user_id)
    ctx.user = ctx.cache["acting", user_id] if user_id else None
    ctx.now = moment
    try:
        yield ctx
    finally:
        ctx.user, ctx.now = before


def at_work(ctx: Ctx, day: date, minute: int = 90) -> datetime:
    """The moment `minute` minutes after 8:00 of the day at the company, never after now."""
    start = datetime.combine(day, time(8), tzinfo=ctx.zone)
    return min((start + timedelta(minutes=minute)).astimezone(ctx.now.tzinfo), ctx.now)


def people_with(ctx: Ctx, role: str) -> list[int]:
    """Users of the company who hold a role, the longest there first."""
    query = select(Member).where(Member.active).order_by(Member.id)
    return [member.user_id for member in ctx.session.scalars(query) if role in member.roles]


def clear_desks(ctx: Ctx) -> None:
    """Nobody leaves the notices and small tasks of a whole year untouched."""
    since = ctx.now - timedelta(hours=20)
    old = select(Notice).where(Notice.read_at.is_(None), Notice.at < since)
    for notice in ctx.session.scalars(old):
        notice.read_at = notice.at
    passed = ctx.today - timedelta(days=2)
    tasks = select(Activity).where(Activity.done_at.is_(None), Activity.due < passed)
    for task in ctx.session.scalars(tasks):
        task.done_at = at_work(ctx, task.due or ctx.today)
