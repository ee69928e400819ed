"""Country × month of orders: a built report beside naive SQL over the order lines (QUALITY §10).

Both run in this process on the same connection pool; the report goes through the read layer.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, text

from bench.report import Table
from core.testing.world import World
from plugins.orders.api import Order, OrderLine
from plugins.reports.crossing import run
from plugins.reports.shapes import Part, Shape

LINES, BATCH = 5, 2_000
SHAPE = Shape("orders.order", rows=(Part("customer.country"),),
              columns=(Part("signed_on", "month"),), values=(Part("total", "sum"),))
NAIVE = (
    "SELECT c.country, {month} AS month, o.currency, sum(l.amount) FROM orders_order_line l "
    "JOIN orders_order o ON o.id = l.parent_id JOIN crm_customer c ON c.id = o.customer_id "
    "WHERE l.company_id = 1 AND o.archived_at IS NULL "
    "GROUP BY c.country, month, o.currency ORDER BY c.country, month"
)


def fill_orders(world: World, lines: int, customers: int) -> None:
    """Signed orders of five lines each, like the order that is there."""
    orders: Any = Order.__table__
    goods: Any = OrderLine.__table__
    with world.act("adm") as ctx:
        connection = ctx.session.connection()
        head = dict(connection.execute(orders.select().limit(1)).mappings().one())
        line = dict(connection.execute(goods.select().limit(1)).mappings().one())
        first = head.pop("id") + 1_000_000
        del line["id"]
        for start in range(0, lines // LINES, BATCH):
            batch = range(start, min(start + BATCH, lines // LINES))
            connection.execute(insert(orders), [
                {**head, "id": first + n, "number": f"B{n}", "state": "signed",
                 "customer_id": n % customers + 1,
                 "signed_on": date(2025, 1, 1) + timedelta(days=n % 700)} for n in batch])
            connection.execute(insert(goods), [
                {**line, "parent_id": first + n, "position": place}
                for n in batch for place in range(LINES)])
    with world.platform.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def crossing(world: World, table: Table, lines: int, customers: int) -> None:
    """The ratio of the report to the naive statement."""
    fill_orders(world, lines, customers)
    sqlite = world.platform.database.sqlite
    month = "strftime('%Y-%m', o.signed_on)" if sqlite else "to_char(o.signed_on, 'YYYY-MM')"
    naive = text(NAIVE.format(month=month))
    with world.platform.act("a", "gm", readonly=True) as ctx:
        connection = ctx.session.connection()
        bottom = _pace(lambda: connection.execute(naive).all())
        took = _pace(lambda: run(ctx, SHAPE))
        if not run(ctx, SHAPE).rows:
            raise SystemExit("the report is empty")
    table.at_most(f"country × month of {lines:,} order lines", took / bottom, 0.3,
                  f"{took / bottom:.2f} × ({took:.0f} ms, naive SQL {bottom:.0f} ms)", " × naive")


def _pace(call: Callable[[], Any]) -> float:
    found = []
    for _time in range(7):
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)
