"""Booked figures in CNY: revenue, exchange differences, charges (DOMAIN §2.7, §2.8, §2.12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx
from plugins.finance import fx, refund
from plugins.finance.records import Allocation, Entry, Receipt, Receivable
from plugins.orders.api import Delivery, Order, OrderLine
from plugins.products.api import Product, product_terms, share_out
from plugins.products.api import rate as rate_of

ZERO = Decimal(0)
WITH_CARRIAGE = ("CFR", "CPT", "CIF", "CIP", "DAP", "DPU", "DDP")


def add(ctx: Ctx, kind: str, on: date, currency: str, cny: Decimal, **fields: Any) -> Entry:
    """One booked figure; fields are links, amount, rate and text."""
    entry = Entry(on=on, kind=kind, currency=currency, cny=cny, **fields)
    ctx.session.add(entry)
    return entry


def revenue(
    ctx: Ctx, order: Order, delivery: Delivery, balance: Decimal, book: Decimal
) -> None:
    """Revenue of a delivery: the deposit at its receipt rate, the rest at the book rate.

    Freight and insurance of C and D terms stand on a line of their own (DOMAIN §2.12).
    """
    on = delivery.bl_date or ctx.today
    links = {"order_id": order.id, "delivery_id": delivery.id}
    used = delivery.deposit_used
    if used:
        at = deposit_rate(ctx, order, on)
        add(ctx, "revenue_advance", on, order.currency, fx.cny(used, at), amount=used, rate=at,
            **links)
    if balance:
        add(ctx, "revenue", on, order.currency, fx.cny(balance, book), amount=balance,
            rate=book, **links)
    carriage = (delivery.freight or ZERO) + (delivery.insurance or ZERO)
    if carriage and order.incoterm in WITH_CARRIAGE:
        add(ctx, "carriage", on, order.currency, fx.cny(carriage, book), amount=carriage,
            rate=book, **links)
    else:
        carriage = ZERO
    _output_vat(ctx, order, delivery, carriage, book)


def _output_vat(
    ctx: Ctx, order: Order, delivery: Delivery, carriage: Decimal, book: Decimal
) -> None:
    """VAT that is due on the FOB value of goods whose refund was cancelled (DOMAIN §2.1)."""
    on = delivery.bl_date or ctx.today
    taxed: dict[Decimal, Decimal] = {}
    for line in delivery.lines:
        ordered = ctx.session.get(OrderLine, line.order_line_id)
        if ordered is None or ordered.product_id is None:
            continue
        product = ctx.session.get_one(Product, ordered.product_id)
        if product.hs_code_id is None:
            continue
        due = product_terms(ctx, product, product.hs_code_id, on).output_vat
        if due:
            taxed[due] = taxed.get(due, ZERO) + line.amount
    for share, amount in taxed.items():
        fob = amount - carriage * amount / delivery.amount
        add(ctx, "output_vat", on, "CNY", -refund.output_vat(fx.cny(fob, book), share),
            text=f"{share:.0%}", order_id=order.id, delivery_id=delivery.id)


def received(ctx: Ctx, receipt: Receipt, found: Receivable, amount: Decimal) -> None:
    """Money of a receipt that settles a receivable, or that the customer pays in advance."""
    at = receipt.rate or ZERO
    kind = "advance" if found.carrying_rate is None else "settled"
    add(
        ctx, kind, receipt.value_date, receipt.currency, fx.cny(amount, at), amount=amount, rate=at,
        order_id=found.order_id, delivery_id=found.delivery_id, receivable_id=found.id,
        receipt_id=receipt.id,
    )


def deposit_rate(ctx: Ctx, order: Order, on: date) -> Decimal:
    """The receipt-day rate of the order's deposits; the mean by amount if there were several."""
    query = (
        select(Allocation.amount, Allocation.carrying_rate)
        .join(Receivable, Receivable.id == Allocation.receivable_id)
        .where(Receivable.order_id == order.id, Receivable.delivery_id.is_(None))
    )
    pairs = [(amount, at) for amount, at in ctx.session.execute(query) if at is not None]
    whole = sum((amount for amount, _at in pairs), ZERO)
    if not whole:
        return rate_of(ctx, order.currency, on)
    return sum((amount * at for amount, at in pairs), ZERO) / whole


def realised(ctx: Ctx, receipt: Receipt, found: Receivable, amount: Decimal) -> Decimal:
    """The realised difference of an allocation; deposits have none."""
    if found.in_advance or found.carrying_rate is None:
        return ZERO
    result = fx.difference(amount, receipt.rate or ZERO, found.carrying_rate)
    if result:
        add(
            ctx, "fx", receipt.value_date, receipt.currency, result, amount=amount,
            rate=receipt.rate, order_id=found.order_id, delivery_id=found.delivery_id,
            receivable_id=found.id, receipt_id=receipt.id,
        )
    return result


def charges(ctx: Ctx, receipt: Receipt, parts: list[tuple[Receivable, Decimal]]) -> None:
    """Bank charges borne by us, shared over the receivables by amount."""
    if not receipt.charges or not parts:
        return
    cny = fx.cny(receipt.charges, receipt.rate or ZERO)
    for (found, _amount), part in zip(
        parts, share_out(cny, [amount for _f, amount in parts]), strict=True
    ):
        add(
            ctx, "charge", receipt.value_date, receipt.currency, part, rate=receipt.rate,
            order_id=found.order_id, receivable_id=found.id, receipt_id=receipt.id,
        )


def written_off(
    ctx: Ctx, found: Receivable, amount: Decimal, on: date, receipt: Receipt | None = None
) -> Decimal:
    """A small rest goes to bank charges at the carrying rate."""
    at = found.carrying_rate or (receipt.rate if receipt else None)
    at = at or rate_of(ctx, found.currency, on)
    cny = fx.cny(amount, at)
    add(
        ctx, "write_off", on, found.currency, cny, amount=amount, rate=at,
        order_id=found.order_id, receivable_id=found.id, receipt_id=receipt.id if receipt else None,
    )
    return cny


def credited(ctx: Ctx, found: Receivable, amount: Decimal, on: date) -> None:
    """A credit note lowers the revenue of its order."""
    at = found.carrying_rate or rate_of(ctx, found.currency, on)
    add(
        ctx, "credit_note", on, found.currency, fx.cny(amount, at), amount=amount, rate=at,
        order_id=found.order_id, delivery_id=found.delivery_id, receivable_id=found.id,
    )


def revalue(ctx: Ctx, day: date) -> int:
    """Month end: open foreign receivables at the rate of `day`; a second run changes nothing."""
    done = set(
        ctx.session.scalars(
            select(Entry.receivable_id).where(Entry.kind == "fx_month", Entry.on == day)
        )
    )
    query = select(Receivable).where(
        Receivable.open > 0,
        Receivable.currency != ctx.company.currency,
        Receivable.delivery_id.is_not(None),
        Receivable.base_date <= day,
    )
    count = 0
    for found in ctx.session.scalars(query):
        if found.id in done or found.in_advance or found.carrying_rate is None:
            continue
        at = rate_of(ctx, found.currency, day)
        result = fx.revalue(found.open, found.carrying_rate, at).result
        add(
            ctx, "fx_month", day, found.currency, result, amount=found.open, rate=at,
            order_id=found.order_id, delivery_id=found.delivery_id, receivable_id=found.id,
        )
        found.carrying_rate = at
        count += 1
    return count


def sell(ctx: Ctx, account: Any, amount: Decimal, at: Decimal, on: date) -> Decimal:
    """Sell foreign money of an account for CNY; returns the realised difference."""
    balance, result = fx.Balance(account.balance, account.value).sold(amount, at)
    account.balance, account.value = balance.amount, balance.value
    add(
        ctx, "conversion", on, account.currency, result, amount=amount, rate=at,
        bank_account_id=account.id,
    )
    return result


def sales_expense(
    ctx: Ctx, goods: Decimal, freight: Decimal, owner_id: int | None, text: str
) -> None:
    """Cost of samples and their courier (CNY) as sales expense of a person (DOMAIN §1.4)."""
    for kind, cny in (("sample_goods", goods), ("sample_freight", freight)):
        if cny:
            add(ctx, kind, ctx.today, "CNY", cny, amount=cny, rate=Decimal(1),
                expense_of_id=owner_id, text=text)


def undo(ctx: Ctx, receipt: Receipt) -> None:
    """Book the figures of a receipt back with the opposite sign; nothing is deleted."""
    query = select(Entry).where(Entry.receipt_id == receipt.id)
    for entry in list(ctx.session.scalars(query)):
        add(
            ctx, entry.kind, ctx.today, entry.currency, -entry.cny, amount=-entry.amount,
            rate=entry.rate, order_id=entry.order_id, delivery_id=entry.delivery_id,
            receivable_id=entry.receivable_id, receipt_id=receipt.id,
        )
