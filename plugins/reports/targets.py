"""Targets beside what was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, _
from plugins.reports.declare import Figure, Filters
from plugins.reports.figures import ratio
from plugins.reports.periods import month_of
from plugins.reports.records import Target

ZERO = Decimal(0)


Exchange = Callable[[Decimal, str, date], Decimal]  # amount, currency, day → shown currency


def targets(ctx: Ctx, metric: str, filters: Filters, to: Exchange) -> dict[str, Decimal]:
    """The targets by month in the shown currency; none for a country, product or customer."""
    if filters.country or filters.product or filters.customer:
        return {}
    query = select(Target).where(
        Target.metric == metric, Target.archived_at.is_(None),
        Target.month.between(filters.since.replace(day=1), filters.until),
        Target.person_id == filters.person,
    )
    return {
        month_of(row.month): to(row.amount, ctx.company.currency, row.month)
        for row in ctx.session.scalars(query)
    }


def beside_target(
    ctx: Ctx, metric: str, filters: Filters, labels: Sequence[str],
    reached: Mapping[Any, Decimal], to: Exchange,
) -> tuple[list[tuple[str, list[Decimal | None]]], list[Figure]]:
    """A series for the chart and a headline figure; both empty without a target.

    The share counts the months that have a target only.
    """
    known = targets(ctx, metric, filters, to)
    if not known:
        return [], []
    share = ratio(sum((reached.get(label, ZERO) for label in known), ZERO),
                  sum(known.values(), ZERO))
    colour = "green" if share is not None and share >= 1 else "amber"
    return (
        [(str(_("Target")), [known.get(label) for label in labels])],
        [Figure(_("Of the target"), share, "percent", "/r/reports.target", colour)],
    )


def tidy(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    """Before a save: a target counts for a whole month."""
    if isinstance(record, Target) and record.month:
        record.month = record.month.replace(day=1)


def faults(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    """One target a figure, month and person; the database does not compare empty persons."""
    if not isinstance(record, Target) or record.person_id is not None or not record.month:
        return []
    query = select(Target.id).where(
        Target.metric == record.metric, Target.month == record.month.replace(day=1),
        Target.person_id.is_(None), Target.archived_at.is_(None), Target.id != (record.id or 0),
    )
    if ctx.session.scalar(query) is None:
        return []
    return [Refusal(_("There is a target for this figure and month already."), "month", "unique")]
