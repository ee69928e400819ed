"""The data of the Gantt: rows, bars, hours off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, _, titles
from plugins.mes.clock import WorkClock, company_clock
from plugins.mes.masterdata import WorkCentre
from plugins.mes.panels import day_of, percent
from plugins.mes.records import UNFINISHED, Operation, WorkOrder

BEFORE, LEAST, MOST = timedelta(days=1), timedelta(days=14), timedelta(days=90)


def gantt_data(ctx: Ctx, by: str = "centre") -> dict[str, Any]:
    """What the island `gantt` draws; `by` is "centre" or "order". Times are ISO in UTC.

    rows: id, label, hint. bars: id (operation), row, label, start, end, colour, progress (0–1),
    movable, url, tip. closed: spans without work. post: where a moved bar is sent.
    """
    query = select(WorkOrder).where(WorkOrder.state.in_(UNFINISHED))
    orders = sorted(ctx.session.scalars(query), key=lambda o: (o.planned_start or ctx.now, o.id))
    names = titles(ctx, "products.product", [order.product_id for order in orders])
    bars = [
        _bar(ctx, order, operation, names, by)
        for order in orders for operation in order.operations
        if operation.planned_start and operation.planned_end
    ]
    first = ctx.now - BEFORE
    last = max([first + LEAST, *(datetime.fromisoformat(bar["end"]) for bar in bars)])
    last = min(last + BEFORE, first + MOST)
    return {
        "rows": _rows(ctx, orders, names, by), "bars": bars, "from": first.isoformat(),
        "to": last.isoformat(), "now": ctx.now.isoformat(), "by": by,
        "offset": int(ctx.now.astimezone(ctx.zone).utcoffset().total_seconds() // 60),
        "closed": _closed(company_clock(ctx), first, last),
        "post": "/mes/gantt/move" if ctx.can("mes.plan.move") else "",
        "words": {"unpin": str(_("Let the plan decide")), "late": str(_("late")),
                  "pinned": str(_("start set by hand"))},
    }


def _rows(
    ctx: Ctx, orders: list[WorkOrder], names: dict[int, str], by: str
) -> list[dict[str, Any]]:
    if by == "order":
        return [
            {"id": order.id, "label": order.number, "hint": names.get(order.product_id, "")}
            for order in orders
        ]
    centres = ctx.session.scalars(select(WorkCentre).order_by(WorkCentre.code))
    return [
        {"id": row.id, "label": row.label_text,
         "hint": str(_("%(n)s stations", n=row.stations))} for row in centres
    ]


def _bar(
    ctx: Ctx, order: WorkOrder, operation: Operation, names: dict[int, str], by: str
) -> dict[str, Any]:
    late = order.days_late > 0
    done = operation.left == 0
    colour = "green" if done else "red" if late else "amber" if operation.actual_start else "blue"
    share = operation.good / operation.planned if operation.planned else operation.good
    label = f"{operation.op_no} {operation.label_text}" if by == "order" else order.number
    tip = _("%(wo)s %(product)s, %(op)s: %(share)s, due %(due)s, ready %(ready)s",
            wo=order.number, product=names.get(order.product_id, ""), op=operation.label_text,
            share=percent(share), due=order.due or "–", ready=day_of(ctx, order.planned_end))
    assert operation.planned_start is not None and operation.planned_end is not None
    return {
        "id": operation.id, "row": order.id if by == "order" else operation.centre_id,
        "label": label, "start": operation.planned_start.isoformat(),
        "end": operation.planned_end.isoformat(), "colour": colour,
        "progress": float(min(share, 1)), "pinned": operation.pinned is not None,
        "movable": not done and not operation.actual_start and ctx.can("mes.plan.move"),
        "url": f"/r/mes.work_order/{order.id}", "tip": str(tip), "group": order.id,
    }


def _closed(clock: WorkClock, first: datetime, last: datetime) -> list[list[str]]:
    """Days without work between two moments, for shading."""
    found, day = [], clock.day(first)
    while day <= clock.day(last):
        if not clock.spans(day):
            found.append([moment.isoformat() for moment in clock.bounds(day)])
        day += timedelta(days=1)
    return found
