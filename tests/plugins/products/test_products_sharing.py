"""Shares and milestones to the cent (DOMAIN §0, §2.4)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.products.api import milestone_amounts, share_out

cents = st.decimals(min_value=0, max_value=10**7, places=2)
drivers = st.lists(st.decimals(min_value=0, max_value=1000, places=3), min_size=1, max_size=12)


def test_freight_example_of_the_handbook():
    shares = share_out(D("4750.00"), [D("41.216"), D("18.304"), D("8.192")])
    assert shares == [D("2891.30"), D("1284.03"), D("574.67")]


def test_a_tie_gives_the_cent_to_the_earlier_line():
    assert share_out(D("0.01"), [D(1), D(1)]) == [D("0.01"), D("0.00")]


def test_yen_have_no_cents():
    assert share_out(D(100), [D(1), D(1), D(1)], places=0) == [D(34), D(33), D(33)]


def test_without_any_driver_the_lines_share_equally():
    assert share_out(D("10.00"), [D(0), D(0)]) == [D("5.00"), D("5.00")]


def test_a_negative_driver_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        share_out(D(1), [D(-1), D(2)])


@settings(max_examples=50)
@given(total=cents, weights=drivers)
def test_shares_sum_to_the_cost_and_are_within_a_cent_of_fair(total, weights):
    shares = share_out(total, weights)
    assert sum(shares) == total
    if any(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - total * weight / sum(weights)) < D("0.01")


@settings(max_examples=30)
@given(total=cents, weights=drivers)
def test_a_credit_is_shared_like_its_debit(total, weights):
    assert share_out(-total, weights) == [-share for share in share_out(total, weights)]


def test_the_last_milestone_takes_the_remainder():
    amounts = milestone_amounts(D("68450.25"), [D("0.3"), D("0.7")])
    assert amounts == [D("20535.08"), D("47915.17")]


def test_shares_of_a_term_must_add_up():
    with pytest.raises(ValueError, match="not to 1"):
        milestone_amounts(D(100), [D("0.3"), D("0.6")])


@settings(max_examples=50)
@given(total=cents, first=st.integers(min_value=1, max_value=98))
def test_milestones_sum_to_the_total(total, first):
    shares = [D(first) / 100, D(99 - first) / 100, D("0.01")]
    assert sum(milestone_amounts(total, shares)) == total
