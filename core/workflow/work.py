"""Automatic cards, undoing, sub-flows, starts: jobs of the outbox, each safe to repeat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from core.context import Ctx
from core.declare import Job
from core.errors import Conflict, NotFound, TradewindError
from core.i18n import _
from core.outbox import OutboxRow
from core.steps import perform
from core.workflow import moving, timers
from core.workflow.case import Case, load_case, unlocked
from core.workflow.consequences import follow
from core.workflow.marking import BLOCK
from core.workflow.model import CaseRow, CommandRow, Incident, TokenRow
from core.workflow.publishing import workflow_by_key
from core.workflow.starting import (
    Start,
    plan_schedules,
    start_case,
    start_on_event,
    start_scheduled,
)

MOST_TRIES = 5


def _standing(ctx: Ctx, payload: dict[str, Any]) -> Case | None:
    """The case, locked, if its token still stands where the job was asked for."""
    try:
        case = load_case(ctx, payload.get("case") or payload["token"] // BLOCK)
    except (Conflict, NotFound):
        return None
    token = case.m.tokens.get(payload["token"])
    here = token is not None and token.state == "active"
    if not here or (payload.get("node") and token.node != payload["node"]):  # type: ignore[union-attr]
        return None
    if "generation" in payload and token.generation != payload["generation"]:  # type: ignore[union-attr]
        return None
    return case


def run_step(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Run an automatic card and go on, in one transaction; a refusal becomes an incident."""
    case = _standing(ctx, payload)
    if case is None:
        return {"moved_on": True}
    node = case.plan.nodes[payload["node"]]
    try:
        with ctx.session.begin_nested(), unlocked(ctx):
            result = _do(ctx, case, node.data)
    except TradewindError as error:
        case = load_case(ctx, case.row.id)
        token = case.m.tokens[payload["token"]]
        rule = node.option("on_error", "incident")
        if rule == "incident":
            case.engine.incident(token, "step", text=str(error))
        else:
            case.m.tell("failed", node.key, token.id, text=str(error))
            case.engine.step_done(token.id, "error")
        follow(case, case.save(None))
        return {"refused": str(error)}
    outcome = result.get("outcome", "") if isinstance(result, dict) else result
    if isinstance(result, dict) and result.get("facts"):
        case.row.facts = {**case.row.facts, **result["facts"]}
        case.judge.facts = case.finder.facts = case.row.facts
    case.bind()
    case.m.tell("step_done", node.key, payload["token"], outcome=outcome)
    case.engine.step_done(payload["token"], str(outcome or ""))
    follow(case, case.save(None))
    return {"outcome": str(outcome or "")}


def _do(ctx: Ctx, case: Case, data: dict[str, Any]) -> Any:
    key = data["step"]
    kind = ctx.registry.step_types.get(key)
    if kind is not None:
        if ctx.registry.owner(key) not in ctx.enabled:
            raise NotFound(_("The plugin of “%(step)s” is switched off.", step=key))
        return kind.run(ctx.system(), case.record, data.get("config", {}))
    if key not in {s.full_key for s in ctx.registry.steps.get(case.row.record_key, {}).values()}:
        raise NotFound(_("There is no step “%(step)s”.", step=key))
    perform(ctx.system(), case.record, key, data.get("params", {}))
    return None


def undo_step(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Take an automatic card back; what cannot be undone by machine becomes an incident."""
    case = load_case(ctx, payload["case"], lock=False)
    node = case.plan.nodes.get(payload["node"])
    kind = ctx.registry.step_types.get(node.option("step")) if node else None
    try:
        if node is None or kind is None or kind.undo is None:
            raise NotFound(_("It cannot be undone automatically. Undo it by hand."))
        with ctx.session.begin_nested(), unlocked(ctx):
            kind.undo(ctx.system(), case.record, node.option("config", {}))
    except TradewindError as error:
        ctx.session.add(Incident(
            company_id=ctx.company.id, case_id=case.row.id, token=None, node=payload["node"],
            kind="undo", data={"text": str(error)}, opened_at=ctx.now))
        return {"by_hand": True}
    return {"undone": True}


def go_on(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """A message came or a sub-flow ended: the waiting token goes on."""
    case = _standing(ctx, payload)
    if case is None:
        return {"moved_on": True}
    node = case.plan.nodes[case.m.tokens[payload["token"]].node]
    if node.type not in ("wait", "subflow"):
        return {"moved_on": True}
    case.engine.clear(case.m.tokens[payload["token"]], "came")
    case.engine.elapsed(payload["token"])
    follow(case, case.save(None))
    return {"went_on": True}


def start_subflow(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Start the case of a sub-flow card."""
    parent = ctx.session.get(CaseRow, payload["case"])
    token = ctx.session.get(TokenRow, payload["token"])
    if parent is None or token is None:
        return {"moved_on": True}
    case = load_case(ctx, parent.id, lock=False)
    node = case.plan.nodes[payload["node"]]
    child = start_case(ctx, Start(
        workflow_by_key(ctx, node.option("flow")), case.record, depth=parent.depth + 1,
        parent_token=token.id if node.option("wait", True) else None, starter=parent.starter_id))
    return {"case": child.id}


def sweep(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Every minute: due timers and schedules, steps that failed too often, old command answers."""
    result = timers.sweep(ctx, payload)
    plan_schedules(ctx)
    for row in ctx.session.scalars(select(OutboxRow).where(
        OutboxRow.topic == "core.workflow_step", OutboxRow.state.in_(("failed", "dead")),
        OutboxRow.attempts >= MOST_TRIES, OutboxRow.result.is_not(None),
    )):
        if row.result.get("incident"):
            continue
        row.state, row.result = "dead", {"incident": True}
        case = _standing(ctx, row.payload)
        if case is not None:
            case.engine.incident(case.m.tokens[row.payload["token"]], "step", text=row.error or "")
            follow(case, case.save(None))
    ctx.session.execute(delete(CommandRow).where(CommandRow.at < ctx.now - timedelta(days=7)),
                        execution_options={"synchronize_session": False})
    return result


JOBS = (
    Job("core.workflow_move", moving.move_job, label=_("Moving a case to another version")),
    Job("core.workflow_sweep", sweep, every=1, label=_("Deadlines of workflows")),
    Job("core.workflow_timer", timers.fire, label=_("A deadline of a workflow")),
    Job("core.workflow_step", run_step, label=_("An automatic card of a workflow")),
    Job("core.workflow_undo", undo_step, label=_("Undoing an automatic card")),
    Job("core.workflow_go", go_on, label=_("Waking a waiting workflow")),
    Job("core.workflow_subflow", start_subflow, label=_("Starting a sub-flow")),
    Job("core.workflow_start", start_on_event, label=_("Starting a workflow on an event")),
    Job("core.workflow_schedule", start_scheduled, label=_("Starting a workflow on a schedule")),
)
