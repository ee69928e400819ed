"""The verbs of a receipt: claim, confirm, allocate, post, reverse (DOMAIN §1.9, §2.7)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, calendar_of, show_date
from plugins.crm.api import ask_people, finish_tasks, people_with
from plugins.finance import allocation, booking, converting, fx, receivables
from plugins.finance.records import OPEN, Allocation, BankAccount, Receipt, Receivable
from plugins.orders.api import Order, from_usd, update_funds
from plugins.products.api import find_rate, rate

ZERO = Decimal(0)


def fill(ctx: Ctx, receipt: Receipt) -> None:
    """Before a save: gross, what is left, and the bank's rate of the value date."""
    account = ctx.session.get(BankAccount, receipt.bank_account_id)
    if account is not None and not receipt.currency:
        receipt.currency = account.currency
    receipt.charges, receipt.allocated = receipt.charges or ZERO, receipt.allocated or ZERO
    receipt.gross = receipt.net + receipt.charges
    receipt.converted = receipt.converted or ZERO
    receipt.left = receipt.gross - receipt.allocated - receipt.converted
    if receipt.value_date is not None:
        receipt.bop_due = bop_day(ctx, receipt.value_date)
    if receipt.rate is None and receipt.currency:
        bank = find_rate(ctx, receipt.currency, receipt.value_date, "bank_buy")
        receipt.rate = bank.rate if bank else rate(ctx, receipt.currency, receipt.value_date)


def bop_day(ctx: Ctx, value_date: date) -> date:
    """The last day of the balance-of-payments report: working days after the receipt."""
    end = datetime.combine(value_date, time(12), ctx.zone)
    days = int(ctx.setting("finance.bop_days"))
    return calendar_of(ctx).add_working_days(end, days).astimezone(ctx.zone).date()


def check_edit(ctx: Ctx, receipt: Receipt, values: dict[str, Any]) -> list[Refusal]:
    """Money figures are fixed from the confirmation on; the account's currency counts."""
    account = ctx.session.get(BankAccount, receipt.bank_account_id)
    if account is not None and account.currency != receipt.currency:
        text = _("The account is in %(currency)s.", currency=account.currency)
        return [Refusal(text, "currency", "currency")]
    figures = {"net", "charges", "currency", "rate", "value_date", "bank_account_id"}
    if receipt.state in ("confirmed", "allocated", "posted", "reversed") and figures & set(values):
        text = _("A confirmed receipt is not changed. Reverse it and enter it again.")
        return [Refusal(text, sorted(figures & set(values))[0], "locked")]
    return []


def claim(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """A sales representative says whose money it is."""
    receipt.customer_id, receipt.claimed_by_id = params["customer_id"], ctx.user_id
    receipt.third_party = params.get("third_party")


def confirm(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """Finance confirms customer and amount; never the person who claimed it."""
    if params.get("customer_id"):
        receipt.customer_id = params["customer_id"]
    if receipt.customer_id is None:
        raise Refused(Refusal(_("Say whose money it is first."), "customer_id"))
    if ctx.user_id is not None and receipt.claimed_by_id == ctx.user_id:
        raise Refused(_("You claimed this receipt; somebody else of finance must confirm it."))
    if receipt.third_party and not params.get("third_party_agreed"):
        text = _("A third party paid (%(payer)s). Tick that finance agrees.",
                 payer=receipt.third_party)
        raise Refused(Refusal(text, "third_party_agreed"))
    receipt.confirmed_by_id = ctx.user_id
    if receipt.bop_status == "open" and receipt.bop_due is not None:
        person = ctx.user_id or next(iter(people_with(ctx, "fin")), None)
        text = _("Report receipt %(number)s to the foreign exchange office (BOP) until %(day)s",
                 number=receipt.number, day=show_date(receipt.bop_due))
        days = max(0, (receipt.bop_due - ctx.today).days)
        ask_people(ctx, receipt, [person] if person else [], text, days)


def lock(ctx: Ctx, receipt: Receipt, ids: list[int]) -> dict[int, Receivable]:
    """Lock the receipt, then the receivables in order of id, and read all of them anew.

    Whoever comes second waits here and then sees what the first one left open.
    """
    ctx.session.flush()
    fresh = {"populate_existing": True}
    ctx.session.scalar(
        select(Receipt).where(Receipt.id == receipt.id).with_for_update(),
        execution_options=fresh,
    )
    query = select(Receivable).where(Receivable.id.in_(ids)).order_by(Receivable.id)
    rows = ctx.session.scalars(query.with_for_update(), execution_options=fresh)
    return {row.id: row for row in rows}


def proposal(ctx: Ctx, receipt: Receipt) -> list[tuple[Receivable, Decimal]]:
    """What the system would allocate: the payer's references first, then the oldest due."""
    rows = [
        row for row in receivables.open_of(ctx, receipt.customer_id)
        if row.open > 0 and row.currency == receipt.currency
    ]
    by_id = {row.id: row for row in rows}
    items = [allocation.Item(row.id, row.open, row.currency, row.due) for row in rows]
    found = allocation.propose(receipt.left, receipt.currency, items, _named(ctx, receipt, rows))
    return [(by_id[key], amount) for key, amount in found.parts]


def _named(ctx: Ctx, receipt: Receipt, rows: list[Receivable]) -> list[tuple[int, None]]:
    """Receivables whose own number, order or delivery stands in the payer's reference."""
    words = (receipt.remittance or "").upper()
    found = []
    for row in rows:
        order = ctx.session.get(Order, row.order_id) if row.order_id else None
        names = [row.number, order.serial if order and order.number else None,
                 order.customer_po if order else None]
        if any(name and name.upper() in words for name in names):
            found.append((row.id, None))
    return found


def allocate(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """Settle receivables with the receipt; without `parts` the proposal is taken."""
    parts = _read(params.get("parts")) if params.get("parts") is not None else [
        (row.id, amount) for row, amount in proposal(ctx, receipt)
    ]
    if not parts:
        raise Refused(_("Nothing is open that this receipt could settle."))
    rows = lock(ctx, receipt, [key for key, _amount in parts])
    if receipt.state not in ("confirmed", "allocated"):
        raise Refused(_("The receipt is not confirmed, or it is posted already."))
    faults = _faults(ctx, receipt, rows, parts)
    if faults:
        raise Refused(faults)
    booking.charges(ctx, receipt, [(rows[key], amount) for key, amount in parts])
    for key, amount in parts:
        _settle(ctx, receipt, rows[key], amount)
    receipt.left = receipt.gross - receipt.allocated - receipt.converted
    receipt.state = "allocated" if receipt.left == 0 else "confirmed"
    for order_id in {row.order_id for row in rows.values() if row.order_id}:
        update_funds(ctx, ctx.session.get_one(Order, order_id))
    ctx.emit("finance.receipt.settled", receipt, orders=sorted(
        {row.order_id for row in rows.values() if row.order_id}
    ))


def _read(parts: Any) -> list[tuple[int, Decimal]]:
    wanted: dict[int, Decimal] = {}
    for part in parts:
        key, amount = int(part["receivable"]), Decimal(str(part["amount"]))
        if amount:
            wanted[key] = wanted.get(key, ZERO) + amount
    return list(wanted.items())


def _faults(
    ctx: Ctx, receipt: Receipt, rows: dict[int, Receivable], parts: list[tuple[int, Decimal]]
) -> list[Refusal]:
    found = []
    for key, amount in parts:
        row = rows.get(key)
        if row is None or row.state not in OPEN:
            found.append(Refusal(_("This receivable is not open any more."), "parts", "closed"))
        elif row.currency != receipt.currency:
            text = _("%(number)s is in %(currency)s: enter a conversion first.",
                     number=row.number, currency=row.currency)
            found.append(Refusal(text, "parts", "currency"))
        elif row.customer_id != receipt.customer_id:
            text = _("%(number)s is owed by another customer.", number=row.number)
            found.append(Refusal(text, "parts", "customer"))
        elif not ZERO < amount <= row.open:
            text = _("Only %(open)s are open on %(number)s.", open=f"{row.open:,.2f}",
                     number=row.number)
            found.append(Refusal(text, "parts", "above_open"))
    total = sum((amount for _key, amount in parts), ZERO)
    left = receipt.gross - receipt.allocated - receipt.converted
    if total > left:
        text = _("Only %(left)s of this receipt are left.", left=f"{left:,.2f}")
        found.append(Refusal(text, "parts", "above_left"))
    return found


def _settle(ctx: Ctx, receipt: Receipt, row: Receivable, amount: Decimal) -> None:
    asked = row.open
    booking.received(ctx, receipt, row, amount)
    result = booking.realised(ctx, receipt, row, amount)
    advance = row.carrying_rate is None
    part = Allocation(
        position=len(receipt.allocations) + 1, receivable_id=row.id, amount=amount, fx=result,
        carrying_rate=receipt.rate if advance else row.carrying_rate, written_off=ZERO,
    )
    receipt.allocations.append(part)
    receipt.allocated += amount
    row.open -= amount
    receivables.note_milestone(ctx, row, amount)
    limit = from_usd(ctx, ctx.setting("finance.short_limit"), row.currency)
    share = Decimal(str(ctx.setting("finance.short_share")))
    if allocation.is_small_short(row.open, asked, limit, share):
        booking.written_off(ctx, row, row.open, receipt.value_date, receipt)
        part.written_off, row.open = row.open, ZERO
    if row.open == 0:
        row.paid_on = receipt.value_date
    receivables.set_state(ctx, row)


def post(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """Book the money on the account at the rate of its day."""
    account = ctx.session.scalar(
        select(BankAccount).where(BankAccount.id == receipt.bank_account_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if account is None:
        raise Refused(_("The bank account does not exist."))
    kept = receipt.net - receipt.converted
    balance = fx.Balance(account.balance, account.value).received(
        kept, fx.cny(kept, receipt.rate or ZERO)
    )
    account.balance, account.value = balance.amount, balance.value


def report_bop(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """The balance-of-payments report of the receipt was handed in."""
    receipt.bop_status = "reported"
    converting.reported(ctx, receipt)
    finish_tasks(ctx, receipt)


def reverse(ctx: Ctx, receipt: Receipt, params: dict[str, Any]) -> None:
    """Take the receipt back: what it settled is open again, at the rate that it carried."""
    converting.check_reversal(ctx, receipt)
    ids = [part.receivable_id for part in receipt.allocations]
    rows = lock(ctx, receipt, ids)
    converting.give_back(ctx, receipt)
    for part in receipt.allocations:
        row = rows[part.receivable_id]
        row.open += part.amount + part.written_off
        row.paid_on = None
        if row.state == "paid":
            row.state = "not_due"
        receivables.set_state(ctx, row)
        receivables.note_milestone(ctx, row, -part.amount)
    booking.undo(ctx, receipt)
    finish_tasks(ctx, receipt)
    receipt.reversed_reason, receipt.allocated, receipt.left = params["reason"], ZERO, ZERO
    receipt.allocations.clear()
    for order_id in {row.order_id for row in rows.values() if row.order_id}:
        update_funds(ctx, ctx.session.get_one(Order, order_id))
