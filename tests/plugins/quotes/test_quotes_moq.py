"""Below the minimum order: blocked, allowed, or a surcharge of its own (DOMAIN §2.2, §2.11)."""

from decimal import Decimal as D

import pytest

from core.api import Refused, perform, set_setting
from plugins.quotes.papers import proforma, quotation_sheet
from plugins.quotes.services import faults
from tests.plugins.quotes.conftest import q1

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders")


def policy(ctx, value, since=""):
    set_setting(ctx, "quotes.below_moq", value, since)
    ctx.forget()


def small(trade, **values):
    """300 pieces of a product with a minimum of 500."""
    line = {"product_id": trade.product, "quantity": 300, "basis": "price", "price": "12.00"}
    return q1(trade, incoterm="FOB", freight=None, inland_charges="150", lines=[line], **values)


def test_blocked_is_the_default(ctx, trade, quotation):
    found = quotation(ctx, **small(trade))
    assert [reason.code for reason in faults(ctx, found)] == ["moq"]
    assert found.surcharge is None and found.amount == D("3600.00")


def test_allowed_costs_nothing(ctx, trade, quotation):
    policy(ctx, "allow")
    found = quotation(ctx, **small(trade))
    assert faults(ctx, found) == [] and found.surcharge is None


def test_a_surcharge_is_a_row_of_its_own_and_earns_margin(ctx, trade, quotation):
    policy(ctx, "allow")
    before = quotation(ctx, **small(trade)).margin
    policy(ctx, "surcharge")
    found = quotation(ctx, **small(trade))
    line = found.lines[0]
    assert (line.amount, line.surcharge, found.surcharge, found.amount) == (
        D("3600.00"), D("150.00"), D("150.00"), D("3750.00"))
    assert found.margin > before
    assert faults(ctx, found) == []
    for paper in (quotation_sheet(ctx, found), proforma(ctx, found)):
        assert (paper["surcharge"], paper["total"]) == ("150.00", "3,750.00")


def test_the_surcharge_comes_in_the_currency_of_the_quotation(ctx, trade, quotation):
    policy(ctx, "surcharge")
    found = quotation(ctx, **small(trade, currency="EUR"))
    assert found.surcharge == D("135.58")  # 150 × 7.05 / 7.80


def test_enough_pieces_pay_none(ctx, trade, quotation):
    policy(ctx, "surcharge")
    values = small(trade)
    values["lines"][0]["quantity"] = 500
    assert quotation(ctx, **values).surcharge is None


def test_the_order_has_the_surcharge_as_a_charge(ctx, trade, quotation):
    policy(ctx, "surcharge")
    found = quotation(ctx, **small(trade))
    ctx.session.info["gatekeeper"] = None
    system = ctx.system()
    perform(system, found, "submit")
    perform(system, found, "send")
    perform(system, found, "accept", {"customer_po": "PO-1"})
    order = perform(system, found, "to_order")
    assert order.total == found.amount == D("3750.00")
    assert [(line.charge, line.amount) for line in order.lines] == [
        (False, D("3600.00")), (True, D("150.00"))]


def test_a_new_surcharge_leaves_an_approved_quotation_alone(ctx, trade, quotation):
    policy(ctx, "surcharge")
    found = quotation(ctx, **small(trade))
    ctx.session.info["gatekeeper"] = None
    perform(ctx.system(), found, "submit")
    set_setting(ctx, "quotes.moq_surcharge", "500")
    ctx.forget()
    assert (found.state, found.amount) == ("approved", D("3750.00"))
    with pytest.raises(Refused):
        perform(ctx.system(), found, "submit")


def test_the_company_sets_a_least_premium(ctx, trade, quotation):
    set_setting(ctx, "quotes.least_premium", "300", "2026-11-01")
    ctx.forget()
    found = quotation(ctx)
    assert D(found.facts["figures"]["insurance"]) == 300
    early = quotation(ctx, quote_date="2026-10-31", quote_rate="7.05", valid_until="2026-11-30")
    assert D(early.facts["figures"]["insurance"]) == D("218.39")  # the default of that day
