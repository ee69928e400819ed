"""Credit score, limit, exposure and verdict (DOMAIN §1.5, §2.5, §6.3)."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.credit import exposure as ex
from plugins.credit import scoring

LIMIT = D(150_000)


def worked() -> ex.Exposure:
    orders = [
        ex.OpenOrder(D(62_000), D(1)),
        ex.OpenOrder(D(48_500), D(1), D(14_550)),
        ex.OpenOrder(D(80_000), D(0)),
    ]
    return ex.exposure(orders, D(41_280), D(1_200), D(500), D(33_500), D(60_000), D("0.90"))


def test_the_worked_exposure():
    found = worked()
    assert (found.orders, found.receivables) == (D("95950.00"), D(40_080))
    assert found.gross == D("135530.00")
    assert found.insured == D("30150.00")
    assert found.net == D("105380.00")
    assert found.available(LIMIT) == D("44620.00")


def test_a_new_order_above_the_limit_asks_for_a_review():
    found = ex.verdict(ex.Standing(), worked().net + 52_000, LIMIT)
    assert (found.result, found.excess) == ("review", D("7380.00"))
    assert ex.verdict(ex.Standing(), worked().net, LIMIT).result == "pass"
    assert ex.verdict(ex.Standing(), LIMIT, LIMIT).result == "pass"


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (ex.Standing(on_hold=True), "hold"),
        (ex.Standing(sanctioned=True), "sanctions"),
        (ex.Standing(expired=True), "expired"),
        (ex.Standing(overdue=((16, D("500.01")),)), "overdue"),
    ],
)
def test_blocking_conditions(standing, reason):
    assert ex.verdict(standing, D(0), LIMIT) == ex.Verdict("block", (reason,), D(0))
    assert ex.shipment_verdict(standing).result == "block"


@pytest.mark.parametrize(
    "overdue", [((15, D(9_000)),), ((16, D(500)),), ((40, D(20)), (3, D(900)))]
)
def test_a_little_late_or_little_money_does_not_block(overdue):
    assert ex.verdict(ex.Standing(overdue=overdue), D(0), LIMIT).result == "pass"


def test_a_surplus_deposit_secures_no_other_order():
    found = ex.exposure([ex.OpenOrder(D(100), D(1), D(400)), ex.OpenOrder(D(50), D(1))], D(0))
    assert found.net == D(50)


amounts = st.integers(0, 10**8).map(lambda n: D(n) / 100)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(amounts, st.sampled_from([D(0), D("0.8"), D(1)]), amounts), max_size=8),
    amounts,
    amounts,
)
def test_exposure_of_orders_is_the_sum_of_each_alone(orders, receivables, unallocated):
    each = [ex.OpenOrder(*order) for order in orders]
    found = ex.exposure(each, receivables, unallocated=unallocated)
    alone = sum((o.exposure for o in each), D(0))
    assert abs(found.orders - alone) <= D("0.005")
    assert found.net == found.orders + receivables - unallocated


@pytest.mark.parametrize(
    ("total", "grade"),
    [(100, "A"), (80, "A"), (79, "B"), (65, "B"), (64, "C"), (50, "C"), (49, "D"), (0, "D")],
)
def test_grades(total, grade):
    assert scoring.grade(total) == grade


def test_scorecard():
    rows = {"payment": 26, "financials": 14, "years": 11, "country": 12, "volume": 7, "insurer": 8}
    assert scoring.score(rows) == 78
    assert sum(scoring.MAXIMA.values()) == 100
    with pytest.raises(ValueError):
        scoring.score({"payment": 31})
    with pytest.raises(ValueError):
        scoring.score({"charm": 3})


@pytest.mark.parametrize(
    ("monthly", "days", "grade", "insurer", "limit"),
    [
        (D(20_000), 60, "A", None, "60000.00"),
        (D(20_000), 60, "A", D(45_000), "45000.00"),
        (D(90_000), 60, "B", None, "150000.00"),
        (D(90_000), 60, "C", None, "50000.00"),
        (D(90_000), 60, "D", None, "0.00"),
        (D("12345.67"), 45, "B", None, "30864.18"),
    ],
)
def test_suggested_limit(monthly, days, grade, insurer, limit):
    assert scoring.suggested_limit(monthly, days, grade, insurer) == D(limit)


@pytest.mark.parametrize(
    ("limit", "grade", "on_credit", "excess", "current", "path"),
    [
        (50_000, "A", True, 0, 0, (True, False, False)),
        (50_001, "B", True, 0, 0, (True, True, False)),
        (150_000, "B", True, 0, 0, (True, True, False)),
        (150_001, "A", True, 0, 0, (True, True, True)),
        (20_000, "C", True, 0, 0, (True, True, True)),
        (0, "C", False, 0, 0, (True, True, False)),
        (40_000, "A", True, 8_001, 40_000, (True, True, True)),
        (40_000, "A", True, 8_000, 40_000, (True, False, False)),
    ],
)
def test_who_decides_on_a_limit(limit, grade, on_credit, excess, current, path):
    found = scoring.decision_path(D(limit), grade, on_credit, D(excess), D(current))
    assert (found.finance, found.sales, found.boss) == path


@pytest.mark.parametrize("text", ["", "A:80", "A:50,B:65,C:80", "A:80,B:65,C:x", "a,b,c"])
def test_grades_that_cannot_be_read_are_an_error(text):
    with pytest.raises(ValueError):
        scoring.read_grades(text)


@pytest.mark.parametrize(
    "text", ["", "payment:100", "payment:40,financials:20,years:15,country:15,volume:10,insurer:10"]
)
def test_a_scorecard_has_the_known_rows_and_a_hundred_points(text):
    with pytest.raises(ValueError):
        scoring.read_scorecard(text)


def test_another_companys_scorecard():
    maxima = scoring.read_scorecard(
        "payment:50,financials:10,years:10,country:10,volume:10,insurer:10"
    )
    assert scoring.score({"payment": 45}, maxima) == 45
    assert scoring.grade(45, {"A": 90, "B": 70, "C": 40}) == "C"
