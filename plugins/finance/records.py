"""Receivables, receipts and bank accounts (DOMAIN §1.9, §2.7)."""

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
    note,
    rate,
    text,
    user,
)
from plugins.finance import choices

ZERO = Decimal(0)
OPEN = ("not_due", "due", "overdue", "disputed")


class BankAccount(Record):
    """An account of ours; printed on papers only after a second person confirmed it."""

    key = "finance.bank_account"
    label, plural = _("Bank account"), _("Bank accounts")
    title = "name"
    icon = "building-bank"
    states = (
        State("draft", _("Not confirmed"), "amber"),
        State("confirmed", _("Confirmed"), "green"),
        State("closed", _("Closed"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "account"),)

    name: Mapped[str] = text(_("Name"), required=True, search=True)
    beneficiary: Mapped[str] = text(_("Beneficiary"), required=True)
    bank: Mapped[str] = text(_("Bank"), required=True)
    swift: Mapped[str | None] = text(_("SWIFT"), length=11)
    account: Mapped[str] = text(_("Account no."), required=True, length=34)
    address: Mapped[str | None] = text(_("Bank address"), length=300)
    intermediary: Mapped[str | None] = text(_("Intermediary bank"))
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    balance: Mapped[Decimal] = money(_("Balance"), "currency", system=True, default=ZERO)
    value: Mapped[Decimal] = money(_("Value in CNY"), system=True, default=ZERO)
    edited_by_id: Mapped[int | None] = user(_("Edited by"), system=True)


class Receivable(Record):
    """What a customer owes for a milestone or a delivery; a credit note is negative."""

    key = "finance.receivable"
    label, plural = _("Receivable"), _("Receivables")
    number = Number("AR{yy}{mm}{seq:04}", reset="monthly")
    default_sort = "due"
    scope = True
    icon = "coins"
    states = (
        State("not_due", _("Not due"), "grey"),
        State("due", _("Due today"), "amber"),
        State("overdue", _("Overdue"), "red"),
        State("disputed", _("Disputed"), "red"),
        State("paid", _("Paid"), "green", done=True),
        State("written_off", _("Written off"), "grey", done=True),
        State("cancelled", _("Called off"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "source"),)
    states_set_by_services = ("due", "overdue", "paid", "cancelled")

    source: Mapped[str | None] = text(_("Source"), system=True, length=60)
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    order_id: Mapped[int | None] = link("orders.order", _("Sales order"))
    delivery_id: Mapped[int | None] = link("orders.delivery", _("Delivery"))
    milestone_id: Mapped[int | None] = integer(_("Milestone"), system=True)
    kind: Mapped[str] = choice(_("Kind"), choices.RECEIVABLE_KINDS, required=True)
    base_date: Mapped[date | None] = day(_("Base date"))
    due: Mapped[date | None] = day(_("Due date"))
    currency: Mapped[str] = currency(_("Currency"), required=True)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", required=True)
    open: Mapped[Decimal] = money(_("Open"), "currency", system=True, default=ZERO)
    book_rate: Mapped[Decimal | None] = rate(_("Book rate"), system=True)
    carrying_rate: Mapped[Decimal | None] = rate(_("Carrying rate"), system=True)
    paid_on: Mapped[date | None] = day(_("Paid on"), system=True)
    short_reason: Mapped[str | None] = text(_("Reason of short payment"))
    dunning_level: Mapped[int | None] = integer(_("Reminder level"), system=True)
    hold_asked_on: Mapped[date | None] = day(_("Hold proposed on"), system=True)
    insurer_step: Mapped[str | None] = choice(
        _("Credit insurer"), choices.INSURER_STEPS, system=True
    )
    instalment_of_id: Mapped[int | None] = link(
        "finance.receivable", _("Instalment of"), system=True
    )
    promised_on: Mapped[date | None] = day(_("Promised for"))
    note: Mapped[str | None] = note(_("Note"))

    @property
    def in_advance(self) -> bool:
        """Deposits keep their receipt-day rate and are never revalued."""
        return self.kind == "deposit"


class Receipt(Record):
    """Money on our account, from unidentified to posted."""

    key = "finance.receipt"
    label, plural = _("Payment received"), _("Receipts")
    number = Number("RC{yy}{seq:04}", reset="yearly")
    default_sort = "-id"
    icon = "cash"
    states = (
        State("unidentified", _("Unidentified"), "amber"),
        State("claimed", _("Claimed"), "blue"),
        State("confirmed", _("Confirmed"), "blue"),
        State("allocated", _("Allocated"), "green"),
        State("posted", _("Posted"), "green", done=True),
        State("reversed", _("Reversed"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "bank_account_id", "bank_reference"),)
    states_set_by_services = ("allocated",)

    bank_account_id: Mapped[int] = link("finance.bank_account", _("Account"), required=True)
    bank_reference: Mapped[str | None] = text(_("Bank reference"), length=60, search=True)
    value_date: Mapped[date] = day(_("Value date"), required=True)
    payer: Mapped[str] = text(_("Payer"), required=True, search=True)
    remittance: Mapped[str | None] = text(_("Payer's reference"), length=300, search=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    net: Mapped[Decimal] = money(
        _("Net credited"), "currency", required=True, minimum=Decimal("0.01")
    )
    charges: Mapped[Decimal] = money(
        _("Charges borne by us"), "currency", default=ZERO, minimum=ZERO
    )
    gross: Mapped[Decimal] = money(_("Gross amount"), "currency", system=True, default=ZERO)
    rate: Mapped[Decimal | None] = rate(_("Rate of the day"), minimum=ZERO)
    allocated: Mapped[Decimal] = money(_("Allocated"), "currency", system=True, default=ZERO)
    converted: Mapped[Decimal] = money(
        _("Converted into another currency"), "currency", system=True, default=ZERO
    )
    left: Mapped[Decimal] = money(_("Unallocated"), "currency", system=True, default=ZERO)
    converted_from_id: Mapped[int | None] = link(
        "finance.receipt", _("Converted from"), system=True
    )
    from_amount: Mapped[Decimal | None] = money(
        _("Amount before the conversion (currency of that receipt)"), system=True
    )
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"))
    claimed_by_id: Mapped[int | None] = user(_("Claimed by"), system=True)
    confirmed_by_id: Mapped[int | None] = user(_("Confirmed by"), system=True)
    third_party: Mapped[str | None] = text(
        _("Third-party payer"), help=_("Who pays for the customer; finance must agree")
    )
    bop_status: Mapped[str] = choice(_("BOP report"), choices.BOP_STATES, default="open")
    bop_due: Mapped[date | None] = day(_("BOP report due"), system=True)
    bop_code: Mapped[str | None] = text(_("BOP code"), length=6, default="121010")
    reversed_reason: Mapped[str | None] = text(_("Reason of reversal"), system=True)
    allocations = lines("finance.allocation", _("Allocations"))


class Allocation(Line):
    """A part of a receipt that settles a receivable."""

    key = "finance.allocation"
    parent = "finance.receipt"
    label = _("Allocation")

    receivable_id: Mapped[int] = link("finance.receivable", _("Receivable"), system=True)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", system=True, default=ZERO)
    carrying_rate: Mapped[Decimal | None] = rate(_("Carrying rate"), system=True)
    fx: Mapped[Decimal] = money(_("Exchange difference (CNY)"), system=True, default=ZERO)
    written_off: Mapped[Decimal] = money(_("Written off"), "currency", system=True, default=ZERO)


class Entry(Record):
    """One booked figure in CNY: the source of profit, exchange result and vouchers."""

    key = "finance.entry"
    label, plural = _("Booked figure"), _("Booked figures")
    default_sort = "-id"
    icon = "list"

    on: Mapped[date] = day(_("Date"), required=True, system=True)
    kind: Mapped[str] = choice(_("Kind"), choices.ENTRY_KINDS, required=True, system=True)
    order_id: Mapped[int | None] = link("orders.order", _("Sales order"), system=True)
    delivery_id: Mapped[int | None] = link("orders.delivery", _("Delivery"), system=True)
    receivable_id: Mapped[int | None] = link("finance.receivable", _("Receivable"), system=True)
    receipt_id: Mapped[int | None] = link("finance.receipt", _("Payment received"), system=True)
    bank_account_id: Mapped[int | None] = link("finance.bank_account", _("Account"), system=True)
    expense_of_id: Mapped[int | None] = user(_("Sales expense of"), system=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, system=True)
    amount: Mapped[Decimal] = money(_("Amount"), "currency", system=True, default=ZERO)
    rate: Mapped[Decimal | None] = rate(_("Rate"), system=True)
    cny: Mapped[Decimal] = money(_("CNY"), system=True, default=ZERO)
    text: Mapped[str | None] = text(_("Text"), system=True)


class Reminder(Record):
    """A reminder of an open receivable: the level of the ladder, how, and what was promised."""

    key = "finance.reminder"
    label, plural = _("Payment reminder"), _("Payment reminders")
    default_sort = "-id"
    scope = True
    icon = "bell"
    states = (
        State("draft", _("Draft"), "amber"),
        State("sent", _("Sent"), "green", done=True),
        State("dropped", _("Not sent"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "receivable_id", "level"),)

    receivable_id: Mapped[int] = link("finance.receivable", _("Receivable"), required=True)
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"))
    level: Mapped[int] = integer(_("Level"), required=True)
    on: Mapped[date] = day(_("Date"), required=True)
    channel: Mapped[str] = choice(_("Channel"), choices.CHANNELS, default="email")
    promised_on: Mapped[date | None] = day(_("Promised for"))
    body: Mapped[str | None] = note(_("Text"))
