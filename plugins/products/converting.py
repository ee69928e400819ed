"""Converting many amounts into one currency: the rates are read once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx
from plugins.products.reference import ExchangeRate
from plugins.products.services import minor_units, rate
from plugins.products.sharing import rounded

HISTORIES = "products.rate_histories"
History = tuple[Sequence[date], Sequence[Decimal]]
Convert = Callable[[Decimal | None, str | None, date | None], Decimal]


def converter(ctx: Ctx, target: str, kind: str = "book") -> Convert:
    """A function (amount, currency, day) → amount in `target`, rounded to its minor unit.

    Without a currency the amount counts as the company's, without a day today's rate is taken.
    An empty amount is 0. Raises Refused when a rate is missing, as `convert` does.
    """
    known: dict[str, History] = ctx.while_reading((HISTORIES, kind), dict)
    places = minor_units(target)

    def at(currency: str, on: date) -> Decimal:
        if not known:
            known.update({"": ((), ()), **_histories(ctx, kind)})  # "": read, and perhaps empty
        days, rates = known.get(currency, ((), ()))
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


def _histories(ctx: Ctx, kind: str) -> dict[str, tuple[list[date], list[Decimal]]]:
    """All days and rates of each currency, the earliest first, in one statement."""
    query = select(ExchangeRate.currency, ExchangeRate.valid_from, ExchangeRate.rate).where(
        ExchangeRate.kind == kind, ExchangeRate.archived_at.is_(None),
    )
    found: dict[str, tuple[list[date], list[Decimal]]] = {}
    for currency, day, value in ctx.session.execute(query.order_by(
            ExchangeRate.valid_from, ExchangeRate.id)):
        days, rates = found.setdefault(currency, ([], []))
        days.append(day)
        rates.append(value)
    return found
