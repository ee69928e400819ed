"""Generated pages."""

from typing import Any


def register(app: Any) -> None:
    """Add all generated pages to the app."""
