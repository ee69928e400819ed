"""Looking up and keeping the data of the trade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy import ColumnElement, and_, or_, select

from core.api import Ctx, Refusal, Refused, _
from plugins.products.calendar import customs_rate_day
from plugins.products.packing import Container
from plugins.products.records import Product
from plugins.products.reference import (
    ContainerType,
    ExchangeRate,
    FreightRate,
    HsCode,
    HsTerm,
    PaymentTerm,
    TradeCurrency,
)
from plugins.products.sharing import rounded
from plugins.products.tax import Invoice, Regime, TaxTerms, terms_for_invoice
from plugins.products.tiers import Tier

ONE = Decimal(1)


@dataclass(frozen=True)
class Part:
    """One share of a payment term; `gates` name what waits for the money."""

    kind: str
    share: Decimal
    trigger: str
    days: int
    gates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A payment term as data; `weight` is its exposure weight, `days` the days of credit."""

    code: str
    name: str
    risk: str
    weight: Decimal
    days: int
    parts: tuple[Part, ...]


def minor_units(code: str) -> int:
    """Decimals of amounts in a currency, by ISO 4217: USD 2, JPY 0, KWD 3."""
    return int(get_currency_precision(code))


def price_places(ctx: Ctx, code: str) -> int:
    """Decimals of unit prices in a currency; as many as its amounts unless the company says."""
    row = ctx.session.scalar(select(TradeCurrency).where(TradeCurrency.code == code))
    return row.price_places if row else minor_units(code)


RATES = "products.rates"
"""Where a transaction remembers the rates that it looked up."""


def find_rate(ctx: Ctx, currency: str, on: date, kind: str = "book") -> ExchangeRate | None:
    """The row of the last rate of this kind on or before `on`."""
    known: dict[tuple[str, date, str], ExchangeRate | None] = ctx.cache.setdefault(RATES, {})
    if (currency, on, kind) not in known:
        known[currency, on, kind] = ctx.session.scalar(
            select(ExchangeRate)
            .where(
                ExchangeRate.currency == currency,
                ExchangeRate.kind == kind,
                ExchangeRate.valid_from <= on,
                ExchangeRate.archived_at.is_(None),
            )
            .order_by(ExchangeRate.valid_from.desc())
            .limit(1)
        )
    return known[currency, on, kind]


def forget_rates(ctx: Ctx) -> None:
    """Look rates up anew: one was entered or changed."""
    ctx.cache.pop(RATES, None)


def rate(ctx: Ctx, currency: str, on: date, kind: str = "book") -> Decimal:
    """Company currency per unit of `currency` on a day, 6 places; 1 for the company's own.

    `kind` is quote, book, customs or bank_buy. Without a quoting rate the book rate less the
    company's safety margin is used; without a customs rate the parity of the third Wednesday of
    the month before (DOMAIN §0). Raises Refused when there is no rate.
    """
    if currency == ctx.company.currency:
        return ONE
    row = find_rate(ctx, currency, on, kind)
    if row is not None:
        return row.rate
    if kind == "quote":
        margin = Decimal(str(ctx.setting("products.quote_rate_margin")))
        return rounded(rate(ctx, currency, on, "book") * (1 - margin), 6)
    if kind == "customs":
        return rate(ctx, currency, customs_rate_day(on), "book")
    raise Refused(
        Refusal(
            _(
                "There is no exchange rate (%(kind)s) for %(currency)s on %(day)s. "
                "Enter one under Exchange rates.",
                kind=kind, currency=currency, day=on.isoformat(),
            ),
            "currency",
            "rate-missing",
        )
    )


def convert(
    ctx: Ctx, amount: Decimal, source: str, target: str, on: date, kind: str = "book"
) -> Decimal:
    """An amount in another currency at the rates of a day, rounded to its minor unit."""
    if source == target:
        return rounded(amount, minor_units(target))
    pair = rate(ctx, source, on, kind) / rate(ctx, target, on, kind)
    return rounded(amount * pair, minor_units(target))


def hs_terms(ctx: Ctx, code: str | int, on: date) -> TaxTerms:
    """VAT, refund rate and regime of an HS code (10 digits, or its row id) on an export date.

    Raises Refused naming code and date when the table has no row for it.
    """
    query = select(HsTerm).join(HsCode, HsCode.id == HsTerm.parent_id)
    query = query.where(HsCode.id == code if isinstance(code, int) else HsCode.code == code)
    row = ctx.session.scalar(
        query.where(HsTerm.valid_from <= on)
        .where(or_(HsTerm.valid_to.is_(None), HsTerm.valid_to >= on))
        .order_by(HsTerm.valid_from.desc())
        .limit(1)
    )
    if row is None:
        raise Refused(
            Refusal(
                _(
                    "HS code %(code)s has no tax terms for exports on %(day)s. "
                    "Add them under HS codes.",
                    code=code, day=on.isoformat(),
                ),
                "hs_code_id",
                "hs-terms-missing",
            )
        )
    return TaxTerms(row.vat, row.refund, Regime(row.regime))


def product_terms(ctx: Ctx, product: Product, hs_code_id: int, on: date) -> TaxTerms:
    """The tax terms of a product: those of the HS code, narrowed by the supplier's invoice."""
    library = hs_terms(ctx, hs_code_id, on)
    return terms_for_invoice(
        library, Invoice(product.invoice), product.invoice_rate, product.own_made
    )


def payment_term(ctx: Ctx, code: str) -> Term:
    """A payment term with its parts; Refused names an unknown code."""
    row = ctx.session.scalar(select(PaymentTerm).where(PaymentTerm.code == code))
    if row is None:
        raise Refused(
            Refusal(
                _("There is no payment term %(code)s. Choose one of the list.", code=code),
                "payment_term",
                "term-missing",
            )
        )
    return term_of(row)


def term_of(row: PaymentTerm) -> Term:
    """A payment term row as frozen data."""
    parts = tuple(
        Part(part.kind, part.share, part.trigger, part.days, tuple(part.gates or ()))
        for part in row.parts
    )
    return Term(row.code, row.name_en, row.risk, row.weight, row.days, parts)


def in_force(cls: type[Any], on: date) -> ColumnElement[bool]:
    """The condition that a row of reference data holds on a day; an empty end is open."""
    return and_(
        or_(cls.valid_from.is_(None), cls.valid_from <= on),
        or_(cls.valid_to.is_(None), cls.valid_to >= on),
    )


def holds(row: Any, on: date) -> bool:
    """Whether a row of reference data holds on a day."""
    return not ((row.valid_from and row.valid_from > on) or (row.valid_to and row.valid_to < on))


def containers(ctx: Ctx) -> list[Container]:
    """The container types that the company plans with, smallest first."""
    rows = ctx.session.scalars(
        select(ContainerType)
        .where(ContainerType.archived_at.is_(None), in_force(ContainerType, ctx.today))
        .order_by(ContainerType.plan_cbm)
    )
    return [
        Container(row.code, row.length, row.width, row.height, row.plan_cbm, row.payload)
        for row in rows
    ]


def freight_offers(ctx: Ctx, lane: str, on: date) -> dict[str, FreightRate]:
    """The freight per container type on a lane ("CNNGB-DEHAM") on a day, the newest of each."""
    rows = ctx.session.scalars(
        select(FreightRate)
        .where(FreightRate.lane == lane, in_force(FreightRate, on))
        .where(FreightRate.archived_at.is_(None))
        .order_by(FreightRate.valid_from)
    )
    return {row.container: row for row in rows}


def tiers_of(product: Product) -> list[Tier]:
    """The price breaks of a product, lowest quantity first."""
    return sorted((tier.from_quantity, tier.price) for tier in product.tiers)


def keep_rate(
    ctx: Ctx, currency: str, kind: str, on: date, value: Decimal, source: str
) -> ExchangeRate:
    """Enter or correct one rate; the same rate twice changes nothing."""
    row = ctx.session.scalar(
        select(ExchangeRate).where(
            ExchangeRate.currency == currency,
            ExchangeRate.kind == kind,
            ExchangeRate.valid_from == on,
        )
    )
    value = rounded(value, 6)
    forget_rates(ctx)
    if row is None:
        row = ExchangeRate(
            company_id=ctx.company.id, currency=currency, kind=kind, valid_from=on,
            rate=value, per=1, source=source, custom={},
        )
        ctx.session.add(row)
    elif row.rate != value:
        row.rate, row.source = value, source
    return row
