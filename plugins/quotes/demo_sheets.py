"""Tech sheets of the demo company, at every stage; a few wait for engineering today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, perform, save
from plugins.crm.api import Customer, acting, at_work, worker
from plugins.products.api import Product
from plugins.quotes.tech_records import TechSheet

COUNT = 14
STAGES = ("draft", "check", "check", "check", "asked", "asked", "confirmed")
"""How far the youngest have come; the others are frozen, one of them has a second version."""


def load(ctx: Ctx) -> None:
    """Write them once."""
    if ctx.session.scalar(select(TechSheet.id).limit(1)) is not None:
        return
    products = list(ctx.session.scalars(
        select(Product).where(Product.code.like("FL-%") | Product.code.like("S%"))
        .order_by(Product.id)))
    customers = list(ctx.session.scalars(
        select(Customer).where(Customer.grade.in_(("A", "B")), Customer.owner_id.is_not(None))
        .order_by(Customer.id)))
    for n in range(COUNT if products and customers else 0):
        age = 2 + n if n < len(STAGES) else 20 * n
        goal = STAGES[n] if n < len(STAGES) else "frozen"
        sheet = _sheet(ctx, customers[n * 3 % len(customers)], products[n % len(products)],
                       ctx.today - timedelta(days=age), goal)
        if n == COUNT - 1:
            with acting(ctx, sheet.owner_id, at_work(ctx, ctx.today - timedelta(days=30), 200)):
                perform(ctx, sheet, "new_version")


def _sheet(ctx: Ctx, customer: Customer, product: Product, day: date, goal: str) -> TechSheet:
    with acting(ctx, customer.owner_id, at_work(ctx, day, 120)):
        sheet: TechSheet = save(ctx, TechSheet, {
            "product_id": product.id, "customer_id": customer.id,
            "subject": f"{product.code} · {customer.short_name or customer.name}",
        })
    engineer = worker(ctx, "tec")
    way: tuple[tuple[str, int | None, int, dict[str, Any]], ...] = (
        ("submit", customer.owner_id, 130, {}), ("check", engineer, 300, {}),
        ("confirm", customer.owner_id, 420, {"who": customer.name}),
        ("freeze", engineer, 500, {}),
    )
    for step, person, minute, params in way:
        if sheet.state == goal:
            break
        with acting(ctx, person, at_work(ctx, day, minute)):
            perform(ctx, sheet, step, params)
    return sheet
