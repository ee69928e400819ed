"""Credit profiles of the demo company."""

from __future__ import annotations

from core.api import Ctx


def load(ctx: Ctx) -> None:
    """Filled in with the stories."""
