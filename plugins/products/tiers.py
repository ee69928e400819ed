"""Price breaks by quantity and the minimum order (DOMAIN §2.2)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

Tier = tuple[Decimal, Decimal]
"""(from quantity, unit price)"""


def tier_price(tiers: Sequence[Tier], quantity: Decimal) -> Decimal | None:
    """The price of the largest break that is not above `quantity`; None below the first."""
    reached = [tier for tier in tiers if tier[0] <= quantity]
    return max(reached)[1] if reached else None


def falling(tiers: Sequence[Tier]) -> bool:
    """Whether the breaks differ and each larger one is cheaper than the one before."""
    ordered = sorted(tiers)
    return all(
        low[0] < high[0] and low[1] > high[1]
        for low, high in itertools.pairwise(ordered)
    )
