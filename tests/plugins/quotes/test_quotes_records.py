"""Quotations in a company: example Q1 to the cent, live following, rules that must hold."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Invalid, Refused, perform, save
from plugins.crm.api import Inquiry
from plugins.products.api import HsCode, keep_rate
from plugins.quotes.api import Quotation, accepted
from plugins.quotes.live import recalculate
from plugins.quotes.reckoning import reckon

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
pytestmark = pytest.mark.plugins("products", "crm", "quotes")


def test_q1_to_the_cent(ctx, quotation):
    row = quotation(ctx)
    line = row.lines[0]
    assert (row.currency, row.incoterm, row.place, row.quote_rate) == (
        "USD", "CIF", "Hamburg", D("7.05"))
    assert (line.price, line.amount, line.achieved) == (D("10.79"), D("99268.00"), D("0.1496"))
    assert (row.amount, row.margin, row.net_fob) == (D("99268.00"), D("0.1496"), D("95849.61"))
    assert row.exchange_cost == D("5.8256")
    assert (row.cartons, row.cbm, row.gross_weight, row.net_weight) == (
        1150, D("67.712"), D("15640"), D("13800"))
    assert row.load_plan == "1 × 40HQ"
    assert row.facts["figures"]["insurance"] == "218.39"
    assert (line.vat, line.refund, line.regime) == (D("0.13"), D("0.13"), "refund")


def test_dates_follow_validity_and_lead_time(ctx, quotation):
    row = quotation(ctx)
    assert row.valid_until == DAY + timedelta(days=7)
    assert row.export_date == DAY + timedelta(days=15 + 30 + 7)
    assert quotation(ctx, incoterm="FOB").valid_until == DAY + timedelta(days=15)


@pytest.mark.parametrize(
    ("term", "price"),
    [("EXW", "10.34"), ("FOB", "10.42"), ("CFR", "10.77"), ("DAP", "10.89"), ("DDP", "11.41")],
)
def test_the_incoterm_changes_the_price(ctx, quotation, term, price):
    row = quotation(ctx)
    save(ctx, Quotation, {"incoterm": term}, row)
    assert row.lines[0].price == D(price)


def test_a_typed_price_makes_the_margin_follow_and_back(ctx, trade, quotation):
    row = quotation(ctx)
    line = row.lines[0]
    typed = {"id": line.id, "price": D("11.13")}
    answer = recalculate(ctx, row, {"lines": [typed], "_changed": "lines.0.price"})
    assert answer["lines"][0]["basis"] == "price"
    assert answer["lines"][0]["margin"] > D("0.17")
    assert answer["fields"]["amount"] == D("102396.00")
    typed = {"id": line.id, "basis": "price", "price": D("11.13"), "margin": D("0.20")}
    answer = recalculate(ctx, row, {"lines": [typed], "_changed": "lines.0.margin"})
    assert (answer["lines"][0]["basis"], answer["lines"][0]["margin"]) == ("margin", D("0.20"))
    assert answer["lines"][0]["price"] > D("11.13")
    assert row.lines[0].price == D("10.79")


def test_recalculation_needs_no_stored_quotation(ctx, trade):
    values = {"customer_id": trade.customer, "_changed": "lines.0.product_id",
              "lines": [{"product_id": trade.product, "quantity": D(9200)}]}
    answer = recalculate(ctx, None, values)
    assert answer["fields"]["incoterm"] == "CIF"
    assert answer["lines"][0]["description_en"] == "LED floodlight 50 W"
    assert answer["lines"][0]["price"] > 0


@pytest.mark.parametrize(("quantity", "price"), [(4999, "10.80"), (5000, "10.40")])
def test_the_list_price_picks_the_tier_again(ctx, trade, quotation, quantity, price):
    line = {"product_id": trade.product, "quantity": quantity, "basis": "list"}
    assert quotation(ctx, lines=[line]).lines[0].price == D(price)


def test_a_list_price_comes_in_the_currency_of_the_quotation(ctx, trade, quotation):
    line = {"product_id": trade.product, "quantity": 5000, "basis": "list"}
    row = quotation(ctx, currency="EUR", lines=[line])
    assert row.lines[0].price == D("9.40")
    assert row.amount_usd == D("52000.00")


def test_the_export_date_decides_refund_and_price(ctx, trade, quotation):
    row = quotation(ctx)
    code = ctx.session.scalar(select(HsCode.id).where(HsCode.code == "8507600090"))
    line = {"id": row.lines[0].id, "hs_code_id": code}
    save(ctx, Quotation, {"export_date": date(2026, 12, 31), "lines": [line]}, row)
    before = row.lines[0].price
    assert row.lines[0].refund == D("0.06")
    save(ctx, Quotation, {"export_date": date(2027, 1, 1)}, row)
    assert (row.lines[0].regime, row.lines[0].refund) == ("taxable", D(0))
    assert row.lines[0].price > before


def test_submission_names_everything_that_is_missing(ctx, trade, quotation):
    row = quotation(ctx, lines=[{"product_id": trade.product, "quantity": 300}])
    row.lines[0].hs_code_id = None
    row.place = None
    product = ctx.session.get(type(row.lines[0].product), trade.product)
    product.hs_code_id = None
    with pytest.raises(Refused) as caught:
        perform(ctx, row, "submit")
    codes = {reason.code for reason in caught.value.reasons}
    assert {"hs-missing", "moq"} <= codes


def test_a_loss_needs_a_strategic_reason(ctx, trade, quotation):
    line = {"product_id": trade.product, "quantity": 9200, "basis": "price", "price": "8.00"}
    row = quotation(ctx, lines=[line])
    with pytest.raises(Refused, match="strategic loss"):
        perform(ctx, row, "submit")
    save(ctx, Quotation, {"strategic_reason": "Entry to the market"}, row)
    perform(ctx, row, "submit")
    assert row.facts["rules"][0] == "R0"


def test_the_number_comes_with_the_first_submission(ctx, quotation):
    row = quotation(ctx)
    assert row.number is None
    perform(ctx, row, "submit")
    assert row.number == "QT26110001-R0"
    assert row.base_number == "QT26110001"
    assert row.facts["path"] == ["sm"]


def finished(ctx, quotation, **values):
    """An approved quotation (the flow is tested elsewhere)."""
    row = quotation(ctx, **values)
    ctx.session.info["gatekeeper"] = None
    perform(ctx, row, "submit")
    assert row.state == "approved"
    return row


@pytest.mark.parametrize(
    "change",
    [{"currency": "EUR"}, {"valid_until": "2027-01-01"}, {"payment_term_id": 1},
     {"lines": []}, {"remarks": "other goods"}],
)
def test_nothing_commercial_changes_after_submission(ctx, quotation, change):
    row = finished(ctx, quotation)
    with pytest.raises(Refused, match="new revision"):
        save(ctx, Quotation, change, row)


def test_internal_remarks_stay_open(ctx, quotation):
    row = finished(ctx, quotation)
    save(ctx, Quotation, {"internal": "Called twice"}, row)
    assert row.internal == "Called twice"


def test_a_setting_or_a_product_change_leaves_an_approved_quotation_alone(ctx, trade, quotation):
    row = finished(ctx, quotation)
    snapshot = dict(row.lines[0].cost)
    product = row.lines[0].product
    save(ctx, type(product), {"cost_price": "99.00"}, product)
    keep_rate(ctx, "USD", "quote", DAY, D("6.50"), "test")
    save(ctx, Quotation, {"internal": "note"}, row)
    assert row.lines[0].cost == snapshot
    assert (row.amount, row.margin) == (D("99268.00"), D("0.1496"))


def test_a_revision_replaces_the_old_one(ctx, quotation):
    row = finished(ctx, quotation)
    made = perform(ctx, row, "revise")
    assert (row.state, made.state) == ("superseded", "draft")
    assert (made.number, made.revision, made.previous_id) == ("QT26110001-R1", 1, row.id)
    assert made.lines[0].price == row.lines[0].price
    assert made.approved_on is None
    with pytest.raises(Refused, match="not possible"):
        perform(ctx, row, "accept")
    perform(ctx, made, "submit")
    assert made.number == "QT26110001-R1"
    second = perform(ctx, made, "revise")
    assert second.number == "QT26110001-R2"


def test_an_alternative_gets_its_own_number(ctx, quotation):
    row = finished(ctx, quotation)
    made = perform(ctx, row, "alternative")
    perform(ctx, made, "submit")
    assert (row.state, made.number) == ("approved", "QT26110002-R0")
    assert made.alternative_of_id == row.id


def test_an_expired_quotation_cannot_be_accepted(ctx, world, quotation):
    row = finished(ctx, quotation)
    ctx.now = NOW + timedelta(days=8)
    with pytest.raises(Refused, match="expired on 2026-11-27"):
        perform(ctx, row, "accept", {"customer_po": "PO-1"})
    with pytest.raises(Refused):
        perform(ctx, row, "send")


def test_the_last_day_of_validity_still_counts(ctx, quotation):
    row = finished(ctx, quotation)
    ctx.now = NOW + timedelta(days=7)
    perform(ctx, row, "send")
    perform(ctx, row, "accept", {"customer_po": "PO-1"})
    data = accepted(ctx, row.id)
    assert (data["payment_term"], data["customer_po"]) == ("TT30C", "PO-1")
    assert data["lines"][0]["hs_code"] == "9405429000"
    assert D(data["lines"][0]["cost"]["goods"]) == D("60.176991")


def test_only_accepted_quotations_become_orders(ctx, quotation):
    row = finished(ctx, quotation)
    with pytest.raises(Refused, match="not accepted"):
        accepted(ctx, row.id)


def test_lost_needs_a_reason(ctx, quotation):
    row = finished(ctx, quotation)
    with pytest.raises(Invalid):
        perform(ctx, row, "lose", {})
    perform(ctx, row, "lose", {"reason": "price"})
    assert (row.state, row.lost_reason) == ("lost", "price")


def test_reckoning_twice_changes_nothing(ctx, quotation):
    row = quotation(ctx)
    first = (row.lines[0].price, row.margin, row.lines[0].cost)
    reckon(ctx, row)
    assert (row.lines[0].price, row.margin, row.lines[0].cost) == first


def test_shared_costs_of_many_lines_add_up(ctx, trade, quotation):
    lines = [{"product_id": trade.product, "quantity": q, "margin": "15 %"} for q in (777, 4001, 1)]
    row = quotation(ctx, lines=lines, inland_charges="1234.57")
    inland = sum(D(line.cost["inland"]) * line.quantity for line in row.lines)
    assert abs(inland - D("1234.57")) < D("0.01")
    assert row.amount == sum(line.amount for line in row.lines)


def test_an_entered_price_follows_a_change_of_currency_and_back(ctx, trade, quotation):
    line = {"product_id": trade.product, "quantity": 9200, "basis": "price", "price": "10.79"}
    row = quotation(ctx, lines=[line])
    typed = {"id": row.lines[0].id, "price": D("10.79")}
    euro = recalculate(ctx, row, {"currency": "EUR", "lines": [typed], "_changed": "currency"})
    assert euro["lines"][0]["price"] == D("9.75")
    assert euro["fields"]["quote_rate"] == D("7.80")
    typed["price"] = D("9.75")
    back = recalculate(ctx, row, {"currency": "USD", "lines": [typed], "_changed": "currency"})
    assert back["lines"][0]["price"] == D("10.79")


def test_a_new_tier_in_a_revision_is_told(ctx, trade, quotation):
    line = {"product_id": trade.product, "quantity": 4999, "basis": "list"}
    made = perform(ctx, finished(ctx, quotation, lines=[line]), "revise")
    values = {"lines": [{"id": made.lines[0].id, "quantity": D(5000)}]}
    notes = recalculate(ctx, made, values)["notes"]
    assert any("another price of the list" in str(note) for note in notes)


def test_an_inquiry_becomes_a_quotation_with_its_products(ctx, trade):
    inquiry = save(ctx, Inquiry, {
        "subject": "Floodlights", "customer_id": trade.customer, "next_action_on": DAY,
        "lines": [{"product_id": trade.product, "qty": 800}, {"description": "anything"}],
    })
    made = perform(ctx, inquiry, "quote")
    assert (made.inquiry_id, made.customer_id) == (inquiry.id, trade.customer)
    assert [(row.product_id, row.quantity) for row in made.lines] == [(trade.product, 800)]
    assert made.lines[0].price > 0


def test_an_inquiry_without_our_products_cannot_be_quoted(ctx, trade):
    inquiry = save(ctx, Inquiry, {
        "subject": "Something", "customer_id": trade.customer, "next_action_on": DAY,
        "lines": [{"description": "anything"}],
    })
    with pytest.raises(Refused, match="no product"):
        perform(ctx, inquiry, "quote")
