"""One test for each guard that nothing else would miss: taking the guard away turns it red."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.api import Forbidden, Refused, find
from core.errors import Conflict
from core.people import Member
from core.testing import World
from core.workflow import commands as c
from core.workflow.engine import Engine
from core.workflow.marking import Marking, Task
from core.workflow.model import CaseRow, TaskRow, WorkflowRow
from core.workflow.moving import move_case, rehearse
from core.workflow.plan import compile_plan
from core.workflow.publishing import create_workflow, publish, workflow_by_key
from core.workflow.starting import DEEPEST, Start, start_case
from core.workflow.timers import fire
from core.workflow.votes import result
from tests.core.toy import Purchase
from tests.core.workflow.conftest import flow, state, submit, use
from tests.core.workflow.test_cases import decide, events, inbox
from tests.core.workflow.test_engine_model import FakePorts


def person(*names: str) -> list[dict[str, Any]]:
    return [{"rule": "person", "user": name} for name in names]


def approve(key: str, *names: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "who": person(*names), **more}


class Pure:
    """A case in memory."""

    def __init__(self, *body: dict[str, Any], truths: Any = None, seats: Any = None,
                 **policy: Any) -> None:
        self.plan = compile_plan({"schema": 1, "body": list(body), "policy": policy})
        self.ports = FakePorts(truths or {}, seats or {})
        self.m = Marking(1, starter=1)
        self.engine.start()

    @property
    def engine(self) -> Engine:
        return Engine(self.plan, self.m, self.ports)

    def open(self, node: str) -> Task:
        return next(t for t in self.m.tasks.values() if t.node == node and t.state == "open")

    def decide(self, node: str, outcome: str = "approve", actor: int | None = None) -> None:
        task = self.open(node)
        self.engine.act(task.id, outcome, actor or task.principal or 0)

    def targets(self, node: str) -> list[str]:
        return self.engine.targets(self.m.tokens[self.open(node).token])

    def incidents(self) -> list[str]:
        return [e.data["kind"] for e in self.m.effects if e.kind == "incident"]


def card(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "approve", "who": [], **more}


# ---- where a case may go back to
def test_back_to_what_was_done_not_to_what_runs_or_never_was() -> None:
    case = Pure(card("a"), {"key": "c", "type": "choice", "branches": [
        {"key": "y", "when": {"f": "yes"}, "body": [card("never")]},
        {"key": "n", "else": True, "body": []}]},
        {"key": "p", "type": "parallel", "branches": [
            {"key": "l", "body": [card("l1"), card("l2")]},
            {"key": "r", "body": [card("r1"), card("r2")]}]}, card("z"), truths={"yes": False})
    assert case.targets("a") == ["start"]
    case.decide("a")
    case.decide("l1")
    case.decide("r1")
    assert case.targets("l2") == ["start", "a", "l1"]  # not r1: a branch that still runs
    case.decide("l2")
    case.decide("r2")
    assert case.targets("z") == ["start", "a", "l1", "l2", "r1", "r2"]
    case.engine.send_back(case.open("z").id, "l1", 11)
    assert case.targets("l1") == ["start", "a"]  # what lay behind it is to be done again
    case.decide("l1")
    case.decide("l2")
    assert case.open("z")  # only the branch chosen was opened again


def test_loops_and_circles_end() -> None:
    loop = Pure({"key": "l", "type": "loop", "most": 3, "until": {"f": "done"},
                 "body": [card("a")]}, truths={"done": False})
    for _n in range(3):
        loop.decide("a")
    assert loop.incidents() == ["rounds"]
    empty = Pure(card("a", on_reject="a"), seats={"a": [11]})
    empty.decide("a", "reject")
    assert empty.open("a") and empty.m.state == "running"
    circle = Pure({"key": "l", "type": "loop", "most": 10**6, "body": [
        {"key": "x", "type": "copy"}], "until": {"f": "done"}}, truths={"done": False})
    assert circle.incidents() == ["limit"]


def test_votes_of_an_earlier_round_count_no_more() -> None:
    case = Pure(card("a", vote={"mode": "count", "k": 2}), seats={"a": [11, 12, 13]})
    case.decide("a")
    second = case.open("a")
    case.engine.send_back(second.id, "start", 12)
    case.decide("start", "done", 1)
    assert case.m.outcome is None and case.open("a").principal == 11
    loop = Pure({"key": "l", "type": "loop", "most": 3, "until": {"f": "done"},
                 "body": [card("b")]}, truths={"done": False})
    loop.decide("b")
    assert loop.targets("b") == ["start"]  # not where it stands


# ---- votes
def seat(number: int, outcome: str | None = None) -> Task:
    return Task(number, 1, "a", 0, seat=number, state="done" if outcome else "open",
                outcome=outcome)


@pytest.mark.parametrize(("vote", "cast", "wanted"), [
    ({"mode": "all"}, "ar-", False), ({"mode": "all", "reject": "impossible"}, "r--", False),
    ({"mode": "any", "reject": "impossible"}, "rr-", None),
    ({"mode": "any", "reject": "impossible"}, "rrr", False),
    ({"mode": "count", "k": 2, "reject": "impossible"}, "rr-", False),
    ({"mode": "count", "k": 2, "reject": "impossible"}, "ra-", None),
    ({"mode": "percent", "p": 60, "reject": "majority"}, "r--", None),
    ({"mode": "percent", "p": 30, "reject": "majority"}, "rr-", False),
    ({"mode": "percent", "p": 50, "wait": True}, "aa-", None),
    ({"mode": "percent", "p": 50, "wait": True}, "aar", False),
    ({"mode": "percent", "p": 50, "wait": True, "reject": "impossible"}, "aar", True),
    ({"mode": "any"}, "a--", True), ({"mode": "sequence"}, "aa-", None)])
def test_a_vote_ends_as_soon_as_it_is_fixed(
    vote: dict[str, Any], cast: str, wanted: bool | None
) -> None:
    words = {"a": "approve", "r": "reject", "-": None}
    assert result([seat(n + 1, words[x]) for n, x in enumerate(cast)], vote) is wanted


@pytest.mark.parametrize(("join", "left"), [("all", 2), ("first", 0), ({"k": 2}, 1)])
def test_parallel_goes_on_after_all_the_first_or_k(join: Any, left: int) -> None:
    case = Pure({"key": "p", "type": "parallel", "join": join, "branches": [
        {"key": f"b{n}", "body": [card(f"x{n}")]} for n in range(3)]}, card("z"))
    done = 3 if join == "all" else 1 if join == "first" else 2
    for n in range(done):
        assert not [t for t in case.m.tasks.values() if t.node == "z"]
        case.decide(f"x{n}")
    assert case.open("z")
    assert len([t for t in case.m.tasks.values() if t.state == "cancelled"]) == 3 - done
    assert case.m.tokens[case.open("z").token].parent is None and left >= 0


def test_signers_are_added_one_level_deep() -> None:
    case = Pure(card("a"), seats={"a": [11]})
    case.engine.add_signers(case.open("a").id, [12], "before", 11)
    with pytest.raises(Refused, match="added signer"):
        case.engine.add_signers(case.open("a").id, [13], "with", 12)


def test_straight_back_only_if_nothing_has_changed() -> None:
    for changed, wanted in ((False, "c"), (True, "b")):
        case = Pure(card("a"), card("b"), card("c"))
        case.decide("a")
        case.decide("b")
        case.engine.send_back(case.open("c").id, "a", 11, straight=True)
        case.ports.kept = {"v": 2} if changed else case.ports.kept
        case.decide("a")
        assert case.open(wanted)


def test_an_unknown_branch_before_the_first_match_stops_too() -> None:
    branches = [{"key": "dear", "when": {"f": "thin"}, "body": [card("gm")]},
                {"key": "cheap", "when": {"f": "small"}, "body": []},
                {"key": "else", "else": True, "body": [card("sm")]}]
    choice = {"key": "c", "type": "choice", "branches": branches}
    facts = {"thin": None, "small": True}
    assert Pure(choice, truths=facts).incidents() == ["missing"]
    assert Pure({**choice, "empty_as_else": True}, truths=facts).m.outcome == "approved"


# ---- people
def test_only_neighbours_are_spared(flows: World) -> None:
    """A, A, B, A: the second is spared, the last is not (WORKFLOW §2)."""
    use(flows, flow(approve("a", "sm"), approve("b", "sm"), approve("x", "gm"),
                    approve("z", "sm")))
    ident = submit(flows)
    decide(flows, "sm")
    assert [len(inbox(flows, who)) for who in ("sm", "gm")] == [0, 1]
    decide(flows, "gm")
    assert len(inbox(flows, "sm")) == 1 and state(flows, ident) == "waiting"


def test_who_has_left_is_neither_asked_nor_handed_anything(flows: World) -> None:
    use(flows, flow(approve("a", "sm", "guest", vote={"mode": "all"})))
    guest = flows.user_id("guest")
    with flows.act(None) as ctx:
        ctx.session.scalar(select(Member).where(Member.user_id == guest)).active = False
    submit(flows)
    task, = inbox(flows, "sm")
    with flows.act("sm") as ctx:
        assert ctx.session.scalars(select(TaskRow.principal)).all() == [ctx.user_id]
        for act in (lambda: c.hand_over(ctx, task.id, guest), lambda: c.ask(
                ctx, task.id, guest, "?"), lambda: c.add_signers(ctx, task.id, [guest], "with")):
            with pytest.raises(Refused, match="not an active member"):
                act()


def test_what_one_has_taken_another_cannot_decide(flows: World) -> None:
    use(flows, flow({"key": "a", "type": "handle", "who": [{"rule": "role", "role": "rep"}]}))
    submit(flows, "sm")
    task, = inbox(flows, "rep")
    with flows.act("rep") as ctx:
        c.claim(ctx, task.id)
    with flows.act("rep2") as ctx, pytest.raises(Forbidden, match="has taken"):
        c.decide(ctx, task.id, "done")
    assert inbox(flows, "rep2") == []
    with flows.act("rep") as ctx:
        c.release(ctx, task.id)
    decide(flows, "rep2", "done")


# ---- rights
def test_who_may_not_changes_nothing(flows: World) -> None:
    submit(flows)
    with flows.act(None) as ctx:
        case = ctx.session.scalar(select(CaseRow.id))
    before = events(flows)
    with flows.act("rep2") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        for act in (lambda: c.withdraw(ctx, case), lambda: publish(ctx, row),
                    lambda: c.administer(ctx, case, "cancel", reason="x"),
                    lambda: c.administer(ctx, case, "suspend")):
            with pytest.raises(Forbidden):
                act()
    assert events(flows) == before


def test_an_ended_case_stays_as_it_is(flows: World) -> None:
    submit(flows)
    with flows.act("rep") as ctx:
        case = ctx.session.scalar(select(CaseRow.id))
        c.withdraw(ctx, case)
    before = events(flows)
    with flows.act("rep") as ctx, pytest.raises(Conflict):
        c.withdraw(ctx, case)
    with flows.act("gm") as ctx:
        for what in ("cancel", "suspend", "resume"):
            with pytest.raises(Conflict):
                c.administer(ctx, case, what, reason="x")
    assert events(flows) == before


def test_a_step_is_held_by_one_workflow(flows: World) -> None:
    with flows.act("gm") as ctx:
        other = create_workflow(ctx, "toy.other", {"en": "Other"}, "toy.purchase",
                                definition=flow(approve("a", "gm")))
        ctx.session.get(WorkflowRow, other.id).gate = "toy.purchase.place"
        with pytest.raises(Refused, match="held by the workflow"):
            publish(ctx, other)


def test_workflows_call_one_another_so_deep_and_no_deeper(flows: World) -> None:
    ident = submit(flows)
    with flows.act("gm") as ctx:
        row = create_workflow(ctx, "toy.deep", {"en": "Deep"}, "toy.purchase",
                              definition=flow(approve("a", "guest")))
        publish(ctx, row)
        record = find(ctx, Purchase, ident)
        with pytest.raises(Refused, match="deep"):
            start_case(ctx, Start(row, record, depth=DEEPEST + 1))
        start_case(ctx, Start(row, record, depth=DEEPEST))


def test_a_paused_case_hears_no_clock(flows: World) -> None:
    use(flows, flow({"key": "d", "type": "delay", "minutes": 1}))
    submit(flows)
    with flows.act("gm") as ctx:
        case = ctx.session.scalar(select(CaseRow.id))
        c.administer(ctx, case, "suspend")
    from datetime import timedelta
    later = flows.platform.clock() + timedelta(hours=1)
    with flows.act(None, now=later, company="a") as ctx:
        assert fire(ctx, {"case": case}) == {"fired": 0}


# ---- moving to another version
@pytest.mark.parametrize(("body", "reason"), [
    ([{"key": "a", "type": "handle", "who": person("sm")}], "is gone"),
    ([{"key": "p", "type": "parallel", "branches": [
        {"key": "x", "body": [approve("a", "sm")]}, {"key": "y", "body": []}]}], "into or out of"),
])
def test_a_case_moves_only_where_its_cards_are(
    flows: World, body: list[Any], reason: str
) -> None:
    use(flows, flow(approve("a", "sm")))
    submit(flows)
    use(flows, flow(*body))
    with flows.act("gm") as ctx:
        row = workflow_by_key(ctx, "toy.place")
        move, = rehearse(ctx, row, row.active_version_id)
        assert reason in str(move.reason)
        with pytest.raises(Refused, match=reason):
            move_case(ctx, move.case, row.active_version_id)
