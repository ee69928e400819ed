"""Payment terms to the cent (DOMAIN §0, §2.4, §2.11, §6.2)."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.orders import lcdates, terms
from plugins.orders.money import places_of, rounded, total_of

TOTAL = D("68450.25")
cents = st.integers(1, 10**9).map(lambda n: D(n) / 100)


def test_the_minor_unit_follows_the_currency():
    assert [places_of(c) for c in ("USD", "JPY", "KWD", "CLP", "VND")] == [2, 0, 3, 0, 0]
    assert rounded(D("1234.5"), "JPY") == D(1235)
    assert rounded(D("0.125"), "USD") == D("0.13")


def test_a_mixed_sum_without_a_rate_is_an_error():
    amounts = [(D("100.00"), "USD"), (D("50.00"), "EUR")]
    assert total_of(amounts, {"USD": D("7.05"), "EUR": D("8.10")}) == D("1110.00")
    with pytest.raises(KeyError):
        total_of(amounts, {"USD": D("7.05")})


def test_the_last_milestone_takes_the_remainder():
    assert terms.split(TOTAL, [D("0.30"), D("0.70")], "USD") == [D("20535.08"), D("47915.17")]


@settings(max_examples=50)
@given(
    cents,
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_milestones_sum_to_the_total(total, weights, currency):
    total = rounded(total, currency)
    shares = [D(w) / 1000 for w in weights]
    shares.append(1 - sum(shares))
    assert sum(terms.split(total, shares, currency)) == total


def test_shares_that_are_not_one_are_refused():
    with pytest.raises(ValueError):
        terms.split(TOTAL, [D("0.30"), D("0.60")], "USD")


def test_deposit_pro_rata_over_two_partial_shipments():
    deposit, first, second = D("20535.08"), D("40120.15"), D("28330.10")
    used = terms.deposit_for_invoice(deposit, TOTAL, first, D(0), False, "USD")
    rest = terms.deposit_for_invoice(deposit, TOTAL, second, used, True, "USD")
    assert (used, rest) == (D("12036.05"), D("8499.03"))
    assert (first - used, second - rest) == (D("28084.10"), D("19831.07"))


def test_deposit_kept_for_the_last_shipment():
    deposit = D("20535.08")
    first = terms.deposit_for_invoice(deposit, TOTAL, D("40120.15"), D(0), False, "USD", True)
    last = terms.deposit_for_invoice(deposit, TOTAL, D("28330.10"), first, True, "USD", True)
    assert (first, last) == (D(0), deposit)


@settings(max_examples=50)
@given(st.lists(st.integers(1000, 10**7).map(lambda n: D(n) / 100), min_size=1, max_size=6))
def test_partial_shipments_use_up_the_deposit_exactly(invoices):
    total = sum(invoices)
    deposit = terms.split(total, [D("0.30"), D("0.70")], "USD")[0]
    used = D(0)
    for place, invoice in enumerate(invoices):
        last = place == len(invoices) - 1
        used += terms.deposit_for_invoice(deposit, total, invoice, used, last, "USD")
    assert used == deposit


@pytest.mark.parametrize(
    ("trigger", "days", "due"),
    [
        ("signed", 7, date(2026, 9, 8)),
        ("bl", 7, date(2026, 10, 27)),
        ("presentation", 10, date(2026, 11, 6)),
        ("documents", 15, date(2026, 11, 9)),
        ("bl", 60, date(2026, 12, 19)),
    ],
    ids=["deposit", "balance TT30C", "LCS", "DPS", "OA60"],
)
def test_due_dates(trigger, days, due):
    facts = {
        "signed": date(2026, 9, 1),
        "bl": date(2026, 10, 20),
        "presentation": date(2026, 10, 27),
        "documents": date(2026, 10, 25),
    }
    assert terms.due_date(trigger, days, facts) == due


def test_no_due_date_before_its_trigger():
    assert terms.due_date("bl", 60, {"signed": date(2026, 9, 1)}) is None


def test_presentation_by_letter_of_credit():
    assert lcdates.last_presentation(date(2026, 10, 20), date(2026, 12, 31)) == date(2026, 11, 10)


def test_presentation_day_moves_over_the_national_holiday():
    assert lcdates.last_presentation(date(2026, 9, 10), date(2026, 11, 30)) == date(2026, 10, 8)
    assert lcdates.last_presentation(date(2026, 9, 10), date(2026, 9, 29)) == date(2026, 9, 29)


def test_a_make_up_saturday_is_no_banking_day():
    assert not lcdates.is_banking_day(date(2026, 10, 10))
    assert lcdates.is_banking_day(date(2026, 10, 9))


def test_the_holiday_calendar_may_end():
    assert lcdates.is_banking_day(date(2033, 10, 3))


def test_the_bank_has_five_banking_days():
    assert lcdates.bank_decision(date(2026, 11, 23)) == date(2026, 11, 30)


def test_tolerance_of_a_credit_that_counts_pieces():
    assert lcdates.quantity_tolerance(counted=True) == 0
    assert lcdates.quantity_tolerance(counted=False) == D("0.05")
    assert lcdates.quantity_tolerance(counted=True, about=True) == D("0.10")
    assert lcdates.largest_drawing(D(80_000), D("0.05"), D(60_000)) == D(24_000)


def test_quantity_limits():
    assert terms.quantity_limits(D(9200), D("0.05")) == (D(8740), D(9660))


def test_a_deposit_short_by_fifty_dollars_opens_the_gate():
    due = D("20535.08")
    assert terms.gate_open(due, due - 50, D(50))
    assert not terms.gate_open(due, due - D("50.01"), D(50))


@pytest.mark.parametrize(
    ("weight", "lc_share", "operative", "counts"),
    [
        ("0", "0", False, "0"),
        ("1", "0", False, "1"),
        ("1", "1", False, "1"),
        ("1", "1", True, "0"),
        ("1", "0.8", False, "0.8"),
        ("1", "0.8", True, "0"),
    ],
)
def test_exposure_weight(weight, lc_share, operative, counts):
    assert terms.exposure_weight(D(weight), D(lc_share), operative) == D(counts)


def test_more_pieces_ask_for_an_extra_deposit():
    change = terms.deposit_change(D("62400.00"), D("0.30"), D("15600.00"), "USD")
    assert (change.due, change.extra, change.surplus, change.balance) == (
        D("18720.00"),
        D("3120.00"),
        D(0),
        D("43680.00"),
    )


def test_fewer_pieces_leave_a_surplus_that_lowers_the_balance():
    change = terms.deposit_change(D("41600.00"), D("0.30"), D("15600.00"), "USD")
    assert (change.due, change.extra, change.surplus, change.balance) == (
        D("12480.00"),
        D(0),
        D("3120.00"),
        D("26000.00"),
    )
