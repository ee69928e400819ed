"""Creating and upgrading the tables: one line of migrations for core and one per plugin.

Each area (core or a plugin) keeps its versions in `<area>_schema_version` and its scripts in its
folder `migrations/` (a plugin of one file: `<name>_migrations/` beside it), named
`<area>_0001_<words>.py`. Areas are upgraded in dependency order, so that no script names another
area's version. Known traps of SQLite are handled here (foreign keys off and checked afterwards,
one real transaction per script, a copy of the file before anything changes).
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, create_engine, event, inspect, text
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from core.db import Database
from core.errors import MigrationError
from core.guards import install_guards
from core.platform import Platform
from core.plugins import in_order
from core.records import Base

CORE = Path(__file__).resolve().parent
KEEP_COPIES = 3
_LOCK = 7_302_161  # any number: the advisory lock that upgrades of one PostgreSQL database share
Tell = Callable[[str], None]


def _silent(_line: str) -> None:
    return None


@dataclass(frozen=True)
class Area:
    """Core or one plugin: whoever owns tables with its prefix."""

    name: str
    folder: Path
    names: tuple[str, ...]

    @property
    def version_table(self) -> str:
        return f"{self.name}_schema_version"

    def owns(self, table: str) -> bool:
        """Whether a table is the area's: the longest name that fits wins (crm, crm_mail)."""
        fitting = [name for name in self.names if table.startswith(f"{name}_")]
        return bool(fitting) and max(fitting, key=len) == self.name

    @property
    def tables(self) -> list[str]:
        """The tables that the area's classes declare."""
        return sorted(name for name in Base.metadata.tables if self.owns(name))

    def scripts(self) -> ScriptDirectory | None:
        """The area's migration scripts, None if there are none."""
        if not any(self.folder.glob("*.py")):
            return None
        return ScriptDirectory(str(self.folder), version_locations=[str(self.folder)])

    def head(self) -> str | None:
        """The newest version that the code knows."""
        scripts = self.scripts()
        return scripts.get_current_head() if scripts else None


def areas(platform: Platform) -> list[Area]:
    """Core first, then the plugins, each after those it needs."""
    plugins = in_order(platform.registry.plugins)
    names = ("core", *(plugin.name for plugin in plugins))
    found = [Area("core", CORE / "migrations", names)]
    for plugin in plugins:
        own = "migrations" if hasattr(plugin.module, "__path__") else f"{plugin.name}_migrations"
        found.append(Area(plugin.name, plugin.folder / own, names))
    return found


def create_everything(platform: Platform) -> None:
    """All tables at once without running migrations, for tests."""
    Base.metadata.create_all(platform.database.engine)
    with _open(platform.database) as connection, connection.begin():
        for area in areas(platform):
            scripts = area.scripts()
            if scripts is not None:
                _context(connection, area).stamp(scripts, "heads")
        install_guards(connection)


def upgrade(platform: Platform, tell: Tell = _silent) -> list[str]:
    """Bring the database to the newest version of every area; returns what was done.

    Raises MigrationError if the database is newer than the code or a plugin has tables but no
    migrations. A script is one transaction: after a failure the database is at the last good one.
    """
    waiting = pending(platform)
    if not waiting:
        with _open(platform.database) as connection, connection.begin():
            install_guards(connection)
        return []
    _copy_file(platform, tell)
    done: list[str] = []
    failed: dict[str, MigrationError] = {}
    with _open(platform.database) as connection:
        for area in waiting:
            plugin = platform.registry.plugins.get(area.name)
            if failed and (plugin is None or set(plugin.manifest.needs) & set(failed)):
                continue
            tell(f"migrate: {area.name} → {area.head()}")
            try:
                _run(connection, area, "heads")
            except Exception as error:  # noqa: BLE001 - told below, after the others had their turn
                failed[area.name] = _fault(connection, area, error)
            else:
                done.append(f"{area.name}: {area.head()}")
        with connection.begin():
            install_guards(connection)
        _check_links(connection)
    if failed:
        raise next(iter(failed.values()))
    return done


def _fault(connection: Connection, area: Area, error: Exception) -> MigrationError:
    at = _version(connection, area) or "no version"
    made = MigrationError(
        f"The migration of {area.name} after {at} failed ({type(error).__name__}: "
        f"{str(error).splitlines()[0]}). What it had done was taken back. Mend or remove "
        f"{area.name}, then run `tradewind migrate` again."
    )
    made.__cause__ = error
    return made


def upgrade_area(platform: Platform, name: str) -> None:
    """Bring one area alone to its newest version; those it needs must be there."""
    with _open(platform.database) as connection:
        _run(connection, _area(platform, name), "heads")


def pending(platform: Platform) -> list[Area]:
    """The areas whose database version is not the newest; raises MigrationError as `upgrade`."""
    found = []
    if platform.database.sqlite and platform.database.url.database:
        Path(platform.database.url.database).parent.mkdir(parents=True, exist_ok=True)
    with _open(platform.database) as connection:
        for area in areas(platform):
            scripts = area.scripts()
            if scripts is None:
                if area.tables:
                    raise MigrationError(
                        f"{area.name} has tables but no migrations in {area.folder}. "
                        f"Make the first one: tradewind migrate --make {area.name}"
                    )
                continue
            current = _version(connection, area)
            known = {script.revision for script in scripts.walk_revisions()}
            if current is not None and current not in known:
                raise MigrationError(
                    f"The database is at {current} of {area.name}, which this installation does "
                    "not know: a newer one upgraded it. Install that one, or restore a backup."
                )
            if current != scripts.get_current_head():
                found.append(area)
    return found


def downgrade(platform: Platform, name: str) -> None:
    """Remove the tables of a plugin and all that is in them; its dependents must go first."""
    area = _area(platform, name)
    with _open(platform.database) as connection:
        _run(connection, area, "base")
        _check_links(connection)


def differences(platform: Platform) -> list[str]:
    """Where the tables of the database differ from the classes, one line each."""
    found = []
    with _open(platform.database) as connection:
        for area in areas(platform):
            context = _context(connection, area)
            found += [f"{area.name}: {diff}" for diff in compare_metadata(context, Base.metadata)]
    return found


def make_migration(platform: Platform, name: str, words: str = "") -> Path | None:
    """Write the next migration of an area from its classes; None if nothing changed.

    `platform` must be on a database that is at the newest version of every area: use a scratch
    SQLite file. The script is a proposal: read it, CHECK constraints and data moves are yours.
    """
    area = _area(platform, name)
    head = area.head()
    number = int(head.rpartition("_")[2]) + 1 if head else 1
    with _open(platform.database) as connection:
        context = _context(connection, area)
        script = produce_migrations(context, Base.metadata)
        if script.upgrade_ops is None or script.upgrade_ops.is_empty():
            return None
        up, down = (
            render_python_code(ops, render_as_batch=True, render_item=_plain_types,
                               migration_context=context)
            for ops in (script.upgrade_ops, script.downgrade_ops) if ops is not None
        )
    words = words or ("first tables" if number == 1 else "change")
    revision = f"{name}_{number:04}"
    area.folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"\W+", "_", words.lower()).strip("_")
    path = area.folder / f"{revision}_{slug}.py"
    path.write_text(_script(revision, head, words, up, down), encoding="utf-8")
    return path


def make_in_scratch(platform: Platform, name: str, words: str = "") -> Path | None:
    """`make_migration` on a scratch database, so that the real one is left alone."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = replace(platform, database=Database(f"sqlite:///{folder}/scratch.db"))
        try:
            with _open(scratch.database) as connection:
                for area in areas(scratch):
                    _run(connection, area, "heads")
            return make_migration(scratch, name, words)
        finally:
            scratch.database.engine.dispose()


def _script(revision: str, before: str | None, words: str, up: str, down: str) -> str:
    imports = "import sqlalchemy as sa\nfrom alembic import op\n"
    if "postgresql." in up + down:
        imports += "from sqlalchemy.dialects import postgresql\n"
    title = words[:1].upper() + words[1:]
    bodies = [re.sub(r"^ *# ###.*\n?", "", body, flags=re.M).strip() for body in (up, down)]
    return (
        f'"""{title}."""\n\n{imports}\nrevision = {revision!r}\ndown_revision = {before!r}\n'
        "branch_labels = None\ndepends_on = None\n\n\n"
        f"def upgrade() -> None:\n    {bodies[0]}\n\n\n"
        f"def downgrade() -> None:\n    {bodies[1]}\n"
    )


def _plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Scripts name plain column types, so that they do not change with our classes."""
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _area(platform: Platform, name: str) -> Area:
    for area in areas(platform):
        if area.name == name:
            return area
    raise MigrationError(f"There is no plugin {name!r}. `tradewind plugin list` names them.")


def _context(connection: Connection, area: Area) -> MigrationContext:
    return MigrationContext.configure(connection, opts=_options(area))


def _options(area: Area) -> dict[str, Any]:
    def own(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or (name is not None and area.owns(name)
                                   and name != area.version_table)

    def own_object(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or own(name, kind, None)

    return {
        "version_table": area.version_table, "target_metadata": Base.metadata,
        "include_name": own, "include_object": own_object, "compare_type": _types_differ,
        "render_as_batch": True, "transaction_per_migration": True, "transactional_ddl": True,
    }


def _types_differ(context: Any, _column: Any, meta_column: Any, found: Any, wanted: Any) -> bool:
    """Compare storage only: what our types add in Python is no concern of the database."""
    plain = wanted.impl_instance if isinstance(wanted, TypeDecorator) else wanted
    compiled = plain.compile(dialect=context.dialect)
    return bool(found.compile(dialect=context.dialect) != compiled)


def _run(connection: Connection, area: Area, target: str) -> None:
    scripts = area.scripts()
    if scripts is None:
        return
    if target == "heads":
        def steps(current: Any, _context: Any) -> Any:
            return scripts._upgrade_revs(target, current)
    else:
        def steps(current: Any, _context: Any) -> Any:
            return scripts._downgrade_revs(target, current)
    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, **_options(area))
        with environment.begin_transaction():
            environment.run_migrations()


def _version(connection: Connection, area: Area) -> str | None:
    with connection.begin():
        if not inspect(connection).has_table(area.version_table):
            return None
        quoted = connection.dialect.identifier_preparer.quote(area.version_table)
        row = connection.exec_driver_sql(f"SELECT version_num FROM {quoted}").first()  # noqa: S608
        return str(row[0]) if row else None


@contextmanager
def _open(database: Database) -> Iterator[Connection]:
    """A connection fit for changing tables, outside the pool."""
    engine = create_engine(database.engine.url, poolclass=NullPool)
    if database.sqlite:
        _prepare_sqlite(engine)
    try:
        with engine.connect() as connection:
            if not database.sqlite:
                with connection.begin():
                    connection.execute(text(
                        "SELECT set_config('app.all', 'on', false), pg_advisory_lock(:key)"
                    ), {"key": _LOCK})
            yield connection
    finally:
        engine.dispose()


def _prepare_sqlite(engine: Any) -> None:
    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # with foreign keys on, rebuilding a table would delete the rows that point at it
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_links(connection: Connection) -> None:
    """With foreign keys off during the upgrade, look for rows that point nowhere."""
    if connection.dialect.name != "sqlite":
        return
    with connection.begin():
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        places = ", ".join(f"{row[0]} row {row[1]} → {row[2]}" for row in broken)
        raise MigrationError(
            f"The upgrade left rows that point nowhere: {places}. Restore the copy that it made."
        )


def _copy_file(platform: Platform, tell: Tell) -> None:
    """Copy a used SQLite file before it is changed; the newest copies are kept."""
    place = platform.database.url.database if platform.database.sqlite else None
    if not place or place == ":memory:" or not Path(place).is_file():
        return
    with sqlite3.connect(place) as source:
        if source.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            return
        folder = platform.settings.data_dir / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
        with sqlite3.connect(target) as copy:
            source.backup(copy)
        copy.close()
    source.close()
    tell(f"migrate: copied the database to {target}")
    for old in _oldest(folder.glob("before-upgrade-*.db")):
        old.unlink()


def _oldest(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths)[:-KEEP_COPIES]
