"""What crm plugs into the core; the work is in the other modules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.api import (
    Card,
    Ctx,
    Job,
    Menu,
    Panel,
    Permission,
    Refusal,
    Role,
    Setting,
    Step,
    _,
    hookimpl,
)
from plugins.crm import (
    customers,
    demo,
    inquiries,
    jobs,
    leads,
    lookup,
    panels,
    records,
    roles,
    routes,
    steps,
    views,
)


@hookimpl
def register_records() -> list[Any]:
    return [
        records.Channel,
        records.AssignmentRule,
        records.AssignmentPerson,
        records.Customer,
        records.Contact,
        records.Lead,
        records.Inquiry,
        records.InquiryLine,
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
def register_permissions() -> list[Permission]:
    return roles.PERMISSIONS


@hookimpl
def register_roles() -> list[Role]:
    return roles.ROLES


@hookimpl
def register_settings() -> list[Setting]:
    return roles.SETTINGS


@hookimpl
def register_jobs() -> list[Job]:
    return jobs.JOBS


@hookimpl
def register_blueprint() -> Blueprint:
    return routes.blueprint


@hookimpl
def before_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, records.Lead):
        leads.prepare(ctx, record)
    elif isinstance(record, records.Customer | records.Contact):
        lookup.fill_keys(record)
        if isinstance(record, records.Contact):
            customers.take_owner(ctx, record)
    elif isinstance(record, records.Inquiry):
        inquiries.prepare(ctx, record)


@hookimpl
def check_save(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal] | None:
    if isinstance(record, records.Lead):
        return leads.missing(record) + leads.known_source(ctx, record)
    if isinstance(record, records.Customer):
        return customers.collisions(ctx, record)
    if isinstance(record, records.Contact):
        return customers.contact_collisions(ctx, record)
    if isinstance(record, records.Inquiry):
        return inquiries.faults(ctx, record)
    return None


@hookimpl
def check_saves(ctx: Ctx, records: list[Any]) -> list[list[Refusal]] | None:
    return customers.collisions_of(ctx, records) if isinstance(
        records[0], customers.Customer) else None


@hookimpl
def after_save(ctx: Ctx, record: Any, changes: dict[str, Any]) -> None:
    if isinstance(record, records.Lead) and leads.is_fresh(ctx, record):
        leads.route(ctx, record)


@hookimpl
def check_archive(ctx: Ctx, record: Any) -> list[Refusal] | None:
    if isinstance(record, records.Lead):
        return [Refusal(_("A lead is not put away: mark it as invalid with a reason."))]
    return None


@hookimpl
def show_panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    return panels.panels(ctx, record)


@hookimpl
def show_cards(ctx: Ctx) -> list[Card]:
    return panels.cards(ctx)


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    demo.load(ctx, stage)
