"""The workflow engine: definitions as data, cases as rows (see docs/workflow.md)."""

from __future__ import annotations

from typing import Any

from core.workflow.declarations import AssigneeRule, StepType, Workflow

__all__ = ["AssigneeRule", "StepType", "Workflow", "gatekeeper", "register", "tasks_of"]


def gatekeeper() -> Any:
    """The object that holds gated steps."""
    return None


def register(app: Any) -> None:
    """Add the pages of the engine to the app."""


def tasks_of(ctx: Any, limit: int) -> list[Any]:
    """The user's open tasks, the most urgent first."""
    return []
