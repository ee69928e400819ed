"""What is kept for people: filters with a name, how they left a list, forms half typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, jsonify, request, url_for
from sqlalchemy import Index, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.i18n import _
from core.kinds import Id, Json, Moment
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, pages, readable_class
from core.people import User
from core.records import CompanyRow

KEPT = ("q", "where", "wf", "wo", "wv", "preset", "sort", "group", "view", "archived", "size",
        "saved")
WIDEST, NARROWEST = 800, 48  # pixels of a column


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


class Draft(CompanyRow):
    """One person's form: [name, value] pairs of its inputs; `record_id` 0 is a new record."""

    __tablename__ = "core_draft"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id)
    record: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(Id, default=0)
    at: Mapped[datetime] = mapped_column(Moment)
    pairs: Mapped[list[Any]] = mapped_column(Json, default=list)
    __table_args__ = (UniqueConstraint("company_id", "user_id", "record", "record_id"),)

    @property
    def form(self) -> MultiDict[str, str]:
        """The inputs as they would be posted."""
        return MultiDict([(str(name), str(value)) for name, value in self.pairs])


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


# ---- how a person left a list
def _wishes(ctx: Ctx, name: str) -> dict[str, Any]:
    found = (ctx.user.preferences or {}).get(name, {}) if ctx.user else {}
    return found if isinstance(found, dict) else {}


def _wish(ctx: Ctx, name: str, record: str, value: Any) -> None:
    user = ctx.session.get(User, ctx.user_id)
    if user is not None:
        before = dict(user.preferences or {})
        user.preferences = {**before, name: {**before.get(name, {}), record: value}}


def last_used(ctx: Ctx, record: str) -> str:
    """The address of a list as the user last filtered and sorted it."""
    query = _wishes(ctx, "last").get(f"{ctx.company.id}.{record}", "")
    return url_for("pages.list", record=record) + (f"?{query}" if query else "")


@pages.post("/r/<record>/last", endpoint="keep_last")
@for_members
def keep_last(record: str) -> Any:
    """Remember how the list is filtered and sorted now (`query`); its menu entry leads there."""
    ctx = current_ctx()
    readable_class(ctx, record)
    query = urlencode([(a, b) for a, b in kept_query(request.form.get("query", ""))])
    _wish(ctx, "last", f"{ctx.company.id}.{record}", query)
    return jsonify(ok=True)


def widths_of(ctx: Ctx, record: str) -> dict[str, int]:
    """The widths in pixels that the user gave to columns of a list, by path."""
    found = _wishes(ctx, "widths").get(record, {})
    return {str(path): int(width) for path, width in found.items()} if found else {}


@pages.post("/r/<record>/widths", endpoint="widths")
@for_members
def keep_widths(record: str) -> Any:
    """Keep the widths of the list's columns (one field each); none brings back the usual ones."""
    ctx = current_ctx()
    readable_class(ctx, record)
    given = {path: request.form.get(path, 0, type=int) for path in list(request.form)[:60]}
    _wish(ctx, "widths", record, {
        path[:80]: min(max(width, NARROWEST), WIDEST) for path, width in given.items()
        if width > 0 and path != "csrf_token"
    })
    return jsonify(ok=True)


def chosen_columns(ctx: Ctx, record: str) -> list[str]:
    """The columns that the user chose for a list, empty for the usual ones."""
    found = _wishes(ctx, "columns").get(record, [])
    return [str(path) for path in found] if isinstance(found, list) else []


@pages.post("/r/<record>/columns", endpoint="columns")
@for_members
def choose(record: str) -> Response:
    """Choose the columns of a list; none brings back the usual ones."""
    ctx = current_ctx()
    readable_class(ctx, record)
    wanted = [] if request.form.get("usual") else request.form.getlist("column")
    _wish(ctx, "columns", record, wanted[:40])
    query = urlencode([(a, b) for a, b in kept_query(request.form.get("query", ""))])
    return go(url_for("pages.list", record=record) + (f"?{query}" if query else ""))
