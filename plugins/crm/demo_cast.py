"""Who and what the stories of the demo company are played with."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.api import Ctx
from plugins.crm.demo_data import FIRMS, REGIONS, SMALL_FIRMS, Firm
from plugins.products.api import Product

SEASON = (0.9, 0.4, 0.9, 1.0, 1.1, 1.0, 1.1, 1.3, 1.4, 1.2, 1.0, 0.9)
"""How busy each month is, from January (DOMAIN §5)."""


@dataclass
class Cast:
    """The people, goods and channels of one company; `small` is a company without quotes."""

    ctx: Ctx
    rng: random.Random
    reps: list[int]
    manager: int | None
    small: bool
    today: date
    products: list[Product] = field(default_factory=list)
    channels: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)

    @property
    def firms(self) -> list[Firm]:
        return SMALL_FIRMS if self.small else FIRMS

    def owner_for(self, country: str) -> int:
        """The representative of a country."""
        region = next((n for n, (_name, area) in enumerate(REGIONS) if country in area), 0)
        return self.reps[min(region, len(self.reps) - 1)]

    def past_day(self, newest: int = 1, oldest: int = 360) -> date:
        """A working day of the last year, by the season of the trade."""
        while True:
            day = self.today - timedelta(days=self.rng.randint(newest, oldest))
            if day.weekday() < 5 and self.rng.random() * 1.4 < SEASON[day.month - 1]:
                return day
