"""The pages of the engine for everybody: inbox, decision, running case."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Forbidden, Invalid, NotFound, Refusal, Refused, TradewindError
from core.i18n import _
from core.layout import Grid, Slot
from core.pages.access import current_ctx, for_members, needs
from core.pages.blueprint import go, reasons_of, shown
from core.pages.form import form_data
from core.pages.show import Names, control, form_value, values_of
from core.query import may_read
from core.records import record_class
from core.schemas import all_fields
from core.workflow import commands
from core.workflow.case import Case, load_case, plan_of
from core.workflow.history import told
from core.workflow.inbox import tasks_of
from core.workflow.marking import OPEN_TASK
from core.workflow.model import CaseRow, TaskRow, WorkflowRow
from core.workflow.people import acts_for, people_of
from core.workflow.plan import words
from core.workflow.view import CASE_STATES, KINDS, case_tree, flat, why_words

workflow = Blueprint("workflow", __name__)
PAGE = 50
INBOX = {"todo": _("To do"), "read": _("For my information"), "started": _("Started by me"),
         "done": _("Decided by me")}


def draw(template: str, status: int = 200, **data: Any) -> Response:
    answer = Response(render_template(f"workflow/{template}", **data), status=status)
    answer.mimetype = "text/html"
    return answer


# ---- the inbox
@workflow.get("/inbox", endpoint="inbox")
@for_members
def inbox() -> Response:
    """My tasks over all plugins, by deadline."""
    ctx = current_ctx()
    tab = request.args.get("tab", "todo")
    tab = tab if tab in INBOX else "todo"
    number = request.args.get("page", "1")
    at = int(number) - 1 if number.isdigit() and 0 < int(number) < 10_000 else 0
    tasks, cases = [], []
    if tab in ("todo", "read"):
        kinds = ("read",) if tab == "read" else ("approve", "handle", "answer")
        tasks = tasks_of(ctx, PAGE + 1, kinds=kinds, offset=at * PAGE)
    else:
        cases = _my_cases(ctx, tab, at)
    return draw("inbox.html", tab=tab, tabs=INBOX, tasks=tasks[:PAGE], cases=cases[:PAGE],
                 more=len(tasks or cases) > PAGE, at=at, kinds=KINDS, key=secrets.token_hex(8))


def _my_cases(ctx: Ctx, tab: str, at: int) -> list[dict[str, Any]]:
    if tab == "started":
        which = CaseRow.starter_id == ctx.user_id
    else:
        which = CaseRow.id.in_(select(TaskRow.case_id).where(
            TaskRow.actor == ctx.user_id, TaskRow.state == "done"))
    query = (select(CaseRow, WorkflowRow).join(WorkflowRow, WorkflowRow.id == CaseRow.workflow_id)
             .where(which).order_by(CaseRow.id.desc()).offset(at * PAGE).limit(PAGE + 1))
    return [{"row": row, "workflow": words(flow.label), "state": CASE_STATES[row.state]}
            for row, flow in ctx.session.execute(query)]


@workflow.post("/inbox/approve", endpoint="bulk")
@for_members
def approve_many() -> Response:
    """Approve several tasks; each on its own, and those that could not be are named."""
    ctx = current_ctx()
    ids = [int(i) for i in request.form.getlist("task") if i.isdigit()][:PAGE]
    key, done = request.form.get("key", ""), 0
    for ident in ids:
        try:
            with ctx.session.begin_nested():
                task = ctx.session.get(TaskRow, ident)
                if task is None or not _bulk(ctx, task):
                    raise Refused(_("This task must be opened to decide it."))
                commands.decide(ctx, ident, "approve", key=f"{key}-{ident}" if key else None)
            done += 1
        except TradewindError as error:
            flash(" ".join(reasons_of(error)), "bad")
    if done:
        flash(str(_("%(n)s approved.", n=done)))
    elif not ids:
        flash(str(_("Choose at least one task.")), "bad")
    return go(url_for("workflow.inbox"))


def _bulk(ctx: Ctx, task: TaskRow) -> bool:
    row = ctx.session.get(CaseRow, task.case_id)
    node = plan_of(ctx, row).nodes[task.node] if row else None
    return task.kind == "approve" and node is not None and not node.option("fields") and (
        not node.option("no_bulk"))


# ---- one task
@workflow.get("/inbox/<int:task_id>", endpoint="task")
@for_members
def task_page(task_id: int) -> Response:
    """What the approver needs to decide: the record, why she is asked, the way."""
    ctx = current_ctx()
    task, case = _task(ctx, task_id)
    if task.kind == "read" and task.state == "open" and task.principal == ctx.user_id:
        task.state, task.actor, task.done_at = "done", ctx.user_id, ctx.now
    return _decision(ctx, task, case)


def _task(ctx: Ctx, task_id: int) -> tuple[TaskRow, Case]:
    task = ctx.session.get(TaskRow, task_id)
    if task is None:
        raise NotFound(_("This task does not exist."))
    case = load_case(ctx, task.case_id, lock=False)
    _involved(ctx, case.row)
    return task, case


def _involved(ctx: Ctx, row: CaseRow) -> None:
    """Starter, those who were asked (also by role), their substitutes, readers, administrators."""
    me = ctx.user_id or 0
    if row.starter_id == me or ctx.can("core.workflow.admin"):
        return
    roles = list(ctx.member.roles) if ctx.member else []
    asked = ctx.session.scalar(select(TaskRow.id).where(
        TaskRow.case_id == row.id, or_(TaskRow.principal.in_([me, *acts_for(ctx, me)]),
                                       TaskRow.actor == me, TaskRow.pool.in_(roles))).limit(1))
    if asked is None:
        raise NotFound(_("This task does not exist."))


def _decision(ctx: Ctx, task: TaskRow, case: Case, error: TradewindError | None = None) -> Response:
    node = case.plan.nodes[task.node]
    open_here = task.state in OPEN_TASK and case.row.ended_at is None
    barred = ""
    if open_here and task.id in case.m.tasks:
        try:
            commands.may_act(ctx, case, task.id)
        except TradewindError as refusal:
            barred = str(refusal)
    names = people_of(ctx).names
    token = case.m.tokens.get(task.token)
    targets = case.engine.targets(token) if open_here and token is not None and (
        task.kind in ("approve", "handle")) else []
    choose = [(card.key, case.plan.label(card.key), [(p, names[p]) for p in found])
              for card, found in case.finder.to_choose(node)] if open_here else []
    return draw(
        "task.html", error.status if error else 200, choose=choose, task=task, case=case.row,
        node=node, label=case.plan.label(task.node),
        workflow=name_of(ctx, case.row), why=why_words(ctx, task.why, case.plan),
        question=task.why.get("question", ""), kind=KINDS.get(task.kind, _("Question")),
        may=open_here and not barred, barred=barred, people=_choices(ctx, case, task),
        targets=[(key, case.plan.label(key) if key != "start" else _("the starter"))
                 for key in targets],
        path=flat(case_tree(ctx, case.row, case.plan)), starter=names.get(case.row.starter_id or 0),
        history=told(ctx, case.row.id, case.plan), faults=reasons_of(error) if error else [],
        key=request.form.get("key") or secrets.token_hex(8), form=request.form,
        overdue=task.due_at is not None and task.due_at < ctx.now and open_here,
        controls=_controls(ctx, case, node) if open_here and not barred else [],
        state=CASE_STATES[case.row.state], record=_record(ctx, case, node),
        changes=_changes(ctx, case), waits_for=names.get(task.principal or 0, ""),
    )


def name_of(ctx: Ctx, row: CaseRow) -> str:
    flow = ctx.session.get(WorkflowRow, row.workflow_id)
    return words(flow.label) if flow else ""


def _choices(ctx: Ctx, case: Case, task: TaskRow) -> list[tuple[int, str]]:
    barred = case.forbidden(case.plan.nodes[task.node]) | {ctx.user_id or 0}
    found = [(i, name) for i, name in people_of(ctx).names.items() if i not in barred]
    return sorted(found, key=lambda pair: pair[1])


def _record(ctx: Ctx, case: Case, node: Any) -> dict[str, Any] | None:
    """The record as its page shows it, less what the card hides; seen with the task's right."""
    if case.record is None:
        return None
    seen = ctx.system()
    seen.cache = {}
    data = form_data(seen, case.record)
    hidden = {n for n, rule in (node.option("fields", {}) or {}).items() if rule == "hide"}
    secret = {slot.name for slot in data["screen"].slots
              if slot.field.read and not ctx.can(slot.field.read)}
    data["filled"] = [sheet for sheet in (
        _sheet(data, sheet, hidden | secret) for sheet in data["screen"].sheets
    ) if sheet["blocks"]]
    data["panels"] = sorted(shown(ctx, "show_panels", record=case.record),
                            key=lambda panel: panel.sequence)
    data["link"] = f"/r/{case.row.record_key}/{case.row.record_id}" if may_read(
        ctx, case.row.record_key) else ""
    return data


def _sheet(data: dict[str, Any], sheet: Any, hidden: set[str]) -> dict[str, Any]:
    """A sheet of the form with what is filled in: an approver reads facts, not empty fields."""
    blocks: list[dict[str, Any]] = []
    for block in sheet.blocks:
        if isinstance(block, Grid):
            rows, _sums = data["grids"][block.key]
            used = [n for n, slot in enumerate(block.slots) if slot.name not in hidden
                    and any(row[n].text for row in rows)]
            heads = [(block.slots[n].label, block.slots[n].field.numeric) for n in used]
            if used:
                blocks.append({"label": block.label, "heads": heads,
                               "rows": [[row[n] for n in used] for row in rows]})
            continue
        facts = [(slot.label, data["cells"][slot.name], slot.wide) for slot in block.slots
                 if slot.name not in hidden and data["cells"][slot.name].text]
        if facts:
            blocks.append({"label": block.label, "facts": facts})
    return {"label": sheet.label, "blocks": blocks}


def _controls(ctx: Ctx, case: Case, node: Any) -> list[Any]:
    """Inputs for the fields that the card opens."""
    rules = node.option("fields", {}) or {}
    declared = all_fields(ctx.system(), type(case.record))
    slots = [Slot(name, replace(declared[name], required=rule == "require"))
             for name, rule in rules.items() if rule in ("edit", "require") and name in declared]
    values, names = values_of(ctx.system(), case.record, slots), Names(ctx.system())
    names.learn((slot.field, values.get(slot.name)) for slot in slots)
    return [control(ctx, slot, values.get(slot.name), names,
                    typed=request.form.get(f"f.{slot.name}")) for slot in slots]


def _filled(ctx: Ctx, task_id: int) -> dict[str, Any]:
    """The posted values of the fields that a card opens."""
    task = ctx.session.get(TaskRow, task_id)
    row = ctx.session.get(CaseRow, task.case_id) if task else None
    if row is None:
        return {}
    declared = all_fields(ctx.system(), record_class(row.record_key))
    return {name[2:]: form_value(ctx, declared[name[2:]], text)
            for name, text in request.form.items()
            if name.startswith("f.") and name[2:] in declared}


def _changes(ctx: Ctx, case: Case) -> list[tuple[object, object, object]]:
    """What differs from the last submission of the same record: (field, before, now)."""
    before = ctx.session.scalar(select(CaseRow).where(
        CaseRow.record_key == case.row.record_key, CaseRow.record_id == case.row.record_id,
        CaseRow.workflow_id == case.row.workflow_id, CaseRow.id < case.row.id,
    ).order_by(CaseRow.id.desc()).limit(1))
    if before is None:
        return []
    fields = case.judge.fields()
    return [
        (fields[name].label, case.judge.show(name, before.facts.get(name)),
         case.judge.show(name, value))
        for name, value in case.row.facts.items()
        if name in fields and not fields[name].system and before.facts.get(name) != value
        and fields[name].kind not in ("link", "user")
    ]


@workflow.post("/inbox/<int:task_id>", endpoint="act")
@for_members
def act(task_id: int) -> Response:
    """Decide, return, hand over, add signers, ask, claim, release, comment."""
    ctx = current_ctx()
    what = request.form.get("do", "")
    doing = _ACTS.get(what)
    try:
        if doing is None:
            raise NotFound(_("There is no such action."))
        doing(ctx, task_id)
    except (Forbidden, NotFound):
        raise
    except TradewindError as error:
        ctx.session.rollback()
        ctx.cache.clear()
        task, case = _task(ctx, task_id)
        return _decision(ctx, task, case, error)
    flash(str(_DONE[what]))
    stays = what in ("claim", "release", "ask", "comment")
    return go(url_for("workflow.task", task_id=task_id) if stays else url_for("workflow.inbox"))


def form_key() -> str | None:
    return request.form.get("key") or None


def form_comment() -> str:
    return request.form.get("comment", "").strip()[:4000]


def form_choices() -> dict[str, list[int]]:
    """The people chosen for later cards: a select for each, named `choose.` and the card."""
    return {name.removeprefix("choose."): [int(value)] for name, value in request.form.items()
            if name.startswith("choose.") and value.isdecimal()}


def _people() -> list[int]:
    return [int(p) for p in request.form.getlist("person") if p.isdigit()]


def one_person() -> int:
    people = _people()
    if not people:
        raise Invalid(Refusal(_("Choose at least one person."), "person"))
    return people[0]


def _decide(outcome: str) -> Callable[[Ctx, int], Any]:
    return lambda ctx, task: commands.decide(
        ctx, task, outcome, form_comment(), key=form_key(), values=_filled(ctx, task),
        choose=form_choices())


_ACTS: dict[str, Callable[[Ctx, int], Any]] = {
    "approve": _decide("approve"), "reject": _decide("reject"), "done": _decide("done"),
    "answer": _decide("answer"),
    "return": lambda ctx, task: commands.send_back(
        ctx, task, request.form.get("to", ""), form_comment(),
        straight=bool(request.form.get("straight")), key=form_key()),
    "hand_over": lambda ctx, task: commands.hand_over(
        ctx, task, one_person(), form_comment(), key=form_key()),
    "add": lambda ctx, task: commands.add_signers(
        ctx, task, _people(), request.form.get("how", "with"), form_comment(), key=form_key()),
    "ask": lambda ctx, task: commands.ask(ctx, task, one_person(), form_comment(), key=form_key()),
    "claim": lambda ctx, task: commands.claim(ctx, task),
    "release": lambda ctx, task: commands.release(ctx, task),
    "comment": lambda ctx, task: commands.comment(ctx, task, form_comment()),
}
_DONE = {
    "approve": _("Approved."), "reject": _("Rejected."), "done": _("Done."),
    "answer": _("Answered."), "return": _("Returned."), "hand_over": _("Handed over."),
    "add": _("Signers added."), "ask": _("Asked."), "claim": _("It is yours now."),
    "release": _("Given back."), "comment": _("Noted."),
}


# ---- a case
@workflow.get("/cases/<int:case_id>", endpoint="case")
@for_members
def case_page(case_id: int) -> Response:
    """A running or ended case: its way, people and history."""
    ctx = current_ctx()
    row = ctx.session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(_("This case does not exist."))
    if not may_read(ctx, row.record_key):
        _involved(ctx, row)
    plan = plan_of(ctx, row)
    return draw(
        "case.html", case=row, tree_cards=case_tree(ctx, row, plan),
        history=told(ctx, row.id, plan),
        workflow=name_of(ctx, row), state=CASE_STATES[row.state], key=secrets.token_hex(8),
        starter=people_of(ctx).names.get(row.starter_id or 0, ""),
        mine=row.starter_id == ctx.user_id and row.ended_at is None,
        admin=ctx.can("core.workflow.admin") and row.ended_at is None,
    )


@workflow.post("/cases/<int:case_id>/withdraw", endpoint="withdraw")
@for_members
def withdraw(case_id: int) -> Response:
    """The starter takes the case back."""
    ctx = current_ctx()
    commands.withdraw(ctx, case_id, key=form_key())
    flash(str(_("Withdrawn.")))
    return go(url_for("workflow.case", case_id=case_id))


@workflow.post("/cases/<int:case_id>/admin", endpoint="administer")
@needs("core.workflow.admin")
def administer(case_id: int) -> Response:
    """Cancel, pause, resume, retry, skip or assign."""
    ctx = current_ctx()
    token = request.form.get("token", "")
    commands.administer(
        ctx, case_id, request.form.get("do", ""), token=int(token) if token.isdigit() else None,
        reason=form_comment(), people=_people(), key=form_key())
    flash(str(_("Done.")))
    if request.form.get("back") == "desk":
        return go(url_for("workflow.incidents"))
    return go(url_for("workflow.case", case_id=case_id))
