"""What people and clocks do to a case: votes, returns, signers, hand-over, steps, timers.

Each public method is one command: it checks that the command is allowed, moves the marking and
leaves effects in `m.effects` (WORKFLOW §5.4, §5.8).
"""

from __future__ import annotations

from core.errors import Refused
from core.i18n import _
from core.workflow.cards import Cards
from core.workflow.marking import OPEN_TASK, Ask, Seat, Task, Token
from core.workflow.plan import PEOPLE, START, common

DECISIONS = ("approve", "reject")


class Engine(Cards):
    """Moves one marking along one plan by one command."""

    # ---- deciding
    def act(self, task_id: int, outcome: str, actor: int, comment: str = "") -> None:
        """Approve or reject a task, or finish a piece of work (outcome "done")."""
        task = self.task(task_id)
        self.not_twice(task, actor)
        task.state, task.outcome, task.actor, task.comment = "done", outcome, actor, comment
        self.m.tell("acted", task.node, task.token, task.id, outcome=outcome, comment=comment)
        if task.kind in ("approve", "handle"):
            self.decide(self.m.tokens[task.token])

    # ---- going back
    def targets(self, token: Token) -> list[str]:
        """The cards to which this token may be returned: visited, earlier, not in progress."""
        busy = {t.node for t in self.m.live_tokens()}
        seen = {entry["n"] for entry in self.m.path if not entry.get("x")}
        here = self.plan.nodes[token.node].path
        found = []
        for key in (START, *self.plan.order):
            node = self.plan.nodes[key]
            if node.type not in PEOPLE or key not in seen or key in busy:
                continue
            depth = common(node.path, here)
            beyond = node.path[depth:]
            if beyond and len(here) > depth and beyond[0][0] == here[depth][0]:
                continue  # a sibling branch of a block that is still running
            if any(self.plan.nodes[block].type == "each" for block, _branch in beyond):
                continue
            found.append(key)
        return found

    def send_back(
        self, task_id: int, key: str, actor: int, comment: str = "", straight: bool = False
    ) -> None:
        """Return the case from a task to an earlier card."""
        task = self.task(task_id)
        if key not in self.targets(self.m.tokens[task.token]):
            raise Refused(_("It cannot go back to “%(card)s”.", card=self.plan.label(key)))
        task.state, task.outcome, task.actor, task.comment = "done", "return", actor, comment
        self.m.tell("acted", task.node, task.token, task.id, outcome="return", comment=comment,
                    to=key)
        self.move_back(self.m.tokens[task.token], key, straight)

    # ---- other things that a person does with a task
    def hand_over(self, task_id: int, to: int, actor: int, comment: str = "",
                  origin: str = "transfer") -> None:
        """Give a task to somebody else; the seat stays one voter."""
        task = self.task(task_id)
        self._fit(task, to)
        if origin == "transfer" and to == actor:
            raise Refused(_("You cannot hand a task over to yourself."))
        self._replace(task, Seat(to, {"from": task.principal or actor}, origin), actor, comment)

    def _replace(self, task: Task, seat: Seat, actor: int | None, comment: str) -> Task:
        node, token = self.plan.nodes[task.node], self.m.tokens[task.token]
        task.state, task.outcome, task.actor, task.comment = "cancelled", "moved", actor, comment
        self.m.tell("acted", task.node, task.token, task.id, outcome=seat.origin, comment=comment,
                    to=seat.person)
        return self.open_task(node, token, Ask(seat, task.kind, task.seq, origin_task=task.id,
                                               voter=task.seat))

    def add_signers(self, task_id: int, people: list[int], how: str, actor: int,
                    comment: str = "") -> None:
        """Ask others before, with or after the person of a task; one level only."""
        task = self.task(task_id)
        if task.kind != "approve" or how not in ("before", "with", "after"):
            raise Refused(_("Signers can only be added to an approval."))
        if task.origin in ("before", "with", "after"):
            raise Refused(_("An added signer cannot add another one."))
        if not people:
            raise Refused(_("Choose at least one person."))
        for person in people:
            self._fit(task, person)
        if task.pool:
            task.principal = task.principal or actor
        node, token = self.plan.nodes[task.node], self.m.tokens[task.token]
        self.m.tell("acted", task.node, task.token, task.id, outcome=f"add_{how}", comment=comment,
                    to=people)
        for person in dict.fromkeys(people):
            self.open_task(node, token, Ask(
                Seat(person, {"from": actor}, how), "approve", task.seq, how == "after", task.id,
                None if how == "with" else task.seat))
        if how == "before":
            task.state = "parked"

    def _fit(self, task: Task, person: int) -> None:
        """A new voter must not be in the vote already, nor be one who may not decide here."""
        token = self.m.tokens[task.token]
        present = {p for t in self.m.tasks_of(token) if t.state != "cancelled"
                   for p in (t.principal, t.actor) if p}
        if person in present:
            raise Refused(_("This person is asked here already."))
        if task.kind == "approve" and person in self.ports.forbidden(self.plan.nodes[task.node]):
            raise Refused(_("Nobody decides about an own request."))

    def not_twice(self, task: Task, actor: int) -> None:
        """One person has one voice in a vote, also as somebody's delegate."""
        if task.kind != "approve":
            return
        others = [t for t in self.m.tasks_of(self.m.tokens[task.token])
                  if t.id != task.id and t.state == "done" and t.outcome in DECISIONS]
        if any(t.actor == actor and t.seat != task.seat for t in others):
            raise Refused(_("You have decided here already; hand this one over."))

    def claim(self, task_id: int, actor: int) -> None:
        """Take a task of a role for oneself."""
        task = self.task(task_id)
        if not task.pool or task.state != "open":
            raise Refused(_("This task cannot be claimed."))
        task.state, task.actor = "claimed", actor
        self.m.tell("claimed", task.node, task.token, task.id)

    def release(self, task_id: int) -> None:
        """Give a claimed task back to its role."""
        task = self.task(task_id)
        if task.state != "claimed":
            raise Refused(_("This task was not claimed."))
        task.state, task.actor = "open", None
        self.m.tell("released", task.node, task.token, task.id)

    def ask(self, task_id: int, person: int, question: str, actor: int) -> None:
        """Ask somebody a question; the task stays open meanwhile."""
        task = self.task(task_id)
        self.m.tell("acted", task.node, task.token, task.id, outcome="ask", comment=question,
                    to=person)
        self.open_task(self.plan.nodes[task.node], self.m.tokens[task.token],
                       Ask(Seat(person, {"from": actor, "question": question}, "ask"), "answer",
                           origin_task=task.id))

    # ---- machines and clocks
    def step_done(self, token_id: int, outcome: str = "") -> None:
        """An automatic step has run: go on, or to the branch of its error."""
        token = self.active(token_id)
        self.visited(token, token.node, [], step=True, outcome=outcome)
        self.leave(token)

    def elapsed(self, token_id: int) -> None:
        """A delay, a wait or a sub-flow is over."""
        token = self.active(token_id)
        self.visited(token, token.node, [])
        self.leave(token)

    def automatic(self, token_id: int, outcome: str) -> None:
        """A deadline decides instead of people: approve, reject or return to the start."""
        token = self.active(token_id)
        self.clear(token, "deadline")
        self.visited(token, token.node, [], passed=outcome == "approve", auto=True)
        if outcome == "approve":
            self.leave(token)
        elif outcome == "return":
            self.move_back(token, START)
        else:
            self.reject(self.plan.nodes[token.node], token)

    # ---- administrators
    def skip(self, token_id: int) -> None:
        """Go on without the card at which the token stands."""
        token = self.active(token_id)
        self.clear(token, "skipped")
        self.visited(token, token.node, [], skipped=True)
        self.m.tell("skipped", token.node, token.id)
        self.leave(token)

    def retry(self, token_id: int) -> None:
        """Enter the card again, as if for the first time."""
        token = self.active(token_id)
        self.clear(token, "retried")
        self.fresh(token)
        self.go(token, token.node)

    def assign(self, token_id: int, people: list[int]) -> None:
        """Name the people of a card for which the rules found nobody."""
        token = self.active(token_id)
        node = self.plan.nodes[token.node]
        if node.type not in PEOPLE or not people:
            raise Refused(_("Choose at least one person."))
        if node.type == "approve" and set(people) & self.ports.forbidden(node):
            raise Refused(_("Nobody decides about an own request."))
        self.clear(token, "reassigned")
        self.fresh(token)
        self.calm(token)
        for n, person in enumerate(people):
            self.open_task(node, token, Ask(Seat(person, {"rule": "admin"}, "admin"), node.type, n))
        self.m.tell("deadline", node.key, token.id)

    def withdraw(self) -> None:
        """The starter takes the case back."""
        rule = self.plan.policy.get("withdraw")
        decided = any(e.get("voted") and not e.get("x") for e in self.m.path)
        decided = decided or any(t.state == "done" and t.outcome in DECISIONS
                                 for t in self.m.tasks.values())
        if rule == "never" or (rule == "until_first_decision" and decided):
            raise Refused(_("It can no longer be withdrawn: somebody has decided already."))
        self.end("withdrawn")

    def suspend(self) -> None:
        """Stop the clocks and refuse decisions until it is resumed."""
        if self.m.state not in ("running", "incident"):
            raise Refused(_("Only a running case can be paused."))
        self.m.state = "suspended"
        self.m.tell("suspended")

    def resume(self) -> None:
        """Go on after a pause."""
        if self.m.state != "suspended":
            raise Refused(_("This case is not paused."))
        self.m.state = "incident" if self.stuck() else "running"
        self.m.tell("resumed")

    # ---- looking up
    def task(self, ident: int) -> Task:
        """An open task, or Refused: somebody was faster."""
        task = self.m.tasks.get(ident)
        if task is None or task.state not in OPEN_TASK:
            raise Refused(_("This task is no longer open."))
        if self.m.state == "suspended":
            raise Refused(_("The case is paused. An administrator can resume it."))
        return task

    def active(self, ident: int) -> Token:
        """An active token, or Refused."""
        token = self.m.tokens.get(ident)
        if token is None or token.state != "active":
            raise Refused(_("The case has already moved on."))
        return token
