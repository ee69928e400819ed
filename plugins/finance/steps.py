"""The steps of finance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema

from core.api import Ctx, Step, _, param
from plugins.finance import (
    accounts,
    commissions,
    converting,
    costs,
    dunning,
    instalments,
    receipts,
    receivables,
)
from plugins.finance.choices import CHANNELS

RECEIPT, RECEIVABLE, ACCOUNT = "finance.receipt", "finance.receivable", "finance.bank_account"
BILL, REFUND, COMMISSION = "finance.bill", "finance.refund", "finance.commission"
REMINDER = "finance.reminder"


class Claim(Schema):
    customer_id = param("link", _("Customer"), required=True, target="crm.customer")
    third_party = param("text", _("Paid by a third party (name)"))


class Confirm(Schema):
    customer_id = param("link", _("Customer"), target="crm.customer")
    third_party_agreed = param("boolean", _("Finance agrees to the third-party payer"))


class Allocate(Schema):
    parts = param("json", _("Allocations"))


class Convert(Schema):
    account_id = param("link", _("Into the account"), required=True,
                       target="finance.bank_account")
    received = param("money", _("Credited there, in its currency"), required=True)
    amount = param("money", _("Amount converted"), help=_("Empty: all that is left"))


class Reason(Schema):
    reason = param("text", _("Reason"), required=True)


class Note(Schema):
    note = param("text", _("What is contested"), required=True)


class Promise(Schema):
    promised_on = param("date", _("Promised for"), required=True)


class Instalments(Schema):
    count = param("integer", _("Number of instalments"), required=True, minimum=Decimal(2),
                  maximum=Decimal(36))
    first_on = param("date", _("First instalment due"), required=True)
    first_amount = param("money", _("Amount of the first"), help=_("Empty: all are equal"))
    months = param("integer", _("Months between them"), minimum=Decimal(1), maximum=Decimal(12),
                   help=_("Empty: every month"))


class CreditNote(Schema):
    amount = param("money", _("Amount"), required=True)
    reason = param("text", _("Reason"), required=True)


class Sell(Schema):
    amount = param("money", _("Amount sold"), required=True)
    rate = param("rate", _("Bank's rate"), required=True)


class Pay(Schema):
    paid_on = param("date", _("Paid on"))


class Send(Schema):
    channel = param("choice", _("Channel"), choices=CHANNELS)
    promised_on = param("date", _("Promised for"))


def allocation_page(ctx: Ctx, receipt: Any, result: Any) -> str:
    """After confirming, go on to the allocation."""
    return f"/finance/receipts/{receipt.id}/allocate"


def allocation_of_new(ctx: Ctx, receipt: Any, result: Any) -> str:
    """After converting, allocate the new receipt."""
    return f"/finance/receipts/{result.id}/allocate"


def to_instalments(ctx: Ctx, found: Any, result: Any) -> str:
    """The list of the new parts."""
    return f"/r/finance.receivable?f.instalment_of_id={found.id}"


STEPS = (
    Step("claim", RECEIPT, _("Claim for a customer"), ("unidentified",), "claimed",
         receipts.claim, params=Claim, primary=True, icon="hand-stop", sequence=10),
    Step("confirm", RECEIPT, _("Confirm"), ("unidentified", "claimed"), "confirmed",
         receipts.confirm, params=Confirm, primary=True, icon="check", sequence=20,
         next_url=allocation_page),
    Step("allocate", RECEIPT, _("Allocate as proposed"), ("confirmed",), None,
         receipts.allocate, params=Allocate, icon="arrows-split", sequence=30, hidden=True),
    Step("convert", RECEIPT, _("Convert into another currency"), ("confirmed",), None,
         converting.convert, params=Convert, icon="arrows-exchange", sequence=35,
         next_url=allocation_of_new),
    Step("post", RECEIPT, _("Post"), ("allocated", "confirmed"), "posted", receipts.post,
         primary=True, icon="book", sequence=40),
    Step("report_bop", RECEIPT, _("BOP reported"), ("open",), None, receipts.report_bop,
         axis="bop_status", icon="file", sequence=50),
    Step("reverse", RECEIPT, _("Reverse"), ("claimed", "confirmed", "allocated"), "reversed",
         receipts.reverse, params=Reason, danger=True, icon="x", sequence=90),
    Step("dispute", RECEIVABLE, _("Contested"), ("not_due", "due", "overdue"), "disputed",
         receivables.dispute, params=Note, icon="alert-triangle", sequence=20),
    Step("settle", RECEIVABLE, _("Dispute settled"), ("disputed",), None,
         receivables.settle_dispute, icon="check", sequence=21),
    Step("promise", RECEIVABLE, _("Payment promised"), ("due", "overdue", "not_due"), None,
         receivables.promise, params=Promise, icon="calendar", sequence=30),
    Step("instalments", RECEIVABLE, _("Agree on instalments"),
         ("not_due", "due", "overdue", "disputed"), None, instalments.agree, params=Instalments,
         icon="calendar-event", sequence=35, next_url=to_instalments),
    Step("credit_note", RECEIVABLE, _("Credit note"), ("not_due", "due", "overdue", "disputed"),
         None, receivables.credit_note, params=CreditNote, icon="receipt", sequence=40),
    Step("write_off", RECEIVABLE, _("Write off"), ("due", "overdue", "disputed"), "written_off",
         receivables.write_off, params=Reason, danger=True, icon="x", sequence=90),
    Step("confirm", ACCOUNT, _("Confirm account"), ("draft",), "confirmed", accounts.confirm,
         primary=True, icon="check", sequence=10),
    Step("sell", ACCOUNT, _("Sell foreign money"), ("confirmed",), None, accounts.sell,
         params=Sell, icon="coins", sequence=20),
    Step("close", ACCOUNT, _("Close account"), ("draft", "confirmed"), "closed", costs.nothing,
         danger=True, icon="archive", sequence=90),
    Step("approve", BILL, _("Approve"), ("draft",), "approved", costs.approve, primary=True,
         icon="check", sequence=10),
    Step("pay", BILL, _("Paid"), ("approved",), "paid", costs.pay, params=Pay, icon="coins",
         sequence=20),
    Step("cancel", BILL, _("Cancel"), ("draft", "approved"), "cancelled", costs.nothing,
         danger=True, icon="x", sequence=90),
    Step("collect", REFUND, _("Collect bills"), ("draft",), None, costs.collect, icon="list",
         sequence=10),
    Step("claim", REFUND, _("Hand in"), ("draft",), "claimed", costs.claim, primary=True,
         icon="send", sequence=20),
    Step("receive", REFUND, _("Refund received"), ("claimed",), "received", costs.received,
         primary=True, icon="coins", sequence=30),
    Step("commission", "orders.order", _("Draft commission"), ("closed", "released"), None,
         commissions.draft, permission="finance.commission.create",
         available=commissions.why_not, icon="percentage", sequence=96),
    Step("approve", COMMISSION, _("Approve"), ("draft",), "approved", costs.nothing,
         primary=True, icon="check", sequence=10, own_forbidden=True),
    Step("pay", COMMISSION, _("Paid"), ("approved",), "paid", costs.nothing, icon="coins",
         sequence=20),
    Step("send", REMINDER, _("Sent"), ("draft",), "sent", dunning.send, params=Send,
         primary=True, icon="send", sequence=10),
    Step("drop", REMINDER, _("Do not send"), ("draft",), "dropped", dunning.drop, icon="x",
         sequence=20),
)
