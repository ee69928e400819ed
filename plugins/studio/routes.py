"""Pages of the studio: workflows, designer, trial, comparison, heat map, file in and out."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import func, select

from core.api import (
    Ctx,
    Invalid,
    Refusal,
    Refused,
    TradewindError,
    _,
    current_ctx,
    design,
    needs,
    record_class,
    select_records,
    steps_of,
)
from plugins.studio import drafting, tree
from plugins.studio.cards import choices, read_card, read_policy, step_types_of
from plugins.studio.showing import Painter, difference

blueprint = Blueprint("studio", __name__, template_folder="templates")
RIGHT = "core.workflow.design"
MOST_TRIED = 100


@blueprint.get("/studio")
@needs(RIGHT)
def workflows() -> Any:
    """The company's workflows and what can be drawn anew."""
    return _list_page([])


def _list_page(faults: list[str]) -> Any:
    ctx = current_ctx()
    rows = ctx.session.scalars(select(design.WorkflowRow).order_by(design.WorkflowRow.id)).all()
    versions = {v.id: v for v in ctx.session.scalars(select(design.WorkflowVersion).where(
        design.WorkflowVersion.state.in_(("published", "draft"))))}
    drafts = {v.workflow_id for v in versions.values() if v.state == "draft"}
    running = select(design.CaseRow.workflow_id, func.count()).where(
        design.CaseRow.ended_at.is_(None)).group_by(design.CaseRow.workflow_id)
    open_cases = {workflow: count for workflow, count in ctx.session.execute(running)}
    gates = [
        (step.full_key, f"{record_class(record).label}: {step.label}")
        for record in sorted(ctx.registry.records) if ctx.registry.owner(record) in ctx.enabled
        for step in steps_of(ctx, record) if step.pending
    ]
    subjects = [(k, str(c.label)) for k, c in sorted(ctx.registry.records.items())
                if ctx.registry.owner(k) in ctx.enabled and c.states]
    page = render_template(
        "studio/workflows.html", rows=rows, versions=versions, drafts=drafts, gates=gates,
        open_cases=open_cases, subjects=subjects, faults=faults, design=design,
        record_label=lambda key: record_class(key).label if key in ctx.registry.records else key,
        form=request.form)
    return (page, 422) if faults else page


@blueprint.post("/studio")
@needs(RIGHT)
def new_workflow() -> Any:
    """An empty workflow, or one from a file."""
    ctx = current_ctx()
    name = request.form.get("name", "").strip()[:80]
    gate = request.form.get("gate") or None
    subject = gate.rpartition(".")[0] if gate else request.form.get("subject", "")
    try:
        if not name:
            raise Invalid(Refusal(_("Give the workflow a name."), "name"))
        key = "own." + (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "flow")
        taken = set(ctx.session.scalars(select(design.WorkflowRow.key)))
        key = next(k for k in (key, *(f"{key}_{n}" for n in range(2, 999))) if k not in taken)
        with ctx.session.begin_nested():
            design.create_workflow(ctx, key, name, subject, gate=gate, definition=_uploaded())
    except TradewindError as error:
        return _list_page([str(r) for r in error.reasons])
    return redirect(url_for("studio.designer", key=key))


def _uploaded() -> dict[str, Any] | None:
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    try:
        found = json.loads(given.read(2**20))
        definition = found.get("definition", found)
        if definition.get("schema") != 1 or not isinstance(definition.get("body"), list):
            raise ValueError
    except (ValueError, AttributeError, UnicodeDecodeError):
        raise Invalid(Refusal(_("This is not a workflow file."), "file")) from None
    return dict(definition)


@blueprint.get("/studio/<key>/file")
@needs(RIGHT)
def as_file(key: str) -> Any:
    """The draft as a file, to keep or to bring into another company."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    body = json.dumps({"tradewind": "workflow", "label": row.label, "subject": row.record_key,
                       "definition": _definition(ctx, row)}, ensure_ascii=False, indent=1)
    response = Response(body, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{key}.json")
    return response


def _definition(ctx: Ctx, row: Any) -> dict[str, Any]:
    """The draft, or what runs; reading never makes a draft."""
    draft = ctx.session.scalar(select(design.WorkflowVersion).where(
        design.WorkflowVersion.workflow_id == row.id, design.WorkflowVersion.state == "draft"))
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    found = draft or active
    return dict(found.definition) if found else {"schema": 1, "subject": row.record_key, "body": []}


# ---- the designer
@blueprint.get("/studio/<key>")
@needs(RIGHT)
def designer(key: str) -> Any:
    """The tree of cards with palette and inspector."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    return render_template("studio/designer.html", **_data(ctx, row, request.args.get("card", "")))


def _data(
    ctx: Ctx, row: Any, card: str = "", faults: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    definition = _definition(ctx, row)
    problems = design.check_definition(ctx, row, definition)
    heat = design.heat(ctx, row) if request.args.get("heat") else {}
    painter = Painter(ctx, row, problems, heat)
    known = {c["key"] for c in design.cards_of(definition.get("body", []))}
    chosen = tree.card_of(definition, card) if card in known else None
    edits = drafting.history(ctx, row)
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    return {
        "row": row,
        "name": design.words(row.label),
        "cards": painter.body(definition.get("body", [])),
        "problems": problems,
        "card": chosen,
        "offered": choices(ctx, row, definition),
        "palette": _palette(ctx, row),
        "slot": request.args.get("slot", ""),
        "faults": faults or {},
        "edits": edits,
        "can_redo": drafting._edits(ctx, row, undone=True) is not None,
        "heat": bool(request.args.get("heat")),
        "count": len(known),
        "definition": definition,
        "active": active,
        "changes": difference(ctx, row, active.definition, definition) if active else [],
        "design": design,
        "names": design.people_of(ctx).names,
        "config_fields": _config_fields(ctx, chosen),
        "sentence": painter.condition,
    }


def _palette(ctx: Ctx, row: Any) -> list[tuple[object, list[tuple[str, object, str]]]]:
    def node(kind: str) -> tuple[str, object, str]:
        return kind, design.KINDS[kind], design.ICONS[kind]

    steps = [(f"step:{s.key}", s.label, s.icon) for s in step_types_of(ctx, row.record_key)]
    return [
        (_("People"), [node(k) for k in ("approve", "handle", "copy")]),
        (_("Ways"), [node(k) for k in ("choice", "every", "parallel", "loop")]),
        (_("Time and others"), [node(k) for k in ("delay", "wait", "subflow", "end")]),
        (_("Automatic"), steps),
    ]


def _config_fields(ctx: Ctx, card: dict[str, Any] | None) -> list[tuple[str, str, bool]]:
    """The inputs of an automatic card, from its marshmallow schema."""
    step = ctx.registry.step_types.get((card or {}).get("step", ""))
    if step is None or step.schema is None:
        return []
    return [(name, str(field.metadata.get("label") or name), field.required)
            for name, field in step.schema().fields.items()]


@blueprint.post("/studio/<key>/change")
@needs(RIGHT)
def change(key: str) -> Any:
    """One change of the draft: `op` and its parameters; answers with the page or its middle."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    form = request.get_json(silent=True) or request.form
    op = str(form.get("op", ""))
    definition = _definition(ctx, row)
    chosen = str(form.get("card", ""))
    if op == "add":
        changed, chosen = tree.add(definition, str(form.get("slot", "")), str(form.get("kind", "")))
        drafting.change(ctx, row, changed, op, card=chosen)
    elif op == "move":
        drafting.change(
            ctx, row, tree.move(definition, chosen, str(form.get("slot", ""))), op, card=chosen
        )
    elif op == "remove":
        drafting.change(ctx, row, tree.remove(definition, chosen), op, card=chosen)
        chosen = ""
    elif op == "duplicate":
        changed, chosen = tree.duplicate(definition, chosen)
        drafting.change(ctx, row, changed, op, card=chosen)
    elif op in ("undo", "redo"):
        (drafting.undo if op == "undo" else drafting.redo)(ctx, row)
    elif op == "add_branch":
        drafting.change(ctx, row, tree.add_branch(definition, chosen), op, card=chosen)
    elif op in ("remove_branch", "left", "right"):
        branch = str(form.get("branch", ""))
        changed = tree.remove_branch(definition, chosen, branch) if op == "remove_branch" else (
            tree.shift_branch(definition, chosen, branch, -1 if op == "left" else 1))
        drafting.change(ctx, row, changed, op, card=chosen)
    else:
        raise Refused(_("There is no such change."))
    ctx.session.flush()
    if request.is_json:
        return render_template("studio/middle.html", **_data(ctx, row, chosen))
    return redirect(url_for("studio.designer", key=key, card=chosen or None))


@blueprint.post("/studio/<key>/card/<card>")
@needs(RIGHT)
def save_card(key: str, card: str) -> Any:
    """Keep what the inspector says about a card."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = _definition(ctx, row)
    changed = tree.copy.deepcopy(definition)
    body, n = tree.find_card(changed, card)
    try:
        body[n] = read_card(body[n], request.form)
    except Invalid as error:
        page = render_template("studio/designer.html", **_data(ctx, row, card, error.by_field()))
        return page, 422
    drafting.change(ctx, row, changed, "set", card=card)
    return redirect(url_for("studio.designer", key=key, card=card))


@blueprint.post("/studio/<key>/policy")
@needs(RIGHT)
def save_policy(key: str) -> Any:
    """Rules for the whole workflow, its name, on or off."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    drafting.change(ctx, row, read_policy(_definition(ctx, row), request.form), "policy")
    name = request.form.get("name", "").strip()[:80]
    if name:
        row.label = {**row.label, ctx.locale: name}
    row.enabled = bool(request.form.get("enabled"))
    return redirect(url_for("studio.designer", key=key))


@blueprint.post("/studio/<key>/publish")
@needs(RIGHT)
def publish(key: str) -> Any:
    """Make the draft the version of new cases; errors stay at their cards."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    try:
        design.publish(ctx, row, request.form.get("note", ""))
    except Invalid as error:
        page = render_template("studio/designer.html", **_data(
            ctx, row, faults={"publish": [str(r) for r in error.reasons]}))
        return page, 422
    drafting.forget(ctx, row)
    return redirect(url_for("studio.designer", key=key))


# ---- trying out
@blueprint.get("/studio/<key>/trial")
@needs(RIGHT)
def trial(key: str) -> Any:
    """What the draft would have changed in past cases, and the way of a chosen record."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    cls = record_class(row.record_key)
    recent = select_records(ctx, cls).order_by(cls.id.desc()).limit(30)
    records = ctx.session.scalars(recent).all()
    chosen = request.args.get("record", type=int) or (records[0].id if records else 0)
    record = next((r for r in records if r.id == chosen), None)
    definition = _definition(ctx, row)
    errors = design.check_structure(definition, design.fact_fields(ctx, row.record_key))
    way, found = [], {}
    if not errors:
        way = design.preview_tree(ctx, definition, record, record.owner_id) if record else []
        found = design.backtest(ctx, row, definition, MOST_TRIED)
    return render_template("studio/trial.html", row=row, name=design.words(row.label), way=way,
                           records=records, record=record, errors=errors, found=found,
                           outcomes={k: v[0] for k, v in design.CASE_STATES.items()})
