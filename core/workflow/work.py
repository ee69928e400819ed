"""Automatic cards, undoing, sub-flows, starts: jobs of the outbox, each safe to repeat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from core.context import Ctx
from core.declare import Job
from core.errors import Conflict, NotFound, Refused, TradewindError
from core.i18n import _
from core.outbox import OutboxRow
from core.steps import perform
from core.workflow import moving, timers
from core.workflow.case import Case, load_case, unlocked
from core.workflow.consequences import follow
from core.workflow.marking import BLOCK
from core.workflow.model import CommandRow, Incident, MessageRow
from core.workflow.plan import words
from core.workflow.publishing import workflow_by_key
from core.workflow.starting import (
    Start,
    plan_schedules,
    running,
    start_case,
    start_on_event,
    start_scheduled,
)

MOST_TRIES = 5
WAIT = timedelta(minutes=1)
WATCHED = ("core.workflow_step", "core.workflow_undo", "core.workflow_go", "core.workflow_subflow")


def _standing(ctx: Ctx, payload: dict[str, Any], job: str) -> Case | None:
    """The case, locked, if its token still stands where the job was asked for.

    A token that waits for an administrator stands still; in a paused case the job comes again.
    """
    try:
        case = load_case(ctx, payload.get("case") or payload["token"] // BLOCK)
    except (Conflict, NotFound):
        return None
    token = case.m.tokens.get(payload["token"])
    if token is None or token.state != "active" or token.data.get("stuck") or any(
        payload.get(name) not in (None, getattr(token, name)) for name in ("node", "generation")
    ):
        return None
    if case.m.state == "suspended":
        _later(ctx, job, payload)
        return None
    return case


def _later(ctx: Ctx, job: str, payload: dict[str, Any]) -> None:
    ctx.enqueue(job, payload, at=ctx.now + WAIT)


def run_step(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Run an automatic card and go on, in one transaction; a refusal becomes an incident."""
    case = _standing(ctx, payload, "core.workflow_step")
    if case is None:
        return {"moved_on": True}
    if _undoing(ctx, case):
        _later(ctx, "core.workflow_step", payload)
        return {"waits": True}
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


def _undoing(ctx: Ctx, case: Case) -> bool:
    """Whether something of the case is still to be undone: it comes before what is done anew."""
    return ctx.session.scalar(select(OutboxRow.id).where(
        OutboxRow.topic == "core.workflow_undo", OutboxRow.state.in_(("new", "failed")),
        OutboxRow.key.like(f"core.workflow_undo-{case.row.id}-%")).limit(1)) is not None


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
        _by_hand(ctx, payload, str(error))
        return {"by_hand": True}
    return {"undone": True}


def _by_hand(ctx: Ctx, payload: dict[str, Any], text: str) -> None:
    ctx.session.add(Incident(
        company_id=ctx.company.id, case_id=payload["case"], token=None, node=payload["node"],
        kind="undo", data={"text": text}, opened_at=ctx.now))


def go_on(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """A message came or a sub-flow ended: the waiting token goes on, or is rejected."""
    case = _standing(ctx, payload, "core.workflow_go")
    if case is None:
        return {"moved_on": True}
    token, outcome = case.m.tokens[payload["token"]], payload.get("outcome", "done")
    node = case.plan.nodes[token.node]
    if node.type not in ("wait", "subflow"):
        return {"moved_on": True}
    case.engine.clear(token, "came")
    if case.row.step is None and case.record is not None:
        case.refresh_facts()  # nothing is signed: people went on with the record meanwhile
    if outcome in ("approved", "done"):
        case.engine.elapsed(token.id)
    elif outcome == "rejected":
        case.engine.visited(token, node.key, [], passed=False)
        case.engine.reject(node, token)
    else:
        case.engine.incident(token, "step", text=str(_("The other workflow was cancelled.")))
    follow(case, case.save(None))
    return {"outcome": outcome}


def start_subflow(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Start the case of a sub-flow card; why it cannot start becomes an incident."""
    waits = payload.get("waits", True)
    case = _standing(ctx, payload, "core.workflow_subflow") if waits else load_case(
        ctx, payload["case"], lock=False)
    if case is None:
        return {"moved_on": True}
    try:
        with ctx.session.begin_nested():
            workflow = workflow_by_key(ctx, payload["flow"])
            if running(ctx, workflow, case.row.record_id):
                raise Refused(_("The workflow “%(name)s” runs on this record already.",
                                name=words(workflow.label)))
            child = start_case(ctx, Start(
                workflow, case.record, depth=case.row.depth + 1, starter=case.row.starter_id,
                params={k: payload.get(k) for k in ("node", "generation")} if waits else {},
                parent_token=payload["token"] if waits else None))
    except TradewindError as error:
        if waits:
            case.engine.incident(case.m.tokens[payload["token"]], "step", text=str(error))
            follow(case, case.save(None))
        return {"refused": str(error)}
    return {"case": child.id}


def cancel_below(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Cancel the case of a sub-flow card that its parent has left."""
    try:
        case = load_case(ctx, payload["case"])
    except Conflict:
        return {"ended": True}
    case.m.tell("admin", what="cancel", reason=str(_("The workflow above went another way.")))
    case.engine.end("cancelled")
    follow(case, case.save(None))
    return {"cancelled": True}


def sweep(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Every minute: due timers and schedules, steps that failed too often, old command answers."""
    result = timers.sweep(ctx, payload)
    plan_schedules(ctx)
    for row in ctx.session.scalars(select(OutboxRow).where(
        OutboxRow.topic.in_(WATCHED), OutboxRow.state.in_(("failed", "dead")),
        OutboxRow.attempts >= MOST_TRIES,
    )):
        if not (row.result or {}).get("incident"):
            row.state, row.result = "dead", {"incident": True}
            _gave_up(ctx, row)
    for old in (delete(CommandRow).where(CommandRow.at < ctx.now - timedelta(days=7)),
                delete(MessageRow).where(MessageRow.expires_at <= ctx.now)):
        ctx.session.execute(old, execution_options={"synchronize_session": False})
    return result


def _gave_up(ctx: Ctx, row: OutboxRow) -> None:
    if row.topic == "core.workflow_undo":
        _by_hand(ctx, row.payload, row.error or "")
        return
    case = _standing(ctx, row.payload, row.topic)
    if case is not None:
        case.engine.incident(case.m.tokens[row.payload["token"]], "step", text=row.error or "")
        follow(case, case.save(None))


JOBS = (
    Job("core.workflow_move", moving.move_job, label=_("Moving a case to another version")),
    Job("core.workflow_sweep", sweep, every=1, label=_("Deadlines of workflows")),
    Job("core.workflow_timer", timers.fire, label=_("A deadline of a workflow")),
    Job("core.workflow_step", run_step, label=_("An automatic card of a workflow")),
    Job("core.workflow_undo", undo_step, label=_("Undoing an automatic card")),
    Job("core.workflow_go", go_on, label=_("Waking a waiting workflow")),
    Job("core.workflow_subflow", start_subflow, label=_("Starting a sub-flow")),
    Job("core.workflow_below", cancel_below, label=_("Cancelling a sub-flow")),
    Job("core.workflow_start", start_on_event, label=_("Starting a workflow on an event")),
    Job("core.workflow_schedule", start_scheduled, label=_("Starting a workflow on a schedule")),
)
