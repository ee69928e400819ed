"""Products and trade data in a company: rates, tax terms by date, terms, rules on saving."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select

from core.api import Invalid, Refused, save
from plugins.products.api import (
    ExchangeRate,
    HsCode,
    PaymentTerm,
    Port,
    Product,
    Regime,
    containers,
    convert,
    hs_terms,
    keep_rate,
    payment_term,
    product_terms,
    rate,
)
from plugins.products.seeding import seed

pytestmark = pytest.mark.plugins("products")
DAY = date(2026, 11, 20)


def product(ctx, **values):
    hs = ctx.session.scalar(select(HsCode.id).where(HsCode.code == "9405429000"))
    given = {"code": "FL-50W-B", "name_en": "LED floodlight 50 W", "hs_code_id": hs}
    return save(ctx, Product, {**given, **values})


@pytest.fixture
def ctx(world):
    with world.act("adm") as found:
        yield found
        found.session.rollback()


def test_a_company_starts_with_the_reference_data_and_a_second_load_adds_nothing(ctx):
    ports = ctx.session.scalar(select(func.count()).select_from(select(Port.id).subquery()),
                               execution_options={"outside_the_wall": True})
    assert ports >= 60
    assert seed(ctx) == 0
    assert [box.code for box in containers(ctx)] == ["20GP", "40GP", "40HQ", "45HQ"]


@pytest.mark.parametrize(
    ("code", "day", "refund", "regime"),
    [
        ("8541430000", date(2024, 11, 30), "0.13", Regime.REFUND),
        ("8541430000", date(2024, 12, 1), "0.09", Regime.REFUND),
        ("8541430000", date(2026, 3, 31), "0.09", Regime.REFUND),
        ("8541430000", date(2026, 4, 1), "0", Regime.TAXABLE),
        ("8507600090", date(2026, 4, 1), "0.06", Regime.REFUND),
        ("8507600090", date(2026, 12, 31), "0.06", Regime.REFUND),
        ("8507600090", date(2027, 1, 1), "0", Regime.TAXABLE),
        ("9405429000", date(2026, 11, 20), "0.13", Regime.REFUND),
    ],
)
def test_the_refund_follows_the_export_date(ctx, code, day, refund, regime):
    terms = hs_terms(ctx, code, day)
    assert (terms.refund, terms.regime) == (D(refund), regime)


def test_a_date_without_terms_is_named(ctx):
    with pytest.raises(Refused, match=r"9405429000.*2001-01-01"):
        hs_terms(ctx, "9405429000", date(2001, 1, 1))


def test_a_product_follows_its_suppliers_invoice(ctx):
    row = product(ctx, invoice="simplified", invoice_rate="1 %")
    terms = product_terms(ctx, row, row.hs_code_id, DAY)
    assert (terms.vat, terms.refund) == (D("0.01"), D("0.01"))


def test_the_last_rate_on_or_before_the_day_counts(ctx):
    keep_rate(ctx, "USD", "book", date(2026, 11, 2), D("7.05"), "test")
    keep_rate(ctx, "USD", "book", date(2026, 11, 16), D("7.08"), "test")
    assert rate(ctx, "USD", date(2026, 11, 15)) == D("7.05")
    assert rate(ctx, "USD", DAY) == D("7.08")
    assert rate(ctx, "CNY", DAY) == 1


def test_a_missing_rate_is_an_error_and_names_the_cure(ctx):
    with pytest.raises(Refused, match="GBP.*Enter one"):
        rate(ctx, "GBP", DAY)


def test_quoting_without_an_entered_rate_takes_the_safety_margin(ctx):
    keep_rate(ctx, "USD", "book", date(2026, 11, 2), D("7.00"), "test")
    assert rate(ctx, "USD", DAY, "quote") == D("6.930000")
    keep_rate(ctx, "USD", "quote", date(2026, 11, 2), D("7.05"), "test")
    assert rate(ctx, "USD", DAY, "quote") == D("7.05")


def test_customs_use_the_third_wednesday_of_the_month_before(ctx):
    keep_rate(ctx, "USD", "book", date(2026, 10, 20), D("7.01"), "test")
    keep_rate(ctx, "USD", "book", date(2026, 10, 21), D("7.02"), "test")
    keep_rate(ctx, "USD", "book", date(2026, 11, 1), D("7.09"), "test")
    assert rate(ctx, "USD", DAY, "customs") == D("7.02")


def test_conversion_rounds_to_the_minor_unit(ctx):
    keep_rate(ctx, "USD", "book", DAY, D("7.05"), "test")
    keep_rate(ctx, "JPY", "book", DAY, D("0.047"), "test")
    assert convert(ctx, D("10.00"), "USD", "JPY", DAY) == D("1500")
    assert convert(ctx, D("1500"), "JPY", "CNY", DAY) == D("70.50")


def test_a_board_that_quotes_per_100_is_divided_once(ctx):
    row = save(ctx, ExchangeRate, {
        "currency": "JPY", "kind": "bank_buy", "valid_from": DAY, "rate": "4.71", "per": 100,
    })
    assert (row.rate, row.per) == (D("0.0471"), 1)
    save(ctx, ExchangeRate, {"source": "bank"}, row)
    assert row.rate == D("0.0471")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rate": "0"}, "rate"),
        ({"currency": "CNY"}, "currency"),
        ({"per": 0}, "per"),
    ],
)
def test_wrong_rates_are_refused_at_their_field(ctx, values, field):
    given = {"currency": "USD", "kind": "book", "valid_from": DAY, "rate": "7.05", **values}
    with pytest.raises(Invalid) as caught:
        save(ctx, ExchangeRate, given)
    assert field in caught.value.by_field()


def test_the_same_rate_twice_is_refused(ctx):
    given = {"currency": "USD", "kind": "book", "valid_from": DAY, "rate": "7.05"}
    save(ctx, ExchangeRate, given)
    with pytest.raises(Invalid, match="already"):
        save(ctx, ExchangeRate, {**given, "rate": "7.06"})


def test_payment_terms_have_their_milestones(ctx):
    term = payment_term(ctx, "TT30C")
    assert [(p.share, p.trigger, p.gates) for p in term.parts] == [
        (D("0.3"), "signed", ("production",)), (D("0.7"), "bl", ("documents",)),
    ]
    assert (term.risk, term.weight) == ("docs", 1)


def test_milestones_of_a_term_must_add_up(ctx):
    with pytest.raises(Invalid, match="add up to 90 %"):
        save(ctx, PaymentTerm, {
            "code": "TT60", "name_en": "60/30", "risk": "docs",
            "parts": [
                {"kind": "deposit", "share": "60 %", "trigger": "signed", "days": 7},
                {"kind": "balance", "share": "30 %", "trigger": "bl", "days": 7},
            ],
        })


def test_a_product_has_its_model_code_as_number(ctx):
    row = product(ctx, tiers=[{"from_quantity": 500, "price": "11.20"},
                              {"from_quantity": 2000, "price": "10.80"}])
    assert row.number == "FL-50W-B"
    assert row.name == "FL-50W-B LED floodlight 50 W"
    with pytest.raises(Invalid, match="is taken"):
        product(ctx)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"carton_gross": "12.0", "carton_net": "13.6"}, "carton_gross"),
        ({"un_number": "3480"}, "un_number"),
        ({"invoice": "simplified"}, "invoice_rate"),
        ({"tiers": [{"from_quantity": 1, "price": 2}, {"from_quantity": 9, "price": 2}]}, "tiers"),
    ],
)
def test_wrong_products_are_refused_at_their_field(ctx, values, field):
    with pytest.raises(Invalid) as caught:
        product(ctx, **values)
    assert field in caught.value.by_field()


def test_refund_nought_with_a_refund_regime_is_refused(ctx):
    with pytest.raises(Invalid, match="taxable or exempt"):
        save(ctx, HsCode, {
            "code": "8541420000", "name_en": "PV cells",
            "terms": [{"valid_from": "2026-04-01", "vat": "13 %", "refund": "0",
                       "regime": "refund"}],
        })


def test_terms_of_a_code_may_not_overlap(ctx):
    row = {"vat": "13 %", "refund": "9 %", "regime": "refund"}
    with pytest.raises(Invalid, match="Two rows hold on 2026-04-01"):
        save(ctx, HsCode, {
            "code": "8541420000", "name_en": "PV cells",
            "terms": [{"valid_from": "2024-12-01", **row}, {"valid_from": "2026-04-01", **row}],
        })
