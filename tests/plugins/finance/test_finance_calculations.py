"""Receipts, exchange differences, ageing, profit, commission and refunds to the cent."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.finance import ageing, allocation, fx, ladders, profit, refund

cents = st.integers(1, 10**8).map(lambda n: D(n) / 100)
A, B, C = 1, 2, 3
ITEMS = [
    allocation.Item(A, D(12_000), "USD", date(2026, 10, 5)),
    allocation.Item(B, D(8_500), "USD", date(2026, 10, 20)),
    allocation.Item(C, D(20_000), "USD", date(2026, 11, 30)),
]


def test_one_receipt_over_three_invoices():
    found = allocation.propose(D(25_000), "USD", ITEMS, [(C, D(10_000))])
    assert found.parts == ((C, D(10_000)), (A, D(12_000)), (B, D(3_000)))
    assert found.left == 0


def test_what_no_invoice_asks_for_stays_unallocated():
    assert allocation.propose(D(50_000), "USD", ITEMS).left == D(9_500)


def test_another_currency_is_left_alone():
    found = allocation.propose(D(100), "EUR", ITEMS, [(A, None)])
    assert (found.parts, found.left) == ((), D(100))


@settings(max_examples=50)
@given(
    cents, st.lists(cents, max_size=8), st.lists(st.tuples(st.integers(0, 9), cents), max_size=4)
)
def test_allocation_is_never_above_open_nor_above_the_receipt(gross, opens, references):
    items = [
        allocation.Item(i, amount, "USD", date(2026, 1, 1 + i)) for i, amount in enumerate(opens)
    ]
    found = allocation.propose(gross, "USD", items, references)
    assert sum(amount for _key, amount in found.parts) + found.left == gross
    assert all(0 < amount <= opens[key] for key, amount in found.parts)
    assert len({key for key, _amount in found.parts}) == len(found.parts)
    assert found.left == max(D(0), gross - sum(opens, D(0)))


@pytest.mark.parametrize(
    ("left", "due", "small"),
    [
        ("20", "48000", True),
        ("30", "48000", True),
        ("30.01", "48000", False),
        ("20", "3999", False),
        ("20", "4000", True),
        ("0", "48000", False),
    ],
)
def test_short_payment(left, due, small):
    assert allocation.is_small_short(D(left), D(due)) is small


def test_the_worked_receipt():
    assert fx.cny(D("48000.00"), D("7.0650")) == D("339120.00")
    month_end = fx.revalue(D("48000.00"), D("7.0650"), D("7.0480"))
    assert (month_end.after, month_end.result) == (D("338304.00"), D("-816.00"))
    allocated = D("47952.00") + D("28.00")
    bank, charges = fx.cny(D("47952.00"), D("7.0325")), fx.cny(D("28.00"), D("7.0325"))
    realised = fx.difference(allocated, D("7.0325"), D("7.0480"))
    assert (bank, charges, realised) == (D("337222.44"), D("196.91"), D("-743.69"))
    assert bank + charges - realised == fx.cny(allocated, D("7.0480"))
    assert fx.cny(D("48000.00") - allocated, D("7.0480")) == D("140.96")


def test_selling_the_dollars():
    account = fx.Balance().received(D("47952.00"), D("337222.44"))
    after, result = account.sold(D("40000.00"), D("7.0210"))
    assert result == D("-460.00")
    assert (after.amount, after.value) == (D("7952.00"), D("55922.44"))
    with pytest.raises(ValueError):
        after.sold(D("8000.00"), D("7.0210"))


@settings(max_examples=50)
@given(st.lists(st.tuples(cents, cents), min_size=1, max_size=6), st.integers(1, 99))
def test_an_emptied_account_carries_no_value(receipts, percent):
    account = fx.Balance()
    for amount, value in receipts:
        account = account.received(amount, value)
    part = (account.amount * percent / 100).quantize(D("0.01"))
    account, _result = account.sold(part, D("7.0000"))
    account, _result = account.sold(account.amount, D("7.0000"))
    assert (account.amount, account.value) == (0, 0)


@pytest.mark.parametrize(
    ("due", "days", "bucket"),
    [
        (date(2026, 11, 9), 14, "d1_30"),
        (date(2026, 9, 18), 66, "d61_90"),
        (date(2026, 12, 24), -31, "not_due"),
        (date(2026, 7, 1), 145, "d91_180"),
        (date(2026, 11, 23), 0, "not_due"),
        (date(2026, 5, 26), 181, "over_180"),
        (date(2026, 10, 24), 30, "d1_30"),
        (date(2026, 10, 23), 31, "d31_60"),
    ],
)
def test_ageing_by_due_date(due, days, bucket):
    as_of = date(2026, 11, 23)
    assert ageing.days_overdue(as_of, due) == days
    assert ageing.bucket(as_of, due) == bucket


@pytest.mark.parametrize(
    ("day", "level"),
    [(8, None), (7, 0), (1, 0), (0, 1), (-3, 2), (-7, 3), (-14, 3), (-15, 4), (-30, 5), (-99, 5)],
)
def test_reminder_ladder(day, level):
    as_of = date(2026, 11, 23)
    assert ageing.reminder_level(as_of, as_of + timedelta(days=day)) == level


Q1 = profit.Profit(
    revenue=fx.cny(D("29780.40"), D("7.0800")) + fx.cny(D("69487.60"), D("7.0650")),
    fx=fx.difference(D("69487.60"), D("7.0410"), D("7.0650")),
    bank=fx.cny(D("30.00"), D("7.0410")),
    goods=refund.goods_cost("refund", D("625600.00"), D("0.13"), D("0.13")),
    local=D("4750.00"),
    freight=fx.cny(D("3200"), D("7.06")),
    insurance=fx.cny(D("218.39"), D("7.06")),
)


def test_the_worked_order_profit():
    assert fx.cny(D("29780.40"), D("7.0800")) == D("210845.23")
    assert fx.cny(D("69487.60"), D("7.0650")) == D("490929.89")
    assert (Q1.fx, Q1.bank, Q1.goods) == (D("-1667.70"), D("211.23"), D("553628.32"))
    assert (Q1.freight, Q1.insurance) == (D("22592.00"), D("1541.83"))
    assert Q1.net_revenue == D("677641.29")
    assert Q1.gross == D("117384.04")
    assert Q1.margin == D("0.1732")


def test_commission_of_the_worked_order():
    found = profit.commission(Q1.gross, Q1.margin, 12)
    assert found.amount == D("14086.08")
    assert found.parts == (("rep", D("11268.86")), ("mer", D("2817.22")))


@pytest.mark.parametrize(
    ("margin", "rate"),
    [
        ("0.0799", "0"),
        ("0.08", "0.08"),
        ("0.1499", "0.08"),
        ("0.15", "0.12"),
        ("0.2499", "0.12"),
        ("0.25", "0.15"),
    ],
)
def test_commission_tiers(margin, rate):
    assert profit.Rules().rate(D(margin)) == D(rate)


@pytest.mark.parametrize(
    ("late", "factor"),
    [(-5, "1"), (30, "1"), (31, "0.8"), (60, "0.8"), (61, "0.5"), (90, "0.5"), (91, "0")],
)
def test_late_money_lowers_the_commission(late, factor):
    assert profit.Rules().factors.upto(late) == D(factor)


def test_the_split_of_the_commission_loses_no_cent():
    rules = profit.Rules(split=ladders.read_shares("rep:33.3,sm:33.3,mer:33.4"))
    found = profit.commission(D("1000.03"), D("0.20"), 0, rules=rules)
    assert found.amount == D("120.00")
    assert found.parts == (("rep", D("39.96")), ("sm", D("39.96")), ("mer", D("40.08")))


def test_money_comes_in_less_surely_the_later_it_is():
    ladder = ladders.read_ladder("0:1,30:0.8,90:0.5,:0.2")
    chances = [ladder.upto(days) for days in (-5, 0, 1, 30, 31, 90, 91)]
    assert chances == [D(1), D(1), D("0.8"), D("0.8"), D("0.5"), D("0.5"), D("0.2")]


@pytest.mark.parametrize("text", ["", "8:0", "15:8,8:0,:15", "a:b,:c", "8:0,15", "8:0,15:8"])
def test_a_ladder_that_cannot_be_read_is_an_error(text):
    with pytest.raises((ValueError, ArithmeticError)):
        ladders.read_ladder(text)


@pytest.mark.parametrize("text", ["rep:80,mer:30", "rep", "rep:120,mer:-20", "rep:x"])
def test_shares_add_up_to_the_whole(text):
    with pytest.raises((ValueError, ArithmeticError)):
        ladders.read_shares(text)


def test_a_loss_is_carried_against_the_next_order():
    loss = profit.commission(D("-3000.00"), D("-0.05"), 0)
    assert (loss.amount, loss.carry) == (0, D("-3000.00"))
    after = profit.commission(D("13000.00"), D("0.20"), 0, loss.carry)
    assert after.amount == D("1200.00")


@settings(max_examples=50)
@given(
    st.lists(st.integers(-(10**8), 10**8).map(lambda n: D(n) / 100), min_size=10, max_size=10),
    st.lists(st.tuples(cents, cents), min_size=1, max_size=5),
)
def test_line_profits_sum_to_the_order(figures, lines):
    keys = (
        "revenue",
        "fx",
        "bank",
        "goods",
        "local",
        "freight",
        "insurance",
        "agent",
        "claims",
        "other",
    )
    whole = profit.Profit(**dict(zip(keys, figures, strict=True)))
    found = profit.by_line(whole, [a for a, _v in lines], [v for _a, v in lines], {})
    for key in keys:
        assert sum(getattr(part, key) for part in found) == getattr(whole, key)
    assert sum(part.gross for part in found) == whole.gross


def test_shared_costs_follow_volume_and_claims_their_line():
    whole = profit.Profit(revenue=D("1000.00"), local=D("4750.00"), claims=D("90.00"))
    found = profit.by_line(
        whole,
        [D(1), D(1), D(2)],
        [D("41.216"), D("18.304"), D("8.192")],
        {"claims": [D(0), D("90.00"), D(0)]},
    )
    assert [part.revenue for part in found] == [D("250.00"), D("250.00"), D("500.00")]
    assert [part.local for part in found] == [D("2891.30"), D("1284.03"), D("574.67")]
    assert [part.claims for part in found] == [0, D("90.00"), 0]


def test_refund_divides_by_one_plus_vat():
    assert refund.without_vat(D("625600.00"), D("0.13")) == D("553628.32")
    assert refund.trader_refund(D("553628.32"), D("0.13")) == D("71971.68")


@pytest.mark.parametrize(
    ("regime", "rate", "cost"),
    [
        ("refund", "0.09", "416.00"),
        ("refund", "0.06", "428.00"),
        ("exempt", "0", "452.00"),
        ("taxable", "0", "400.00"),
    ],
)
def test_goods_cost_by_regime(regime, rate, cost):
    assert refund.goods_cost(regime, D("452.00"), D("0.13"), D(rate)) == D(cost)


def test_refund_deadlines():
    assert refund.claim_deadline(date(2026, 3, 28)) == date(2027, 4, 30)
    assert not refund.treated_as_domestic(date(2026, 3, 28), date(2029, 3, 27))
    assert refund.treated_as_domestic(date(2026, 3, 28), date(2029, 3, 28))


def test_output_vat_of_a_taxable_export():
    assert refund.output_vat(D("513.52"), D("0.13")) == D("59.08")
