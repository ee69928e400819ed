"""Which open items a receipt settles, and when a short payment is let go (DOMAIN §2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
SHORT_USD = Decimal(30)
SHORT_SHARE = Decimal("0.005")


@dataclass(frozen=True)
class Item:
    """An open receivable: what is left to pay of it and when it is due (None: not yet known)."""

    key: int
    open: Decimal
    currency: str
    due: date | None


@dataclass(frozen=True)
class Proposal:
    """`parts` are (key, amount) in the order of allocation; `left` stays unallocated."""

    parts: tuple[tuple[int, Decimal], ...]
    left: Decimal


def propose(
    gross: Decimal,
    currency: str,
    items: Sequence[Item],
    references: Sequence[tuple[int, Decimal | None]] = (),
) -> Proposal:
    """Allocate `gross`: the payer's references first, then the oldest due date.

    Only items of the same currency take part. A reference without an amount takes all that is
    open. What is left over stays unallocated; no item gets more than is open on it.
    """
    open_by = {item.key: item.open for item in items if item.currency == currency}
    left, taken = gross, dict.fromkeys(open_by, ZERO)
    order: list[int] = []

    def take(key: int, wanted: Decimal) -> None:
        nonlocal left
        amount = min(wanted, open_by[key] - taken[key], left)
        if amount > 0:
            order.extend([key] if key not in order else [])
            taken[key] += amount
            left -= amount

    for key, amount in references:
        if key in open_by:
            take(key, open_by[key] if amount is None else amount)
    for item in sorted(items, key=lambda i: (i.due is None, i.due or date.max, i.key)):
        if item.key in open_by:
            take(item.key, item.open)
    return Proposal(tuple((key, taken[key]) for key in order), left)


def is_small_short(
    left: Decimal, balance_due: Decimal, limit: Decimal = SHORT_USD, part: Decimal = SHORT_SHARE
) -> bool:
    """True if the rest of an invoice is written off to bank charges by itself.

    `limit` is USD 30 or its equivalent in the currency of the invoice, `balance_due` what the
    invoice asked for before this payment. Both limits hold together.
    """
    return ZERO < left <= limit and left <= balance_due * part
