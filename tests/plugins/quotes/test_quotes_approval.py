"""Who must approve: the boundary examples of DOMAIN §6.1."""

from decimal import Decimal as D

import pytest

from plugins.quotes.approval import Facts, Limits, matched, path

RISK = {"TT30C": ("docs", 0), "TT30B": ("advance", 0), "OA60": ("credit", 60)}


def facts(amount, margin, grade="B", term="TT30B", currency="USD"):
    risk, days = RISK.get(term, ("advance", 0))
    return Facts(D(amount), D(margin) / 100, grade, risk, days, currency)


@pytest.mark.parametrize(
    ("case", "roles"),
    [
        (facts("10000.00", "15.00", "B", "TT30C"), ()),
        (facts("10000.01", "15.00", "B", "TT30C"), ("sm",)),
        (facts("50000", "12.00", "A"), ("sm",)),
        (facts("50000", "11.99", "A"), ("sm", "fin")),
        (facts("100000", "20", "A", "OA60"), ("sm", "fin")),
        (facts("200000.01", "20", "A"), ("sm", "fin", "gm")),
        (facts("5000", "30", "D", "TT100"), ("sm", "gm")),
        (facts("9000", "14.99"), ("sm",)),
        (facts("9000", "20", "C"), ("sm",)),
        (facts("9000", "20", "-"), ("sm",)),
        (facts("9000", "20", "A", currency="GBP"), ("sm", "fin")),
        (facts("9000", "7.99", "A"), ("sm", "fin", "gm")),
    ],
)
def test_the_path_of_an_approval(case, roles):
    assert path(case, Limits()) == roles


def test_a_loss_goes_to_all_three_and_is_named():
    case = facts("9000", "-0.01", "A")
    assert matched(case, Limits()) == ("R0", "R2", "R3", "R4")
    assert path(case, Limits()) == ("sm", "fin", "gm")


def test_long_credit_goes_to_the_general_manager():
    long = Facts(D(9000), D("0.2"), "A", "credit", 91, "USD")
    assert path(long, Limits()) == ("sm", "fin", "gm")


def test_the_company_sets_the_limits():
    assert path(facts("30000", "16", "A"), Limits(auto_amount=D(50_000))) == ()
