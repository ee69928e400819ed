"""The ready qualification of suppliers; a company may edit it."""

from __future__ import annotations

from typing import Any

from core.api import Workflow, _


def _approve(key: str, role: str, zh: str, en: str) -> dict[str, Any]:
    ladder = [{"at": 50, "do": "remind"}, {"at": 100, "do": "remind"}]
    return {
        "key": key, "type": "approve", "label": {"zh": zh, "en": en},
        "who": [{"rule": "role", "role": role}], "due": {"work_minutes": 960, "ladder": ladder},
    }


QUALIFICATION = Workflow(
    key="srm.qualification",
    label=_("Qualification of suppliers"),
    subject="srm.supplier",
    gate="srm.supplier.qualify",
    icon="shield-check",
    help=_("Quality control checks the evidence, then the general manager admits the supplier."),
    definition={
        "schema": 1,
        "subject": "srm.supplier",
        "body": [
            _approve("quality", "qc", "质量审核", "Quality control"),
            _approve("manager", "gm", "总经理批准", "General manager"),
        ],
    },
)
