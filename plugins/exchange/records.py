"""Import batches and what each of them touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment


class Batch(CompanyRow):
    """One uploaded file on its way into a record type.

    `state` is uploaded, mapped, rehearsed, running, done or undone. `report` holds the counts and
    the first changes of the last rehearsal or run; what was refused is in Fault.
    """

    __tablename__ = "exchange_batch"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="uploaded")
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    match: Mapped[str] = mapped_column(String(80), default="")
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rows: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(Id)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Trace(CompanyRow):
    """Where a record came from: the batch and row that created or changed it.

    `before` holds the old values of a changed record, `version` the version it was left with.
    """

    __tablename__ = "exchange_trace"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    row: Mapped[int] = mapped_column()
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    created: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (
        Index("ix_exchange_trace_batch", "company_id", "batch_id"),
        Index("ix_exchange_trace_record", "company_id", "record_key", "record_id"),
    )


class Fault(CompanyRow):
    """A refused record of a file: rows `row` to `last`, and why."""

    __tablename__ = "exchange_fault"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Id)
    row: Mapped[int] = mapped_column()
    last: Mapped[int] = mapped_column()
    texts: Mapped[list[str]] = mapped_column(Json, default=list)
    __table_args__ = (Index("ix_exchange_fault_batch", "company_id", "batch_id", "row"),)


class RememberedMapping(CompanyRow):
    """The columns that a company last used for a record type, by their headings."""

    __tablename__ = "exchange_mapping"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record: Mapped[str] = mapped_column(String(80))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (UniqueConstraint("company_id", "record"),)
