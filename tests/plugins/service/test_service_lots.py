"""Grave complaints stop the lot; the prevention is looked at; no credit without approval (§6.5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select

from core.api import Activity, Refused, perform, save, set_setting
from core.testing import World
from plugins.finance.api import of_order
from plugins.service import lots
from plugins.service.api import Complaint
from plugins.service.clock import read_sla

pytestmark = pytest.mark.plugins(
    "products", "crm", "quotes", "orders", "finance", "mes", "service")


def complaint(ctx: Any, order: Any, **more: Any) -> Complaint:
    values = {"subject": "Water inside", "customer_id": order.customer_id, "category": "quality",
              "order_id": order.id, "severity": "S2", **more}
    return save(ctx, Complaint, values)


def two_deliveries(ctx: Any, trade: Any) -> tuple[Any, Any]:
    """A released order of which a part is on board; returns it and the delivery still here."""
    order = trade.signed(ctx, term="TT100")
    trade.pay(ctx, order.customer, "10000.00")
    perform(ctx, order, "release")
    trade.ship(ctx, order, ctx.today, ("400",))
    return order, trade.delivery(ctx, order)


def board(ctx: Any, delivery: Any) -> None:
    perform(ctx, delivery, "on_board", {"bl_number": "BL9", "bl_date": ctx.today.isoformat()})


def test_what_is_here_of_the_lot_stays_until_quality_releases_it(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        order, here = two_deliveries(ctx, trade)
        case = complaint(ctx, order)
        assert case.blocked_on == ctx.today
        with pytest.raises(Refused, match=case.number):
            board(ctx, here)
        with pytest.raises(Refused, match="Contain first"):
            perform(ctx, case, "unblock", {"reason": "sorted"})
        perform(ctx, case, "acknowledge")
        perform(ctx, case, "contain", {"d3_containment": "Sorted 100 %"})
        perform(ctx, case, "unblock", {"reason": "sorted, 12 bad ones taken out"})
        board(ctx, here)
        assert here.state == "on_board"


@pytest.mark.parametrize("severity", ["S3", "S4"])
def test_small_complaints_stop_nothing(world: World, trade: Any, severity: str) -> None:
    with world.act("gm") as ctx:
        order, here = two_deliveries(ctx, trade)
        assert complaint(ctx, order, severity=severity).blocked_on is None
        board(ctx, here)


def test_the_lot_is_followed_to_the_deliveries_of_other_customers(
    world: World, trade: Any
) -> None:
    """A lot is named by its work order: whatever else was made in it is shown and blocked."""
    with world.act("gm") as ctx:
        order, _here = two_deliveries(ctx, trade)
        other, other_here = two_deliveries(ctx, trade)
        product = save(ctx, "products.product", {"code": "FL-50", "name_en": "Light"})
        centre = save(ctx, "mes.work_centre", {"code": "A", "label_text": "A"})
        made = save(ctx, "mes.work_order", {
            "product_id": product.id, "quantity": "10", "order_id": other.id,
            "operations": [{"op_no": 10, "label_text": "Make", "centre_id": centre.id}]})
        save(ctx, "mes.inspection", {"kind": "fqc", "work_order_id": made.id, "lot": "10"})
        case = complaint(ctx, order, lot=made.number)
        found = lots.shipments(ctx, case)
        assert {row.order_id for row in found} == {order.id, other.id} and len(found) == 4
        with pytest.raises(Refused, match=case.number):
            board(ctx, other_here)
        ident, number, made_number = case.id, other_here.number, made.number
    page = world.client("qc").get(f"/r/service.complaint/{ident}")
    assert number in page.text and made_number in page.text and "QI" in page.text


def closed(ctx: Any, trade: Any) -> Complaint:
    order = trade.signed(ctx, term="TT100")
    case = complaint(ctx, order)
    case.state, case.closed_at, case.d4_root_cause = "closed", ctx.now, "screws"
    case.d7_prevention, case.review_on = "Torque driver", ctx.today + timedelta(days=60)
    return case


def test_a_prevention_that_fails_opens_the_analysis_again(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        works, fails = closed(ctx, trade), closed(ctx, trade)
        perform(ctx, works, "review", {"result": "works", "notes": "none since"})
        assert (works.state, works.reviewed_on) == ("closed", ctx.today)
        with pytest.raises(Refused, match="reviewed already"):
            perform(ctx, works, "review", {"result": "works", "notes": "again"})
        perform(ctx, fails, "review", {"result": "fails", "notes": "two more"})
        assert (fails.state, fails.closed_at, fails.review_result) == ("analysis", None, "fails")


def test_no_credit_note_before_the_remedy_is_approved_nor_above_it(
    world: World, trade: Any
) -> None:
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60")
        perform(ctx, order, "release")
        trade.ship(ctx, order, ctx.today)
        (row,) = of_order(ctx, order.id)
        case = complaint(ctx, order, severity="S3")
        note = {"amount": "120", "reason": "wet"}
        with pytest.raises(Refused, match="no approved credit"):
            perform(ctx, row, "credit_note", note)
        case.state, case.remedy, case.cost = "approved", "credit", D(120)
        with pytest.raises(Refused, match="approved remedy is"):
            perform(ctx, row, "credit_note", note | {"amount": "120.01"})
        perform(ctx, row, "credit_note", note)
        assert row.open == D("9880.00")


def test_days_of_after_sales_are_settings(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        case = closed(ctx, trade)
        case.closed_at = ctx.now - timedelta(days=20)
        set_setting(ctx, "service.reopen_days", 10)
        ctx.forget()
        with pytest.raises(Refused, match="more than 10 days"):
            perform(ctx, case, "reopen", {"reason": "again"})


def test_deadlines_and_severity_follow_the_settings(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        set_setting(ctx, "service.sla", "S1:2c,1,3,10;S2:8,2,5,20;S3:1,3,10,30;S4:16,,,10")
        set_setting(ctx, "service.big_claim", "100")
        ctx.forget()
        order = trade.signed(ctx, term="TT100")
        grave = complaint(ctx, order, severity="S1")
        assert grave.answer_due_at - grave.received_at == timedelta(hours=2)
        case = complaint(ctx, order, severity=None, claimed="101")
        assert case.severity == "S2"


@pytest.mark.parametrize("text", ["S1:4", "S1:4c,1,3,", "S1:4c,1,3,10", "x", "S1:0,1,1,1"])
def test_deadlines_that_cannot_be_read_are_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        read_sla(text)


def test_shipping_gives_notice_of_transit_damage_in_three_days(world: World, trade: Any) -> None:
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="TT100")
        case = complaint(ctx, order, category="transit", severity="S3")
        task = ctx.session.scalars(select(Activity).where(
            Activity.record_id == case.id, Activity.user_id == world.user_id("doc"))).one()
        assert (task.due - ctx.today).days == 3
