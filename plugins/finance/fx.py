"""Exchange differences: realised, month end and on the bank account (DOMAIN §2.7).

Rates are CNY per unit of foreign currency. Every booking line is rounded to the cent by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cny(amount: Decimal, rate: Decimal) -> Decimal:
    """A foreign amount in CNY, rounded half up to the cent."""
    return (amount * rate).quantize(CENT, rounding=ROUND_HALF_UP)


def difference(amount: Decimal, rate: Decimal, carrying: Decimal) -> Decimal:
    """Realised difference of a settled amount: gain positive, loss negative."""
    return cny(amount, rate - carrying)


@dataclass(frozen=True)
class Revaluation:
    """Month end of one open item: its CNY value before and after, and the unrealised result."""

    before: Decimal
    after: Decimal

    @property
    def result(self) -> Decimal:
        """Gain positive, loss negative."""
        return self.after - self.before


def revalue(open_amount: Decimal, carrying: Decimal, month_end: Decimal) -> Revaluation:
    """Carry an open item at the month-end rate. Deposits in advance are never passed here."""
    return Revaluation(cny(open_amount, carrying), cny(open_amount, month_end))


@dataclass(frozen=True)
class Balance:
    """A foreign bank account: its balance and what that balance cost in CNY."""

    amount: Decimal = Decimal(0)
    value: Decimal = Decimal(0)

    def received(self, amount: Decimal, value: Decimal) -> Balance:
        """The account after `amount` came in, booked at `value` CNY."""
        return Balance(self.amount + amount, self.value + value)

    def sold(self, amount: Decimal, rate: Decimal) -> tuple[Balance, Decimal]:
        """The account after `amount` was sold for CNY, and the realised difference.

        Carrying value by moving average; the last unit takes the rest. ValueError above the
        balance.
        """
        if amount > self.amount:
            raise ValueError("more foreign money would be sold than the account holds")
        whole = amount == self.amount
        cost = self.value if whole else cny(self.value, amount / self.amount)
        return Balance(self.amount - amount, self.value - cost), cny(amount, rate) - cost
