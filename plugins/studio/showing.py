"""The draft as the page shows it: cards with a sentence, slots between, problems at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from core.api import Ctx, Invalid, _, design
from plugins.studio.cards import rules_of


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
        hottest = max((cell["p50"] for cell in heat.values()), default=0)
        self.heat = {key: {**cell, "level": 4 * cell["p50"] // hottest if hottest else 0}
                     for key, cell in heat.items()}
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
        if branch.get("when") is None:
            return ""
        return self.condition(branch["when"])

    def condition(self, data: Any) -> str:
        try:
            return str(design.parse_condition(data, self.fields).sentence()) or str(_("always"))
        except Invalid:
            return str(_("condition is not complete"))

    def sentence(self, data: dict[str, Any]) -> str:
        """What the card does, in one line."""
        kind = data.get("type")
        if kind in ("approve", "handle", "copy"):
            return self.who(data)
        if kind == "step":
            step = self.ctx.registry.step_types.get(data.get("step", ""))
            if step is None:
                return str(_("unknown step"))
            told = step.describe(data.get("config", {})) if step.describe else step.label
            return str(told)
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

    def who(self, data: dict[str, Any]) -> str:
        words = []
        for rule in data.get("who", []):
            name = rule.get("rule", "")
            if name == "role":
                words.append(design.role_name(self.ctx, rule.get("role", "")))
                continue
            detail = next((v for k, v in rule.items() if k != "rule"), "")
            if name == "person":
                detail = design.people_of(self.ctx).names.get(detail, detail)
            elif name in ("managers", "least_loaded", "role_in_department"):
                detail = design.role_name(self.ctx, str(detail))
            words.append(f"{self.rules.get(name, name)} {detail}".strip())
        text = ", ".join(words) or str(_("nobody yet"))
        due = data.get("due", {}).get("work_minutes")
        return f"{text} · {_('%(n)s h', n=due // 60)}" if due else text


def difference(
    ctx: Ctx, workflow: Any, old: dict[str, Any], new: dict[str, Any]
) -> list[tuple[str, str]]:
    """What is new, changed and gone in `new` against `old`: (word, card) pairs."""
    def flat(definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {c["key"]: c for c in design.cards_of(definition.get("body", []))}

    def own(card: dict[str, Any]) -> dict[str, Any]:
        kept = {k: v for k, v in card.items() if k != "body"}
        kept["branches"] = [
            {k: v for k, v in b.items() if k != "body"} for b in card.get("branches") or []
        ]
        return kept

    before, after = flat(old), flat(new)
    found = [(str(_("new")), design.label_of(after[k])) for k in after if k not in before]
    found += [(str(_("changed")), design.label_of(after[k])) for k in after
              if k in before and own(after[k]) != own(before[k])]
    found += [(str(_("gone")), design.label_of(before[k])) for k in before if k not in after]
    if old.get("policy") != new.get("policy"):
        found.append((str(_("changed")), str(_("Rules for the whole workflow"))))
    if not found and old != new:
        found.append((str(_("changed")), str(_("Order of the cards"))))
    return found
