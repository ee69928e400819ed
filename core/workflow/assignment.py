"""Who is asked: the rules of a card, then starter, duplicates, neighbours, nobody.

The order of treatment is the one of WORKFLOW §5.8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.context import Ctx
from core.workflow.marking import Assigned, Marking, Seat, Token
from core.workflow.people import People, open_load, people_of
from core.workflow.plan import PEOPLE, SPLITS, START, Node, Plan


@dataclass
class Finder:
    """Finds people for the cards of one case (or for a try-out without a case).

    `facts` are the frozen facts, `choices` what starter and approvers chose by card, `path` where
    the case has been. `judge(when, token)` decides branches when the way ahead is looked up.
    """

    ctx: Ctx
    plan: Plan
    facts: dict[str, Any]
    starter: int | None
    record: Any = None
    choices: dict[str, Any] | None = None
    path: list[dict[str, Any]] | None = None
    judge: Callable[[Any, Token], Any] | None = None

    @property
    def people(self) -> People:
        return people_of(self.ctx)

    def option(self, node: Node, name: str) -> Any:
        """A card's own rule, or the workflow's policy."""
        return node.option(name, self.plan.policy.get(name))

    # ---- the order of treatment
    def assign(self, node: Node, token: Token, marking: Marking | None = None) -> Assigned:
        """The seats of a card, or the problem why nobody can be asked."""
        seats = [s for rule in node.option("who", []) for s in self.by_rule(rule, node, token)]
        seats = [s for s in seats if s.pool or self.people.active(s.person)]
        if node.type == "approve":
            seats = self._without_starter(node, seats)
        seats = _distinct(seats)
        if node.type == "approve":
            seats = self._pools(node, seats)
            self._repeated(node, seats)
        elif node.type == "handle":
            seats = self._pools(node, seats)
        return Assigned(seats) if seats else self._nobody(node)

    def _pools(self, node: Node, seats: list[Seat]) -> list[Seat]:
        """A role of which any one decides is one task in a shared list; the rest is frozen."""
        roles = {s.why.get("role") for s in seats if s.why.get("rule") == "role"}
        plain_role = len(roles) == 1 and all(s.why.get("rule") == "role" for s in seats)
        any_one = node.type == "handle" or node.option("vote", {}).get("mode", "any") == "any"
        if plain_role and any_one and len(seats) > 1:
            role = next(iter(roles))
            return [Seat(None, {"rule": "role", "role": role}, pool=str(role))]
        return seats

    def _without_starter(self, node: Node, seats: list[Seat]) -> list[Seat]:
        policy = self.option(node, "starter_is_approver")
        own = self.forbidden(node)
        if policy == "allow" or not own:
            return seats
        kept = [s for s in seats if s.person not in own]
        from_role = [s for s in seats if s.person in own and s.why.get("rule") == "role"]
        shared = from_role and any(s.why == from_role[0].why for s in kept)
        if len(kept) == len(seats) or policy == "skip" or shared:
            return kept
        for seat in seats:
            if seat.person not in own:
                continue
            higher = self._higher(seat.person or 0, policy, own)
            if higher is not None:
                kept.append(Seat(higher, {**seat.why, "instead_of_starter": True}, "replace"))
        return kept

    def _higher(self, person: int, policy: Any, own: frozenset[int]) -> int | None:
        if policy == "next_manager":
            return next((m for m in self.people.above(person) if m not in own), None)
        return next((p for p in self.people.roles.get(str(policy), []) if p not in own), None)

    def forbidden(self, node: Node) -> frozenset[int]:
        """Who may not decide here: the starter, and who did the cards named in `other_than`,
        themselves or through a substitute."""
        found = set()
        if node.type == "approve" and self.option(node, "starter_is_approver") != "allow":
            found |= {self.starter} if self.starter else set()
        for key in node.option("other_than", []):
            found |= {self.starter} if key == START and self.starter else set()
            entries = [e for e in self.path or [] if e["n"] == key and not e.get("x")]
            found |= {p for entry in entries for p in (*entry["by"], *entry.get("of", []))}
        return frozenset(found)

    def _repeated(self, node: Node, seats: list[Seat]) -> None:
        """Spare somebody who approved just before, or who will approve again later."""
        policy = self.option(node, "same_person")
        if policy == "neighbours":
            before = next((e for e in reversed(self.path or []) if e.get("by")
                           and e.get("passed") is not None and not e.get("x")), None)
            for seat in seats:
                if before and before["passed"] and seat.person in before["by"]:
                    seat.skip = "same_person"
        elif policy == "once_last":
            later = self._later(node)
            for seat in seats:
                if seat.person in later:
                    seat.skip = "asked_later"

    def _later(self, node: Node) -> set[int | None]:
        found: set[int | None] = set()
        for following in self.ahead(node):
            if following.type == "approve" and following.key != node.key:
                seats = [s for rule in following.option("who", [])
                         for s in self.by_rule(rule, following, Token(0, following.key))]
                found |= {seats[0].person} if len(seats) == 1 else set()
        return found

    def ahead(self, node: Node) -> list[Node]:
        """The cards that follow in the same scope if everybody agrees, as the facts stand."""
        return self._from(node.next)

    def _from(self, key: str | None) -> list[Node]:
        found: list[Node] = []
        while key is not None and len(found) < len(self.plan.nodes):
            current = self.plan.nodes[key]
            if current.type == "choice" and self.judge is not None:
                chosen = next((b for b in current.branches if not b.otherwise
                               and self.judge(b.when, Token(0, key or ""))[0] is True), None)
                chosen = chosen or next((b for b in current.branches if b.otherwise), None)
                key = chosen.first if chosen else current.next
                continue
            found.append(current)
            if current.type == "end":
                break
            key = current.next
        return found

    def to_choose(self, node: Node) -> list[tuple[Node, list[int], int]]:
        """The next cards whose people are chosen at this one: who may be, and how many."""
        found = []
        for card in self._coming(node.next, node.path):
            rule = next((r for r in card.option("who", [])
                         if r.get("rule") == "chosen_by_previous"), None)
            if rule is not None:
                role = rule.get("role")
                among = self.people.roles.get(role, []) if role else list(self.people.names)
                offered = [p for p in among if p not in self.forbidden(card)]
                found.append((card, offered, int(rule.get("most", 1))))
        return found

    def _coming(self, key: str | None, path: tuple[tuple[str, str], ...]) -> list[Node]:
        """The cards of people that come next, also behind the block whose branch ends here."""
        for card in self._from(key):
            if card.type in PEOPLE:
                return [card]
            inner = [n for b in card.branches for n in self._coming(b.first, ())] if (
                card.type in SPLITS) else []
            if inner or card.type == "end":
                return inner
        return self._coming(self.plan.nodes[path[-1][0]].next, path[:-1]) if path else []

    def _nobody(self, node: Node) -> Assigned:
        policy = self.option(node, "nobody")
        if policy == "pass":
            return Assigned(passes=True)
        role = "adm" if policy == "admin" else None
        if isinstance(policy, dict):
            role = policy.get("role")
        people = [p for p in self.people.roles.get(str(role), []) if p not in self.forbidden(node)]
        if not people:
            return Assigned(problem="nobody")
        return Assigned([Seat(p, {"rule": "nobody", "role": role}) for p in people[:1]])

    # ---- the rules
    def by_rule(self, rule: dict[str, Any], node: Node, token: Token) -> list[Seat]:
        """The seats that one rule finds, in order."""
        own = self.ctx.registry.assignee_rules.get(rule["rule"])
        if own is not None:
            if self.record is None or own.key.partition(".")[0] not in self.ctx.enabled:
                return []
            found = own.find(self.ctx.system(), self.record, rule)
        else:
            check = getattr(self, f"_rule_{rule['rule']}", None)
            found = check(rule, node, token) if check else []
        why = {k: v for k, v in rule.items() if k != "table"}
        return [Seat(person, why) for person in found]

    def _rule_person(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        who = rule.get("user")
        found = who if isinstance(who, int) else self.people.logins.get(str(who))
        return [found] if found else []

    def _rule_role(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        return list(self.people.roles.get(rule.get("role", ""), []))

    def _rule_role_in_department(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        mine = self.people.departments.get(self.starter or 0, "")
        return [p for p in self._rule_role(rule, node, token)
                if mine and self.people.departments.get(p) == mine]

    def _rule_manager(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        level = int(rule.get("level", 1))
        return self.people.above(self.starter or 0)[level - 1:level]

    def _rule_managers(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        chain = self.people.above(self.starter or 0)
        if rule.get("up_to_level"):
            return chain[:int(rule["up_to_level"])]
        role = str(rule.get("up_to_role", ""))
        last = next((n for n, p in enumerate(chain) if self.people.holds(p, role)), len(chain) - 1)
        return chain[:last + 1]

    def _rule_field(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        value = self.facts.get(rule.get("field", ""))
        return [value] if isinstance(value, int) else []

    def _rule_item(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        item = token.data.get("item")
        if isinstance(item, dict):
            item = item.get(rule.get("part", "user"))
        if isinstance(item, str):
            role = self.people.roles.get(item)
            return list(role) if role else self._rule_person({"user": item}, node, token)
        return [item] if isinstance(item, int) else []

    def _rule_same_as(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        entry = next((e for e in reversed(self.path or []) if e["n"] == rule.get("node")
                      and e["by"] and not e.get("x")), None)
        return list(entry["by"]) if entry else []

    def _rule_starter(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        return [self.starter] if self.starter else []

    def _rule_chosen_by_starter(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        chosen = (self.choices or {}).get(node.key, [])
        among = rule.get("role")
        return [p for p in chosen if not among or self.people.holds(p, among)]

    _rule_chosen_by_previous = _rule_chosen_by_starter

    def _rule_lookup(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        value = self.facts.get(rule.get("fact", ""))
        found = rule.get("table", {}).get(str(value), rule.get("default", ""))
        role = self.people.roles.get(str(found))
        return list(role) if role else self._rule_person({"user": found}, node, token)

    def _rule_least_loaded(self, rule: dict[str, Any], node: Node, token: Token) -> list[int]:
        people = [p for p in self._rule_role(rule, node, token) if p not in self.forbidden(node)]
        load = open_load(self.ctx, people)
        return [min(people, key=lambda p: (load[p], p))] if people else []


def _distinct(seats: list[Seat]) -> list[Seat]:
    seen: set[int | None] = set()
    found = []
    for seat in seats:
        if seat.person not in seen:
            seen.add(seat.person)
            found.append(seat)
    return found
