"""The hooks of credit; each hands over to the module that knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Ctx, Job, Refusal, RoleGrant, _, hookimpl
from plugins.credit import (
    demo,
    jobs,
    policy,
    records,
    reviewing,
    services,
    steps,
    views,
    watching,
    workflows,
)


@hookimpl
def register_records() -> list[Any]:
    return [records.Profile, records.Review, records.ScoreRow, records.Paper]


@hookimpl
def register_steps() -> list[Any]:
    return list(steps.STEPS)


@hookimpl
def register_views() -> list[Any]:
    return list(views.VIEWS)


@hookimpl
def register_menus() -> list[Any]:
    return list(views.MENUS)


@hookimpl
def register_workflows() -> list[Any]:
    return list(workflows.WORKFLOWS)


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [
        RoleGrant("rep", ("credit.review.read", "credit.review.create", "credit.review.write",
                          "credit.review.submit", "credit.review.withdraw")),
        RoleGrant("sm", ("credit.profile.read", "credit.review.*")),
        RoleGrant("fin", ("credit.*",)),
    ]


@hookimpl
def register_settings() -> list[Any]:
    return list(policy.SETTINGS)


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("credit.daily", jobs.daily, at="00:15", label=_("Credit limits, holds, expiry"))]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    watching.prepare(ctx, record, values)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    return services.proposal_faults(ctx, record, values) if isinstance(
        record, records.Review) else []


@hookimpl
def credit_excess(ctx: Ctx, order: Any, total: Decimal) -> Decimal | None:
    return services.excess_at(ctx, order, total)


@hookimpl
def check_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> list[Refusal]:
    return watching.step_faults(ctx, record, step)


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    watching.after(ctx, record)
    if isinstance(record, records.Profile):
        reviewing.insurer_changed(ctx, record, changes)


@hookimpl(trylast=True)
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    watching.after(ctx, record)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Any]:
    return views.panels(ctx, record)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)


