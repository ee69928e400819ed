"""Companies, users, memberships and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.kinds import Id, Json, Moment
from core.records import Base, CompanyRow


class Company(Base):
    """A company: the wall around business rows."""

    __tablename__ = "core_company"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    timezone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    locale: Mapped[str] = mapped_column(String(10), default="zh")
    profile: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class CompanyPlugin(CompanyRow):
    """That a plugin is enabled for a company."""

    __tablename__ = "core_company_plugin"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plugin: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    __table_args__ = (UniqueConstraint("company_id", "plugin"),)


class User(Base):
    """A person who signs in; membership in companies is separate."""

    __tablename__ = "core_user"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    locale: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    preferences: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def initials(self) -> str:
        return (self.name or self.login)[:2].upper()


class Member(CompanyRow):
    """A user's place in a company: roles, manager, team."""

    __tablename__ = "core_member"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    department: Mapped[str] = mapped_column(String(80), default="")
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        UniqueConstraint("company_id", "user_id"),
        Index("ix_core_member_user", "user_id"),
    )


class RoleRow(CompanyRow):
    """A role of a company: grants, row scope and hidden or locked fields."""

    __tablename__ = "core_role"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    grants: Mapped[list[str]] = mapped_column(Json, default=list)
    scope: Mapped[str] = mapped_column(String(10), default="all")
    hidden_fields: Mapped[list[str]] = mapped_column(Json, default=list)
    locked_fields: Mapped[list[str]] = mapped_column(Json, default=list)
    sequence: Mapped[int] = mapped_column(default=50)
    __table_args__ = (UniqueConstraint("company_id", "key"),)


class SignIn(Base):
    """A signed-in browser; the cookie holds the secret, the row its hash (QUALITY A1)."""

    __tablename__ = "core_signin"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("core_company.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[str] = mapped_column(String(60), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class SettingRow(CompanyRow):
    """The value of a setting from a day on; the newest that has begun counts."""

    __tablename__ = "core_setting"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    value: Mapped[Any] = mapped_column(Json)
    valid_from: Mapped[str] = mapped_column(String(10), default="")
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    set_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("company_id", "key", "valid_from"),)


class CustomField(CompanyRow):
    """A field that an administrator added to a record type of the company."""

    __tablename__ = "core_custom_field"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    kind: Mapped[str] = mapped_column(String(20))
    required: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[str]] = mapped_column(Json, default=list)
    section: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (UniqueConstraint("company_id", "record", "name"),)
