"""Trying a draft before it is published: one record, past cases, everybody; heat; history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError

from core.api import (
    Ctx,
    Field,
    Invalid,
    NotFound,
    Refusal,
    _,
    current_ctx,
    design,
    drawing,
    needs,
    plain,
    record_class,
    select_records,
    title_of,
)
from plugins.studio import asking, comparing, drafting, heating, offering, starting, tree
from plugins.studio.differing import difference
from plugins.studio.routes import RIGHT, blueprint, definition_of
from plugins.studio.showing import Painter
from plugins.studio.walking import sentence, stops, walk

SIZES = (50, 100, 200, 500)
MOST_COUNTED = 60
RESULTS = {"same": (_("same"), "grey"), "undecided": (_("undecided"), "red"),
           "changed": (_("different"), "amber")}  # the last ones are shown first


def _page(template: str, ctx: Ctx, row: Any, **data: Any) -> str:
    return render_template(f"studio/{template}", row=row, name=design.words(row.label),
                           design=design, names=design.people_of(ctx).names, **data)


def _records(ctx: Ctx, row: Any) -> list[Any]:
    """The newest documents that the designer may see, as examples."""
    cls = record_class(row.record_key)
    return list(ctx.session.scalars(select_records(ctx, cls).order_by(cls.id.desc()).limit(30)))


def _record(ctx: Ctx, row: Any, records: list[Any]) -> Any:
    chosen = request.args.get("record", type=int)
    return next((r for r in records if r.id == chosen), records[0] if records else None)


def _errors(ctx: Ctx, row: Any, definition: dict[str, Any]) -> list[Any]:
    found: list[Any] = design.check_structure(
        definition, design.fact_fields(ctx, row.record_key))
    return found


# ---- one record
@blueprint.get("/studio/<key>/trial")
@needs(RIGHT)
def trial(key: str) -> Any:
    """The way of a chosen record by the draft, or of facts that are typed in."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition, records = definition_of(ctx, row), _records(ctx, row)
    errors, record = _errors(ctx, row, definition), _record(ctx, row, records)
    if errors:
        return _page("trial.html", ctx, row, errors=errors, records=records)
    fields = design.fact_fields(ctx, row.record_key)
    names = sorted(design.used_facts(definition, fields), key=list(fields).index)
    facts = design.read_facts(ctx, record, names) if record else {}
    typed, faults = _typed(ctx, fields, names)
    facts |= typed
    starter = request.args.get("starter", type=int) or (record.owner_id if record else None)
    plan = design.compile_plan(definition)
    found = walk(ctx, plan, facts, starter or ctx.user_id, record)
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    now = walk(ctx, design.compile_plan(active.definition), facts, starter or ctx.user_id,
               record) if active else None
    return _page(
        "trial.html", ctx, row, errors=[], records=records, record=record, title_of=title_of,
        way=stops(ctx, plan, found, ctx.now), walked=found, before=now,
        outcome=design.CASE_STATES.get(found.outcome, (_("Stands still"), "red")),
        controls=_controls(ctx, fields, names, facts, faults), starter=starter or ctx.user_id)


def _typed(
    ctx: Ctx, fields: dict[str, Field], names: list[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Facts that were typed in, as plain values, and what is wrong with the others."""
    found, faults = {}, {}
    for name in names:
        text = request.args.get(f"f.{name}")
        if text is None:
            continue
        try:
            given = drawing.form_value(ctx, fields[name], text)
            found[name] = _input(fields[name]).deserialize(given) if given else None
        except ValidationError as error:
            faults[name] = offering.texts_of(error.messages)[0]
    return plain(found), faults


def _input(field: Field) -> Any:
    return design.Input(replace(field, required=False))


def _controls(
    ctx: Ctx, fields: dict[str, Field], names: list[str], facts: dict[str, Any],
    faults: dict[str, str],
) -> list[Any]:
    known, found = drawing.Names(ctx), []
    for name in names:
        slot = drawing.Slot(name, replace(fields[name], required=False, help=""))
        found.append(drawing.control(
            ctx, slot, design.as_value(slot.field, facts.get(name)), known,
            typed=request.args.get(f"f.{name}") if name in faults else None,
            errors=[faults[name]] if name in faults else []))
    return found


@blueprint.post("/studio/<key>/condition")
@needs(RIGHT)
def condition(key: str) -> Any:
    """How a condition reads and how many of the last documents it fits."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    when = (request.get_json(silent=True) or {}).get("when")
    if not when or when == {"all": []}:
        return jsonify(text=str(_("Not said yet.")), bad=False)
    try:
        words = sentence(ctx, row.record_key, when)
    except Invalid as error:
        return jsonify(text=str(error.reasons[0].text), bad=True)
    plan = design.compile_plan({"subject": row.record_key, "body": []})
    tested = [design.Judge(ctx, plan, subject["facts"]).truth(when, {})[0] for subject in
              comparing.subjects(ctx, row, _facts_of(ctx, row, when), MOST_COUNTED)]
    if not tested:
        return jsonify(text=words, bad=False)
    text = _("%(words)s. Fits %(n)s of the last %(all)s documents.", words=words,
             n=sum(t is True for t in tested), all=len(tested))
    empty = sum(t is None for t in tested)
    if empty:
        text = _("%(text)s Not known for %(n)s: a field is empty.", text=text, n=empty)
    return jsonify(text=str(text), bad=False)


def _facts_of(ctx: Ctx, row: Any, when: Any) -> set[str]:
    found: set[str] = design.parse_condition(
        when, design.fact_fields(ctx, row.record_key)).fields()
    return found


@blueprint.get("/studio/<key>/asked/<card>")
@needs(RIGHT)
def asked(key: str, card: str) -> Any:
    """Who would get a card: for a chosen record, and for every employee as the starter."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition, records = definition_of(ctx, row), _records(ctx, row)
    data = tree.card_of(definition, card)
    record = _record(ctx, row, records)
    errors = _errors(ctx, row, definition)
    if any(problem.card in ("", card) for problem in errors) or not data.get("who"):
        return _page("asked.html", ctx, row, card=data, errors=True)
    alone = {**definition, "body": [{k: v for k, v in data.items() if k != "branches"}]}
    starter = record.owner_id if record else ctx.user_id
    return _page(
        "asked.html", ctx, row, card=data, errors=False, records=records, record=record,
        title_of=title_of, opened=asking.open_rules(data),
        mine=asking.who(ctx, alone, card, record, starter or ctx.user_id),
        everybody=asking.everybody(ctx, alone, card, record))


# ---- past cases
@blueprint.get("/studio/<key>/backtest")
@needs(RIGHT)
def backtest(key: str) -> Any:
    """What the draft would have done to the last documents; a saved run with `run`."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition, kept = definition_of(ctx, row), comparing.kept(ctx, row)
    errors = _errors(ctx, row, definition)
    size = request.args.get("size", 100, type=int)
    size = size if size in SIZES else 100
    run = next((one for one in kept if one.id == request.args.get("run", type=int)), None)
    if "run" in request.args and run is None:
        raise NotFound(_("This comparison is not kept any more."))
    found = run.result if run else (
        {} if errors else comparing.backtest(ctx, row, definition, size))
    picked = request.args.get("shown", "")
    rows = sorted((r for r in found.get("rows", []) if not picked or r["result"] == picked),
                  key=lambda r: list(RESULTS).index(r["result"]), reverse=True)
    versions = {v.id: v.number for v in ctx.session.query(design.WorkflowVersion).filter_by(
        workflow_id=row.id)}
    return _page(
        "backtest.html", ctx, row, errors=errors, found=found, rows=rows, picked=picked, size=size,
        sizes=SIZES, kept=kept, run=run, results=RESULTS, versions=versions,
        time=heating.time_words, stale=run is not None and run.definition != definition,
        outcomes={k: v[0] for k, v in design.CASE_STATES.items()})


@blueprint.post("/studio/<key>/backtest")
@needs(RIGHT)
def keep_backtest(key: str) -> Any:
    """Run the comparison and keep it."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = definition_of(ctx, row)
    size = request.form.get("size", 100, type=int)
    if _errors(ctx, row, definition):
        raise Invalid(Refusal(_("Mend what is marked at the cards first.")))
    run = comparing.keep(ctx, row, definition, comparing.backtest(
        ctx, row, definition, size if size in SIZES else 100))
    return redirect(url_for("studio.backtest", key=key, run=run.id))


# ---- where time is spent
@blueprint.get("/studio/<key>/heat")
@needs(RIGHT)
def heat(key: str) -> Any:
    """The tree of what runs, coloured by how long or how often; a card opens its cases."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    definition = active.definition if active else definition_of(ctx, row)
    cells = heating.heat(ctx, row)
    by = request.args.get("by", "median")
    by = by if by in heating.COLOURS else "median"
    card = request.args.get("card", "")
    known = {c["key"]: design.label_of(c) for c in design.cards_of(definition.get("body", []))}
    painter = Painter(ctx, row, [], heating.coloured(cells, by))
    return _page(
        "heat.html", ctx, row, cards=painter.body(definition.get("body", [])), by=by,
        count=len(known), chosen=card if card in known else "", label=known.get(card, ""),
        cases=heating.cases_at(ctx, row, card) if card in known else [],
        start_words=starting.in_words(ctx, row, definition), states=design.CASE_STATES,
        colours=heating.COLOURS, time=heating.time_words,
        cell=cells.get(card), gone=[k for k in cells if k not in known and k != "start"])


@blueprint.get("/studio/<key>/changes")
@needs(RIGHT)
def changes(key: str) -> Any:
    """Against what runs, and who changed what, also in published versions."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    definition = definition_of(ctx, row)
    active = ctx.session.get(design.WorkflowVersion, row.active_version_id or 0)
    versions = {v.id: v.number for v in ctx.session.query(design.WorkflowVersion).filter_by(
        workflow_id=row.id)}
    edits = [(edit, difference(ctx, row, edit.before, edit.after))
             for edit in drafting.history(ctx, row)]
    return _page("changes.html", ctx, row, active=active, edits=edits, versions=versions,
                 changes=difference(ctx, row, active.definition, definition) if active else [])
