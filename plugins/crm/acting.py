"""Letting demo data happen in the past, done by the people who would have done it."""

from __future__ import annotations

import random
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


def worker(ctx: Ctx, role: str) -> int | None:
    """The person who does the work of a role in the demo company."""
    if ("worker", role) not in ctx.cache:
        ctx.cache["worker", role] = next(iter(people_with(ctx, role)), None)
    found: int | None = ctx.cache["worker", role]
    return found


def chance(ctx: Ctx, name: str) -> random.Random:
    """The dice of a part of the demo: another seed throws otherwise."""
    seed = getattr(ctx.session.info.get("demo"), "seed", 0)
    return random.Random(f"{name} {seed}")  # noqa: S311 - demo data


def scaled(ctx: Ctx, count: int) -> int:
    """A number of the full demo at the size that is being loaded, at least 1."""
    return max(1, round(count * getattr(ctx.session.info.get("demo"), "scale", 1.0)))


def dealt(rng: random.Random, shares: dict[str, float], count: int) -> list[str]:
    """`count` words in random order, each as often as its share says (largest remainder)."""
    whole = sum(shares.values())
    exact = {word: count * share / whole for word, share in shares.items()}
    found = {word: int(value) for word, value in exact.items()}
    rest = sorted(exact, key=lambda word: found[word] - exact[word])
    for word in rest[: count - sum(found.values())]:
        found[word] += 1
    words = [word for word, number in found.items() for _n in range(number)]
    rng.shuffle(words)
    return words


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
