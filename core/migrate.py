"""Creating and upgrading the tables."""

from __future__ import annotations

from core.platform import Platform
from core.records import Base


def create_everything(platform: Platform) -> None:
    """All tables at once, for tests."""
    Base.metadata.create_all(platform.database.engine)
