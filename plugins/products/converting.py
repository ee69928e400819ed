"""Converting many amounts into one currency: each rate is read once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx
from plugins.products.reference import ExchangeRate
from plugins.products.services import minor_units, rate
from plugins.products.sharing import rounded

Convert = Callable[[Decimal | None, str | None, date | None], Decimal]


def converter(ctx: Ctx, target: str, kind: str = "book") -> Convert:
    """A function (amount, currency, day) → amount in `target`, rounded to its minor unit.

    Without a currency the amount counts as the company's, without a day today's rate is taken.
    An empty amount is 0. Raises Refused when a rate is missing, as `convert` does.
    """
    known: dict[str, tuple[list[date], list[Decimal]]] = {}
    places = minor_units(target)

    def at(currency: str, on: date) -> Decimal:
        if currency not in known:
            known[currency] = _history(ctx, currency, kind)
        days, rates = known[currency]
        place = bisect_right(days, on)
        return rates[place - 1] if place else rate(ctx, currency, on, kind)

    def convert(amount: Decimal | None, currency: str | None, on: date | None) -> Decimal:
        source, day = currency or ctx.company.currency, on or ctx.today
        if not amount:
            return Decimal(0)
        if source == target:
            return rounded(amount, places)
        return rounded(amount * at(source, day) / at(target, day), places)

    return convert


def _history(ctx: Ctx, currency: str, kind: str) -> tuple[list[date], list[Decimal]]:
    """All days and rates of a currency, the earliest first."""
    query = select(ExchangeRate.valid_from, ExchangeRate.rate).where(
        ExchangeRate.currency == currency, ExchangeRate.kind == kind,
        ExchangeRate.archived_at.is_(None),
    )
    rows = [(day, value) for day, value in ctx.session.execute(query.order_by(
        ExchangeRate.valid_from, ExchangeRate.id))]
    return [day for day, _value in rows], [value for _day, value in rows]
