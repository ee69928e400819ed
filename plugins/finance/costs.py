"""Supplier bills and refund claims (DOMAIN §1.9, §2.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.api import Ctx, Refusal, Refused, _
from plugins.finance import fx, refund
from plugins.finance.cost_records import Bill, Refund
from plugins.orders.api import AFLOAT, Delivery
from plugins.products.api import rate

ZERO = Decimal(0)


def fill(ctx: Ctx, bill: Bill) -> None:
    """Before a save: CNY, amount without VAT, refund and net cost of a bill."""
    bill.currency = bill.currency or ctx.company.currency
    if bill.rate is None:
        bill.rate = rate(ctx, bill.currency, bill.on)
    bill.regime, bill.vat_invoice = bill.regime or "refund", bill.vat_invoice or "missing"
    vat, refund_rate = bill.vat or ZERO, bill.refund_rate or ZERO
    bill.cny = fx.cny(bill.amount, bill.rate)
    bill.without_vat = refund.without_vat(bill.cny, vat)
    if bill.kind != "goods":
        bill.refund, bill.net_cost = ZERO, bill.cny
        return
    refundable = bill.regime == "refund"
    bill.refund = refund.trader_refund(bill.without_vat, refund_rate) if refundable else ZERO
    bill.net_cost = refund.goods_cost(bill.regime, bill.cny, vat, refund_rate)


def check_edit(bill: Bill, values: dict[str, Any]) -> list[Refusal]:
    """An approved bill keeps its figures; the VAT invoice may still come in."""
    if bill.state in ("draft", "", None) or not set(values) - {"vat_invoice", "due"}:
        return []
    text = _("An approved bill is not changed. Cancel it and enter it again.")
    return [Refusal(text, sorted(values)[0], "locked")]


def approve(ctx: Ctx, bill: Bill, params: dict[str, Any]) -> None:
    """Two-person rule: nobody approves a bill that he entered."""
    if ctx.user_id is not None and bill.created_by_id == ctx.user_id and not ctx.has_role("gm"):
        raise Refused(_("You entered this bill; somebody else must approve it."))


def pay(ctx: Ctx, bill: Bill, params: dict[str, Any]) -> None:
    """The supplier was paid."""
    bill.paid_on = params.get("paid_on") or ctx.today


def export_days(ctx: Ctx) -> dict[int, date]:
    """The export date of every order that has sailed."""
    query = select(Delivery.order_id, func.min(Delivery.bl_date)).where(
        Delivery.state.in_(AFLOAT), Delivery.bl_date.is_not(None)
    )
    return {ident: day for ident, day in ctx.session.execute(query.group_by(Delivery.order_id))}


def exported_on(ctx: Ctx, order_id: int) -> date | None:
    """The first B/L date of an order: its export date for the refund."""
    query = select(Delivery.bl_date).where(
        Delivery.order_id == order_id, Delivery.state.in_(AFLOAT)
    )
    return min((day for day in ctx.session.scalars(query) if day), default=None)


def collect(ctx: Ctx, claim: Refund, params: dict[str, Any]) -> None:
    """Take every refundable goods bill of the export month that is in no claim yet."""
    query = select(Bill).where(
        Bill.kind == "goods", Bill.refund > 0, Bill.state.in_(("approved", "paid")),
    )
    total, missing = ZERO, 0
    for bill in ctx.session.scalars(query):
        if bill.claim_id not in (None, claim.id):
            continue
        day = exported_on(ctx, bill.order_id)
        if day is None or (day.year, day.month) != (claim.period.year, claim.period.month):
            continue
        bill.claim_id = claim.id
        total += bill.refund
        missing += bill.vat_invoice == "missing"
    claim.amount, claim.missing = total, missing
    claim.deadline = refund.claim_deadline(claim.period)


def claim(ctx: Ctx, found: Refund, params: dict[str, Any]) -> None:
    """Hand the claim in; all VAT invoices must be there."""
    collect(ctx, found, {})
    if found.missing:
        text = _("%(n)s bills lack the VAT invoice. Get them or take the bills out.",
                 n=found.missing)
        raise Refused(Refusal(text, "missing"))
    if found.amount <= 0:
        raise Refused(_("There is nothing to claim for this month."))
    found.claimed_on = ctx.today


def received(ctx: Ctx, found: Refund, params: dict[str, Any]) -> None:
    """The tax office paid the refund."""
    found.received_on = ctx.today


def nothing(ctx: Ctx, record: Any, params: dict[str, Any]) -> None:
    """The state says it all."""
