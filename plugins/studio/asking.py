"""Whom the rules of a card find: for a chosen record, and for every employee as the starter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.api import Ctx, design
from plugins.studio.walking import PROBLEMS, SPARED, reason

CHOSEN = ("chosen_by_starter", "chosen_by_previous")
GIVEN = ("same_as", "item")  # known only when a case runs


@dataclass
class Answer:
    """Who is asked when `starter` starts: (name, reason) pairs, or the problem."""

    starter: str
    people: list[tuple[str, object]]
    problem: object = ""


def who(
    ctx: Ctx, definition: dict[str, Any], card: str, record: Any, starter: int | None
) -> Answer:
    """Whom the card would ask for a record that a person submits."""
    plan = design.compile_plan(definition)
    fields = design.fact_fields(ctx, plan.subject)
    facts = design.read_facts(ctx, record, design.used_facts(definition, fields)) if record else {}
    return _ask(ctx, plan, plan.nodes[card], facts, record, starter)


def everybody(ctx: Ctx, definition: dict[str, Any], card: str, record: Any) -> list[Answer]:
    """Whom the card would ask for every employee; those for whom it finds nobody come first."""
    plan = design.compile_plan(definition)
    fields = design.fact_fields(ctx, plan.subject)
    facts = design.read_facts(ctx, record, design.used_facts(definition, fields)) if record else {}
    found = [_ask(ctx, plan, plan.nodes[card], facts, record, person)
             for person in design.people_of(ctx).names]
    return sorted(found, key=lambda answer: (not answer.problem, answer.starter))


def open_rules(card: dict[str, Any]) -> bool:
    """Whether the card's people are known only when a case runs."""
    return any(rule.get("rule") in (*CHOSEN, *GIVEN) for rule in card.get("who") or [])


def _ask(
    ctx: Ctx, plan: Any, node: Any, facts: dict[str, Any], record: Any, starter: int | None
) -> Answer:
    names = design.people_of(ctx).names
    finder = design.Finder(ctx, plan, facts, starter, record, {}, [])
    found = finder.assign(node, design.Token(0, node.key))
    people = []
    for seat in found.seats:
        name = names.get(seat.person or 0) or design.role_name(ctx, seat.pool or "")
        people.append((name, SPARED[seat.skip] if seat.skip in SPARED
                       else reason(ctx, seat.why, plan)))
    problem = PROBLEMS.get(found.problem, found.problem) if found.problem else ""
    return Answer(names.get(starter or 0, ""), people, problem)
