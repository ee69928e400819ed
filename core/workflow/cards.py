"""Moving tokens along a plan: what each kind of card does when a token enters or leaves it.

Pure: reads nothing but the plan, the marking and what `Ports` answers, so that the same code
runs against tables and against a model in a test (WORKFLOW §5.4). Every change of a live token
or task is told, so that the history alone can rebuild where a case stands (§5.12).
"""

from __future__ import annotations

from typing import Any

from core.conditions_tree import Truth
from core.workflow import votes
from core.workflow.marking import LIVE_TOKEN, OPEN_TASK, Ask, Marking, Task, Token
from core.workflow.plan import START, Branch, Node, Plan, common
from core.workflow.ports import Ports

MOST_MOVES = 1000


class Cards:
    """Moves one marking along one plan; `Engine` adds what people, clocks and machines ask for."""

    def __init__(self, plan: Plan, marking: Marking, ports: Ports) -> None:
        self.plan, self.m, self.ports = plan, marking, ports
        self.moves, self.going = 0, False
        self.coming: list[tuple[Token, str | None]] = []

    # ---- moving
    def start(self) -> None:
        """Put the root token before the first card."""
        root = Token(self.m.new_id(), START)
        self.m.tokens[root.id] = root
        self.visited(root, START, [self.m.starter] if self.m.starter else [])
        self.go(root, self.plan.first)

    def go(self, token: Token, key: str | None) -> None:
        """Move a token to a card, or to the end of its scope; one after another, depth first."""
        self.coming.append((token, key))
        if self.going:
            return
        self.going = True
        while self.coming:
            (token, key), *later = self.coming
            self.coming = []
            if token.state in LIVE_TOKEN and self.m.outcome is None:
                self.move(token, key)
            self.coming += later
        self.going = False

    def move(self, token: Token, key: str | None) -> None:
        """One move; after a thousand in one command it stands still."""
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
        self.m.tell("settled", parent.node, token.id)
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
        chosen = self.fitting(node, token, most=1)
        if chosen:
            self.visited(token, node.key, [], branch=chosen[0].key)
            self.go(token, chosen[0].first)
        elif chosen is not None:
            self.incident(token, "no_branch")

    def enter_every(self, node: Node, token: Token) -> None:
        chosen = self.fitting(node, token, most=len(node.branches))
        if chosen is not None:
            self.split(node, token, [(b, {}) for b in chosen], len(chosen))

    def fitting(self, node: Node, token: Token, most: int) -> list[Branch] | None:
        """The branches to take; None after an incident: a branch that came first lacks a fact."""
        chosen: list[Branch] = []
        explained, missing = [], []
        for branch in node.branches:
            if branch.otherwise or len(chosen) == most:
                continue
            truth, gaps, seen = self.ports.truth(branch.when, token)
            explained.append({"branch": branch.key, "result": truth, "saw": seen})
            chosen += [branch] if truth is True else []
            missing += gaps if truth is None else []
        if missing and not node.option("empty_as_else"):
            self.m.tell("explained", node.key, token.id, saw=explained)
            self.incident(token, "missing", fields=sorted(set(missing)))
            return None
        chosen = chosen or [b for b in node.branches if b.otherwise]
        keys = [b.key for b in chosen]
        self.m.tell("chose", node.key, token.id, saw=explained,
                    branch=keys if node.type == "every" else "".join(keys))
        return chosen

    def enter_parallel(self, node: Node, token: Token) -> None:
        wanted, total = node.option("join", "all"), len(node.branches)
        needs = min(int(wanted["k"]), total) if isinstance(wanted, dict) else (
            1 if wanted == "first" else total)
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
        self.m.tell("split", node.key, token.id, into=[[c.id, c.branch] for c, _b in children])
        for child, first in children:
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
        for seat in self.ports.seats(node, token, self.m).seats:
            self.open_task(node, token, Ask(seat, "read"))
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
            task = self.open_task(node, token, Ask(seat, node.type, n, parked))
            parked = parked or (ordered and task.state == "open")
        if found.passes and not found.seats:
            self.visited(token, node.key, [], passed=True)
            self.leave(token)
            return
        if not self.decide(token):
            self.m.tell("deadline", node.key, token.id)

    def open_task(self, node: Node, token: Token, ask: Ask) -> Task:
        """One task for a seat; a skipped seat counts as agreed and is kept for the record."""
        ident, seat = self.m.new_id(), ask.seat
        task = Task(
            ident, token.id, node.key, token.generation, ask.kind, seat.person, pool=seat.pool,
            seat=ask.voter or ident, seq=ask.seq, origin=seat.origin, origin_task=ask.origin_task,
            why=seat.why, state="parked" if ask.parked else "open",
        )
        if seat.skip:
            task.state, task.outcome = "skipped", "approve"
            task.why = {**seat.why, "skip": seat.skip}
        self.m.tasks[ident] = task
        state = {} if task.state == "open" else {"state": task.state}
        self.m.tell("task", node.key, token.id, ident, who=seat.person or seat.pool, **state)
        return task

    def unpark(self, task: Task) -> None:
        """Open a task that waited for its turn."""
        task.state = "open"
        self.m.tell("task", task.node, task.token, task.id, who=task.principal or task.pool)

    # ---- votes
    def decide(self, token: Token) -> bool:
        """Go on if the vote at a token's card is fixed; returns whether it is."""
        node = self.plan.nodes[token.node]
        tasks = self.m.tasks_of(token)
        vote = node.option("vote", {}) if node.type == "approve" else {}
        found = votes.result(tasks, vote)
        if found is None:
            self.open_next(tasks, vote.get("mode") == "sequence")
            return False
        done = [t for t in tasks if t.state == "done" and t.outcome != "moved" and t.actor]
        by = {t.actor or 0 for t in done}
        skipped = {t.principal for t in tasks if t.state == "skipped" and t.principal}
        absent = {t.why["for"] for t in done if "for" in t.why}
        self.clear(token, "not_needed")
        self.visited(token, node.key, sorted(by | skipped), passed=found,
                     voted=bool(by) and node.type == "approve",
                     **({"of": sorted(absent)} if absent else {}))
        self.m.tell("decided", node.key, token.id, passed=found)
        if found:
            self.leave(token)
        else:
            self.reject(node, token)
        return True

    def open_next(self, tasks: list[Task], sequence: bool) -> None:
        """Open signers whose turn has come: after or before somebody, or next in the order."""
        for task in tasks:
            if task.state != "parked":
                continue
            before = [t for t in tasks if t.origin == "before" and t.origin_task == task.id]
            ahead = [t for t in tasks if t.id == task.origin_task and task.origin == "after"]
            if (waits := before or ahead) and not any(t.live for t in waits):
                self.unpark(task)
        chained = {t.origin_task for t in tasks if t.origin == "before"}
        if sequence and not any(t.state in OPEN_TASK for t in tasks):
            turn = [t for t in tasks if t.state == "parked" and t.origin != "after"
                    and t.id not in chained]
            for task in sorted(turn, key=lambda t: (t.seq, t.id))[:1]:
                self.unpark(task)

    def reject(self, node: Node, token: Token) -> None:
        """What a failed vote leads to: the end, the next card, or an earlier one."""
        rule = node.option("on_reject", "end")
        if rule == "end":
            self.end("rejected")
        elif rule == "next":
            self.leave(token)
        else:
            self.move_back(token, rule)

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

    # ---- going back
    def move_back(self, token: Token, key: str, straight: bool = False) -> None:
        """Leave the scopes between, cancel what lives in them, and go on at the earlier card."""
        node, origin = self.plan.nodes[key], token.node
        depth = common(node.path, self.plan.nodes[origin].path)
        holder = self.m.chain(token)[depth]
        for child in self.m.children(holder):
            self.cancel(child, "returned")
        self.calm(holder)
        self.clear(holder, "returned")
        left = self._left(key, node.path[:depth])
        self.undo(left)
        for entry in left:
            entry["x"] = True
        self.fresh(holder)
        self.m.tell("returned", origin, token.id, to=key)
        holder.data = {k: v for k, v in holder.data.items() if k != "back"}
        if straight:
            back = {"node": origin, "facts": self.ports.facts()}
            holder.data = {**holder.data, "back": back}
        self._reopen(holder, node, depth)

    def _reopen(self, token: Token, node: Node, depth: int) -> None:
        """Put the token at a card, opening finished blocks around it with that branch only."""
        for block, branch in node.path[depth:]:
            token.node, token.state = block, "waiting"
            token.expected = token.needed = 1
            token.settled = 0
            child = Token(self.m.new_id(), block, token.id, branch, generation=token.generation,
                          data=dict(token.data))
            self.m.tokens[child.id] = child
            self.m.tell("split", block, token.id, into=[[child.id, branch]])
            token = child
        self.go(token, node.key)

    def _left(self, key: str, scope: tuple[Any, ...]) -> list[dict[str, Any]]:
        """The entries of the path since the last visit of `key`, inside the scopes left."""
        places = [n for n, e in enumerate(self.m.path) if e["n"] == key and not e.get("x")]
        since = self.m.path[places[-1]:] if places else []
        known = [e for e in since if not e.get("x") and e["n"] in self.plan.nodes]
        return [e for e in known if self.plan.nodes[e["n"]].path[:len(scope)] == scope]
