"""Figures that an approval looks at (DOMAIN §0, §6.1)."""

from __future__ import annotations

from decimal import Decimal

from plugins.products.api import rounded


def margin_points(margin: Decimal) -> Decimal:
    """A margin rounded to 2 decimals of percent before it is compared: 0.12345 → 0.1235."""
    return rounded(margin, 4)


def in_usd(amount: Decimal, rate: Decimal, usd_rate: Decimal) -> Decimal:
    """An amount in US dollars at the rates of the quotation's date, rounded."""
    return rounded(amount * rate / usd_rate)


def converted(price: Decimal, rate_from: Decimal, rate_to: Decimal, places: int = 2) -> Decimal:
    """An agreed price in another currency: price x rate_from / rate_to, then rounded."""
    return rounded(price * rate_from / rate_to, places)


def moved(quoted: Decimal, market: Decimal) -> Decimal:
    """How far the market rate has moved against the rate of the quote, as a fraction."""
    return (market - quoted) / quoted
