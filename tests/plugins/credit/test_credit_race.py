"""Two people at once, on PostgreSQL: exactly one wins and the other gets a reason.

The controls take the row lock away: then both pass the check (and without the version check of
the written row, the second net, both would win).
"""

import threading
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Refused, perform
from plugins.credit import services, watching
from plugins.credit.records import Profile
from plugins.finance import receipts
from plugins.finance.records import Receipt, Receivable
from plugins.orders.api import Order

pytestmark = pytest.mark.postgres


def both_at_once(world, acts):
    """Run the acts in threads that meet before the check; returns what each got."""
    meeting = threading.Barrier(len(acts), timeout=20)
    results = [None] * len(acts)

    def run(place, act):
        try:
            with world.act("gm") as ctx:
                act(ctx, meeting)
            results[place] = "done"
        except Refused:
            results[place] = "refused"
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            results[place] = repr(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(map(str, results))


def two_orders(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        ctx.session.add(Profile(
            customer_id=customer.id, currency="USD", limit=D(15_000), state="active",
            temporary_limit=D(0)))
        ids = []
        for _n in range(2):
            order = trade.order(ctx, customer, term="OA60")
            perform(ctx, order, "submit")
            order.state = "sent"
            ctx.session.flush()
            ids.append(order.id)
        return ids


def sign(ident, gate):
    def act(ctx, meeting):
        order = ctx.session.get(Order, ident)
        gate(meeting)
        perform(ctx, order, "sign")

    return act


def meet(meeting):
    meeting.wait()


def test_two_confirm_against_the_same_limit_and_one_wins(pg_world, trade):
    ids = two_orders(pg_world, trade)
    assert both_at_once(pg_world, [sign(i, meet) for i in ids]) == ["done", "refused"]
    with pg_world.act("gm") as ctx:
        signed = [o for o in ctx.session.scalars(select(Order)) if o.state == "signed"]
        assert sum(o.total for o in signed) == D("10000.00")


def test_control_without_the_lock_both_would_pass(pg_world, trade, monkeypatch):
    ids = two_orders(pg_world, trade)
    meeting = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(services, "lock", services.profile_of)
    monkeypatch.setattr(watching, "after", lambda ctx, record: None)
    original = services.compute

    def slow(ctx, profile, extra=None):
        found = original(ctx, profile, extra)
        if extra is not None:
            meeting.wait()
        return found

    monkeypatch.setattr(services, "compute", slow)
    got = both_at_once(pg_world, [sign(i, lambda _m: None) for i in ids])
    assert "refused" not in got, (
        "both pass the check; only the version of a shared row may stop one"
    )


def one_receipt(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        for _n in range(2):
            trade.signed(ctx, customer, term="TT100")
        receipt = trade.receipt(ctx, customer, "10000.00")
        rows = list(ctx.session.scalars(select(Receivable.id).order_by(Receivable.id)))
        return receipt.id, rows


def allocate(receipt_id, receivable_id, gate):
    def act(ctx, meeting):
        receipt = ctx.session.get(Receipt, receipt_id)
        gate(meeting)
        part = [{"receivable": receivable_id, "amount": "10000"}]
        perform(ctx, receipt, "allocate", {"parts": part})

    return act


def test_two_allocate_the_same_receipt_and_one_wins(pg_world, trade):
    receipt_id, rows = one_receipt(pg_world, trade)
    acts = [allocate(receipt_id, row, meet) for row in rows]
    assert both_at_once(pg_world, acts) == ["done", "refused"]
    with pg_world.act("gm") as ctx:
        receipt = ctx.session.get(Receipt, receipt_id)
        assert (receipt.allocated, receipt.left) == (D("10000.00"), D(0))
        assert sum(r.open for r in ctx.session.scalars(select(Receivable))) == D("10000.00")


def test_control_without_the_lock_both_pass_every_check_of_the_receipt(
    pg_world, trade, monkeypatch
):
    receipt_id, rows = one_receipt(pg_world, trade)
    meeting = threading.Barrier(2, timeout=20)
    settled = []
    original = receipts._settle

    def unlocked(ctx, receipt, ids):
        query = select(Receivable).where(Receivable.id.in_(ids))
        found = {row.id: row for row in ctx.session.scalars(query)}
        meeting.wait()
        return found

    def settle(ctx, receipt, row, amount):
        settled.append(row.id)
        original(ctx, receipt, row, amount)

    monkeypatch.setattr(receipts, "lock", unlocked)
    monkeypatch.setattr(receipts, "_settle", settle)
    acts = [allocate(receipt_id, row, lambda _m: None) for row in rows]
    results = both_at_once(pg_world, acts)
    assert sorted(settled) == rows
    assert "refused" not in results
