"""The pages of orders and finance through the browser's door."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import perform
from plugins.finance.records import Receipt, Receivable
from plugins.orders.api import Order

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance", "credit")


def sailed(world, trade, days=70):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx)
        order = trade.signed(ctx, customer, term="TT100")
        trade.pay(ctx, customer, "10000.00")
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today - timedelta(days=days))
        waiting = trade.signed(ctx, customer, term="TT100", goods=(("100", "9.00"),))
        receipt = trade.receipt(ctx, customer, "900.00", remittance=f"pay {waiting.serial}")
        return order.id, receipt.id, waiting.id


def test_an_order_is_typed_in_the_form(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx).id
        trade.rate(ctx, "7.05", ctx.today)
        term = trade.term(ctx, "TT30C")
    client = world.client("sm")
    assert client.get("/r/orders.order/new").status_code == 200
    answer = client.post(
        "/r/orders.order/new",
        data={
            "f.customer_id": customer,
            "f.currency": "USD",
            "f.payment_term_id": term,
            "f.incoterm": "FOB",
            "f.place": "Ningbo",
            "f.rate": "7.05",
            "lines-0-description_en": "LED floodlight",
            "lines-0-quantity": "1,000",
            "lines-0-unit": "PCS",
            "lines-0-price": "10.00",
        },
    )
    assert answer.status_code in (302, 303), re.findall(
        r"(?s)tw-(?:error|msg--bad|field__fault)[^<]*<?[^<]*", answer.get_data(as_text=True)
    )[:9]
    with world.act("gm") as ctx:
        order = ctx.session.scalar(select(Order))
        assert order.total == D("10000.00")
        assert [m.amount for m in order.milestones] == [D("3000.00"), D("7000.00")]
        ident = order.id
    page = client.get(f"/r/orders.order/{ident}").get_data(as_text=True)
    assert "3,000.00" in page and "7,000.00" in page


def test_the_allocation_page_proposes_and_books(world, trade):
    _order, receipt, _waiting = sailed(world, trade)
    client = world.client("fin")
    page = client.get(f"/finance/receipts/{receipt}/allocate").get_data(as_text=True)
    assert 'value="900.00"' in page
    with world.act("gm") as ctx:
        row = ctx.session.scalar(select(Receivable.id).where(Receivable.open > 0))
    wrong = client.post(f"/finance/receipts/{receipt}/allocate", data={f"amount-{row}": "900.01"})
    assert wrong.status_code == 422
    text = wrong.get_data(as_text=True)
    assert "900.00" in text and 'value="900.01"' in text
    words = client.post(f"/finance/receipts/{receipt}/allocate", data={f"amount-{row}": "all"})
    assert words.status_code == 422
    right = client.post(f"/finance/receipts/{receipt}/allocate", data={f"amount-{row}": "900.00"})
    assert right.status_code == 302
    with world.act("gm") as ctx:
        assert ctx.session.get(Receipt, receipt).state == "allocated"


def test_money_pages_are_for_those_who_may(world, trade):
    order, receipt, _waiting = sailed(world, trade)
    fin, rep, wh = world.client("fin"), world.client("rep"), world.client("wh")
    for path in ("/finance/ageing", "/finance/profit", f"/finance/profit/{order}",
                 "/finance/vouchers"):
        assert fin.get(path).status_code == 200, path
    assert rep.get("/finance/ageing").status_code == 200
    for client in (rep, wh):
        assert client.get(f"/finance/profit/{order}").status_code == 403
        assert client.get(f"/finance/receipts/{receipt}/allocate").status_code == 403
    assert wh.get("/finance/ageing").status_code == 403


def test_another_company_finds_nothing(world, trade):
    order, receipt, _waiting = sailed(world, trade)
    other = world.client("b-gm")
    for path in (f"/finance/profit/{order}", f"/finance/receipts/{receipt}/allocate",
                 f"/r/orders.order/{order}", f"/r/finance.receipt/{receipt}"):
        assert other.get(path).status_code == 404, path
    assert "Lumora" not in other.get("/finance/ageing").get_data(as_text=True)


def test_a_representative_sees_only_the_own_overdue_money(world, trade):
    with world.act("rep") as ctx:
        mine = trade.customer(ctx.system())
        mine.owner_id = ctx.user_id
        order = trade.signed(ctx.system(), mine, term="TT100", on=ctx.today - timedelta(days=20))
        order.owner_id = ctx.user_id
        ctx.session.flush()
        for row in ctx.session.scalars(select(Receivable)):
            row.owner_id = ctx.user_id
    assert "10,000.00" in world.client("rep").get("/finance/ageing").get_data(as_text=True)
    assert "10,000.00" not in world.client("rep2").get("/finance/ageing").get_data(as_text=True)
