"""Definitions and their versions: installing shipped ones, drafts, publishing."""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy import func, select

from core.audit import write_audit
from core.context import Ctx
from core.errors import Invalid, NotFound, Refusal, Refused
from core.i18n import _, in_locale
from core.workflow.checks import check_definition
from core.workflow.definition import Problem
from core.workflow.model import WorkflowRow, WorkflowVersion
from core.workflow.plan import checksum


def install(ctx: Ctx) -> None:
    """Give the company the workflows of its plugins; those that it has stay as they are."""
    known = set(ctx.session.scalars(select(WorkflowRow.key)))
    for declared in ctx.registry.workflows.values():
        subject_there = ctx.registry.owner(declared.subject) in ctx.enabled
        owned = ctx.registry.owner(declared.key) in ctx.enabled
        if declared.key in known or not owned or not subject_there:
            continue
        row = WorkflowRow(
            company_id=ctx.company.id, key=declared.key, label=_both(declared.label),
            icon=declared.icon, record_key=declared.subject, gate=declared.gate,
            event=declared.on_event, when=declared.when, enabled=True,
        )
        ctx.session.add(row)
        ctx.session.flush()
        version = WorkflowVersion(
            company_id=ctx.company.id, workflow_id=row.id, number=1, state="published",
            definition=declared.definition, checksum=checksum(declared.definition), report=[],
            changed_at=ctx.now, published_at=ctx.now, note="",
        )
        ctx.session.add(version)
        ctx.session.flush()
        row.active_version_id = version.id
    ctx.session.flush()
    ctx.cache.pop("workflows", None)


def _both(label: object) -> dict[str, str]:
    if isinstance(label, dict):
        return {str(k): str(v) for k, v in label.items()}
    found = {}
    for locale in ("zh", "en"):
        with in_locale(locale):
            found[locale] = str(label)
    return found


def create_workflow(
    ctx: Ctx, key: str, label: object, record_key: str, *, gate: str | None = None,
    event: str | None = None, definition: dict[str, Any] | None = None,
) -> WorkflowRow:
    """A new workflow of the company with an empty draft."""
    ctx.require("core.workflow.design")
    if record_key not in ctx.registry.records:
        raise Invalid(Refusal(_("Choose what the workflow is about."), "record"))
    if ctx.session.scalar(select(WorkflowRow.id).where(WorkflowRow.key == key)) is not None:
        raise Invalid(Refusal(_("There is a workflow with this key already."), "key"))
    _gate_is_free(ctx, gate, None)
    row = WorkflowRow(company_id=ctx.company.id, key=key, label=_both(label), gate=gate,
                      record_key=record_key, event=event, enabled=True, icon="git-branch")
    ctx.session.add(row)
    ctx.session.flush()
    save_draft(ctx, row, definition or {"schema": 1, "subject": record_key, "body": []})
    return row


def _gate_is_free(ctx: Ctx, gate: str | None, row_id: int | None) -> None:
    if not gate:
        return
    other = ctx.session.scalar(select(WorkflowRow).where(
        WorkflowRow.gate == gate, WorkflowRow.enabled, WorkflowRow.id != (row_id or 0)))
    if other is not None:
        raise Refused(_("The step is held by the workflow “%(name)s” already.", name=other.key))


def draft_of(ctx: Ctx, workflow: WorkflowRow) -> WorkflowVersion:
    """The draft; made from the published version on first use."""
    row = ctx.session.scalar(select(WorkflowVersion).where(
        WorkflowVersion.workflow_id == workflow.id, WorkflowVersion.state == "draft"))
    if row is not None:
        return row
    active = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
    empty = {"schema": 1, "subject": workflow.record_key, "body": []}
    return save_draft(ctx, workflow, copy.deepcopy(active.definition) if active else empty)


def save_draft(ctx: Ctx, workflow: WorkflowRow, definition: dict[str, Any]) -> WorkflowVersion:
    """Keep a draft as it is, also with faults; publishing checks it."""
    ctx.require("core.workflow.design")
    row = ctx.session.scalar(select(WorkflowVersion).where(
        WorkflowVersion.workflow_id == workflow.id, WorkflowVersion.state == "draft"))
    if row is None:
        row = WorkflowVersion(company_id=ctx.company.id, workflow_id=workflow.id, state="draft",
                              definition=definition, changed_at=ctx.now, report=[], note="")
        ctx.session.add(row)
    row.definition, row.checksum = definition, checksum(definition)
    row.changed_by_id, row.changed_at = ctx.user_id, ctx.now
    ctx.session.flush()
    return row


def publish(ctx: Ctx, workflow: WorkflowRow, note: str = "") -> WorkflowVersion:
    """Check the draft and make it the version of new cases; running ones keep theirs.

    Invalid with every error of the checks, each naming its card.
    """
    ctx.require("core.workflow.design")
    draft = draft_of(ctx, workflow)
    _gate_is_free(ctx, workflow.gate, workflow.id)
    problems = check_definition(ctx, workflow, draft.definition)
    errors = [p for p in problems if p.level == "E"]
    if errors:
        raise Invalid([Refusal(p.text, p.card or None, p.code) for p in errors])
    last = ctx.session.scalar(select(func.max(WorkflowVersion.number)).where(
        WorkflowVersion.workflow_id == workflow.id)) or 0
    old = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
    if old is not None:
        old.state = "retired"
    draft.number, draft.state, draft.note = last + 1, "published", note[:500]
    draft.published_by_id, draft.published_at = ctx.user_id, ctx.now
    draft.report = [as_row(p) for p in problems]
    workflow.active_version_id = draft.id
    ctx.session.flush()
    ctx.cache.pop("workflows", None)
    write_audit(ctx, "core.workflow.published", None, workflow=workflow.key, number=draft.number,
                note=note)
    return draft


def as_row(problem: Problem) -> dict[str, str]:
    """A problem as plain data."""
    return {"level": problem.level, "card": problem.card, "text": str(problem.text),
            "code": problem.code}


def workflow_by_key(ctx: Ctx, key: str) -> WorkflowRow:
    """The company's workflow, or NotFound."""
    row = ctx.session.scalar(select(WorkflowRow).where(WorkflowRow.key == key))
    if row is None:
        raise NotFound(_("There is no workflow “%(name)s”.", name=key))
    return row
