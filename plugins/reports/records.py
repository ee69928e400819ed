"""Targets of a month (the boards of DOMAIN §7), and the reports that people built themselves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyRow, Id, Json, Moment, Record, _, choice, day, money, user
from plugins.reports.declare import METRICS


class Target(Record):
    """The target of a figure in a month, of the company or of one person, in its currency."""

    key = "reports.target"
    label, plural = _("Target"), _("Targets")
    title = "metric"
    default_sort = "-month"
    icon = "target"
    constraints = (UniqueConstraint("company_id", "metric", "month", "person_id"),)

    metric: Mapped[str] = choice(_("Figure"), METRICS, required=True)
    month: Mapped[date] = day(_("Month"), required=True, help=_("Any day of the month."))
    person_id: Mapped[int | None] = user(_("Person"), help=_("Empty: the whole company"))
    amount: Mapped[Decimal] = money(
        _("Amount (company currency)"), required=True, minimum=Decimal("0.01")
    )


class Built(CompanyRow):
    """A report that somebody built; `shape` is JSON that `shapes.read_shape` reads.

    `board` is the dashboard that shows it, empty for none. Shared ones are there for everybody
    who may read the records.
    """

    __tablename__ = "reports_built"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(80))
    shared: Mapped[bool] = mapped_column(default=False)
    board: Mapped[str] = mapped_column(String(20), default="")
    shape: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_reports_built_user", "company_id", "user_id"),)
