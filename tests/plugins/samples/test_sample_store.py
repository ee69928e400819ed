"""Samples with production and finance: store, golden sample at the work order, sales expense."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select

from core.api import Invalid, Refused, perform, record_class, save, set_setting
from core.testing import World
from plugins.finance import vouchers
from plugins.finance.records import Entry
from plugins.mes.api import Material, WorkOrder, move
from plugins.samples.api import Request
from plugins.samples.reminders import daily, read_days

pytestmark = pytest.mark.plugins(
    "products", "crm", "quotes", "orders", "finance", "mes", "samples")


def lamp(ctx: Any, stock: str = "5") -> tuple[Any, Any]:
    """A product and its pieces in the store."""
    product = save(ctx, "products.product", {
        "code": "FL-50", "name_en": "LED floodlight 50 W", "cost_price": "68.00",
        "list_price": "12.50"})
    store = save(ctx, Material, {"code": "FG-50", "label_text": "50 W", "product_id": product.id})
    move(ctx, store, "receipt", D(stock))
    return product, store


def parcel(ctx: Any, trade: Any, customer: Any, product: Any, **more: Any) -> Request:
    """A request that is ready to be sent."""
    trade.rate(ctx, "7.0500", ctx.today.replace(year=2020, month=1, day=1))
    trade.count += 1
    request = save(ctx, Request, {
        "customer_id": customer.id, "purpose": "Showroom", "freight": "prepaid",
        "declared_value": "25", "lines": [{"product_id": product.id, "qty": "2"}], **more})
    request.state, request.number = "ready", f"SR26{trade.count:04}"
    request.inspected_at = request.labelled_at = ctx.now
    return request


def send(ctx: Any, request: Request, **more: Any) -> None:
    given = {"courier": "DHL", "tracking_no": f"TW{request.id:06}"}
    perform(ctx, request, "send", given | more)


def test_pieces_and_cost_leave_with_the_parcel(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        product, store = lamp(ctx)
        customer = trade.customer(ctx)
        customer.owner_id = world.user_id("rep")
        request = parcel(ctx, trade, customer, product)
        send(ctx, request, freight_cost="230.00")
        assert store.available == 3
        booked = {row.kind: (row.cny, row.expense_of_id, row.text) for row in
                  ctx.session.scalars(select(Entry))}
        owner = request.owner_id
        assert owner is not None
        assert booked == {
            "sample_goods": (D("136.00"), owner, request.number),
            "sample_freight": (D("230.00"), owner, request.number),
        }
        lines = vouchers.of_month(ctx, ctx.today.replace(day=1))
        assert [(line.code, line.debit, line.credit) for line in lines] == [
            ("6601", D("136.00"), 0), ("1405", 0, D("136.00")),
            ("6601", D("230.00"), 0), ("2202", 0, D("230.00")),
        ]


def test_what_is_not_in_stock_is_not_sent(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        product, store = lamp(ctx, "1")
        customer = trade.customer(ctx)
        request = parcel(ctx, trade, customer, product)
        with pytest.raises(Refused):
            send(ctx, request)
        assert (request.state, store.available) == ("ready", 1)
        assert ctx.session.scalar(select(Entry.id).limit(1)) is None
        made = parcel(ctx, trade, customer, product, kind="made")
        send(ctx, made)  # made for the customer: never was in the store
        assert store.available == 1


def test_the_golden_sample_stands_at_the_work_order(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        product, _store = lamp(ctx)
        customer = trade.customer(ctx)
        request = parcel(ctx, trade, customer, product, kind="golden")
        send(ctx, request)
        perform(ctx, request, "deliver")
        perform(ctx, request, "feedback", {"result": "rejected", "comments": "too blue"})
        sealed = {"seal_no": "GS-001", "kept_at": "Cabinet 3"}
        with pytest.raises(Refused):
            perform(ctx, request, "seal", sealed)
        request.result = "approved"
        perform(ctx, request, "seal", sealed)
        assert request.sealed_on == ctx.today
        other = parcel(ctx, trade, customer, product)
        other.state, other.result = "feedback", "approved"
        with pytest.raises(Invalid):
            perform(ctx, other, "seal", sealed)
        order = save(ctx, "orders.order", {
            "customer_id": customer.id, "payment_term_id": trade.term(ctx, "TT30C"),
            "rate": "7.05", "lines": [{"product_id": product.id, "description_en": "Light",
                                       "quantity": "10", "price": "12"}]})
        centre = save(ctx, record_class("mes.work_centre"), {"code": "A", "label_text": "A"})
        work_order = save(ctx, WorkOrder, {
            "product_id": product.id, "quantity": "10", "order_id": order.id,
            "operations": [{"op_no": 10, "label_text": "Make", "centre_id": centre.id}]})
        ident = work_order.id
    page = world.client("ppc").get(f"/r/mes.work_order/{ident}")
    assert "GS-001" in page.text and "Cabinet 3" in page.text


def test_the_days_of_the_reminders_are_the_companys(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        product, _store = lamp(ctx)
        request = parcel(ctx, trade, trade.customer(ctx), product)
        send(ctx, request)
        perform(ctx, request, "deliver")
        request.owner_id = world.user_id("rep")
        set_setting(ctx, "samples.remind_days", "2,9")
        ctx.forget()
        ctx.now += timedelta(days=2)
        assert daily(ctx, {})["feedback"] == 1
        ctx.now += timedelta(days=1)
        assert daily(ctx, {})["feedback"] == 0, "day 3 is not asked any more"
    for text in ("7,3", "x", "0,3"):
        with pytest.raises(ValueError):
            read_days(text)
