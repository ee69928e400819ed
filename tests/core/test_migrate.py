"""Migrations: they make what the classes say, both ways, and never half."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from core.api import Plugin
from core.errors import MigrationError
from core.guards import company_tables, unguarded_tables
from core.migrate import areas, differences, downgrade, pending, upgrade
from core.platform import Platform, build_platform
from core.testing import make_settings


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    address = make_url(os.environ["TRADEWIND_TEST_DATABASE_URL"])
    address = address.set(drivername="postgresql+psycopg")
    name = f"tw_{secrets.token_hex(6)}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0'))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Platform]:
    """All bundled plugins on an empty SQLite file."""
    yield from _platform(tmp_path, None)


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Platform]:
    """The same on an empty PostgreSQL database."""
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with empty_postgres() as url:
        yield from _platform(tmp_path, url)


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def bundled(request: pytest.FixtureRequest) -> Platform:
    """On both."""
    found: Platform = request.getfixturevalue(request.param)
    return found


def _platform(folder: Path, url: str | None) -> Iterator[Platform]:
    platform = build_platform(make_settings(folder, url))
    yield platform
    platform.database.engine.dispose()


def _tables(platform: Platform) -> set[str]:
    with platform.database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_migrations_make_what_the_classes_say_and_unmake_it(bundled: Platform) -> None:
    done = upgrade(bundled)
    assert len(done) == len([area for area in areas(bundled) if area.scripts()])
    assert differences(bundled) == []
    assert pending(bundled) == []
    assert upgrade(bundled) == []
    for area in reversed(areas(bundled)):
        downgrade(bundled, area.name)
    assert all(name.endswith("_schema_version") for name in _tables(bundled))


def test_postgres_guards_every_company_table(on_postgres: Platform) -> None:
    bundled = on_postgres
    upgrade(bundled)
    with bundled.database.engine.begin() as connection:
        assert unguarded_tables(connection) == []
        connection.exec_driver_sql("ALTER TABLE core_member NO FORCE ROW LEVEL SECURITY")
        assert unguarded_tables(connection) == ["core_member"]
    assert "core_member" in company_tables()
    upgrade(bundled)
    with bundled.database.engine.begin() as connection:
        assert unguarded_tables(connection) == []


def test_the_audit_trail_is_append_only(bundled: Platform) -> None:
    upgrade(bundled)
    engine = bundled.database.engine
    insert = (
        "INSERT INTO core_audit (company_id, at, actor, via, action, label, data) "
        "VALUES (1, '2026-01-01 00:00:00', '', 'page', 'x', '', '{}')"
    )
    with engine.begin() as connection:
        if not bundled.database.sqlite:
            connection.exec_driver_sql("SELECT set_config('app.all', 'on', true)")
        connection.exec_driver_sql(
            "INSERT INTO core_company (id, code, name, name_en, currency, timezone, locale, "
            "profile, demo, created_at) VALUES (1, 'a', 'A', 'A', 'CNY', 'Asia/Shanghai', 'zh', "
            f"'{{}}', {'0' if bundled.database.sqlite else 'false'}, '2026-01-01 00:00:00')"
        )
        connection.exec_driver_sql(insert)
        connection.exec_driver_sql("UPDATE core_audit SET seal = 'abc'")
    for statement in (
        "UPDATE core_audit SET action = 'y'", "UPDATE core_audit SET seal = 'z'",
        "DELETE FROM core_audit",
    ):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            if not bundled.database.sqlite:
                connection.exec_driver_sql("SELECT set_config('app.all', 'on', true)")
            connection.exec_driver_sql(statement)


# ---- a tiny plugin with migrations of its own
def _tiny(folder: Path) -> Platform:
    module = ModuleType("tiny")
    module.__file__ = str(folder / "tiny.py")
    module.plugin = Plugin("tiny", "Tiny", summary="Tiny")  # type: ignore[attr-defined]
    return build_platform(make_settings(folder), modules={"tiny": module})


def _script(folder: Path, number: int, body: str) -> None:
    place = folder / "tiny_migrations"
    place.mkdir(exist_ok=True)
    before = f"'tiny_{number - 1:04}'" if number > 1 else None
    (place / f"tiny_{number:04}.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'tiny_{number:04}'\n"
        f"down_revision = {before}\n\n\ndef upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n"
    )


PARENT_AND_CHILD = """\
    op.create_table('tiny_parent', sa.Column('id', sa.Integer, primary_key=True),
                    sa.Column('name', sa.String(10)))
    op.create_table('tiny_child', sa.Column('id', sa.Integer, primary_key=True),
                    sa.Column('parent_id', sa.Integer,
                              sa.ForeignKey('tiny_parent.id', ondelete='CASCADE')))
    op.execute("INSERT INTO tiny_parent VALUES (1, 'p')")
    op.execute("INSERT INTO tiny_child VALUES (1, 1), (2, 1)")
"""


def test_rebuilding_a_parent_keeps_its_children(tmp_path: Path) -> None:
    """SQLite rebuilds a table to change a column; with foreign keys on, the children would go."""
    _script(tmp_path, 1, PARENT_AND_CHILD)
    _script(tmp_path, 2, "    with op.batch_alter_table('tiny_parent') as batch:\n"
                         "        batch.alter_column('name', type_=sa.String(50), nullable=False)")
    platform = _tiny(tmp_path)
    upgrade(platform)
    with platform.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tiny_child")) == 2
    platform.database.engine.dispose()


def test_a_migration_that_fails_leaves_nothing_half(tmp_path: Path) -> None:
    _script(tmp_path, 1, PARENT_AND_CHILD)
    _script(tmp_path, 2, "    op.create_table('tiny_half', sa.Column('id', sa.Integer))\n"
                         "    raise RuntimeError('power cut')")
    platform = _tiny(tmp_path)
    with pytest.raises(MigrationError, match="tiny after tiny_0001 failed .*power cut"):
        upgrade(platform)
    assert "tiny_child" in _tables(platform)
    assert "tiny_half" not in _tables(platform)
    _script(tmp_path, 2, "    op.create_table('tiny_half', sa.Column('id', sa.Integer))")
    assert upgrade(platform) == ["tiny: tiny_0002"]
    assert "tiny_half" in _tables(platform)
    platform.database.engine.dispose()


def test_rows_that_point_nowhere_are_reported(tmp_path: Path) -> None:
    _script(tmp_path, 1, PARENT_AND_CHILD)
    _script(tmp_path, 2, "    op.execute('DELETE FROM tiny_parent')")
    platform = _tiny(tmp_path)
    with pytest.raises(MigrationError, match="tiny_child row 1 → tiny_parent"):
        upgrade(platform)
    platform.database.engine.dispose()


def test_a_database_that_is_newer_than_the_code_is_refused(tmp_path: Path) -> None:
    _script(tmp_path, 1, PARENT_AND_CHILD)
    platform = _tiny(tmp_path)
    upgrade(platform)
    with platform.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tiny_schema_version SET version_num = 'tiny_0009'")
    with pytest.raises(MigrationError, match="tiny_0009 of tiny"):
        upgrade(platform)
    platform.database.engine.dispose()


def test_a_used_file_is_copied_before_it_changes(tmp_path: Path) -> None:
    _script(tmp_path, 1, PARENT_AND_CHILD)
    platform = _tiny(tmp_path)
    upgrade(platform)
    copies = tmp_path / "backups"
    assert not copies.exists(), "there was nothing to copy"
    _script(tmp_path, 2, "    op.execute('DELETE FROM tiny_child')")
    told: list[str] = []
    upgrade(platform, told.append)
    (copy,) = copies.glob("before-upgrade-*.db")
    assert any(str(copy) in line for line in told)
    before = create_engine(f"sqlite:///{copy}")
    with before.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tiny_child")) == 2
    before.dispose()
    platform.database.engine.dispose()
