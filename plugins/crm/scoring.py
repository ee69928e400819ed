"""How promising a lead is, 0 to 100, from what is known when it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CHANNEL_POINTS = {
    "referral": 20,
    "exhibition": 18,
    "website": 15,
    "walk_in": 15,
    "mailbox": 12,
    "b2b_platform": 10,
    "social": 6,
    "customs_data": 6,
}
AMOUNT_STEPS = ((Decimal(50_000), 25), (Decimal(10_000), 18), (Decimal(2_000), 10), (Decimal(1), 4))


@dataclass(frozen=True)
class Facts:
    """What the score looks at; `amount` is the estimated amount in US dollars."""

    channel: str = ""
    business_domain: bool = False
    email: bool = False
    phone: bool = False
    company: bool = False
    country: bool = False
    product: bool = False
    quantity: Decimal | None = None
    amount: Decimal | None = None
    message_length: int = 0


def score(facts: Facts) -> int:
    """0 to 100; each further fact never lowers it."""
    points = CHANNEL_POINTS.get(facts.channel, 0)
    points += 10 if facts.business_domain else 0
    points += 5 if facts.email else 0
    points += 8 if facts.phone else 0
    points += 7 if facts.company else 0
    points += 5 if facts.country else 0
    points += 10 if facts.product else 0
    points += 5 if facts.quantity and facts.quantity > 0 else 0
    amount = facts.amount or Decimal(0)
    points += next((worth for limit, worth in AMOUNT_STEPS if amount >= limit), 0)
    points += 5 if facts.message_length >= 80 else 0
    return min(points, 100)
