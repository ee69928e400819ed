"""The first screen in the morning: cards of the plugins, one's tasks and activities, notices."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from core.audit import Activity, Notice
from core.context import Ctx
from core.i18n import Message, show_ago, show_moment
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, page, pages, safe_next, shown
from core.pages.timeline import KINDS
from core.query import may_read, titles
from core.workflow import tasks_of

LISTED = 6


@pages.get("/", endpoint="home")
@for_members
def home() -> Response:
    """The role's home page (DOMAIN §1.11)."""
    ctx = current_ctx()
    cards = sorted(shown(ctx, "show_cards"), key=lambda card: card.sequence)
    return page(
        "home.html", cards=cards, activities=my_activities(ctx), tasks=tasks_of(ctx, LISTED),
        starts=_starts(ctx) if not cards else [],
        failed=ctx.cache.get("failed_plugins", []) if ctx.can("core.admin") else [],
    )


def my_activities(ctx: Ctx) -> list[dict[str, Any]]:
    """What the user is to do, the soonest first, with the record's name."""
    rows = [
        row for row in ctx.session.scalars(
            select(Activity).where(Activity.user_id == ctx.user_id, Activity.done_at.is_(None))
            .order_by(Activity.due.asc().nulls_last(), Activity.id).limit(LISTED)
        ) if may_read(ctx, row.record_key)
    ]
    names: dict[tuple[str, int], str] = {}
    for key in {row.record_key for row in rows}:
        found = titles(ctx, key, [row.record_id for row in rows if row.record_key == key])
        names.update({(key, ident): name for ident, name in found.items()})
    return [
        {"row": row, "kind": KINDS.get(row.kind, row.kind),
         "name": names.get((row.record_key, row.record_id), ""),
         "url": url_for("pages.form", record=row.record_key, ident=row.record_id),
         "late": row.due is not None and row.due < ctx.today, "now": row.due == ctx.today}
        for row in rows
    ]


def _starts(ctx: Ctx) -> list[tuple[object, str]]:
    """Where a new company begins: the records that the user may create."""
    return [
        (cls.label, url_for("pages.new", record=key)) for key, cls in ctx.registry.records.items()
        if may_read(ctx, key) and ctx.can(f"{key}.create") and key in ctx.registry.lists
    ][:4]


# ---- notices
@pages.get("/notices", endpoint="notices")
@for_members
def notices() -> Response:
    """What the user was told, newest first."""
    ctx = current_ctx()
    rows = ctx.session.scalars(
        select(Notice).where(Notice.user_id == ctx.user_id).order_by(Notice.id.desc()).limit(100)
    )
    return page("notices.html", notices=[
        {"id": row.id, "text": Message(row.text.get("text", ""), row.text.get("values") or {}),
         "url": row.url, "unread": row.read_at is None, "ago": show_ago(row.at, ctx.now),
         "moment": show_moment(row.at, ctx.user_zone)}
        for row in rows
    ])


@pages.get("/notices/<int:ident>", endpoint="notice")
@for_members
def open_notice(ident: int) -> Response:
    """Go to what a notice speaks of; the page there marks it as read by its button."""
    ctx = current_ctx()
    row = ctx.session.get(Notice, ident)
    if row is None or row.user_id != ctx.user_id:
        return redirect(url_for("pages.notices"))
    return redirect(safe_next(row.url, url_for("pages.notices")))


@pages.post("/notices/read", endpoint="notices_read")
@for_members
def read() -> Response:
    """Mark one notice (`notice`) or all as read."""
    ctx = current_ctx()
    change = update(Notice).where(Notice.user_id == ctx.user_id, Notice.read_at.is_(None))
    one = request.form.get("notice", type=int)
    target = url_for("pages.notices")
    if one is not None:
        change = change.where(Notice.id == one)
        row = ctx.session.get(Notice, one)
        if row is not None and row.user_id == ctx.user_id and request.form.get("open"):
            target = safe_next(row.url, target)
    ctx.session.execute(change.values(read_at=ctx.now),
                        execution_options={"synchronize_session": False})
    return go(target)
