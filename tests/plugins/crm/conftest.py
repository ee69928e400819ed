"""Reasons are compared in English here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.api import in_locale


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with in_locale("en"):
        yield
