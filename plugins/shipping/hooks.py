"""The hooks of shipping; each hands over to the module that knows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from core.api import Ctx, Job, Refusal, RoleGrant, Setting, _, hookimpl
from plugins.shipping import (
    conformity,
    containers,
    cutoffs,
    declaring,
    demo,
    following,
    papers,
    records,
    steps,
    views,
)

BOX, PAPER = "shipping.container", "shipping.declaration"


@hookimpl
def register_records() -> list[Any]:
    return [records.Box, records.Declaration, records.DeclarationItem]


@hookimpl
def register_extensions() -> list[Any]:
    return [records.Booking]


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
def register_documents() -> list[Any]:
    return list(papers.DOCUMENTS)


@hookimpl
def register_roles() -> list[RoleGrant]:
    reading = (f"{BOX}.read", f"{PAPER}.read")
    readers = ("rep", "sm", "fin", "pur", "wh", "qc")
    packing = tuple(f"{BOX}.{verb}" for verb in ("create", "write", "archive"))
    return [
        RoleGrant("doc", (f"{BOX}.*", f"{PAPER}.*")), RoleGrant("mer", (f"{BOX}.*", f"{PAPER}.*")),
        *(RoleGrant(role, reading) for role in readers), RoleGrant("wh", packing),
    ]


@hookimpl
def register_settings() -> list[Setting]:
    group = _("Shipping & customs")
    return [
        Setting(
            "shipping.customs_first", _("On board only after customs release"), False,
            kind="boolean", group=group,
            help=_("Otherwise only where a declaration was begun."),
        ),
        Setting("shipping.office", _("Usual customs office of exit"), "3104", group=group),
        Setting("shipping.district", _("Usual domestic source (5 digits)"), "33029", group=group),
        Setting("shipping.brand_type", _("Usual brand type (0-4)"), "0", group=group),
        Setting("shipping.preference", _("Usual preference (0-2)"), "0", group=group),
        Setting("shipping.cut_off_hours", _("Cut-offs on the home page (hours ahead)"), "72",
                kind="integer", group=group),
        Setting("shipping.warn_hours", _("Warn of a cut-off before (hours)"), "24",
                kind="integer", group=group),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("shipping.cut_offs", cutoffs.warn, every=60, label=_("Warn of cut-offs"))]


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Box):
        containers.prepare(record)
    elif isinstance(record, records.Declaration) and record.editable:
        declaring.fill(record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    if isinstance(record, records.Box):
        return containers.faults(ctx, record)
    if isinstance(record, records.Declaration) and not inspect(record).transient:
        return declaring.check_edit(record, bool(values.keys() - {"owner_id"}))
    return []


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, records.Box):
        ctx.session.flush()
        containers.write_down(ctx, record.delivery_id)


@hookimpl
def check_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> list[Refusal]:
    return following.reasons(ctx, record, step, params)


@hookimpl
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    following.follow(ctx, record, step, params)


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Any]:
    if isinstance(record, records.Declaration) and ctx.can(f"{PAPER}.read"):
        return [conformity.panel(ctx, record)]
    return []


@hookimpl
def show_cards(ctx: Ctx) -> list[Any]:
    return [cutoffs.card(ctx)] if ctx.has_role("doc", "mer") else []


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
