"""Operation times, progress and what operation reports may not say (DOMAIN §1.7, §2.9)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.mes.routing import (
    Tally,
    excess_of,
    operation_minutes,
    progress,
    weighted_progress,
)


@pytest.mark.parametrize(
    ("setup", "run", "stations", "minutes"),
    [("60", "0.30", 1, 484), ("30", "1.20", 4, 454), ("0", "0.60", 2, 424), ("15", "0.50", 2, 368)],
)
def test_operation_times_of_the_handbook(setup, run, stations, minutes):
    assert operation_minutes(D(1200), D(setup), D(run), stations, D("0.85")) == minutes


def test_no_station_is_an_error():
    with pytest.raises(ValueError, match="station"):
        operation_minutes(D(1), D(0), D(1), 0)


def test_progress_of_the_handbook():
    runs, goods = ("0.30", "1.20", "0.60", "0.50"), (1200, 900, 500, 300)
    tallies = [Tally(D(1200), D(r), good=D(g)) for r, g in zip(runs, goods, strict=True)]
    assert round(progress(tallies) * 100, 2) == D("60.58")


def test_order_progress_weighs_by_standard_minutes():
    assert weighted_progress([(D("0.5"), D(300)), (D(1), D(100))]) == D("0.625")
    assert weighted_progress([]) == 0


def test_an_operation_cannot_see_more_than_came_in():
    tallies = [Tally(D(100), D(1), good=D(80), scrap=D(5)), Tally(D(100), D(1), good=D(81))]
    excess = excess_of(tallies)
    assert excess is not None
    assert (excess.index, excess.have, excess.most) == (1, D(81), D(80))


def test_rework_and_scrap_count_as_seen():
    assert excess_of([Tally(D(100), D(1), good=D(95), rework=D(4), scrap=D(1))]) is None
    assert excess_of([Tally(D(100), D(1), good=D(95), rework=D(4), scrap=D(2))]) is not None


tally = st.builds(
    Tally,
    planned=st.just(D(100)),
    run=st.decimals(min_value="0.1", max_value=5, places=2),
    good=st.integers(0, 60).map(D),
    rework=st.integers(0, 30).map(D),
    scrap=st.integers(0, 30).map(D),
)


@settings(max_examples=50)
@given(st.lists(tally, min_size=1, max_size=5))
def test_accepted_tallies_never_grow_from_operation_to_operation(tallies):
    if excess_of(tallies) is None:
        goods = [t.good for t in tallies]
        assert goods == sorted(goods, reverse=True)
        assert tallies[0].seen <= 100
    assert 0 <= progress(tallies) <= 1
