"""Questions about money (DOMAIN §7)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from core.api import Ctx, _, hookimpl, select_records, titles, user_names
from plugins.finance.api import (
    BUCKETS,
    Bill,
    Commission,
    Entry,
    Receipt,
    Receivable,
    Refund,
    ageing,
)
from plugins.finance.cost_records import CommissionPart
from plugins.finance.glue.cash_figures import cash_forecast, cash_list
from plugins.finance.glue.channel_figures import channels
from plugins.finance.glue.profit_figures import CHOICES, matrix, profit_list
from plugins.finance.labels import buckets
from plugins.finance.records import OPEN
from plugins.finance.results import EARNED
from plugins.products.api import converter
from plugins.reports.api import (
    Chart,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    beside_target,
    median,
    month_of,
    months,
    ratio,
    summed,
)

ZERO = Decimal(0)
GROUP = _("Finance")
RECEIVABLE, RECEIPT = "/r/finance.receivable", "/r/finance.receipt"
COUNTED = ("confirmed", "allocated", "posted")


def ages(ctx: Ctx, filters: Filters) -> Table:
    """Open receivables by customer and bucket of the due date, as of today."""
    to = converter(ctx, filters.currency)
    names = {key: str(label) for key, label in dict(buckets()).items()}
    rows: dict[int, dict[str, object]] = {}
    for row in ageing(ctx, ctx.today):
        if filters.customer not in (None, row.customer_id):
            continue
        own = rows.setdefault(row.customer_id, {
            "customer": row.customer, "worst": 0, "loose": ZERO, "sum": ZERO,
            **dict.fromkeys(BUCKETS, ZERO),
        })
        own["worst"] = max(int(str(own["worst"])), row.worst)
        for key, amount in {**row.buckets, "loose": row.unallocated}.items():
            shown = to(amount, row.currency, ctx.today)
            own[key] = Decimal(str(own[key])) + shown
            own["sum"] = Decimal(str(own["sum"])) + shown
    found = [Row(values, f"{RECEIVABLE}?f.customer_id={ident}") for ident, values in rows.items()]
    columns = [
        Column("customer", _("Customer")),
        *(Column(key, names.get(key, key), "money", True) for key in BUCKETS),
        Column("loose", _("Not allocated"), "money", True), Column("sum", _("Sum"), "money", True),
        Column("worst", _("Days overdue"), "number"),
    ]
    table = Table(columns, found)
    sums = table.totals()
    whole = sum((sums[key] for key in BUCKETS), ZERO)
    overdue = whole - sums[BUCKETS[0]]
    chart = Chart("bar", [names.get(key, key) for key in BUCKETS],
                  [(str(_("Open")), [sums[key] for key in BUCKETS])], filters.currency,
                  [f"{RECEIVABLE}?sort=due"] * len(BUCKETS))
    share = ratio(overdue, whole)
    return Table(columns, found, [
        Figure(_("Overdue"), overdue, "money", f"{RECEIVABLE}?f.state=overdue&sort=due",
               "red" if overdue else "green"),
        Figure(_("Overdue rate"), share, "percent"),
        Figure(_("Open receivables"), whole, "money", RECEIVABLE),
    ], chart if found else None)


def _receipts(ctx: Ctx, filters: Filters) -> list[Receipt]:
    query = select_records(ctx, Receipt).where(
        Receipt.state.in_(COUNTED), Receipt.value_date.between(filters.since, filters.until))
    if filters.customer:
        query = query.where(Receipt.customer_id == filters.customer)
    return list(ctx.session.scalars(query.order_by(Receipt.value_date.desc())))


def cash_in(ctx: Ctx, filters: Filters) -> Table:
    """Confirmed receipts by month of the value date, and how much of what was due came in."""
    to = converter(ctx, filters.currency)
    rows = _receipts(ctx, filters)
    sums = summed(rows, lambda r: month_of(r.value_date),
                  lambda r: to(r.gross, r.currency, r.value_date))
    query = select_records(ctx, Receivable).where(
        Receivable.due.between(filters.since, min(filters.until, ctx.today)),
        Receivable.kind != "credit_note", Receivable.state != "cancelled")
    due = open_ = ZERO
    for item in ctx.session.scalars(query):
        due += to(item.amount, item.currency, item.due)
        open_ += to(item.open, item.currency, item.due)
    labels = list(months(filters.since, filters.until))
    wanted, of_target = beside_target(ctx, "cash_in", filters, labels, sums, to)
    chart = Chart("bar", labels,
                  [(str(_("Cash-in")), [sums.get(x, ZERO) for x in labels]), *wanted],
                  filters.currency)
    url = f"/reports/finance.cash_in?{filters.query(view='list')}"
    return Table([
        Column("month", _("Month")), Column("amount", _("Cash-in"), "money", True),
    ], [Row({"month": x, "amount": sums.get(x, ZERO)}, url) for x in labels], [
        Figure(_("Cash-in"), sum(sums.values(), ZERO), "money", url), *of_target,
        Figure(_("Collection rate"), ratio(due - open_, due), "percent",
               hint=_("of what fell due in the period")),
    ], chart)


def receipt_list(ctx: Ctx, filters: Filters) -> Table:
    """The receipts behind the cash-in."""
    to = converter(ctx, filters.currency)
    rows = _receipts(ctx, filters)
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows if row.customer_id])
    return Table([
        Column("number", _("Receipt")), Column("on", _("Value date"), "date"),
        Column("customer", _("Customer")), Column("payer", _("Payer")),
        Column("currency", _("Currency")), Column("gross", _("Gross"), "number"),
        Column("shown", _("Amount"), "money", True),
    ], [Row({
        "number": row.number, "on": row.value_date,
        "customer": names.get(row.customer_id or 0, ""), "payer": row.payer,
        "currency": row.currency, "gross": row.gross,
        "shown": to(row.gross, row.currency, row.value_date),
    }, f"{RECEIPT}/{row.id}") for row in rows])


def days_sales(ctx: Ctx, filters: Filters) -> Table:
    """DSO: receivables at the end ÷ revenue of the last 90 days × 90, at each month end."""
    to = converter(ctx, filters.currency)
    revenue = [(on, cny) for on, cny in ctx.session.execute(
        select(Entry.on, Entry.cny).where(Entry.kind.in_(EARNED)))]
    open_now = sum((to(r.open, r.currency, ctx.today) for r in ctx.session.scalars(
        select_records(ctx, Receivable).where(Receivable.state.in_(OPEN)))), ZERO)
    since = ctx.today - timedelta(days=90)
    last = sum((to(cny, "CNY", ctx.today) for on, cny in revenue if since < on <= ctx.today), ZERO)
    share = ratio(open_now, last)
    days = share * 90 if share is not None else None
    return Table([Column("what", _("Figure")), Column("amount", _("Amount"), "money")], [
        Row({"what": str(_("Open receivables")), "amount": open_now}, RECEIVABLE),
        Row({"what": str(_("Revenue of the last 90 days")), "amount": last}),
    ], [Figure(_("DSO (days)"), days, "days", RECEIVABLE)])


def exchange(ctx: Ctx, filters: Filters) -> Table:
    """Realised and month-end exchange differences by month, in CNY."""
    query = select(Entry).where(Entry.kind.in_(("fx", "fx_month", "conversion")),
                                Entry.on.between(filters.since, filters.until))
    rows = list(ctx.session.scalars(query.order_by(Entry.on)))
    to = converter(ctx, filters.currency)
    labels = list(months(filters.since, filters.until))
    kinds = (("fx", _("Realised")), ("fx_month", _("Unrealised")), ("conversion", _("Conversion")))
    sums = summed(rows, lambda e: (e.kind, month_of(e.on)), lambda e: to(e.cny, "CNY", ctx.today))
    series = [(str(label), [sums.get((kind, x), ZERO) for x in labels]) for kind, label in kinds]
    found = [Row({
        "month": x, **{kind: sums.get((kind, x), ZERO) for kind, _label in kinds},
        "sum": sum((sums.get((kind, x), ZERO) for kind, _label in kinds), ZERO),
    }, "/r/finance.entry") for x in labels]
    total = sum(sums.values(), ZERO)
    return Table([
        Column("month", _("Month")), *(Column(k, label, "money", True) for k, label in kinds),
        Column("sum", _("Sum"), "money", True),
    ], found, [Figure(_("Exchange result"), total, "money", "/r/finance.entry",
                      "red" if total < 0 else "green")],
        Chart("stacked", labels, series, filters.currency))


def commissions(ctx: Ctx, filters: Filters) -> Table:
    """Commission by person, with the orders behind it."""
    first = filters.since
    query = (
        select(CommissionPart, Commission)
        .join(Commission, Commission.id == CommissionPart.parent_id)
    )
    rows = [(part, row) for part, row in ctx.session.execute(query.order_by(Commission.id.desc()))
            if first <= row.created_at.astimezone(ctx.zone).date() <= filters.until
            and filters.person in (None, part.user_id)]
    people = user_names(ctx, [part.user_id for part, _row in rows if part.user_id])
    orders = titles(ctx, "orders.order", [row.order_id for _part, row in rows])
    to = converter(ctx, filters.currency)
    found = [Row({
        "person": people.get(part.user_id or 0, part.role.upper()),
        "order": orders.get(row.order_id, ""), "profit": to(row.profit, "CNY", ctx.today),
        "margin": row.margin, "rate": row.rate, "factor": row.factor,
        "amount": to(part.amount, "CNY", ctx.today),
    }, f"/r/finance.commission/{row.id}") for part, row in rows]
    sums = summed(found, lambda r: r.values["person"], lambda r: r.values["amount"])
    chart = Chart("bar", [str(name) for name in sums],
                  [(str(_("Commission")), list(sums.values()))], filters.currency)
    return Table([
        Column("person", _("Person")), Column("order", _("Order")),
        Column("profit", _("Gross profit"), "money"), Column("margin", _("Margin"), "percent"),
        Column("rate", _("Rate"), "percent"), Column("factor", _("Collection factor"), "number"),
        Column("amount", _("Commission"), "money", True),
    ], found, [Figure(_("Commission"), sum(sums.values(), ZERO), "money",
                      "/r/finance.commission")], chart if found else None)


def refunds(ctx: Ctx, filters: Filters) -> Table:
    """Refund claims by month with missing papers and days to cash; missing bills by supplier."""
    to = converter(ctx, filters.currency)
    rows = list(ctx.session.scalars(select_records(ctx, Refund).order_by(Refund.period.desc())))
    waits = [(row.received_on - row.claimed_on).days for row in rows
             if row.received_on and row.claimed_on]
    missing = select(Bill.supplier, Bill.refund).where(
        Bill.vat_invoice == "missing", Bill.refund > 0, Bill.state.in_(("approved", "paid")))
    at_risk = sum((amount for _name, amount in ctx.session.execute(missing)), ZERO)
    found = []
    for row in rows:
        state = row.state_of(row.state)
        found.append(Row({
            "number": row.number, "period": month_of(row.period),
            "amount": to(row.amount, "CNY", ctx.today), "missing": row.missing,
            "deadline": row.deadline, "state": state.label if state else row.state,
        }, f"/r/finance.refund/{row.id}"))
    pending = sum((row.amount for row in rows if row.received_on is None), ZERO)
    return Table([
        Column("number", _("Refund claim")), Column("period", _("Export month")),
        Column("amount", _("Amount"), "money", True),
        Column("missing", _("Bills without VAT invoice"), "number", True),
        Column("deadline", _("Deadline"), "date"), Column("state", _("State")),
    ], found, [
        Figure(_("Refund to come"), to(pending, "CNY", ctx.today), "money", "/r/finance.refund"),
        Figure(_("Without VAT invoice"), to(at_risk, "CNY", ctx.today), "money",
               "/r/finance.bill?f.vat_invoice=missing", "amber" if at_risk else "green"),
        Figure(_("Claim to cash, median (days)"), median(waits), "days"),
    ])


@hookimpl
def register_reports() -> list[Report]:
    money, read = ("period", "customer", "currency"), "finance.receivable.read"
    return [
        Report("finance.profit", _("Where do we earn money? Profit by country and product"),
               _("Gross profit = revenue + exchange difference − bank − goods net of refund − "
                 "local − freight − insurance − agent − claims − other, shared over order lines; "
                 "margin on revenue less freight, insurance and agent. From live rows; booked and "
                 "forecast apart."),
               matrix, profit_list, group=GROUP, permission="finance.profit.read",
               filters=("period", "person", "country", "product", "customer", "currency"),
               boards=("gm", "fin"), choices=CHOICES, sequence=1),
        Report("finance.cash_forecast", _("How much cash comes and goes in the next 13 weeks?"),
               _("Open money by expected day × probability (in time 1, overdue ≤ 30 days 0.8, ≤ 90 "
                 "0.5, else 0.2) and balances of unshipped orders, + refunds − supplier bills."),
               cash_forecast, cash_list, group=GROUP, permission=read, filters=("currency",),
               boards=("fin", "gm"), sequence=2),
        Report("finance.ageing", _("Who owes us money, and since when?"),
               _("Open amounts by days after the due date, at today's book rate; money not "
                 "allocated stands in its own negative column."),
               ages, group=GROUP, permission=read, filters=("customer", "currency"),
               boards=("fin", "gm"), sequence=3),
        Report("finance.cash_in", _("How much money came in?"),
               _("Σ confirmed receipts by value date; collection rate = paid part of what fell due "
                 "in the period."),
               cash_in, receipt_list, group=GROUP, permission="finance.receipt.read",
               filters=money, boards=("gm", "fin"), sequence=9),
        Report("finance.dso", _("How many days of sales are unpaid? (DSO)"),
               _("Open receivables ÷ revenue of the last 90 days × 90."),
               days_sales, group=GROUP, permission=read, filters=("currency",), boards=("fin",),
               sequence=11),
        Report("finance.fx", _("What did exchange rates cost or bring us?"),
               _("Realised differences on receipts, month-end revaluation and conversion by "
                 "month."),
               exchange, group=GROUP, permission="finance.profit.read",
               filters=("period", "currency"), boards=("fin",), span="twelve", sequence=13),
        Report("finance.commissions", _("Which commission is due to whom?"),
               _("Gross profit × tier of the margin × collection factor of fully collected orders, "
                 "split 80 / 20."),
               commissions, group=GROUP, permission="finance.commission.read",
               filters=("period", "person", "currency"), span="twelve", sequence=15),
        Report("finance.channels", _("Which channels pay off? (ROI)"),
               _("(Booked gross profit of the channel's customers − channel cost) ÷ channel cost; "
                 "cost = monthly cost × months."),
               channels, group=GROUP, permission="finance.profit.read",
               filters=("period", "currency"), boards=("sm",), span="twelve", sequence=16),
        Report("finance.refunds", _("Which export refunds are on their way, and what is missing?"),
               _("Refund claims by export month; bills without VAT invoice hold their refund "
                 "back."),
               refunds, group=GROUP, permission="finance.refund.read", filters=("currency",),
               boards=("fin",), sequence=17),
    ]
