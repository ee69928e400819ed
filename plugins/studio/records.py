"""The steps of editing a draft: who changed what, and what undo goes back to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment


class Edit(CompanyRow):
    """One change of a draft: the definition before it. `undone` edits can be redone."""

    __tablename__ = "studio_edit"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[int] = mapped_column(Id)
    what: Mapped[dict[str, Any]] = mapped_column(Json)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    undone: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_studio_edit_workflow", "company_id", "workflow_id"),)
