"""What finance adds to saves, steps, forms, the home page and the roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from core.api import Card, Ctx, Panel, Refusal, RoleGrant, _, show_number
from plugins.crm.api import Customer
from plugins.finance import accounts, costs, receipts, receivables, results
from plugins.finance.ageing import days_overdue
from plugins.finance.cost_records import Bill, Refund
from plugins.finance.records import BankAccount, Receipt, Receivable
from plugins.orders.api import Delivery, Milestone, Order, override_of

ZERO = Decimal(0)
READ = ("finance.receivable.read", "finance.reminder.read")
GRANTS = (
    RoleGrant("rep", (
        *READ, "finance.receipt.read", "finance.receipt.claim", "finance.receivable.promise",
        "finance.reminder.*", "finance.commission.read",
    )),
    RoleGrant("sm", (
        *READ, "finance.receipt.read", "finance.receipt.claim", "finance.receivable.promise",
        "finance.reminder.*", "finance.profit.read", "finance.commission.read",
        "finance.commission.approve",
    )),
    RoleGrant("mer", (*READ, "finance.bill.read", "finance.bill.create")),
    RoleGrant("pur", ("finance.bill.read", "finance.bill.create", "finance.bill.write")),
    RoleGrant("fin", ("finance.*",)),
)


def prepare(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    """Computed fields before a save."""
    if isinstance(record, Receipt):
        receipts.fill(ctx, record)
    elif isinstance(record, Bill):
        costs.fill(ctx, record)
    elif isinstance(record, BankAccount):
        accounts.fill(ctx, record, values)
    elif isinstance(record, Refund) and record.period:
        record.period = record.period.replace(day=1)


def faults(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    """Why a record of finance may not be saved."""
    if isinstance(record, Receipt):
        return receipts.check_edit(ctx, record, values)
    if isinstance(record, Bill):
        return costs.check_edit(record, values)
    return []


def step_faults(ctx: Ctx, record: Any, step: str) -> list[Refusal]:
    """Gates that finance keeps on other plugins' steps."""
    if step == "orders.order.close":
        return _still_open(ctx, record)
    if step == "orders.delivery.release_documents":
        return _documents_unpaid(ctx, record)
    return []


def _still_open(ctx: Ctx, order: Order) -> list[Refusal]:
    found = []
    left = [row for row in receivables.of_order(ctx, order.id) if row.open > 0]
    if left:
        text = _("%(n)s receivables of the order are open. Collect or settle them first.",
                 n=len(left))
        found.append(Refusal(text, None, "receivables"))
    found += _refund_file(ctx, order)
    query = select(Receipt).where(Receipt.bop_status == "open", Receipt.state != "reversed")
    for receipt in ctx.session.scalars(query.where(Receipt.customer_id == order.customer_id)):
        ids = {part.receivable_id for part in receipt.allocations}
        if ids & {row.id for row in receivables.of_order(ctx, order.id)}:
            text = _("The BOP report of receipt %(number)s is missing.", number=receipt.number)
            found.append(Refusal(text, None, "bop"))
    return found


def _refund_file(ctx: Ctx, order: Order) -> list[Refusal]:
    """The refund of the order's goods must be claimed before it is closed (DOMAIN §1.9)."""
    query = select(Bill.id).outerjoin(Refund, Refund.id == Bill.claim_id).where(
        Bill.order_id == order.id, Bill.kind == "goods", Bill.refund > 0,
        Bill.state != "cancelled",
        or_(Refund.id.is_(None), Refund.state == "draft"),
    )
    count = len(list(ctx.session.scalars(query)))
    if not count:
        return []
    text = _("%(n)s supplier bills of the order are in no refund claim that was handed in.",
             n=count)
    return [Refusal(text, None, "refund")]


def _documents_unpaid(ctx: Ctx, delivery: Delivery) -> list[Refusal]:
    """The original B/L is given out against payment where the term says so."""
    order = ctx.session.get_one(Order, delivery.order_id)
    if override_of(order, "documents", ctx.today):
        return []
    query = (
        select(Receivable)
        .join(Milestone, Milestone.id == Receivable.milestone_id)
        .where(Receivable.delivery_id == delivery.id, Receivable.open > 0)
    )
    gated = [
        row for row in ctx.session.scalars(query)
        if "documents" in (ctx.session.get_one(Milestone, row.milestone_id).gates or ())
    ]
    if not gated:
        return []
    open_amount = sum((row.open for row in gated), ZERO)
    text = _("%(currency)s %(open)s of this delivery are unpaid. The documents wait for the money.",
             currency=order.currency, open=f"{open_amount:,.2f}")
    return [Refusal(text, None, "money")]


def after(ctx: Ctx, record: Any, step: str) -> None:
    """What a step of orders books, in its own transaction."""
    if step in ("orders.order.sign", "orders.order.goods_ready"):
        receivables.claim_advance(ctx, record)
    elif step == "orders.order.cancel":
        receivables.cancel_order(ctx, record)
    elif step == "orders.delivery.on_board":
        receivables.claim_delivery(ctx, record)
    elif step in ("orders.delivery.present", "orders.delivery.release_documents"):
        receivables.set_dues(ctx, record)
    elif step == "orders.change.apply":
        receivables.claim_advance(ctx, ctx.session.get_one(Order, record.order_id))


def panels(ctx: Ctx, record: Any) -> list[Panel]:
    """Overdue money on the customer, money and profit on the order."""
    if isinstance(record, Customer):
        return _customer_panel(ctx, record)
    if isinstance(record, Order) and record.state not in ("draft", "approval", "approved"):
        return [*_order_panel(ctx, record), *_profit_panel(ctx, record)]
    if isinstance(record, Receipt) and record.state == "confirmed":
        return [Panel("finance.allocate", _("Allocation"),
                      [(_("Unallocated"), f"{record.currency} {record.left:,.2f}")],
                      url=f"/finance/receipts/{record.id}/allocate", colour="blue")]
    return []


def _customer_panel(ctx: Ctx, customer: Customer) -> list[Panel]:
    rows = [row for row in receivables.open_of(ctx, customer.id) if row.open > 0]
    late = [row for row in rows if row.due and row.due < ctx.today]
    totals: dict[str, Decimal] = {}
    for row in late:
        totals[row.currency] = totals.get(row.currency, ZERO) + row.open
    if not late:
        return [Panel("finance.overdue", _("Overdue money"), [(_("Overdue"), _("Nothing"))],
                      colour="green", url=f"/r/finance.receivable?f.customer_id={customer.id}",
                      sequence=5)]
    worst = max(days_overdue(ctx.today, row.due) for row in late if row.due)
    shown: list[tuple[object, object]] = [
        (_("Overdue"), f"{currency} {amount:,.2f}") for currency, amount in totals.items()
    ]
    shown += [(_("Oldest"), _("%(days)s days", days=worst)), (_("Invoices"), len(late))]
    promised = [row.promised_on for row in late if row.promised_on]
    if promised:
        shown.append((_("Promised for"), max(promised).isoformat()))
    return [Panel("finance.overdue", _("Overdue money"), shown, colour="red", sequence=5,
                  url=f"/r/finance.receivable?f.customer_id={customer.id}&f.state=overdue")]


def _order_panel(ctx: Ctx, order: Order) -> list[Panel]:
    rows = [row for row in receivables.of_order(ctx, order.id) if row.state != "cancelled"]
    if not rows:
        return []
    open_amount = sum((row.open for row in rows), ZERO)
    late = any(row.open > 0 and row.due and row.due < ctx.today for row in rows)
    shown = [
        (_("Received"), f"{order.currency} {order.received:,.2f}"),
        (_("Open"), f"{order.currency} {open_amount:,.2f}"),
    ]
    return [Panel("finance.money", _("Money"), shown, colour="red" if late else "green",
                  url=f"/r/finance.receivable?f.order_id={order.id}", sequence=20)]


def _profit_panel(ctx: Ctx, order: Order) -> list[Panel]:
    if not results.may_see(ctx):
        return []
    actual, planned = results.actual(ctx, order).profit, results.estimate(order)
    rows: list[tuple[object, object]] = []
    if planned is not None:
        rows.append((_("Estimate"), _worth(planned)))
    rows.append((_("Booked so far"), _worth(actual)))
    return [Panel("finance.profit", _("Profit (CNY)"), rows, url=f"/finance/profit/{order.id}",
                  colour="red" if actual.gross < 0 else "blue", sequence=30)]


def _worth(profit: Any) -> str:
    share = f" ({profit.margin * 100:.2f} %)" if profit.margin is not None else ""
    return f"{profit.gross:,.2f}{share}"


def cards(ctx: Ctx) -> list[Card]:
    """Receipts to identify and overdue money, by role."""
    found = []
    if ctx.has_role("fin", "rep", "sm"):
        query = select(Receipt).where(Receipt.state == "unidentified").order_by(Receipt.value_date)
        rows = list(ctx.session.scalars(query.limit(8)))
        items = [
            (f"{row.payer} {row.currency} {row.gross:,.2f}", f"/r/finance.receipt/{row.id}",
             str(row.value_date))
            for row in rows
        ]
        found.append(Card("finance.identify", _("Bank credits to identify"), len(rows),
                          items=items, url="/r/finance.receipt?f.state=unidentified",
                          empty=_("Every receipt has its customer.")))
    if ctx.has_role("fin", "rep", "sm", "gm"):
        found.append(_overdue_card(ctx))
    return found


def _overdue_card(ctx: Ctx) -> Card:
    from_query = [
        row for row in receivables.visible_open(ctx)
        if row.open > 0 and row.due and row.due < ctx.today
    ]
    items = [
        (f"{row.number} {row.currency} {row.open:,.2f}", f"/r/finance.receivable/{row.id}",
         _("%(days)s days", days=days_overdue(ctx.today, row.due)))
        for row in from_query[:8] if row.due
    ]
    return Card("finance.overdue", _("Overdue money"), show_number(len(from_query)), items=items,
                url="/r/finance.receivable?f.state=overdue", colour="red" if items else "green",
                empty=_("Nothing is overdue."))

