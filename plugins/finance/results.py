"""Profit of an order: the estimate of the quotation beside what was booked (DOMAIN §2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, may_read
from plugins.finance import fx
from plugins.finance.cost_records import Bill
from plugins.finance.profit import COSTS, Profit, by_line
from plugins.finance.records import Entry, Receivable
from plugins.orders.api import Order, OrderLine

ZERO = Decimal(0)
EARNED = ("revenue", "revenue_advance")
ENTRY_PARTS = {
    "revenue": "revenue", "revenue_advance": "revenue",
    "output_vat": "revenue", "fx": "fx", "fx_month": "fx", "charge": "bank", "write_off": "bank",
    "credit_note": "claims",
}
CIF = ("CIF", "CIP", "DAP", "DPU", "DDP")


@dataclass(frozen=True)
class Source:
    """One paper behind a figure: part of the profit, what it is, CNY, where to look."""

    part: str
    text: str
    cny: Decimal
    url: str = ""


@dataclass
class Result:
    """Profit with the papers behind it."""

    profit: Profit
    sources: list[Source] = field(default_factory=list)

    def of(self, part: str) -> list[Source]:
        """The papers of one part."""
        return [source for source in self.sources if source.part == part]


def actual(ctx: Ctx, order: Order) -> Result:
    """What was booked so far: revenue, differences, charges, credit notes and bills."""
    sources = [*_entries(ctx, order), *_bills(ctx, order)]
    totals: dict[str, Decimal] = {}
    for source in sources:
        totals[source.part] = totals.get(source.part, ZERO) + source.cny
    return Result(Profit(**totals), sources)


def _entries(ctx: Ctx, order: Order) -> list[Source]:
    query = select(Entry).where(Entry.order_id == order.id).order_by(Entry.on, Entry.id)
    found = []
    for entry in ctx.session.scalars(query):
        part = ENTRY_PARTS.get(entry.kind)
        if part is not None:
            at = f" × {entry.rate:.4f}" if entry.rate else ""
            text = f"{entry.on} {entry.currency} {entry.amount:,.2f}{at}"
            found.append(Source(part, text, entry.cny, f"/r/finance.entry/{entry.id}"))
    return found


def _bills(ctx: Ctx, order: Order) -> list[Source]:
    query = select(Bill).where(Bill.order_id == order.id, Bill.state.in_(("approved", "paid")))
    return [
        Source(bill.kind, f"{bill.number} {bill.supplier} {bill.invoice_number}", bill.net_cost,
               f"/r/finance.bill/{bill.id}")
        for bill in ctx.session.scalars(query.order_by(Bill.on, Bill.id))
    ]


def booked(ctx: Ctx, orders: Iterable[Order]) -> dict[int, Profit]:
    """Booked profit of many orders by id, with one query per kind of paper."""
    parts: dict[int, dict[str, Decimal]] = {order.id: {} for order in orders}

    def add(ident: int | None, part: str | None, cny: Decimal) -> None:
        if ident in parts and part is not None:
            own = parts[ident]
            own[part] = own.get(part, ZERO) + cny

    for ident, kind, _on, cny in entries(ctx):
        add(ident, ENTRY_PARTS.get(kind), cny)
    bills = select(Bill.order_id, Bill.kind, Bill.net_cost).where(
        Bill.state.in_(("approved", "paid"))
    )
    for ident, kind, cny in ctx.session.execute(bills):
        add(ident, kind, cny)
    return {ident: Profit(**figures) for ident, figures in parts.items()}


def entries(ctx: Ctx) -> list[Any]:
    """All bookings as (order id or None, kind, day, CNY)."""
    query = select(Entry.order_id, Entry.kind, Entry.on, Entry.cny)
    found: list[Any] = ctx.while_reading(
        "finance.entries", lambda: ctx.session.execute(query).all())
    return found


def estimate(order: Order) -> Profit | None:
    """The profit that the quotation promised; None without its cost snapshot."""
    figures = dict.fromkeys(("revenue", *COSTS), ZERO)
    for line in order.lines:
        cost = {key: _decimal(value) for key, value in (line.cost or {}).items()}
        at = order.rate or cost.get("rate")
        if cost.get("goods") is None or not at:
            return None
        _add_line(figures, order, line, cost, at)
    return Profit(**figures)


def _add_line(
    figures: dict[str, Decimal], order: Order, line: OrderLine, cost: dict[str, Any], at: Decimal
) -> None:
    quantity = line.quantity
    local = (cost.get("inland") or ZERO) + (cost.get("loading") or ZERO)
    freight = (cost.get("freight") or ZERO) + (cost.get("arrival") or ZERO)
    figures["revenue"] += fx.cny(line.amount, at)
    figures["goods"] += fx.cny(quantity, cost["goods"])
    figures["local"] += fx.cny(quantity, local)
    figures["freight"] += fx.cny(quantity * freight, at)
    if order.incoterm in CIF:
        premium = (cost.get("cover") or ZERO) * (cost.get("premium") or ZERO)
        figures["insurance"] += fx.cny(line.amount * premium, at)
    figures["agent"] += fx.cny(line.amount * (cost.get("linked") or ZERO), at)


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def lines(ctx: Ctx, order: Order) -> list[tuple[OrderLine, Profit]]:
    """The booked profit shared over the order lines, to the cent."""
    result = actual(ctx, order)
    rows = list(order.lines)
    amounts = [line.amount for line in rows]
    volumes = [volume(line) for line in rows]
    return list(zip(rows, by_line(result.profit, amounts, volumes, {}), strict=True))


def volume(line: OrderLine) -> Decimal:
    sides = (line.carton_length, line.carton_width, line.carton_height)
    if not all(sides) or not line.pieces_per_carton:
        return line.amount
    box = sides[0] * sides[1] * sides[2] / 1_000_000  # type: ignore[operator]
    return box * line.quantity / line.pieces_per_carton


def collected(ctx: Ctx, order: Order) -> tuple[bool, int]:
    """(everything shipped and paid, days late of the last receipt against its due date)."""
    query = select(Receivable).where(
        Receivable.order_id == order.id, Receivable.kind != "credit_note"
    )
    rows = list(ctx.session.scalars(query))
    if not rows or any(row.open > 0 for row in rows) or order.shipment_status != "shipped":
        return False, 0
    paid = [row for row in rows if row.paid_on and row.due]
    last = max(paid, key=lambda row: (row.paid_on, row.id), default=None)
    return True, (last.paid_on - last.due).days if last else 0


def may_see(ctx: Ctx) -> bool:
    """Who sees cost and profit."""
    return ctx.can("finance.profit.read") and may_read(ctx, "orders.order")
