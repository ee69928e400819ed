"""Money on the core: receivables, receipts, differences, profit (DOMAIN §1.9, §2.6–2.8)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select

from core.api import Forbidden, Invalid, Refused, keep_file, perform, save
from plugins.finance import booking, dunning, pages, receivables, results
from plugins.finance.records import Entry, Receivable, Reminder

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def shipped(ctx, trade, customer, on, term="OA60", **values):
    order = trade.signed(ctx, customer, term=term, on=on, **values)
    perform(ctx, order, "release")
    return order, trade.ship(ctx, order, on)


def test_signing_claims_the_deposit_and_on_board_the_balance(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer)
        (deposit,) = receivables.of_order(ctx, order.id)
        assert (deposit.kind, deposit.amount) == ("deposit", D("3000.00"))
        assert deposit.due == ctx.today + timedelta(days=7)
        trade.pay(ctx, customer, "3000.00")
        assert deposit.state == "paid"
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        balance = receivables.of_order(ctx, order.id)[-1]
        assert (balance.amount, balance.due) == (D("7000.00"), ctx.today + timedelta(days=7))


def test_a_missing_bit_of_the_deposit_is_asked_for_once(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer)
        trade.pay(ctx, customer, "2960.00")
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        rows = receivables.of_order(ctx, order.id)
        assert sum(row.open for row in rows) == D("7040.00")
        assert sum(row.amount for row in rows) == order.total


def test_the_worked_receipt_to_the_cent(world, trade):
    """DOMAIN §2.7 from booking to the sale of the dollars."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        start = ctx.today - timedelta(days=70)
        trade.rate(ctx, "7.0650", start)
        order, _delivery = shipped(
            ctx, trade, customer, start, goods=(("4800", "10.00"),), no_rate=True
        )
        (row,) = receivables.of_order(ctx, order.id)
        assert (row.open, row.book_rate) == (D("48000.00"), D("7.0650"))
        month_end = start + timedelta(days=40)
        trade.rate(ctx, "7.0480", month_end)
        assert booking.revalue(ctx, month_end) == 1
        assert booking.revalue(ctx, month_end) == 0
        assert _cny(ctx, "fx_month") == D("-816.00")
        receipt = trade.receipt(ctx, customer, "47952.00", charges="28.00", rate="7.0325")
        assert receipt.gross == D("47980.00")
        perform(ctx, receipt, "allocate")
        assert _cny(ctx, "fx") == D("-743.69")
        assert _cny(ctx, "charge") == D("196.91")
        assert _cny(ctx, "write_off") == D("140.96")
        assert (row.open, row.state) == (D(0), "paid")
        perform(ctx, receipt, "post")
        account = trade.account(ctx)
        account.state, account.edited_by_id = "confirmed", None
        assert (account.balance, account.value) == (D("47952.00"), D("337222.44"))
        perform(ctx, account, "sell", {"amount": "40000.00", "rate": "7.0210"})
        assert _cny(ctx, "conversion") == D("-460.00")


def _cny(ctx, kind):
    ctx.session.flush()
    return ctx.session.scalar(select(func.sum(Entry.cny)).where(Entry.kind == kind))


def test_the_worked_order_profit_to_the_cent(world, trade):
    """DOMAIN §2.8: order Q1 on TT30C."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        trade.rate(ctx, "7.0600", ctx.today - timedelta(days=60))
        order = trade.signed(
            ctx, customer, goods=(("9200", "10.79"),), no_rate=True,
            on=ctx.today - timedelta(days=50),
        )
        assert order.total == D("99268.00")
        assert order.milestones[0].amount == D("29780.40")
        day = ctx.today - timedelta(days=45)
        trade.pay(ctx, customer, "29780.40", rate="7.0800", value_date=day)
        perform(ctx, order, "release")
        board = ctx.today - timedelta(days=20)
        trade.rate(ctx, "7.0650", board)
        trade.ship(ctx, order, board)
        trade.pay(ctx, customer, "69457.60", charges="30.00", rate="7.0410")
        common = {"order_id": order.id, "on": board.isoformat()}
        bills = (
            {"supplier": "Plant", "invoice_number": "1", "kind": "goods", "amount": "625600.00",
             "vat": "0.13", "refund_rate": "0.13"},
            {"supplier": "Haulier", "invoice_number": "2", "kind": "local", "amount": "4750.00"},
            {"supplier": "Line", "invoice_number": "3", "kind": "freight", "amount": "3200.00",
             "currency": "USD", "rate": "7.06"},
            {"supplier": "Insurer", "invoice_number": "4", "kind": "insurance",
             "amount": "218.39", "currency": "USD", "rate": "7.06"},
        )
        for values in bills:
            perform(ctx, save(ctx, "finance.bill", common | values), "approve")
        found = results.actual(ctx, order)
        assert found.profit.revenue == D("701775.12")
        assert found.profit.fx == D("-1667.70")
        assert found.profit.bank == D("211.23")
        assert found.profit.goods == D("553628.32")
        assert found.profit.gross == D("117384.04")
        assert found.profit.margin == D("0.1732")
        for part in ("revenue", "goods", "freight", "fx"):
            assert sum(s.cny for s in found.of(part)) == getattr(found.profit, part)
            assert all(source.url for source in found.of(part))
        commission = perform(ctx, order, "commission")
        assert [part.amount for part in commission.parts] == [D("11268.86"), D("2817.22")]
        assert perform(ctx, order, "commission").id == commission.id


def test_allocation_follows_reference_then_due_date(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        found = {}
        for name, price, days in (("A", "12.00", 60), ("B", "8.50", 40), ("C", "20.00", 20)):
            order, _d = shipped(ctx, trade, customer, ctx.today - timedelta(days=days),
                                goods=(("1000", price),))
            found[name] = receivables.of_order(ctx, order.id)[0]
        receipt = trade.receipt(ctx, customer, "25000.00", remittance=f"for {found['C'].number}")
        parts = [{"receivable": found["C"].id, "amount": "10000"},
                 {"receivable": found["A"].id, "amount": "12000"},
                 {"receivable": found["B"].id, "amount": "3000"}]
        perform(ctx, receipt, "allocate", {"parts": parts})
        assert receipt.state == "allocated"
        assert [found[n].open for n in "ABC"] == [D(0), D("5500.00"), D("10000.00")]


@pytest.mark.parametrize(
    ("amount", "code"), [("10000.01", "above_open"), ("-5", "above_open")]
)
def test_never_above_what_is_open(world, trade, amount, code):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order, _d = shipped(ctx, trade, customer, ctx.today)
        row = receivables.of_order(ctx, order.id)[0]
        receipt = trade.receipt(ctx, customer, "50000.00")
        with pytest.raises(Refused) as error:
            perform(ctx, receipt, "allocate",
                    {"parts": [{"receivable": row.id, "amount": amount}]})
        assert error.value.reasons[0].code == code


def test_another_currency_or_customer_is_refused(world, trade):
    with world.act("gm") as ctx:
        trade.rate(ctx, "8.1", date(2020, 1, 1), currency="EUR")
        mine, other = trade.customer(ctx), trade.customer(ctx)
        order, _d = shipped(ctx, trade, other, ctx.today)
        row = receivables.of_order(ctx, order.id)[0]
        part = {"parts": [{"receivable": row.id, "amount": "1"}]}
        with pytest.raises(Refused, match="another customer"):
            perform(ctx, trade.receipt(ctx, mine, "10.00"), "allocate", part)
        euro = trade.receipt(ctx, other, "10.00", currency="EUR", rate="8.1")
        with pytest.raises(Refused, match="conversion"):
            perform(ctx, euro, "allocate", part)


def test_a_representative_claims_but_does_not_confirm(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        receipt = save(ctx, "finance.receipt", {
            "bank_account_id": trade.account(ctx).id, "value_date": ctx.today, "payer": "?",
            "currency": "USD", "net": "5", "rate": "7",
        })
        ids = receipt.id, customer.id
    cls = type(receipt)
    with world.act("rep") as ctx:
        receipt = ctx.session.get(cls, ids[0])
        perform(ctx, receipt, "claim", {"customer_id": ids[1], "third_party": "Uncle Ltd"})
        with pytest.raises(Forbidden):
            perform(ctx, receipt, "confirm")
    with world.act("fin") as ctx:
        receipt = ctx.session.get(cls, ids[0])
        with pytest.raises(Refused, match="third party"):
            perform(ctx, receipt, "confirm")
        perform(ctx, receipt, "confirm", {"third_party_agreed": "yes"})
        assert receipt.confirmed_by_id == ctx.user_id


def test_reversing_opens_everything_again(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order, _d = shipped(ctx, trade, customer, ctx.today - timedelta(days=9))
        row = receivables.of_order(ctx, order.id)[0]
        receipt = trade.pay(ctx, customer, "9990.00", rate="7.01")
        assert (row.open, order.payment_status) == (D(0), "partly")
        perform(ctx, receipt, "reverse", {"reason": "recalled by the bank"})
        assert (row.open, row.state) == (D("10000.00"), "not_due")
        assert order.received == 0
        assert _cny(ctx, "fx") == 0 and _cny(ctx, "write_off") == 0


def test_documents_wait_for_the_money_against_the_copy(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer)
        trade.pay(ctx, customer, "3000.00")
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today)
        with pytest.raises(Refused, match="7,000.00"):
            perform(ctx, delivery, "release_documents")
        trade.pay(ctx, customer, "7000.00")
        perform(ctx, delivery, "release_documents")


def test_an_order_with_open_money_is_not_closed(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order, _d = shipped(ctx, trade, customer, ctx.today)
        with pytest.raises(Refused, match="1 receivables"):
            perform(ctx, order, "close")
        receipt = trade.pay(ctx, customer, "10000.00")
        with pytest.raises(Refused, match="BOP"):
            perform(ctx, order, "close")
        perform(ctx, receipt, "report_bop")
        perform(ctx, order, "close")
        assert order.state == "closed"


def test_a_deposit_is_never_revalued(world, trade):
    with world.act("gm") as ctx:
        trade.signed(ctx)
        trade.rate(ctx, "7.5000", ctx.today)
        assert booking.revalue(ctx, ctx.today) == 0


def test_ageing_and_panel_show_the_overdue_money(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        for late, _bucket in ((14, "d1_30"), (66, "d61_90"), (-31, "not_due"), (0, "not_due")):
            shipped(ctx, trade, customer, ctx.today - timedelta(days=60 + late))
        trade.receipt(ctx, customer, "500.00")
        (row,) = pages.ageing(ctx, ctx.today)
        assert row.buckets["d1_30"] == row.buckets["d61_90"] == D("10000.00")
        assert row.buckets["not_due"] == D("20000.00")
        assert (row.unallocated, row.total, row.worst) == (D("-500.00"), D("39500.00"), 66)
        (panel,) = [
            p for answer in ctx.hooks.show_panels(ctx=ctx, record=customer) for p in answer or ()
            if p.key == "finance.overdue"
        ]
        assert ("USD 20,000.00") in [value for _label, value in panel.rows]


def test_reminders_climb_the_ladder_once_each(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        shipped(ctx, trade, customer, ctx.today - timedelta(days=53))
        assert dunning.reminders(ctx, {})["drafted"] == 1
        assert dunning.reminders(ctx, {})["drafted"] == 0
        later = (ctx.today + timedelta(days=10)).isoformat()
        assert dunning.reminders(ctx, {"day": later})["drafted"] == 1
        levels = list(ctx.session.scalars(select(Reminder.level).order_by(Reminder.id)))
        assert levels == [0, 2]


def test_states_follow_the_calendar(world, trade):
    with world.act("gm") as ctx:
        order, _d = shipped(ctx, trade, trade.customer(ctx), ctx.today - timedelta(days=60))
        row = receivables.of_order(ctx, order.id)[0]
        assert row.state == "due"
        ctx.now += timedelta(days=1)
        dunning.daily_states(ctx, {})
        assert row.state == "overdue"


def test_a_credit_note_lowers_invoice_and_profit(world, trade):
    with world.act("gm") as ctx:
        order, _d = shipped(ctx, trade, trade.customer(ctx), ctx.today)
        row = receivables.of_order(ctx, order.id)[0]
        perform(ctx, row, "credit_note", {"amount": "1200.00", "reason": "scratches"})
        assert row.open == D("8800.00")
        assert results.actual(ctx, order).profit.claims == D("8460.00")


def test_refund_claims_take_the_month_and_wait_for_papers(world, trade):
    with world.act("gm") as ctx:
        order, _d = shipped(ctx, trade, trade.customer(ctx), ctx.today)
        bill = save(ctx, "finance.bill", {
            "supplier": "Plant", "invoice_number": "1", "kind": "goods", "amount": "11300.00",
            "vat": "0.13", "refund_rate": "0.13", "order_id": order.id, "on": ctx.today,
        })
        perform(ctx, bill, "approve")
        claim = save(ctx, "finance.refund", {"period": ctx.today})
        with pytest.raises(Refused, match="VAT invoice"):
            perform(ctx, claim, "claim")
        save(ctx, "finance.bill", {"vat_invoice": "received"}, bill)
        perform(ctx, claim, "claim")
        assert (claim.amount, claim.deadline) == (
            D("1300.00"), date(ctx.today.year + 1, 4, 30))


def test_an_approved_bill_is_not_changed(world, trade):
    with world.act("gm") as ctx:
        order, _d = shipped(ctx, trade, trade.customer(ctx), ctx.today)
        bill = save(ctx, "finance.bill", {
            "supplier": "Line", "invoice_number": "1", "kind": "freight", "amount": "90.00",
            "order_id": order.id, "on": ctx.today})
        perform(ctx, bill, "approve")
        with pytest.raises((Invalid, Refused), match="approved bill"):
            save(ctx, "finance.bill", {"amount": "80.00"}, bill)
        ctx.session.rollback()


def test_an_account_is_printed_only_after_a_second_person(world, trade):
    with world.act("fin") as ctx:
        account = trade.account(ctx)
        with pytest.raises(Refused, match="second person"):
            perform(ctx, account, "confirm")
        assert ctx.hooks.show_bank_details(ctx=ctx, currency="USD") is None
        ident = account.id
    with world.act("gm") as ctx:
        account = ctx.session.get(type(account), ident)
        perform(ctx, account, "confirm")
        assert ctx.hooks.show_bank_details(ctx=ctx, currency="USD")["account"] == "3100USD"
        save(ctx, "finance.bank_account", {"account": "999"}, account)
        assert ctx.hooks.show_bank_details(ctx=ctx, currency="USD") is None


def test_change_of_the_order_claims_the_difference(world, trade):
    """DOMAIN §6.2: 5,000 → 6,000 pieces at 10.40 on TT30C."""
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, goods=(("5000", "10.40"),))
        trade.pay(ctx, customer, "15600.00")
        perform(ctx, order, "release")
        change = save(ctx, "orders.change", {
            "order_id": order.id, "kind": "quantity", "reason": "customer", "request": "more",
            "lines": [{"order_line_id": order.lines[0].id, "quantity": "6000"}],
        })
        perform(ctx, change, "submit")
        change.state = "approved"
        keep_file(ctx, "amendment.pdf", b"%PDF-1.7 signed", change)
        perform(ctx, change, "apply", {"signed_on": ctx.today.isoformat()})
        assert (order.total, order.revision) == (D("62400.00"), 1)
        assert order.contract_number.endswith("-R1")
        assert [m.amount for m in order.milestones] == [D("18720.00"), D("43680.00")]
        deposit = ctx.session.scalar(select(Receivable).where(Receivable.order_id == order.id))
        assert (deposit.amount, deposit.open) == (D("18720.00"), D("3120.00"))
        assert order.funds_status == "waiting"


def test_the_list_of_profits_agrees_with_each_order_and_asks_few_questions(world, trade):
    with world.act("gm") as ctx:
        for _n in range(4):
            order, _d = shipped(ctx, trade, trade.customer(ctx), ctx.today)
            bill = {"supplier": "Line", "invoice_number": f"{order.id}", "kind": "local",
                    "amount": "90.00", "order_id": order.id, "on": ctx.today}
            perform(ctx, save(ctx, "finance.bill", bill), "approve")
    with world.act("gm") as ctx, world.statements() as few:
        rows = pages.profits(ctx, 1)
    with world.act("gm") as ctx, world.statements() as many:
        rows = pages.profits(ctx)
        for order, _customer, _estimate, actual in rows:
            asked = len(many)
            assert actual == results.actual(ctx, order).profit
            del many[asked:]
    assert len(rows) == 4
    assert len(many) == len(few)
