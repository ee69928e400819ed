"""Sampling plans, yields and OEE (DOMAIN §2.9, §7)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.mes.quality import (
    AQLS,
    LEVELS,
    SAMPLES,
    code_letter,
    defect_rate,
    first_pass_yield,
    oee,
    rolled_yield,
    sample_plan,
    verdict,
)

HANDBOOK = [
    (91, 150, 20, 1, 2), (151, 280, 32, 2, 3), (281, 500, 50, 3, 5), (501, 1_200, 80, 5, 7),
    (1_201, 3_200, 125, 7, 10), (3_201, 10_000, 200, 10, 14), (10_001, 35_000, 315, 14, 21),
]


@pytest.mark.parametrize(("low", "high", "sample", "major", "minor"), HANDBOOK)
def test_plans_of_the_handbook(low, high, sample, major, minor):
    for lot in (low, high):
        for aql, accept in ((D("2.5"), major), (D("4.0"), minor)):
            plan = sample_plan(lot, aql)
            assert (plan.sample, plan.accept, plan.reject) == (sample, accept, accept + 1)


def test_where_the_table_points_up_or_down():
    assert sample_plan(40, D("2.5")).sample == 5  # letter D points up to C, 0/1
    assert (sample_plan(60, D("2.5")).sample, sample_plan(60, D("2.5")).accept) == (20, 1)
    assert sample_plan(5, D("2.5")).sample == 5  # letter A points down: the whole lot
    assert sample_plan(3, D("2.5")).sample == 3


def test_largest_lots_stop_at_21():
    largest = sample_plan(200_000, D("4.0"))
    assert (largest.sample, largest.accept) == (315, 21)
    assert sample_plan(900_000, D("0.65"), "III").accept == 21


def test_unknown_aql_is_an_error():
    with pytest.raises(ValueError, match="3"):
        sample_plan(100, D(3))


def test_code_letters_by_level():
    assert [code_letter(1000, level) for level in LEVELS] == ["G", "J", "K"]


def test_a_lot_fails_if_any_class_fails():
    assert verdict(1000, 0, 5, 7)[0]
    assert not verdict(1000, 1, 0, 0)[0]
    assert not verdict(1000, 0, 6, 0)[0]
    assert not verdict(1000, 0, 0, 8)[0]


@settings(max_examples=50)
@given(st.integers(2, 400_000), st.sampled_from(AQLS), st.sampled_from(LEVELS))
def test_a_looser_aql_never_accepts_less(lot, aql, level):
    plan = sample_plan(lot, aql, level)
    assert plan.sample <= lot
    assert plan.reject == plan.accept + 1
    looser = AQLS[min(AQLS.index(aql) + 1, len(AQLS) - 1)]
    other = sample_plan(lot, looser, level)
    assert other.accept * plan.sample >= plan.accept * other.sample
    assert plan.sample == lot or plan.sample in SAMPLES


def test_yields_of_the_handbook():
    yields = [D("0.985"), D("0.990"), D("0.995"), D("0.998")]
    assert round(rolled_yield(yields) * 100, 2) == D("96.83")
    assert first_pass_yield(D(985), D(1000)) == D("0.985")
    assert first_pass_yield(D(0), D(0)) is None
    assert defect_rate(D(3), D(80)) == D("0.0375")


def test_oee_is_the_product_of_three():
    # 480 planned, 400 run, 360 standard minutes made, 190 of 200 good
    assert round(oee(D(480), D(400), D(360), D(190), D(200)), 4) == D("0.7125")
    assert oee(D(0), D(0), D(0), D(0), D(0)) == 0
