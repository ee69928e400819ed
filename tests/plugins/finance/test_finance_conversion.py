"""Money in another currency than the invoice: the conversion entry (DOMAIN §1.9, §2.7)."""

import threading
from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Refused, in_locale, perform
from plugins.finance import converting, receivables, vouchers
from plugins.finance.records import Entry, Receipt

from ..credit.test_credit_race import both_at_once, meet

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def euros(ctx, trade, net="1000.00"):
    """A customer with an invoice of USD 10,000 who paid in euros at 7.8000."""
    trade.rate(ctx, "7.0500", date(2020, 1, 1))
    trade.rate(ctx, "7.8000", date(2020, 1, 1), currency="EUR")
    customer = trade.customer(ctx)
    order = trade.signed(ctx, customer, term="OA60", on=ctx.today)
    perform(ctx, order, "release")
    trade.ship(ctx, order, ctx.today)
    (row,) = receivables.of_order(ctx, order.id)
    return row, trade.receipt(ctx, customer, net, currency="EUR", rate="7.80")


def test_euros_settle_dollars_at_their_value_and_leave_no_cent(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        row, receipt = euros(ctx, trade)
        dollars = trade.account(ctx, "USD")
        with pytest.raises(Refused, match="conversion first"):
            perform(ctx, receipt, "allocate", {"parts": [{"receivable": row.id, "amount": "500"}]})
        new = perform(ctx, receipt, "convert", {
            "account_id": str(dollars.id), "received": "1090.00"})
        assert (receipt.converted, receipt.left, receipt.state) == (D(1000), 0, "allocated")
        assert (new.net, new.left, new.state, new.customer_id) == (
            D("1090.00"), D("1090.00"), "confirmed", receipt.customer_id)
        assert new.rate == D("7.155963")  # 7,800.00 / 1,090.00
        perform(ctx, new, "allocate", {"parts": [{"receivable": row.id, "amount": "1090"}]})
        assert row.open == D("8910.00")
        booked = {e.kind: e.cny for e in ctx.session.scalars(
            select(Entry).where(Entry.receipt_id == new.id))}
        assert booked == {"settled": D("7800.00"), "fx": D("115.50")}  # 1,090 × (7.155963 − 7.05)
        for one in (receipt, new):
            perform(ctx, one, "post")
        assert (trade.account(ctx, "EUR").balance, dollars.balance) == (0, D("1090.00"))
        assert dollars.value == D("7800.00")
        lines = vouchers.of_month(ctx, ctx.today.replace(day=1))
        assert sum(line.debit - line.credit for line in lines) == 0


@pytest.mark.parametrize(("values", "words"), [
    ({"amount": "1000.01"}, "are left"), ({"received": "0"}, "credited"),
    ({"account": "EUR"}, "another currency"),
])
def test_a_conversion_that_does_not_fit_is_refused(world, trade, values, words):
    with world.act("gm") as ctx, in_locale("en"):
        _row, receipt = euros(ctx, trade)
        account = trade.account(ctx, values.pop("account", "USD"))
        with pytest.raises(Refused, match=words):
            perform(ctx, receipt, "convert", {
                "account_id": str(account.id), "received": "1090"} | values)
        assert (receipt.left, receipt.converted) == (D(1000), 0)


def test_parts_never_exceed_the_receipt_and_go_back_in_order(world, trade):
    with world.act("gm") as ctx, in_locale("en"):
        row, receipt = euros(ctx, trade)
        into = {"account_id": str(trade.account(ctx, "USD").id), "received": "436"}
        new = perform(ctx, receipt, "convert", into | {"amount": "400"})
        with pytest.raises(Refused, match="are left"):
            perform(ctx, receipt, "convert", into | {"amount": "600.01"})
        assert receipt.gross == receipt.allocated + receipt.converted + receipt.left
        perform(ctx, new, "allocate")
        with pytest.raises(Refused, match=f"Reverse {new.number} first"):
            perform(ctx, receipt, "reverse", {"reason": "recalled"})
        perform(ctx, new, "reverse", {"reason": "wrong rate"})
        assert (receipt.converted, receipt.left, row.open) == (0, D(1000), D("10000.00"))
        perform(ctx, receipt, "reverse", {"reason": "recalled"})
        assert receipt.state == "reversed"


def test_one_bop_report_serves_both(world, trade):
    with world.act("gm") as ctx:
        _row, receipt = euros(ctx, trade)
        new = perform(ctx, receipt, "convert", {
            "account_id": str(trade.account(ctx, "USD").id), "received": "1090"})
        perform(ctx, new, "report_bop")
        assert receipt.bop_status == "reported"


def test_a_conversion_is_entered_in_the_browser(world, trade):
    with world.act("gm") as ctx:
        _row, receipt = euros(ctx, trade)
        ident, account = receipt.id, trade.account(ctx, "USD").id
    client = world.client("fin")
    answer = client.post(f"/r/finance.receipt/{ident}/step/convert", data={
        "asked": "1", "f.account_id": str(account), "f.received": "1,090.00"})
    assert answer.status_code == 303, answer.text[:300]
    with world.act() as ctx:
        new = ctx.session.scalars(
            select(Receipt).where(Receipt.converted_from_id == ident)).one()
        assert new.left == D("1090.00")
    assert client.get(answer.headers["Location"]).status_code == 200


def convert_600(receipt_id, account_id, gate):
    def act(ctx, meeting):
        receipt = ctx.session.get(Receipt, receipt_id)
        gate(meeting)
        perform(ctx, receipt, "convert", {
            "account_id": str(account_id), "amount": "600", "received": "654"})

    return act


def one_of_1000(world, trade):
    with world.act("gm") as ctx:
        _row, receipt = euros(ctx, trade)
        return receipt.id, trade.account(ctx, "USD").id


@pytest.mark.postgres
def test_two_convert_the_same_receipt_and_one_wins(pg_world, trade):
    receipt_id, account_id = one_of_1000(pg_world, trade)
    acts = [convert_600(receipt_id, account_id, meet) for _n in range(2)]
    assert both_at_once(pg_world, acts) == ["done", "refused"]
    with pg_world.act("gm") as ctx:
        receipt = ctx.session.get(Receipt, receipt_id)
        assert (receipt.converted, receipt.left) == (D(600), D(400))


@pytest.mark.postgres
def test_control_without_the_lock_both_pass_the_check(pg_world, trade, monkeypatch):
    receipt_id, account_id = one_of_1000(pg_world, trade)
    monkeypatch.setattr(converting, "_locked", lambda ctx, ident: ctx.session.get(Receipt, ident))
    meeting = threading.Barrier(2, timeout=20)
    original = converting._faults

    def slow(*args):
        found = original(*args)
        meeting.wait()
        return found

    monkeypatch.setattr(converting, "_faults", slow)
    got = both_at_once(
        pg_world, [convert_600(receipt_id, account_id, lambda _m: None) for _n in range(2)])
    assert "refused" not in got, (
        "both pass the check; only the version of the receipt stops the second"
    )
