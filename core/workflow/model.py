"""The tables of the engine: versions that never change, cases as rows (WORKFLOW §5.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.kinds import Id, Json, Moment
from core.records import CompanyRow

LIVE_CASES = ("running", "incident", "suspended")


def _inbox_index(name: str, column: str) -> Index:
    where = text(f"done_at IS NULL AND {column} IS NOT NULL")
    return Index(f"ix_core_workflow_task_{name}", "company_id", column, "due_at",
                 sqlite_where=where, postgresql_where=where)


class WorkflowRow(CompanyRow):
    """A process of the company. `gate` is the step that it holds, `event` what starts it."""

    __tablename__ = "core_workflow"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    label: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    icon: Mapped[str] = mapped_column(String(40), default="git-branch")
    record_key: Mapped[str] = mapped_column(String(80))
    gate: Mapped[str | None] = mapped_column(String(120))
    event: Mapped[str | None] = mapped_column(String(120))
    when: Mapped[dict[str, Any] | None] = mapped_column(Json)
    active_version_id: Mapped[int | None] = mapped_column(Id)
    enabled: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_core_workflow_gate", "company_id", "gate"),
    )


class WorkflowVersion(CompanyRow):
    """One state of a definition; a published one is never changed."""

    __tablename__ = "core_workflow_version"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("core_workflow.id"))
    number: Mapped[int | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default="draft")
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    checksum: Mapped[str] = mapped_column(String(64), default="")
    report: Mapped[list[Any]] = mapped_column(Json, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")
    changed_by_id: Mapped[int | None] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(Id)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("workflow_id", "number"),)


class CaseRow(CompanyRow):
    """A running or ended case. `facts` are frozen at submission, `content` is their hash."""

    __tablename__ = "core_workflow_case"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("core_workflow.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_version.id"))
    checksum: Mapped[str] = mapped_column(String(64), default="")
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    label: Mapped[str] = mapped_column(String(200), default="")
    step: Mapped[str | None] = mapped_column(String(120))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    starter_id: Mapped[int | None] = mapped_column(Id)
    department: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default="running")
    generation: Mapped[int] = mapped_column(default=0)
    counter: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    content: Mapped[str] = mapped_column(String(64), default="")
    choices: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    path: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    parent_token_id: Mapped[int | None] = mapped_column(Id)
    depth: Mapped[int] = mapped_column(default=0)
    event_seq: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(String(64), default="")
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_core_workflow_case_record", "company_id", "record_key", "record_id"),
        Index(
            "uq_core_workflow_case_live", "company_id", "workflow_id", "record_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )


class TokenRow(CompanyRow):
    """A thread of a case."""

    __tablename__ = "core_workflow_token"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_case.id"))
    node: Mapped[str] = mapped_column(String(40))
    parent: Mapped[int | None] = mapped_column(Id)
    branch: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10))
    expected: Mapped[int] = mapped_column(default=0)
    needed: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (Index("ix_core_workflow_token_case", "case_id", "state"),)


class TaskRow(CompanyRow):
    """What a person is asked; names of people are kept in the events."""

    __tablename__ = "core_workflow_task"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_case.id"))
    token: Mapped[int] = mapped_column(Id)
    node: Mapped[str] = mapped_column(String(40))
    generation: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10))
    principal: Mapped[int | None] = mapped_column(Id)
    actor: Mapped[int | None] = mapped_column(Id)
    pool: Mapped[str | None] = mapped_column(String(60))
    seat: Mapped[int] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(12))
    comment: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(12), default="rule")
    origin_task: Mapped[int | None] = mapped_column(Id)
    why: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    content: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        # only what is not over: an inbox is as fast after years as on the first day
        _inbox_index("person", "principal"), _inbox_index("pool", "pool"),
        Index("ix_core_workflow_task_case", "case_id", "state"),
        Index("ix_core_workflow_task_token", "token", "generation"),
    )


class TimerRow(CompanyRow):
    """One rung of a deadline, or the end of a delay; fires once."""

    __tablename__ = "core_workflow_timer"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_case.id"))
    token: Mapped[int] = mapped_column(Id)
    node: Mapped[str] = mapped_column(String(40))
    rung: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(14))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    minutes: Mapped[int] = mapped_column(default=0)
    working: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    fire_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    fired_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_core_workflow_timer_due", "state", "fire_at"),
        Index("ix_core_workflow_timer_token", "token", "state"),
    )


class CaseEvent(CompanyRow):
    """One entry of a case's history, chained by hashes; insert only."""

    __tablename__ = "core_workflow_event"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_case.id"))
    seq: Mapped[int] = mapped_column()
    type: Mapped[str] = mapped_column(String(20))
    node: Mapped[str | None] = mapped_column(String(40))
    token: Mapped[int | None] = mapped_column(Id)
    task: Mapped[int | None] = mapped_column(Id)
    actor_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("case_id", "seq"),)


class CommandRow(CompanyRow):
    """The answer that a command got, so that repeating it changes nothing (kept 7 days)."""

    __tablename__ = "core_workflow_command"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    case_id: Mapped[int | None] = mapped_column(Id)
    actor_id: Mapped[int | None] = mapped_column(Id)
    answer: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("company_id", "key"),)


class MessageRow(CompanyRow):
    """A business message that a case waits for, or that waits for a case."""

    __tablename__ = "core_workflow_message"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    token: Mapped[int | None] = mapped_column(Id)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_core_workflow_message_name", "company_id", "name", "record_key", "record_id"),
    )


class Incident(CompanyRow):
    """A case that stands still until somebody resolves it."""

    __tablename__ = "core_workflow_incident"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("core_workflow_case.id"))
    token: Mapped[int | None] = mapped_column(Id)
    node: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by_id: Mapped[int | None] = mapped_column(Id)
    resolution: Mapped[str] = mapped_column(String(500), default="")
    __table_args__ = (Index("ix_core_workflow_incident_open", "company_id", "resolved_at"),)


class Delegation(CompanyRow):
    """Who decides for whom, from a moment until another (half-open)."""

    __tablename__ = "core_workflow_delegation"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    workflow_id: Mapped[int | None] = mapped_column(ForeignKey("core_workflow.id"))
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int | None] = mapped_column(Id)
    __table_args__ = (
        Index("ix_core_workflow_delegation_who", "company_id", "principal_id", "valid_until"),
    )
