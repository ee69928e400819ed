"""Supplier bills, refund claims and commissions: what the profit of an order needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Number,
    Record,
    State,
    _,
    choice,
    currency,
    day,
    integer,
    lines,
    link,
    money,
    percent,
    rate,
    text,
    user,
)
from plugins.finance import choices
from plugins.products.api import REGIMES

ZERO = Decimal(0)
COST = "finance.cost.read"


class Bill(Record):
    """A supplier's bill for an order, by kind of cost."""

    key = "finance.bill"
    label, plural = _("Supplier bill"), _("Supplier bills")
    number = Number("SB{yy}{mm}{seq:04}", reset="monthly")
    default_sort = "-id"
    icon = "receipt"
    states = (
        State("draft", _("Draft"), "grey"),
        State("approved", _("Approved"), "blue"),
        State("paid", _("Paid"), "green", done=True),
        State("cancelled", _("Called off"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "supplier", "invoice_number"),)

    supplier: Mapped[str] = text(_("Supplier"), required=True, search=True)
    invoice_number: Mapped[str] = text(_("Bill no."), required=True, length=40, search=True)
    kind: Mapped[str] = choice(_("Kind of cost"), choices.COST_KINDS, required=True)
    order_id: Mapped[int] = link("orders.order", _("Sales order"), required=True)
    on: Mapped[date] = day(_("Date"), required=True)
    due: Mapped[date | None] = day(_("Due date"))
    paid_on: Mapped[date | None] = day(_("Paid on"), system=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, default="CNY")
    amount: Mapped[Decimal] = money(_("Amount incl. VAT"), "currency", required=True)
    rate: Mapped[Decimal | None] = rate(_("Rate (CNY per unit)"), minimum=ZERO)
    cny: Mapped[Decimal] = money(_("CNY"), system=True, default=ZERO)
    vat: Mapped[Decimal] = percent(
        _("VAT on the bill"), default=ZERO, minimum=ZERO, maximum=Decimal(1)
    )
    without_vat: Mapped[Decimal] = money(_("Amount without VAT (CNY)"), system=True, default=ZERO)
    regime: Mapped[str] = choice(_("Tax regime"), REGIMES, default="refund")
    refund_rate: Mapped[Decimal] = percent(
        _("Refund rate"), default=ZERO, minimum=ZERO, maximum=Decimal(1)
    )
    refund: Mapped[Decimal] = money(_("Refund (CNY)"), system=True, default=ZERO)
    net_cost: Mapped[Decimal] = money(_("Net cost (CNY)"), system=True, default=ZERO)
    vat_invoice: Mapped[str] = choice(
        _("VAT invoice"), choices.INVOICE_STATES, default="missing"
    )
    claim_id: Mapped[int | None] = link("finance.refund", _("Refund claim"), system=True)


class Refund(Record):
    """A batch of refund claims for exported goods (出口退税)."""

    key = "finance.refund"
    label, plural = _("Refund claim"), _("Refund claims")
    number = Number("ER{yyyy}{mm}-{seq:02}", reset="monthly")
    default_sort = "-id"
    icon = "receipt-refund"
    states = (
        State("draft", _("Collecting papers"), "amber"),
        State("claimed", _("Claimed"), "blue"),
        State("received", _("Received"), "green", done=True),
    )

    period: Mapped[date] = day(_("Export month"), required=True)
    amount: Mapped[Decimal] = money(_("Amount (CNY)"), system=True, default=ZERO)
    missing: Mapped[int] = integer(_("Bills without VAT invoice"), system=True, default=0)
    deadline: Mapped[date | None] = day(_("Deadline"), system=True)
    claimed_on: Mapped[date | None] = day(_("Handed in on"), system=True)
    received_on: Mapped[date | None] = day(_("Received on"), system=True)


class Commission(Record):
    """The sales commission of a fully collected order."""

    key = "finance.commission"
    label, plural = _("Sales commission"), _("Commissions")
    default_sort = "-id"
    scope = True
    icon = "percentage"
    states = (
        State("draft", _("Draft"), "amber"),
        State("approved", _("Approved"), "blue"),
        State("paid", _("Paid"), "green", done=True),
    )
    constraints = (UniqueConstraint("company_id", "order_id"),)

    order_id: Mapped[int] = link("orders.order", _("Sales order"), required=True)
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"), system=True)
    profit: Mapped[Decimal] = money(_("Gross profit (CNY)"), system=True, default=ZERO)
    margin: Mapped[Decimal | None] = percent(_("Margin"), system=True)
    carried_in: Mapped[Decimal] = money(_("Loss carried in"), system=True, default=ZERO)
    carried_out: Mapped[Decimal] = money(_("Loss carried on"), system=True, default=ZERO)
    days_late: Mapped[int] = integer(_("Days late"), system=True, default=0)
    factor: Mapped[Decimal] = rate(_("Collection factor"), system=True, default=Decimal(1))
    rate: Mapped[Decimal] = percent(_("Rate"), system=True, default=ZERO)
    amount: Mapped[Decimal] = money(_("Commission (CNY)"), system=True, default=ZERO)
    parts = lines("finance.commission_part", _("Shares"))


class CommissionPart(Line):
    """One person's share of a commission."""

    key = "finance.commission_part"
    parent = "finance.commission"
    label = _("Share")

    role: Mapped[str] = text(_("Role"), system=True, length=10)
    user_id: Mapped[int | None] = user(_("Person"), system=True)
    amount: Mapped[Decimal] = money(_("Amount (CNY)"), system=True, default=ZERO)
