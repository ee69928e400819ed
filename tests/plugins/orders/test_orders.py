"""Orders on the core: contract, gates, overrides, deliveries (DOMAIN §1.6, §1.8, §2.4, §8)."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Invalid, Refused, perform, save
from plugins.orders import lcdates, letters
from plugins.orders.services import why_no_second
from plugins.orders.shipping_records import LetterOfCredit

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def test_a_draft_has_amounts_and_milestones(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx, goods=(("6845", "10.0000"), ("1", "0.25")))
        assert order.number is None
        assert order.total == D("68450.25")
        assert [m.amount for m in order.milestones] == [D("20535.08"), D("47915.17")]


def test_the_number_comes_with_the_submission_and_is_shared_by_pi_and_contract(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx)
        perform(ctx, order, "submit")
        year = f"{ctx.today:%y}"
        assert order.number == f"SC{year}0001"
        assert order.proforma_number == f"PI{year}0001"


def test_an_empty_order_is_not_submitted(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx, goods=())
        with pytest.raises(Refused) as error:
            perform(ctx, order, "submit")
        assert {reason.field for reason in error.value.reasons} == {"lines", "total"}


def test_a_price_below_the_quotation_needs_a_new_approval(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx)
        order.lines[0].quoted_price = D("10.50")
        with pytest.raises(Refused, match="10.50"):
            perform(ctx, order, "submit")


@pytest.mark.parametrize("values", [{"incoterm": "FOB"}, {"lines": []}, {"currency": "EUR"}])
def test_a_signed_order_is_not_edited(world, trade, values):
    with world.act("gm") as ctx:
        order = trade.signed(ctx)
        with pytest.raises((Refused, Invalid), match="order change"):
            save(ctx, "orders.order", values, order)
        ctx.session.rollback()


def test_remarks_of_a_signed_order_may_be_written(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx)
        save(ctx, "orders.order", {"remarks": "call on Monday"}, order)
        assert order.remarks == "call on Monday"


def test_one_customer_order_number_once(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        first = trade.order(ctx, customer, customer_po="PO-6")
        perform(ctx, first, "cancel", {"reason": "entered twice"})
        trade.order(ctx, customer, customer_po="PO-6")
        trade.order(ctx, customer_po="PO-7")
        trade.order(ctx, customer, customer_po="PO-7")
        with pytest.raises((Refused, Invalid), match="PO-7"):
            trade.order(ctx, customer, customer_po="PO-7")
        ctx.session.rollback()


def test_production_waits_for_the_deposit(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer)
        with pytest.raises(Refused, match="3,000.00"):
            perform(ctx, order, "release")
        assert order.funds_status == "waiting"
        trade.pay(ctx, customer, "2949.00")
        with pytest.raises(Refused):
            perform(ctx, order, "release")
        trade.pay(ctx, customer, "1.00")
        perform(ctx, order, "release")
        assert (order.state, order.funds_status) == ("released", "met")


def test_a_gate_is_overridden_by_two_people_with_reason_and_end(world, trade):
    with world.act("sm") as ctx:
        order = trade.signed(ctx.system())
        until = ctx.today + timedelta(days=10)
        asked = {"gate": "production", "reason": "known customer", "until": until.isoformat()}
        perform(ctx, order, "override", asked)
        assert not order.overrides[0].active
        with pytest.raises(Refused, match="second person"):
            perform(ctx, order, "confirm_override")
        ident = order.id
    with world.act("fin") as ctx:
        order = ctx.session.get(type(order), ident)
        assert why_no_second(ctx, order) is None
        perform(ctx, order, "confirm_override")
        row = order.overrides[0]
        assert (row.active, row.reason, row.until) == (True, "known customer", until)
        assert row.names == "SM, FIN"
        assert order.funds_status == "override"
    with world.act("gm") as ctx:
        perform(ctx, ctx.session.get(type(order), ident), "release")


def test_a_large_override_is_for_the_general_manager(world, trade):
    with world.act("sm") as ctx:
        order = trade.signed(ctx.system(), goods=(("6000", "10.00"),))
        until = (ctx.today + timedelta(days=10)).isoformat()
        perform(ctx, order, "override", {"gate": "production", "reason": "x", "until": until})
        ident = order.id
    with world.act("fin") as ctx:
        with pytest.raises(Refused, match="general manager"):
            perform(ctx, ctx.session.get(type(order), ident), "confirm_override")
    with world.act("gm") as ctx:
        order = ctx.session.get(type(order), ident)
        perform(ctx, order, "confirm_override")
        perform(ctx, order, "release")


def test_an_override_ends_by_itself(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx)
        until = ctx.today.isoformat()
        perform(ctx, order, "override", {"gate": "production", "reason": "x", "until": until})
        ctx.now += timedelta(days=2)
        with pytest.raises(Refused):
            perform(ctx, order, "release")


def test_a_letter_of_credit_opens_production_when_it_is_workable(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="LCS", delivery_date=ctx.today + timedelta(days=40))
        with pytest.raises(Refused, match="letter of credit"):
            perform(ctx, order, "release")
        credit = save(ctx, "orders.lc", {
            "lc_number": "LC1", "order_id": order.id, "issuing_bank": "Example Bank",
            "currency": "USD", "amount": "10000", "expiry": ctx.today + timedelta(days=70),
            "latest_shipment": ctx.today + timedelta(days=45),
        })
        known = {row.rule: row.result for row in credit.checks}
        assert known["currency"] == known["amount"] == known["shipment"] == "pass"
        with pytest.raises(Refused, match="not decided"):
            perform(ctx, credit, "check")
        for row in credit.checks:
            row.result = "pass"
        perform(ctx, credit, "check")
        assert credit.state == "workable"
        perform(ctx, order, "release")


def test_a_discrepant_credit_is_not_workable(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="LCS")
        credit = save(ctx, "orders.lc", {
            "lc_number": "LC1", "order_id": order.id, "issuing_bank": "Example Bank",
            "currency": "EUR", "amount": "9000", "expiry": ctx.today + timedelta(days=70),
        })
        for row in credit.checks:
            row.result = "pass" if row.result == "open" else row.result
        perform(ctx, credit, "check")
        assert credit.state == "unworkable"
        with pytest.raises(Refused):
            perform(ctx, order, "release")


def test_two_partial_shipments_share_the_deposit(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, goods=(("4012015", "0.01"), ("2833010", "0.01")))
        assert order.total == D("68450.25")
        trade.pay(ctx, customer, "20535.08")
        perform(ctx, order, "release")
        first = trade.ship(ctx, order, ctx.today, ("4012015",))
        assert first.number == f"SH{order.serial}A"
        assert (first.amount, first.deposit_used) == (D("40120.15"), D("12036.05"))
        assert order.shipment_status == "partly"
        second = trade.ship(ctx, order, ctx.today)
        assert second.number == f"SH{order.serial}B"
        assert (second.amount, second.deposit_used) == (D("28330.10"), D("8499.03"))
        assert order.shipment_status == "shipped"


def test_the_tolerance_may_be_used(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", tolerance="0.05")
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today, ("1050",))
        assert delivery.amount == D("10500.00")
        with pytest.raises(Refused, match="shipped or planned"):
            perform(ctx, order, "plan_delivery")


def test_nothing_above_the_tolerance_is_shipped(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", tolerance="0.05")
        perform(ctx, order, "release")
        with pytest.raises((Refused, Invalid), match="1,050"):
            trade.delivery(ctx, order, ("1051",))
        ctx.session.rollback()


def test_shipment_waits_for_quality_and_balance(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="TT30B")
        trade.pay(ctx, customer, "3000.00")
        perform(ctx, order, "release")
        delivery = perform(ctx, order, "plan_delivery")
        perform(ctx, delivery, "book", {"booking": "SO1", "etd": ctx.today.isoformat()})
        board = {"bl_number": "BL1", "bl_date": ctx.today.isoformat()}
        with pytest.raises(Refused) as error:
            perform(ctx, delivery, "on_board", board)
        assert {reason.code for reason in error.value.reasons} == {"quality", "money"}
        save(ctx, "orders.delivery", {"quality_passed": True}, delivery)
        perform(ctx, order, "goods_ready")
        trade.pay(ctx, customer, "7000.00")
        perform(ctx, delivery, "on_board", board)
        assert delivery.deposit_used == D("10000.00")


def test_goods_on_board_are_not_edited_nor_cancelled(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today)
        with pytest.raises(Refused, match="credit or debit"):
            save(ctx, "orders.delivery", {"vessel": "Other"}, delivery)
        with pytest.raises(Refused, match="on board"):
            perform(ctx, order, "cancel", {"reason": "late"})


def test_cancelling_keeps_the_number(world, trade):
    with world.act("gm") as ctx:
        first = trade.signed(ctx)
        perform(ctx, first, "cancel", {"reason": "customer gone"})
        second = trade.signed(ctx)
        assert first.number and second.number and first.number < second.number


def test_hold_and_resume_come_back_to_the_same_state(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        perform(ctx, order, "release")
        perform(ctx, order, "hold", {"reason": "overdue"})
        assert order.state == "on_hold"
        perform(ctx, order, "resume")
        assert order.state == "released"


def test_a_rolled_booking_is_counted(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        delivery = trade.delivery(ctx, order)
        later = (ctx.today + timedelta(days=9)).isoformat()
        perform(ctx, delivery, "roll", {"etd": later, "vessel": "Second"})
        assert (delivery.rolled, delivery.vessel, delivery.state) == (1, "Second", "booked")


@pytest.mark.plugins("products", "crm", "quotes", "orders")
def test_without_finance_the_merchandiser_ticks_the_money_off(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx)
        perform(ctx, order, "confirm_funds",
                {"milestone": order.milestones[0].id, "note": "bank slip seen"})
        assert order.milestones[0].remark == "bank slip seen"
        perform(ctx, order, "release")


def test_a_credit_that_nobody_used_expires_overnight_and_closes_the_gate(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="LCS")
        wednesday = ctx.today + timedelta(days=(2 - ctx.today.weekday()) % 7 + 14)
        for name, expiry in (("LC1", wednesday), ("LC2", wednesday + timedelta(days=90))):
            credit = save(ctx, "orders.lc", {
                "lc_number": name, "order_id": order.id, "issuing_bank": "Example Bank",
                "currency": "USD", "amount": "10000", "expiry": expiry,
            })
            credit.state = "presented" if name == "LC2" else "workable"
        ctx.session.flush()
        old, used = ctx.session.scalars(select(LetterOfCredit).order_by(LetterOfCredit.lc_number))
        last_day = lcdates.last_presentation(old.expiry, old.expiry)
        for day, state in ((last_day, "workable"), (last_day + timedelta(days=1), "expired")):
            ctx.now += day - ctx.today
            letters.expire_old(ctx, {})
            assert old.state == state
        ctx.now += timedelta(days=200)
        assert letters.expire_old(ctx, {}) == {"expired": 0}
        assert used.state == "presented", "the bank has the papers"
        used.state = "expired"
        with pytest.raises(Refused, match="letter of credit"):
            perform(ctx, order, "release")
