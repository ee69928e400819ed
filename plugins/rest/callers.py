"""Who calls: a token's user with her rights, known without asking again while nothing changed.

One statement tells a mark of everything that decides what a token may do: the token, its user,
company and member, the company's roles, enabled plugins and custom fields. While the mark stays the
same, what was derived from those rows (rights, fields, schemas, hook callers) is taken from the
requests before; a changed row changes the mark, so that nothing has to be told to anybody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Dialect,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)

from core.api import Company, Ctx, Id, Member, Platform, User
from plugins.rest.records import Token

# what a context derives from the marked rows alone
LASTING = frozenset({"enabled", "gate", "roles", "grants", "hidden_fields", "locked_fields",
                     "custom_fields", "fields", "readable", "writable", "schema"})
BLANK: Any = literal_column("' '")
MOST = 5_000
APART = timedelta(minutes=1)
_statements: dict[str, str] = {}


@dataclass
class Caller:
    """Whom a token speaks for. The rows are tied to no session; nobody may change them."""

    mark: bytes
    token: Token
    user: User
    company: Company
    member: Member | None
    used_at: datetime | None
    lasting: dict[Any, Any] = field(default_factory=dict)


def digest_of(secret: str) -> str:
    """What is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def home_of(platform: Platform, secret: str) -> int | None:
    """The id of the company that a token belongs to, which never changes; None if there is none."""
    digest, homes = digest_of(secret), platform.extra.setdefault("rest.homes", {})
    if digest not in homes:
        with platform.database.session("*", readonly=True) as session:
            found = session.scalar(select(Token.company_id).where(Token.secret_hash == digest))
        if found is None:
            return None
        if len(homes) >= MOST:
            homes.clear()
        homes[digest] = found
    return int(homes[digest])


def find_caller(platform: Platform, session: Any, secret: str) -> Caller | None:
    """The caller with a living token and its active user; the session is of `home_of`."""
    digest, known = digest_of(secret), platform.extra.setdefault("rest.callers", {})
    mark = _mark(session, digest)
    if mark is None:
        return None
    caller: Caller | None = known.get(digest)
    if caller is None or caller.mark != mark:
        caller = _load(session, digest, mark)
        if caller is None:
            return None
        if len(known) >= MOST:
            known.clear()
        known[digest] = caller
    if caller.token.expires_at is not None and caller.token.expires_at <= platform.clock():
        return None
    return caller


def _load(session: Any, digest: str, mark: bytes) -> Caller | None:
    row = session.execute(
        select(Token, User, Company, Member)
        .join(User, User.id == Token.user_id)
        .join(Company, Company.id == Token.company_id)
        .outerjoin(Member, and_(Member.company_id == Token.company_id,
                                Member.user_id == Token.user_id, Member.active))
        .where(Token.secret_hash == digest, Token.revoked_at.is_(None), User.active)
    ).first()
    if row is None or _mark(session, digest) != mark:  # changed in this very moment: next time
        return None
    session.expunge_all()
    return Caller(mark, *row, used_at=row[0].used_at)


def _mark(session: Any, digest: str) -> bytes | None:
    """The mark of a token's caller; None when it is unknown, revoked or its user inactive.

    The wall stands in the statement itself: every table is asked for the session's company alone.
    """
    connection = session.connection()
    name = connection.dialect.name
    if name not in _statements:
        _statements[name] = _statement(connection.dialect)
    values = {"company": session.company_id, "digest": digest}
    row = connection.exec_driver_sql(_statements[name], values).first()
    return hashlib.blake2b(repr(tuple(row)).encode()).digest() if row is not None else None


def _statement(dialect: Dialect) -> str:
    """The statement of the mark, as the driver takes it with parameters by name."""
    postgres = dialect.name == "postgresql"
    company: Any = bindparam("company", type_=Id)

    def whole(columns: Any) -> Any:
        return cast(func.row(*columns), Text) if postgres else func.json_array(*columns)

    def gathered(table: Any) -> Any:
        line = whole(table.c)
        mine = select(line.label("line")).where(table.c.company_id == company)
        rows = mine.order_by(table.c.id).subquery()
        if postgres:
            return select(func.md5(func.string_agg(rows.c.line, BLANK))).scalar_subquery()
        return select(func.group_concat(rows.c.line, BLANK)).scalar_subquery()

    tables: Any = Company.metadata.tables
    t, u, c, m = (tables[name] for name in ("rest_token", "core_user", "core_company",
                                            "core_member"))
    their_own = ("core_role", "core_company_plugin", "core_custom_field")
    asked = select(
        whole([column for column in t.c if column.name != "used_at"]), whole(u.c), whole(c.c),
        whole(m.c), *(gathered(tables[name]) for name in their_own),
    ).select_from(
        t.join(u, u.c.id == t.c.user_id).join(c, c.c.id == t.c.company_id).outerjoin(
            m, and_(m.c.company_id == t.c.company_id, m.c.user_id == t.c.user_id, m.c.active))
    ).where(
        t.c.secret_hash == bindparam("digest"), t.c.company_id == company,
        t.c.revoked_at.is_(None), u.c.active)
    style = "pyformat" if postgres else "named"
    return str(asked.compile(dialect=type(dialect)(paramstyle=style)))


def learn(ctx: Ctx) -> None:
    """Keep what the request has derived, if the marked rows are still the same."""
    caller: Caller | None = ctx.session.info.get("caller")
    if caller is None:
        return
    new = {key: value for key, value in ctx.cache.items() if key not in caller.lasting
           and (key if isinstance(key, str) else key[0]) in LASTING}
    if not new or _mark(ctx.session, caller.token.secret_hash) != caller.mark:
        return
    for rows in (value for value in new.values() if isinstance(value, list)):
        for row in rows:
            if row in ctx.session:
                ctx.session.expunge(row)
    caller.lasting = {**caller.lasting, **new}


def note_use(platform: Platform, caller: Caller) -> None:
    """Remember when a token was last used, once a minute at most; no session may be open."""
    now = platform.clock()
    if caller.used_at is None or now - caller.used_at > APART:
        with platform.database.transaction("*") as session:
            session.execute(
                update(Token).where(Token.id == caller.token.id).values(used_at=now),
                execution_options={"synchronize_session": False},
            )
        caller.used_at = now
