"""The database: engine, sessions pinned to one company, and the transaction recipe per database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from core.health import HookRule
from core.records import CompanyRow

ALL = "*"
RESTED = 1.0


def _from_json(stored: Any) -> Any:
    """SQLite hands numbers that stand alone back as numbers."""
    return orjson.loads(stored) if isinstance(stored, str | bytes) else stored


JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode(),
    "json_deserializer": _from_json,
}


class WallError(RuntimeError):
    """Code tried to reach over the company wall; this is a fault of the program."""


class CompanySession(Session):
    """A session that sees the rows of one company only (QUALITY §2.3).

    `company_id` None sees no company rows; ALL is for sign-in, migrations and the job poller.
    """

    def __init__(self, bind: Any, company_id: int | str | None, readonly: bool) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.info["company_id"] = company_id
        self.info["readonly"] = readonly

    @property
    def company_id(self) -> Any:
        return self.info["company_id"]

    def _not_in_hook(self, act: str) -> None:
        if self.info.get("in_hook"):
            raise HookRule(f"a hook may not {act} the session; the caller does")

    def commit(self) -> None:
        self._not_in_hook("commit")
        super().commit()

    def rollback(self) -> None:
        self._not_in_hook("roll back")
        super().rollback()

    def close(self) -> None:
        self._not_in_hook("close")
        super().close()

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        found = super().get(entity, ident, **options)
        if isinstance(found, CompanyRow) and self.company_id not in (ALL, found.company_id):
            return None
        return found


class Database:
    """One database of one app: makes the sessions."""

    def __init__(self, url: str, echo: bool = False) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, echo) if self.sqlite else _postgres_engine(url, echo)
        self._reader = self.engine.execution_options(tradewind_readonly=True)

    def session(
        self, company_id: int | str | None = None, readonly: bool = False
    ) -> CompanySession:
        """A new session; a read-only one takes no write lock on SQLite."""
        return CompanySession(self._reader if readonly else self.engine, company_id, readonly)

    @contextmanager
    def transaction(self, company_id: int | str | None = None) -> Iterator[CompanySession]:
        """A session that commits at the end of the block, or rolls everything back."""
        session = self.session(company_id)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()


def _sqlite_engine(url: str, echo: bool) -> Engine:
    engine = create_engine(url, echo=echo, **JSON, connect_args={"timeout": 30}, pool_size=20)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # the driver's deferred default gives the same document number twice (QUALITY §2.1)
        reading = connection.get_execution_options().get("tradewind_readonly")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str, echo: bool) -> Engine:
    address = make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, echo=echo, **JSON, pool_size=10, max_overflow=20)

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _alive(connection: Any, record: Any, _proxy: Any) -> None:
        """Ask a connection that rested whether it still lives; a busy one need not be asked."""
        now = time.monotonic()
        if now - record.info.get("since", now) > RESTED:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise InvalidatePoolError from None

    return engine


@event.listens_for(CompanySession, "after_begin")
def _tell_database(session: CompanySession, _transaction: Any, connection: Connection) -> None:
    """Repeat the wall in PostgreSQL: row level security reads these settings."""
    if connection.dialect.name != "postgresql":
        return
    company = session.company_id
    connection.execute(
        text("SELECT set_config('app.company', :company, true), set_config('app.all', :all, true)"),
        {
            "company": "" if company in (None, ALL) else str(company),
            "all": "on" if company == ALL else "",
        },
    )


def _company_tables(statement: Any) -> list[str]:
    return [
        element.name
        for element in visitors.iterate(statement)
        if isinstance(element, Table) and "company_id" in element.c
    ]


@event.listens_for(CompanySession, "do_orm_execute")
def _build_the_wall(state: ORMExecuteState) -> None:
    company = state.session.info["company_id"]
    if company == ALL:
        return
    if not state.is_orm_statement:
        if state.execution_options.get("outside_the_wall"):
            return
        if isinstance(state.statement, TextClause) or _company_tables(state.statement):
            raise WallError("only ORM statements may touch company tables; select the class")
        return
    if state.is_column_load or state.is_relationship_load:
        return  # the criteria travel with the parent's statement
    state.statement = walled(state.session, state.statement)


def walled(session: Session, statement: Any) -> Any:
    """An ORM statement that sees the rows of the session's company only."""
    company = session.info["company_id"]
    if company == ALL:
        return statement
    return statement.options(_criteria(-1 if company is None else company))


@lru_cache(maxsize=1000)
def _criteria(company: int) -> Any:
    return with_loader_criteria(
        CompanyRow, lambda cls: cls.company_id == company, include_aliases=True
    )


@event.listens_for(CompanySession, "before_flush")
def _pin_rows(session: CompanySession, _context: Any, _instances: Any) -> None:
    """Every new row belongs to the session's company; a foreign one may not be written."""
    company = session.company_id
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, CompanyRow):
            continue
        if row.company_id is None and company not in (None, ALL):
            row.company_id = company
        if company != ALL and row.company_id != company:
            raise WallError(f"{type(row).__name__} belongs to another company")
