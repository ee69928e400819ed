"""The workflow engine: see docs/workflow.md."""

from __future__ import annotations

from typing import Any

from core.workflow.declarations import AssigneeRule, StepType, Workflow

__all__ = ["AssigneeRule", "StepType", "Workflow", "gatekeeper", "register"]


def gatekeeper() -> Any:
    """The object that holds gated steps."""
    return None


def register(app: Any) -> None:
    """Add the pages of the engine to the app."""
