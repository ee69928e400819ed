"""Converting many amounts into one currency: each rate is read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from core.api import Ctx
from plugins.products.services import minor_units, rate
from plugins.products.sharing import rounded

Convert = Callable[[Decimal | None, str | None, date | None], Decimal]


def converter(ctx: Ctx, target: str, kind: str = "book") -> Convert:
    """A function (amount, currency, day) → amount in `target`, rounded to its minor unit.

    Without a currency the amount counts as the company's, without a day today's rate is taken.
    An empty amount is 0. Raises Refused when a rate is missing, as `convert` does.
    """
    known: dict[tuple[str, date], Decimal] = ctx.cache.setdefault(("rates", kind), {})
    places = minor_units(target)

    def at(currency: str, on: date) -> Decimal:
        if (currency, on) not in known:
            known[currency, on] = rate(ctx, currency, on, kind)
        return known[currency, on]

    def convert(amount: Decimal | None, currency: str | None, on: date | None) -> Decimal:
        source, day = currency or ctx.company.currency, on or ctx.today
        if not amount:
            return Decimal(0)
        if source == target:
            return rounded(amount, places)
        return rounded(amount * at(source, day) / at(target, day), places)

    return convert
