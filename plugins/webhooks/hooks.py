"""What the plugin registers."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Event, Job, Menu, Permission, RoleGrant, _, hookimpl
from plugins.webhooks import sending
from plugins.webhooks.routes import RIGHT, blueprint


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(RIGHT, _("Manage webhooks"))]


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [RoleGrant("adm", ("webhooks.*",))]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("/webhooks", _("Webhooks"), group=_("Connections"), icon="webhook", sequence=92,
                 permission=RIGHT)]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("webhooks.deliver", sending.deliver, long=True, label=_("Deliver a webhook"))]


@hookimpl
def register_blueprint() -> Any:
    return blueprint


@hookimpl
def before_event(ctx: Ctx, name: str) -> bool:
    return sending.anybody_wants(ctx, name)


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    sending.plan_deliveries(ctx, event)
