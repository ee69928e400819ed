"""Speed of the workflow engine as ratios (WORKFLOW §4): python -m bench.workflow [rounds]

Runs on SQLite and, with TRADEWIND_TEST_DATABASE_URL, on PostgreSQL; each figure is compared with
the rate at which the same database inserts and commits one row, in the same run: one insert, one
approval, in turn.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import event, func, insert, inspect, select
from sqlalchemy.orm import Mapped

from bench.report import Table
from core.api import Comment, Plugin, Record, Role, State, Step, _, hookimpl, perform, save, text
from core.testing import World
from core.testing.world import Templates, postgres_world
from core.workflow import commands
from core.workflow.checks import check_definition
from core.workflow.inbox import tasks_of
from core.workflow.model import CaseEvent, CaseRow, TaskRow, TimerRow, TokenRow
from core.workflow.publishing import create_workflow, publish

BARS = {"sqlite": 0.15, "postgresql": 0.12}


class Paper(Record):
    """A document to approve."""

    key = "paper.paper"
    label, plural, title = _("Paper"), _("Papers"), "name"
    states = (State("draft", _("Draft")), State("waiting", _("Waiting")),
              State("valid", _("Valid")))
    name: Mapped[str] = text(_("Name"), required=True)


@hookimpl
def register_records() -> list[Any]:
    """The one record."""
    return [Paper]


@hookimpl
def register_steps() -> list[Step]:
    """The one step, which can be held."""
    return [Step("submit", "paper.paper", _("Submit"), ("draft",), "valid", pending="waiting",
                 rejected="draft")]


@hookimpl
def register_roles() -> list[Role]:
    """Starter and approver."""
    return [Role("rep", _("Starter"), ("*",)), Role("sm", _("Approver"), ("*",))]


def module() -> ModuleType:
    """This file as a plugin."""
    found = ModuleType("paper")
    for name in ("register_records", "register_steps", "register_roles"):
        setattr(found, name, globals()[name])
    found.plugin = Plugin("paper", _("Papers"))  # type: ignore[attr-defined]
    found.__file__ = __file__
    return found


def flow(cards: int) -> dict[str, Any]:
    """One approval after another."""
    who = [{"rule": "person", "user": "sm"}]
    return {"schema": 1, "subject": "paper.paper", "policy": {"same_person": "never"}, "body": [
        {"key": f"a{n}", "type": "approve", "who": who} for n in range(cards)]}


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Note the seconds that the block took."""
    start = time.perf_counter()
    yield
    into.append(time.perf_counter() - start)


def rate(seconds: list[float]) -> float:
    """Runs in a second, by the median."""
    return 1 / statistics.median(seconds)


def insert_one(world: World, number: int, into: list[float]) -> None:
    """One row and a commit, in this database and process: what everything is compared with."""
    now = world.platform.clock()
    with timed(into), world.platform.database.transaction(1) as session:
        session.execute(insert(Comment), [{
            "company_id": 1, "record_key": "paper.paper", "record_id": number, "at": now,
            "body": "x", "mentions": []}])


@contextmanager
def acting(world: World, company: Any, user: Any) -> Iterator[Any]:
    """A transaction of a user who is known already, as in `insert_one`."""
    with world.platform.database.transaction(company.id) as session:
        yield world.platform.context(session, company, user)


def approve_rate(world: World, rounds: int) -> tuple[float, float, int]:
    """Inserts and approvals in a second, measured in turn, and statements of the last approval."""
    base: list[float] = []
    found: list[float] = []
    with world.act("rep") as ctx:
        ident = save(ctx, Paper, {"name": "P"}).id
        perform(ctx, ctx.session.get(Paper, ident), "submit")
    with world.act("sm") as ctx:
        who = ctx.company, ctx.user
    count = 0
    for n in range(rounds):
        insert_one(world, n, base)
        with world.act("sm") as ctx:
            task = ctx.session.scalar(select(TaskRow.id).where(TaskRow.state == "open"))
        with timed(found), acting(world, *who) as ctx, world.statements() as seen:
            commands.decide(ctx, task, "approve", key=f"k{ident}-{n}")
        count = sum(not s.startswith(("BEGIN", "SELECT set_config")) for s in seen)
    if "-v" in sys.argv:
        print("\n".join(" ".join(s.split())[:110] for s in seen))
    return rate(base), rate(found), count


def bytes_of_a_case(world: World) -> int:
    """Bytes in the rows of the newest ended case."""
    with world.act("sm") as ctx:
        case = ctx.session.scalar(select(func.max(CaseRow.id)))
        total = 0
        for cls in (CaseRow, TokenRow, TaskRow, TimerRow, CaseEvent):
            where = cls.id == case if cls is CaseRow else cls.case_id == case  # type: ignore[attr-defined]
            for row in ctx.session.scalars(select(cls).where(where)):
                total += sum(_size(getattr(row, c.key)) for c in inspect(cls).column_attrs)
        return total


def _size(value: Any) -> int:
    """Bytes of a value as a database keeps it: 8 for numbers and times, else its text."""
    if value is None:
        return 0
    return 8 if isinstance(value, int | datetime) else len(str(value).encode())


def inbox_seconds(world: World, tasks: int = 200_000) -> float:
    """Seconds in the database for the page of my tasks when the table holds very many.

    A thousandth is mine, a hundredth shared by my role, a third done. The page's statements are
    caught and run again on the bare driver.
    """
    with world.act("sm") as ctx:
        case = ctx.session.scalar(select(func.max(CaseRow.id)))
        me, now = ctx.user_id, ctx.now
        for start in range(0, tasks, 10_000):
            ctx.session.execute(insert(TaskRow), [{
                "id": 10**15 + start + n, "company_id": ctx.company.id, "case_id": case, "token": 1,
                "node": "a0", "generation": 0, "kind": "approve", "seat": 1, "seq": 0, "why": {},
                "principal": None if n % 100 == 1 else me if n % 1000 == 0 else 10**9 + n,
                "pool": "sm" if n % 100 == 1 else None, "comment": "", "origin": "rule",
                "state": "open" if n % 3 else "done", "created_at": now, "content": "",
                "due_at": now + timedelta(minutes=n)} for n in range(10_000)])
    engine, seen = world.platform.database.engine, []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with world.act("sm") as ctx:
        assert len(tasks_of(ctx, 50)) == 50
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        return sum(_fastest(driver, *one) for one in seen if one[0].startswith("SELECT"))


def _fastest(driver: Any, statement: str, parameters: Any) -> float:
    """Seconds of one statement with all its rows: the fastest of nine runs, for other programs
    that take the processor meanwhile are no time of the database."""
    found: list[float] = []
    for _n in range(9):
        cursor = driver.cursor()
        with timed(found):
            cursor.execute(statement, parameters)
            cursor.fetchall()
    return min(found)


def _measure(world: World, rounds: int, table: Table) -> None:
    """The figures of one database."""
    name = world.platform.database.engine.dialect.name
    with world.act("sm") as ctx:
        row = create_workflow(ctx, "paper.five", {"en": "Five"}, "paper.paper",
                              gate="paper.paper.submit", definition=flow(5))
        publish(ctx, row)
        start = time.perf_counter()
        check_definition(ctx, row, flow(40))
        checks = time.perf_counter() - start
    approve_rate(world, 5)
    size = bytes_of_a_case(world)
    with world.act("sm") as ctx:
        row = create_workflow(ctx, "paper.many", {"en": "Many"}, "paper.paper",
                              definition=flow(min(190, rounds + 2)))
        publish(ctx, row)
        five = ctx.session.scalar(select(type(row)).where(type(row).key == "paper.five"))
        five.gate, row.gate = None, "paper.paper.submit"
    base, acts, statements = approve_rate(world, min(185, rounds))
    inbox = inbox_seconds(world)
    table.row(f"{name}: insert and commit of one row", f"{base:.0f}/s")
    table.at_least(f"{name}: an approval, as a share of that", acts / base, BARS[name],
                   f"{acts / base:.3f} ({acts:.0f}/s)")
    table.at_most(f"{name}: statements of an approval", statements, 14, str(statements))
    table.at_most(f"{name}: rows of a finished case of 5 cards", size, 4096, f"{size} bytes")
    table.at_most(f"{name}: checks of 40 cards", checks * 1000, 300, f"{checks * 1000:.0f} ms")
    table.at_most(f"{name}: inbox at 200,000 tasks, in the database", inbox * 1000, 5,
                  f"{inbox * 1000:.1f} ms")


def measure(table: Table, rounds: int) -> None:
    """Measure every database that is there."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a", Path(folder) / "b"
        source.mkdir(), target.mkdir()
        _measure(Templates(source, {"paper": module()}).world(
            target, ("paper",), {"paper": module()}), rounds, table)
        if "TRADEWIND_TEST_DATABASE_URL" in os.environ:
            with postgres_world(target, ("paper",), {"paper": module()}) as world:
                _measure(world, rounds, table)


def main() -> None:
    """Print them alone."""
    measure(Table(), int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else 100)


if __name__ == "__main__":
    main()
