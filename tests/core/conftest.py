"""Worlds that hold nothing but the toy plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.testing import World
from core.testing.world import Templates, postgres_world
from tests.core import toy


@pytest.fixture
def toys(templates: Templates, tmp_path: Path) -> Iterator[World]:
    """Company a and b with the toy plugin, on SQLite."""
    world = templates.world(tmp_path, ("toy",), {"toy": toy})
    yield world
    world.platform.database.engine.dispose()


@pytest.fixture
def pg_toys(tmp_path: Path) -> Iterator[World]:
    """The same on PostgreSQL."""
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, ("toy",), {"toy": toy}) as world:
        yield world


@pytest.fixture(params=["sqlite", "postgres"])
def both_toys(request: pytest.FixtureRequest) -> Any:
    """On both databases."""
    return request.getfixturevalue("toys" if request.param == "sqlite" else "pg_toys")
