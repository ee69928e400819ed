"""Cartons, containers, loose and air cargo (DOMAIN §2.3)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.products.api import (
    Cargo,
    Carton,
    Container,
    chargeable_kg,
    cheapest_plan,
    lcl_freight,
    load,
    packed,
)

FLOOD = Carton(D(46), D(40), D(32), 8, D("13.6"), D("12.0"))
GP20 = Container("20GP", 5898, 2352, 2393, D(28), D(21500))
GP40 = Container("40GP", 12032, 2352, 2393, D(58), D(26000))
HQ40 = Container("40HQ", 12032, 2352, 2698, D(68), D(26000))


def test_the_volume_is_that_of_the_carton():
    assert FLOOD.cbm == D("0.05888")


def test_40hq_example():
    full = load(HQ40, FLOOD)
    assert (full.volume, full.weight, full.geometry) == (1154, 1911, 1200)
    assert (full.cartons, full.pieces) == (1154, 9232)


@pytest.mark.parametrize(("box", "cartons", "pieces"), [(GP20, 475, 3800), (GP40, 985, 7880)])
def test_smaller_containers(box, cartons, pieces):
    full = load(box, FLOOD)
    assert (full.cartons, full.pieces) == (cartons, pieces)


def test_9200_pieces_are_1150_cartons():
    cargo = packed(D(9200), FLOOD)
    assert cargo == Cargo(1150, D("67.712"), D("15640.00"), D("13800.00"))


def test_a_part_filled_carton_is_a_whole_box_with_its_own_weight():
    cargo = packed(D(9), FLOOD)
    assert cargo.cartons == 2
    assert cargo.cbm == FLOOD.cbm * 2
    assert (cargo.net, cargo.gross) == (D("13.50"), D("16.70"))


def test_lcl_example():
    assert lcl_freight(D("6.412"), D(2850), D("65.00")) == D("416.78")


def test_less_than_a_revenue_ton_pays_one():
    assert lcl_freight(D("0.2"), D(80), D(65)) == D("65.00")


def test_air_and_courier_weight_rounds_up_to_the_half_kilogram():
    assert chargeable_kg(D("13.6"), D(46), D(40), D(32)) == D("14.0")
    assert chargeable_kg(D(5), D(46), D(40), D(32)) == D("10.0")
    assert chargeable_kg(D(5), D(46), D(40), D(32), divisor=5000) == D("12.0")


def test_the_cheapest_boxes_that_hold_the_cargo_win():
    cargo = packed(D(9200), FLOOD)
    offers = [(GP20, D(1900)), (GP40, D(3100)), (HQ40, D(3200))]
    assert cheapest_plan(cargo, offers).boxes == ("40HQ",)
    both = cheapest_plan(cargo + cargo, offers)
    assert (both.boxes, both.freight) == (("40HQ", "40HQ"), D(6400))


def test_a_little_cargo_goes_loose_and_too_much_goes_nowhere():
    assert cheapest_plan(packed(D(80), FLOOD), [(GP20, D(1900))], D(65)).boxes == ("LCL",)
    assert cheapest_plan(packed(D(50000), FLOOD), [(GP20, D(1900))]) is None


@settings(max_examples=50)
@given(quantity=st.integers(min_value=1, max_value=100_000))
def test_gross_is_never_below_net_and_cartons_hold_all_pieces(quantity):
    cargo = packed(D(quantity), FLOOD)
    assert cargo.gross >= cargo.net
    assert (cargo.cartons - 1) * 8 < quantity <= cargo.cartons * 8


def test_at_equal_freight_fewer_boxes_win():
    small = Container("20GP", 5898, 2352, 2393, D(28), D(21500))
    offers = [(small, D(1000)), (GP40, D(2000))]
    assert cheapest_plan(Cargo(1, D(50), D(1000), D(900)), offers).boxes == ("40GP",)


@settings(max_examples=50)
@given(
    cbm=st.integers(min_value=1, max_value=300),
    kilos=st.integers(min_value=1, max_value=150_000),
    prices=st.lists(st.integers(min_value=100, max_value=5000), min_size=3, max_size=3),
)
def test_the_plan_is_as_cheap_as_the_best_of_all_plans(cbm, kilos, prices):
    offers = list(zip((GP20, GP40, HQ40), map(D, prices), strict=True))
    cargo = Cargo(1, D(cbm), D(kilos), D(kilos))
    every = (
        (a, b, c) for a in range(11) for b in range(11 - a) for c in range(11 - a - b)
    )
    fitting = [
        sum(n * price for n, (_box, price) in zip(counts, offers, strict=True))
        for counts in every
        if sum(n * box.plan_cbm for n, (box, _p) in zip(counts, offers, strict=True)) >= cbm
        and sum(n * box.payload for n, (box, _p) in zip(counts, offers, strict=True)) >= kilos
    ]
    found = cheapest_plan(cargo, offers)
    assert (found.freight if found else None) == (min(fitting) if fitting else None)
