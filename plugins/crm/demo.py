"""stub"""
from core.api import Ctx
def load(ctx: Ctx, stage: str) -> None:
    return None
