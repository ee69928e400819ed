"""What after-sales plugs into the core; the work is in the other modules."""

from __future__ import annotations

from typing import Any

from core.api import (
    AssigneeRule,
    Card,
    Ctx,
    Document,
    Job,
    Menu,
    Panel,
    Permission,
    Refusal,
    RoleGrant,
    Setting,
    Step,
    Workflow,
    _,
    hookimpl,
)
from plugins.service import (
    care,
    demo,
    documents,
    lots,
    panels,
    policy,
    records,
    services,
    steps,
    views,
    workflows,
)

READ = ("service.complaint.read", "service.care.read")
ENTER = ("service.complaint.create", "service.complaint.write")


@hookimpl
def register_records() -> list[Any]:
    return [records.Complaint, records.Part, records.Care]


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
def register_documents() -> list[Document]:
    return documents.DOCUMENTS


@hookimpl
def register_workflows() -> list[Workflow]:
    return [workflows.REMEDY, workflows.HANDLING]


@hookimpl
def register_assignee_rules() -> list[AssigneeRule]:
    return [workflows.HANDLER]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission("service.complaint.analyse", _("Analyse complaints")),
        Permission(services.ANY, _("Clear up complaints that others handle")),
        Permission("service.complaint.release_lot", _("Release blocked lots, review prevention")),
        Permission(records.COST, _("See the cost of complaints")),
    ]


@hookimpl
def register_settings() -> list[Setting]:
    return list(policy.SETTINGS)


@hookimpl
def register_roles() -> list[RoleGrant]:
    analyst = (
        "service.complaint.read",
        "service.complaint.write",
        "service.complaint.analyse",
        "service.complaint.execute",
    )
    others = (*analyst, services.ANY)
    care_rights = ("service.care.create", "service.care.write")
    return [
        RoleGrant("afs", ("service.*",)),
        RoleGrant("sm", (*READ, *ENTER, *care_rights, "service.complaint.regrade", records.COST)),
        RoleGrant(
            "rep",
            (
                *READ,
                *ENTER,
                *care_rights,
                *analyst,
                "service.complaint.propose",
                "service.complaint.acknowledge",
                "service.complaint.confirm",
            ),
        ),
        RoleGrant("qc", (*others, "service.complaint.release_lot", "service.complaint.regrade",
                         "service.complaint.propose")),
        RoleGrant("doc", others),
        RoleGrant("mer", others),
        RoleGrant("wh", others),
        RoleGrant("tec", others),
        RoleGrant("ppc", ("service.complaint.read",)),
        RoleGrant("pur", ("service.complaint.read", records.COST)),
        RoleGrant("fin", ("service.complaint.read", "service.complaint.execute", services.ANY,
                          records.COST)),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job("service.watch", care.watch, every=15, label=_("Deadlines of complaints")),
        Job(
            "service.daily",
            care.daily,
            at="08:00",
            label=_("Care tasks and customers who have not confirmed"),
        ),
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Complaint):
        services.prepare(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    return services.faults(ctx, record) if isinstance(record, records.Complaint) else None


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, records.Complaint) and services.is_fresh(ctx, record):
        services.alarm(ctx, record)


@hookimpl
def check_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> list[Refusal] | None:
    return lots.delivery_faults(ctx, record) if step in lots.LEAVING else None


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    return panels.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Card]:
    return panels.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
