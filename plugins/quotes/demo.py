"""Demo quotations (written by the story loader)."""

from __future__ import annotations

from core.api import Ctx


def load(ctx: Ctx) -> None:
    """Quotations in every stage."""
