"""The rate feed, amounts in words and the customs day."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Answer, Invalid, Refused, in_locale, set_setting
from plugins.products import demo, jobs
from plugins.products.api import (
    ExchangeRate,
    Product,
    amount_in_chinese,
    amount_in_words,
    rate,
    trade_date,
)
from plugins.products.calendar import customs_rate_day
from plugins.products.ratefeed import read_ecb

pytestmark = pytest.mark.plugins("products")
FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.1064"/>
<Cube currency="CNY" rate="7.8000"/><Cube currency="JPY" rate="166.00"/></Cube></Cube>
</gesmes:Envelope>"""
DAY = date(2026, 11, 20)


def test_the_feed_becomes_home_currency_per_unit():
    found = {row.currency: row.value for row in read_ecb(FEED, "CNY")}
    assert found == {"EUR": D("7.800000"), "USD": D("7.049892"), "JPY": D("0.046988")}


@pytest.mark.parametrize("content", [b"<html/>", b"no xml", b"<Cube time='x' currency='y'/>"])
def test_another_document_is_refused(content):
    with in_locale("en"), pytest.raises(Invalid, match="ECB"):
        read_ecb(content, "CNY")


def test_the_feed_fills_book_rates_and_twice_changes_nothing(world):
    with world.act("adm") as ctx:
        assert jobs.take_feed(ctx, FEED) == jobs.take_feed(ctx, FEED) == 3
        assert rate(ctx, "USD", DAY) == D("7.049892")
        assert len(list(ctx.session.scalars(select(ExchangeRate)))) == 3


@pytest.mark.parametrize("answer", [
    Refused("no route"), Answer(503, b"busy", {}), Answer(200, b"<html>moved</html>", {}),
    Answer(200, FEED.replace(b"2026-11-20", b"last Friday"), {}),
])
def test_the_last_rate_stays_when_the_feed_is_down(world, monkeypatch, answer):
    def call(url):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(jobs, "fetch", call)
    with world.act("adm") as ctx:
        jobs.take_feed(ctx, FEED)
        set_setting(ctx, "products.rate_feed", "https://rates.example/feed.xml")
        found = jobs.fetch_rates(ctx, {})
        assert found["fetched"] == 0 and found["reason"]
        assert rate(ctx, "USD", DAY) == D("7.049892")


def test_the_feed_comes_through_the_one_way_out(world, monkeypatch):
    monkeypatch.setattr(jobs, "fetch", lambda url: Answer(200, FEED, {}))
    with world.act("adm") as ctx:
        set_setting(ctx, "products.rate_feed", "https://rates.example/feed.xml")
        assert jobs.fetch_rates(ctx, {}) == {"fetched": 3}
        assert rate(ctx, "JPY", DAY) == D("0.046988")


@pytest.mark.parametrize("address", ["https://127.0.0.1/feed", "https://10.0.0.1/feed"])
def test_the_feed_is_never_fetched_from_inside(address):
    with in_locale("en"), pytest.raises(Invalid, match="inside the own network"):
        jobs.download(address)


def test_a_feed_without_encryption_is_refused():
    with pytest.raises(Invalid, match="https"):
        jobs.download("http://rates.example/feed.xml")


def test_without_an_address_nothing_is_fetched(world):
    with world.act("adm") as ctx:
        assert jobs.fetch_rates(ctx, {})["fetched"] == 0


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("99268.00", "USD",
         "SAY US DOLLARS NINETY-NINE THOUSAND TWO HUNDRED AND SIXTY-EIGHT ONLY"),
        ("0.05", "EUR", "SAY EUROS ZERO AND FIVE CENTS ONLY"),
        ("1500", "JPY", "SAY JAPANESE YEN ONE THOUSAND FIVE HUNDRED ONLY"),
    ],
)
def test_amounts_in_english_words(amount, currency, words):
    assert amount_in_words(D(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("99268", "玖万玖仟贰佰陆拾捌元整"),
        ("10000", "壹万元整"), ("1010.10", "壹仟零壹拾元壹角整"),
        ("0.05", "伍分"), ("100000005.07", "壹亿零伍元零柒分"), ("0", "零元整"),
    ],
)
def test_amounts_in_chinese_words(amount, words):
    assert amount_in_chinese(D(amount)) == words


def test_a_date_that_nobody_can_read_in_two_ways():
    assert trade_date(date(2026, 11, 23)) == "23-Nov-2026"


def test_the_customs_day_moves_when_it_is_a_holiday():
    assert customs_rate_day(date(2026, 11, 5)) == date(2026, 10, 21)
    assert customs_rate_day(date(2026, 3, 31)) == date(2026, 2, 25)


def test_the_demo_loads_once(world):
    with world.act() as ctx:
        demo.load(ctx)
        demo.load(ctx)
        rows = list(ctx.session.scalars(select(Product)))
        assert len(rows) == 26  # the list of DOMAIN §5
        assert all(row.carton and row.hs_code_id and row.cost_price for row in rows)
        usd = ctx.session.scalars(select(ExchangeRate.rate).where(
            ExchangeRate.currency == "USD", ExchangeRate.kind == "book"))
        assert all(D("6.95") <= value <= D("7.20") for value in usd)
