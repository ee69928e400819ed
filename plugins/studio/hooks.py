"""What the plugin registers."""

from __future__ import annotations

from typing import Any

from core.api import Arranged, Ctx, Menu, Permission, Record, Refusal, RoleGrant, _, hookimpl
from plugins.studio import forming, forms, log, running, trials
from plugins.studio.routes import RIGHT, blueprint

PAGES = (forms, log, running, trials)


@hookimpl
def register_roles() -> list[RoleGrant]:
    return [RoleGrant("adm", (RIGHT, forming.FORMS)), RoleGrant("sm", (RIGHT,))]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission(forming.FORMS, _("Arrange the forms of the company"))]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("/studio", _("Workflows"), group=_("Studio"), icon="sitemap", sequence=95,
                 permission=RIGHT),
            Menu("/studio-forms", _("Forms"), group=_("Studio"), icon="forms", sequence=96,
                 permission=forming.FORMS)]


@hookimpl
def register_blueprint() -> Any:
    return blueprint


@hookimpl
def show_form(
    ctx: Ctx, cls: type[Record], record: Record | None, form: Arranged
) -> Arranged | None:
    return forming.show(ctx, cls, record, form)


@hookimpl
def check_save(ctx: Ctx, record: Record, values: dict[str, Any]) -> list[Refusal] | None:
    return forming.check(ctx, record, values)
