"""Saved filters: a list's address with a name, one's own or shared with the company."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, request, url_for
from sqlalchemy import Index, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.i18n import _
from core.kinds import Id, Json, Moment
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, pages, readable_class
from core.people import User
from core.records import CompanyRow

KEPT = ("q", "where", "sort", "group", "view", "archived", "size")


class SavedView(CompanyRow):
    """A named filter of a list; `shared` ones are offered to the whole company."""

    __tablename__ = "core_saved_view"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[int] = mapped_column(Id)
    shared: Mapped[bool] = mapped_column(default=False)
    query: Mapped[list[Any]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_core_saved_view_record", "company_id", "record"),)

    @property
    def url(self) -> str:
        """The list as it was saved."""
        plain = url_for("pages.list", record=self.record)
        return f"{plain}?{urlencode([*map(tuple, self.query), ('saved', self.id)])}"

    @property
    def count_url(self) -> str:
        """Where the number of its records is asked for."""
        plain = url_for("pages.count", record=self.record)
        return f"{plain}?{urlencode([*map(tuple, self.query)])}"


def saved_views(ctx: Ctx, record: str) -> list[SavedView]:
    """The user's own and the shared filters of a list."""
    return list(ctx.session.scalars(
        select(SavedView).where(
            SavedView.record == record, or_(SavedView.user_id == ctx.user_id, SavedView.shared)
        ).order_by(SavedView.name)
    ))


def kept_query(text: str) -> list[list[str]]:
    """The parts of a list's query string that are worth keeping."""
    pairs = parse_qsl(text.lstrip("?")[:4000])
    return [[name, value] for name, value in pairs if name in KEPT or name.startswith("f.")]


@pages.post("/r/<record>/saved", endpoint="save_view")
@for_members
def keep(record: str) -> Response:
    """Save the filters of the list under a name; sharing needs the right `core.share`."""
    ctx = current_ctx()
    readable_class(ctx, record)
    name = request.form.get("name", "").strip()[:80]
    if not name:
        raise Invalid(Refusal(_("Give the filter a name."), "name"))
    shared = bool(request.form.get("shared"))
    row = ctx.session.scalar(select(SavedView).where(
        SavedView.record == record, SavedView.name == name, SavedView.user_id == ctx.user_id
    ))
    if row is None:
        row = SavedView(company_id=ctx.company.id, record=record, name=name,
                        user_id=ctx.user_id or 0, created_at=ctx.now)
        ctx.session.add(row)
    row.shared, row.query = shared, kept_query(request.form.get("query", ""))
    ctx.session.flush()
    flash(str(_("The filter is saved.")), "ok")
    return go(row.url)


@pages.post("/saved/<int:ident>/delete", endpoint="delete_view")
@for_members
def forget(ident: int) -> Response:
    """Delete a saved filter: one's own, or any as an administrator."""
    ctx = current_ctx()
    row = ctx.session.get(SavedView, ident)
    if row is None or (row.user_id != ctx.user_id and not row.shared):
        raise NotFound(_("This filter does not exist."))
    if row.user_id != ctx.user_id and not ctx.can("core.admin"):
        raise Forbidden(_("Only its owner can delete this filter."))
    ctx.session.delete(row)
    return go(url_for("pages.list", record=row.record))


def chosen_columns(ctx: Ctx, record: str) -> list[str]:
    """The columns that the user chose for a list, empty for the usual ones."""
    columns = (ctx.user.preferences or {}).get("columns", {}) if ctx.user else {}
    found = columns.get(record, [])
    return [str(path) for path in found] if isinstance(found, list) else []


@pages.post("/r/<record>/columns", endpoint="columns")
@for_members
def choose(record: str) -> Response:
    """Choose the columns of a list; none brings back the usual ones."""
    ctx = current_ctx()
    readable_class(ctx, record)
    user = ctx.session.get(User, ctx.user_id)
    if user is not None:
        preferences = dict(user.preferences or {})
        columns = dict(preferences.get("columns", {}))
        wanted = [] if request.form.get("usual") else request.form.getlist("column")
        columns[record] = wanted[:40]
        user.preferences = {**preferences, "columns": columns}
    query = urlencode([(a, b) for a, b in kept_query(request.form.get("query", ""))])
    return go(url_for("pages.list", record=record) + (f"?{query}" if query else ""))
