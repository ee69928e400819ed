"""The flow of a credit review; a company may edit it (DOMAIN §6.3)."""

from __future__ import annotations

from typing import Any

from core.api import Workflow, _


def _decide(key: str, en: str, zh: str, role: str) -> dict[str, Any]:
    ladder = [
        {"at": 50, "do": "remind"},
        {"at": 100, "do": "remind"},
        {"at": 200, "do": "escalate", "to": {"rule": "manager", "level": 1}},
    ]
    return {
        "key": key, "type": "approve", "label": {"en": en, "zh": zh},
        "who": [{"rule": "role", "role": role}], "vote": {"mode": "any"},
        "due": {"work_minutes": 480, "ladder": ladder},
    }


def _if(key: str, en: str, zh: str, field: str, card: dict[str, Any]) -> dict[str, Any]:
    label = {"en": en, "zh": zh}
    when = {"f": field, "op": "eq", "v": True}
    return {"key": key, "type": "choice", "label": label, "branches": [
        {"key": f"{key}_yes", "label": label, "when": when, "body": [card]},
        {"key": f"{key}_else", "else": True, "body": []},
    ]}


REVIEW: dict[str, Any] = {
    "schema": 1,
    "subject": "credit.review",
    "start": {"roles": ["rep", "sm", "fin", "gm"]},
    "body": [
        _decide("fin", "Finance", "财务", "fin"),
        _if("sales", "Limit above 50,000 or grade C/D", "额度超5万或C/D级", "needs_sales",
            _decide("sm", "Sales manager", "销售经理", "sm")),
        _if("boss", "Limit above 150,000, C/D on credit, large excess",
            "额度超15万、C/D级赊销或大额临时超限", "needs_boss",
            _decide("gm", "General manager", "总经理", "gm")),
    ],
    "policy": {
        "nobody": "stop", "starter_is_approver": "next_manager", "same_person": "neighbours",
        "withdraw": "until_first_decision", "resubmit": "again", "on_leaver": "manager",
    },
}
WORKFLOWS = (
    Workflow(
        "credit.review", _("Credit review"), "credit.review", REVIEW, gate="credit.review.submit",
        help=_("Finance decides, with sales and the general manager by limit and grade."),
    ),
)
