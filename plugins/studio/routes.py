"""Pages of the studio: the workflows, the designer, publishing, the file in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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
)
from plugins.studio import drafting, offering, starting, tree
from plugins.studio.cards import read_card, read_condition, read_policy
from plugins.studio.differing import difference
from plugins.studio.shapes import SHAPES
from plugins.studio.showing import Painter

blueprint = Blueprint("studio", __name__, template_folder="templates")
RIGHT = "core.workflow.design"
START = "start"


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
    subjects = [(k, str(c.label)) for k, c in sorted(ctx.registry.records.items())
                if ctx.registry.owner(k) in ctx.enabled and c.states]
    page = render_template(
        "studio/workflows.html", rows=rows, versions=versions, drafts=drafts,
        gates=starting.gates(ctx), open_cases=open_cases, subjects=subjects, faults=faults,
        design=design, form=request.form, shapes=SHAPES,
        starts={w.id: starting.in_words(ctx, w, versions[w.active_version_id].definition if
                                        w.active_version_id in versions else {}) for w in rows
                if w.record_key in ctx.registry.records},
        record_label=lambda key: record_class(key).label if key in ctx.registry.records else key)
    return (page, 422) if faults else page


@blueprint.post("/studio")
@needs(RIGHT)
def new_workflow() -> Any:
    """A new workflow: empty, of a shape, a copy of another one, or from a file."""
    ctx = current_ctx()
    try:
        row = _create(ctx, request.form)
    except TradewindError as error:
        return _list_page([str(r) for r in error.reasons])
    return redirect(url_for("studio.designer", key=row.key))


def _create(ctx: Ctx, form: Mapping[str, str]) -> Any:
    source = _uploaded() or _model(ctx, form.get("model", ""))
    name = form.get("name", "").strip()[:80] or str(design.words(source.get("label")) or "")
    gate = form.get("gate") or None
    subject = gate.rpartition(".")[0] if gate else form.get("subject") or source.get("subject", "")
    if not name:
        raise Invalid(Refusal(_("Give the workflow a name."), "name"))
    if source.get("subject") not in (None, subject):
        raise Invalid(Refusal(_("What you start from is about other documents (%(label)s).",
                                label=_subject_label(ctx, source["subject"])), "subject"))
    stem = "own." + (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "flow")
    taken = set(ctx.session.scalars(select(design.WorkflowRow.key)))
    key = next(k for k in (stem, *(f"{stem}_{n}" for n in range(2, 999))) if k not in taken)
    definition = {"schema": 1, "body": [], **source.get("definition", {}), "subject": subject}
    if gate:
        definition["start"] = {**definition.get("start", {}), "how": "step", "gate": gate,
                               "event": None, "when": None}
    with ctx.session.begin_nested():
        row = design.create_workflow(ctx, key, name, subject, definition=definition)
        row.gate = gate
    return row


def _subject_label(ctx: Ctx, key: str) -> object:
    return record_class(key).label if key in ctx.registry.records else key


def _model(ctx: Ctx, name: str) -> dict[str, Any]:
    """What a new workflow starts from: {"label", "subject", "definition"}; empty for a blank page.

    `name` is "shape:<key>" or "flow:<key>".
    """
    kind, _colon, key = name.partition(":")
    if kind == "shape" and key in SHAPES:
        return {"definition": {"body": SHAPES[key][1]}}
    if kind == "flow":
        row = design.workflow_by_key(ctx, key)
        definition = definition_of(ctx, row)
        start = {"how": "hand"} | {k: v for k, v in definition.get("start", {}).items()
                                   if k in ("roles", "fields")}
        return {"subject": row.record_key, "definition": {**definition, "start": start}}
    return {}


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
    return {"label": found.get("label"), "definition": dict(definition),
            "subject": found.get("subject") or definition.get("subject")}


@blueprint.get("/studio/<key>/file")
@needs(RIGHT)
def as_file(key: str) -> Any:
    """The draft as a file, to keep or to bring into another company."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = definition_of(ctx, row)
    definition["start"] = starting.start_of(row, definition)
    body = json.dumps({"tradewind": "workflow", "label": row.label, "subject": row.record_key,
                       "definition": definition}, ensure_ascii=False, indent=1)
    response = Response(body, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{key}.json")
    return response


def definition_of(ctx: Ctx, row: Any) -> dict[str, Any]:
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
    """The tree of cards with palette and inspector; only the parts that change if asked for."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    part = request.headers.get("X-Part")
    template = "publishing" if request.args.get("publishing") else "middle" if part else "designer"
    return render_template(f"studio/{template}.html",
                           **page_data(ctx, row, request.args.get("card", "")))


def page_data(
    ctx: Ctx, row: Any, card: str = "", faults: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """What the templates of the designer show."""
    definition = definition_of(ctx, row)
    problems = design.check_definition(ctx, row, definition)
    painter = Painter(ctx, row, problems, {})
    known = {c["key"] for c in design.cards_of(definition.get("body", []))}
    chosen = tree.card_of(definition, card) if card in known else None
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    needs_conditions = card == START or (chosen or {}).get("type") in ("choice", "every", "loop")
    return {
        "row": row, "name": design.words(row.label), "problems": problems, "card": chosen,
        "cards": painter.body(definition.get("body", [])), "on_start": card == START,
        "offered": offering.choices(ctx, row, definition), "palette": offering.palette(ctx, row),
        "conditions": offering.conditions(ctx, row) if needs_conditions else None,
        "faults": faults or {}, "edits": drafting.history(ctx, row, 12),
        "can_undo": drafting.next_edit(ctx, row, undone=False) is not None,
        "can_redo": drafting.next_edit(ctx, row, undone=True) is not None,
        "labels": {c["key"]: design.label_of(c) for c in
                   design.cards_of(definition.get("body", [])) if c.get("label")},
        "heat": False, "count": len(known), "definition": definition, "active": active,
        "changes": difference(ctx, row, active.definition, definition) if active else [],
        "design": design, "names": design.people_of(ctx).names,
        "inputs": offering.step_inputs(ctx, chosen), "sentence": painter.condition,
        "start": starting.start_of(row, definition), "starting": starting,
        "start_words": starting.in_words(ctx, row, definition),
        "gates": starting.gates(ctx, row) if card == START else [],
        "events": starting.events(ctx, row, row.event) if card == START else [],
        "holder": starting.holder(ctx, row, definition),
    }


def answer(ctx: Ctx, row: Any, card: str, faults: dict[str, list[str]] | None = None) -> Any:
    """After a change: the parts that changed for a script, else the page again."""
    if request.is_json or request.headers.get("X-Part"):
        page = render_template("studio/middle.html", **page_data(ctx, row, card, faults))
        return (page, 422) if faults else page
    if faults:
        return render_template("studio/designer.html", **page_data(ctx, row, card, faults)), 422
    return redirect(url_for("studio.designer", key=row.key, card=card or None))


@blueprint.post("/studio/<key>/change")
@needs(RIGHT)
def change(key: str) -> Any:
    """One change of the draft: `op` and its parameters."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    form = request.get_json(silent=True) or request.form
    op, chosen = str(form.get("op", "")), str(form.get("card", ""))
    if op in ("undo", "redo"):
        (drafting.undo if op == "undo" else drafting.redo)(ctx, row)
    else:
        changed, card = _changed(definition_of(ctx, row), op, chosen, form)
        drafting.change(ctx, row, changed, op, card=chosen or card, label=_told(changed, card))
        chosen = card
    ctx.session.flush()
    return answer(ctx, row, chosen)


def _changed(
    definition: dict[str, Any], op: str, card: str, form: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """A copy of the definition with one change, and the card to look at next."""
    slot, branch = str(form.get("slot", "")), str(form.get("branch", ""))
    if op == "add":
        return tree.add(definition, slot, str(form.get("kind", "")))
    if op == "move":
        return tree.move(definition, card, slot), card
    if op == "remove":
        return tree.remove(definition, card), ""
    if op == "duplicate":
        return tree.duplicate(definition, card)
    if op == "add_branch":
        return tree.add_branch(definition, card), card
    if op == "remove_branch":
        return tree.remove_branch(definition, card, branch), card
    if op in ("left", "right"):
        return tree.shift_branch(definition, card, branch, -1 if op == "left" else 1), card
    raise Refused(_("There is no such change."))


def _told(definition: dict[str, Any], key: str) -> Any:
    """The name of a card for the history, in every language that it has."""
    card = next((c for c in design.cards_of(definition.get("body", [])) if c["key"] == key), {})
    return card.get("label") or ""


@blueprint.post("/studio/<key>/card/<card>")
@needs(RIGHT)
def save_card(key: str, card: str) -> Any:
    """Keep what the inspector says about a card, or about the start."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = definition_of(ctx, row)
    try:
        if card == START:
            when = read_condition(request.form, "when")
            changed = starting.read_start(row, definition, request.form, when)
        else:
            changed = tree.copy.deepcopy(definition)
            body, n = tree.find_card(changed, card)
            given = offering.step_values(ctx, body[n], request.form)
            body[n] = read_card(body[n], request.form, given)
    except Invalid as error:
        return answer(ctx, row, card, error.by_field())
    drafting.change(ctx, row, changed, "set", card=card, label=_told(changed, card))
    return answer(ctx, row, card)


@blueprint.post("/studio/<key>/policy")
@needs(RIGHT)
def save_policy(key: str) -> Any:
    """Rules for the whole workflow, its name, on or off."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    enabled = bool(request.form.get("enabled"))
    other = starting.holder(ctx, row, {}) if enabled and not row.enabled else None
    if other is not None:
        return answer(ctx, row, "", {"enabled": [str(_(
            "The step is held by the workflow “%(name)s” already.",
            name=design.words(other.label)))]})
    drafting.change(ctx, row, read_policy(definition_of(ctx, row), request.form), "policy")
    name = request.form.get("name", "").strip()[:80]
    if name:
        row.label = {**row.label, ctx.locale: name}
    row.enabled = enabled
    return answer(ctx, row, "")


@blueprint.post("/studio/<key>/publish")
@needs(RIGHT)
def publish(key: str) -> Any:
    """Make the draft the version of new cases; errors stay at their cards."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = definition_of(ctx, row)
    try:
        with ctx.session.begin_nested():
            other = starting.holder(ctx, row, definition)
            if other is not None and request.form.get("take_over"):
                other.enabled = False
            starting.put_in_force(row, definition)
            ctx.session.flush()
            version = design.publish(ctx, row, request.form.get("note", ""))
    except TradewindError as error:
        faults = {"publish": [str(r) for r in error.reasons]}
        return render_template("studio/designer.html", **page_data(ctx, row, faults=faults)), 422
    drafting.close(ctx, row, version)
    return redirect(url_for("studio.designer", key=key))
