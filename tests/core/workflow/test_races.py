"""Two people click at the same moment, on PostgreSQL; without the guards it must go wrong."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import TradewindError
from core.testing import World
from core.workflow import case as case_module
from core.workflow import commands as c
from core.workflow.inbox import tasks_of
from core.workflow.model import CaseEvent, CaseRow, TokenRow
from tests.core.workflow.conftest import flow, state, submit, use

ROUNDS = 6


def together(world: World, acts: list[tuple[str, Callable[[Any], Any]]]) -> list[Any]:
    """Run acts of several people at once; the barrier is inside their transactions."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def one(n: int, who: str, act: Callable[[Any], Any]) -> None:
        try:
            with world.act(who) as ctx:
                ctx.roles  # noqa: B018 - the transaction is open before the barrier
                barrier.wait(10)
                results[n] = act(ctx)
        except Exception as error:  # noqa: BLE001 - the loser's error is what is looked at
            results[n] = error

    threads = [Thread(target=one, args=(n, *act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def first(world: World, who: str) -> int:
    with world.act(who) as ctx:
        return tasks_of(ctx, 1)[0].id


def person(name: str) -> list[dict[str, Any]]:
    return [{"rule": "person", "user": name}]


ANY = flow({"key": "a", "type": "approve", "vote": {"mode": "any"},
            "who": person("sm") + person("gm")},
           {"key": "b", "type": "handle", "who": person("guest")})
JOIN = flow({"key": "p", "type": "parallel", "join": "all", "branches": [
    {"key": "x", "body": [{"key": "l", "type": "approve", "who": person("sm")}]},
    {"key": "y", "body": [{"key": "r", "type": "approve", "who": person("gm")}]}]})


def double_transitions(world: World, rounds: int) -> int:
    """How often two clickers both moved a case past an any-one vote."""
    use(world, ANY)
    wrong = 0
    for _n in range(rounds):
        submit(world)
        a, b = first(world, "sm"), first(world, "gm")
        together(world, [("sm", lambda ctx, t=a: c.decide(ctx, t, "approve")),
                         ("gm", lambda ctx, t=b: c.decide(ctx, t, "approve"))])
        with world.act(None) as ctx:
            case = ctx.session.scalar(select(CaseRow.id).order_by(CaseRow.id.desc()).limit(1))
            decided = ctx.session.scalars(select(CaseEvent.id).where(
                CaseEvent.case_id == case, CaseEvent.type == "decided")).all()
            wrong += len(decided) != 1
            c.administer(ctx, case, "cancel", reason="next round")
    return wrong


def lost_joins(world: World, rounds: int) -> int:
    """How often two branches were done and the case did not go on."""
    use(world, JOIN)
    wrong = 0
    for _n in range(rounds):
        ident = submit(world)
        a, b = first(world, "sm"), first(world, "gm")
        together(world, [("sm", lambda ctx, t=a: c.decide(ctx, t, "approve")),
                         ("gm", lambda ctx, t=b: c.decide(ctx, t, "approve"))])
        if state(world, ident) != "placed":
            wrong += 1
            with world.act(None) as ctx:
                case = ctx.session.scalar(select(CaseRow.id).order_by(CaseRow.id.desc()).limit(1))
                try:
                    c.administer(ctx, case, "cancel", reason="next round")
                except TradewindError:
                    ctx.session.rollback()
    return wrong


def test_nothing_happens_twice_and_no_join_is_lost(pg_flows: World) -> None:
    assert double_transitions(pg_flows, ROUNDS) == 0
    assert lost_joins(pg_flows, ROUNDS) == 0
    with pg_flows.act(None) as ctx:
        assert not ctx.session.scalars(
            select(TokenRow.id).where(TokenRow.state.in_(("active", "waiting")))).all()


def test_without_the_lock_it_goes_wrong(pg_flows: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the tests above can fail."""
    def unlocked(ctx: Any, case_id: int) -> CaseRow:
        row = ctx.session.get(CaseRow, case_id)
        assert row is not None
        return row

    monkeypatch.setattr(case_module, "lock_case", unlocked)
    monkeypatch.setattr(CaseRow.__mapper__, "version_id_col", None)
    assert double_transitions(pg_flows, ROUNDS) + lost_joins(pg_flows, ROUNDS) > 0


def test_one_form_sent_by_two_browsers_counts_once(pg_flows: World) -> None:
    use(pg_flows, ANY)
    submit(pg_flows)
    task = first(pg_flows, "sm")
    def click(ctx: Any) -> Any:
        return c.decide(ctx, task, "approve", key="same-form")

    answers = together(pg_flows, [("sm", click), ("sm", click)])
    assert answers[0] == answers[1], answers
