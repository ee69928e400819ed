"""The price builder, every worked example of DOMAIN §2.1-2.2 to the cent."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api import in_locale
from plugins.products.api import Regime, TaxTerms, rounded
from plugins.quotes.pricing.build import Item, Terms, build
from plugins.quotes.pricing.facts import converted, in_usd, margin_points, moved
from plugins.quotes.pricing.incoterms import TERMS
from plugins.quotes.pricing.solve import (
    Charges,
    PricingError,
    UnitCost,
    margin_at,
    solve_price,
)

THIRTEEN = TaxTerms(D("0.13"), D("0.13"), Regime.REFUND)
Q1 = Terms(
    incoterm="CIF",
    rate=D("7.05"),
    inland=D(4750),
    freight=D(3200),
    destination=D(850),
    clearance=D(150),
    premium=D("0.002"),
    overhead=D("0.02"),
    finance_rate=D("0.036"),
    finance_days=60,
)
FLOOD = Item(
    D(9200), D("68.00"), THIRTEEN, margin=D("0.15"), volume=D("67.712"), duty=D("0.047")
)


@pytest.mark.parametrize(
    ("term", "exact", "price"),
    [
        ("EXW", "10.337087", "10.34"),
        ("FOB", "10.423245", "10.42"),
        ("FAS", "10.423245", "10.42"),
        ("CFR", "10.771071", "10.77"),
        ("CPT", "10.771071", "10.77"),
        ("CIF", "10.794820", "10.79"),
        ("CIP", "10.794820", "10.79"),
        ("DAP", "10.887211", "10.89"),
        ("DDP", "11.410872", "11.41"),
    ],
)
def test_q1_under_every_term(term, exact, price):
    line = build(replace(Q1, incoterm=term), [FLOOD]).lines[0]
    assert rounded(line.exact, 6) == D(exact)
    assert line.price == D(price)


def test_q1_cost_tree():
    line = build(Q1, [FLOOD]).lines[0]
    parts = line.unit
    assert rounded(parts.goods, 4) == D("60.1770")
    assert (rounded(parts.overhead, 4), rounded(parts.financing, 4)) == (D("1.3600"), D("0.4080"))
    assert rounded(parts.inland, 4) == D("0.5163")
    assert rounded(line.cost, 4) == D("62.4613")
    assert rounded(parts.total("EXW"), 4) == D("61.9450")


def test_commission_and_insurance_sit_in_one_divisor():
    line = build(replace(Q1, linked=D("0.03")), [FLOOD]).lines[0]
    assert rounded(line.exact, 6) == D("11.129439")
    assert line.price == D("11.13")


def test_q1_back_check_after_rounding():
    quote = build(Q1, [FLOOD])
    assert quote.amount == D("99268.00")
    assert (quote.insured, quote.insurance) == (D("109194.80"), D("218.39"))
    assert quote.net_fob == D("95849.61")
    assert quote.net_fob_home == D("675739.75")
    assert quote.margin == D("0.1496")
    assert quote.goods == D("553628.32")
    assert quote.exchange_cost == D("5.8256")


@pytest.mark.parametrize(
    ("refund", "regime", "goods", "price"),
    [
        ("0.09", Regime.REFUND, "416.00", "66.98"),
        ("0.06", Regime.REFUND, "428.00", "68.87"),
        ("0", Regime.EXEMPT, "452.00", "72.66"),
        ("0", Regime.TAXABLE, "400.00", "72.84"),
    ],
)
def test_battery_example_in_every_regime(refund, regime, goods, price):
    item = Item(D(1), D("452.00"), TaxTerms(D("0.13"), D(refund), regime), margin=D("0.10"))
    line = build(Terms("FOB", D("7.05"), inland=D("9.00")), [item]).lines[0]
    assert rounded(line.unit.goods) == D(goods)
    assert line.price == D(price)


def test_taxable_is_not_refund_nought():
    nought = TaxTerms(D("0.13"), D(0), Regime.REFUND)
    taxable = TaxTerms(D("0.13"), D(0), Regime.TAXABLE)
    with_local = Terms("FOB", D("7.05"), inland=D(9))
    prices = [
        build(with_local, [Item(D(1), D(452), tax, margin=D("0.1"))]).lines[0].price
        for tax in (nought, taxable)
    ]
    assert prices == [D("72.66"), D("72.84")]


def test_terms_differ_only_by_what_the_seller_bears():
    full = replace(Q1, loading=D(920), unloading=D(460))
    price = {term: build(replace(full, incoterm=term), [FLOOD]).lines[0].exact for term in TERMS}
    assert price["EXW"] < price["FCA"] == price["FAS"] < price["FOB"] < price["CFR"]
    assert price["CFR"] == price["CPT"] < price["CIF"] == price["CIP"] < price["DAP"]
    assert price["DAP"] + D("0.05") == pytest.approx(price["DPU"])
    assert price["DPU"] < price["DDP"]


def test_ddp_vat_paid_adds_import_vat_on_value_and_duty():
    plain = build(replace(Q1, incoterm="DDP"), [FLOOD]).lines[0].exact
    paid = build(replace(Q1, incoterm="DDP", import_vat=D("0.19")), [FLOOD]).lines[0].exact
    value = D("10.794820")
    assert rounded(paid - plain, 4) == rounded(value * D("1.047") * D("0.19"), 4)


def test_a_manufacturer_carries_the_rate_difference_on_fob():
    tax = TaxTerms(D("0.13"), D("0.09"), Regime.MANUFACTURER)
    line = build(Terms("FOB", D("7.00")), [Item(D(10), D(70), tax, margin=D("0.16"))]).lines[0]
    assert line.exact == D("12.5")
    assert line.margin == D("0.16")


def test_a_minimum_premium_is_charged_at_least():
    assert build(replace(Q1, least_premium=D(250)), [FLOOD]).insurance == D(250)


def test_an_entered_price_gives_its_margin():
    line = build(Q1, [replace(FLOOD, price=D("10.79"))]).lines[0]
    assert margin_points(line.margin) == D("0.1496")


def test_margin_and_charges_may_not_eat_the_price():
    with in_locale("en"):
        with pytest.raises(PricingError, match="lower the margin"):
            build(Q1, [replace(FLOOD, margin=D(1))])
        with pytest.raises(PricingError, match="commission"):
            build(replace(Q1, linked=D("0.998")), [FLOOD])


def test_an_agreed_price_changes_currency_by_the_pair_of_rates():
    assert converted(D("10.79"), D("7.05"), D("7.80")) == D("9.75")
    assert in_usd(D(10000), D("7.80"), D("7.05")) == D("11063.83")


def test_margin_rounds_before_it_meets_a_threshold():
    assert margin_points(D("0.12345")) == D("0.1235")


def test_rate_move():
    assert moved(D("7.05"), D("6.90")) < D("-0.02") < moved(D("7.05"), D("6.95"))


fractions = st.decimals(min_value=0, max_value="0.3", places=4)
per_unit = st.decimals(min_value=0, max_value=50, places=4)


@settings(max_examples=50)
@given(
    term=st.sampled_from(TERMS),
    goods=st.decimals(min_value="0.5", max_value=900, places=4),
    margin=st.decimals(min_value="-0.5", max_value="0.6", places=4),
    linked=fractions,
    duty=fractions,
    freight=per_unit,
    destination=per_unit,
    regime=st.sampled_from(list(Regime)),
)
def test_price_to_margin_is_the_inverse_of_margin_to_price(
    term, goods, margin, linked, duty, freight, destination, regime
):
    tax = TaxTerms(D("0.13"), D("0.06"), regime)
    cost = UnitCost(goods, overhead=goods / 50, inland=D("0.5"), loading=D("0.25"))
    charges = Charges(
        rate=D("7.05"),
        linked=linked,
        premium=D("0.002"),
        freight=freight,
        destination=destination,
        unloading=D("0.1"),
        clearance=D("0.2"),
        duty=duty,
        import_vat=D("0.19"),
        output_vat=tax.output_vat,
        not_refunded=tax.not_refunded,
    )
    price = solve_price(term, cost, charges, margin)
    assert abs(margin_at(term, price, cost, charges) - margin) < D("1e-15")


items = st.lists(
    st.builds(
        Item,
        quantity=st.integers(min_value=1, max_value=20_000).map(D),
        purchase=st.decimals(min_value="1", max_value=900, places=2),
        tax=st.just(THIRTEEN),
        margin=st.decimals(min_value="0.01", max_value="0.4", places=3),
        volume=st.decimals(min_value="0.01", max_value=60, places=3),
        duty=st.just(D("0.047")),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50)
@given(lines=items, term=st.sampled_from(TERMS))
def test_the_document_is_the_sum_of_its_rounded_lines(lines, term):
    quote = build(replace(Q1, incoterm=term, linked=D("0.01")), lines)
    assert quote.amount == sum(line.amount for line in quote.lines)
    assert all(line.amount == rounded(line.price * line.item.quantity) for line in quote.lines)
    left = quote.net_fob + quote.freight + quote.insurance + quote.arrival + quote.linked
    assert left == quote.amount


@settings(max_examples=30)
@given(lines=items, term=st.sampled_from(TERMS))
def test_shared_charges_reach_the_lines_completely(lines, term):
    quote = build(replace(Q1, incoterm=term), lines)
    freight = sum(line.charges.freight * line.item.quantity for line in quote.lines)
    inland = sum(line.unit.inland * line.item.quantity for line in quote.lines)
    assert (rounded(freight), rounded(inland)) == (D("3200.00"), D("4750.00"))
