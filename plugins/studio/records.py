"""The tables of the studio: steps of editing a draft, saved comparisons, arranged forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment


class Edit(CompanyRow):
    """One change of a draft: the definition before and after. `undone` edits can be redone.

    `version_id` is the version that the draft became; without one it can still be undone.
    """

    __tablename__ = "studio_edit"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[int] = mapped_column(Id)
    version_id: Mapped[int | None] = mapped_column(Id)
    what: Mapped[dict[str, Any]] = mapped_column(Json)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    undone: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_studio_edit_workflow", "company_id", "workflow_id"),)


class Backtest(CompanyRow):
    """A saved comparison of a definition with what happened; `version_id` ran at that time."""

    __tablename__ = "studio_backtest"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[int] = mapped_column(Id)
    version_id: Mapped[int] = mapped_column(Id)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any]] = mapped_column(Json)
    by_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_studio_backtest_workflow", "company_id", "workflow_id"),)


class Form(CompanyRow):
    """How the company arranged the form of a record type; `layout` is in force, `draft` is not yet.

    `before` and `after` are the drafts that undo and redo go to; see plugins/studio/arranging.
    """

    __tablename__ = "studio_form"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record: Mapped[str] = mapped_column(String(80))
    layout: Mapped[dict[str, Any] | None] = mapped_column(Json)
    draft: Mapped[dict[str, Any] | None] = mapped_column(Json)
    before: Mapped[list[Any]] = mapped_column(Json, default=list)
    after: Mapped[list[Any]] = mapped_column(Json, default=list)
    changed_by_id: Mapped[int | None] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("company_id", "record"),)
