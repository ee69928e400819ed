"""What a case knows of its record: typed facts, frozen at submission, and a hash of the content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.audit import plain
from core.conditions import Condition, Env, parse_condition, show_fact
from core.conditions_tree import Truth
from core.context import Ctx
from core.kinds import Field
from core.records import fields_of, record_class
from core.saving import extension_of
from core.schemas import all_fields, extensions_of
from core.workflow.declarations import Workflow
from core.workflow.definition import cards_of
from core.workflow.plan import Plan

HIDDEN = ("note", "json", "file")
OUTSIDE_THE_CONTENT = ("number", "state", "owner_id", "archived_at")


def fact_fields(ctx: Ctx, record_key: str) -> dict[str, Field]:
    """Every fact that conditions on a record may use: own, of linked records, and computed."""
    def build() -> dict[str, Field]:
        cls = record_class(record_key)
        found = {n: f for n, f in all_fields(ctx, cls).items() if f.kind not in HIDDEN}
        for name, declared in list(found.items()):
            if declared.kind == "link" and declared.target in ctx.registry.records:
                target = record_class(declared.target or "")
                for inner, field in fields_of(target).items():
                    if field.kind not in (*HIDDEN, "link", "tags") and not field.system:
                        found[f"{name[:-3]}.{inner}"] = field.named(f"{name[:-3]}.{inner}")
        for workflow in _declared(ctx, record_key):
            found.update({field.name: field for field in workflow.fact_fields})
        return found

    result: dict[str, Field] = ctx._once(("facts", record_key, ctx.locale), build)
    return result


def _declared(ctx: Ctx, record_key: str) -> list[Workflow]:
    """The workflows on a record that enabled plugins ship: they compute facts for all."""
    return [w for w in ctx.registry.workflows.values()
            if w.subject == record_key and ctx.registry.owner(w.key) in ctx.enabled]


def used_facts(definition: dict[str, Any], fields: Mapping[str, Field]) -> set[str]:
    """The names of the facts that the routing and the people of a definition depend on."""
    found: set[str] = set()
    for card in cards_of(definition.get("body", [])):
        conditions = [b.get("when") for b in card.get("branches", [])] + [card.get("until")]
        for when in filter(None, conditions):
            found |= parse_condition(when, fields).fields()
        found |= {card["items"]} if card.get("items") else set()
        found |= {r["fact"] for r in card.get("who", []) if r.get("fact")}
        found |= {r["field"] for r in card.get("who", []) if r.get("field")}
    return found


def read_facts(ctx: Ctx, record: Any, names: Iterable[str] = ()) -> dict[str, Any]:
    """The values of a record's facts now, as plain JSON; linked ones only if named."""
    system = ctx.system()
    declared = all_fields(system, type(record))
    found = {name: _value(system, record, name) for name, field in declared.items()
             if field.kind not in HIDDEN}
    for workflow in _declared(ctx, record.key):
        if workflow.facts is not None:
            found.update(workflow.facts(system, record))
    for name in names:
        head, _dot, rest = name.partition(".")
        if name not in found and rest:
            found[name] = getattr(getattr(record, head, None), rest, None)
    facts: dict[str, Any] = plain(found)
    return facts


def _value(ctx: Ctx, record: Any, name: str) -> Any:
    if name.startswith("x_"):
        return (record.custom or {}).get(name)
    head, _dot, rest = name.partition(".")
    if not rest:
        return getattr(record, name)
    for extension in extensions_of(ctx, record.key):
        if extension.plugin() == head:
            return getattr(extension_of(ctx, extension, record), rest, None)
    return None


def content_hash(ctx: Ctx, record: Any, plan: Plan) -> str:
    """A digest of what a signature approves: every field that a person may fill, and the lines.

    Not those that the workflow leaves open.
    """
    apart = (*OUTSIDE_THE_CONTENT, *plan.policy["open_fields"])
    content: dict[str, Any] = {"custom": record.custom or {}}
    for name, declared in fields_of(type(record)).items():
        if not declared.system and name not in apart:
            content[name] = getattr(record, name)
    for extension in extensions_of(ctx.system(), record.key):
        row = ctx.session.get(extension, record.id)
        for name in fields_of(extension):
            content[f"{extension.plugin()}.{name}"] = getattr(row, name, None)
    for lines in type(record).line_sets:
        content[lines] = [
            {n: getattr(line, n) for n, f in fields_of(type(line)).items() if not f.system}
            for line in getattr(record, lines)
        ]
    text = json.dumps(plain(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Judge:
    """Tests the conditions of one plan against frozen facts."""

    def __init__(self, ctx: Ctx, plan: Plan, facts: dict[str, Any]) -> None:
        self.ctx, self.plan, self.facts = ctx, plan, facts
        self.env = Env(ctx.today, ctx.zone, {"me": ctx.user_id, **constants(ctx)})

    def condition(self, when: Any) -> Condition:
        """The parsed condition; parsed once per plan."""
        cache = self.plan.parsed
        key = json.dumps(when, sort_keys=True)
        if key not in cache:
            cache[key] = parse_condition(when, self.fields())
        found: Condition = cache[key]
        return found

    def fields(self) -> dict[str, Field]:
        """The facts that the plan's conditions may use."""
        return fact_fields(self.ctx, self.plan.subject)

    def show(self, name: str, value: Any) -> object:
        """A fact as people read it."""
        return show_fact(self.fields()[name], value)

    def truth(
        self, when: Any, extra: dict[str, Any]
    ) -> tuple[Truth, list[str], list[dict[str, Any]]]:
        """Result, labels of the missing facts, and each comparison with what it saw."""
        condition, facts = self.condition(when), {**self.facts, **extra}
        result = condition.test(facts, self.env)
        missing = condition.missing(facts, self.env) if result is None else []
        return result, [str(f.label or f.name) for f in missing], condition.explain(facts, self.env)


def constants(ctx: Ctx) -> dict[str, Any]:
    """Named constants for conditions: the dated settings of the company, by key."""
    return {key: plain(ctx.setting(key)) for key, declared in ctx.registry.settings.items()
            if declared.kind in ("money", "percent", "quantity", "integer", "rate")}
