"""Two people report the last pieces, or issue the last material, at once (PostgreSQL)."""

import threading
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from core.api import Invalid, Refused, find, perform
from plugins.mes import needs
from plugins.mes.masterdata import Material, StockMove
from plugins.mes.needs import missing_for, move
from plugins.mes.planning import make_for_order
from plugins.mes.records import OpReport, WorkOrder

pytestmark = [
    pytest.mark.postgres, pytest.mark.plugins("products", "crm", "quotes", "orders", "mes"),
]


def _together(world, ident, pieces):
    """Two threads report `pieces` each at the first operation; returns what each got."""
    gate, answers = threading.Barrier(2, timeout=30), []

    def report():
        try:
            with world.act("gm") as ctx:
                row = find(ctx, WorkOrder, ident)
                assert row.operations[0].good == 0
                gate.wait()
                perform(ctx, row, "report", {"operation": 10, "good": pieces})
            answers.append("taken")
        except (Refused, Invalid):
            answers.append("refused")

    threads = [threading.Thread(target=report) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.parametrize(("pieces", "expected", "good"), [
    (60, ["refused", "taken"], 60),  # 120 of 100: exactly one wins
    (50, ["taken", "taken"], 100),  # the control: both fit
])
def test_exactly_one_wins_when_both_do_not_fit(pg_world, shop, pieces, expected, good):
    with pg_world.act("gm", now=shop.now) as ctx:
        ident = shop.running(ctx).id
    assert _together(pg_world, ident, pieces) == expected
    with pg_world.act("gm") as ctx:
        assert find(ctx, WorkOrder, ident).operations[0].good == good
        reports = ctx.session.scalars(select(OpReport).where(OpReport.work_order_id == ident))
        assert sum(row.good for row in reports) == good


def _issue_together(world, idents):
    """Two people issue the materials of two work orders; both have looked at the stock before."""
    gate, answers = threading.Barrier(2, timeout=30), []

    def issue(ident):
        try:
            with world.act("gm") as ctx:
                row = find(ctx, WorkOrder, ident)
                assert not missing_for(ctx, row), "looked at alone, there is enough"
                gate.wait()
                perform(ctx, row, "issue")
            answers.append("issued")
        except Refused as refused:
            answers.append(refused.reasons[0].code)

    threads = [threading.Thread(target=issue, args=(ident,)) for ident in idents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


def _two_released(world, shop, stock):
    with world.act("gm", now=shop.now) as ctx:
        product = shop.light(ctx, 100)
        idents = []
        for quantity in ("60", "50"):
            (row,) = make_for_order(ctx, shop.order(ctx, product, quantity))
            row.state = "released"
            idents.append(row.id)
        body = ctx.session.scalar(select(Material).where(Material.code == "BODY"))
        move(ctx, body, "receipt", D(stock - 100))
        return idents


@pytest.mark.parametrize(("stock", "expected", "left"), [
    (109, ["issued", "shortage"], None),  # 110 are needed: exactly one wins
    (110, ["issued", "issued"], 0),  # the control: both fit
])
def test_a_material_never_goes_below_zero(pg_world, shop, monkeypatch, stock, expected, left):
    monkeypatch.setattr(needs, "reserved", lambda ctx, but=None, masters=None: {})
    idents = _two_released(pg_world, shop, stock)
    assert _issue_together(pg_world, idents) == expected
    with pg_world.act("gm") as ctx:
        body = ctx.session.scalar(select(Material).where(Material.code == "BODY"))
        moves = ctx.session.scalars(
            select(StockMove.quantity).where(StockMove.material_id == body.id))
        assert body.available == sum(moves) >= 0
        assert left is None or body.available == left
