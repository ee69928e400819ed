"""Fixtures for pytest, loaded by the entry point `tradewind`.

`world` is a company with one user per role on a fresh SQLite file. The marker
`@pytest.mark.plugins("crm", ...)` says which plugins are enabled (default: all). `both` runs a
test on SQLite and, when TRADEWIND_TEST_DATABASE_URL is set, on PostgreSQL too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.testing.world import Templates, World, postgres_world


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "plugins(*names): plugins enabled in the test's company")
    config.addinivalue_line("markers", "postgres: needs TRADEWIND_TEST_DATABASE_URL")


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Prepared databases, made once per session."""
    return Templates(tmp_path_factory.mktemp("templates"))


def _enabled(request: pytest.FixtureRequest) -> tuple[str, ...]:
    marker = request.node.get_closest_marker("plugins")
    return tuple(marker.args) if marker else ()


@pytest.fixture
def world(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """A company with all roles on a fresh SQLite file."""
    made = templates.world(tmp_path, _enabled(request))
    yield made
    made.platform.database.engine.dispose()


@pytest.fixture
def pg_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The same on a PostgreSQL database of its own; skipped without a server."""
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, _enabled(request)) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest) -> World:
    """The world on SQLite and on PostgreSQL."""
    name = "world" if request.param == "sqlite" else "pg_world"
    found: World = request.getfixturevalue(name)
    return found
