"""The demo plant shows what DOMAIN §5 asks for, and keeps every rule."""

from decimal import Decimal as D

import pytest
from sqlalchemy import select

from plugins.mes import demo, planning
from plugins.mes.masterdata import Material, StockMove
from plugins.mes.records import WorkOrder
from plugins.mes.routing import excess_of

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "mes")


@pytest.fixture
def plant(world, shop):
    with world.act() as ctx:
        for code in ("FL-50W-B", "FL-100W-B", "FL-200W-B", "SS-30W", "SS-60W"):
            shop.product(ctx, code)
        for stage in ("reference", "stories", "stories"):
            demo.load(ctx, stage)
    return world


def test_at_least_six_work_orders_run_and_a_centre_is_overloaded(plant):
    with plant.act() as ctx:
        rows = list(ctx.session.scalars(select(WorkOrder)))
        running = [r for r in rows
                   if r.state == "in_progress" and D("0.1") <= r.progress <= D("0.9")]
        assert len(running) >= 6
        totals = {}
        for load in planning.centre_loads(ctx):
            asked, offered = totals.get(load.centre, (0, 0))
            totals[load.centre] = (asked + load.required, offered + load.available)
        assert max(D(a) / b for a, b in totals.values() if b) > 1


def test_no_rule_is_broken_and_the_stock_is_the_sum_of_its_moves(plant):
    with plant.act() as ctx:
        for row in ctx.session.scalars(select(WorkOrder)):
            assert excess_of(row.tallies) is None
        for material in ctx.session.scalars(select(Material)):
            moves = ctx.session.scalars(
                select(StockMove.quantity).where(StockMove.material_id == material.id))
            assert material.available == sum(moves, D(0)) >= 0
