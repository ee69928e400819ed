"""Checks before publishing, as business sentences at the card (WORKFLOW §5.13)."""

from __future__ import annotations

from typing import Any

from core.context import Ctx
from core.workflow.definition import Problem, check_structure
from core.workflow.facts import fact_fields
from core.workflow.model import WorkflowRow


def check_definition(ctx: Ctx, workflow: WorkflowRow, definition: dict[str, Any]) -> list[Problem]:
    """Everything that an author should know before new cases run by a definition."""
    return check_structure(definition, fact_fields(ctx.system(), workflow.record_key))
