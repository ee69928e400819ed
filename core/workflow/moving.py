"""Moving running cases to another version: a rehearsal names every case that cannot (§5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from core.context import Ctx
from core.errors import Conflict, NotFound, Refused
from core.i18n import _
from core.workflow.case import Case, keep_plan, load_case
from core.workflow.consequences import follow
from core.workflow.marking import Token
from core.workflow.model import CaseRow, TimerRow, WorkflowRow, WorkflowVersion
from core.workflow.plan import Plan

Mapping = dict[str, str]


@dataclass(frozen=True)
class Move:
    """What would become of one case; `reason` says why it cannot move."""

    case: int
    label: str
    reason: object | None = None


def rehearse(
    ctx: Ctx, workflow: WorkflowRow, version_id: int, mapping: Mapping | None = None
) -> list[Move]:
    """Every running case of a workflow that is not at the version: moves, or refused because."""
    plan, found = _target(ctx, workflow, version_id), []
    for row in ctx.session.scalars(select(CaseRow).where(
        CaseRow.workflow_id == workflow.id, CaseRow.ended_at.is_(None),
        CaseRow.version_id != version_id).order_by(CaseRow.id)):
        try:
            _fits(load_case(ctx, row.id, lock=False), plan, mapping or {})
            found.append(Move(row.id, row.label))
        except Refused as refusal:
            found.append(Move(row.id, row.label, refusal.reasons[0].text))
    return found


def move_all(
    ctx: Ctx, workflow: WorkflowRow, version_id: int, mapping: Mapping | None = None,
    *, ask_again: bool = False,
) -> list[Move]:
    """Ask for the move of every case that can, each in a transaction of its own."""
    ctx.require("core.workflow.admin")
    moves = rehearse(ctx, workflow, version_id, mapping)
    for move in moves:
        if move.reason is None:
            ctx.enqueue("core.workflow_move", {
                "case": move.case, "version": version_id, "mapping": mapping or {},
                "ask_again": ask_again})
    return moves


def move_job(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Move one case; a case that changed meanwhile and no longer fits stays where it is."""
    try:
        moved = move_case(ctx, payload["case"], payload["version"], payload["mapping"],
                          ask_again=payload["ask_again"])
    except (Refused, Conflict) as refusal:
        return {"refused": str(refusal)}
    return {"moved": moved}


def move_case(
    ctx: Ctx, case_id: int, version_id: int, mapping: Mapping | None = None,
    *, ask_again: bool = False,
) -> bool:
    """Move one running case under its lock; False if it is there already. Refused says why not.

    Done work is not done again; open tasks keep their people unless `ask_again`; deadlines keep
    the time already used.
    """
    case = load_case(ctx, case_id)
    if case.row.version_id == version_id:
        return False
    workflow = ctx.session.get(WorkflowRow, case.row.workflow_id)
    if workflow is None:
        raise NotFound(_("This workflow does not exist."))
    plan, names = _target(ctx, workflow, version_id), mapping or {}
    _fits(case, plan, names)
    for token in case.m.tokens.values():
        for task in case.m.tasks.values():
            if task.token == token.id and task.node == token.node:
                task.node = names.get(task.node, task.node)
        token.node = names.get(token.node, token.node)
        token.branch = names.get(token.branch, token.branch)
    for old, new in names.items():
        ctx.session.execute(update(TimerRow).where(
            TimerRow.case_id == case_id, TimerRow.node == old, TimerRow.state == "waiting"
        ).values(node=new), execution_options={"synchronize_session": False})
    for entry in case.m.path:
        entry["n"] = names.get(entry["n"], entry["n"])
        if entry["n"] not in plan.nodes:
            entry["x"] = True
    version = ctx.session.get(WorkflowVersion, version_id)
    case.row.version_id, case.row.checksum = version_id, version.checksum if version else ""
    moved = Case(ctx, case.row, case.m, plan)
    moved.before = case.before
    moved.m.tell("migrated", number=version.number if version else None, cards=names)
    for token in list(moved.m.live_tokens()):
        _collapse(moved, token)
    if ask_again:
        for token in list(moved.m.live_tokens()):
            if token.state == "active" and plan.nodes[token.node].type in ("approve", "handle"):
                moved.engine.retry(token.id)
    follow(moved, moved.save(ctx.user_id))
    return True


def _target(ctx: Ctx, workflow: WorkflowRow, version_id: int) -> Plan:
    version = ctx.session.get(WorkflowVersion, version_id)
    if version is None or version.workflow_id != workflow.id or version.state == "draft":
        raise NotFound(_("There is no such published version."))
    return keep_plan(version.checksum, version.definition)


def _fits(case: Case, plan: Plan, names: Mapping) -> None:
    """Every live token's card must be there, of the same kind, in the same scope."""
    for token in case.m.live_tokens():
        old = case.plan.nodes[token.node]
        key = names.get(token.node, token.node)
        new = plan.nodes.get(key)
        label = case.plan.label(token.node)
        if token.state == "waiting" and new is None:
            if len(case.m.children(token)) == 1:
                continue
            raise Refused(_("The block “%(card)s” is gone, and more than one branch is open.",
                            card=label))
        if new is None or new.type != old.type:
            raise Refused(_("The card “%(card)s”, where it stands, is gone.", card=label))
        here = [(names.get(b, b), names.get(x, x)) for b, x in old.path]
        kept = [(b, x) for b, x in here if b in plan.nodes]
        if list(new.path) != kept:
            raise Refused(_("The card “%(card)s” has moved into or out of a block.", card=label))
        if token.state == "waiting" and {b.key for b in old.branches} - {
            b.key for b in new.branches
        }:
            raise Refused(_("A branch of “%(card)s” is gone.", card=label))


def _collapse(case: Case, token: Token) -> None:
    """A block that is gone and has one branch left: the parent takes the child's place."""
    if token.state != "waiting" or token.node in case.plan.nodes:
        return
    child = case.m.children(token)[0]
    token.node, token.state, token.generation = child.node, child.state, child.generation
    token.expected, token.needed, token.settled = child.expected, child.needed, child.settled
    token.data, child.state = {**child.data}, "consumed"
    case.m.tell("collapsed", child.node, token.id, child=child.id)
    for task in case.m.tasks.values():
        if task.token == child.id:
            task.token = token.id
    for below in case.m.tokens.values():
        if below.parent == child.id:
            below.parent = token.id
    case.ctx.session.execute(update(TimerRow).where(
        TimerRow.token == child.id, TimerRow.state == "waiting"
    ).values(token=token.id), execution_options={"synchronize_session": False})
    _collapse(case, token)
