"""Work orders of own-made parts on three levels, and the milestone "packed" (DOMAIN §1.7, §2.9)."""

from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Notice, Refused, perform, save
from plugins.mes import planning
from plugins.mes.needs import shortage_list
from plugins.mes.parts import make_parts, parts_under
from plugins.mes.records import OpReport, WorkOrder

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "mes")


def lamp(ctx, shop):
    """A lamp of a module (own routing, scrap 1 %) of a board (own routing) of chips; a frame that
    is made in the run of bars."""
    product, centre = shop.product(ctx), shop.centre(ctx, "A")
    chip = shop.material(ctx, "CHIP", 100_000)
    board = shop.material(ctx, "BOARD", 100)
    module = shop.material(ctx, "MODULE", 200)
    frame, bar = shop.material(ctx, "FRAME"), shop.material(ctx, "BAR", 10_000)
    shop.bom(ctx, [(chip, "50", "0.02")], material=board)
    shop.bom(ctx, [(board, "1", "0")], material=module)
    shop.bom(ctx, [(bar, "2", "0")], material=frame)
    shop.bom(ctx, [(module, "1", "0.01"), (frame, "1", "0")], product=product)
    shop.routing(ctx, product, [(10, centre, "10", "1")])
    for part in (module, board):
        routing = save(ctx, "mes.routing", {"material_id": part.id, "lines": [
            {"op_no": 10, "label_text": "Make", "centre_id": centre.id, "setup": "0",
             "run": "0.1"}]})
        perform(ctx, routing, "activate")
    return product, {"module": module, "board": board, "chip": chip, "bar": bar}


def test_a_bill_of_three_levels_makes_a_chain_of_work_orders_once(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product, part = lamp(ctx, shop)
        order = shop.order(ctx, product, "1200")
        rows = planning.make_for_order(ctx, order)
        assert [(row.material_id, row.quantity) for row in rows] == [
            (None, 1200),
            (part["module"].id, 1012),  # 1,200 × 1.01 = 1,212 − 200 in stock
            (part["board"].id, 912),  # of the net of its parent: 1,012 − 100
        ]
        assert [row.above_id for row in rows] == [None, rows[0].id, rows[1].id]
        assert make_parts(ctx, rows[0]) == [] and make_parts(ctx, rows[1]) == []
        assert parts_under(ctx, rows[0]) == [rows[1]]
        assert {need.material.code for need in shortage_list(ctx)} == set(), "nothing to buy"


def test_a_second_order_nets_only_what_the_first_leaves(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product, part = lamp(ctx, shop)
        planning.make_for_order(ctx, shop.order(ctx, product, "1200"))
        second = planning.make_for_order(ctx, shop.order(ctx, product, "100", "2026-12-20"))
        made = {row.material_id: row.quantity for row in second}
        assert made == {None: 100, part["module"].id: 101, part["board"].id: 101}


def test_the_parent_waits_for_its_parts_and_takes_them_from_the_store(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product, part = lamp(ctx, shop)
        order = shop.order(ctx, product, "300")
        top, module, board = planning.make_for_order(ctx, order)
        planning.plan_all(ctx)
        assert board.planned_end <= module.planned_start
        assert module.planned_end <= top.planned_start
        with pytest.raises(Refused, match="MODULE"):
            perform(ctx, top, "release")
        for row in (board, module, top):
            perform(ctx, row, "release")
            perform(ctx, row, "issue")
            shop.report(ctx, row, 10, good=row.quantity)
            perform(ctx, row, "finish")
        assert part["board"].available == 100 + board.good - module.quantity
        assert part["module"].available == 200 + module.good - D("303")
        assert (order.lines[0].produced, order.production_status) == (300, "finished")


def test_cancelling_takes_the_planned_parts_along(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product, _part = lamp(ctx, shop)
        top, *rest = planning.make_for_order(ctx, shop.order(ctx, product, "1200"))
        perform(ctx, top, "cancel", {"reason": "customer changed"})
        assert {row.state for row in rest} == {"cancelled"}


def test_packed_is_the_last_milestone_and_is_told(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx, "10", stock=100)
        row.order.owner_id = world.user_id("rep")
        for op in row.operations:
            shop.report(ctx, row, op.op_no, good=10)
        with pytest.raises(Refused):
            perform(ctx, row, "pack")
        perform(ctx, row, "finish")
        with pytest.raises(Refused, match="after they were finished"):
            perform(ctx, row, "pack", {"on": "2026-11-20"})
        perform(ctx, row, "pack")
        assert row.packed_on == ctx.today
        with pytest.raises(Refused, match="packed already"):
            perform(ctx, row, "pack")
        told = [str(text) for text in ctx.session.scalars(
            select(Notice.text).where(Notice.user_id == world.user_id("rep")))]
        for word in ("half made", "finished", "packed"):
            assert any(word in text for text in told), word
        panels = [p for a in ctx.hooks.show_panels(ctx=ctx, record=row.order) for p in a or ()]
        shown = next(p for p in panels if p.key == "mes.progress")
        assert "Packed" in [str(label) for label, _value in shown.rows]


def test_goods_made_for_stock_come_into_the_store(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product = shop.light(ctx)
        store = shop.material(ctx, "FG-50", product_id=product.id)
        row = save(ctx, WorkOrder, {"product_id": product.id, "quantity": "20"})
        perform(ctx, row, "release")
        for op in row.operations:
            shop.report(ctx, row, op.op_no, good=20)
        perform(ctx, row, "finish")
        assert store.available == 20


def test_reports_are_never_deleted(world, shop):
    """⛔ of §1.7: no address deletes a report; what was made stays."""
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx, "10")
        ident, order_id = shop.report(ctx, row, 10, good=5).id, row.id
    client = world.client("gm")
    assert client.post(f"/r/mes.op_report/{ident}/delete").status_code in (404, 405)
    assert client.delete(f"/r/mes.op_report/{ident}").status_code in (404, 405)
    assert client.delete(f"/api/v1/mes.op_report/{ident}").status_code in (401, 403, 404, 405)
    with world.act("gm", now=shop.now) as ctx:
        assert ctx.session.get(OpReport, ident).good == 5
        assert ctx.session.get(WorkOrder, order_id).operations[0].good == 5
