"""The arithmetic of reports (DOMAIN §7)."""

from datetime import date
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.reports import figures, periods
from plugins.reports.declare import Column, Filters, Row, Table

amounts = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.decimals(min_value=0, max_value=10**6, places=2), max_size=12,
)


def test_median_and_ninetieth_percentile():
    assert figures.median([5, 1, 3]) == 3
    assert figures.median([1, 2, 3, 10]) == D("2.5")
    assert figures.quantile(range(1, 12), D("0.9")) == 10
    assert figures.median([]) is None


def test_concentration_is_the_share_of_the_largest():
    revenue = {name: D(value) for name, value in zip("abcdef", (50, 20, 10, 10, 5, 5), strict=True)}
    assert figures.concentration(revenue) == D("0.95")
    assert figures.herfindahl({"a": D(1), "b": D(1)}) == D("0.5")
    assert figures.concentration({}) is None


def test_pareto_runs_up_to_the_whole():
    found = figures.pareto({"material": D(6), "quality": D(3), "deposit": D(1)})
    assert [row[0] for row in found] == ["material", "quality", "deposit"]
    assert [row[2] for row in found] == [D("0.6"), D("0.9"), D(1)]


def test_spans_end_today():
    today = date(2026, 11, 23)
    assert periods.span("month", today) == (date(2026, 11, 1), today)
    assert periods.span("quarter", today) == (date(2026, 10, 1), today)
    assert periods.span("year", today) == (date(2026, 1, 1), today)
    assert periods.span("twelve", today) == (date(2025, 11, 1), today)
    assert periods.year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_months_and_weeks():
    assert list(periods.months(date(2025, 11, 5), date(2026, 2, 1))) == [
        "2025-11", "2025-12", "2026-01", "2026-02"
    ]
    assert periods.weeks(date(2026, 11, 23), 2)[1] == (date(2026, 11, 30), date(2026, 12, 6))


def test_totals_leave_out_what_is_empty():
    table = Table([Column("a", "A", "money", total=True), Column("b", "B", "percent")],
                  [Row({"a": D("1.50"), "b": D(1)}), Row({"a": None, "b": D(1)})])
    assert table.totals() == {"a": D("1.50")}


def test_filters_go_round_through_the_address():
    filters = Filters(date(2026, 1, 1), date(2026, 11, 23), country="DE", extra={"rows": "country"})
    assert "country=DE" in filters.query()
    assert "product" not in filters.query()
    assert "view=list" in filters.query(view="list")


@settings(max_examples=50)
@given(amounts)
def test_shares_lie_between_zero_and_one(revenue):
    share, index = figures.concentration(revenue), figures.herfindahl(revenue)
    assert share is None or 0 <= share <= 1
    assert index is None or D(0) < index <= D("1.0000000001")
    found = figures.pareto(revenue)
    assert sum(row[1] for row in found) == sum(revenue.values())


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("pq"), st.integers(-99, 99))))
def test_a_pivot_sums_to_the_whole(items):
    found = figures.pivot(items, lambda i: i[0], lambda i: i[1], lambda i: D(i[2]))
    assert sum(found.values(), D(0)) == sum(i[2] for i in items)
