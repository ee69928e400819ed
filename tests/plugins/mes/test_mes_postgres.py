"""Two people report the last pieces of an operation in the same moment (PostgreSQL)."""

import threading

import pytest
from sqlalchemy import select

from core.api import Invalid, Refused, find, perform
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
