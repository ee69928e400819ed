"""The door between steps and workflows: holding a step, locking its record, starting on events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.context import Ctx
from core.declare import Event, Step
from core.errors import Forbidden, Refused
from core.i18n import _
from core.outbox import EventRow
from core.workflow.case import keep_plan, plan_of
from core.workflow.marking import OPEN_TASK
from core.workflow.model import CaseRow, MessageRow, TaskRow, WorkflowRow, WorkflowVersion
from core.workflow.plan import START, words
from core.workflow.publishing import install
from core.workflow.starting import Choosing, Start, may_start, start_case, starter_choices


class Gatekeeper:
    """What steps, saving and events ask of the engine; holds no state of its own."""

    def gate(self, ctx: Ctx, record: Any, step: Step, params: dict[str, Any]) -> bool:
        """Start the case that holds the step; False when no workflow of the company gates it."""
        workflow = self._by_gate(ctx).get(step.full_key)
        if workflow is None:
            return False
        chosen = ctx.session.info.pop("workflow_choices", None)
        version = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
        if version and not may_start(ctx, keep_plan(version.checksum, version.definition)):
            raise Forbidden(_("Your role may not start the workflow “%(name)s”.",
                              name=words(workflow.label)))
        start_case(ctx, Start(workflow, record, step.full_key, params, chosen or {}))
        return True

    def choices(self, ctx: Ctx, step: Step) -> list[Choosing]:
        """What a step's starter must choose."""
        workflow = self._by_gate(ctx).get(step.full_key)
        return starter_choices(ctx, workflow) if workflow else []

    def _by_gate(self, ctx: Ctx) -> dict[str, WorkflowRow]:
        return {row.gate: row for row in self._rows(ctx) if row.gate}

    def _rows(self, ctx: Ctx) -> list[WorkflowRow]:
        def build() -> list[WorkflowRow]:
            rows = ctx.session.scalars(select(WorkflowRow).where(
                WorkflowRow.enabled, WorkflowRow.active_version_id.is_not(None)))
            return [row for row in rows if ctx.registry.owner(row.record_key) in ctx.enabled]

        found: list[WorkflowRow] = ctx._once("workflows", build)
        return found

    def check_save(self, ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
        """Refuse to change a record that is under approval: its facts were signed.

        Fields that the workflow leaves open may be changed, and all of them by the starter to whom
        it was returned.
        """
        if ctx.session.info.get("workflow_writes") or not values or record.id is None:
            return
        case = self.holding(ctx, record)
        if case is None or set(values) <= set(plan_of(ctx, case).policy["open_fields"]):
            return
        back = select(TaskRow.principal).where(
            TaskRow.case_id == case.id, TaskRow.node == START, TaskRow.state.in_(OPEN_TASK))
        if ctx.user_id is None or ctx.session.scalar(back) != ctx.user_id:
            raise Refused(_("This record is under approval and cannot be changed. "
                            "Withdraw it first, or ask for its return."))

    def holding(self, ctx: Ctx, record: Any) -> CaseRow | None:
        """The live case that holds a step of the record; asks the database only if it may."""
        steps = ctx.registry.steps.get(record.key, {}).values()
        if not any(s.pending and getattr(record, s.axis) == s.pending for s in steps):
            return None
        return ctx.session.scalar(select(CaseRow).where(
            CaseRow.record_key == record.key, CaseRow.record_id == record.id,
            CaseRow.ended_at.is_(None), CaseRow.step.is_not(None),
        ).limit(1))

    def emitted(self, ctx: Ctx, event: Event, kept: EventRow) -> None:
        """Ask for the cases that start on an event, and wake those that wait for it."""
        for row in self._rows(ctx):
            if row.event == event.name and event.record_id is not None:
                ctx.session.flush()  # gives the event its id, which makes each start happen once
                ctx.enqueue("core.workflow_start", {
                    "workflow": row.id, "record": event.record_id, "starter": event.actor_id,
                }, key=f"workflow-{row.id}-event-{kept.id}")
        if event.record_id is not None and event.name in self._waited(ctx):
            deliver(ctx, event.name, str(event.record_key), event.record_id, keep=False)

    def hears(self, ctx: Ctx, name: str) -> bool:
        """Whether a workflow starts on, or a case waits for, events called `name`."""
        return name in self._waited(ctx) or any(row.event == name for row in self._rows(ctx))

    def _waited(self, ctx: Ctx) -> set[str]:
        found: set[str] = ctx._once("workflow_waits", lambda: set(ctx.session.scalars(
            select(MessageRow.name).where(MessageRow.token.is_not(None)).distinct())))
        return found

    def plugin_enabled(self, ctx: Ctx) -> None:
        """Install the workflows that enabled plugins ship."""
        install(ctx)


def deliver(
    ctx: Ctx, name: str, record_key: str, record_id: int, *, payload: dict[str, Any] | None = None,
    keep: bool = True, until: datetime | None = None,
) -> bool:
    """Give a message to the case that waits for it; kept for a later one if nobody does.

    `until` is the moment after which a kept message is worth nothing.
    """
    waiting = ctx.session.scalar(select(MessageRow).where(
        MessageRow.name == name, MessageRow.record_key == record_key,
        MessageRow.record_id == record_id, MessageRow.token.is_not(None),
    ).order_by(MessageRow.id).limit(1))
    if waiting is not None:
        # no key: the row is deleted with it, and SQLite gives its id away again
        ctx.enqueue("core.workflow_go", {"token": waiting.token, "node": None})
        ctx.session.delete(waiting)
        return True
    if keep:
        ctx.session.add(MessageRow(
            company_id=ctx.company.id, name=name, record_key=record_key, record_id=record_id,
            payload=payload or {}, at=ctx.now, expires_at=until))
    return False
