"""Export tax regimes (DOMAIN §2.1, §2.11)."""

from decimal import Decimal as D

import pytest

from plugins.products.api import (
    Invoice,
    Regime,
    TaxTerms,
    falling,
    manufacturer_period,
    net_goods_cost,
    refund_amount,
    terms_for_invoice,
    tier_price,
)

THIRTEEN = TaxTerms(D("0.13"), D("0.13"), Regime.REFUND)


def at(refund, regime=Regime.REFUND):
    return TaxTerms(D("0.13"), D(refund), regime)


@pytest.mark.parametrize(
    ("terms", "goods"),
    [
        (at("0.09"), "416.00"),
        (at("0.06"), "428.00"),
        (at("0", Regime.EXEMPT), "452.00"),
        (at("0", Regime.TAXABLE), "400.00"),
    ],
)
def test_battery_example(terms, goods):
    assert net_goods_cost(D("452.00"), terms) == D(goods)


def test_refund_divides_by_one_plus_vat_and_rounds_per_line():
    assert refund_amount(D("452.00"), D(1), at("0.06")) == D("24.00")
    assert refund_amount(D(68), D(9200), THIRTEEN) == D("71971.68")
    assert refund_amount(D(68), D(9200), at("0", Regime.TAXABLE)) == 0


def test_q1_goods_cost():
    assert round(net_goods_cost(D("68.00"), THIRTEEN), 4) == D("60.1770")


def test_a_manufacturer_counts_the_cost_of_making():
    assert net_goods_cost(D(50), at("0.09", Regime.MANUFACTURER)) == D(50)


def test_a_small_scale_supplier_refunds_at_most_his_invoice_rate():
    terms = terms_for_invoice(THIRTEEN, Invoice.SIMPLIFIED, D("0.03"))
    assert terms == TaxTerms(D("0.03"), D("0.03"), Regime.REFUND)


@pytest.mark.parametrize(
    ("invoice", "regime"),
    [
        (Invoice.SPECIAL, Regime.REFUND),
        (Invoice.ORDINARY, Regime.EXEMPT),
        (Invoice.NONE, Regime.TAXABLE),
    ],
)
def test_the_suppliers_paper_decides_the_regime(invoice, regime):
    assert terms_for_invoice(THIRTEEN, invoice).regime is regime


def test_a_cancelled_refund_is_taxable_whatever_the_paper():
    cancelled = at("0", Regime.TAXABLE)
    assert terms_for_invoice(cancelled, Invoice.ORDINARY).regime is Regime.TAXABLE
    assert cancelled.output_vat == D("0.13")
    assert terms_for_invoice(cancelled, Invoice.SPECIAL, own_made=True).regime is Regime.TAXABLE


def test_own_production_bears_the_rate_difference():
    terms = terms_for_invoice(at("0.09"), Invoice.SPECIAL, own_made=True)
    assert terms.regime is Regime.MANUFACTURER
    assert terms.not_refunded == D("0.04")


def test_manufacturer_period_example():
    period = manufacturer_period(D(3_000_000), D("0.13"), D("0.09"), D(130_000), D(400_000))
    assert period.non_creditable == D(120_000)
    assert period.payable == D(-150_000)
    assert (period.refund, period.offset) == (D(150_000), D(120_000))


TIERS = [(D(500), D("11.20")), (D(2000), D("10.80")), (D(5000), D("10.40")), (D(8000), D("10.10"))]


@pytest.mark.parametrize(("quantity", "price"), [(4999, "10.80"), (5000, "10.40"), (500, "11.20")])
def test_the_largest_break_that_is_reached_applies(quantity, price):
    assert tier_price(TIERS, D(quantity)) == D(price)


def test_below_the_minimum_order_there_is_no_price():
    assert tier_price(TIERS, D(300)) is None


def test_tiers_must_fall():
    assert falling(TIERS)
    assert not falling([*TIERS, (D(9000), D("10.10"))])
    assert not falling([*TIERS, (D(500), D("10.00"))])
