"""Steps: the only way a record's state changes. One door for button, API, workflow and demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from core.audit import plain
from core.context import Ctx
from core.declare import Step
from core.errors import Conflict, Forbidden, NotFound, Refused
from core.i18n import _
from core.numbers import allot
from core.query import find
from core.saving import take_changes
from core.schemas import schema_input


class GateKeeper(Protocol):
    """What the workflow engine offers to steps; it sits above and hooks itself in."""

    def gate(self, ctx: Ctx, record: Any, step: Step, params: dict[str, Any]) -> bool:
        """Start a case that holds the step, if a workflow gates it; True when it is held."""
        ...


@dataclass(frozen=True)
class Offer:
    """A step as a button shows it: `reason` says why it cannot be done now, None if it can."""

    step: Step
    reason: object | None = None


def steps_of(ctx: Ctx, key: str) -> list[Step]:
    """The steps on a record type, of plugins that the company enabled."""
    found = ctx.registry.steps.get(key, {}).values()
    return sorted(
        (s for s in found if _owner(ctx, s) in ctx.enabled), key=lambda s: (s.sequence, s.key)
    )


def _owner(ctx: Ctx, step: Step) -> str:
    module = getattr(step.run, "__module__", "") or ""
    for name, plugin in ctx.registry.plugins.items():
        if module == plugin.module.__name__ or module.startswith(plugin.module.__name__ + "."):
            return name
    return ctx.registry.owner(step.record)


def offers(ctx: Ctx, record: Any) -> list[Offer]:
    """The steps that fit the record's state and the user's rights, some with a reason against."""
    found = []
    for step in steps_of(ctx, record.key):
        if step.hidden or not ctx.can(step.needs):
            continue
        if step.source and getattr(record, step.axis) not in step.source:
            continue
        found.append(Offer(step, refusal_of(ctx, record, step)))
    return found


def refusal_of(ctx: Ctx, record: Any, step: Step) -> object | None:
    """Why the step cannot be done now, as far as it is known before trying; None if it can."""
    if record.archived_at is not None:
        return _("The record is archived.")
    if step.own_forbidden and ctx.user_id is not None and ctx.user_id == record.owner_id:
        return _("Nobody decides about an own document.")
    return step.available(ctx, record) if step.available else None


def perform(
    ctx: Ctx, record: Any, key: str, params: dict[str, Any] | None = None,
    *, version: int | None = None,
) -> Any:
    """Do a step on a record, or refuse with reasons; the transaction is the caller's.

    `key` is the short or the full key. Raises NotFound, Forbidden, Conflict (stale `version`),
    Invalid (parameters), Refused (state, checks, rules). Returns what the step's `run` returned.
    """
    step = _step(ctx, record, key)
    if not ctx.can(step.needs):
        raise Forbidden(_("You may not do “%(step)s”.", step=step.label))
    ctx.registry.health.require(_owner(ctx, step), ctx.company.id)
    if ctx.rights:
        find(ctx, type(record), record.id)
    if version is not None and version != record.version:
        raise Conflict(_("Somebody changed this record since you opened it."))
    _require_state(record, step)
    reason = refusal_of(ctx, record, step)
    if reason is not None:
        raise Refused(reason)
    given = schema_input(step.params, params or {}, ctx)
    _check(ctx, record, step, given)
    before = getattr(record, step.axis)
    _number(ctx, record, step)
    result = step.run(ctx, record, given) if step.run else None
    if step.pending:
        keeper: GateKeeper | None = ctx.session.info.get("gatekeeper")
        setattr(record, step.axis, step.pending)
        ctx.session.flush()
        if keeper is not None and keeper.gate(ctx, record, step, given):
            _record_step(ctx, record, step, given, before)
            return result
        complete(ctx, record, step, given, approved=True, before=before)
        return result
    if step.target is not None and getattr(record, step.axis) == before:
        setattr(record, step.axis, step.target)
    ctx.session.flush()
    _record_step(ctx, record, step, given, before)
    ctx.hooks.after_step(ctx=ctx, record=record, step=step.full_key, params=given)
    return result


def complete(
    ctx: Ctx, record: Any, step: Step, params: dict[str, Any], *, approved: bool,
    before: str | None = None,
) -> None:
    """End a gated step: called by the workflow engine when its case has ended."""
    before = before or getattr(record, step.axis)
    act = step.done if approved else step.refused
    if act is not None:
        act(ctx, record, params)
    state = step.target if approved else step.rejected
    if state is not None:
        setattr(record, step.axis, state)
    ctx.session.flush()
    _record_step(ctx, record, step, params, before, outcome="approved" if approved else "rejected")
    if approved:
        ctx.hooks.after_step(ctx=ctx, record=record, step=step.full_key, params=params)


def _step(ctx: Ctx, record: Any, key: str) -> Step:
    short = key.rpartition(".")[2]
    step = ctx.registry.steps.get(record.key, {}).get(short)
    if step is None or _owner(ctx, step) not in ctx.enabled:
        raise NotFound(_("There is no such step."))
    return step


def _require_state(record: Any, step: Step) -> None:
    now = getattr(record, step.axis)
    if step.source and now not in step.source:
        state = record.state_of(now) if step.axis == "state" else None
        raise Refused(_("“%(step)s” is not possible in state “%(state)s”.",
                        step=step.label, state=state.label if state else now))


def _check(ctx: Ctx, record: Any, step: Step, params: dict[str, Any]) -> None:
    answers = ctx.hooks.check_step(ctx=ctx, record=record, step=step.full_key, params=params)
    found = [reason for answer in answers for reason in answer or ()]
    if found:
        raise Refused(found)


def _number(ctx: Ctx, record: Any, step: Step) -> None:
    rule = type(record).number_rule
    if rule is not None and rule.at == step.key and not record.number:
        record.number = allot(ctx, rule, record.key)


def _record_step(
    ctx: Ctx, record: Any, step: Step, params: dict[str, Any], before: str, outcome: str = ""
) -> None:
    take_changes(ctx, record, step.key, step=step.full_key, source=before,
                 target=getattr(record, step.axis), params=plain(params), outcome=outcome)
    name = f"{step.record}.{step.key}" + (f".{outcome}" if outcome else "")
    ctx.emit(name, record, source=before, target=getattr(record, step.axis))


