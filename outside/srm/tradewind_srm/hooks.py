"""What srm plugs into the core; the work is in the other modules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.api import Ctx, Job, Menu, Panel, Refusal, RoleGrant, Step, Workflow, _, hookimpl
from plugins.products.api import COST_RIGHT
from tradewind_srm import demo, panels, records, routes, services, steps, views, workflows

READ = tuple(f"srm.{name}.read" for name in ("supplier", "price_list", "rfq", "quote", "delivery"))
RECEIVE = ("srm.delivery.create", "srm.delivery.write")


@hookimpl
def register_records() -> list[Any]:
    return [
        records.Supplier, records.Check, records.PriceList, records.Price, records.Rfq,
        records.RfqLine, records.Quote, records.QuoteLine, records.Delivery,
    ]


@hookimpl
def register_steps() -> list[Step]:
    return steps.STEPS


@hookimpl
def register_views() -> list[Any]:
    return views.VIEWS


@hookimpl
def register_menus() -> list[Menu]:
    return views.MENUS


@hookimpl
def register_workflows() -> list[Workflow]:
    return [workflows.QUALIFICATION]


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [
        RoleGrant("pur", ("srm.*", "products.product.read", COST_RIGHT)),
        *(RoleGrant(role, (*READ, *RECEIVE)) for role in ("wh", "qc")),
        *(RoleGrant(role, READ) for role in ("mer", "ppc", "fin", "sm", "tec")),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    label = _("Suppliers: scores and reminders")
    return [Job("srm.daily", services.daily, at="06:30", label=label)]


@hookimpl
def register_blueprint() -> Blueprint:
    return routes.blueprint


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    if isinstance(record, records.PriceList):
        return services.list_faults(record, values)
    if isinstance(record, records.Quote):
        return services.quote_faults(ctx, record)
    if isinstance(record, records.Delivery):
        return services.delivery_faults(record)
    return None


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, records.Delivery):
        services.rescore(ctx, record.supplier_id)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    return panels.panels(ctx, record)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
