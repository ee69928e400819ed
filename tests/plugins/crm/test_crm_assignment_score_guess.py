"""Leads reach the right person in turn; country, language and score come from what is known."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.crm.assigning import Candidate, Rule, choose, next_in_turn
from plugins.crm.guessing import guess_country, guess_language
from plugins.crm.scoring import CHANNEL_POINTS, Facts, score

TODAY = date(2026, 11, 20)
ANY: frozenset[str] = frozenset()


def _rule(
    ident: int, *people: Candidate, countries: str = "", groups: str = "", last: int | None = None
) -> Rule:
    return Rule(ident, frozenset(countries.split()), frozenset(groups.split()), people, last)


def test_country_comes_before_group_before_the_rest() -> None:
    rules = [
        _rule(1, Candidate(1)),
        _rule(2, Candidate(2), groups="solar"),
        _rule(3, Candidate(3), countries="DE FR"),
        _rule(4, Candidate(4), countries="DE", groups="solar"),
    ]
    assert [
        choose(rules, c, g, {}, TODAY).user_id
        for c, g in (  # type: ignore[union-attr]
            ("DE", "solar"),
            ("DE", "panel"),
            ("US", "solar"),
            ("US", "panel"),
        )
    ] == [4, 3, 2, 1]


def test_round_robin_gives_everybody_the_same() -> None:
    people = (Candidate(1), Candidate(2), Candidate(3))
    last, got = None, Counter()
    for _n in range(9):
        chosen = choose([_rule(1, *people, last=last)], "DE", "", {}, TODAY)
        assert chosen is not None
        last = chosen.user_id
        got[last] += 1
    assert got == {1: 3, 2: 3, 3: 3}


def test_the_absent_and_the_full_are_skipped() -> None:
    people = (
        Candidate(1, away_from=TODAY - timedelta(days=1), away_until=TODAY),
        Candidate(2, quota=2),
        Candidate(3),
    )
    assert choose([_rule(1, *people)], "DE", "", {2: 1}, TODAY).user_id == 2  # type: ignore[union-attr]
    assert choose([_rule(1, *people)], "DE", "", {2: 2}, TODAY).user_id == 3  # type: ignore[union-attr]
    back = choose([_rule(1, *people)], "DE", "", {2: 2}, TODAY + timedelta(days=1))
    assert back is not None and back.user_id == 1


def test_the_next_rule_helps_when_everybody_of_the_first_is_full() -> None:
    rules = [_rule(1, Candidate(1, quota=0), countries="DE"), _rule(2, Candidate(2))]
    assert choose(rules, "DE", "", {}, TODAY).rule_id == 2  # type: ignore[union-attr]
    assert choose(rules[:1], "DE", "", {}, TODAY) is None
    assert choose([], "DE", "", {}, TODAY) is None


@settings(max_examples=50)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True), st.integers(0, 10))
def test_turn_order_asks_each_person_once_and_the_last_one_last(ids: list[int], last: int) -> None:
    order = [p.user_id for p in next_in_turn([Candidate(i) for i in ids], last)]
    assert sorted(order) == sorted(ids)
    if last in ids:
        assert order[-1] == last


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.none() | st.integers(0, 3)), max_size=5),
    st.dictionaries(st.integers(1, 5), st.integers(0, 4)),
)
def test_nobody_gets_more_than_his_quota(
    people: list[tuple[int, int | None]], load: dict[int, int]
) -> None:
    chosen = choose([_rule(1, *(Candidate(u, q) for u, q in people))], "DE", "", load, TODAY)
    fits = [u for u, q in people if q is None or load.get(u, 0) < q]
    assert (chosen is None) == (not fits)
    if chosen is not None:
        assert chosen.user_id in fits


@pytest.mark.parametrize(
    ("phone", "mail", "site", "country"),
    [
        ("+49 30 901820", "x@norda.example", None, "DE"),
        ("+44 20 7946 0018", None, None, "GB"),
        (None, "x@norda.nl", None, "NL"),
        (None, "x@gmail.com", "https://lumen.co.uk", "GB"),
        (None, "x@norda.com", None, ""),
        (None, None, None, ""),
        ("+971 4 000 0000", None, None, "AE"),
    ],
)
def test_country_by_phone_then_domain(
    phone: str | None, mail: str | None, site: str | None, country: str
) -> None:
    assert guess_country(phone, mail, site) == country


def test_language_follows_the_country() -> None:
    assert [guess_language(c) for c in ("DE", "MX", "BR", "CN", "US", "", None)] == [
        "de",
        "es",
        "pt",
        "zh-CN",
        "en",
        "en",
        "en",
    ]


FACTS = st.builds(
    Facts,
    channel=st.sampled_from(["", *CHANNEL_POINTS]),
    business_domain=st.booleans(),
    email=st.booleans(),
    phone=st.booleans(),
    company=st.booleans(),
    country=st.booleans(),
    product=st.booleans(),
    quantity=st.none() | st.decimals(0, 100_000, places=0),
    amount=st.none() | st.decimals(0, 1_000_000, places=2),
    message_length=st.integers(0, 500),
)


@settings(max_examples=50)
@given(FACTS)
def test_a_score_lies_between_0_and_100(facts: Facts) -> None:
    assert 0 <= score(facts) <= 100


@settings(max_examples=50)
@given(
    FACTS, st.sampled_from(["business_domain", "email", "phone", "company", "country", "product"])
)
def test_knowing_more_never_lowers_the_score(facts: Facts, name: str) -> None:
    less = Facts(**{**vars(facts), name: False})
    more = Facts(**{**vars(facts), name: True})
    assert score(more) >= score(less)


def test_a_known_firm_with_an_amount_beats_a_free_mail_question() -> None:
    firm = Facts("website", True, True, True, True, True, True, Decimal(9200), Decimal(92_000), 300)
    assert score(firm) > 80
    assert score(Facts("social", email=True)) < 15
