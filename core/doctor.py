"""`tradewind check`: what may be wrong with an installation, each with its cure."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from core.accounts import DEMO_HASH
from core.audit import AuditRow, verify
from core.config import DEFAULT_SECRET, Settings, load_settings, unknown_variables
from core.db import ALL
from core.errors import ConfigError, MigrationError
from core.guards import unguarded_tables
from core.migrate import pending
from core.outbox import OutboxRow
from core.people import CompanyPlugin, User
from core.platform import Platform, build_platform
from core.workflow.case import broken_link
from core.workflow.model import CaseRow

STATIC = Path(__file__).resolve().parent / "static"
LEAST_FREE = 0.05
STUCK = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `level` is ok, note or fault; a cure belongs to the latter two."""

    level: str
    subject: str
    text: str
    cure: str = ""


def examine(deep: bool = False) -> list[Finding]:
    """Look at everything; never raises for what it is there to find."""
    try:
        settings = load_settings()
    except ConfigError as error:
        return [Finding("fault", "settings", str(error), "Mend the setting and check again.")]
    found = [*_settings(settings), *_folders(settings), *_assets(), *_redis(settings)]
    platform = build_platform(settings, skip_broken=True)
    found += _plugins(platform)
    try:
        found += _database(platform)
    except (SQLAlchemyError, OSError) as error:
        first = str(error).splitlines()[0]
        cure = "Start the server, or correct database_url."
        return [*found, Finding("fault", "database", f"no connection: {first}", cure)]
    except MigrationError as error:
        return [*found, Finding("fault", "tables", str(error), "See docs/operating.md.")]
    looks: tuple[Callable[[Platform], Iterator[Finding]], ...] = (_work, _unknown_plugins)
    for look in (*looks, read_everything) if deep else looks:
        found += look(platform)
    platform.database.engine.dispose()
    return found


def demo_passwords(platform: Platform) -> list[str]:
    """The logins of active users who have the password of the demo accounts."""
    weak = select(User.login).where(User.password_hash.startswith(DEMO_HASH), User.active)
    with platform.database.session(ALL, readonly=True) as session:
        return list(session.scalars(weak.order_by(User.login)))


def unready(platform: Platform) -> list[str]:
    """Why requests should not come here now, in a word each; empty when they may.

    Cheap enough to ask every few seconds: the tables are compared until they fit once.
    """
    found = []
    try:
        if not platform.extra.get("tables_fit"):
            platform.extra["tables_fit"] = not pending(platform)
        if not platform.extra["tables_fit"]:
            found.append("tables")
        elif _late(platform) > STUCK:
            found.append("work")
    except (SQLAlchemyError, OSError, MigrationError):
        found.append("database")
    usage = shutil.disk_usage(platform.settings.data_dir)
    if usage.free < LEAST_FREE * usage.total:
        found.append("disk")
    return found


def _late(platform: Platform) -> timedelta:
    """How long the oldest work that is stuck has waited since it was due and written."""
    since = case((OutboxRow.created_at > OutboxRow.not_before, OutboxRow.created_at),
                 else_=OutboxRow.not_before)
    with platform.database.session(ALL, readonly=True) as session:
        oldest = session.scalar(select(func.min(since)).where(
            OutboxRow.state.in_(("new", "failed")),
            OutboxRow.not_before < platform.clock() - STUCK,
        ))
    return platform.clock() - oldest if oldest else timedelta()


def _settings(settings: Settings) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("ok", "mode", f"{settings.mode}, Python {version}")
    for fault in settings.faults():
        yield Finding("fault", "settings", *fault.split(". ", 1))
    if settings.secret_key == DEFAULT_SECRET and settings.host not in ("127.0.0.1", "localhost"):
        yield Finding(
            "note", "secret_key", f"is the public default, the server listens on {settings.host}",
            "Set TRADEWIND_SECRET_KEY before others can reach it.",
        )
    for name in unknown_variables(os.environ):
        yield Finding("note", "settings", f"{name} means nothing here", "Is it misspelt?")


def _folders(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        cure = "Give the user who runs Tradewind the right to write there, or set data_dir."
        yield Finding("fault", "data_dir", f"{folder}: {error.strerror}", cure)
        return
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    level = "ok" if share >= LEAST_FREE else "fault"
    cure = "" if level == "ok" else "Free space or move data_dir: a full disk stops every write."
    yield Finding(level, "data_dir", f"{folder}, {share:.0%} of the disk is free", cure)


def _assets() -> Iterator[Finding]:
    cure = "In a checkout: make run. Installed: install the wheel again."
    if (STATIC / "dist" / "manifest.json").is_file():
        yield Finding("ok", "assets", "built")
    else:
        yield Finding("fault", "assets", "the pages' styles and scripts are missing", cure)
    fonts = sorted(path.stem for path in (STATIC / "fonts").glob("*.ttf"))
    if len(fonts) >= 2:
        yield Finding("ok", "fonts", ", ".join(fonts))
    else:
        yield Finding("fault", "fonts", "the fonts of PDF documents are missing", cure)
    if not (STATIC.parent / "translations" / "zh" / "LC_MESSAGES" / "messages.mo").is_file():
        yield Finding("fault", "translations", "the Chinese catalog is not compiled", cure)


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield Finding("ok", "redis", "not used: the database alone is the queue")
        return
    try:
        redis = Redis.from_url(settings.redis_url, socket_connect_timeout=3)
        yield Finding("ok", "redis", f"{redis.info()['redis_version']} answers")
    except (RedisError, ValueError) as error:
        cure = "Start Redis or correct redis_url; until then the workers look by themselves."
        yield Finding("note", "redis", f"does not answer: {error}", cure)


def _plugins(platform: Platform) -> Iterator[Finding]:
    for name, fault in platform.registry.broken.items():
        yield Finding("fault", f"plugin {name}", fault, "Mend it, or start with --skip-broken.")
    yield Finding("ok", "plugins", ", ".join(platform.registry.plugins) or "none")


def _database(platform: Platform) -> Iterator[Finding]:
    with platform.database.engine.connect() as connection:
        if platform.database.sqlite:
            version = connection.scalar(text("SELECT sqlite_version()"))
            yield Finding("ok", "database", f"SQLite {version}, {platform.database.url.database}")
        else:
            version = connection.scalar(text("SHOW server_version"))
            place = platform.database.url.database
            yield Finding("ok", "database", f"PostgreSQL {version}, {place}")
            strong = connection.scalar(text(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ))
            if strong:
                yield Finding(
                    "note", "database", "the role passes over row level security",
                    "Use a role without SUPERUSER and BYPASSRLS, see docs/operating.md.",
                )
            bare = unguarded_tables(connection)
            if bare:
                cure = "Run: tradewind migrate"
                yield Finding("fault", "company wall", f"no policy on {', '.join(bare)}", cure)
    waiting = pending(platform)
    if waiting:
        names = ", ".join(area.name for area in waiting)
        yield Finding("fault", "tables", f"{names}: not at the newest version",
                      "Run: tradewind migrate")
    else:
        yield Finding("ok", "tables", "at the newest version")


def _ready(platform: Platform) -> bool:
    with platform.database.engine.connect() as connection:
        return connection.dialect.has_table(connection, "core_user")


def _work(platform: Platform) -> Iterator[Finding]:
    if not _ready(platform):
        return
    with platform.database.session(ALL, readonly=True) as session:
        dead = session.scalar(select(func.count()).where(OutboxRow.state == "dead")) or 0
    if dead:
        yield Finding("note", "work", f"{dead} pieces of background work were given up",
                      "Look at Administration → Background work.")
    late = _late(platform)
    if late > STUCK:
        yield Finding("fault", "work", f"background work has waited for {late}",
                      "Start `tradewind worker`, or set embedded_worker = true.")
    else:
        yield Finding("ok", "work", "nothing waits for long")
    if platform.settings.mode == "production":
        for login in demo_passwords(platform):
            yield Finding("fault", "passwords", f"{login} has the demo password",
                          f"Run: tradewind user password {login}")


def _unknown_plugins(platform: Platform) -> Iterator[Finding]:
    if not _ready(platform):
        return
    with platform.database.session(ALL, readonly=True) as session:
        enabled = set(session.scalars(select(CompanyPlugin.plugin).distinct()))
    for name in sorted(enabled - set(platform.registry.plugins) - {"core"}):
        yield Finding("fault", f"plugin {name}", "is enabled for a company but not installed",
                      f"Install it, or switch it off: tradewind plugin disable {name}")


def read_everything(platform: Platform) -> Iterator[Finding]:
    """The database file, the audit trail and the histories of cases, from first to last."""
    if not _ready(platform):
        return
    if platform.database.sqlite:
        with platform.database.engine.connect() as connection:
            answer = connection.scalar(text("PRAGMA integrity_check"))
        yield Finding("ok" if answer == "ok" else "fault", "database file", str(answer),
                      "" if answer == "ok" else "Restore a backup.")
    for company_id in platform.companies():
        with platform.act(company_id, readonly=True) as ctx:
            broken = verify(ctx, platform.settings.secret_key)
            count = ctx.session.scalar(select(func.count()).select_from(AuditRow))
            name = ctx.company.code
            cases = list(ctx.session.scalars(select(CaseRow.id)))
            changed = [f"#{ident}" for ident in cases if broken_link(ctx, ident) is not None]
        if broken is None:
            yield Finding("ok", "audit trail", f"{name}: {count} entries, the chain is whole")
        else:
            yield Finding("fault", "audit trail", f"{name}: entry {broken} was changed",
                          "Compare with a backup; see docs/operating.md.")
        if changed:
            told = f"{name}: the history of {' '.join(changed)} was changed"
            yield Finding("fault", "cases", told,
                          "Compare with a backup; see docs/operating.md.")
        else:
            yield Finding("ok", "cases", f"{name}: {len(cases)} histories, each chain is whole")
