"""The cash forecast of 13 weeks (DOMAIN §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import selectinload

from core.api import Ctx, _, select_records, titles
from plugins.finance.api import Bill, Receivable, Refund
from plugins.finance.ladders import read_ladder
from plugins.finance.records import OPEN
from plugins.orders.api import OPEN_STATES, Order
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Row,
    Table,
    weeks,
)

ZERO, ONE = Decimal(0), Decimal(1)
WEEKS = 13
BEFORE_SHIPMENT = ("signed", "ready")
KINDS = (
    ("receivable", _("Receivables")), ("order", _("Balances of unshipped orders")),
    ("refund", _("Export refunds")), ("bill", _("Supplier bills and freight")),
)


@dataclass(frozen=True)
class Flow:
    """Money expected on a day; `amount` in the shown currency, negative when it goes out."""

    kind: str
    label: str
    on: date
    amount: Decimal
    chance: Decimal
    url: str

    @property
    def expected(self) -> Decimal:
        return self.amount * self.chance


def flows(ctx: Ctx, currency: str) -> list[Flow]:
    """Everything that is expected to come in or go out, the earliest first."""
    found = [*_receivables(ctx, currency), *_orders(ctx, currency), *_refunds(ctx, currency),
             *_bills(ctx, currency)]
    return sorted(found, key=lambda flow: flow.on)


def _receivables(ctx: Ctx, currency: str) -> list[Flow]:
    to = converter(ctx, currency)
    query = select_records(ctx, Receivable).where(Receivable.state.in_(OPEN), Receivable.open != 0)
    rows = list(ctx.session.scalars(query))
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    chances = read_ladder(ctx.setting("finance.forecast_chances"))
    days = timedelta(days=int(ctx.setting("finance.bill_days")))
    found = []
    for row in rows:
        due = row.due or ctx.today + days
        late = (ctx.today - due).days
        found.append(Flow(
            "receivable", f"{row.name} {names.get(row.customer_id, '')}",
            max(row.promised_on or due, ctx.today), to(row.open, row.currency, ctx.today),
            chances.upto(late), f"/r/finance.receivable/{row.id}",
        ))
    return found


def _orders(ctx: Ctx, currency: str) -> list[Flow]:
    """What falls due only with or after shipment, of goods that are not on board yet."""
    to = converter(ctx, currency)
    query = select_records(ctx, Order).options(selectinload(Order.milestones)).where(
        Order.state.in_(OPEN_STATES))
    found = []
    for order in ctx.session.scalars(query):
        left = max(ZERO, order.total - order.shipped)
        for row in order.milestones:
            if row.trigger in BEFORE_SHIPMENT or left == 0:
                continue
            on = (order.delivery_date or ctx.today) + timedelta(days=row.days)
            found.append(Flow(
                "order", order.name, max(on, ctx.today),
                to(left * row.share, order.currency, ctx.today), ONE,
                f"/r/orders.order/{order.id}",
            ))
    return found


def _refunds(ctx: Ctx, currency: str) -> list[Flow]:
    if not ctx.can("finance.refund.read"):
        return []
    to = converter(ctx, currency)
    days = timedelta(days=int(ctx.setting("finance.refund_days")))
    query = select_records(ctx, Refund).where(Refund.received_on.is_(None))
    return [
        Flow("refund", row.name, max((row.claimed_on or ctx.today) + days, ctx.today),
             to(row.amount, "CNY", ctx.today), ONE, f"/r/finance.refund/{row.id}")
        for row in ctx.session.scalars(query)
    ]


def _bills(ctx: Ctx, currency: str) -> list[Flow]:
    if not ctx.can("finance.bill.read"):
        return []
    to = converter(ctx, currency)
    days = timedelta(days=int(ctx.setting("finance.bill_days")))
    query = select_records(ctx, Bill).where(Bill.state.in_(("draft", "approved")))
    return [
        Flow("bill", f"{row.name} {row.supplier}",
             max(row.due or row.on + days, ctx.today),
             -to(row.cny, "CNY", ctx.today), ONE, f"/r/finance.bill/{row.id}")
        for row in ctx.session.scalars(query)
    ]


def cash_forecast(ctx: Ctx, filters: Filters) -> Table:
    """In and out by week, with the running sum."""
    spans = weeks(ctx.today, WEEKS)
    found = flows(ctx, filters.currency)
    sums: dict[tuple[str, int], Decimal] = {}
    for flow in found:
        week = (flow.on - ctx.today).days // 7
        if week < WEEKS:
            sums[flow.kind, week] = sums.get((flow.kind, week), ZERO) + flow.expected
    rows, running = [], ZERO
    for n, (first, _last) in enumerate(spans):
        own = {kind: sums.get((kind, n), ZERO).quantize(Decimal("0.01")) for kind, _l in KINDS}
        net = sum(own.values(), ZERO)
        running += net
        rows.append(Row({"week": first, **own, "net": net, "sum": running},
                        f"/reports/finance.cash_forecast?{filters.query(view='list')}"))
    labels = [f"{first:%m-%d}" for first, _last in spans]
    series = [(str(label), [row.values[kind] for row in rows]) for kind, label in KINDS]
    chart = Chart("stacked", labels, series, filters.currency, [row.url for row in rows])
    return Table([
        Column("week", _("Week from"), "date"),
        *(Column(kind, label, "money", True) for kind, label in KINDS),
        Column("net", _("Net"), "money", True), Column("sum", _("Running sum"), "money"),
    ], rows, [
        Figure(_("Net of 13 weeks"), running, "money",
               f"/reports/finance.cash_forecast?{filters.query(view='list')}",
               "red" if running < 0 else "grey"),
    ], chart)


def cash_list(ctx: Ctx, filters: Filters) -> Table:
    """Every expected payment behind the forecast."""
    labels = {kind: str(label) for kind, label in KINDS}
    return Table([
        Column("label", _("Paper")), Column("kind", _("Kind")),
        Column("on", _("Expected on"), "date"), Column("amount", _("Amount"), "money", True),
        Column("chance", _("Probability"), "percent"),
        Column("expected", _("Expected"), "money", True),
    ], [Row({
        "label": flow.label, "kind": labels[flow.kind], "on": flow.on, "amount": flow.amount,
        "chance": flow.chance, "expected": flow.expected.quantize(Decimal("0.01")),
    }, flow.url) for flow in flows(ctx, filters.currency)])
