"""The plant of the demo company: a year of work orders, some of them running today (DOMAIN §5)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, record_class, save
from plugins.crm.api import acting, at_work, chance, worker
from plugins.mes import demo_data, planning
from plugins.mes.explosion import rounded_up
from plugins.mes.masterdata import Material, Routing, WorkCentre
from plugins.mes.needs import Need, explode_quantities, issue, missing_for, move, reserved
from plugins.mes.records import Inspection, WorkOrder

HISTORY = 330
LOT = 800
RUNNING = (Decimal("0.15"), Decimal("0.3"), Decimal("0.45"), Decimal("0.6"), Decimal("0.75"),
           Decimal("0.88"))
ZERO, ONE = Decimal(0), Decimal(1)
DEFECT_CODES = ("E01", "E02", "A01", "A01", "P01", "Q01")


@dataclass
class Plant:
    """The people of the plant and its chance."""

    ctx: Ctx
    rng: random.Random
    ppc: int | None
    qc: int | None

    def at(self, day: date, minute: int = 60, who: int | None = None) -> Any:
        """Act on a day as planner or as somebody else."""
        return acting(self.ctx, who or self.ppc, at_work(self.ctx, day, minute))


def load(ctx: Ctx, stage: str) -> None:
    """Masters at the stage "reference", work orders at "stories"; safe to run twice."""
    if stage == "reference":
        _masters(ctx)
    elif ctx.session.scalar(select(WorkOrder.id).limit(1)) is None:
        _stories(ctx)


# ---- masters
def _masters(ctx: Ctx) -> None:
    if ctx.session.scalar(select(WorkCentre.id).limit(1)) is not None:
        return
    centres = {
        code: save(ctx, WorkCentre, {"code": code, "label_text": name, "stations": stations,
                                     "efficiency": efficiency})
        for code, name, stations, efficiency in demo_data.CENTRES
    }
    parts = {}
    for code, name, unit, pack, safety, days, cost in demo_data.MATERIALS:
        parts[code] = save(ctx, Material, {
            "code": code, "label_text": name, "unit": unit, "pack": pack, "safety": safety,
            "lead_days": days, "cost": cost,
        })
        move(ctx, parts[code], "count", Decimal(safety) * 3)
    for code, name in demo_data.MADE:
        parts[code] = save(ctx, Material, {"code": code, "label_text": name})
    products = record_class("products.product")
    known = {row.code: row for row in ctx.session.scalars(select(products))}
    for code, rows in demo_data.BOMS.items():
        if code not in parts and code not in known:
            continue
        owner = {"material_id": parts[code].id} if code in parts else {
            "product_id": known[code].id}
        bom = save(ctx, "mes.bom", {**owner, "lines": [
            {"material_id": parts[part].id, "per": per, "scrap": scrap} for part, per, scrap in rows
        ]})
        perform(ctx, bom, "activate")
        if code in known and code not in parts:
            _routing(ctx, known[code], centres)


def _routing(ctx: Ctx, product: Any, centres: dict[str, WorkCentre]) -> None:
    route = demo_data.SOLAR_ROUTE if product.code.startswith("SS") else demo_data.LIGHT_ROUTE
    heavy = Decimal(3) if "200W" in product.code else Decimal(2) if "1" in product.code else ONE
    routing = save(ctx, Routing, {"product_id": product.id, "lines": [
        {"op_no": no, "label_text": name, "centre_id": centres[code].id, "setup": setup,
         "run": Decimal(run) * heavy, "qc_point": no == 40}
        for no, name, code, setup, run in route
    ]})
    perform(ctx, routing, "activate")


# ---- stories
def _stories(ctx: Ctx) -> None:
    plant = Plant(ctx, chance(ctx, "mes"), worker(ctx, "ppc"), worker(ctx, "qc"))
    waiting: list[WorkOrder] = []
    orders = _orders(ctx)
    for n, order in enumerate(orders):
        ready = _ready_day(ctx, order)
        with plant.at(order.released_on):
            rows = planning.make_for_order(ctx, order) if ready is None else _made(plant, order)
        for row in rows:
            if ready is not None:
                _make(plant, row, order, ready)
            else:
                waiting.append(row)
        ctx.progress(n * 100 // len(orders))
    waiting += _for_stock(plant, max(0, len(RUNNING) + 3 - len(waiting)))
    for row, share in zip(waiting, RUNNING, strict=False):
        _run(plant, row, share)
    planning.plan_all(ctx)
    _overload(ctx)
    _inspections_due(plant)
    planning.alert_delays(ctx, planning.plan_all(ctx).orders)


def _made(plant: Plant, order: Any) -> list[WorkOrder]:
    """The work orders that the planner made for an order whose goods have left by now."""
    products = {row.product_id for row in plant.ctx.session.scalars(select(Routing))}
    return [save(plant.ctx, WorkOrder, {
        "product_id": line.product_id, "quantity": line.quantity, "order_id": order.id,
        "due": order.delivery_date,
    }) for line in order.lines if line.product_id in products]


def _orders(ctx: Ctx) -> list[Any]:
    """Sales orders released for production in the last months, the oldest first."""
    cls = record_class("orders.order")
    query = select(cls).where(
        cls.released_on.is_not(None), cls.released_on >= ctx.today - timedelta(days=HISTORY),
        cls.state.in_(("released", "closed")),
    )
    return list(ctx.session.scalars(query.order_by(cls.released_on, cls.id)))


def _ready_day(ctx: Ctx, order: Any) -> date | None:
    """The day the goods of an order were ready; None while they are being made."""
    if order.ready_on is not None:
        return min(order.ready_on, ctx.today - timedelta(days=1))
    delivery = record_class("orders.delivery")
    first = ctx.session.scalar(
        select(delivery.bl_date).where(delivery.order_id == order.id, delivery.bl_date.is_not(None))
        .order_by(delivery.bl_date.desc()).limit(1)
    )
    return first - timedelta(days=5) if first and order.shipment_status == "shipped" else None


def _for_stock(plant: Plant, count: int) -> list[WorkOrder]:
    """Work orders for the store, so that the plan shows what a busy plant shows."""
    ctx, found, today = plant.ctx, [], plant.ctx.today
    products = [row.product_id for row in ctx.session.scalars(select(Routing).order_by(Routing.id))]
    for n in range(count if products else 0):
        began = today - timedelta(days=12 - n)
        with plant.at(began):
            found.append(save(ctx, WorkOrder, {
                "product_id": products[(n * 3 + 2) % len(products)],
                "quantity": plant.rng.choice((300, 480, 600, 800)),
                "due": today + timedelta(days=4 + 2 * n), "priority": 5 + n % 3,
            }))
    return found


def _supply(plant: Plant, row: WorkOrder) -> None:
    """Buy in what the work order lacks and issue its materials."""
    _buy(plant.ctx, missing_for(plant.ctx, row))
    perform(plant.ctx, row, "release")
    issue(plant.ctx, row)


def _buy(ctx: Ctx, needs: Sequence[Need]) -> None:
    """Book in, in whole packs, what the store is short of."""
    for need in needs:
        if not need.requirement.made and need.requirement.short > 0:
            pack = need.material.pack or ONE
            move(ctx, need.material, "receipt", rounded_up(need.requirement.short, pack))


def _make(plant: Plant, row: WorkOrder, order: Any, ready: date) -> None:
    """Make a whole work order in the past; that of story 3 fails its first inspection."""
    ctx, released = plant.ctx, order.released_on
    ready = max(ready, released + timedelta(days=2))
    days = max(1, (ready - released).days - 1)
    with plant.at(released, 120):
        _supply(plant, row)
    for n, operation in enumerate(row.operations, start=1):
        day = released + timedelta(days=days * n // (len(row.operations) + 1) + 1)
        with plant.at(day, 300 + n):
            _report(plant, row, operation, row.quantity)
    with plant.at(ready - timedelta(days=1), 400, plant.qc):
        bad = (order.customer_po or "").startswith("AQL-")
        _inspect(plant, row, bad)
    with plant.at(ready, 420):
        late = 6 if bad else plant.rng.choice((0, 0, 0, 0, 1, 3))
        row.due = ready - timedelta(days=late) if late else row.due or ready
        perform(ctx, row, "finish")
        if row.finished_on and row.finished_on > row.due:
            row.delay_cause = "quality" if bad else plant.rng.choice(
                ("material", "material", "capacity", "change", "deposit"))
        perform(ctx, row, "close")


def _report(plant: Plant, row: WorkOrder, operation: Any, pieces: Decimal) -> None:
    """Report pieces with a few defects, as far as the operation before has made them."""
    index = row.operations.index(operation)
    incoming = row.operations[index - 1].good if index else row.quantity
    left = min(pieces, incoming) - operation.tally.seen
    if left <= 0:
        return
    bad = Decimal(int(left * Decimal(str(plant.rng.choice((0, 0, 0.004, 0.008, 0.015))))))
    values: dict[str, Any] = {
        "operation": operation.op_no, "good": left - bad, "scrap": bad,
        "worked": int(operation.minutes_for(left) * Decimal(str(plant.rng.uniform(0.95, 1.15)))),
    }
    if bad:
        values["defect"] = plant.rng.choice(DEFECT_CODES)
    perform(plant.ctx, row, "report", values)


def _inspect(plant: Plant, row: WorkOrder, bad: bool) -> None:
    ctx = plant.ctx
    lot = save(ctx, Inspection, {"kind": "fqc", "work_order_id": row.id, "lot": int(row.good)})
    accept = (lot.plan or {})["major"]["accept"]
    if bad:
        perform(ctx, lot, "judge", {"major": accept + 4, "minor": 3})
        lot = perform(ctx, lot, "settle", {"disposition": "rework",
                                           "reason": "驱动接线松动，全数返工"})
    few = (lot.plan or {})["minor"]["accept"]
    perform(ctx, lot, "judge", {"major": min(accept, plant.rng.randint(0, 2)),
                                "minor": min(few, plant.rng.randint(0, 2))})


def _run(plant: Plant, row: WorkOrder, share: Decimal) -> None:
    """Bring a work order to roughly a share of its work, over the last days."""
    ctx = plant.ctx
    today = ctx.today
    begun = max(_day(ctx, row.created_at), today - timedelta(days=9))
    with plant.at(begun, 100):
        _supply(plant, row)
    shares = _shares(share, len(row.operations))
    for n, (operation, part) in enumerate(zip(row.operations, shares, strict=True)):
        day = min(begun + timedelta(days=1 + 2 * n), today - timedelta(days=1))
        with plant.at(day, 200 + 40 * n):
            _report(plant, row, operation, (row.quantity * part).to_integral_value())


def _day(ctx: Ctx, moment: datetime) -> date:
    return moment.astimezone(ctx.zone).date()


def _shares(share: Decimal, count: int) -> Sequence[Decimal]:
    """How far each operation is: the first ones ahead of the last."""
    return [
        min(ONE, share * (Decimal("1.25") - Decimal("0.5") * n / max(1, count - 1)))
        for n in range(count)
    ]


def _overload(ctx: Ctx) -> None:
    """One work centre is asked for more than it can: goods for the holidays are pulled forward."""
    totals: dict[Any, list[int]] = {}
    for load_ in planning.centre_loads(ctx):
        cell = totals.setdefault(load_.centre, [0, 0])
        cell[0] += load_.required
        cell[1] += load_.available
    routing = ctx.session.scalars(select(Routing).order_by(Routing.id.desc()).limit(1)).first()
    if routing is None or any(asked > offered for asked, offered in totals.values()):
        return
    step = max(routing.lines, key=lambda row: row.run / _stations(ctx, row))
    asked, offered = totals[step.centre_id]
    centre = ctx.session.get(WorkCentre, step.centre_id)
    each = step.run / (_stations(ctx, step) * centre.efficiency)
    pieces = (Decimal(offered) * Decimal("1.15") - asked) / each
    due = planning.load_days(ctx)[8]
    count = int(pieces / LOT) + 1
    demand = {("p", routing.product_id): Decimal(LOT * count)}
    _buy(ctx, explode_quantities(ctx, demand, reserved(ctx)))
    for _n in range(count):
        save(ctx, WorkOrder, {
            "product_id": routing.product_id, "quantity": LOT, "priority": 7, "due": due,
            "remarks": "春节前备货", "delay_cause": "capacity",
        })


def _stations(ctx: Ctx, row: Any) -> int:
    return row.stations or ctx.session.get(WorkCentre, row.centre_id).stations


def _inspections_due(plant: Plant) -> None:
    """Two lots to look at today."""
    ctx = plant.ctx
    query = select(WorkOrder).where(WorkOrder.state == "in_progress").order_by(
        WorkOrder.progress.desc()).limit(2)
    for row in ctx.session.scalars(query):
        with plant.at(ctx.today, 30, plant.qc):
            save(ctx, Inspection, {
                "kind": "ipqc", "work_order_id": row.id, "due": ctx.today,
                "lot": max(2, int(row.operations[0].good)),
            })
