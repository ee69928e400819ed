"""Collecting late money: instalments, promises, proposals, BOP and refund file (DOMAIN §1.9)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.api import Activity, Refused, in_locale, perform, save
from plugins.finance import dunning, instalments, receivables
from plugins.finance.cost_records import Commission
from plugins.finance.records import Receipt, Receivable, Reminder

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def late(ctx, trade, days, customer=None, owner=None):
    """An open invoice of USD 10,000 that is due since some days."""
    customer = customer or trade.customer(ctx)
    on = ctx.today - timedelta(days=60 + days)
    order = trade.signed(ctx, customer, term="OA60", on=on)
    order.owner_id = owner or order.owner_id
    perform(ctx, order, "release")
    trade.ship(ctx, order, on)
    (row,) = receivables.of_order(ctx, order.id)
    return row


def tasks(ctx, record):
    return [str(text) for text in ctx.session.scalars(select(Activity.summary).where(
        Activity.record_key == record.key, Activity.record_id == record.id,
        Activity.done_at.is_(None)))]


@given(
    amount=st.integers(1000, 10_000_000), count=st.integers(2, 24), months=st.integers(1, 4),
    down=st.none() | st.integers(1, 999), digits=st.sampled_from((0, 2, 3)),
    first=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
)
def test_parts_add_up_and_their_days_rise(amount, count, months, down, digits, first):
    unit = D(1).scaleb(-digits)
    total, down = amount * unit, None if down is None else down * unit
    parts = instalments.parts_of(total, count, first, months, digits, down)
    assert sum(part for _day, part in parts) == total
    assert all(part == part.quantize(unit) and part >= 0 for _day, part in parts)
    days = [day for day, _part in parts]
    assert days[0] == first and days == sorted(set(days)) and len(days) == count
    equal = [part for _day, part in (parts if down is None else parts[1:])]
    assert max(equal) - min(equal) <= unit


def test_the_day_stays_at_the_end_of_short_months():
    days = [instalments.months_later(date(2026, 11, 30), n) for n in range(5)]
    assert days == [date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 30),
                    date(2027, 2, 28), date(2027, 3, 30)]


def test_a_late_invoice_is_paid_in_instalments(world, trade):
    """Story 1: what was paid stays; the rest falls due in parts that sum to it."""
    with world.act("gm") as ctx:
        row = late(ctx, trade, 40)
        customer = row.customer
        trade.pay(ctx, customer, "1000.00")
        assert (row.open, row.state) == (D("9000.00"), "overdue")
        first = ctx.today + timedelta(days=5)
        parts = perform(ctx, row, "instalments", {
            "count": "3", "first_on": first.isoformat(), "first_amount": "2000"})
        assert [part.amount for part in parts] == [D("2000.00"), D("3500.00"), D("3500.00")]
        assert [part.due for part in parts] == [
            first, instalments.months_later(first, 1), instalments.months_later(first, 2)]
        assert (row.amount, row.open, row.state) == (D("1000.00"), 0, "paid")
        whole = receivables.of_order(ctx, row.order_id)
        assert sum(part.amount for part in whole) == D("10000.00")
        assert {part.carrying_rate for part in parts} == {row.carrying_rate}
        trade.pay(ctx, customer, "2000.00", rate="7.06")
        assert (parts[0].state, parts[1].open) == ("paid", D("3500.00"))
        receivables.set_dues(ctx, ctx.session.get(receivables.Delivery, row.delivery_id))
        assert parts[1].due == instalments.months_later(first, 1), "the plan stays"
        assert dunning.reminders(ctx, {"day": parts[1].due.isoformat()})["drafted"] == 1


@pytest.mark.parametrize(("values", "words"), [
    ({"first_on": "2020-01-01"}, "past"),
    ({"first_amount": "10000"}, "lies between"),
    ({"first_amount": "0"}, "lies between"),
])
def test_a_plan_that_does_not_fit_is_refused(world, trade, values, words):
    with world.act("gm") as ctx, in_locale("en"):
        row = late(ctx, trade, 40)
        given_values = {"count": "3", "first_on": ctx.today.isoformat()} | values
        with pytest.raises(Refused, match=words):
            perform(ctx, row, "instalments", given_values)
        assert row.open == D("10000.00")


def test_a_deposit_has_no_instalments(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        order = trade.signed(ctx)
        (deposit,) = receivables.of_order(ctx, order.id)
        with pytest.raises(Refused, match="in advance"):
            perform(ctx, deposit, "instalments",
                    {"count": "2", "first_on": ctx.today.isoformat()})


def test_instalments_are_agreed_on_in_the_browser(world, trade):
    with world.act("gm") as ctx:
        row = late(ctx, trade, 40)
        ident, first = row.id, ctx.today.isoformat()
    client = world.client("fin")
    page = client.get(f"/r/finance.receivable/{ident}")
    assert page.status_code == 200 and "instalments" in page.text
    assert "/r/finance.receivable/new" not in page.text, "receivables arise by themselves"
    answer = client.post(f"/r/finance.receivable/{ident}/step/instalments",
                         data={"asked": "1", "f.count": "4", "f.first_on": first})
    assert answer.status_code == 303, answer.text[:300]
    with world.act() as ctx:
        parts = ctx.session.scalars(
            select(Receivable).where(Receivable.instalment_of_id == ident)).all()
        assert [part.open for part in parts] == [D("2500.00")] * 4
    listed = client.get(f"/r/finance.receivable?f.instalment_of_id={ident}")
    assert listed.text.count("2,500.00") >= 4


def test_a_broken_promise_is_followed_up_once(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        row = late(ctx, trade, 5, owner=world.user_id("rep"))
        row.owner_id = world.user_id("rep")
        perform(ctx, row, "promise", {"promised_on": ctx.today.isoformat()})
        assert dunning.reminders(ctx, {})["broken"] == 0
        ctx.now += timedelta(days=1)
        assert dunning.reminders(ctx, {})["broken"] == 1
        assert row.promised_on is None and "promised" in tasks(ctx, row)[0]
        assert dunning.reminders(ctx, {})["broken"] == 0


def test_a_hold_is_proposed_on_day_fifteen_once(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        row = late(ctx, trade, 14)
        assert dunning.reminders(ctx, {})["holds"] == 0
        ctx.now += timedelta(days=1)
        assert dunning.reminders(ctx, {})["holds"] == 1
        assert any("hold" in text for text in tasks(ctx, row.customer))
        ctx.now += timedelta(days=1)
        assert dunning.reminders(ctx, {})["holds"] == 0


@pytest.mark.parametrize(("language", "word"), [("zh", "逾期"), ("en", "overdue")])
def test_reminders_speak_the_language_of_the_customer(world, trade, language, word):
    with world.act("gm") as ctx:
        late(ctx, trade, 16, trade.customer(ctx, language=language))
        dunning.reminders(ctx, {})
        assert word in ctx.session.scalar(select(Reminder.body))


def test_the_bop_report_is_a_task_due_five_working_days_after_the_receipt(world, trade):
    with world.act("fin") as ctx, in_locale("en"):
        customer = trade.customer(ctx.system())
        receipt = trade.receipt(ctx.system(), customer, "500.00",
                                value_date=date(2026, 9, 28))
        # 1–7 October off: 29, 30 September, then 8, 9 and the make-up Saturday 10 October
        assert receipt.bop_due == date(2026, 10, 10)
        assert any("2026-10-10" in text for text in tasks(ctx, receipt))
        perform(ctx, receipt, "report_bop")
        assert tasks(ctx, receipt) == []


def test_an_order_is_not_closed_before_its_refund_is_claimed(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="TT100")
        trade.pay(ctx, customer, "10000.00")
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        bill = save(ctx, "finance.bill", {
            "supplier": "Plant", "kind": "goods", "order_id": order.id, "on": ctx.today,
            "currency": "CNY", "amount": "11300", "vat": "0.13", "refund_rate": "0.13",
            "vat_invoice": "received", "invoice_number": "I1"})
        perform(ctx, bill, "approve")
        for receipt in ctx.session.scalars(select(Receipt)):
            receipt.bop_status = "reported"
        with pytest.raises(Refused, match="no refund claim"):
            perform(ctx, order, "close")
        claim = save(ctx, "finance.refund", {"period": ctx.today.replace(day=1)})
        perform(ctx, claim, "collect")
        perform(ctx, claim, "claim")
        perform(ctx, order, "close")
        assert order.state == "closed"


def test_commissions_of_collected_orders_are_drafted_at_month_end_once(world, trade):
    with world.act("gm") as ctx:
        row = late(ctx, trade, 0)
        first = {"day": ctx.today.replace(day=1).isoformat()}
        assert dunning.month_end(ctx, first)["commissions"] == 0
        trade.pay(ctx, row.customer, "10000.00")
        assert dunning.month_end(ctx, first)["commissions"] == 1
        assert dunning.month_end(ctx, first)["commissions"] == 0
        found = ctx.session.scalars(select(Commission)).one()
        assert (found.order_id, found.state) == (row.order_id, "draft")
