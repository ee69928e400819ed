"""Running a definition in memory: which way a document goes, who is asked and why, when it is due.

Nothing is written. The same engine moves the token that moves real cases; people answer as told,
else they approve at their deadline (WORKFLOW §5.14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.api import Ctx, _, calendar_of, design

MOST_ACTS = 500
PEOPLE = ("approve", "handle", "copy")


@dataclass
class Stop:
    """A card on the way. `people` are (name, reason); `saw` are (comparison, result) pairs.

    `status` is asked, spared (nobody had to), told, done, waits or stuck.
    """

    key: str
    label: str
    kind: str
    icon: str
    status: str = "done"
    people: list[tuple[str, object]] = field(default_factory=list)
    spared: list[tuple[str, object]] = field(default_factory=list)
    came: datetime | None = None
    due: datetime | None = None
    branch: str = ""
    saw: list[tuple[str, object]] = field(default_factory=list)
    problem: object = ""


@dataclass
class Walk:
    """How one document would go: the outcome, who is asked in order, and what is missing."""

    outcome: str
    asked: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    marking: Any = None


class _Ports:
    """What the engine asks of the world, answered from facts in memory."""

    def __init__(self, ctx: Ctx, plan: Any, facts: dict[str, Any], starter: int | None,
                 marking: Any, record: Any, choices: dict[str, Any]) -> None:
        self.judge = design.Judge(ctx, plan, facts)
        self.finder = design.Finder(ctx, plan, facts, starter, record, choices, marking.path,
                                    judge=self.truth)

    def truth(self, when: Any, token: Any) -> Any:
        return self.judge.truth(when, token.data)

    def seats(self, node: Any, token: Any, marking: Any) -> Any:
        return self.finder.assign(node, token, marking)

    def items(self, node: Any, token: Any) -> list[Any]:
        return list(self.judge.facts.get(node.option("items", "")) or [])

    def forbidden(self, node: Any) -> frozenset[int]:
        found: frozenset[int] = self.finder.forbidden(node)
        return found

    def unchanged(self, since: dict[str, Any]) -> bool:
        return True

    def facts(self) -> dict[str, Any]:
        return {}


def walk(
    ctx: Ctx, plan: Any, facts: dict[str, Any], starter: int | None, record: Any = None,
    *, outcomes: Mapping[str, str] | None = None, choices: dict[str, Any] | None = None,
) -> Walk:
    """Run a plan in memory: people decide as in `outcomes` by card, else they approve."""
    marking = design.Marking(1, starter=starter)
    ports = _Ports(ctx, plan, facts, starter, marking, record, choices or {})
    engine = design.Engine(plan, marking, ports)
    found, names = Walk("running", marking=marking), design.people_of(ctx).names
    engine.start()
    for _n in range(MOST_ACTS):
        if marking.outcome is not None:
            break
        task = next((t for t in marking.tasks.values() if t.state in design.OPEN_TASK
                     and t.kind in ("approve", "handle")), None)
        if task is not None:
            found.asked.append(
                names.get(task.principal or 0) or design.role_name(ctx, task.pool or ""))
            outcome = (outcomes or {}).get(task.node, "approve")
            done = outcome if task.kind == "approve" else "done"
            engine.act(task.id, done, task.principal or -task.id)
            continue
        token = next((t for t in marking.live_tokens() if t.state == "active"
                      and not t.data.get("stuck")), None)
        if token is None:
            break
        engine.elapsed(token.id)
    found.outcome = marking.outcome or "stands_still"
    found.missing = sorted({f for e in marking.effects if e.kind == "incident"
                            for f in e.data.get("fields", [e.data.get("kind")])})
    found.cards = [e.node for e in marking.effects if e.kind == "entered"]
    return found


def stops(ctx: Ctx, plan: Any, walked: Walk, began: datetime) -> list[Stop]:
    """The cards of a walk in order, with people, reasons, branches and due moments.

    Everybody is taken to decide at the last moment, so that each `due` is the latest one.
    """
    return Reader(ctx, plan, walked, began).run()


class Reader:
    """Reads the effects of a walk one after another; the clock of each token goes with it."""

    def __init__(self, ctx: Ctx, plan: Any, walked: Walk, began: datetime) -> None:
        self.ctx, self.plan, self.m, self.began = ctx, plan, walked.marking, began
        self.names = design.people_of(ctx).names
        self.clock: dict[int, datetime] = {}
        self.found: list[Stop] = []
        self.last: dict[Any, Stop] = {}

    def run(self) -> list[Stop]:
        """The stops, once everything has been read."""
        for effect in self.m.effects:
            act = getattr(self, f"on_{effect.kind}", None)
            if act is not None and effect.node in self.plan.nodes:
                act(self.plan.nodes[effect.node], effect)
        return self.found

    def now(self, ident: int | None) -> datetime:
        """The time of a token: its own, or that of the token that it was split from."""
        while ident is not None and ident not in self.clock:
            ident = self.m.tokens[ident].parent
        return self.clock.get(ident or 0, self.began)

    def on_entered(self, node: Any, effect: Any) -> None:
        stop = Stop(node.key, design.label_of(node.data) if node.data.get("label") else "",
                    str(design.KINDS[node.type]), design.ICONS[node.type],
                    came=self.now(effect.token))
        stop.status = "waits" if node.type in ("delay", "wait", "subflow") else (
            "spared" if node.type in PEOPLE else "done")
        self.found.append(stop)
        self.last[node.key, effect.token] = self.last[node.key] = stop

    def stop(self, node: Any, effect: Any) -> Stop:
        return self.last.get((node.key, effect.token)) or self.last[node.key]

    def on_task(self, node: Any, effect: Any) -> None:
        task, stop = self.m.tasks[effect.task], self.stop(node, effect)
        name = self.names.get(task.principal or 0) or design.role_name(self.ctx, task.pool or "")
        pair = (name, reason(self.ctx, task.why, self.plan))
        if task.state == "skipped":
            if pair not in stop.spared:
                stop.spared.append((name, SPARED.get(task.why.get("skip", ""), "")))
        elif pair not in stop.people:
            stop.people.append(pair)
            stop.status = "told" if node.type == "copy" else "asked"

    def on_deadline(self, node: Any, effect: Any) -> None:
        due = node.option("due")
        if due:
            self._later(node, effect, due)

    def on_delay(self, node: Any, effect: Any) -> None:
        minutes = int(node.option("days", 0) or 0) * 24 * 60
        self._later(node, effect, {"work_minutes": minutes} if minutes else node.data)

    def _later(self, node: Any, effect: Any, budget: Mapping[str, Any]) -> None:
        start, stop = self.now(effect.token), self.stop(node, effect)
        if budget.get("work_minutes"):
            stop.due = calendar_of(self.ctx).add_working_minutes(start, budget["work_minutes"])
        else:
            stop.due = start + timedelta(minutes=int(budget.get("minutes", 0)))
        self.clock[effect.token] = stop.due

    def on_joined(self, node: Any, effect: Any) -> None:
        inside = [i for i, token in self.m.tokens.items() if token.parent == effect.token]
        self.clock[effect.token] = max(map(self.now, inside), default=self.now(effect.token))

    def on_chose(self, node: Any, effect: Any) -> None:
        chosen = effect.data["branch"]
        keys = chosen if isinstance(chosen, list) else [chosen]
        stop = self.stop(node, effect)
        stop.branch = ", ".join(branch_words(self.ctx, self.plan, node, key) for key in keys)
        stop.saw = [pair for seen in effect.data.get("saw", []) for pair in self._saw(node, seen)]

    def on_explained(self, node: Any, effect: Any) -> None:
        saw = effect.data.get("saw", [])
        self.stop(node, effect).saw = [
            pair for seen in saw if "branch" in seen for pair in self._saw(node, seen)]

    def _saw(self, node: Any, seen: dict[str, Any]) -> list[tuple[str, object]]:
        """A branch that was tested: its name with what every comparison saw."""
        fields = design.fact_fields(self.ctx, self.plan.subject)
        words = {True: _("yes"), False: _("no"), None: _("not known")}
        name = branch_words(self.ctx, self.plan, node, seen["branch"])
        return [(name, words[seen["result"]])] + [
            (_("%(field)s: %(value)s", field=fields[one["f"]].label or one["f"],
               value=design.show_fact(fields[one["f"]], one["saw"])), words[one["result"]])
            for one in seen["saw"] if one["f"] in fields]

    def on_incident(self, node: Any, effect: Any) -> None:
        stop = self.stop(node, effect)
        stop.status = "stuck"
        kind = effect.data.get("kind")
        stop.problem = _("Empty: %(fields)s", fields=", ".join(effect.data["fields"])) if (
            kind == "missing" and effect.data.get("fields")) else PROBLEMS.get(
            str(kind), _("It stands still here."))


PROBLEMS = {
    "nobody": _("The rules find nobody to ask."), "no_branch": _("No branch fits."),
    "rounds": _("It went round too often."), "limit": _("It does not end."),
}
SPARED = {"same_person": _("agreed just before"), "asked_later": _("is asked later")}


def branch_words(ctx: Ctx, plan: Any, node: Any, key: str) -> str:
    """A branch by its name, or by its condition."""
    branch = next((b for b in node.data.get("branches") or [] if b["key"] == key), {})
    if branch.get("label"):
        return str(design.words(branch["label"]))
    if branch.get("else"):
        return str(_("otherwise"))
    return sentence(ctx, plan.subject, branch.get("when")) if branch.get("when") else key


def sentence(ctx: Ctx, record_key: str, when: Any) -> str:
    """A condition in words; limits of the company by their labels."""
    condition = design.parse_condition(when, design.fact_fields(ctx, record_key))
    found = str(condition.sentence())
    for name in condition.constants():
        setting = ctx.registry.settings.get(name)
        if setting is not None:
            found = found.replace(name, f"“{setting.label}”")
    return found


def reason(ctx: Ctx, why: Mapping[str, Any], plan: Any) -> object:
    """Why somebody is asked, told about that person."""
    role = design.role_name(ctx, str(why.get("role") or why.get("up_to_role") or ""))
    if why.get("instead_of_starter"):
        return _("instead of the starter, who may not decide")
    words = {
        "person": _("named on the card"), "role": _("holds the role “%(role)s”", role=role),
        "role_in_department": _("“%(role)s” in the starter's department", role=role),
        "manager": _("the starter's manager, level %(n)s", n=why.get("level", 1)),
        "managers": _("in the starter's line of managers"),
        "field": _("named in the document"), "starter": _("the starter"),
        "same_as": _("did the card “%(card)s”", card=plan.label(str(why.get("node", "")))),
        "chosen_by_starter": _("chosen by the starter"),
        "chosen_by_previous": _("chosen by the one before"),
        "lookup": _("named by the company's table"), "item": _("named for this part"),
        "least_loaded": _("has the fewest tasks of “%(role)s”", role=role),
        "nobody": _("the rules found nobody"),
    }
    rule = str(why.get("rule", ""))
    own = ctx.registry.assignee_rules.get(rule)
    return words.get(rule) or (own.label if own else rule)
