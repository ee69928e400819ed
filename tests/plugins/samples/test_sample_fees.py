"""Who pays for samples: the fee is claimed, paid, and comes back with the order (DOMAIN §1.4)."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select

from core.api import Refused, perform, save
from core.testing import World
from plugins.finance import pages, receivables, vouchers
from plugins.finance.records import Entry, Receivable
from plugins.samples.api import Request

pytestmark = pytest.mark.plugins(
    "products", "crm", "quotes", "orders", "finance", "credit", "samples")


def sent(ctx: Any, trade: Any, customer: Any, policy: str, fee: str = "60.00", **more: Any) -> Any:
    trade.rate(ctx, "7.0500", ctx.today.replace(year=2020, month=1, day=1))
    trade.count += 1
    request = save(ctx, Request, {
        "customer_id": customer.id, "purpose": "Showroom", "freight": "collect",
        "fee_policy": policy, "fee": fee, "declared_value": "25",
        "lines": [{"description": "LED floodlight", "qty": "2", "unit_value": "12.50"}], **more,
    })
    request.state, request.number = "ready", f"SR26{trade.count:04}"
    request.inspected_at = request.labelled_at = ctx.now
    perform(ctx, request, "send", {"courier": "DHL", "tracking_no": f"TW{trade.count:06}"})
    return request


def claim(ctx: Any, request: Any) -> Any:
    return ctx.session.scalar(
        select(Receivable).where(Receivable.source == f"sample {request.id}"))


def test_a_charged_fee_is_claimed_at_sending_and_settled_by_its_receipt(
    world: World, trade: Any
) -> None:
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        request = sent(ctx, trade, customer, "charged")
        row = claim(ctx, request)
        assert (row.amount, row.open, row.kind, row.currency) == (D(60), D(60), "other", "USD")
        assert (row.due - ctx.today).days == 14
        revenue = ctx.session.scalar(select(Entry).where(Entry.receivable_id == row.id))
        assert revenue.cny == D("423.00")
        with pytest.raises(Refused, match="Allocate the receipt"):
            perform(ctx, request, "settle")
        receipt = trade.pay(ctx, customer, "60.00", rate="7.10")
        assert row.state == "paid"
        assert request.fee_settled_on == ctx.today
        fx = ctx.session.scalar(select(Entry.cny).where(Entry.kind == "fx"))
        assert fx == D("3.00")  # 60 × (7.10 − 7.05)
        lines = vouchers.of_month(ctx, ctx.today.replace(day=1))
        assert sum(line.debit - line.credit for line in lines) == 0
        perform(ctx, receipt, "reverse", {"reason": "Bounced"})
        assert (row.open, request.fee_settled_on) == (D(60), None)


def test_a_free_sample_claims_nothing(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        request = sent(ctx, trade, trade.customer(ctx), "free", fee="0")
        assert claim(ctx, request) is None


@pytest.mark.parametrize("term", ["OA60", "TT100"])
def test_a_refundable_fee_is_credited_on_the_first_large_enough_order(
    world: World, trade: Any, term: str
) -> None:
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        request = sent(ctx, trade, customer, "refundable", refund_from="5000")
        trade.pay(ctx, customer, "60.00")
        assert request.fee_settled_on is None
        small = trade.signed(ctx, customer, goods=(("100", "10.00"),), term="TT100")
        assert sum(row.open for row in receivables.of_order(ctx, small.id)) == D("1000.00")
        trade.pay(ctx, customer, "1000.00")
        first = shipped(ctx, trade, customer, term)
        rows = receivables.of_order(ctx, first.id)
        assert sum(row.amount for row in rows) == D("10000.00")
        assert sum(row.open for row in rows) == (D("9940.00") if term == "OA60" else 0)
        assert first.received == (D("60.00") if term == "OA60" else D("10000.00"))
        assert request.fee_settled_on == ctx.today
        revenue = ctx.session.scalars(select(Entry.amount).where(
            Entry.order_id == first.id, Entry.kind.in_(("revenue", "revenue_advance"))))
        assert sum(revenue) == D("10000.00"), "the fee is a part of the price, not a loss"
        credited = ctx.session.scalars(select(Entry).where(Entry.kind == "credit_note"))
        assert list(credited) == []
        second = shipped(ctx, trade, customer, "OA60")
        assert sum(row.open for row in receivables.of_order(ctx, second.id)) == D("10000.00")


def shipped(ctx: Any, trade: Any, customer: Any, term: str) -> Any:
    override_credit(ctx, customer)
    order = trade.signed(ctx, customer, term=term)
    if term == "TT100":
        trade.pay(ctx, customer, "9940.00")
        (row,) = receivables.of_order(ctx, order.id)
        assert row.state == "paid"
    perform(ctx, order, "release")
    trade.ship(ctx, order, ctx.today)
    return order


def override_credit(ctx: Any, customer: Any) -> None:
    from plugins.credit.records import Profile

    if ctx.session.scalar(select(Profile).where(Profile.customer_id == customer.id)) is None:
        ctx.session.add(Profile(customer_id=customer.id, currency="USD", limit=D(90_000),
                                state="active", temporary_limit=D(0)))
        ctx.session.flush()


def test_a_fee_that_was_never_paid_is_called_off_by_the_order(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        request = sent(ctx, trade, customer, "refundable")
        order = shipped(ctx, trade, customer, "OA60")
        assert claim(ctx, request).state == "cancelled"
        assert sum(row.open for row in receivables.of_order(ctx, order.id)) == D("10000.00")
        assert pages.ageing(ctx, ctx.today) is not None
        from plugins.credit.records import Profile

        profile = ctx.session.scalar(
            select(Profile).where(Profile.customer_id == customer.id))
        assert profile.exposure == D("10000.00"), "credit heard of it"
