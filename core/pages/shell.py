"""What stands around every page: menu, company, user, and how many notices wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from core.audit import Notice
from core.context import Ctx
from core.declare import Menu
from core.i18n import _
from core.query import may_read
from core.workflow import task_count

HIGHEST_BADGE = 99
FOLDED = 900  # groups of entries that are seldom needed start folded
ADMIN = (
    ("pages.admin_people", _("Users"), "users"),
    ("pages.admin_roles", _("Roles"), "shield"),
    ("pages.admin_company", _("Company & settings"), "building"),
    ("pages.admin_fields", _("Custom fields"), "forms"),
    ("pages.admin_numbers", _("Number series"), "hash"),
    ("pages.admin_apps", _("Apps"), "apps"),
    ("pages.admin_jobs", _("Background work"), "clock"),
    ("workflow.incidents", _("Workflows that stand still"), "alert-triangle"),
    ("pages.admin_audit", _("Audit trail"), "history"),
)


@dataclass
class Item:
    """One entry of the menu."""

    label: object
    url: str
    icon: str
    now: bool = False


@dataclass
class MenuGroup:
    """Entries under one heading."""

    label: object
    items: list[Item] = field(default_factory=list)
    folded: bool = False

    @property
    def open(self) -> bool:
        return not self.folded or any(item.now for item in self.items)


def menu_of(ctx: Ctx) -> list[MenuGroup]:
    """The menu of this user in this company, in declared order."""
    found: dict[str, MenuGroup] = {}
    entries = sorted(
        (menu for owner, menu in ctx.registry.menus if owner in ctx.enabled and _open(ctx, menu)),
        key=lambda menu: menu.sequence,
    )
    here = request.path
    for menu in entries:
        address = menu.target
        if not address.startswith("/"):
            address = url_for("pages.list", record=menu.target)
        now = here == address or here.startswith(f"{address}/")
        made = MenuGroup(menu.group, folded=menu.sequence >= FOLDED)
        group = found.setdefault(str(menu.group), made)
        group.items.append(Item(menu.label, address, menu.icon, now))
    return list(found.values())


def _open(ctx: Ctx, menu: Menu) -> bool:
    if menu.permission and not ctx.can(menu.permission):
        return False
    return menu.target.startswith("/") or may_read(ctx, menu.target)


def admin_menu(ctx: Ctx) -> list[Item]:
    """The pages of administration, for those who may."""
    if not ctx.can("core.admin"):
        return []
    return [
        Item(label, url_for(endpoint), icon, request.endpoint == endpoint)
        for endpoint, label, icon in ADMIN
    ]


def unread(ctx: Ctx) -> int:
    """How many notices the user has not read, at most 100."""
    inner = select(Notice.id).where(
        Notice.user_id == ctx.user_id, Notice.read_at.is_(None)
    ).limit(HIGHEST_BADGE + 1)
    return len(ctx.session.scalars(inner).all())


def shell() -> dict[str, Any]:
    """The variables of base.html; without a company (sign-in, errors) most are empty."""
    ctx: Ctx | None = g.get("ctx")
    if ctx is None or ctx.user is None:
        return {"ctx": None, "menu": [], "admin_items": [], "unread": 0,
                "locale": g.get("locale", "zh"), "company": None, "user": None}
    return {
        "ctx": ctx, "menu": menu_of(ctx), "admin_items": admin_menu(ctx), "unread": unread(ctx),
        "locale": g.get("locale", "zh"), "company": ctx.company, "user": ctx.user,
        "inbox": task_count(ctx),
    }
