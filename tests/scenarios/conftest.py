"""Reasons are compared in English here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.api import in_locale
from core.testing import World
from tests.scenarios.office import Office


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with in_locale("en"):
        yield


@pytest.fixture
def office(world: World) -> Office:
    """A company with product, bill of material, rates, channel and bank account."""
    made = Office(world)
    made.prepare()
    return made
