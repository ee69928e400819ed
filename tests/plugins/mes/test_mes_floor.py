"""Work orders on the core: what must be impossible, and what follows from reports (§1.7)."""

from decimal import Decimal as D

import pytest
from sqlalchemy import func, select

from core.api import Invalid, Notice, Refused, perform, save
from plugins.mes import planning
from plugins.mes.masterdata import Material
from plugins.mes.needs import shortage_list
from plugins.mes.records import Inspection, OpReport, WorkOrder

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "mes")


def test_a_released_order_makes_one_work_order_per_line_once(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        order = shop.order(ctx, shop.light(ctx))
        assert [row.quantity for row in planning.make_for_order(ctx, order)] == [100]
        assert planning.make_for_order(ctx, order) == []
        row = ctx.session.scalars(select(WorkOrder)).one()
        assert row.number == "WO26110001"
        assert [(op.op_no, op.planned, op.minutes) for op in row.operations] == [
            (10, 100, 110), (20, 100, 200)
        ]


def test_work_does_not_start_before_the_funds_gate(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        order = shop.order(ctx, shop.light(ctx), released=False)
        (row,) = planning.make_for_order(ctx, order)
        with pytest.raises(Refused, match="funds gate"):
            perform(ctx, row, "release")
        with pytest.raises(Refused, match="Planned"):
            perform(ctx, row, "start")
        with pytest.raises((Refused, Invalid)):
            shop.report(ctx, row, 10, 1)
        order.state = "released"
        perform(ctx, row, "release")
        assert row.state == "released"


def test_material_must_be_there_and_other_work_orders_keep_theirs(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        product = shop.light(ctx, stock=150)
        (first,) = planning.make_for_order(ctx, shop.order(ctx, product))
        (second,) = planning.make_for_order(ctx, shop.order(ctx, product, "60"))
        perform(ctx, first, "release")
        with pytest.raises(Refused, match="10 PCS are missing"):
            perform(ctx, second, "release")
        perform(ctx, first, "issue")
        body = ctx.session.scalars(select(Material)).one()
        assert body.available == 50
        assert first.materials_on == ctx.today
        (need,) = shortage_list(ctx)
        assert (need.requirement.gross, need.requirement.net) == (60, 10)


def test_reports_move_progress_of_work_order_and_sales_order(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.work_order(ctx)
        perform(ctx, row, "release")
        shop.report(ctx, row, 10, 100)
        assert row.state == "in_progress"  # the first report starts it
        assert round(row.progress, 4) == D("0.3333")
        shop.report(ctx, row, 20, 40)
        assert row.progress == D("0.6")
        assert row.half_on == ctx.today
        order = row.order
        assert order.production_progress == D("0.6")
        assert order.production_status == "running"
        assert order.lines[0].produced == 40
        shop.report(ctx, row, 20, 60)
        perform(ctx, row, "finish")
        assert (order.production_status, order.production_progress) == ("finished", 1)


def test_an_operation_never_makes_more_than_came_in(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        shop.report(ctx, row, 10, 50)
        with pytest.raises((Refused, Invalid), match="51 pieces, but only 50"):
            shop.report(ctx, row, 20, 51)
        with pytest.raises((Refused, Invalid), match="only 100"):
            shop.report(ctx, row, 10, 40, scrap=11)
        assert ctx.session.scalar(select(func.count(OpReport.id))) == 1


def test_rework_is_a_pile_of_its_own(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        shop.report(ctx, row, 10, 90, rework=10, defect="E01")
        first = row.operations[0]
        assert (first.good, first.rework, first.first_good) == (90, 10, 90)
        shop.report(ctx, row, 10, 8, scrap=2, from_rework=True)
        assert (first.good, first.rework, first.scrap, first.first_good) == (98, 0, 2, 90)
        with pytest.raises((Refused, Invalid), match="Only 0 pieces are in rework"):
            shop.report(ctx, row, 10, 1, from_rework=True)


def test_a_report_is_reversed_not_changed(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        report = shop.report(ctx, row, 10, 30)
        with pytest.raises((Refused, Invalid), match="Reverse it"):
            save(ctx, OpReport, {"good": "20"}, report)
        ctx.session.refresh(report)
        perform(ctx, report, "reverse", {"reason": "counted twice"})
        assert report.state == "reversed"
        assert row.operations[0].good == 0
        mirror = ctx.session.scalars(select(OpReport).where(OpReport.state == "reversal")).one()
        assert (mirror.good, mirror.reverses_id, mirror.reason) == (-30, report.id, "counted twice")


def test_a_report_that_later_operations_live_on_stays(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        report = shop.report(ctx, row, 10, 30)
        shop.report(ctx, row, 20, 20)
        with pytest.raises(Refused, match="only 0 came in"):
            perform(ctx, report, "reverse", {"reason": "wrong"})
        ctx.session.rollback()


@pytest.mark.parametrize("values", [{"good": "-1"}, {"good": "0"}, {}])
def test_nonsense_is_refused_with_the_field(world, shop, values):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        with pytest.raises((Refused, Invalid)) as error:
            perform(ctx, row, "report", {"operation": 10, **values})
        assert error.value.reasons[0].field == "good"


def test_a_failed_lot_keeps_the_work_order_open_until_it_passes(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx, "1200")
        shop.report(ctx, row, 10, 1200)
        shop.report(ctx, row, 20, 1200)
        lot = save(ctx, Inspection, {"kind": "fqc", "work_order_id": row.id, "lot": 1200})
        assert (lot.sample, lot.plan["major"]["accept"]) == (80, 5)
        with pytest.raises(Refused, match="open or failed"):
            perform(ctx, row, "finish")
        perform(ctx, lot, "judge", {"major": 6})
        assert lot.state == "failed"
        with pytest.raises(Refused, match="open or failed"):
            perform(ctx, row, "finish")
        again = perform(ctx, lot, "settle", {"disposition": "rework", "reason": "driver loose"})
        assert lot.state == "settled"
        with pytest.raises(Refused, match="open or failed"):
            perform(ctx, row, "finish")
        perform(ctx, again, "judge", {"major": 5, "minor": 7})
        assert again.state == "passed"
        assert row.inspected_on == ctx.today
        perform(ctx, row, "finish")
        assert row.state == "done"


def test_critical_defects_are_never_waived(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        lot = save(ctx, Inspection, {"work_order_id": row.id, "lot": 100})
        perform(ctx, lot, "judge", {"critical": 1})
        with pytest.raises(Refused, match="critical"):
            perform(ctx, lot, "settle", {"disposition": "waive", "reason": "customer agrees"})
        ctx.session.rollback()


def test_the_plan_follows_the_calendar_and_warns_before_the_customer_asks(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.work_order(ctx, "500", promised="2026-11-24")
        planning.plan_all(ctx)
        # 510 min on A end Tuesday 08:30, 1,000 min on B end Thursday 09:10
        assert row.planned_end.astimezone(ctx.zone).isoformat()[:16] == "2026-11-26T09:10"
        assert row.days_late == 2
        assert [late.id for late in planning.alert_delays(ctx)] == [row.id]
        assert planning.alert_delays(ctx) == []  # told once
        told = {n.user_id for n in ctx.session.scalars(select(Notice))}
        assert {world.user_id("mer"), world.user_id("doc"), row.order.owner_id} <= told


def test_a_missing_material_delays_the_start_by_its_lead_time(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.work_order(ctx, "100", stock=0)
        planning.plan_all(ctx)
        assert (row.planned_start.astimezone(ctx.zone).date() - ctx.today).days >= 5


def test_dragging_sets_a_start_and_the_plan_decides_again_when_it_is_taken_back(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.work_order(ctx)
        planning.plan_all(ctx)
        first = row.operations[0]
        planned = first.planned_start
        wanted = shop.now.replace(day=25, hour=2)
        planning.reschedule(ctx, first.id, wanted)
        assert first.planned_start == wanted
        assert row.operations[1].planned_start >= first.planned_end
        planning.reschedule(ctx, first.id, None)
        assert first.planned_start == planned
        with pytest.raises(Refused, match="past"):
            planning.reschedule(ctx, first.id, shop.now.replace(day=20))


def test_released_work_orders_are_not_edited(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        row = shop.running(ctx)
        with pytest.raises((Refused, Invalid), match="priority"):
            save(ctx, WorkOrder, {"quantity": "5"}, row)
        ctx.session.refresh(row)
        save(ctx, WorkOrder, {"priority": 1}, row)
        assert row.priority == 1


def test_a_bill_that_contains_itself_is_not_put_in_force(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        one, two = shop.material(ctx, "ONE"), shop.material(ctx, "TWO")
        shop.bom(ctx, [(two, "1", "0")], material=one)
        with pytest.raises(Refused, match="ONE → TWO → ONE|TWO → ONE → TWO"):
            shop.bom(ctx, [(one, "1", "0")], material=two)
        ctx.session.rollback()


def test_stock_never_falls_below_nothing(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        body = shop.material(ctx, "BODY", 10)
        with pytest.raises((Refused, Invalid), match="Only 10 of BODY"):
            save(ctx, "mes.stock_move", {"material_id": body.id, "kind": "issue",
                                         "quantity": "-11"})
        ctx.session.rollback()


def test_releasing_a_sales_order_makes_and_plans_work_by_itself(world, shop):
    with world.act("gm") as ctx:
        order = shop.order(ctx, shop.light(ctx))
        ctx.emit("orders.order.released", order)
        ident = order.id
    world.work()
    world.work()
    with world.act("ppc") as ctx:
        row = ctx.session.scalars(select(WorkOrder).where(WorkOrder.order_id == ident)).one()
        assert row.state == "planned"
        assert row.planned_end is not None


def test_the_morning_job_plans_and_tells_once(world, shop):
    with world.act("gm", now=shop.now) as ctx:
        shop.work_order(ctx, "500", promised="2026-11-24")
        assert planning.daily(ctx, {}) == {"planned": 1, "late": 1}
        assert planning.daily(ctx, {}) == {"planned": 1, "late": 0}


def test_pages_of_production_open_for_those_who_may(world, shop):
    with world.act("gm") as ctx:
        row = shop.running(ctx)
        planning.plan_all(ctx)
        ident, operation = row.id, row.operations[0].id
        order = row.order_id
    client = world.client("ppc")
    for page in ("/mes/gantt", "/mes/gantt?by=order", "/mes/load", "/mes/shortages", "/mes/floor"):
        assert client.get(page).status_code == 200, page
    assert "BODY" not in client.get("/mes/shortages").get_data(as_text=True)
    assert client.get(f"/mes/floor/{ident}/10").status_code == 200
    assert client.get(f"/mes/floor/{ident}/99").status_code == 409
    assert "WO" in client.get(f"/r/orders.order/{order}").get_data(as_text=True)
    answer = client.post("/mes/gantt/move", json={"id": operation, "start": "yesterday"})
    assert answer.status_code == 422
    assert world.client("rep").get("/mes/floor").status_code == 403
    moved = {"id": operation, "start": "2027-03-01T01:00:00+00:00"}
    assert world.client("rep").post("/mes/gantt/move", json=moved).status_code == 403
    plan = client.post("/mes/gantt/move", json=moved).get_json()
    bar = next(bar for bar in plan["bars"] if bar["id"] == operation)
    assert bar["pinned"]
    assert bar["start"] == "2027-03-01T01:00:00+00:00"


def test_the_phone_page_takes_a_report_and_keeps_what_was_refused(world, shop):
    with world.act("gm") as ctx:
        ident = shop.running(ctx).id
    client = world.client("wh")
    page = f"/mes/floor/{ident}/10"
    refused = client.post(page, data={"good": "101"})
    assert refused.status_code == 422
    assert 'value="101"' in refused.get_data(as_text=True)
    assert client.post(page, data={"good": "40", "scrap": "1", "defect": "E01"}).status_code == 303
    with world.act("gm") as ctx:
        row = ctx.session.get(WorkOrder, ident)
        assert (row.operations[0].good, row.operations[0].scrap) == (40, 1)
        assert ctx.session.scalars(select(OpReport)).one().defects[0].code == "E01"
