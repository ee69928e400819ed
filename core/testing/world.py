"""A small world to test in: a company with one user per role, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url

from core.accounts import Browser, open_signin
from core.app import TradewindApp, create_app
from core.companies import add_member, create_company, enable_plugin
from core.config import Settings, load_settings
from core.context import Ctx, utc_now
from core.db import ALL
from core.jobs import drain
from core.migrate import create_everything
from core.people import Company, Member, RoleRow, User
from core.platform import Platform, build_platform
from core.plugins import Registry, in_order

# a plugin of one's own is tested like the bundled ones
_PLUGINS_ONLY = {k: v for k, v in os.environ.items() if k == "TRADEWIND_PLUGINS_DIR"}
HASH = "no password: tests open sessions directly"


def make_settings(folder: Path, database_url: str | None = None) -> Settings:
    """Settings of a test: everything below `folder`, mode "test", no Redis."""
    return replace(
        load_settings(_PLUGINS_ONLY), mode="test", data_dir=folder, redis_url=None,
        secret_key="a secret for tests only", embedded_worker=False,
        database_url=database_url or f"sqlite:///{folder / 'tradewind.db'}",
    )


class World:
    """A platform with the company "a" (all roles) and "b" (one administrator and one rep).

    Logins are role keys: `world.act("rep")` works as the sales rep of company a; those of
    company b start with "b-".
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._app: TradewindApp | None = None

    @property
    def registry(self) -> Registry:
        return self.platform.registry

    @contextmanager
    def act(
        self, login: str | None = None, company: str | None = None, *, now: datetime | None = None
    ) -> Iterator[Ctx]:
        """Work as a user (None: the system); commits at the end of the block."""
        code = company or ("b" if login and login.startswith("b-") else "a")
        options: dict[str, Any] = {"now": now} if now else {}
        with self.platform.act(code, login, **options) as ctx:
            yield ctx

    def work(self) -> int:
        """Perform everything that is due in the outbox; returns how many rows ran."""
        return drain(self.platform)

    @property
    def app(self) -> TradewindApp:
        """The web application on this platform."""
        if self._app is None:
            self._app = create_app(self.platform.settings, self.platform)
            self._app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return self._app

    def client(self, login: str | None = None, company: str | None = None) -> FlaskClient:
        """A browser without a screen, signed in as `login`."""
        client = self.app.test_client()
        if login is not None:
            secret = self.sign_in(login, company)
            with client.session_transaction() as session:
                session["_user_id"] = secret
                session["_fresh"] = True
        return client

    def sign_in(self, login: str, company: str | None = None) -> str:
        """Open a session for a user and return its secret."""
        code = company or ("b" if login.startswith("b-") else "a")
        with self.platform.database.transaction(ALL) as session:
            user = session.scalar(select(User).where(User.login == login))
            home = session.scalar(select(Company).where(Company.code == code))
            if user is None or home is None:
                raise LookupError(f"no user {login!r} in company {code!r}")
            return open_signin(session, user, home.id, Browser("127.0.0.1"), utc_now())

    def user_id(self, login: str) -> int:
        """The id of a user."""
        with self.platform.database.session(ALL, readonly=True) as session:
            return int(session.scalar(select(User.id).where(User.login == login)) or 0)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements that run in the block."""
        found: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            found.append(statement)

        event.listen(self.platform.database.engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(self.platform.database.engine, "before_cursor_execute", note)


def build_world(platform: Platform, enabled: list[str] | None = None) -> None:
    """Write the two companies and their people."""
    plugins = [p.name for p in in_order(platform.registry.plugins)]
    for code, chosen in (("a", enabled or plugins), ("b", enabled or plugins)):
        with platform.database.transaction(ALL) as session:
            company = create_company(session, code, f"Company {code}", f"Company {code}", utc_now())
            company_id = company.id
        with platform.act(company_id) as ctx:
            for name in chosen:
                enable_plugin(ctx, name)
            keys = sorted(ctx.session.scalars(select(RoleRow.key)))
            for key in keys if code == "a" else ("adm", *(k for k in keys if k in ("rep", "gm"))):
                _person(ctx, key if code == "a" else f"b-{key}", key)
            if code == "a" and "rep" in keys:
                _person(ctx, "rep2", "rep")
            _bosses(ctx)


def _person(ctx: Ctx, login: str, role: str) -> None:
    user = User(
        login=login, name=login.upper(), email=f"{login}@tradewind.example", locale="en",
        password_hash=HASH, created_at=ctx.now, preferences={}, failed=0,
    )
    ctx.session.add(user)
    ctx.session.flush()
    add_member(ctx, user, [role])


def _bosses(ctx: Ctx) -> None:
    """Sales people report to the sales manager, she and the others to the general manager."""
    ids = {u.login.removeprefix("b-"): u.id for u in ctx.session.scalars(select(User))
           if u.login.startswith("b-") is (ctx.company.code == "b")}
    from_sales = {"rep", "rep2", "mer", "doc", "afs"}
    for login, ident in ids.items():
        boss = "sm" if login in from_sales and "sm" in ids else "gm"
        if login != boss and boss in ids and login != "gm":
            user = ctx.session.get(User, ident)
            member = ctx.session.scalar(select(Member).where(Member.user_id == ident))
            if user is not None and member is not None:
                member.manager_id = ids[boss]


class Templates:
    """Prepared databases, one per set of plugins; each test gets a copy."""

    def __init__(self, folder: Path, modules: dict[str, Any] | None = None) -> None:
        self.folder, self.modules = folder, modules
        self._made: dict[tuple[str, ...], Path] = {}

    def world(self, target: Path, enabled: tuple[str, ...], modules: Any = None) -> World:
        """A world on a fresh copy of the prepared SQLite file."""
        key = (*enabled, *(f"{name}:{id(modules[name])}" for name in sorted(modules or ())))
        if key not in self._made:
            source = self.folder / f"template{len(self._made)}"
            source.mkdir()
            platform = build_platform(make_settings(source), only=list(enabled) or None,
                modules=modules)
            create_everything(platform)
            build_world(platform, list(enabled) or None)
            with platform.database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            platform.database.engine.dispose()
            self._made[key] = source / "tradewind.db"
        shutil.copy(self._made[key], target / "tradewind.db")
        return World(build_platform(make_settings(target), only=list(enabled) or None,
            modules=modules))


@contextmanager
def postgres_world(folder: Path, enabled: tuple[str, ...] = (),
    modules: Any = None) -> Iterator[World]:
    """A world in a database of its own on the server of TRADEWIND_TEST_DATABASE_URL."""
    address = make_url(os.environ["TRADEWIND_TEST_DATABASE_URL"])
    address = address.set(drivername="postgresql+psycopg")
    name = f"tw_{secrets.token_hex(6)}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0'))
    url = address.set(database=name).render_as_string(hide_password=False)
    platform = build_platform(make_settings(folder, url), only=list(enabled) or None,
        modules=modules)
    try:
        create_everything(platform)
        build_world(platform, list(enabled) or None)
        yield World(platform)
    finally:
        platform.database.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()
