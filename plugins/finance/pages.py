"""What the pages of finance show, as plain figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.api import Ctx, select_records, titles
from plugins.finance import fx, results
from plugins.finance.ageing import BUCKETS, bucket, days_overdue
from plugins.finance.profit import Profit
from plugins.finance.records import OPEN, Receipt, Receivable
from plugins.orders.api import Order
from plugins.products.api import rate

ZERO = Decimal(0)


@dataclass
class AgeingRow:
    """A customer's open money in one currency by bucket; `unallocated` is negative."""

    customer_id: int
    customer: str
    currency: str
    buckets: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, ZERO))
    unallocated: Decimal = ZERO
    cny: Decimal = ZERO
    worst: int = 0

    @property
    def total(self) -> Decimal:
        """Open less what is not allocated."""
        return sum(self.buckets.values(), ZERO) + self.unallocated


def ageing(ctx: Ctx, as_of: date) -> list[AgeingRow]:
    """Open receivables by customer, currency and bucket of the due date (DOMAIN §2.6).

    CNY at the book rate of `as_of`. Deposits not yet due count as not due.
    """
    query = select_records(ctx, Receivable).where(Receivable.state.in_(OPEN), Receivable.open != 0)
    rows: dict[tuple[int, str], AgeingRow] = {}
    found = list(ctx.session.scalars(query))
    loose = _unallocated(ctx)
    names = titles(ctx, "crm.customer", {r.customer_id for r in found} | {k[0] for k in loose})

    def row_of(customer: int, currency: str) -> AgeingRow:
        key = (customer, currency)
        if key not in rows:
            rows[key] = AgeingRow(customer, names.get(customer, f"#{customer}"), currency)
        return rows[key]

    for item in found:
        row = row_of(item.customer_id, item.currency)
        row.buckets[bucket(as_of, item.due)] += item.open
        if item.due:
            row.worst = max(row.worst, days_overdue(as_of, item.due))
    for (customer, currency), amount in loose.items():
        row_of(customer, currency).unallocated -= amount
    for row in rows.values():
        row.cny = fx.cny(row.total, rate(ctx, row.currency, as_of))
    return sorted(rows.values(), key=lambda row: (-row.worst, -row.cny))


def _unallocated(ctx: Ctx) -> dict[tuple[int, str], Decimal]:
    if not ctx.can("finance.receipt.read"):
        return {}
    query = select(Receipt.customer_id, Receipt.currency, Receipt.left).where(
        Receipt.state.in_(("confirmed", "allocated", "posted")),
        Receipt.left > 0,
        Receipt.customer_id.is_not(None),
    )
    found: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for customer, currency, left in ctx.session.execute(query):
        found[customer, currency] += left
    return dict(found)


PARTS = ("revenue", "fx", "bank", "goods", "local", "freight", "insurance", "agent", "claims",
         "other")


@dataclass(frozen=True)
class ProfitLine:
    """One part of the profit: estimate, actual and the papers behind the actual figure."""

    part: str
    estimate: Decimal | None
    actual: Decimal
    sources: list[results.Source]

    @property
    def sign(self) -> int:
        """1 for income, -1 for cost."""
        return 1 if self.part in ("revenue", "fx") else -1


def profit(ctx: Ctx, order: Order) -> dict[str, Any]:
    """The profit page of an order."""
    actual, estimate = results.actual(ctx, order), results.estimate(order)
    parts = [
        ProfitLine(
            part, getattr(estimate, part) if estimate else None, getattr(actual.profit, part),
            actual.of(part),
        )
        for part in PARTS
    ]
    return {
        "order": order, "parts": parts, "actual": actual.profit, "estimate": estimate,
        "by_line": [
            (line.description_en, found.revenue, found.gross, found.margin)
            for line, found in results.lines(ctx, order)
        ],
    }


def profits(ctx: Ctx, limit: int = 100) -> list[tuple[Order, str, Profit | None, Profit]]:
    """Orders with estimate and actual, the newest first."""
    query = select_records(ctx, Order).where(
        Order.state.in_(("signed", "released", "closed", "on_hold"))
    )
    with_lines = query.options(selectinload(Order.lines)).order_by(Order.id.desc())
    orders = list(ctx.session.scalars(with_lines.limit(limit)))
    found = results.booked(ctx, orders)
    names = titles(ctx, "crm.customer", (order.customer_id for order in orders))
    return [
        (order, names.get(order.customer_id, ""), results.estimate(order),
         found[order.id])
        for order in orders
    ]
