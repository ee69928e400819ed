"""The public pool: when a customer falls back into it and who may take it out (DOMAIN §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

QUIET, NO_ORDER = "quiet", "no_order"


@dataclass(frozen=True)
class Rules:
    """The company's pool rules, in days and pieces."""

    quiet_days: int = 30
    quoted_days: int = 90
    warn_days: tuple[int, ...] = (7, 1)
    claims_per_day: int = 5
    holding_limit: int = 200
    locked_days: int = 7
    order_months: int = 12


@dataclass(frozen=True)
class Standing:
    """What the pool rules look at of one customer."""

    since: date
    last_activity: date | None = None
    quoted_on: date | None = None
    last_order: date | None = None


@dataclass(frozen=True)
class Verdict:
    """What to do today: `action` is keep, warn, return or tell_manager; `drops_on` the day."""

    action: str
    drops_on: date | None = None
    reason: str = ""


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    first_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def protected(standing: Standing, rules: Rules, today: date) -> bool:
    """Whether an order of the last 12 months keeps the customer from dropping by itself."""
    order = standing.last_order
    return order is not None and order >= months_before(today, rules.order_months)


def drops_on(standing: Standing, rules: Rules) -> tuple[date, str]:
    """The day it falls back and why: quiet for 30 days, or quoted 90 days without order."""
    active = max(standing.since, standing.last_activity or standing.since)
    quoted = standing.quoted_on
    if quoted is not None and (standing.last_order is None or standing.last_order < quoted):
        return quoted + timedelta(days=rules.quoted_days), NO_ORDER
    return active + timedelta(days=rules.quiet_days), QUIET


def judge(standing: Standing, rules: Rules, today: date) -> Verdict:
    """What the daily job does with one customer."""
    day, reason = drops_on(standing, rules)
    left = (day - today).days
    if protected(standing, rules, today):
        return Verdict("tell_manager", day, reason) if left == 0 else Verdict("keep", day, reason)
    if left <= 0:
        return Verdict("return", day, reason)
    return Verdict("warn" if left in rules.warn_days else "keep", day, reason)


def why_not_claim(
    rules: Rules,
    *,
    claimed_today: int,
    holding: int,
    user_id: int,
    former_owner_id: int | None,
    pool_since: date | None,
    today: date,
) -> str | None:
    """daily_limit, holding_limit or locked_out when the user may not take it, else None."""
    if claimed_today >= rules.claims_per_day:
        return "daily_limit"
    if holding >= rules.holding_limit:
        return "holding_limit"
    recent = pool_since is not None and today < pool_since + timedelta(days=rules.locked_days)
    if former_owner_id == user_id and recent:
        return "locked_out"
    return None
