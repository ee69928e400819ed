"""Complaints and care tasks of the demo company, with the water ingress story (DOMAIN §5)."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.api import Customer, acting, at_work, chance, clear_desks, worker
from plugins.orders.api import Order, OrderLine
from plugins.products.api import Product
from plugins.service.care import daily
from plugins.service.records import Care, Complaint

CLOSED = 10
WATER = {
    "subject": "Water inside IP65 floodlights",
    "category": "quality",
    "defect_code": "W01",
    "description": "After two weeks of rain 3 % of the lights show water behind the glass.",
}
CASES: tuple[tuple[dict[str, Any], str, str], ...] = (
    (
        {
            "subject": "Lights flicker when dimmed",
            "category": "quality",
            "defect_code": "E02",
            "description": "Some drivers flicker below 20 %.",
        },
        "spares",
        "factory",
    ),
    (
        {
            "subject": "Cartons crushed on arrival",
            "category": "transit",
            "defect_code": "P01",
            "description": "Two pallets were hit in the container.",
        },
        "credit",
        "carrier",
    ),
    (
        {
            "subject": "12 pieces missing",
            "category": "short",
            "defect_code": "Q01",
            "description": "Counted twice at the warehouse.",
        },
        "replace",
        "factory",
    ),
    (
        {
            "subject": "Packing list shows a wrong weight",
            "category": "documents",
            "description": "Customs asked for a corrected list.",
        },
        "none",
        "factory",
    ),
    (
        {
            "subject": "Shipment five days late",
            "category": "delay",
            "days_late": 5,
            "description": "Our installation team was waiting.",
        },
        "discount",
        "factory",
    ),
    (
        {
            "subject": "Scratches on the housing",
            "category": "quality",
            "defect_code": "A01",
            "description": "Visible from one metre.",
        },
        "credit",
        "supplier",
    ),
)
REMEDIES = {
    "spares": "3 % spare parts with the next shipment, and a credit note",
    "credit": "Credit note for the damaged pieces",
    "replace": "Missing pieces by courier",
    "discount": "Discount on the next order",
    "none": "Corrected papers sent the same day",
}
SHARE = Decimal("0.03")


def load(ctx: Ctx, stage: str) -> None:
    """Write the stories once, on orders that were delivered where there are any."""
    if stage != "stories" or ctx.session.scalar(select(Complaint.id).limit(1)) is not None:
        return
    rng = chance(ctx, "service")
    keeper = ctx.session.info.get("gatekeeper")
    ctx.session.info["gatekeeper"] = None  # decided long ago; only the last one waits
    targets = _targets(ctx)
    for n, (customer, order) in enumerate(targets[:CLOSED]):
        case, remedy, responsible = CASES[n % len(CASES)]
        _complaint(ctx, rng, customer, order, case, remedy, responsible, 210 - n * 17)
    story = ctx.session.scalar(select(Order).where(Order.customer_po.like("WATER-%")).limit(1))
    if story is not None or targets:
        customer, order = (story.customer, story) if story is not None else targets[0]
        _complaint(ctx, rng, customer, order, WATER, "spares", "factory", 112)
    ctx.session.info["gatekeeper"] = keeper
    _open_ones(ctx, rng, targets)
    daily(ctx, {})
    _surveys(ctx, targets)
    clear_desks(ctx)


def _targets(ctx: Ctx) -> list[tuple[Customer, Order | None]]:
    """Customers with an order first, then some without."""
    query = select(Order).where(Order.signed_on.is_not(None)).order_by(Order.id)
    found: dict[int, Order | None] = {}
    for order in ctx.session.scalars(query):
        found.setdefault(order.customer_id, order)
    if len(found) < 12:
        rest = select(Customer.id).where(Customer.grade.is_not(None)).order_by(Customer.id)
        for ident in ctx.session.scalars(rest.limit(20)):
            found.setdefault(ident, None)
    pairs = [(ctx.session.get(Customer, ident), order) for ident, order in found.items()]
    return [
        (customer, order)
        for customer, order in pairs
        if customer is not None and customer.owner_id is not None
    ]


def _lights(ctx: Ctx, order_id: int) -> OrderLine | None:
    """A line of floodlights in an order."""
    query = select(OrderLine).join(Product, Product.id == OrderLine.product_id)
    return ctx.session.scalar(
        query.where(OrderLine.parent_id == order_id, Product.code.like("FL%")).limit(1)
    )


def _enter(
    ctx: Ctx, customer: Customer, order: Order | None, case: dict[str, Any], age: int
) -> Complaint:
    line = None
    if order is not None:
        some = select(OrderLine).where(OrderLine.parent_id == order.id).limit(1)
        line = _lights(ctx, order.id) or ctx.session.scalar(some)
    affected = int(line.quantity * SHARE) or 1 if line is not None else None
    day = ctx.today - timedelta(days=age)
    with acting(ctx, worker(ctx, "afs"), at_work(ctx, day, 45)):
        complaint: Complaint = save(
            ctx,
            Complaint,
            {
                **case,
                "customer_id": customer.id,
                "order_id": order.id if order else None,
                "product_id": line.product_id if line is not None else None,
                "qty_affected": affected,
                "lot": f"L{day:%y%m%d}",
            },
        )
    return complaint


def _complaint(
    ctx: Ctx,
    rng: random.Random,
    customer: Customer,
    order: Order | None,
    case: dict[str, Any],
    remedy: str,
    responsible: str,
    age: int,
) -> None:
    """A complaint that went all the way."""
    complaint = _enter(ctx, customer, order, case, age)
    cost = Decimal(rng.randint(80, 900)) if order is not None and remedy != "none" else Decimal(0)
    if order is None and remedy in ("credit", "discount"):
        remedy = "replace"

    def do(role: str, step: str, after: int, **params: Any) -> None:
        moment = at_work(ctx, ctx.today - timedelta(days=age - after), rng.randint(90, 400))
        with acting(ctx, worker(ctx, role), moment):
            perform(ctx, complaint, step, params)

    do("afs", "acknowledge", 0)
    do(
        "qc",
        "contain",
        1,
        d3_containment="Stock of the lot blocked and sorted",
        d1_team="Wen (QC), Yan (after-sales), Gang (production)",
    )
    do(
        "qc",
        "analyse",
        4,
        d4_root_cause="Torque of the cover screws was below the limit",
        d5_action="Torque driver with a stop, checked every two hours",
    )
    do(
        "afs",
        "propose",
        6,
        remedy=remedy,
        remedy_text=REMEDIES[remedy],
        cost=cost,
        responsible=responsible,
    )
    do("wh", "execute", 10, d6_implementation="Parts sent, work instruction changed")
    do("afs", "confirm", 16, satisfaction=rng.choice((3, 4, 4, 5)))
    do(
        "afs",
        "close",
        17,
        d7_prevention="Check added to the control plan of all IP65 lights",
        d8_closure="Customer content, team thanked",
    )


def _open_ones(ctx: Ctx, rng: random.Random, targets: list[tuple[Customer, Order | None]]) -> None:
    """Three are open today, one of them S2 whose remedy waits for approval."""
    for n, (customer, order) in enumerate(targets[-3:]):
        case = dict(CASES[(n * 2) % len(CASES)][0])
        if n == 0:
            case["severity"] = "S2"
        complaint = _enter(ctx, customer, order, case, (2, 1, 0)[n])
        if n == 2:
            continue
        with acting(ctx, worker(ctx, "afs"), ctx.now):
            perform(ctx, complaint, "acknowledge")
        if n == 0:
            with acting(ctx, worker(ctx, "qc"), ctx.now):
                perform(ctx, complaint, "contain", {"d3_containment": "Lot blocked"})


def _surveys(ctx: Ctx, targets: list[tuple[Customer, Order | None]]) -> None:
    for n, (customer, _order) in enumerate(targets[:6]):
        with acting(ctx, customer.owner_id, at_work(ctx, ctx.today - timedelta(days=20 - n))):
            task = save(
                ctx,
                Care,
                {
                    "customer_id": customer.id,
                    "kind": "satisfaction",
                    "subject": f"{ctx.today.year}: {customer.short_name or customer.name}",
                    "due_on": ctx.today - timedelta(days=n - 2),
                },
            )
            task.owner_id = customer.owner_id
            if n < 3:
                perform(ctx, task, "done", {"satisfaction": 4, "nps": 8, "notes": "Quick answers"})
