"""What samples plugs into the core; the work is in the other modules."""

from __future__ import annotations

from typing import Any

from core.api import (
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
from plugins.samples import (
    demo,
    documents,
    panels,
    records,
    reminders,
    services,
    steps,
    views,
    workflows,
)

READ = "samples.request.read"


@hookimpl
def register_records() -> list[Any]:
    return [records.Request, records.SampleLine]


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
    return [workflows.APPROVAL, workflows.HANDLING]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("samples.request.inspect", _("Inspect samples"))]


@hookimpl
def register_settings() -> list[Setting]:
    return [
        Setting("samples.conversion_days", _("A sample counts as converted by an order within "
                                             "(days)"), 180, kind="integer", group=_("Samples"),
                dated=True),
        Setting("samples.remind_days", _("Feedback asked for, days after delivery"), "3,7,14",
                group=_("Samples"), dated=True, read=reminders.read_days),
        Setting("samples.manager_day", _("… and told to the sales manager on day"), 30,
                kind="integer", group=_("Samples"), dated=True),
        Setting("samples.stuck_days", _("Parcel without a movement, days"), 5, kind="integer",
                group=_("Samples"), dated=True),
    ]


@hookimpl
def register_roles() -> list[RoleGrant]:
    asking = (
        READ,
        "samples.request.create",
        "samples.request.write",
        "samples.request.submit",
        "samples.request.deliver",
        "samples.request.feedback",
        "samples.request.close",
        "samples.request.cancel",
    )
    return [
        RoleGrant("rep", asking),
        RoleGrant("sm", asking),
        RoleGrant("mer", (READ,)),
        RoleGrant("ppc", (READ,)),
        RoleGrant("afs", (READ,)),
        RoleGrant("tec", (READ, "samples.request.start", "samples.request.write")),
        RoleGrant("qc", (READ, "samples.request.inspect")),
        RoleGrant("wh", (READ, "samples.request.send", "samples.request.deliver")),
        RoleGrant("doc", (READ, "samples.request.send", "samples.request.deliver")),
        RoleGrant("fin", (READ, "samples.request.settle")),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(
            "samples.daily",
            reminders.daily,
            at="08:00",
            label=_("Samples: missing feedback and stuck parcels"),
        )
    ]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Request):
        services.prepare(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    return services.faults(ctx, record) if isinstance(record, records.Request) else None


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    return panels.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Card]:
    return panels.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
