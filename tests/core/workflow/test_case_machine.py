"""Cases on tables under every act of people, clocks, workers and administrators, in any order.

Each example publishes a random workflow, submits a record and does random things to it; after each
act the invariants of WORKFLOW §5.15 are looked at in the tables. `FUZZ_CASES=500` takes more
examples, `FUZZ_URL=postgresql://…` another database.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from core.api import OutboxRow
from core.errors import Invalid, TradewindError
from core.people import Member
from core.testing.world import Templates, postgres_world
from core.workflow import commands as c
from core.workflow.case import load_case
from core.workflow.gates import deliver
from core.workflow.leaving import person_left
from core.workflow.marking import OPEN_TASK
from core.workflow.model import (
    CaseEvent,
    CaseRow,
    Delegation,
    Incident,
    TaskRow,
    TokenRow,
    WorkflowVersion,
)
from core.workflow.moving import move_case, rehearse
from core.workflow.people import acts_for
from core.workflow.publishing import publish, save_draft, workflow_by_key
from core.workflow.work import sweep
from tests.core.workflow import conftest, invariants
from tests.core.workflow.conftest import flow, submit

EXAMPLES = int(os.environ.get("FUZZ_CASES", "0")) or 12
ASKED = ("sm", "gm", "guest", "rep2")
START = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LADDER = {"minutes": 600, "ladder": [
    {"at": 50, "do": "remind"}, {"at": 150, "do": "escalate"}, {"at": 300, "do": "auto_reject"}]}


def people(names: list[str]) -> list[dict[str, Any]]:
    return [{"rule": "person", "user": name} for name in names]


_people = st.lists(st.sampled_from(ASKED), min_size=1, max_size=3, unique=True).map(people)
_who = st.one_of(_people, _people, st.just([{"rule": "role", "role": "rep"}]),
                 st.just([{"rule": "manager"}]))
_vote = st.sampled_from([{"mode": "any"}, {"mode": "all"}, {"mode": "sequence"},
                         {"mode": "percent", "p": 50}, {"mode": "all", "reject": "majority"}])
_cards = st.one_of(
    st.builds(lambda who, vote, due: {"type": "approve", "who": who, "vote": vote, **due},
              _who, _vote, st.sampled_from([{}, {"due": LADDER}])),
    st.builds(lambda who: {"type": "handle", "who": who}, _who),
    st.just({"type": "step", "step": "toy.note", "config": {}}),
    st.just({"type": "step", "step": "toy.note", "config": {}}),
    st.just({"type": "delay", "minutes": 60}), st.just({"type": "wait", "message": "toy.paid"}),
)
_block = st.builds(
    lambda bodies, join: {"type": "parallel", "join": join, "branches": [
        {"body": body} for body in bodies]},
    st.lists(st.lists(_cards, max_size=2), min_size=2, max_size=2),
    st.sampled_from(["all", "all", "first"]))
BODIES = st.lists(st.one_of(_cards, _cards, _block), min_size=2, max_size=4)


def numbered(body: list[Any], shift: int = 0) -> list[Any]:
    """Give cards and branches their keys; a shift makes the later ones new."""
    body = json.loads(json.dumps(body))
    for n, card in enumerate(body):
        card["key"] = f"n{n + (shift if n > 1 else 0)}"
        for m, branch in enumerate(card.get("branches", [])):
            branch["key"] = f"{card['key']}b{m}"
            for k, inner in enumerate(branch["body"]):
                inner["key"] = f"{branch['key']}c{k}"
    return body


class Cases(RuleBasedStateMachine):
    """One world for all examples; each example has a record and a case of its own."""

    world: Any = None
    stack = ExitStack()

    @classmethod
    def open_world(cls) -> Any:
        if cls.world is None:
            folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
            for name in ("source", "target"):
                (folder / name).mkdir()
            given = {"toy": conftest.MODULE}
            if os.environ.get("FUZZ_URL"):
                os.environ["TRADEWIND_TEST_DATABASE_URL"] = os.environ["FUZZ_URL"]
                cls.world = cls.stack.enter_context(postgres_world(folder, ("toy",), given))
            else:
                cls.world = Templates(folder / "source", given).world(
                    folder / "target", ("toy",), given)
        return cls.world

    # ---- the example
    @initialize(body=BODIES, policy=st.sampled_from([{}, {"resubmit": "straight"}]))
    def begin(self, body: list[Any], policy: dict[str, str]) -> None:
        self.body, self.world, self.fail = body, self.open_world(), ""
        self.now, self.gone = START, frozenset()
        self.world.platform.clock = lambda: self.now
        self.ids = {who: self.world.user_id(who) for who in (*ASKED, "rep")}
        self.names = {ident: who for who, ident in self.ids.items()}
        self.policy = {"withdraw": "any_time", **policy}
        self.publish(0)
        self.record = submit(self.world)
        with self.world.act(None) as ctx:
            row = ctx.session.scalar(select(CaseRow).order_by(CaseRow.id.desc()).limit(1))
            self.case, self.pinned = row.id, (row.version_id, row.checksum)
        self.answers: dict[str, Any] = {}

    def publish(self, shift: int) -> None:
        with self.world.act("gm") as ctx:
            row = workflow_by_key(ctx, "toy.place")
            save_draft(ctx, row, flow(*numbered(self.body, shift), **self.policy))
            publish(ctx, row)

    def teardown(self) -> None:
        """From wherever it stands, an end can be reached (invariant 8)."""
        if not hasattr(self, "case"):
            return
        for who in ASKED:
            self.set_active(who, True)
        for _n in range(80):
            if self.finish():
                break
        with self.world.act(None) as ctx:
            assert ctx.session.get(CaseRow, self.case).ended_at is not None
            for row in ctx.session.scalars(select(Delegation)):
                row.valid_until = row.valid_from
        self.check()
        self.work()

    def finish(self) -> bool:
        self.now += timedelta(hours=3)
        with self.world.act("gm") as ctx:
            row = ctx.session.get(CaseRow, self.case)
            if row.ended_at is not None:
                return True
            if row.state == "suspended":
                c.administer(ctx, self.case, "resume")
                return False
            stuck = [t for t in load_case(ctx, self.case, lock=False).m.live_tokens()
                     if t.data.get("stuck")]
            if stuck:
                c.administer(ctx, self.case, "skip", token=stuck[0].id, reason="on")
                return False
            deliver(ctx, "toy.paid", "toy.purchase", self.record)
            sweep(ctx, {})
        for task in self.tasks():
            actor = self.names.get(task.principal or 0) or "rep2"
            with self.world.act(actor) as ctx:
                try:
                    c.decide(ctx, task.id, {"approve": "approve", "handle": "done"}.get(
                        task.kind, "answer"))
                except TradewindError:
                    ctx.session.rollback()
                    with self.world.act("gm") as admin:
                        token = ctx.session.get(TokenRow, task.token)
                        if token.state == "active":
                            c.administer(admin, self.case, "skip", token=task.token, reason="x")
                break
        self.work()
        return False

    # ---- acts of people
    def tasks(self) -> list[TaskRow]:
        with self.world.act(None) as ctx:
            return list(ctx.session.scalars(select(TaskRow).where(
                TaskRow.case_id == self.case, TaskRow.state.in_(OPEN_TASK), TaskRow.kind != "read"
            ).order_by(TaskRow.id)))

    def try_to(self, who: str, act: Any) -> bool:
        """Do something as somebody; refused, nothing may have changed."""
        before = self.events()
        try:
            with self.world.act(who) as ctx:
                act(ctx)
        except TradewindError:
            assert self.events() == before
            return False
        return True

    def events(self) -> int:
        with self.world.act(None) as ctx:
            return int(ctx.session.scalar(select(func.count(CaseEvent.id))) or 0)

    @rule(data=st.data(), reject=st.integers(0, 5), who=st.sampled_from([*ASKED, "rep", ""]))
    def decide(self, data: Any, reject: int, who: str) -> None:
        task = self.draw_task(data)
        if task is None:
            return
        actor = who or self.names.get(task.principal or 0) or "rep2"
        word = {"approve": "approve" if reject else "reject", "handle": "done"}.get(
            task.kind, "answer")
        with self.world.act(actor) as ctx:
            mine = task.principal in (ctx.user_id, *acts_for(ctx, ctx.user_id)) or (
                task.pool is not None and ctx.has_role(task.pool))
            active = ctx.member is not None
        key = f"{self.case}-{task.id}-{actor}-{word}"
        done = self.try_to(actor, lambda ctx: self.answers.update({
            key: (actor, task.id, word, c.decide(ctx, task.id, word, "why", key=key))}))
        assert not done or (mine and active and (task.kind != "approve" or actor != "rep"))

    @rule(data=st.data())
    def click_again(self, data: Any) -> None:
        """Invariant 5: a repeated command gives the same answer and no new event."""
        if not self.answers:
            return
        key = data.draw(st.sampled_from(sorted(self.answers)))
        who, task, word, answer = self.answers[key]
        before = self.events()
        with self.world.act(who) as ctx:
            assert c.decide(ctx, task, word, "why", key=key) == answer
        assert self.events() == before

    @rule(data=st.data(), what=st.sampled_from(["return", "before", "with", "after", "hand_over",
                                                "ask", "claim", "release"]),
          other=st.sampled_from([*ASKED, "rep"]), straight=st.booleans())
    def more(self, data: Any, what: str, other: str, straight: bool) -> None:
        task = self.draw_task(data)
        if task is None:
            return
        actor, ident = self.names.get(task.principal or 0) or "rep2", self.ids[other]
        to = data.draw(st.sampled_from(["start", "n0", "n1", "n1b0c0", "n2b0c0", "n2b1c0"]))
        acts = {
            "return": lambda ctx: c.send_back(ctx, task.id, to, "again", straight=straight),
            "hand_over": lambda ctx: c.hand_over(ctx, task.id, ident),
            "ask": lambda ctx: c.ask(ctx, task.id, ident, "why?"),
            "claim": lambda ctx: c.claim(ctx, task.id),
            "release": lambda ctx: c.release(ctx, task.id)}
        self.try_to(actor, acts.get(what) or (
            lambda ctx: c.add_signers(ctx, task.id, [ident], what)))

    def draw_task(self, data: Any) -> TaskRow | None:
        open_tasks = self.tasks()
        return data.draw(st.sampled_from(open_tasks)) if open_tasks else None

    @rule(principal=st.sampled_from(ASKED), delegate=st.sampled_from([*ASKED, "rep"]),
          hours=st.integers(1, 30))
    def delegate(self, principal: str, delegate: str, hours: int) -> None:
        with self.world.act(None) as ctx:
            ctx.session.add(Delegation(
                principal_id=self.ids[principal], delegate_id=self.ids[delegate], reason="",
                valid_from=self.now, valid_until=self.now + timedelta(hours=hours)))

    @rule(who=st.sampled_from(["guest", "sm", "rep2"]), here=st.booleans())
    def leave_or_come_back(self, who: str, here: bool) -> None:
        if not here:
            with self.world.act("gm") as ctx:
                person_left(ctx, self.ids[who])
        self.set_active(who, here)
        self.gone = self.gone - {who} if here else self.gone | {who}

    def set_active(self, who: str, here: bool) -> None:
        with self.world.act(None) as ctx:
            ctx.session.scalar(select(Member).where(
                Member.user_id == self.ids[who])).active = here

    @rule(often=st.integers(0, 7))
    def withdraw(self, often: int) -> None:
        if not often:
            self.try_to("rep", lambda ctx: c.withdraw(ctx, self.case))

    # ---- acts of administrators
    @rule(what=st.sampled_from(["suspend", "resume", "resume"]))
    def pause(self, what: str) -> None:
        self.try_to("gm", lambda ctx: c.administer(ctx, self.case, what))

    @rule(how=st.sampled_from(["skip", "retry", "assign"]))
    def resolve(self, how: str) -> None:
        with self.world.act(None) as ctx:
            found = ctx.session.scalar(select(Incident).where(
                Incident.case_id == self.case, Incident.resolved_at.is_(None),
                Incident.token.is_not(None)))
        if found is not None:
            self.try_to("gm", lambda ctx: c.administer(
                ctx, self.case, how, token=found.token, reason="on", people=[self.ids["gm"]]))

    @rule(shift=st.integers(0, 3), move=st.booleans(), again=st.booleans())
    def publish_another(self, shift: int, move: bool, again: bool) -> None:
        """A new version changes no running case, unless it is moved; a second move is none."""
        try:
            self.publish(shift)
        except Invalid:
            assert self.gone, "only somebody who has left stops it"
            return
        if not move:
            return
        with self.world.act("gm") as ctx:
            row = workflow_by_key(ctx, "toy.place")
            target = row.active_version_id
            mine = [m for m in rehearse(ctx, row, target) if m.case == self.case]
        if mine and self.try_to("gm", lambda ctx: move_case(
                ctx, self.case, target, ask_again=again)):
            assert mine[0].reason is None
            with self.world.act("gm") as ctx:
                assert not move_case(ctx, self.case, target)
                version = ctx.session.get(WorkflowVersion, target)
                self.pinned = (target, version.checksum)
        elif mine:
            assert mine[0].reason is not None

    # ---- clocks and workers
    @rule(hours=st.sampled_from([0, 1, 6, 80]), fail=st.sampled_from(["", "", "before", "after"]),
          twice=st.booleans())
    def time_passes(self, hours: int, fail: str, twice: bool) -> None:
        """The sweeper and the worker, with crashes of automatic cards and doubled deliveries."""
        self.now += timedelta(hours=hours)
        with self.world.act(None) as ctx:
            sweep(ctx, {})
            if twice:
                for row in ctx.session.scalars(select(OutboxRow).where(
                        OutboxRow.topic.like("core.workflow_%"),
                        OutboxRow.payload["case"].as_integer() == self.case)).all():
                    ctx.enqueue(row.topic, dict(row.payload))
        conftest.CRASH[:] = [fail] if fail else []
        try:
            self.work()
        finally:
            conftest.CRASH.clear()

    def work(self) -> None:
        for _n in range(3):
            self.world.work()

    @rule()
    def message(self) -> None:
        with self.world.act(None) as ctx:
            deliver(ctx, "toy.paid", "toy.purchase", self.record)

    # ---- invariants
    @invariant()
    def check(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.act(None) as ctx:
            row = ctx.session.get(CaseRow, self.case)
            tokens = list(ctx.session.scalars(select(TokenRow).where(
                TokenRow.case_id == self.case)))
            tasks = list(ctx.session.scalars(select(TaskRow).where(TaskRow.case_id == self.case)))
            invariants.history(ctx, row, tokens, tasks)
            invariants.something_waits(ctx, row, tokens, tasks)
            assert (row.version_id, row.checksum) == self.pinned, "running work was changed"
            invariants.votes(row, tasks)
            invariants.once(ctx, row)


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=18, deadline=None, database=None,
    derandomize="FUZZ_CASES" not in os.environ, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate])  # shrinking takes minutes; the steps are short enough to read
