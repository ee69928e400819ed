"""What the inspector offers: rules for people, cards, facts and limits for conditions, inputs."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import ValidationError
from sqlalchemy import select

from core.api import (
    Ctx,
    Field,
    Invalid,
    RoleRow,
    Step,
    StepType,
    _,
    design,
    drawing,
    steps_of,
)
from plugins.studio.cards import POLICIES, REJECTS, RIGHTS, RULES, VOTES

SYSTEM = ("number", "state", "owner_id", "created_by_id", "created_at", "updated_by_id",
          "updated_at", "archived_at")
NUMBERS = ("money", "quantity", "rate")
LIMIT_KINDS = {"percent": ("percent",), "integer": ("integer",), "money": NUMBERS,
               "quantity": NUMBERS, "rate": NUMBERS}
MODES = (("all", _("all of these hold")), ("any", _("one of these holds")),
         ("none", _("none of these holds")), ("some", _("not all of these hold")))
WORDS = {
    "when": _("When"), "and": _("and"), "or": _("or"), "join": _("How the conditions combine"),
    "add": _("Add a condition"), "nest": _("Add a group in brackets"), "remove": _("Remove"),
    "drop": _("Remove the group"), "field": _("Field"), "op": _("Comparison"),
    "value": _("Value"), "choose": _("Choose…"), "to": _("to below"), "days": _("days"),
    "typed": _("the value"), "other": _("the field"), "limit": _("the company's limit"),
    "today": _("today plus"), "compared": _("Compared with"), "yes": _("Yes"), "no": _("No"),
    "search": _("Number or name"),
}


def rules_of(ctx: Ctx) -> list[tuple[str, str, tuple[str, ...]]]:
    """The rules for people: the engine's and those of enabled plugins."""
    found = [(key, str(label), params) for key, label, params in RULES]
    for key, rule in ctx.registry.assignee_rules.items():
        if ctx.registry.owner(key) in ctx.enabled:
            found.append((key, str(rule.label), ()))
    return found


def step_types_of(ctx: Ctx, record: str) -> list[StepType]:
    """Automatic cards of enabled plugins that fit the subject."""
    return [
        step for key, step in sorted(ctx.registry.step_types.items())
        if ctx.registry.owner(key) in ctx.enabled and step.subject in (None, record)
    ]


def own_steps(ctx: Ctx, record: str) -> list[Step]:
    """The steps of the document itself that a card may do; one that waits for a flow may not."""
    return [step for step in steps_of(ctx, record) if not step.pending]


def palette(ctx: Ctx, row: Any) -> list[tuple[object, list[tuple[str, object, str]]]]:
    """Groups of cards to take: (title, [(kind, label, icon)])."""
    def node(kind: str) -> tuple[str, object, str]:
        return kind, design.KINDS[kind], design.ICONS[kind]

    return [
        (_("People"), [node(k) for k in ("approve", "handle", "copy")]),
        (_("Ways"), [node(k) for k in ("choice", "every", "parallel", "loop")]),
        (_("Time and others"), [node(k) for k in ("delay", "wait", "subflow", "end")]),
        (_("Automatic"), [(f"step:{s.key}", s.label, s.icon)
                          for s in step_types_of(ctx, row.record_key)]),
        (_("Steps of the document"), [(f"step:{s.full_key}", s.label, "player-play")
                                      for s in own_steps(ctx, row.record_key)]),
    ]


def _step_form(ctx: Ctx, card: dict[str, Any]) -> tuple[str, Any]:
    """Under which name a card keeps its settings, and the schema that its plugin gave them."""
    kind = ctx.registry.step_types.get(card.get("step", ""))
    if kind is not None:
        return "config", kind.schema
    return "params", next((s.params for steps in ctx.registry.steps.values()
                           for s in steps.values() if s.full_key == card.get("step")), None)


def step_inputs(ctx: Ctx, card: dict[str, Any] | None) -> list[Any]:
    """The inputs of an automatic card, drawn from its marshmallow schema like a step's dialog."""
    if card is None or card["type"] != "step":
        return []
    name, schema = _step_form(ctx, card)
    given, faults = card.get(name) or {}, {}
    if schema is not None:
        try:
            schema().load(given)
        except ValidationError as error:
            faults = error.messages if isinstance(error.messages, dict) else {}
        except Invalid as error:
            faults = error.by_field()
    names = drawing.Names(ctx)
    return [drawing.control(ctx, slot, given.get(slot.name, slot.field.default), names,
                           name=f"config-{slot.name}",
                           typed=None if isinstance(given.get(slot.name), bool | None)
                           else str(given[slot.name]),
                           errors=texts_of(faults.get(slot.name)) if given else ())
            for slot in drawing.parameters(schema)]


def texts_of(found: Any) -> list[str]:
    """What a schema says about one input: nothing, one sentence or several."""
    return [str(t) for t in found] if isinstance(found, list | tuple) else (
        [str(found)] if found else [])


def step_values(ctx: Ctx, card: dict[str, Any], form: Any) -> dict[str, Any] | None:
    """What the inputs of an automatic card say, as its schema will read it when it runs."""
    if card["type"] != "step":
        return None
    name, schema = _step_form(ctx, card)
    found: dict[str, Any] = {}
    for slot in drawing.parameters(schema):
        text = form.get(f"config-{slot.name}")
        if slot.field.kind == "boolean":
            found[slot.name] = bool(text)
        elif text:
            found[slot.name] = drawing.form_value(ctx, slot.field, text)
    return {name: found}


def choices(ctx: Ctx, workflow: Any, definition: dict[str, Any]) -> dict[str, Any]:
    """Everything that the selects of the inspector offer."""
    fields = design.fact_fields(ctx, workflow.record_key)
    people = design.people_of(ctx)
    return {
        "rules": rules_of(ctx),
        "roles": [
            (r.key, design.words(r.label))
            for r in ctx.session.scalars(select(RoleRow).order_by(RoleRow.sequence))
        ],
        "people": sorted(people.names.items(), key=lambda pair: pair[1]),
        "user_fields": [(n, str(f.label)) for n, f in fields.items() if f.kind == "user"],
        "lists": [(n, str(f.label)) for n, f in fields.items() if f.kind in ("tags", "json")],
        "own_fields": [
            (n, str(f.label)) for n, f in fields.items() if "." not in n and not f.system
        ],
        "cards": [
            (c["key"], design.label_of(c) if c.get("label") else
             f"{design.KINDS.get(c.get('type', ''), '')} {c['key']}")
            for c in design.cards_of(definition.get("body", []))
        ],
        "flows": [
            (w.key, design.words(w.label))
            for w in ctx.session.scalars(select(design.WorkflowRow))
            if w.key != workflow.key
        ],
        "votes": VOTES, "rejects": REJECTS, "rights": RIGHTS, "policies": POLICIES,
    }


def conditions(ctx: Ctx, workflow: Any) -> dict[str, Any]:
    """What the condition editor may choose, as plain data: fields in groups, limits, words."""
    known = fields_of(ctx, workflow)
    fields = {name: field for name, field in known.items() if _offered(workflow, known, name)}
    return {
        "url": url_for("studio.condition", key=workflow.key),
        "groups": _groups(ctx, workflow, fields),
        "fields": [_field(ctx, name, field) for name, field in fields.items()],
        "limits": [
            {"name": key, "label": str(setting.label), "kinds": LIMIT_KINDS[setting.kind]}
            for key, setting in ctx.registry.settings.items()
            if setting.kind in LIMIT_KINDS and ctx.registry.owner(key) in ctx.enabled
        ],
        "words": {**{key: str(text) for key, text in WORDS.items()},
                  "modes": [[key, str(text)] for key, text in MODES]},
    }


def fields_of(ctx: Ctx, workflow: Any) -> dict[str, Field]:
    """Every fact of the workflow's documents."""
    found: dict[str, Field] = design.fact_fields(ctx, workflow.record_key)
    return found


def _offered(workflow: Any, fields: dict[str, Field], name: str) -> bool:
    """Fields of another document of the same type (the revision before) only confuse."""
    head, dot, _rest = name.partition(".")
    link = fields.get(f"{head}_id")
    return not (dot and link is not None and link.target == workflow.record_key)


def _field(ctx: Ctx, name: str, field: Field) -> dict[str, Any]:
    options = [[str(v), str(t)] for v, t in drawing.choices_of(ctx, field)]
    return {
        "name": name, "label": str(field.label or name), "kind": field.kind,
        "numeric": field.numeric, "choices": options,
        "url": url_for("pages.pick", record=field.target) if field.kind == "link" else "",
        "operators": [[op, str(drawing.OPERATOR_WORDS[op])] for op in design.operators(field.kind)],
    }


def _groups(ctx: Ctx, workflow: Any, fields: dict[str, Field]) -> list[tuple[str, list[str]]]:
    """Fields that conditions use already come first, then the document's own, then linked ones."""
    groups: dict[str, list[str]] = {}
    often = [name for name in fields if name in _used(ctx, workflow)]
    groups[str(_("Often used"))] = often
    for name in fields:
        head, dot, _rest = name.partition(".")
        link = fields.get(f"{head}_id")
        title = str(link.label) if dot and link is not None else str(
            _("Administration") if name in SYSTEM else _("The document"))
        if name not in often:
            groups.setdefault(title, []).append(name)
    last = groups.pop(str(_("Administration")), [])
    return [(title, names) for title, names in
            (*groups.items(), (str(_("Administration")), last)) if names]


def _used(ctx: Ctx, workflow: Any) -> set[str]:
    """Facts in the published workflows on the same documents, and those that plugins reckon."""
    fields = fields_of(ctx, workflow)
    rows = ctx.session.scalars(select(design.WorkflowVersion.definition).join(
        design.WorkflowRow, design.WorkflowRow.active_version_id == design.WorkflowVersion.id
    ).where(design.WorkflowRow.record_key == workflow.record_key))
    found: set[str] = set()
    for definition in rows:
        found |= design.used_facts(definition, fields)
    for declared in ctx.registry.workflows.values():
        if declared.subject == workflow.record_key:
            found |= {field.name for field in declared.fact_fields}
    return found
