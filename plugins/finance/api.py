"""What other plugins may use of finance."""

from __future__ import annotations

from plugins.finance.ageing import BUCKETS, bucket, days_overdue
from plugins.finance.cost_records import Bill, Commission, Refund
from plugins.finance.pages import ageing
from plugins.finance.profit import Profit
from plugins.finance.receivables import open_of
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
    "days_overdue",
    "estimate",
    "open_of",
    "profit_by_line",
]
