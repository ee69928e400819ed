"""Bill of material explosion and shortages (DOMAIN §2.9)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.mes.explosion import (
    Component,
    LoopError,
    Stock,
    explode,
    rounded_up,
    shortages,
)

BOMS = {
    "light": [
        Component("module", D(1), D("0.01")),
        Component("screw", D(8), D("0.03")),
        Component("carton", D("0.125")),
    ],
    "module": [Component("chip", D(50), D("0.02")), Component("mcpcb", D(1), D("0.005"))],
}
STOCK = {
    "module": Stock(available=D(200)),
    "chip": Stock(available=D(15_000), pack=D(4_000)),
}


def by_item(needs):
    return {need.item: need for need in needs}


def test_1200_lights_of_the_handbook():
    needs = by_item(explode({"light": D(1200)}, BOMS, STOCK))
    assert (needs["module"].gross, needs["module"].net) == (D("1212.00"), D("1012.00"))
    assert needs["chip"].gross == D(51612)
    assert (needs["chip"].net, needs["chip"].planned) == (D(36612), D(40_000))
    assert needs["mcpcb"].gross == D("1017.06")
    assert needs["mcpcb"].planned == D(1018)
    assert needs["screw"].planned == D(9888)
    assert needs["carton"].planned == D(150)


def test_shortages_name_bought_items_only():
    names = [need.item for need in shortages(explode({"light": D(1200)}, BOMS, STOCK))]
    assert set(names) == {"chip", "mcpcb", "screw", "carton"}


def test_covered_material_is_no_shortage():
    stock = {**STOCK, "screw": Stock(available=D(6_000), on_order=D(4_000))}
    assert "screw" not in [n.item for n in shortages(explode({"light": D(1200)}, BOMS, stock))]


def test_safety_stock_is_kept():
    needs = by_item(explode({"light": D(100)}, BOMS, {"carton": Stock(D(20), safety=D(5))}))
    assert needs["carton"].net == D("-2.5").max(0)
    needs = by_item(explode({"light": D(160)}, BOMS, {"carton": Stock(D(20), safety=D(5))}))
    assert needs["carton"].net == D(5)


def test_an_item_on_two_levels_is_netted_once_at_its_lowest():
    boms = {"a": [Component("b", D(1)), Component("c", D(2))], "b": [Component("c", D(3))]}
    needs = by_item(explode({"a": D(10)}, boms, {"c": Stock(D(20))}))
    assert needs["c"].level == 2
    assert (needs["c"].gross, needs["c"].net) == (D(50), D(30))


def test_a_loop_is_named():
    with pytest.raises(LoopError, match="a > b > a"):
        explode({"a": D(1)}, {"a": [Component("b", D(1))], "b": [Component("a", D(1))]}, {})


def test_pack_must_be_positive():
    with pytest.raises(ValueError, match="pack"):
        rounded_up(D(1), D(0))


quantities = st.decimals(min_value=0, max_value=5000, places=2)


@settings(max_examples=50)
@given(demand=quantities, available=quantities, on_order=quantities, pack=st.integers(1, 500))
def test_planned_covers_the_net_by_less_than_a_pack(demand, available, on_order, pack):
    stock = {"part": Stock(available, on_order, pack=D(pack))}
    (need,) = explode({"top": demand}, {"top": [Component("part", D(2), D("0.05"))]}, stock)
    assert need.net <= need.planned < need.net + pack
    assert need.planned % pack == 0
    assert available + on_order + need.planned >= need.gross


@settings(max_examples=30)
@given(one=quantities, two=quantities)
def test_two_demands_need_what_their_sum_needs(one, two):
    boms = {"x": BOMS["module"], "y": BOMS["module"]}
    both = by_item(explode({"x": one, "y": two}, boms, {}))
    sum_ = by_item(explode({"x": one + two}, boms, {}))
    assert both["chip"].gross == sum_["chip"].gross
