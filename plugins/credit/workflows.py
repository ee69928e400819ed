"""The flows of a credit review; a company may edit them (DOMAIN §6.3)."""

from __future__ import annotations

from typing import Any

from core.api import Workflow, _
from plugins.crm.api import DAY, approve, ladder, until, work

OWNER, FIN = {"rule": "field", "field": "owner_id"}, {"rule": "role", "role": "fin"}


def _if(key: str, en: str, zh: str, when: dict[str, Any], card: dict[str, Any]) -> dict[str, Any]:
    label = {"en": en, "zh": zh}
    return {"key": key, "type": "choice", "label": label, "branches": [
        {"key": f"{key}_yes", "label": label, "when": when, "body": [card]},
        {"key": f"{key}_else", "else": True, "body": []},
    ]}


def _task(
    key: str, who: dict[str, Any], days: int, en: str, zh: str, fields: dict[str, str]
) -> dict[str, Any]:
    return {
        "key": key, "type": "handle", "label": {"en": en, "zh": zh}, "who": [who],
        "fields": fields, "due": {"work_minutes": days * DAY, "ladder": ladder()},
    }


REVIEW: dict[str, Any] = {
    "schema": 1,
    "subject": "credit.review",
    "start": {"roles": ["rep", "sm", "fin", "gm"]},
    "body": [
        _if("unscored", "No scorecard yet", "尚未评分", {"f": "score", "op": "eq", "v": 0},
            _task("score", FIN, 2, "Score and propose a limit", "评分并提出额度建议",
                  {"requested": "require", "credit_days": "require", "conditions": "edit"})),
        approve("fin", "fin", 8, "Finance", "财务", same_person="never"),  # beside the scoring
        _if("sales", "Limit above 50,000 or grade C/D", "额度超5万或C/D级",
            {"f": "needs_sales", "op": "eq", "v": True},
            approve("sm", "sm", 8, "Sales manager", "销售经理")),
        _if("boss", "Limit above 150,000, C/D on credit, large excess",
            "额度超15万、C/D级赊销或大额临时超限", {"f": "needs_boss", "op": "eq", "v": True},
            approve("gm", "gm", 8, "General manager", "总经理")),
    ],
    "policy": {
        "nobody": "stop", "starter_is_approver": "next_manager", "same_person": "neighbours",
        "withdraw": "until_first_decision", "resubmit": "again", "on_leaver": "manager",
        "open_fields": ["rows", "papers"],
    },
}
SUBMIT = "credit.review.submit"
COLLECTING: dict[str, Any] = {
    "schema": 1,
    "subject": "credit.review",
    "result": "done",
    "body": until(["credit.review.withdraw"], [{
        "key": "papers", "type": "parallel", "join": "first",
        "label": {"en": "Collect the papers", "zh": "收集资料"},
        "branches": [
            {"key": "collect", "label": {"en": "By the representative", "zh": "业务员"}, "body": [
                work("hand_in", SUBMIT, [OWNER], 3 * DAY, "按清单收集资料并提交",
                     "Collect the papers of the checklist, hand in"),
            ]},
            {"key": "order", "label": {"en": "By finance", "zh": "财务"}, "body": [
                _task("report", FIN, 3, "Order the credit report", "订购资信报告", {}),
                {"key": "handed_in", "type": "wait", "message": SUBMIT,
                 "label": {"en": "Handed in", "zh": "已提交"}},
            ]},
        ],
    }]),
}
WORKFLOWS = (
    Workflow(
        "credit.review", _("Credit review"), "credit.review", REVIEW, gate=SUBMIT,
        help=_("Finance scores and decides, with sales and the general manager by limit and "
               "grade."),
    ),
    Workflow(
        "credit.collecting", _("Papers of a credit review"), "credit.review", COLLECTING,
        on_event="credit.review.created", when={"f": "state", "op": "eq", "v": "draft"},
        help=_("The representative collects what the checklist of the country asks for, finance "
               "orders the credit report."),
    ),
)
