"""Cases on tables under every act of people, clocks, workers and administrators, in any order.

Each example publishes a random workflow, submits a record and does random things to it; after each
act the invariants of WORKFLOW §5.15 are looked at in the tables. `FUZZ_CASES=500` takes more
examples, `FUZZ_URL=postgresql://…` another database.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from core.api import OutboxRow, find
from core.errors import TradewindError
from core.people import Member
from core.testing.world import Templates, postgres_world
from core.workflow import commands as c
from core.workflow.case import broken_link, load_case
from core.workflow.gates import deliver
from core.workflow.leaving import person_left
from core.workflow.marking import OPEN_TASK
from core.workflow.model import (
    CaseEvent,
    CaseRow,
    Delegation,
    Incident,
    MessageRow,
    TaskRow,
    TimerRow,
    TokenRow,
    WorkflowVersion,
)
from core.workflow.moving import move_case, rehearse
from core.workflow.people import acts_for
from core.workflow.publishing import publish, save_draft, workflow_by_key
from core.workflow.work import sweep
from tests.core.toy import Purchase
from tests.core.workflow import conftest
from tests.core.workflow.conftest import flow, submit
from tests.core.workflow.folding import Told, standing

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
        self.now = START
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
        self.publish(shift)
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
            self.history(ctx, row, tokens, tasks)
            self.something_waits(ctx, row, tokens, tasks)
            assert (row.version_id, row.checksum) == self.pinned, "running work was changed"
            self.votes(row, tasks)
            self.once(ctx)

    def history(self, ctx: Any, row: CaseRow, tokens: list[Any], tasks: list[Any]) -> None:
        """(4) no hole, chain whole, and the events alone rebuild the tables."""
        assert broken_link(ctx, self.case) is None
        told = Told()
        events = ctx.session.scalars(select(CaseEvent).where(
            CaseEvent.case_id == self.case).order_by(CaseEvent.seq)).all()
        assert [e.seq for e in events] == list(range(1, row.event_seq + 1))
        for event in events:
            told.add(event.type, event.node, event.token, event.task, event.data)
        assert told.stands() == standing(tokens, tasks)
        assert told.ended == (row.state if row.ended_at else None)

    def something_waits(self, ctx: Any, row: CaseRow, tokens: list[Any], tasks: list[Any]) -> None:
        """(1–3) running iff a live token, each with something that will move it on."""
        live = {t.id: t for t in tokens if t.state in ("active", "waiting")}
        children = Counter(t.parent for t in live.values())
        assert (row.ended_at is None) is bool(live)
        for task in tasks:
            if task.state in ("open", "claimed", "parked") and task.kind != "read":
                token = live[task.token]
                assert token.state == "active" and token.node == task.node
                assert token.generation == task.generation
        plan = load_case(ctx, self.case, lock=False).plan
        for token in live.values():
            assert token.parent is None or live[token.parent].state == "waiting", "a zombie"
            if token.state == "waiting":
                assert children[token.id] + token.settled >= token.needed > token.settled
                continue
            kind = plan.nodes[token.node].type
            if token.data.get("stuck"):
                waits = select(Incident.id).where(
                    Incident.token == token.id, Incident.resolved_at.is_(None))
            elif kind in ("approve", "handle"):
                waits = select(TaskRow.id).where(
                    TaskRow.token == token.id, TaskRow.state.in_(OPEN_TASK))
            elif kind == "delay":
                waits = select(TimerRow.id).where(
                    TimerRow.token == token.id, TimerRow.state == "waiting")
            else:
                waits = select(OutboxRow.id).where(
                    OutboxRow.state.in_(("new", "failed")),
                    OutboxRow.payload["token"].as_integer() == token.id)
                if kind == "wait":
                    message = select(MessageRow.id).where(MessageRow.token == token.id)
                    waits = message if ctx.session.scalar(message) else waits
            assert ctx.session.scalar(waits.limit(1)) is not None, f"nothing moves {token.node} on"

    def votes(self, row: CaseRow, tasks: list[TaskRow]) -> None:
        """(6) nobody who may not has decided, and nobody twice in one vote."""
        cast = [t for t in tasks if t.kind == "approve" and t.state == "done"
                and t.outcome in ("approve", "reject")]
        assert not any(t.actor == row.starter_id for t in cast)
        seats = Counter((t.token, t.node, t.generation, t.actor) for t in cast)
        shared = Counter((t.token, t.node, t.generation, t.actor, t.seat) for t in cast)
        assert all(seats[k[:4]] == 1 or len({s for s in shared if s[:4] == k[:4]}) == 1
                   for k in shared)

    def once(self, ctx: Any) -> None:
        """(7) each rung and each automatic card took effect once, what was undone is undone."""
        rungs = Counter(ctx.session.execute(select(
            CaseEvent.token, CaseEvent.data["rung"].as_integer(), CaseEvent.node, TimerRow.id
        ).join(TimerRow, (TimerRow.token == CaseEvent.token) & (
            TimerRow.rung == CaseEvent.data["rung"].as_integer()) & (
            TimerRow.fired_at == CaseEvent.at)).where(
            CaseEvent.case_id == self.case, CaseEvent.type == "fired")).all())
        assert all(n == 1 for n in rungs.values())
        kinds = Counter(ctx.session.scalars(select(CaseEvent.type).where(
            CaseEvent.case_id == self.case, CaseEvent.type.in_(("step_done", "undo")))))
        undone = len(ctx.session.scalars(select(OutboxRow.id).where(
            OutboxRow.topic == "core.workflow_undo", OutboxRow.state == "done",
            OutboxRow.payload["case"].as_integer() == self.case,
            OutboxRow.key.is_not(None))).all())
        runs = (find(ctx, Purchase, self.record).custom or {}).get("runs", 0)
        assert runs == kinds["step_done"] - undone, (runs, kinds, undone)
        assert undone <= kinds["undo"] <= kinds["step_done"]


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=18, deadline=None, database=None,
    derandomize="FUZZ_CASES" not in os.environ, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate])  # shrinking takes minutes; the steps are short enough to read
