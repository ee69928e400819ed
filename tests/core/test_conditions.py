"""Conditions: the same answer in Python and in SQL, and errors that a person can act on."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    insert,
    select,
)

from core.conditions import Env, operators, parse_condition
from core.errors import Invalid
from core.i18n import in_locale
from core.kinds import Choice, Field, Json, Moment, Scaled

TODAY = date(2026, 11, 20)
FIELDS = {
    "amount": Field("money", "amount", "amount"), "limit": Field("money", "limit", "limit"),
    "margin": Field("percent", "margin", "margin"), "days": Field("integer", "days", "days"),
    "grade": Field("choice", "grade", "grade", choices=tuple(Choice(v, v) for v in "ABCD")),
    "note": Field("text", "note", "note"), "hold": Field("boolean", "hold", "hold"),
    "due": Field("date", "due", "due"), "sent": Field("moment", "sent", "sent"),
    "tags": Field("tags", "tags", "tags"), "owner": Field("user", "owner", "owner"),
}
META = MetaData()
TABLE = Table(
    "condition_probe", META, Column("id", Integer, primary_key=True), Column("amount", Scaled(4)),
    Column("limit", Scaled(4)), Column("margin", Scaled(6)), Column("days", Integer),
    Column("grade", String(1)), Column("note", Text), Column("hold", Boolean), Column("due", Date),
    Column("sent", Moment), Column("tags", Json), Column("owner", Integer),
)
ENV = Env(TODAY, constants={"limit": Decimal(50000), "me": 2, "gone": None},
          under=lambda field, value: frozenset({value, 2}))


def _urls() -> list[str]:
    found = ["sqlite://"]
    if os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        url = os.environ["TRADEWIND_TEST_DATABASE_URL"]
        found.append(url.replace("postgresql://", "postgresql+psycopg://"))
    return found


@pytest.fixture(scope="module", params=_urls(), ids=lambda url: url.split(":")[0])
def connection(request: Any) -> Any:
    engine = create_engine(request.param)
    with engine.connect() as found:
        META.create_all(found)
        yield found
        found.rollback()
        META.drop_all(found)
        found.commit()
    engine.dispose()


_money = st.sampled_from([
    Decimal(n) for n in ("-1", "0", "9999.99", "10000", "10000.01", "50000")])
_NIGHT = datetime(2026, 11, 19, 15, 59, tzinfo=UTC)
_moment = st.sampled_from([_NIGHT + timedelta(hours=n, minutes=m)
                           for n in (-24, 0, 8, 24) for m in (0, 1)])
_text = st.sampled_from(["Led", "LED light", "100%", "a_b", "É", "é", "\\"])
_due = st.sampled_from([TODAY + timedelta(days=n) for n in (-31, -3, -1, 0, 1, 2, 30, 31)])
_share = st.sampled_from([Decimal(n) for n in ("-0.01", "0", "0.08", "0.1199", "0.12", "0.15")])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "amount": _money, "limit": _money, "margin": _share, "days": st.integers(-2, 91),
    "grade": st.sampled_from("ABCD"), "note": _text, "hold": st.booleans(), "due": _due,
    "sent": _moment, "owner": st.integers(1, 3),
    "tags": st.lists(st.sampled_from(["vip", "new", "é"]), min_size=1, max_size=2),
}
EMPTY = {"note": st.sampled_from([None, ""]), "grade": st.sampled_from([None, ""]),
         "tags": st.sampled_from([None, []])}
ROWS = st.fixed_dictionaries({
    name: st.one_of(EMPTY.get(name, st.none()), values, values, values)
    for name, values in VALUES.items()
})


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int) else str(value)


@st.composite
def leaves(draw: Any) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(FIELDS)))
    op = draw(st.sampled_from(operators(FIELDS[name].kind)))
    literal = VALUES[name].map(_plain)
    if name == "tags":
        literal = st.sampled_from(["vip", "é"])
    elif name == "sent":
        literal = _due.map(str)
    if name in ("amount", "limit") and op not in ("in", "not_in"):
        literal = st.one_of(literal, st.sampled_from(
            [{"f": "limit"}, {"f": "amount"}, {"const": "limit"}, {"const": "gone"}]))
    if name in ("due", "sent"):
        literal = st.one_of(literal, st.integers(-2, 2).map(lambda n: {"today": n}))
    if op in ("empty", "not_empty"):
        return {"f": name, "op": op}
    if op in ("in", "not_in"):
        return {"f": name, "op": op, "v": draw(st.lists(literal, min_size=1, max_size=3))}
    if op == "between":
        return {"f": name, "op": op, "v": [draw(literal), draw(literal)]}
    if op == "within_days":
        return {"f": name, "op": op, "v": draw(st.sampled_from([-31, -1, 0, 1, 30]))}
    return {"f": name, "op": op, "v": draw(literal)}


TREES = st.recursive(leaves(), lambda part: st.one_of(
    st.lists(part, max_size=3).map(lambda parts: {"all": parts}),
    st.lists(part, max_size=3).map(lambda parts: {"any": parts}),
    part.map(lambda found: {"not": found}),
), max_leaves=8)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROWS, min_size=1, max_size=6), st.lists(TREES, min_size=1, max_size=15))
def test_python_and_sql_select_the_same_rows(
    connection: Any, rows: list[Any], trees: list[Any]
) -> None:
    connection.execute(TABLE.delete())
    connection.execute(insert(TABLE), [{"id": n, **row} for n, row in enumerate(rows)])
    for tree in trees:
        condition = parse_condition(tree, FIELDS)
        query = select(TABLE.c.id).where(condition.sql(lambda name: TABLE.c[name], ENV))
        expected = {n for n, row in enumerate(rows) if condition.test(row, ENV) is True}
        assert set(connection.scalars(query)) == expected, tree


@given(TREES, ROWS)
@settings(max_examples=50, deadline=None)
def test_facts_kept_as_json_give_the_same_answer(tree: Any, row: Any) -> None:
    condition = parse_condition(tree, FIELDS)
    kept = {name: value.isoformat() if isinstance(value, date) else
            str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    assert condition.test(kept, ENV) is condition.test(row, ENV)


def test_an_empty_margin_is_neither_low_nor_high() -> None:
    low = parse_condition({"f": "margin", "op": "lt", "v": "0.12"}, FIELDS)
    assert low.test({"margin": None}, TODAY) is None
    assert parse_condition({"not": low.data}, FIELDS).test({"margin": None}, TODAY) is None
    both = parse_condition({"all": [low.data, {"f": "hold", "op": "eq", "v": True}]}, FIELDS)
    assert both.test({"hold": False}, TODAY) is False
    assert [field.name for field in both.missing({"hold": True}, TODAY)] == ["margin"]


def test_a_condition_reads_as_a_sentence_in_both_languages() -> None:
    condition = parse_condition({"all": [
        {"f": "amount", "op": "ge", "v": "50000"},
        {"any": [{"f": "margin", "op": "lt", "v": "0.15"},
                 {"f": "grade", "op": "in", "v": ["C", "D"]}]},
        {"f": "due", "op": "within_days", "v": -7},
    ]}, FIELDS)
    with in_locale("en"):
        assert str(condition.sentence()) == (
            "amount is at least 50,000 and (margin is below 15 % or grade is one of C, D)"
            " and due lies in the last 7 days")


@pytest.mark.parametrize(("data", "place"), [
    ({"f": "nothing", "op": "eq", "v": 1}, "condition"),
    ({"any": [{"f": "amount", "op": "eq", "v": "ten"}]}, "condition.any.0"),
    ({"f": "amount", "op": "eq", "v": 1.5}, "condition"),
    ({"f": "margin", "op": "lt", "v": "0.1234567"}, "condition"),
    ({"f": "amount", "op": "eq", "v": "NaN"}, "condition"),
    ({"f": "amount", "op": "eq", "v": {"f": "margin"}}, "condition"),
    ({"f": "grade", "op": "eq", "v": "E"}, "condition"),
    ({"f": "hold", "op": "lt", "v": True}, "condition"),
    ({"f": "note", "op": "contains", "v": "x" * 2001}, "condition"),
    ({"f": "due", "op": "within_days", "v": "soon"}, "condition"),
    ({"f": "due", "op": "between", "v": ["2026-01-01"]}, "condition"),
    ({"all": [], "any": []}, "condition"), ([], "condition"), ("1=1", "condition"),
    ({"f": "amount", "op": "eq", "v": "1", "sql": "x"}, "condition"),
])
def test_a_wrong_condition_names_the_place(data: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_condition(data, FIELDS)
    assert caught.value.reasons[0].field == place


def test_size_is_limited() -> None:
    leaf = {"f": "days", "op": "eq", "v": 1}
    parse_condition({"all": [leaf] * 199}, FIELDS)
    with pytest.raises(Invalid):
        parse_condition({"all": [leaf] * 200}, FIELDS)
    deep: Any = leaf
    for _level in range(29):
        deep = {"not": deep}
    parse_condition(deep, FIELDS)
    with pytest.raises(Invalid):
        parse_condition({"not": deep}, FIELDS)
