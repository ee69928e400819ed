"""The workflow engine: definitions as data, cases as rows (see docs/workflow.md)."""

from __future__ import annotations

from core.declare import Permission
from core.i18n import _
from core.plugins import Registry
from core.workflow.declarations import AssigneeRule, StepType, Workflow
from core.workflow.gates import Gatekeeper, deliver
from core.workflow.inbox import task_count, tasks_of
from core.workflow.work import JOBS

__all__ = ["AssigneeRule", "Gatekeeper", "StepType", "Workflow", "declare_core", "deliver",
           "gatekeeper", "task_count", "tasks_of"]

PERMISSIONS = (
    Permission("core.workflow.design", _("Design and publish workflows")),
    Permission("core.workflow.admin", _("Resolve incidents, cancel and move running cases")),
)


def gatekeeper() -> Gatekeeper:
    """The object that holds gated steps."""
    return Gatekeeper()


def declare_core(registry: Registry) -> None:
    """Add the engine's jobs and permissions to a registry."""
    registry.jobs.update({job.key: job for job in JOBS})
    registry.permissions.update({item.key: item for item in PERMISSIONS})
