"""Where events are sent to, each delivery, and the sources that send to us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment


class Endpoint(CompanyRow):
    """A server that wants events; `events` are names or patterns such as orders.*

    `kind` is standard (signed JSON), dingtalk or wecom (robots of a group).
    """

    __tablename__ = "webhooks_endpoint"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(Json, default=list)
    secret: Mapped[str] = mapped_column(String(400))
    kind: Mapped[str] = mapped_column(String(12), default="standard")
    active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Delivery(CompanyRow):
    """One event for one endpoint; `state` is waiting, delivered or dead."""

    __tablename__ = "webhooks_delivery"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(Id)
    event_id: Mapped[int] = mapped_column(Id)
    event: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None] = mapped_column()
    answer: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("company_id", "endpoint_id", "event_id"),
        Index("ix_webhooks_delivery_endpoint", "company_id", "endpoint_id", "id"),
    )


class Source(CompanyRow):
    """Something that sends to us at its own address: a website form, a shop, another system.

    `mapping` gives, by field of the record, the path in what was sent (customer.email).
    """

    __tablename__ = "webhooks_source"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    secret: Mapped[str] = mapped_column(String(400), default="")
    record: Mapped[str] = mapped_column(String(80))
    mapping: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    fixed: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    sample: Mapped[dict[str, Any] | None] = mapped_column(Json)
    public_form: Mapped[bool] = mapped_column(default=False)
    acts_as_id: Mapped[int] = mapped_column(Id)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Arrival(CompanyRow):
    """What a source sent and what became of it."""

    __tablename__ = "webhooks_arrival"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(200))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12))
    error: Mapped[str] = mapped_column(String(1000), default="")
    record_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("company_id", "source_id", "key"),
        Index("ix_webhooks_arrival_source", "company_id", "source_id", "id"),
    )
