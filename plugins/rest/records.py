"""Tokens, remembered answers and external keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment


class Token(CompanyRow):
    """A key to the API: acts with its user's rights, narrowed by `scopes` (permission patterns)."""

    __tablename__ = "rest_token"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id)
    label: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_rest_token_user", "company_id", "user_id"),)


class Answer(CompanyRow):
    """The answer to a POST with an Idempotency-Key, kept a day (QUALITY S4)."""

    __tablename__ = "rest_answer"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("company_id", "user_id", "key"),)


class ExternalKey(CompanyRow):
    """What another system calls one of our records."""

    __tablename__ = "rest_external_key"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    system: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    __table_args__ = (UniqueConstraint("company_id", "record_key", "system", "key"),)
