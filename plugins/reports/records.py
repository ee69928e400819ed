"""Targets: what the company wants to reach in a month (the boards of DOMAIN §7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import Record, _, choice, day, money, user
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
