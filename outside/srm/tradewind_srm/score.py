"""The score card: 40 % quality, 40 % on time, 10 % price, 10 % invoices (DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WEIGHTS = {
    "quality": Decimal("0.40"), "on_time": Decimal("0.40"),
    "price": Decimal("0.10"), "invoices": Decimal("0.10"),
}
ONE, PLACES = Decimal(1), Decimal("0.0001")


@dataclass(frozen=True)
class Facts:
    """One delivery. `best` is the lowest valid price then, in the currency of `price`.

    `price`, `best` and `invoice_in_time` are None where nothing is known.
    """

    quantity: Decimal
    rejected: Decimal
    on_time: bool
    price: Decimal | None = None
    best: Decimal | None = None
    invoice_in_time: bool | None = None


@dataclass(frozen=True)
class Score:
    """Fractions of 4 places; None where no delivery tells anything."""

    quality: Decimal | None
    on_time: Decimal | None
    price: Decimal | None
    invoices: Decimal | None
    total: Decimal | None
    deliveries: int


def _share(values: Sequence[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) / len(values) if values else None


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(PLACES, ROUND_HALF_UP)


def score(deliveries: Sequence[Facts]) -> Score:
    """Quality is 1 − rejected ÷ received quantity, price the mean of best ÷ paid price.

    On time and invoices are shares of deliveries. The weight of a part that nothing is known of
    falls to the others in proportion.
    """
    received = sum((d.quantity for d in deliveries), Decimal(0))
    rejected = sum((d.rejected for d in deliveries), Decimal(0))
    prices = [min(ONE, d.best / d.price) for d in deliveries if d.price and d.best]
    invoices = [Decimal(d.invoice_in_time) for d in deliveries if d.invoice_in_time is not None]
    parts = {
        "quality": ONE - rejected / received if received else None,
        "on_time": _share([Decimal(d.on_time) for d in deliveries]),
        "price": _share(prices),
        "invoices": _share(invoices),
    }
    known = {name: value for name, value in parts.items() if value is not None}
    weight = sum((WEIGHTS[name] for name in known), Decimal(0))
    total = sum((WEIGHTS[n] * v for n, v in known.items()), Decimal(0)) / weight if known else None
    return Score(**{n: _rounded(v) for n, v in parts.items()}, total=_rounded(total),
                 deliveries=len(deliveries))
