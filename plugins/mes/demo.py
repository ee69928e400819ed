"""The production part of the demo company."""

from core.api import Ctx


def load(ctx: Ctx, stage: str) -> None:
    return None
