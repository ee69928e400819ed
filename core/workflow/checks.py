"""Checks before publishing, as business sentences at the card (WORKFLOW §5.13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from core.conditions import parse_condition
from core.context import Ctx
from core.errors import Invalid
from core.i18n import _
from core.kinds import Field
from core.workflow.assignment import Finder
from core.workflow.definition import Problem, cards_of, check_structure
from core.workflow.facts import fact_fields
from core.workflow.gaps import analyse
from core.workflow.marking import Token
from core.workflow.model import WorkflowRow
from core.workflow.people import people_of
from core.workflow.plan import Node, Plan, compile_plan, words

MOST_NAMED = 5
DYNAMIC = ("field", "same_as", "chosen_by_starter", "chosen_by_previous", "lookup", "item")


def check_definition(ctx: Ctx, workflow: WorkflowRow, definition: dict[str, Any]) -> list[Problem]:
    """Everything that an author should know before new cases run by a definition."""
    fields = fact_fields(ctx.system(), workflow.record_key)
    found = check_structure(definition, fields)
    if any(problem.level == "E" for problem in found):
        return found
    plan = compile_plan(definition)
    checker = _Checker(ctx, plan, workflow.record_key, fields)
    for key in plan.order:
        node = plan.nodes[key]
        check = getattr(checker, f"_{node.type}", None)
        if check is not None:
            check(node)
    checker.neighbours()
    return found + checker.found


class _Checker:
    def __init__(self, ctx: Ctx, plan: Plan, record_key: str, fields: Mapping[str, Field]) -> None:
        self.ctx, self.plan, self.record_key, self.fields = ctx, plan, record_key, fields
        self.found: list[Problem] = []
        self.people = people_of(ctx)

    def add(self, level: str, node: Node, text: object, code: str) -> None:
        self.found.append(Problem(level, node.key, text, code))

    # ---- branches
    def _choice(self, node: Node) -> None:
        branches = [b for b in node.branches if not b.otherwise]
        report = analyse([parse_condition(b.when, self.fields) for b in branches], self.ctx.today)
        otherwise = next((b for b in node.branches if b.otherwise), None)
        if not report.complete:
            self.add("W", node, _("There are too many cases to check for gaps."), "size")
        names = [words(b.label) or str(parse_condition(b.when, self.fields).sentence())
                 for b in branches]
        if otherwise is None:
            for box in report.gaps[:MOST_NAMED]:
                text = _("No branch fits when: %(what)s", what=report.words(box))
                self.add("E", node, text, "gap")
        elif not self._approves(node, otherwise.key) and any(
            self._approves(node, b.key) for b in branches
        ):
            self.add("W", node, _("“Otherwise” passes without any approval."), "else")
        for a, b, box in report.overlaps[:MOST_NAMED] if node.type == "choice" else ():
            text = _("Both “%(a)s” and “%(b)s” fit when: %(what)s; the first one wins.",
                     a=names[a], b=names[b], what=report.words(box))
            self.add("W", node, text, "overlap")
        if report.unknown and not node.option("empty_as_else"):
            empty = sorted({str(self.fields[name].label) for box in report.unknown
                            for name, cells in box.items() if cells[0].value is None
                            and not self.fields[name].required})
            if empty:
                self.add("W", node, _("It stands still when empty: %(fields)s",
                                      fields=", ".join(empty)), "empty")

    def _every(self, node: Node) -> None:
        self._choice(node)

    def _approves(self, node: Node, branch: str) -> bool:
        data = next(b for b in node.data["branches"] if b["key"] == branch)
        return any(card["type"] in ("approve", "handle") for card in cards_of(data.get("body", [])))

    # ---- people
    def _approve(self, node: Node) -> None:
        self._people(node)
        for rung in (node.option("due") or {}).get("ladder", []):
            if rung["do"] == "auto_approve":
                self.add("W", node, _("It is approved without anybody when the deadline passes."),
                         "auto")
        reject = node.option("on_reject", "end")
        if reject not in ("end", "next") and not node.option("most_returns"):
            self.add("W", node, _("A rejection can go round without a limit."), "loop")

    def _handle(self, node: Node) -> None:
        self._people(node)

    def _copy(self, node: Node) -> None:
        self._people(node)

    def _people(self, node: Node) -> None:
        """Run the rules for every active employee as starter, and name those without anybody."""
        for rule in node.option("who", []):
            role, user = rule.get("role") or rule.get("up_to_role"), rule.get("user")
            if role and not self.people.roles.get(role):
                self.add("E", node, _("Nobody holds the role “%(role)s”.", role=role), "role")
            if user is not None and not self.people.active(
                user if isinstance(user, int) else self.people.logins.get(str(user))
            ):
                self.add("E", node, _("The person “%(name)s” has left.", name=user), "person")
            known = rule["rule"] in self.ctx.registry.assignee_rules or hasattr(
                Finder, f"_rule_{rule['rule']}")
            if not known:
                self.add("E", node, _("There is no rule “%(rule)s”.", rule=rule["rule"]), "rule")
        if any(r["rule"] in DYNAMIC or "." in r["rule"] for r in node.option("who", [])):
            return
        nobody, own = [], []
        for person, name in self.people.names.items():
            finder = Finder(self.ctx, self.plan, {}, person)
            found = finder.assign(node, Token(0, node.key))
            if found.problem:
                nobody.append(name)
            if finder.option(node, "starter_is_approver") == "allow" and any(
                s.person == person for s in found.seats
            ) and node.type == "approve":
                own.append(name)
        self._name(node, nobody)
        if own:
            self.add("W", node, _("Starters may approve their own: %(names)s",
                                  names=_some(own)), "own")

    def _name(self, node: Node, nobody: list[str]) -> None:
        if not nobody:
            return
        if len(nobody) == len(self.people.names):
            self.add("E", node, _("The rules find nobody, whoever starts it."), "nobody")
        else:
            self.add("W", node, _("The rules find nobody when it is started by: %(names)s",
                                  names=_some(nobody)), "nobody_for")

    def neighbours(self) -> None:
        """The same people are asked twice running."""
        if self.plan.policy.get("same_person") != "never":
            return
        for node in self.plan.nodes.values():
            following = self.plan.nodes.get(node.next or "")
            if following and node.type == following.type == "approve" and (
                node.option("who") == following.option("who")
            ):
                self.add("W", following, _("The same people are asked twice running."), "twice")

    # ---- automatic cards
    def _step(self, node: Node) -> None:
        key = node.data["step"]
        kind = self.ctx.registry.step_types.get(key)
        if kind is None:
            steps = self.ctx.registry.steps.get(self.record_key, {}).values()
            step = next((s for s in steps if s.full_key == key), None)
            if step is None:
                self.add("E", node, _("There is no step “%(step)s”.", step=key), "step")
            else:
                self._config(node, step.params, node.option("params", {}))
                self._undo(node, None)
            return
        if self.ctx.registry.owner(key) not in self.ctx.enabled:
            self.add("E", node, _("The plugin of “%(step)s” is switched off.", step=key),
                     "plugin")
        if kind.subject and kind.subject != self.record_key:
            self.add("E", node, _("“%(step)s” does not fit this document.", step=kind.label),
                     "step")
        self._config(node, kind.schema, node.option("config", {}))
        for sentence in kind.check(node.option("config", {})) if kind.check else ():
            self.add("E", node, sentence, "config")
        self._undo(node, kind.undo)

    def _config(self, node: Node, schema: type[Schema] | None, given: dict[str, Any]) -> None:
        if schema is None:
            return
        try:
            schema().load(given)
        except ValidationError as error:
            faults = error.messages if isinstance(error.messages, dict) else {"": error.messages}
            for name, texts in faults.items():
                self.add("E", node, f"{name}: {texts[0] if isinstance(texts, list) else texts}",
                         "config")
        except Invalid as error:
            self.add("E", node, error.reasons[0].text, "config")

    def _undo(self, node: Node, undo: Any) -> None:
        """A rejection after this card would have to take it back."""
        later = self.plan.order[self.plan.order.index(node.key) + 1:]
        if undo is None and any(self.plan.nodes[k].type == "approve" for k in later):
            self.add("W", node, _("A rejection after this card must be undone by hand."), "undo")

    def _subflow(self, node: Node) -> None:
        if node.data["flow"] == self.plan.definition.get("key"):
            self.add("E", node, _("A workflow cannot call itself."), "subflow")


def _some(names: list[str]) -> str:
    """At most five names and how many more."""
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return str(_("%(names)s and %(n)s more", names=shown, n=more)) if more > 0 else shown
