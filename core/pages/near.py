"""Where a record stands in the list it was opened from: “3 of 40”, the one before, the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import has_request_context, request, url_for
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from core.context import Ctx
from core.i18n import show_number
from core.layout import list_of
from core.pages.blueprint import pages, safe_next
from core.pages.listing import COUNTED, Wanted, capped, wanted_of
from core.query import Paths, beyond, filtered, parse_sort
from core.records import Record


@dataclass(frozen=True)
class Near:
    """`place` and `count` in words; the addresses of the records beside it, "" at the ends."""

    place: str
    count: str
    previous: str
    next: str


@pages.app_url_defaults
def _remember_list(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of the record at hand go on remembering the list it was opened from."""
    here = (request.view_args or {}) if has_request_context() else {}
    if "list" not in values and here.get("ident") and endpoint.startswith("pages.") and all(
            values.get(name) == here.get(name) for name in ("record", "ident")):
        values["list"] = request.args.get("list")


def list_behind(ctx: Ctx, cls: type[Record]) -> tuple[str, Wanted] | None:
    """The list that the page was opened from (`list` in its address) and what it asked for."""
    address = safe_next(request.args.get("list"), "")
    parts = urlsplit(address)
    if parts.path != url_for("pages.list", record=cls.key):
        return None
    args: MultiDict[str, str] = MultiDict(parse_qsl(parts.query, keep_blank_values=True))
    return address, wanted_of(ctx, list_of(ctx, cls), args)


def near_of(ctx: Ctx, row: Record) -> Near | None:
    """The neighbours of a record; counts end at 1,000, so that no big table is counted.

    A record that no longer fits the list's filter keeps the place that its values give it.
    """
    cls = type(row)
    behind = list_behind(ctx, cls)
    if behind is None:
        return None
    address, wanted = behind
    paths = Paths(ctx, cls)
    order = parse_sort(ctx, cls, wanted.order)
    columns = [paths.column(path) for path, _down in order]
    downs = [down for _path, down in order]
    own = paths.apply(select(*columns).select_from(cls)).where(cls.id == row.id)
    values = list(ctx.session.execute(own).one())
    later, earlier = (beyond(columns, downs, values, back=back) for back in (False, True))

    def rows(part: Any = None) -> Any:
        found = filtered(ctx, cls, paths, select(cls.id).select_from(cls), wanted.where,
                         wanted.search, wanted.archived)
        return paths.apply(found if part is None else found.where(part))

    def first(part: Any, back: bool) -> Any:
        ways = [
            (c.asc().nulls_first() if down else c.desc().nulls_first()) if back
            else (c.desc() if down else c.asc()).nulls_last()
            for c, down in zip(columns, downs, strict=True)
        ]
        return rows(part).order_by(*ways).limit(1)

    def count(part: Any = None) -> Any:
        return select(func.count()).select_from(rows(part).limit(COUNTED + 1).subquery())

    asked = (first(earlier, True), first(later, False), count(earlier), count())
    before, after, place, total = (ctx.session.scalar(query) for query in asked)

    def link(ident: int | None) -> str:
        return url_for("pages.form", record=cls.key, ident=ident, list=address) if ident else ""

    number = show_number(place + 1) if place < COUNTED else capped(COUNTED + 1)
    return Near(number, capped(max(total, place + 1)), link(before), link(after))
