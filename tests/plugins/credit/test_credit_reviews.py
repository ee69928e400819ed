"""Reviews that open by themselves, papers, insurer, and who hears of a hold (DOMAIN §6.3, §1.9)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.api import (
    Activity,
    Forbidden,
    Invalid,
    NotFound,
    Notice,
    Refused,
    find,
    in_locale,
    perform,
    save,
    set_setting,
    tasks_of,
)
from plugins.credit import jobs, policy, reviewing
from plugins.credit.records import Review
from plugins.finance.api import of_order, open_of

from .test_credit import profile, same_from_zero


def overdue(ctx, trade, days, **values):
    """A customer with a profile and an invoice that is late by some days; the invoice."""
    customer = trade.customer(ctx, grade="B")
    found = profile(ctx, customer, **values)
    on = ctx.today - timedelta(days=60 + days)
    order = trade.signed(ctx, customer, term="OA60", on=on)
    perform(ctx, order, "release")
    trade.ship(ctx, order, on)
    return found, of_order(ctx, order.id)[0]


def reviews(ctx):
    return [(row.trigger, row.state) for row in ctx.session.scalars(select(Review))]


def test_a_late_payer_is_reviewed_once(world, trade):
    with world.act("gm") as ctx:
        overdue(ctx, trade, 30)
        assert jobs.daily(ctx, {})["reviews"] == 0
        ctx.now += timedelta(days=1)
        assert jobs.daily(ctx, {})["reviews"] == 1
        ctx.now += timedelta(days=1)
        assert jobs.daily(ctx, {})["reviews"] == 0
        assert reviews(ctx) == [("overdue", "draft")]


def test_a_changed_limit_of_the_insurer_opens_a_review(world, trade):
    with world.act("gm") as ctx:
        found = profile(ctx, trade.customer(ctx))
        save(ctx, "credit.profile", {"insurer": "Example Insurer"}, found)
        assert reviews(ctx) == []
        save(ctx, "credit.profile", {"insurer_limit": "50000"}, found)
        save(ctx, "credit.profile", {"insurer_limit": "40000"}, found)
        assert reviews(ctx) == [("insurer", "draft")]


def test_the_insurer_is_told_on_day_30_and_the_claim_prepared_on_day_60(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        _found, row = overdue(ctx, trade, 29, insurer_limit=D(60_000), cover=D("0.9"))
        steps = []
        for days in (0, 1, 1, 28, 1, 1):
            ctx.now += timedelta(days=days)
            steps.append((jobs.daily(ctx, {})["insurer"], row.insurer_step))
        assert steps == [(0, None), (1, "notify"), (0, "notify"), (0, "notify"), (1, "claim"),
                         (0, "claim")]
        asked = [str(text) for text in ctx.session.scalars(
            select(Activity.summary).where(Activity.record_key == "finance.receivable"))]
        assert any("notify" in text for text in asked)
        assert any("claim" in text for text in asked)


def test_the_days_of_the_policy_come_before_the_companys(world, trade):
    with world.act("gm") as ctx:
        _found, row = overdue(ctx, trade, 20, insurer_limit=D(60_000), notify_days=20)
        _other, later = overdue(ctx, trade, 20, insurer_limit=D(60_000))
        _third, without = overdue(ctx, trade, 70)
        jobs.daily(ctx, {})
        assert [r.insurer_step for r in (row, later, without)] == ["notify", None, None]


def test_sales_merchandiser_and_shipping_hear_of_a_hold(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        found, _row = overdue(ctx, trade, 16)
        jobs.daily(ctx, {})
        told = {login for login in ("sm", "mer", "doc", "wh") if any(
            "on hold" in str(text) for text in ctx.session.scalars(
                select(Notice.text).where(Notice.user_id == world.user_id(login))))}
        assert told == {"sm", "mer", "doc"}
        assert found.customer.hold


def test_each_country_has_its_papers_and_what_is_missing_is_shown(world, trade):
    with world.act("gm") as ctx:
        set_setting(ctx, "credit.papers", "*:licence,report;NG:licence,bank")
        ctx.forget()
        made = {}
        for country in ("DE", "NG"):
            customer = trade.customer(ctx, country=country)
            made[country] = save(ctx, "credit.review", {
                "customer_id": customer.id, "requested": "10000"})
        assert [row.paper for row in made["DE"].papers] == ["licence", "report"]
        assert [row.paper for row in made["NG"].papers] == ["licence", "bank"]
        made["NG"].papers[0].there = True
        assert len(reviewing.missing(made["NG"])) == 1
        ident = made["NG"].id
    page = world.client("fin").get(f"/r/credit.review/{ident}")
    assert "Papers to collect" in page.text and "Bank information" in page.text


@pytest.mark.parametrize("text", ["NG:bank", "*:passport", "licence", "*"])
def test_a_list_of_papers_that_cannot_be_read_is_an_error(text):
    with pytest.raises(ValueError):
        policy.read_papers(text)


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(("order", "deposit", "ship", "pay", "note", "reverse")),
                max_size=7))
def test_the_running_exposure_is_the_one_from_zero_after_any_events(world, trade, events):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = profile(ctx, customer, limit="900000", insurer_limit=D(5_000), cover=D("0.9"))
        orders, receipts = [], []
        for event in events:
            if event == "order":
                orders.append(trade.signed(ctx, customer, term="OA60", goods=(("300", "7.77"),)))
            elif event == "deposit":
                orders.append(trade.signed(ctx, customer, term="TT30C"))
                receipts.append(trade.pay(ctx, customer, "3100.00"))
            elif event == "ship" and orders:
                order = orders.pop()
                if order.payment_term.code == "OA60":
                    perform(ctx, order, "release")
                    trade.ship(ctx, order, ctx.today)
            elif event == "pay":
                receipts.append(trade.receipt(ctx, customer, "1234.56"))
            elif event == "note":
                invoices = [row for row in invoices_of(ctx, customer) if row.open > 10]
                if invoices:
                    perform(ctx, invoices[0], "credit_note", {"amount": "9.99", "reason": "x"})
            elif event == "reverse" and receipts:
                perform(ctx, receipts.pop(), "reverse", {"reason": "recalled"})
            same_from_zero(ctx, found)
            assert all(row.open >= 0 for row in invoices_of(ctx, customer))


def invoices_of(ctx, customer):
    return [row for row in open_of(ctx, customer.id) if row.delivery_id]


def test_nobody_raises_the_limit_of_an_own_customer_alone(world, trade):
    """⛔ of §1.5: no form writes a limit, and the starter of a review does not decide it."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        customer.owner_id = world.user_id("fin")
        found = profile(ctx, customer, limit="1000")
    with world.act("rep") as ctx, pytest.raises((Forbidden, NotFound)):
        save(ctx, "credit.profile", {"insurer_limit": "9"}, find(ctx, "credit.profile", found.id))
    with world.act("fin") as ctx:
        mine = find(ctx, "credit.profile", found.id)
        with pytest.raises((Forbidden, Invalid, Refused)):
            save(ctx, "credit.profile", {"limit": "90000"}, mine)
    with world.act("fin") as ctx:
        review = save(ctx, "credit.review", {
            "customer_id": customer.id, "requested": "40000",
            "rows": [{"row": "payment", "points": 30}, {"row": "financials", "points": 20},
                     {"row": "years", "points": 15}, {"row": "country", "points": 15}]})
        perform(ctx, review, "submit")
        assert review.state == "approval"
        mine = tasks_of(ctx, 20, kinds=("approve",))
        assert [task for task in mine if task.record_id == review.id] == []
    with world.act("rep") as ctx:  # control: a review of somebody else is finance's to decide
        other = save(ctx, "credit.review", {
            "customer_id": save(ctx, "crm.customer", {"name": "Norda B.V.", "country": "NL"}).id,
            "requested": "1000", "rows": [{"row": "payment", "points": 30}]})
        perform(ctx, other, "submit")
    world.work()
    with world.act("fin") as ctx:
        asked = {task.record_id for task in tasks_of(ctx, 20)}
        assert other.id in asked and review.id not in asked
