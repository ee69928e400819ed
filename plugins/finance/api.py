"""What other plugins may use of finance."""

from __future__ import annotations

from plugins.finance.ageing import BUCKETS, bucket, days_overdue
from plugins.finance.booking import sales_expense
from plugins.finance.cost_records import Bill, Commission, Refund
from plugins.finance.pages import ageing
from plugins.finance.profit import Profit
from plugins.finance.receivables import (
    call_off,
    claim_other,
    of_order,
    open_of,
    settle_from_advance,
)
from plugins.finance.records import BankAccount, Entry, Receipt, Receivable
from plugins.finance.results import actual, estimate
from plugins.finance.results import lines as profit_by_line

__all__ = [
    "BUCKETS",
    "BankAccount",
    "Bill",
    "Commission",
    "Entry",
    "Profit",
    "Receipt",
    "Receivable",
    "Refund",
    "actual",
    "ageing",
    "bucket",
    "call_off",
    "claim_other",
    "days_overdue",
    "estimate",
    "of_order",
    "open_of",
    "profit_by_line",
    "sales_expense",
    "settle_from_advance",
]
