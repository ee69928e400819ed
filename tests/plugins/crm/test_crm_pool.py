"""The public pool: warnings, returns and claims (DOMAIN §1.2)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.crm.pool import Rules, Standing, drops_on, judge, months_before, why_not_claim

RULES = Rules()
TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_quiet_prospect_is_warned_7_and_1_days_before_and_then_dropped() -> None:
    actions = {n: judge(Standing(ago(n)), RULES, TODAY).action for n in range(20, 33)}
    assert [n for n, action in actions.items() if action == "warn"] == [23, 29]
    assert [n for n, action in actions.items() if action == "return"] == [30, 31, 32]


def test_an_activity_starts_the_clock_again() -> None:
    assert judge(Standing(ago(200), ago(3)), RULES, TODAY).action == "keep"


def test_quoted_without_order_drops_after_90_days_not_30() -> None:
    quoted = Standing(ago(120), ago(60), quoted_on=ago(60))
    assert judge(quoted, RULES, TODAY).action == "keep"
    assert judge(Standing(ago(120), ago(95), quoted_on=ago(90)), RULES, TODAY).action == "return"
    assert judge(Standing(ago(120), ago(95), quoted_on=ago(83)), RULES, TODAY).action == "warn"


def test_an_order_of_the_last_12_months_protects_and_the_manager_is_told_once() -> None:
    def standing(order: date) -> Standing:
        return Standing(ago(700), ago(30), last_order=order)

    assert judge(standing(months_before(TODAY, 12)), RULES, TODAY).action == "tell_manager"
    assert (
        judge(standing(months_before(TODAY, 12) - timedelta(days=1)), RULES, TODAY).action
        == "return"
    )
    later = judge(standing(months_before(TODAY, 12)), RULES, TODAY + timedelta(days=0))
    assert later.action == "tell_manager"
    assert judge(Standing(ago(700), ago(31), last_order=ago(100)), RULES, TODAY).action == "keep"


def test_a_year_back_from_the_29th_of_february() -> None:
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_before(date(2026, 12, 31), 1) == date(2026, 11, 30)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)


@settings(max_examples=50)
@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 60))
def test_going_back_months_keeps_the_day_or_ends_the_month(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months
    assert earlier.day == day.day or (earlier + timedelta(days=1)).day == 1


@settings(max_examples=50)
@given(st.integers(0, 400), st.integers(0, 400), st.none() | st.integers(0, 400))
def test_nobody_drops_without_two_warnings_before(
    since: int, active: int, quoted: int | None
) -> None:
    standing = Standing(ago(since), ago(active), ago(quoted) if quoted is not None else None)
    day, _reason = drops_on(standing, RULES)
    assert judge(standing, RULES, day - timedelta(days=7)).action == "warn"
    assert judge(standing, RULES, day - timedelta(days=1)).action == "warn"
    assert judge(standing, RULES, day - timedelta(days=2)).action == "keep"
    assert judge(standing, RULES, day).action == "return"


def _claim(**facts: object) -> str | None:
    given_facts: dict[str, object] = {
        "claimed_today": 0,
        "holding": 0,
        "user_id": 1,
        "former_owner_id": None,
        "pool_since": ago(1),
        "today": TODAY,
        **facts,
    }
    return why_not_claim(RULES, **given_facts)  # type: ignore[arg-type]


def test_claims_are_limited_by_day_by_number_and_for_the_former_owner() -> None:
    assert _claim() is None
    assert _claim(claimed_today=4) is None
    assert _claim(claimed_today=5) == "daily_limit"
    assert _claim(holding=199) is None
    assert _claim(holding=200) == "holding_limit"
    assert _claim(former_owner_id=1, pool_since=ago(6)) == "locked_out"
    assert _claim(former_owner_id=1, pool_since=ago(7)) is None
    assert _claim(former_owner_id=2, pool_since=ago(1)) is None
