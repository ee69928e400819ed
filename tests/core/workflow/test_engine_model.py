"""The engine against an independent model of tokens: random flows, random acts, invariants."""

from __future__ import annotations

import json
import os
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import Refused
from core.workflow.definition import cards_of, check_structure
from core.workflow.engine import Engine
from core.workflow.marking import Assigned, Marking, Seat
from core.workflow.plan import START, compile_plan
from tests.core.workflow.folding import Told, standing

PEOPLE = (11, 12, 13, 14)
STARTER = 1


class FakePorts:
    """Answers from a table: which branches are true, who sits where."""

    def __init__(self, truths: dict[str, Any], seats: dict[str, list[int]]) -> None:
        self.truths, self.people = truths, seats
        self.kept: dict[str, Any] = {"v": 1}

    def truth(self, when: Any, token: Any) -> tuple[Any, list[str], list[Any]]:
        found = self.truths.get(when["f"], True)
        return found, [when["f"]] if found is None else [], []

    def seats(self, node: Any, token: Any, marking: Any) -> Assigned:
        if node.key == START:
            return Assigned([Seat(STARTER)])
        people = self.people.get(node.key, [11])
        return Assigned([Seat(p) for p in people], problem="" if people else "nobody")

    def items(self, node: Any, token: Any) -> list[Any]:
        return [1, 2]

    def forbidden(self, node: Any) -> frozenset[int]:
        return frozenset({STARTER})

    def unchanged(self, since: dict[str, Any]) -> bool:
        return since == self.kept

    def facts(self) -> dict[str, Any]:
        return dict(self.kept)


def numbered(body: list[Any]) -> list[Any]:
    """Give every card and branch a key of its own."""
    for n, card in enumerate(cards_of(body)):
        card["key"] = f"n{n}"
        for m, branch in enumerate(card.get("branches", [])):
            branch["key"] = f"b{m}"
            if "when" in branch:
                branch["when"] = {"f": f"n{n}b{m}", "op": "eq", "v": True}
    return body


_vote = st.sampled_from([
    {"mode": "any"}, {"mode": "all"}, {"mode": "sequence"}, {"mode": "count", "k": 2},
    {"mode": "percent", "p": 55}, {"mode": "all", "reject": "majority"},
    {"mode": "any", "reject": "impossible"}, {"mode": "percent", "p": 50, "wait": True},
])
_cards = st.one_of(
    st.builds(lambda vote: {"type": "approve", "vote": vote}, _vote),
    st.builds(lambda vote: {"type": "approve", "vote": vote}, _vote),
    st.just({"type": "handle"}), st.just({"type": "copy"}), st.just({"type": "step", "step": "x"}),
    st.just({"type": "delay", "minutes": 5}), st.just({"type": "end", "result": "approved"}),
)


def _blocks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    body = st.lists(inner, max_size=3)
    plain = body.map(lambda b: {"body": b})
    conditional = body.map(lambda b: {"body": b, "when": {}})
    return st.one_of(
        st.builds(lambda bs, join: {"type": "parallel", "branches": bs, "join": join},
                  st.lists(plain, min_size=2, max_size=3),
                  st.sampled_from(["all", "first", {"k": 2}])),
        st.builds(lambda bs, last, kind: {"type": kind, "branches": [*bs, {**last, "else": True}]},
                  st.lists(conditional, min_size=1, max_size=2), plain,
                  st.sampled_from(["choice", "every"])),
        st.builds(lambda b: {"type": "each", "items": "items", "body": b}, body),
        st.builds(lambda b: {"type": "loop", "most": 2, "body": b,
                             "until": {"f": "done", "op": "eq", "v": True}}, body),
    )


BODIES = st.lists(st.recursive(_cards, _blocks, max_leaves=9), min_size=1, max_size=4)


class CaseMachine(RuleBasedStateMachine):
    """Every act that a person, a clock or a worker can do, in any order."""

    @initialize(body=BODIES, data=st.data())
    def begin(self, body: list[Any], data: Any) -> None:
        body = numbered(json.loads(json.dumps(body)))
        keys = [c["key"] for c in cards_of(body)]
        truths = {f"{c['key']}b{m}": data.draw(st.sampled_from([True, False, False, None]))
                  for c in cards_of(body) for m in range(len(c.get("branches", [])))}
        truths["done"] = data.draw(st.booleans())
        seats = {k: data.draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))
                 for k in keys}
        self.ports = FakePorts(truths, seats)
        self.plan = compile_plan({"schema": 1, "body": body, "policy": {"withdraw": "any_time"}})
        self.m, self.told = Marking(7, starter=STARTER), Told()
        self.run(lambda e: e.start())

    def run(self, act: Any) -> bool:
        """One command; a refused one must not change anything."""
        before = deepcopy(self.m)
        self.m.effects = []
        try:
            act(Engine(self.plan, self.m, self.ports))
        except Refused:
            self.m = before
            return False
        for told in self.m.effects:
            self.told.add(told.kind, told.node, told.token, told.task, told.data)
        return True

    def open_tasks(self, *kinds: str) -> list[Any]:
        return [t for t in self.m.tasks.values() if t.state in ("open", "claimed")
                and t.kind in (kinds or ("approve", "handle"))]

    def running(self) -> bool:
        return self.m.outcome is None and self.m.state != "suspended"

    @precondition(lambda self: self.running() and self.open_tasks())
    @rule(data=st.data(), outcome=st.sampled_from(["approve", "approve", "approve", "reject"]))
    def decide(self, data: Any, outcome: str) -> None:
        task = data.draw(st.sampled_from(self.open_tasks()))
        actor = data.draw(st.sampled_from([task.principal or 11, task.principal or 11, 12]))
        word = outcome if task.kind == "approve" else "done"
        self.run(lambda e: e.act(task.id, word, actor))

    @precondition(lambda self: any(t.state not in ("open", "claimed")
                                   for t in self.m.tasks.values()))
    @rule(data=st.data(), word=st.sampled_from(["approve", "reject", "return", "before", "hand"]))
    def too_late(self, data: Any, word: str) -> None:
        """What is no longer open cannot be decided, returned, passed on."""
        task = data.draw(st.sampled_from([
            t for t in self.m.tasks.values() if t.state not in ("open", "claimed")]))
        acts = {"return": lambda e: e.send_back(task.id, START, 11),
                "before": lambda e: e.add_signers(task.id, [15], "before", 11),
                "hand": lambda e: e.hand_over(task.id, 15, 11)}
        assert not self.run(acts.get(word) or (lambda e: e.act(task.id, word, 11)))

    @precondition(lambda self: self.running() and self.open_tasks())
    @rule(data=st.data(), straight=st.booleans())
    def send_back(self, data: Any, straight: bool) -> None:
        task = data.draw(st.sampled_from(self.open_tasks()))
        engine = Engine(self.plan, self.m, self.ports)
        targets = engine.targets(self.m.tokens[task.token])
        key = data.draw(st.sampled_from([*targets, *self.plan.nodes]))
        done = self.run(lambda e: e.send_back(task.id, key, 11, straight=straight))
        assert done is (key in targets)

    @precondition(lambda self: self.running() and self.open_tasks("approve"))
    @rule(data=st.data(), how=st.sampled_from(["before", "with", "after"]),
          person=st.sampled_from([*PEOPLE, 15, STARTER]))
    def add_signer(self, data: Any, how: str, person: int) -> None:
        task = data.draw(st.sampled_from(self.open_tasks("approve")))
        done = self.run(lambda e: e.add_signers(task.id, [person], how, task.principal or 11))
        assert not (done and person == STARTER)

    @precondition(lambda self: self.running() and self.open_tasks())
    @rule(data=st.data(), person=st.sampled_from([*PEOPLE, 15, STARTER]))
    def hand_over(self, data: Any, person: int) -> None:
        task = data.draw(st.sampled_from(self.open_tasks()))
        self.run(lambda e: e.hand_over(task.id, person, task.principal or 11))

    @precondition(lambda self: self.running())
    @rule(data=st.data(), outcome=st.sampled_from(["approve", "reject", "return"]))
    def machine(self, data: Any, outcome: str) -> None:
        active = [t for t in self.m.tokens.values() if t.state == "active"]
        token = data.draw(st.sampled_from(active))
        kind = self.plan.nodes[token.node].type
        if kind == "step":
            self.run(lambda e: e.step_done(token.id))
        elif kind in ("delay", "wait"):
            self.run(lambda e: e.elapsed(token.id))
        elif kind == "approve":
            self.run(lambda e: e.automatic(token.id, outcome))

    @precondition(lambda self: self.running() and self.m.state == "incident")
    @rule(data=st.data(), how=st.sampled_from(["skip", "retry", "assign"]))
    def resolve(self, data: Any, how: str) -> None:
        active = [t for t in self.m.tokens.values() if t.state == "active"]
        token = data.draw(st.sampled_from(active))
        self.ports.truths = {k: True if v is None else v for k, v in self.ports.truths.items()}
        if how == "assign":
            self.run(lambda e: e.assign(token.id, [14]))
        else:
            self.run(lambda e: getattr(e, how)(token.id))

    @precondition(lambda self: self.m.outcome is None)
    @rule(act=st.sampled_from(["suspend", "resume", "resume"]))
    def pause(self, act: str) -> None:
        self.run(lambda e: getattr(e, act)())

    @precondition(lambda self: self.running())
    @rule(often=st.integers(0, 9), act=st.sampled_from(["withdraw", "cancel"]))
    def finish(self, often: int, act: str) -> None:
        if not often:
            self.run(lambda e: e.withdraw() if act == "withdraw" else e.end("cancelled"))

    @precondition(lambda self: self.m.outcome is not None)
    @rule()
    def ended(self) -> None:
        assert not [t for t in self.m.tasks.values() if t.live and t.kind != "read"]

    @invariant()
    def tokens_form_a_tree_of_the_blocks(self) -> None:
        if not hasattr(self, "m"):
            return
        live = {t.id: t for t in self.m.live_tokens()}
        children = Counter(t.parent for t in live.values())
        for token in live.values():
            node = self.plan.nodes[token.node]
            if token.state == "waiting":
                assert node.type in ("parallel", "every", "each")
                assert children[token.id] >= 1, "waits for nobody"
                assert token.settled < token.needed <= token.expected
                assert children[token.id] + token.settled >= token.needed, "the join can never fire"
            else:
                assert not children[token.id], "an active token has no children"
            chain, current = [], token
            while current.parent is not None:
                parent = live[current.parent]
                assert parent.state == "waiting", "a zombie below a token that went on"
                chain.insert(0, (parent.node, current.branch))
                current = parent
            assert tuple(chain) == node.path, "the token stands in another scope than its card"

    @invariant()
    def the_history_alone_says_where_the_case_stands(self) -> None:
        if hasattr(self, "m"):
            assert self.told.stands() == standing(self.m.tokens.values(), self.m.tasks.values())

    @invariant()
    def open_tasks_belong_to_live_tokens(self) -> None:
        if not hasattr(self, "m"):
            return
        for task in self.m.tasks.values():
            if task.live and task.kind != "read":
                token = self.m.tokens[task.token]
                assert token.state == "active" and token.node == task.node
                assert token.generation == task.generation

    @invariant()
    def running_means_somebody_has_something_to_do(self) -> None:
        if not hasattr(self, "m"):
            return
        live = list(self.m.live_tokens())
        assert (self.m.outcome is None) is bool(live)
        if self.m.state == "incident":
            assert any(t.data.get("stuck") for t in live)
        for token in live:
            if token.state == "waiting" or token.data.get("stuck"):
                continue
            node = self.plan.nodes[token.node]
            assert node.type in ("step", "delay", "wait", "approve", "handle"), node.type
            if node.type in ("approve", "handle") and self.m.state == "running":
                mine = [t for t in self.m.tasks_of(token) if t.state in ("open", "claimed")]
                assert mine, "nobody can act"

    @invariant()
    def nobody_acts_twice_and_starters_never_approve(self) -> None:
        if not hasattr(self, "m"):
            return
        voted = Counter(
            (t.token, t.node, t.generation, t.actor, t.seat) for t in self.m.tasks.values()
            if t.kind == "approve" and t.state == "done" and t.outcome in ("approve", "reject"))
        seats = Counter(key[:4] for key in voted)
        assert all(n == 1 for n in seats.values())
        assert not any(t.kind == "approve" and t.actor == STARTER for t in self.m.tasks.values())


TestCase = CaseMachine.TestCase
EXAMPLES = int(os.environ.get("FUZZ_CASES", "0")) or 50  # `make fuzz` takes more
TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None)


@given(BODIES)
@settings(max_examples=30, deadline=None)
def test_generated_flows_are_sound(body: list[Any]) -> None:
    for card in cards_of(numbered(json.loads(json.dumps(body)))):
        assert card["key"]


def test_structure_faults_are_sentences() -> None:
    definition = {"schema": 1, "body": [
        {"key": "a", "type": "approve"}, {"key": "a", "type": "end"},
        {"key": "b", "type": "approve", "who": [{"rule": "starter"}]}]}
    found = check_structure(definition, {})
    assert {(p.card, p.code) for p in found} == {("a", "who"), ("a", "key"), ("b", "unreachable")}


@pytest.mark.parametrize(("p", "n", "wanted"), [(55, 100, 55), (50, 3, 2), (1, 3, 1), (100, 3, 3)])
def test_shares_round_up_in_whole_numbers(p: int, n: int, wanted: int) -> None:
    from core.workflow.votes import needed
    assert needed({"mode": "percent", "p": p}, n) == wanted
