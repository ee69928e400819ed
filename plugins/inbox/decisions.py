"""The page of a task: what somebody needs to decide, and all that she may do there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Forbidden,
    NotFound,
    TradewindError,
    _,
    cases,
    current_ctx,
    drawing,
    for_members,
    may_read,
    offers,
)
from plugins.inbox.history import told
from plugins.inbox.marks import ROWS, form_marks, markable
from plugins.inbox.panel import PANEL
from plugins.inbox.routes import (
    draw,
    filled,
    form_choices,
    form_comment,
    form_key,
    form_people,
    inbox,
    involved,
    name_of,
    one_person,
    opened,
)
from plugins.inbox.way import case_tree, flat, why_words


@inbox.get("/inbox/<int:task_id>", endpoint="task")
@for_members
def task_page(task_id: int) -> Response:
    """What the approver needs to decide: the record, why she is asked, the way."""
    ctx = current_ctx()
    task, case = _task(ctx, task_id)
    if task.kind == "read" and task.state == "open" and task.principal == ctx.user_id:
        task.state, task.actor, task.done_at = "done", ctx.user_id, ctx.now
    return _decision(ctx, task, case)


def _task(ctx: Ctx, task_id: int) -> tuple[cases.TaskRow, cases.Case]:
    task = ctx.session.get(cases.TaskRow, task_id)
    if task is None:
        raise NotFound(_("This task does not exist."))
    case = cases.load_case(ctx, task.case_id, lock=False)
    involved(ctx, case.row)
    return task, case


def _decision(
    ctx: Ctx, task: cases.TaskRow, case: cases.Case, error: TradewindError | None = None
) -> Response:
    node = case.plan.nodes[task.node]
    open_here = task.state in cases.OPEN_TASK and case.row.ended_at is None
    barred = ""
    if open_here and task.id in case.m.tasks:
        try:
            cases.commands.may_act(ctx, case, task.id)
        except TradewindError as refusal:
            barred = str(refusal)
    names = cases.people_of(ctx).names
    return draw(
        "task.html",
        error.status if error else 200,
        choose=_to_choose(ctx, case, node) if open_here else [],
        task=task,
        case=case.row,
        node=node,
        label=case.plan.label(task.node),
        workflow=name_of(ctx, case.row),
        why=why_words(ctx, task.why, case.plan),
        question=task.why.get("question", ""),
        kind=cases.KINDS.get(task.kind, _("Question")),
        may=open_here and not barred,
        barred=barred,
        people=_choices(ctx, case, task),
        targets=_targets(case, task) if open_here else [],
        path=flat(case_tree(ctx, case.row, case.plan)),
        starter=names.get(case.row.starter_id or 0),
        history=told(ctx, case.row.id, case.plan),
        faults=drawing.reasons_of(error) if error else [],
        key=request.form.get("key") or secrets.token_hex(8),
        form=request.form,
        overdue=task.due_at is not None and task.due_at < ctx.now and open_here,
        controls=opened(ctx, case.record, node.option("fields", {}) or {})
        if open_here and not barred
        else [],
        state=cases.CASE_STATES[case.row.state],
        record=_record(ctx, case, node),
        offered=[
            offer
            for offer in (offers(ctx, case.record) if case.record is not None else ())
            if offer.step.full_key in node.option("steps", ())
        ],
        changes=_changes(ctx, case),
        mark_rows=list(zip_longest(
            request.form.getlist("mark"), request.form.getlist("remark"), range(ROWS),
            fillvalue="")),
        waits_for=names.get(task.principal or 0, ""),
    )


def _to_choose(
    ctx: Ctx, case: cases.Case, node: cases.Node
) -> list[tuple[str, str, list[tuple[int, str]], int]]:
    """Of each later card whose people are chosen here: key, words, who may be, how many."""
    names = cases.people_of(ctx).names
    return [
        (card.key, case.plan.label(card.key), [(p, names[p]) for p in found], most)
        for card, found, most in case.finder.to_choose(node)
    ]


def _targets(case: cases.Case, task: cases.TaskRow) -> list[tuple[str, object]]:
    """The cards to which the task may be returned, in words."""
    token = case.m.tokens.get(task.token)
    if token is None or task.kind not in ("approve", "handle"):
        return []
    return [(key, case.plan.label(key) if key != "start" else _("the starter"))
            for key in case.engine.targets(token)]


def _choices(ctx: Ctx, case: cases.Case, task: cases.TaskRow) -> list[tuple[int, str]]:
    barred = case.forbidden(case.plan.nodes[task.node]) | {ctx.user_id or 0}
    found = [(i, name) for i, name in cases.people_of(ctx).names.items() if i not in barred]
    return sorted(found, key=lambda pair: pair[1])


def _record(ctx: Ctx, case: cases.Case, node: Any) -> dict[str, Any] | None:
    """The record as its page shows it, less what the card hides; seen with the task's right."""
    if case.record is None:
        return None
    seen = ctx.system()
    seen.cache = {}
    data = drawing.form_data(seen, case.record)
    hidden = {n for n, rule in (node.option("fields", {}) or {}).items() if rule == "hide"}
    secret = {
        slot.name
        for slot in data["screen"].slots
        if slot.field.read and not ctx.can(slot.field.read)
    }
    data["filled"] = [
        sheet
        for sheet in (_sheet(data, sheet, hidden | secret) for sheet in data["screen"].sheets)
        if sheet["blocks"]
    ]
    data["panels"] = sorted(
        (
            panel
            for panel in drawing.shown(ctx, "show_panels", record=case.record)
            if not panel.key.startswith(PANEL)
        ),
        key=lambda panel: panel.sequence,
    )
    data["markable"] = markable(data, hidden | secret)
    data["link"] = (
        f"/r/{case.row.record_key}/{case.row.record_id}"
        if may_read(ctx, case.row.record_key)
        else ""
    )
    return data


def _sheet(data: dict[str, Any], sheet: Any, hidden: set[str]) -> dict[str, Any]:
    """A sheet of the form with what is filled in: an approver reads facts, not empty fields."""
    blocks: list[dict[str, Any]] = []
    for block in sheet.blocks:
        if isinstance(block, drawing.Grid):
            rows, _sums = data["grids"][block.key]
            used = [
                n
                for n, slot in enumerate(block.slots)
                if slot.name not in hidden and any(row[n].text for row in rows)
            ]
            heads = [(block.slots[n].label, block.slots[n].field.numeric) for n in used]
            if used:
                blocks.append(
                    {
                        "label": block.label,
                        "heads": heads,
                        "rows": [[row[n] for n in used] for row in rows],
                    }
                )
            continue
        facts = [
            (slot.label, data["cells"][slot.name], slot.wide)
            for slot in block.slots
            if slot.name not in hidden and data["cells"][slot.name].text
        ]
        if facts:
            blocks.append({"label": block.label, "facts": facts})
    return {"label": sheet.label, "blocks": blocks}


def _filled(ctx: Ctx, task_id: int) -> dict[str, Any]:
    """The posted values of the fields that a card opens."""
    task = ctx.session.get(cases.TaskRow, task_id)
    row = ctx.session.get(cases.CaseRow, task.case_id) if task else None
    if row is None:
        return {}
    return filled(ctx, row.record_key)


def _changes(ctx: Ctx, case: cases.Case) -> list[tuple[object, object, object]]:
    """What differs from the last submission of the same record: (field, before, now)."""
    before = ctx.session.scalar(
        select(cases.CaseRow)
        .where(
            cases.CaseRow.record_key == case.row.record_key,
            cases.CaseRow.record_id == case.row.record_id,
            cases.CaseRow.workflow_id == case.row.workflow_id,
            cases.CaseRow.id < case.row.id,
        )
        .order_by(cases.CaseRow.id.desc())
        .limit(1)
    )
    if before is None:
        return []
    fields = case.judge.fields()
    return [
        (
            fields[name].label,
            case.judge.show(name, before.facts.get(name)),
            case.judge.show(name, value),
        )
        for name, value in case.row.facts.items()
        if name in fields
        and not fields[name].system
        and before.facts.get(name) != value
        and fields[name].kind not in ("link", "user")
    ]


@inbox.post("/inbox/<int:task_id>", endpoint="act")
@for_members
def act(task_id: int) -> Response:
    """Decide, return, hand over, add signers, ask, claim, release, comment."""
    ctx = current_ctx()
    what = request.form.get("do", "")
    doing = _ACTS.get(what)
    try:
        if doing is None:
            raise NotFound(_("There is no such action."))
        with ctx.session.begin_nested():
            doing(ctx, task_id)
    except (Forbidden, NotFound):
        raise
    except TradewindError as error:
        ctx.forget()
        task, case = _task(ctx, task_id)
        return _decision(ctx, task, case, error)
    flash(str(_DONE[what]))
    stays = what in ("claim", "release", "ask", "comment")
    return drawing.go(url_for("inbox.task", task_id=task_id) if stays else url_for("inbox.inbox"))


def _decide(outcome: str) -> Callable[[Ctx, int], Any]:
    return lambda ctx, task: cases.commands.decide(
        ctx,
        task,
        outcome,
        form_comment(),
        key=form_key(),
        values=_filled(ctx, task),
        marks=form_marks(ctx, task, form_comment()),
        choose=form_choices(),
    )


_ACTS: dict[str, Callable[[Ctx, int], Any]] = {
    "approve": _decide("approve"),
    "reject": _decide("reject"),
    "done": _decide("done"),
    "answer": _decide("answer"),
    "return": lambda ctx, task: cases.commands.send_back(
        ctx,
        task,
        request.form.get("to", ""),
        form_comment(),
        straight=bool(request.form.get("straight")),
        key=form_key(),
        marks=form_marks(ctx, task, form_comment()),
    ),
    "hand_over": lambda ctx, task: cases.commands.hand_over(
        ctx, task, one_person(), form_comment(), key=form_key()
    ),
    "add": lambda ctx, task: cases.commands.add_signers(
        ctx, task, form_people(), request.form.get("how", "with"), form_comment(), key=form_key()
    ),
    "ask": lambda ctx, task: cases.commands.ask(
        ctx, task, one_person(), form_comment(), key=form_key()
    ),
    "claim": lambda ctx, task: cases.commands.claim(ctx, task),
    "release": lambda ctx, task: cases.commands.release(ctx, task),
    "comment": lambda ctx, task: cases.commands.comment(ctx, task, form_comment()),
}
_DONE = {
    "approve": _("Approved."),
    "reject": _("Rejected."),
    "done": _("Done."),
    "answer": _("Answered."),
    "return": _("Returned."),
    "hand_over": _("Handed over."),
    "add": _("Signers added."),
    "ask": _("Asked."),
    "claim": _("It is yours now."),
    "release": _("Given back."),
    "comment": _("Noted."),
}
