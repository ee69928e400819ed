"""Moving tokens along a plan: what each kind of card does when a token enters it.

Pure: reads nothing but the plan, the marking and what `Ports` answers, so that the same code
runs against tables and against a model in a test (WORKFLOW §5.4).
"""

from __future__ import annotations

from typing import Any, Protocol

from core.conditions_tree import Truth
from core.workflow.marking import Assigned, Marking, Seat, Task, Token
from core.workflow.plan import START, Branch, Node, Plan

MOST_MOVES = 1000
ENDS = ("approved", "rejected", "withdrawn", "cancelled", "done")


class Ports(Protocol):
    """What the engine asks about the world; answers must not change during one command."""

    def truth(self, when: Any, token: Token) -> tuple[Truth, list[str], list[dict[str, Any]]]:
        """Result of a condition, labels of the missing facts, and the explanation."""
        ...

    def seats(self, node: Node, token: Token, marking: Marking) -> Assigned:
        """Who is asked at the node."""
        ...

    def items(self, node: Node, token: Token) -> list[Any]:
        """The values that a for-each block runs over."""
        ...

    def unchanged(self, since: dict[str, Any]) -> bool:
        """Whether the facts are still the ones of `since`."""
        ...

    def forbidden(self, node: Node) -> frozenset[int]:
        """People who may not decide at the node (separation of duties)."""
        ...

    def facts(self) -> dict[str, Any]:
        """The facts as they are now."""
        ...


class Cards:
    """Moves one marking along one plan; `Engine` adds what people do."""

    def __init__(self, plan: Plan, marking: Marking, ports: Ports) -> None:
        self.plan, self.m, self.ports = plan, marking, ports
        self.moves = 0

    # ---- moving
    def start(self) -> None:
        """Put the root token before the first card."""
        root = Token(self.m.new_id(), START)
        self.m.tokens[root.id] = root
        self.visited(root, START, [self.m.starter] if self.m.starter else [])
        self.go(root, self.plan.first)

    def go(self, token: Token, key: str | None) -> None:
        """Move a token to a card, or to the end of its scope."""
        self.moves += 1
        if self.moves > MOST_MOVES:
            self.incident(token, "limit")
            return
        self.calm(token)
        if key is None:
            self.settle(token)
            return
        node = self.plan.nodes[key]
        token.node, token.state = key, "active"
        self.m.tell("entered", key, token.id)
        getattr(self, f"enter_{node.type}")(node, token)

    def settle(self, token: Token) -> None:
        """The token has done its scope: count it at its parent, or end the case."""
        token.state = "consumed"
        if token.parent is None:
            self.end(self.plan.definition.get("result", "approved"))
            return
        parent = self.m.tokens[token.parent]
        parent.settled += 1
        if parent.state == "waiting" and parent.settled >= parent.needed:
            for child in self.m.children(parent):
                self.cancel(child, "enough")
            self.join(parent)

    def join(self, parent: Token) -> None:
        parent.state = "active"
        self.m.tell("joined", parent.node, parent.id)
        self.go(parent, self.plan.nodes[parent.node].next)

    def end(self, outcome: str) -> None:
        """End the case: nothing stays open."""
        for token in list(self.m.live_tokens()):
            self.cancel(token, "ended")
        for task in self.m.tasks.values():
            if task.live and task.kind != "read":
                task.state = "cancelled"
        self.m.state = self.m.outcome = outcome
        self.m.tell("ended", outcome=outcome)
        if outcome not in ("approved", "done"):
            self.undo(self.m.path)

    def cancel(self, token: Token, reason: str) -> None:
        """Cancel a token and everything below it."""
        for child in self.m.children(token):
            self.cancel(child, reason)
        token.state = "cancelled"
        self.calm(token)
        self.clear(token, reason)
        self.m.tell("cancelled", token.node, token.id, reason=reason)

    def clear(self, token: Token, reason: str, but: int | None = None) -> None:
        """Close what is open at a token: tasks, timers, waits, unsent steps."""
        for task in self.m.tasks.values():
            if task.token == token.id and task.live and task.id != but and task.kind != "read":
                task.state = "cancelled"
                self.m.tell("task_cancelled", task.node, token.id, task.id, reason=reason)
        self.m.tell("clear", token.node, token.id)

    def incident(self, token: Token, kind: str, **data: Any) -> None:
        """Stop here until a person resolves it."""
        self.m.state = "incident" if self.m.state == "running" else self.m.state
        token.data = {**token.data, "stuck": kind}
        self.m.tell("incident", token.node, token.id, kind=kind, **data)

    def calm(self, token: Token) -> None:
        """The incident at a token is over; others may remain."""
        if "stuck" in token.data:
            token.data = {k: v for k, v in token.data.items() if k != "stuck"}
            if self.m.state == "incident" and not self.stuck():
                self.m.state = "running"

    def stuck(self) -> bool:
        """Whether a token waits for somebody to resolve an incident."""
        return any(t.data.get("stuck") for t in self.m.live_tokens())

    def visited(self, token: Token, key: str, by: list[int], **data: Any) -> None:
        self.m.path.append({"n": key, "t": token.id, "g": self.m.generation, "by": by, **data})

    def undo(self, entries: list[dict[str, Any]]) -> None:
        """Take back the automatic steps in `entries`, the last one first."""
        for entry in reversed(entries):
            if entry.get("step") and not entry.get("undone"):
                entry["undone"] = True
                self.m.tell("undo", entry["n"], entry["t"])

    # ---- cards
    def enter_choice(self, node: Node, token: Token) -> None:
        explained = []
        missing: list[str] = []
        for branch in node.branches:
            if branch.otherwise:
                continue
            truth, gaps, seen = self.ports.truth(branch.when, token)
            explained.append({"branch": branch.key, "result": truth, "saw": seen})
            if truth is True:
                self.take(node, token, branch, explained)
                return
            missing += gaps if truth is None else []
        if missing and not node.option("empty_as_else"):
            self.m.tell("explained", node.key, token.id, saw=explained)
            self.incident(token, "missing", fields=sorted(set(missing)))
            return
        otherwise = next((b for b in node.branches if b.otherwise), None)
        if otherwise is None:
            self.incident(token, "no_branch")
            return
        self.take(node, token, otherwise, explained)

    def take(self, node: Node, token: Token, branch: Branch, explained: list[Any]) -> None:
        self.m.tell("chose", node.key, token.id, branch=branch.key, saw=explained)
        self.visited(token, node.key, [], branch=branch.key)
        self.go(token, branch.first)

    def enter_every(self, node: Node, token: Token) -> None:
        chosen, explained, missing = [], [], []
        for branch in node.branches:
            if branch.otherwise:
                continue
            truth, gaps, seen = self.ports.truth(branch.when, token)
            explained.append({"branch": branch.key, "result": truth, "saw": seen})
            if truth is True:
                chosen.append(branch)
            missing += gaps if truth is None else []
        if missing and not node.option("empty_as_else"):
            self.incident(token, "missing", fields=sorted(set(missing)))
            return
        chosen = chosen or [b for b in node.branches if b.otherwise]
        self.m.tell("chose", node.key, token.id, branch=[b.key for b in chosen], saw=explained)
        self.split(node, token, [(b, {}) for b in chosen], len(chosen))

    def enter_parallel(self, node: Node, token: Token) -> None:
        wanted = node.option("join", "all")
        total = len(node.branches)
        needs = 1 if wanted == "first" else total
        if isinstance(wanted, dict):
            needs = min(int(wanted["k"]), total)
        self.split(node, token, [(b, {}) for b in node.branches], needs)

    def enter_each(self, node: Node, token: Token) -> None:
        items = self.ports.items(node, token)
        self.split(node, token, [(node.branches[0], {"item": i}) for i in items], len(items))

    def split(
        self, node: Node, token: Token, branches: list[tuple[Branch, dict[str, Any]]], needs: int
    ) -> None:
        """One child token for each branch; the parent waits until `needs` are settled."""
        self.visited(token, node.key, [])
        token.state, token.expected = "waiting", len(branches)
        token.needed, token.settled = needs, 0
        if not branches or not needs:
            self.join(token)
            return
        children = []
        for branch, data in branches:
            child = Token(self.m.new_id(), node.key, token.id, branch.key,
                          generation=token.generation, data={**token.data, **data})
            self.m.tokens[child.id] = child
            children.append((child, branch.first))
        for child, first in children:
            if token.state == "waiting" and child.state == "active" and self.m.outcome is None:
                self.go(child, first)

    def enter_loop(self, node: Node, token: Token) -> None:
        rounds = dict(token.data.get("rounds", {}))
        done = rounds.get(node.key, 0)
        truth: Truth = done < 1
        if node.option("until") is not None and done:
            met, gaps, seen = self.ports.truth(node.data["until"], token)
            self.m.tell("explained", node.key, token.id, saw=seen)
            if met is None:
                self.incident(token, "missing", fields=gaps)
                return
            truth = not met
        if not truth:
            token.data = {**token.data, "rounds": {**rounds, node.key: 0}}
            self.go(token, node.next)
        elif done >= int(node.option("most", 10)):
            self.incident(token, "rounds")
        else:
            self.fresh(token)
            token.data = {**token.data, "rounds": {**rounds, node.key: done + 1}}
            self.go(token, node.branches[0].first)

    def fresh(self, token: Token) -> None:
        """A new round: tasks of earlier ones no longer count."""
        self.m.generation += 1
        token.generation = self.m.generation

    def enter_step(self, node: Node, token: Token) -> None:
        self.m.tell("step", node.key, token.id)

    def enter_delay(self, node: Node, token: Token) -> None:
        self.m.tell("delay", node.key, token.id)

    def enter_wait(self, node: Node, token: Token) -> None:
        self.m.tell("wait", node.key, token.id)

    def enter_subflow(self, node: Node, token: Token) -> None:
        self.m.tell("subflow", node.key, token.id, wait=bool(node.option("wait", True)))
        if not node.option("wait", True):
            self.leave(token)

    def enter_end(self, node: Node, token: Token) -> None:
        self.end(node.option("result", "done"))

    def enter_copy(self, node: Node, token: Token) -> None:
        found = self.ports.seats(node, token, self.m)
        for seat in found.seats:
            self.open_task(node, token, seat, kind="read")
        self.go(token, node.next)

    def enter_handle(self, node: Node, token: Token) -> None:
        self.enter_approve(node, token)

    def enter_approve(self, node: Node, token: Token) -> None:
        found = self.ports.seats(node, token, self.m)
        if found.problem:
            self.incident(token, found.problem)
            return
        ordered = node.option("vote", {}).get("mode") == "sequence" and node.type == "approve"
        parked = False
        for n, seat in enumerate(found.seats):
            task = self.open_task(node, token, seat, kind=node.type, seq=n, parked=parked)
            parked = parked or (ordered and task.state == "open")
        if found.passes and not found.seats:
            self.visited(token, node.key, [], passed=True)
            self.leave(token)
            return
        self.decide(token)
        if token.state == "active" and token.node == node.key:
            self.m.tell("deadline", node.key, token.id)

    def open_task(
        self, node: Node, token: Token, seat: Seat, *, kind: str, seq: int = 0,
        parked: bool = False, origin_task: int | None = None, seat_id: int | None = None,
    ) -> Task:
        """One task for a seat; a skipped seat counts as agreed and is kept for the record."""
        ident = self.m.new_id()
        task = Task(
            ident, token.id, node.key, token.generation, kind, seat.person, pool=seat.pool,
            seat=seat_id or ident, seq=seq, origin=seat.origin, origin_task=origin_task,
            why=seat.why, state="parked" if parked else "open",
        )
        if seat.skip:
            task.state, task.outcome = "skipped", "approve"
            task.why = {**seat.why, "skip": seat.skip}
        self.m.tasks[ident] = task
        self.m.tell("task", node.key, token.id, ident)
        return task

    def unpark(self, task: Task) -> None:
        """Open a task that waited for its turn."""
        task.state = "open"
        self.m.tell("task", task.node, task.token, task.id)

    # ---- what people do is the engine's part
    def decide(self, token: Token) -> None:
        """See whether the vote at a token's card is fixed, and go on if it is."""
        raise NotImplementedError

    def leave(self, token: Token) -> None:
        """Go on from a card, or straight back to the one who returned it."""
        node = self.plan.nodes[token.node]
        back = token.data.get("back")
        if back is not None:
            token.data = {k: v for k, v in token.data.items() if k != "back"}
            same_scope = self.plan.nodes[back["node"]].path == node.path
            if same_scope and self.ports.unchanged(back["facts"]):
                self.m.tell("straight_back", back["node"], token.id)
                self.go(token, back["node"])
                return
            self.m.tell("run_again", node.key, token.id)
        self.go(token, node.next)
