"""What plm plugs into the core; the work is in the other modules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.api import (
    Ctx,
    Menu,
    Permission,
    Refusal,
    RoleGrant,
    Step,
    StepType,
    Workflow,
    _,
    hookimpl,
)
from tradewind_plm import demo, records, report, services, steps, views, workflows

READ = ("plm.part.read", "plm.revision.read", "plm.change.read", "plm.report.read")


@hookimpl
def register_records() -> list[Any]:
    return [records.Part, records.Revision, records.BomLine, records.Change, records.ChangeLine]


@hookimpl
def register_extensions() -> list[Any]:
    return [records.ProductLifecycle]


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
    return [workflows.APPROVAL]


@hookimpl
def register_step_types() -> list[StepType]:
    return [workflows.RELEASE]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("plm.report.read", _("See where parts stand"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    readers = ("sm", "mer", "ppc", "pur", "wh", "qc", "afs")
    return [RoleGrant("tec", ("plm.*",)), *(RoleGrant(role, READ) for role in readers)]


@hookimpl
def register_blueprint() -> Blueprint:
    return report.blueprint


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Revision):
        services.name_revision(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    if isinstance(record, records.Revision):
        return services.revision_faults(ctx, record, values)
    return None


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
