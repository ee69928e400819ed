"""A case or a definition as a tree of cards to show: what is done, who has it, what comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Message,
    TradewindError,
    _,
    cases,
    parse_condition,
    record_class,
    show_moment,
)


@dataclass
class Lane:
    """A branch of a block."""

    label: str
    cards: list[ViewCard]
    taken: bool = True


@dataclass
class ViewCard:
    """A card to show; `status` is done, now, stuck, ahead or unused."""

    key: str
    type: str
    label: str
    kind: object
    icon: str
    status: str = "ahead"
    people: list[str] = field(default_factory=list)
    detail: object = ""
    lanes: list[Lane] = field(default_factory=list)


def people_words(ctx: Ctx, seats: Iterable[cases.Seat]) -> list[str]:
    """Names of the people (or of the role) that were found."""
    names = cases.people_of(ctx).names
    return [
        names.get(s.person or 0, "") if s.person else cases.role_name(ctx, s.pool or "")
        for s in seats
        if not s.skip
    ]


def why_words(ctx: Ctx, why: dict[str, Any], plan: cases.Plan) -> Message:
    """Why this person is asked, as a sentence."""
    names = cases.people_of(ctx).names
    rule = why.get("rule", "")
    texts: dict[str, Message] = {
        "person": _("You are named on this card."),
        "role": _(
            "You hold the role “%(role)s”.", role=cases.role_name(ctx, str(why.get("role", "")))
        ),
        "role_in_department": _(
            "You hold the role “%(role)s” in the starter's department.",
            role=cases.role_name(ctx, str(why.get("role", ""))),
        ),
        "manager": _("You are the starter's manager of level %(n)s.", n=why.get("level", 1)),
        "managers": _("You are in the starter's line of managers."),
        "field": _("You are named in the document."),
        "same_as": _("You did the card “%(card)s” before.", card=plan.label(why.get("node", ""))),
        "starter": _("You started this."),
        "chosen_by_starter": _("The starter chose you."),
        "chosen_by_previous": _("The one before chose you."),
        "lookup": _("The company's table names you for this case."),
        "least_loaded": _(
            "You have the fewest open tasks of the role “%(role)s”.",
            role=cases.role_name(ctx, str(why.get("role", ""))),
        ),
        "nobody": _("The rules found nobody, so it comes to you."),
        "admin": _("An administrator gave it to you."),
        "item": _("You are named for this part."),
    }
    if why.get("instead_of_starter"):
        return _("The starter may not decide about the own request, so it passes to you.")
    if "question" in why:
        return _("%(name)s asks you.", name=names.get(why.get("from", 0), ""))
    if "from" in why:
        return _("%(name)s passed it to you.", name=names.get(why.get("from", 0), ""))
    return texts.get(rule, _("A rule of the workflow names you."))


def case_tree(ctx: Ctx, row: cases.CaseRow, plan: cases.Plan) -> list[ViewCard]:
    """The cards of a case with who did them, who has them and who will be asked."""
    tokens = list(
        ctx.session.scalars(
            select(cases.TokenRow).where(
                cases.TokenRow.case_id == row.id, cases.TokenRow.state.in_(cases.LIVE_TOKEN)
            )
        )
    )
    tasks: dict[str, list[cases.TaskRow]] = defaultdict(list)
    for task in ctx.session.scalars(
        select(cases.TaskRow).where(cases.TaskRow.case_id == row.id).order_by(cases.TaskRow.id)
    ):
        tasks[task.node].append(task)
    painter = _Painter(ctx, plan, row.facts, row.starter_id, row.path, row.choices)
    painter.record = ctx.session.get(record_class(row.record_key), row.record_id)
    painter.now = {t.node: "stuck" if t.data.get("stuck") else "now" for t in tokens}
    painter.tasks = tasks
    painter.ended = row.ended_at is not None
    return painter.body(plan.definition.get("body", []))


def preview_tree(
    ctx: Ctx, definition: dict[str, Any], record: Any, starter: int | None
) -> list[ViewCard]:
    """Where a record would go by a definition, and who would get it: nothing is written."""
    plan = cases.compile_plan(definition)
    facts = cases.read_facts(ctx, record, cases.fact_fields(ctx, record.key))
    painter = _Painter(ctx, plan, facts, starter, [], {})
    painter.record = record
    return painter.body(definition.get("body", []))


class _Painter:
    def __init__(
        self,
        ctx: Ctx,
        plan: cases.Plan,
        facts: dict[str, Any],
        starter: int | None,
        path: list[dict[str, Any]],
        choices: dict[str, Any],
    ) -> None:
        self.ctx, self.plan = ctx, plan
        self.judge = cases.Judge(ctx, plan, facts)
        self.finder = cases.Finder(
            ctx, plan, facts, starter, None, choices, path, judge=self._truth
        )
        self.path = [e for e in path if not e.get("x")]
        self.now: dict[str, str] = {}
        self.tasks: dict[str, list[cases.TaskRow]] = {}
        self.ended = False

    @property
    def record(self) -> Any:
        return self.finder.record

    @record.setter
    def record(self, record: Any) -> None:
        self.finder.record = record

    def _truth(self, when: Any, token: cases.Token) -> Any:
        return self.judge.truth(when, token.data)

    def body(self, body: list[dict[str, Any]], taken: bool = True) -> list[ViewCard]:
        found = []
        for data in body:
            card = self.card(self.plan.nodes[data["key"]], taken)
            found.append(card)
        return found

    def card(self, node: cases.Node, taken: bool) -> ViewCard:
        entries = [e for e in self.path if e["n"] == node.key]
        status = self.now.get(node.key) or ("done" if entries else "ahead")
        if status == "ahead" and (not taken or self.ended):
            status = "unused"
        card = ViewCard(
            node.key,
            node.type,
            cases.label_of(node.data),
            cases.KINDS[node.type],
            cases.ICONS[node.type],
            status,
        )
        if node.type in cases.PEOPLE or node.type == "copy":
            self._people(card, node, entries)
        elif entries and entries[-1].get("outcome"):
            card.detail = entries[-1]["outcome"]
        card.lanes = self._lanes(node, taken, entries)
        return card

    def _people(self, card: ViewCard, node: cases.Node, entries: list[dict[str, Any]]) -> None:
        names = cases.people_of(self.ctx).names
        live = [t for t in self.tasks.get(node.key, []) if t.state in cases.LIVE_TASK]
        done = [t for t in self.tasks.get(node.key, []) if t.state == "done"]
        if card.status in ("now", "stuck"):
            card.people = [
                names.get(t.principal or 0) or cases.role_name(self.ctx, t.pool or "")
                for t in live
                if t.kind != "answer"
            ]
        elif card.status == "done":
            card.people = (
                [names.get(t.actor or 0, "") for t in done]
                or [names.get(p, "") for p in entries[-1]["by"]]
                if entries
                else []
            )
            if done:
                card.detail = show_moment(done[-1].done_at, self.ctx.user_zone)
            skipped = [t for t in self.tasks.get(node.key, []) if t.state == "skipped"]
            if skipped and not done:
                card.detail = _("not asked again: the same person")
        elif card.status == "ahead":
            try:
                found = self.finder.assign(node, cases.Token(0, node.key))
            except TradewindError:
                return
            card.people = people_words(self.ctx, found.seats)
            if found.problem:
                asks = any("chosen" in rule["rule"] for rule in node.option("who", []))
                card.detail = _("is chosen") if asks else _("the rules find nobody")

    def _lanes(self, node: cases.Node, taken: bool, entries: list[dict[str, Any]]) -> list[Lane]:
        if node.type in ("loop", "each"):
            return [Lane("", self.body(node.data.get("body", []), taken))]
        branches = node.data.get("branches", [])
        if not branches:
            return []
        chosen = self._chosen(node, entries) if taken and node.type != "parallel" else set()
        lanes = []
        for data in branches:
            there = node.type == "parallel" and taken or data["key"] in chosen
            label = cases.words(data.get("label", "")) or self._when(data)
            lanes.append(Lane(label, self.body(data.get("body", []), there), there))
        return lanes

    def _chosen(self, node: cases.Node, entries: list[dict[str, Any]]) -> set[str]:
        if node.type == "choice" and entries:
            return {entries[-1].get("branch", "")}
        results = [
            (b, self._truth(b.when, cases.Token(0, node.key))[0])
            for b in node.branches
            if not b.otherwise
        ]
        hits = [b.key for b, truth in results if truth is True]
        otherwise = [b.key for b in node.branches if b.otherwise]
        if node.type == "choice":
            return set(hits[:1] or otherwise)
        return set(hits or otherwise)

    def _when(self, data: dict[str, Any]) -> str:
        if data.get("else"):
            return str(_("otherwise"))
        if not data.get("when"):
            return ""
        fields = cases.fact_fields(self.ctx, self.plan.subject)
        return str(parse_condition(data["when"], fields).sentence())


def flat(cards: list[ViewCard]) -> list[ViewCard]:
    """Only the cards on the way, in reading order: for a narrow column."""
    found = []
    for card in cards:
        if card.status != "unused" and card.type not in ("choice",):
            found.append(card)
        for lane in card.lanes:
            if lane.taken:
                found += flat(lane.cards)
    return found
