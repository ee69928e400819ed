"""The one read layer: company, row scope, field rights, filters, sorts and keyset paging.

Pages, API, export, reports and search all read through here (DESIGN §4), so that nobody sees,
filters or sorts by what she may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from core.conditions import Condition, Env
from core.context import Ctx
from core.cursors import pack, unpack
from core.errors import Invalid, NotFound, Refusal
from core.i18n import _
from core.kinds import Field
from core.people import Member, User
from core.records import Record, fields_of, record_class, title_fields
from core.schemas import extensions_of, readable_fields

LIMIT = 80
HIGHEST_LIMIT = 1000


def reports_of(ctx: Ctx, deep: bool) -> frozenset[int]:
    """The user and the people who report to her; `deep` goes down the whole tree."""
    def build() -> frozenset[int]:
        pairs = ctx.session.execute(select(Member.user_id, Member.manager_id)).all()
        found, level = {ctx.user_id or 0}, {ctx.user_id or 0}
        while level:
            level = {user for user, boss in pairs if boss in level} - found
            found |= level
            if not deep:
                break
        return frozenset(found)

    return ctx._once(("reports", ctx.user_id, deep), build)


def scope_condition(ctx: Ctx, cls: type[Record]) -> Any:
    """The SQL condition of the user's row scope, None when she may read all rows."""
    if not cls.scope:
        return None
    scope = ctx.scope_for(f"{cls.key}.read")
    if scope == "all":
        return None
    people = {ctx.user_id or 0} if scope == "own" else reports_of(ctx, scope == "subtree")
    open_rows = [cls.owner_id.in_(sorted(people))]
    shared = getattr(cls, "shared_with_all", None)  # e.g. customers in the public pool
    if shared is not None:
        open_rows.append(shared(ctx))
    return or_(*open_rows)


def select_records(ctx: Ctx, cls: type[Any], *, archived: bool | None = False) -> Select[Any]:
    """Rows of `cls` that the user may read; `archived` None takes both."""
    ctx.require(f"{cls.key}.read")
    query = select(cls)
    return _restricted(ctx, cls, query, archived)


def _restricted(ctx: Ctx, cls: type[Any], query: Select[Any], archived: bool | None) -> Select[Any]:
    scope = scope_condition(ctx, cls)
    if scope is not None:
        query = query.where(scope)
    if archived is not None:
        query = query.where(
            cls.archived_at.is_not(None) if archived else cls.archived_at.is_(None)
        )
    return query


def find(ctx: Ctx, key: str | type[Any], ident: int) -> Any:
    """The record that the user may read, or NotFound: also for one of another company."""
    cls = record_class(key) if isinstance(key, str) else key
    row = ctx.session.scalar(select_records(ctx, cls, archived=None).where(cls.id == ident))
    if row is None:
        raise NotFound(_("This record does not exist."))
    return row


def may_read(ctx: Ctx, key: str) -> bool:
    """Whether the user may read records of this type at all."""
    return key in ctx.registry.records and ctx.registry.owner(key) in ctx.enabled and ctx.can(
        f"{key}.read"
    )


@dataclass
class Paths:
    """Turns field paths of one record type into SQL expressions, joining what they need.

    A path is a field, `link.field`, `plugin.field` of an extension, or `x_...` of a custom
    field. Unknown and unreadable paths are the same error (QUALITY T6).
    """

    ctx: Ctx
    cls: type[Any]
    joins: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def declared(self, path: str) -> Field:
        """The field that a path leads to."""
        own = readable_fields(self.ctx, self.cls)
        if path in ("id", "version"):
            return Field("integer", _("Id") if path == "id" else _("Version"), path)
        if path in own:
            return own[path]
        head, _dot, rest = path.partition(".")
        link = own.get(f"{head}_id")
        if rest and link is not None and link.target and may_read(self.ctx, link.target):
            target = readable_fields(self.ctx, record_class(link.target))
            if rest in target and "." not in rest:
                return target[rest].named(path)
        raise Invalid(Refusal(_("There is no field “%(name)s”.", name=path[:60]), path,
            "unknown-field"))

    def column(self, path: str) -> Any:
        """The SQL expression of a path; adds joins as needed."""
        declared = self.declared(path)
        if path.startswith("x_"):
            return self._custom(path, declared)
        head, _dot, rest = path.partition(".")
        if not rest:
            return getattr(self.cls, path)
        for extension in extensions_of(self.ctx, self.cls.key):
            if extension.plugin() == head and rest in fields_of(extension):
                return getattr(self._join(head, extension, lambda a: a.record_id == self.cls.id),
                    rest)
        link = readable_fields(self.ctx, self.cls)[f"{head}_id"]
        source = getattr(self.cls, f"{head}_id")
        target = self._join(head, record_class(link.target or ""), lambda a: a.id == source)
        return getattr(target, rest)

    def _join(self, name: str, cls: type[Any], on: Any) -> Any:
        if name not in self.joins:
            alias = aliased(cls)
            self.joins[name] = (alias, on(alias))
        return self.joins[name][0]

    def _custom(self, path: str, declared: Field) -> Any:
        value = self.cls.custom[path]
        if declared.kind in ("integer", "quantity", "money", "percent"):
            return value.as_numeric(24, 6)
        if declared.kind == "boolean":
            return value.as_boolean()
        return value.as_string()

    def apply(self, query: Select[Any]) -> Select[Any]:
        """The query with all joins that the paths asked for."""
        for alias, on in self.joins.values():
            query = query.outerjoin(alias, on)
        return query


@dataclass
class Page:
    """A page of rows: mappings from path to value, and the cursor of the next page."""

    rows: Sequence[Mapping[str, Any]]
    next: str | None = None
    previous: str | None = None


def parse_sort(ctx: Ctx, cls: type[Any], sort: str) -> list[tuple[str, bool]]:
    """"-created_at,number" → [("created_at", True), ("number", False)], ending in id."""
    found = []
    for word in (sort or cls.default_sort).split(","):
        path = word.strip().lstrip("-+")
        if path:
            found.append((path, word.strip().startswith("-")))
    found = found[:3]
    if all(path != "id" for path, _down in found):
        found.append(("id", found[-1][1] if found else True))
    return found


def beyond(
    columns: list[Any], downs: list[bool], values: list[Any], *, back: bool = False
) -> Any:
    """Rows after `values` in the sort order (`back`: before); empty values sort last either way."""
    if len(set(downs)) == 1 and not any(getattr(c, "nullable", True) for c in columns):
        here, there = tuple_(*columns), tuple_(*values)  # read along an index from there on
        return here < there if downs[0] is not back else here > there
    steps = []
    for n, (column, down, value) in enumerate(zip(columns, downs, values, strict=True)):
        same = [
            c.is_(None) if v is None else c == v for c, v in zip(columns[:n], values[:n],
                strict=True)
        ]
        if value is None:  # nothing comes after the empty ones in this column
            steps += [and_(*same, column.is_not(None))] if back else []
            continue
        later = column < value if down is not back else column > value
        if back:
            steps.append(and_(*same, later))
            continue
        steps.append(and_(*same, or_(later, column.is_(None)) if n < len(columns) - 1 else later))
    return or_(*steps)


def matching(ctx: Ctx, cls: type[Any], paths: Paths, text: str) -> Any:
    """Rows where one of the searchable fields contains the text."""
    needle = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")[:100] + "%"
    names = [n for n, f in readable_fields(ctx, cls).items() if f.search and "." not in n]
    return or_(*(paths.column(name).ilike(needle, escape="\\") for name in names))


def in_order(paths: Paths, order: list[tuple[str, bool]]) -> list[Any]:
    """ORDER BY of a sort, empty values last; said only where there may be some.

    PostgreSQL reads along an index only when nothing is said of empty values.
    """
    found = []
    for path, down in order:
        column = paths.column(path)
        sorted_by = column.desc() if down else column.asc()
        needed = "." not in path and not getattr(column, "nullable", True)
        found.append(sorted_by if needed else sorted_by.nulls_last())
    return found


def env_of(ctx: Ctx) -> Env:
    """What conditions may ask about the moment and the user: today, and who "me" is."""
    return Env(ctx.today, ctx.zone, {"me": ctx.user_id})


def filtered(
    ctx: Ctx, cls: type[Any], paths: Paths, query: Select[Any],
    where: Condition | None, search: str, archived: bool | None,
) -> Select[Any]:
    """Apply scope, condition and search to a query."""
    query = _restricted(ctx, cls, query, archived)
    if where is not None:
        query = query.where(where.sql(paths.column, env_of(ctx)))
    if search.strip():
        query = query.where(matching(ctx, cls, paths, search.strip()))
    return query


_prepared: dict[Any, Select[Any]] = {}


def _ordered(paths: Paths, names: tuple[str, ...], order: list[tuple[str, bool]]) -> Select[Any]:
    """The columns of a list in their order; of plain fields the statement is built once."""
    for name in names:
        paths.declared(name)
    key = (paths.cls, names, *order)
    plain_fields = not any("." in name or name.startswith("x_") for name in names)
    if not plain_fields or key not in _prepared:
        selected = [paths.column(name).label(f"c{n}") for n, name in enumerate(names)]
        query = select(*selected).select_from(paths.cls).order_by(*in_order(paths, order))
        if not plain_fields:
            return query
        if len(_prepared) > 1000:
            _prepared.clear()
        _prepared[key] = query
        return query
    return _prepared[key]


def read_page(
    ctx: Ctx, key: str, columns: Iterable[str], *, where: Condition | None = None, sort: str = "",
    limit: int = LIMIT, after: str | None = None, search: str = "", archived: bool | None = False,
    fetch: Any = None,
) -> Page:
    """One page of a list: selected columns as mappings, never whole entities.

    `columns` are paths; `id` always comes along. Raises Invalid for unknown fields and cursors.
    `fetch` takes (ctx, query) and gives its rows, where a caller has a faster way.
    """
    cls = record_class(key)
    ctx.require(f"{key}.read")
    paths = Paths(ctx, cls)
    order = parse_sort(ctx, cls, sort)
    names = tuple(dict.fromkeys(["id", *columns, *(path for path, _down in order)]))
    query = filtered(ctx, cls, paths, _ordered(paths, names, order), where, search, archived)
    if after:
        kinds = [paths.declared(path).kind for path, _down in order]
        sorts = [paths.column(path) for path, _down in order]
        query = query.where(beyond(sorts, [down for _path, down in order], unpack(after, kinds)))
    limit = max(1, min(limit, HIGHEST_LIMIT))
    query = paths.apply(query).limit(limit + 1)
    found = fetch(ctx, query) if fetch else ctx.session.execute(query).all()
    rows = [dict(zip(names, row, strict=True)) for row in found[:limit]]
    more = len(found) > limit
    return Page(rows, pack(rows[-1][path] for path, _down in order) if more else None)


def count_up_to(
    ctx: Ctx, key: str, *, where: Condition | None = None, search: str = "",
    highest: int = 1000, archived: bool | None = False,
) -> int:
    """How many rows match, counted to `highest` + 1 at most (a full count is never made)."""
    query = _to_count(ctx, key, where, search, highest, archived)
    return int(ctx.session.scalar(query, execution_options={"outside_the_wall": True}) or 0)


def counts_up_to(
    ctx: Ctx, wanted: Sequence[tuple[str, Condition | None]], *, highest: int = 1000,
) -> list[int]:
    """`count_up_to` of many (record, condition) pairs, in one statement."""
    if not wanted:
        return []
    counts = [
        _to_count(ctx, key, where, "", highest, False).scalar_subquery() for key, where in wanted
    ]
    found = ctx.session.execute(select(*counts), execution_options={"outside_the_wall": True})
    return [int(count) for count in found.one()]


def _to_count(
    ctx: Ctx, key: str, where: Condition | None, search: str, highest: int, archived: bool | None,
) -> Select[Any]:
    cls = record_class(key)
    paths = Paths(ctx, cls)
    query = filtered(ctx, cls, paths, select(cls.id).select_from(cls), where, search, archived)
    return select(func.count()).select_from(paths.apply(query).limit(highest + 1).subquery())


def first_rows(
    ctx: Ctx, cls: type[Any], parts: Sequence[tuple[Select[Any], Any]], limit: int,
) -> list[tuple[list[Any], int]]:
    """The first rows of each (query of `cls`, order) and how many match, in one statement."""
    pieces = []
    for n, (query, order) in enumerate(parts):
        inner = query.with_only_columns(
            cls.id.label("id"), literal(n).label("part"), func.count().over().label("total"),
            func.row_number().over(order_by=[order, cls.id]).label("place"),
        ).order_by(None).subquery()
        pieces.append(select(inner).where(inner.c.place <= limit))
    found = union_all(*pieces).subquery()
    answers: list[tuple[list[Any], int]] = [([], 0) for _part in parts]
    for row, part, total in ctx.session.execute(
        select(cls, found.c.part, found.c.total).join(found, found.c.id == cls.id)
        .order_by(found.c.part, found.c.place)
    ):
        answers[part] = ([*answers[part][0], row], total)
    return answers


def titles(ctx: Ctx, key: str, ids: Iterable[int]) -> dict[int, str]:
    """Names of records by id, in one query, also of those beyond the user's row scope."""
    return {ident: text for ident, (text, _near) in titles_and_reach(ctx, key, ids).items()}


def titles_and_reach(ctx: Ctx, key: str, ids: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """(name, whether the user may open it) of records by id, in one query."""
    wanted = sorted({i for i in ids if i})
    if not wanted or key not in ctx.registry.records:
        return {}
    cls = record_class(key)
    title, *others = [getattr(cls, name, cls.number) for name in title_fields(cls)]
    scope = scope_condition(ctx, cls)
    query = select(
        cls.id, cls.number, func.coalesce(title, *others) if others else title,
        literal(True) if scope is None else scope,
    ).where(cls.id.in_(wanted))
    readable, found = may_read(ctx, key), {}
    for ident, number, text, near in ctx.session.execute(query):
        parts = list(dict.fromkeys(str(part) for part in (number, text) if part))
        found[ident] = " ".join(parts) or f"#{ident}", bool(near) and readable
    return found


def field_at(ctx: Ctx, cls: type[Any], path: str) -> Field:
    """The field that a path leads to, as far as the user may read it; Invalid otherwise."""
    return Paths(ctx, cls).declared(path)


def user_names(ctx: Ctx, ids: Iterable[int]) -> dict[int, str]:
    """Names of users by id, in one query."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    query = select(User.id, User.name).where(User.id.in_(wanted))
    return {ident: name for ident, name in ctx.session.execute(query)}
