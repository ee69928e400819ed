"""Cases that run and versions: where cases stand, moving them, going back (WORKFLOW §5.6)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from core.api import Ctx, NotFound, Refused, _, current_ctx, design, needs
from plugins.studio import drafting, starting
from plugins.studio.routes import RIGHT, blueprint

__all__ = ["RIGHT", "blueprint"]
MOVE = "core.workflow.admin"
MOST_CASES = 200
MAP = "map."
Labels = dict[str, tuple[str, str]]  # card: (label, kind)


def _versions(ctx: Ctx, row: Any) -> list[Any]:
    """The published versions, the newest first."""
    version = design.WorkflowVersion
    return list(ctx.session.scalars(select(version).where(
        version.workflow_id == row.id, version.state != "draft").order_by(version.number.desc())))


def _labels(version: Any) -> Labels:
    return {card["key"]: (design.label_of(card), card["type"])
            for card in design.cards_of(version.definition.get("body", []))}


def _cases(ctx: Ctx, row: Any, labels: dict[int, Labels]) -> list[dict[str, Any]]:
    """Every running case with the cards at which it stands and who has them."""
    case, token, task = design.CaseRow, design.TokenRow, design.TaskRow
    cases = ctx.session.scalars(select(case).where(
        case.workflow_id == row.id, case.ended_at.is_(None)).order_by(case.id)
        .limit(MOST_CASES)).all()
    ids = [c.id for c in cases]
    at: dict[int, list[str]] = defaultdict(list)
    for case_id, node in ctx.session.execute(select(token.case_id, token.node).where(
        token.case_id.in_(ids), token.state == "active").order_by(token.id)
    ):
        at[case_id].append(node)
    names, people = design.people_of(ctx).names, defaultdict(list)
    for case_id, principal, pool in ctx.session.execute(
        select(task.case_id, task.principal, task.pool).where(
            task.case_id.in_(ids), task.state.in_(("open", "claimed")), task.kind != "read")
        .order_by(task.id)
    ):
        people[case_id].append(names.get(principal or 0) or design.role_name(ctx, pool or ""))
    return [{
        "row": c, "state": design.CASE_STATES[c.state], "people": people[c.id],
        "cards": [labels[c.version_id].get(node, (node, ""))[0] for node in at[c.id]],
    } for c in cases]


def _live_cards(ctx: Ctx, row: Any, labels: dict[int, Labels], target: Any) -> list[dict[str, Any]]:
    """The cards where other versions' cases stand or wait, each with what it may become."""
    case, token = design.CaseRow, design.TokenRow
    query = select(case.version_id, token.node).join(token, token.case_id == case.id).where(
        case.workflow_id == row.id, case.ended_at.is_(None), case.version_id != target.id,
        token.state.in_(("active", "waiting"))).distinct()
    found: dict[str, dict[str, Any]] = {}
    for version_id, node in ctx.session.execute(query):
        label, kind = labels[version_id].get(node, (node, ""))
        same = [(key, name) for key, (name, type_) in labels[target.id].items() if type_ == kind]
        if kind:
            found[node] = {"key": node, "label": label, "options": same,
                           "value": request.values.get(MAP + node) or node}
    return list(found.values())


def _mapping() -> dict[str, str]:
    """Which card becomes which, of what was chosen; the same key needs no entry."""
    return {name.removeprefix(MAP): value for name, value in request.values.items()
            if name.startswith(MAP) and value and value != name.removeprefix(MAP)}


def _target(versions: list[Any], given: int | None) -> Any:
    found = next((v for v in versions if v.id == given), None)
    if found is None:
        raise NotFound(_("There is no such published version."))
    return found


@blueprint.get("/studio/<key>/cases")
@needs(RIGHT)
def running(key: str) -> Any:
    """Running cases and published versions; with `to` also what would become of each case."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    versions = _versions(ctx, row)
    labels = {v.id: _labels(v) for v in versions}
    target = _target(versions, request.args.get("to", type=int)) if "to" in request.args else None
    moves = design.rehearse(ctx, row, target.id, _mapping()) if target else []
    return render_template(
        "studio/running.html", row=row, name=design.words(row.label), versions=versions,
        numbers={v.id: v.number for v in versions}, cases=_cases(ctx, row, labels), target=target,
        moves={m.case: m for m in moves}, names=design.people_of(ctx).names, most=MOST_CASES,
        movable=sum(m.reason is None for m in moves), may_move=ctx.can(MOVE),
        cards=_live_cards(ctx, row, labels, target) if target else [], mapping=_mapping())


@blueprint.post("/studio/<key>/cases")
@needs(MOVE)
def move(key: str) -> Any:
    """Move every case that can be moved; each moves on its own, the others stay."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    target = _target(_versions(ctx, row), request.form.get("to", type=int))
    moves = design.move_all(ctx, row, target.id, _mapping(),
                            ask_again=bool(request.form.get("ask_again")))
    count = sum(m.reason is None for m in moves)
    flash(str(_("%(n)s cases are being moved to version %(number)s.", n=count,
                number=target.number)))
    return redirect(url_for("studio.running", key=key))


@blueprint.post("/studio/<key>/back")
@needs(RIGHT)
def back(key: str) -> Any:
    """Publish the definition of an earlier version again, as a new version."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    versions = _versions(ctx, row)
    old = _target(versions, request.form.get("version", type=int))
    active = next(v for v in versions if v.id == row.active_version_id)
    if design.draft_of(ctx, row).definition != active.definition:
        raise Refused(_("There is a draft that is not published. Publish it, or undo its changes "
                        "first."))
    design.save_draft(ctx, row, dict(old.definition))
    version = design.publish(ctx, row, str(_("Back to version %(number)s", number=old.number)))
    starting.put_in_force(row, version.definition)
    drafting.close(ctx, row, version)
    flash(str(_("New cases run by the definition of version %(number)s again.",
                number=old.number)))
    return redirect(url_for("studio.running", key=key))
