"""What stands around every page: menu, company, user, and how many notices wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from core.audit import Notice
from core.context import Ctx
from core.declare import Menu
from core.pages.saved import last_used
from core.query import may_read
from core.workflow import task_count

HIGHEST_BADGE = 99
FOLDED = 900  # groups of entries that are seldom needed start folded


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
    for menu in _entries(ctx, administration=False):
        made = MenuGroup(menu.group, folded=menu.sequence >= FOLDED)
        found.setdefault(str(menu.group), made).items.append(_item(ctx, menu))
    return list(found.values())


def admin_menu(ctx: Ctx) -> list[Item]:
    """The pages of administration that this user may open."""
    return [_item(ctx, menu) for menu in _entries(ctx, administration=True)]


def _entries(ctx: Ctx, administration: bool) -> list[Menu]:
    return sorted(
        (menu for owner, menu in ctx.registry.menus if owner in ctx.enabled
         and menu.administration is administration and _open(ctx, menu)),
        key=lambda menu: menu.sequence,
    )


def _item(ctx: Ctx, menu: Menu) -> Item:
    """The entry; that of a list leads to its last used filters."""
    own = menu.target.startswith("/")
    address = menu.target if own else url_for("pages.list", record=menu.target)
    now = request.path == address or request.path.startswith(f"{address}/")
    return Item(menu.label, address if own else last_used(ctx, menu.target), menu.icon, now)


def _open(ctx: Ctx, menu: Menu) -> bool:
    if menu.permission and not ctx.can(menu.permission):
        return False
    return menu.target.startswith("/") or may_read(ctx, menu.target)


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
