"""The draft as the page shows it: cards with a sentence, slots between, problems at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from core.api import Ctx, Invalid, _, design
from plugins.studio.offering import own_steps, rules_of
from plugins.studio.walking import sentence


@dataclass
class Shown:
    """A card in the tree."""

    key: str
    type: str
    label: str
    kind: str
    icon: str
    sentence: str = ""
    problems: list[Any] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    heat: dict[str, Any] | None = None


@dataclass
class Lane:
    """A branch: its condition in words, its place, and its cards."""

    key: str
    place: str
    when: str
    cards: list[Shown]
    otherwise: bool = False


class Painter:
    """Builds the tree of one definition."""

    def __init__(self, ctx: Ctx, workflow: Any, problems: list[Any], heat: dict[str, Any]) -> None:
        self.ctx, self.workflow = ctx, workflow
        self.heat = heat
        self.fields = design.fact_fields(ctx, workflow.record_key)
        self.rules = {key: label for key, label, _params in rules_of(ctx)}
        self.at: dict[str, list[Any]] = defaultdict(list)
        for problem in problems:
            self.at[problem.card].append(problem)

    def body(self, body: list[dict[str, Any]]) -> list[Shown]:
        return [self.card(data) for data in body]

    def card(self, data: dict[str, Any]) -> Shown:
        kind = data.get("type", "")
        shown = Shown(
            data["key"], kind, design.label_of(data) if data.get("label") else
            str(design.KINDS.get(kind, kind)), str(design.KINDS.get(kind, kind)),
            design.ICONS.get(kind, "square"), self.sentence(data), self.at.get(data["key"], []),
            heat=self.heat.get(data["key"]),
        )
        if not data.get("label") and kind == "step":
            shown.label = shown.sentence or shown.label
        key = data["key"]
        if isinstance(data.get("body"), list):
            shown.lanes = [Lane("", f"{key}/", "", self.body(data["body"]))]
        for branch in data.get("branches") or []:
            shown.lanes.append(Lane(
                branch["key"], f"{key}/{branch['key']}", self.when(branch),
                self.body(branch.get("body", [])), bool(branch.get("else")),
            ))
        return shown

    def when(self, branch: dict[str, Any]) -> str:
        """A branch's label, or its condition as a sentence."""
        if branch.get("label"):
            return str(design.words(branch["label"]))
        if branch.get("else"):
            return str(_("otherwise"))
        if "when" not in branch:
            return ""
        return self.condition(branch["when"]) if branch["when"] else str(_("when?"))

    def condition(self, data: Any) -> str:
        try:
            return sentence(self.ctx, self.workflow.record_key, data) or str(_("always"))
        except Invalid:
            return str(_("condition is not complete"))

    def sentence(self, data: dict[str, Any]) -> str:
        """What the card does, in one line."""
        kind = data.get("type")
        if kind in ("approve", "handle", "copy"):
            return self.who(data)
        if kind == "step":
            return self.step(data)
        if kind == "parallel":
            join = data.get("join", "all")
            return str(_("go on after the first") if join == "first" else _("wait for all") if
                       join == "all" else _("wait for %(n)s", n=join.get("k")))
        if kind == "delay":
            return str(_("%(n)s working hours", n=data.get("work_minutes", 0) // 60))
        if kind == "loop":
            return str(_("until %(when)s, at most %(n)s times", when=self.condition(
                data.get("until") or {"all": []}), n=data.get("most", 10)))
        if kind == "end":
            return {"approved": str(_("as approved")), "rejected": str(_("as rejected"))}.get(
                data.get("result", "done"), str(_("as done")))
        return str(data.get("message") or data.get("flow") or data.get("items") or "")

    def step(self, data: dict[str, Any]) -> str:
        """What an automatic card does: as its plugin describes it, or the step of the document."""
        key = data.get("step", "")
        kind = self.ctx.registry.step_types.get(key)
        if kind is not None:
            return str(kind.describe(data.get("config", {})) if kind.describe else kind.label)
        own = next((s for s in own_steps(self.ctx, self.workflow.record_key)
                    if s.full_key == key), None)
        return str(own.label) if own else str(_("unknown step"))

    def who(self, data: dict[str, Any]) -> str:
        """The people and the time of a card."""
        due = self.deadline(data)
        return f"{self.people(data)} · {due}" if due else self.people(data)

    def deadline(self, data: dict[str, Any]) -> str:
        """The deadline of a card, short."""
        due = data.get("due") or {}
        minutes = due.get("work_minutes") or due.get("minutes")
        return str(_("%(n)s h", n=f"{minutes / 60:g}")) if minutes else ""

    def people(self, data: dict[str, Any]) -> str:
        """The rules for people of a card, in words."""
        words = []
        for rule in data.get("who", []):
            name = rule.get("rule", "")
            if name == "role":
                words.append(design.role_name(self.ctx, rule.get("role", "")))
                continue
            detail = next((v for k, v in rule.items() if k != "rule"), "")
            if name == "person":
                people = design.people_of(self.ctx)
                detail = people.names.get(people.logins.get(str(detail), detail), detail)
            elif name in ("managers", "least_loaded", "role_in_department", "chosen_by_starter",
                          "chosen_by_previous"):
                detail = design.role_name(self.ctx, str(detail))
            elif isinstance(detail, dict | list):
                detail = ""
            words.append(f"{self.rules.get(name, name)} {detail}".strip())
        return ", ".join(words) or str(_("nobody yet"))
