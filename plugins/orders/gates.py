"""What must be true before production, shipment and release of documents (DOMAIN §1.6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.api import Ctx, Refusal, _
from plugins.orders import specs
from plugins.orders.money import ZERO, rounded
from plugins.orders.records import Milestone, Order
from plugins.orders.shipping_records import Delivery, LetterOfCredit
from plugins.orders.terms import DOCUMENTS, PRODUCTION, SHIPMENT, gate_open, shortfall
from plugins.orders.values import from_usd


def operative_credit(ctx: Ctx, order: Order) -> LetterOfCredit | None:
    """The letter of credit of the order that was checked "workable", if there is one."""
    found = select(LetterOfCredit).where(LetterOfCredit.order_id == order.id)
    rows = ctx.session.scalars(found.order_by(LetterOfCredit.id.desc()))
    return next((row for row in rows if row.operative), None)


def override_of(order: Order, gate: str, today: date) -> bool:
    """True if a decided override of the gate is in force today."""
    return any(row.gate == gate and row.active and row.until >= today for row in order.overrides)


def money_missing(ctx: Ctx, order: Order, gate: str) -> list[Refusal]:
    """Milestones that the gate waits for and that are not paid within the allowance."""
    short = ctx.setting("orders.deposit_allowance", order.signed_on)
    allowance = from_usd(ctx, short, order.currency)
    return [
        _missing(order, row)
        for row in order.milestones
        if gate in row.gates
        and row.kind != "lc"
        and not gate_open(row.amount, row.received or ZERO, allowance)
    ]


def _missing(order: Order, row: Milestone) -> Refusal:
    open_amount = rounded(shortfall(row.amount, row.received or ZERO), order.currency)
    text = _(
        "%(currency)s %(open)s of the milestone of %(share)s %% are missing. "
        "Wait for the money or ask for an override.",
        currency=order.currency,
        open=f"{open_amount:,}",
        share=f"{row.share * 100:.0f}",
    )
    return Refusal(text, "milestones", "money")


def credit_missing(ctx: Ctx, order: Order) -> list[Refusal]:
    """A reason if the term needs a letter of credit and none is operative."""
    if not order.lc_share or operative_credit(ctx, order):
        return []
    text = _("There is no letter of credit checked as workable. Enter and check it first.")
    return [Refusal(text, None, "lc")]


def production_gate(ctx: Ctx, order: Order) -> list[Refusal]:
    """Why production may not start; empty if it may."""
    if override_of(order, PRODUCTION, ctx.today):
        return []
    return (
        specs.not_frozen(ctx, order) + money_missing(ctx, order, PRODUCTION)
        + credit_missing(ctx, order)
    )


def shipment_gate(ctx: Ctx, order: Order, delivery: Delivery, on: date) -> list[Refusal]:
    """Why the delivery may not leave on `on`; the credit plugin adds its own reasons."""
    found = []
    if order.state == "on_hold":
        found.append(Refusal(_("The order is on hold. Lift the hold first."), None, "hold"))
    if not delivery.quality_passed:
        text = _("The final inspection has not passed. Pass it or record the waiver.")
        found.append(Refusal(text, "quality_passed", "quality"))
    charges = {line.id for line in order.lines if line.charge}
    goods = [line for line in delivery.lines if line.order_line_id not in charges]
    if any(line.cartons < 1 or line.gross_kg <= 0 for line in goods):
        text = _("Packing data are missing. Complete carton, weights and quantity of every line.")
        found.append(Refusal(text, "lines", "packing"))
    if override_of(order, SHIPMENT, ctx.today):
        return found
    found += money_missing(ctx, order, SHIPMENT)
    return found + _credit_fits(ctx, order, delivery, on)


def _credit_fits(ctx: Ctx, order: Order, delivery: Delivery, on: date) -> list[Refusal]:
    if not order.lc_share:
        return []
    credit = operative_credit(ctx, order)
    if credit is None:
        return credit_missing(ctx, order)
    found = []
    if credit.latest_shipment and credit.latest_shipment < on:
        text = _("The letter of credit allows shipment until %(day)s.", day=credit.latest_shipment)
        found.append(Refusal(text, "bl_date", "lc"))
    undrawn = credit.amount * (1 + credit.tolerance) - credit.drawn
    wanted = rounded(delivery.amount * order.lc_share, order.currency)
    if undrawn < wanted:
        text = _("Only %(left)s are undrawn on the letter of credit.", left=f"{undrawn:,.2f}")
        found.append(Refusal(text, "amount", "lc"))
    return found


def documents_gate(ctx: Ctx, order: Order) -> list[Refusal]:
    """Why the original B/L may not be given out; only "against B/L copy" terms wait for money.

    The balance of one delivery is judged by finance; here the milestones of the order count
    while finance is off.
    """
    if override_of(order, DOCUMENTS, ctx.today) or "finance" in ctx.enabled:
        return []
    return money_missing(ctx, order, DOCUMENTS)
