"""What people see: rights to figures, earlier prices, warnings, comparison, jobs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest

from core.api import in_locale, perform, readable_fields, save
from plugins.products.api import keep_rate
from plugins.quotes import jobs, panels
from plugins.quotes.api import Quotation, QuotationLine, earlier_prices
from plugins.quotes.watch import rate_move, warnings

pytestmark = pytest.mark.plugins("products", "crm", "quotes")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def sent(ctx, quotation, **values):
    """A quotation that went to the customer."""
    row = quotation(ctx, **values)
    ctx.session.info["gatekeeper"] = None
    perform(ctx, row, "submit")
    perform(ctx, row, "send")
    return row


def test_a_representative_sees_neither_cost_nor_margin(world, trade):
    with world.act("rep", now=NOW) as ctx:
        for cls in (Quotation, QuotationLine):
            seen = readable_fields(ctx, cls)
            assert not {"margin", "achieved", "purchase_price", "freight", "net_fob"} & set(seen)
    with world.act("fin", now=NOW) as ctx:
        assert {"margin", "net_fob", "freight"} <= set(readable_fields(ctx, Quotation))


def test_the_cost_tree_is_for_those_who_may_see_both(world, trade, quotation):
    with world.act(now=NOW) as ctx:
        ident = sent(ctx, quotation).id
    for login, shown in (("rep", False), ("sm", True), ("fin", True), ("mer", False)):
        with world.act(login, now=NOW) as ctx, in_locale("en"):
            row = ctx.session.get(Quotation, ident)
            keys = {panel.key for panel in panels.panels(ctx, row)}
            assert ("quotes.cost" in keys) is shown, login


def test_the_last_three_prices_to_the_customer_come_newest_first(ctx, trade, quotation):
    for n, price in enumerate(("10.10", "10.20", "10.30", "10.40")):
        ctx.now = NOW + timedelta(days=n)
        line = {"product_id": trade.product, "quantity": 9200, "basis": "price", "price": price}
        sent(ctx, quotation, lines=[line])
    found = earlier_prices(ctx, quotation(ctx))[trade.product]
    assert [row.price for row in found] == [D("10.40"), D("10.30"), D("10.20")]


@pytest.mark.parametrize(("rate", "warned"), [("6.90", True), ("6.92", False), ("7.20", True)])
def test_a_rate_that_moved_more_than_two_percent_is_told(ctx, quotation, rate, warned):
    row = sent(ctx, quotation)
    keep_rate(ctx, "USD", "quote", date(2026, 11, 20), D(rate), "test")
    assert rate_move(ctx, row) == (D(rate) - D("7.05")) / D("7.05")
    assert bool(warnings(ctx, row)) is warned
    assert jobs.warn_of_moves(ctx, {})["warned"] == int(warned)


def test_a_freight_offer_that_ended_is_told(ctx, quotation):
    row = sent(ctx, quotation, freight_until=date(2026, 11, 19))
    assert "2026-11-19" in str(warnings(ctx, row)[0])


def test_expiry_happens_the_day_after_and_once(ctx, quotation):
    row = sent(ctx, quotation)
    ctx.now = NOW + timedelta(days=7)
    assert jobs.expire_quotations(ctx, {}) == {"expired": 0}
    ctx.now = NOW + timedelta(days=8)
    assert jobs.expire_quotations(ctx, {}) == {"expired": 1}
    assert row.state == "expired"
    assert jobs.expire_quotations(ctx, {}) == {"expired": 0}


@pytest.fixture
def pair(world, trade, quotation):
    """A quotation and its cheaper revision: two ids."""
    with world.act(now=NOW) as ctx:
        old = sent(ctx, quotation)
        new = perform(ctx, old, "revise")
        lines = [{"id": new.lines[0].id, "margin": "12 %"}]
        save(ctx, Quotation, {"lines": lines, "incoterm": "FOB"}, new)
        return old.id, new.id


def test_two_revisions_side_by_side(world, pair):
    page = world.client("sm").get(f"/quotes/compare/{pair[0]}/{pair[1]}").get_data(as_text=True)
    for text in ("QT26110001-R0", "QT26110001-R1", "CIF", "FOB", "10.79", "14.96", "-6.67"):
        assert text in page
    hidden = world.client("rep").get(f"/quotes/compare/{pair[0]}/{pair[1]}")
    assert "14.96" not in hidden.get_data(as_text=True)


def test_another_representative_cannot_open_them(world, pair):
    assert world.client("rep2").get(f"/quotes/compare/{pair[0]}/{pair[1]}").status_code == 404
    assert world.client("rep2").get(f"/r/quotes.quotation/{pair[1]}").status_code == 404


@pytest.mark.parametrize("path", ["", "/{}", "/{}/edit", "/new"])
def test_the_pages_open(world, pair, path):
    url = "/r/quotes.quotation" + path.format(pair[1])
    assert world.client("rep").get(url).status_code == 200


def test_the_form_reckons_while_typing(world, trade):
    answer = world.client("sm").post("/r/quotes.quotation/recalculate", data={
        "f.customer_id": trade.customer, "f.incoterm": "FOB", "f.currency": "USD",
        "f.inland_charges": "4750", "f.quote_rate": "7.05",
        "lines-0-product_id": trade.product, "lines-0-quantity": "9200",
        "lines-0-margin": "15", "lines-0-basis": "margin", "_changed": "lines-0-margin",
    }).get_json()
    assert answer["inputs"]["lines-0-price"] == "10.42"
    assert answer["grids"]["lines"]["totals"]["amount"].endswith("95,864.00")


def test_the_home_page_lists_what_expires(world, pair, trade, quotation):
    with world.act(now=NOW) as ctx:
        sent(ctx, quotation)
    with world.act("rep", now=NOW + timedelta(days=5)) as ctx:
        cards = {card.key: card for card in panels.cards(ctx)}
        assert cards["quotes.expiring"].value == "1"
