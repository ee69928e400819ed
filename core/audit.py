"""Who changed what: an append-only trail, sealed in a chain; comments and activities beside it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core.context import Ctx
from core.kinds import Id, Json, Moment
from core.records import CompanyRow


class AuditRow(CompanyRow):
    """One entry: a change, a step, a sign-in, a switch. Never updated but for its seal."""

    __tablename__ = "core_audit"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(Id)
    actor: Mapped[str] = mapped_column(String(120), default="")
    via: Mapped[str] = mapped_column(String(20), default="page")
    action: Mapped[str] = mapped_column(String(120))
    record_key: Mapped[str | None] = mapped_column(String(80))
    record_id: Mapped[int | None] = mapped_column(Id)
    label: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    seal: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (Index("ix_core_audit_record", "company_id", "record_key", "record_id"),)


class Comment(CompanyRow):
    """What somebody wrote on a record; `mentions` are user ids."""

    __tablename__ = "core_comment"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    author_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[int]] = mapped_column(Json, default=list)
    __table_args__ = (Index("ix_core_comment_record", "company_id", "record_key", "record_id"),)


class Activity(CompanyRow):
    """What somebody is to do about a record by a day."""

    __tablename__ = "core_activity"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record_key: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(20), default="todo")
    summary: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[int] = mapped_column(Id)
    due: Mapped[date | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_core_activity_user", "company_id", "user_id", "done_at"),
        Index("ix_core_activity_record", "company_id", "record_key", "record_id"),
    )


class Notice(CompanyRow):
    """A message to one user inside the product."""

    __tablename__ = "core_notice"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[dict[str, Any]] = mapped_column(Json)
    url: Mapped[str] = mapped_column(String(300), default="")
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_core_notice_user", "company_id", "user_id", "read_at"),)


def plain(value: Any) -> Any:
    """A value as JSON keeps it: Decimals and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


def write_audit(ctx: Ctx, action: str, record: Any = None, **data: Any) -> AuditRow:
    """Add one entry to the trail, in this transaction."""
    from_title = getattr(record, "name", "") or ""
    row = AuditRow(
        company_id=ctx.company.id, at=ctx.now, actor_id=ctx.user_id,
        actor=ctx.user.name if ctx.user else "", via=ctx.via, action=action,
        record_key=getattr(record, "key", None), record_id=getattr(record, "id", None),
        label=str(from_title)[:200], data=plain(data),
    )
    ctx.session.add(row)
    return row


def notify(ctx: Ctx, user_id: int, text: Any, url: str = "") -> None:
    """Leave a notice for a user; `text` is a Message, kept so that she reads it in her language."""
    body = {"text": getattr(text, "text", str(text)), "values": plain(getattr(text, "values", {}))}
    ctx.session.add(
        Notice(company_id=ctx.company.id, user_id=user_id, at=ctx.now, text=body, url=url)
    )


def _digest(secret: str, previous: str, row: AuditRow) -> str:
    content = json.dumps(
        [row.id, row.company_id, row.at.isoformat(), row.actor_id, row.actor, row.via, row.action,
         row.record_key, row.record_id, row.label, row.data],
        sort_keys=True, ensure_ascii=False,
    )
    return hmac.new(secret.encode(), (previous + content).encode(), hashlib.sha256).hexdigest()


def seal(ctx: Ctx, secret: str, limit: int = 5000) -> int:
    """Chain the entries that are not sealed yet, in order; returns how many (QUALITY O1)."""
    last = select(AuditRow.seal).where(AuditRow.seal.is_not(None)).order_by(AuditRow.id.desc())
    previous = ctx.session.scalar(last.limit(1)) or ""
    open_rows = select(AuditRow).where(AuditRow.seal.is_(None)).order_by(AuditRow.id).limit(limit)
    count = 0
    for row in ctx.session.scalars(open_rows):
        row.seal = previous = _digest(secret, previous, row)
        count += 1
    return count


def verify(ctx: Ctx, secret: str) -> int | None:
    """The id of the first entry whose seal does not fit, None if the chain is whole."""
    previous = ""
    rows = select(AuditRow).where(AuditRow.seal.is_not(None)).order_by(AuditRow.id)
    for row in ctx.session.scalars(rows.execution_options(yield_per=1000)):
        if row.seal != _digest(secret, previous, row):
            return row.id
        previous = row.seal
    return None
