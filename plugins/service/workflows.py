"""The approval of remedies as it ships (DOMAIN §6.5 step 4); a company may edit it."""

from __future__ import annotations

from typing import Any

from core.api import AssigneeRule, Ctx, Field, Workflow, _
from plugins.crm.api import DAY, approve, either, only_if, people_with, until, work
from plugins.service.choices import HANDLER_ROLES
from plugins.service.records import ZERO, Complaint
from plugins.service.services import in_usd

FACTS = (
    Field("money", _("Cost of the remedy (USD)"), "cost_usd"),
    Field("text", _("Severity"), "grade"),
)


def facts(ctx: Ctx, complaint: Complaint) -> dict[str, Any]:
    """Cost in US dollars and severity."""
    return {
        "cost_usd": in_usd(ctx, complaint.cost or ZERO, complaint.currency),
        "grade": complaint.severity or "",
    }


SM, FIN, GM = (
    ("sm", "销售经理", "Sales manager"),
    ("fin", "财务", "Finance"),
    ("gm", "总经理", "General manager"),
)


def _chain(prefix: str, *roles: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [approve(f"{role}_{prefix}", role, 8, en, f"{zh}审批") for role, zh, en in roles]


REMEDY = Workflow(
    key="service.remedy",
    label=_("Approval of remedies"),
    subject="service.complaint",
    gate="service.complaint.propose",
    facts=facts,
    fact_fields=FACTS,
    help=_(
        "Up to USD 500 the sales manager decides, up to USD 5,000 finance too, above that or "
        "for S1 the general manager as well."
    ),
    definition={
        "schema": 1,
        "subject": "service.complaint",
        "body": [
            {
                "key": "how_much",
                "type": "choice",
                "label": {"zh": "费用与严重程度", "en": "Cost and severity"},
                "branches": [
                    {
                        "key": "large",
                        "label": {"zh": "超过 5,000 美元或 S1", "en": "Above USD 5,000 or S1"},
                        "when": {
                            "any": [
                                {"f": "cost_usd", "op": "gt", "v": "5000"},
                                {"f": "grade", "op": "eq", "v": "S1"},
                            ]
                        },
                        "body": _chain("large", SM, FIN, GM),
                    },
                    {
                        "key": "middle",
                        "label": {"zh": "超过 500 美元", "en": "Above USD 500"},
                        "when": {"f": "cost_usd", "op": "gt", "v": "500"},
                        "body": _chain("middle", SM, FIN),
                    },
                    {
                        "key": "small",
                        "else": True,
                        "label": {"zh": "500 美元以内", "en": "Up to USD 500"},
                        "body": _chain("small", SM),
                    },
                ],
            }
        ],
    },
)


def handler(ctx: Ctx, complaint: Complaint, config: dict[str, Any]) -> list[int]:
    """Who clears up the complaint; before it is given to somebody: the role of its category."""
    if complaint.handler_id is not None:
        return [complaint.handler_id]
    return people_with(ctx, HANDLER_ROLES[complaint.category])


HANDLER = AssigneeRule("service.handler", _("Handler of the complaint"), handler)
AFS = {"rule": "role", "role": "afs"}
WHO = {"rule": "service.handler"}


def _stage(
    name: str, step: str, done: str, who: dict[str, Any], minutes: int, zh: str, en: str,
    **more: Any,
) -> dict[str, Any]:
    """A task of the ladder, passed over when it was done under another severity."""
    return only_if(
        f"open_{name}", {"f": done, "op": "empty"},
        [work(name, f"service.complaint.{step}", [who], minutes, zh, en, **more)],
        f"{zh}：未完成", f"{en}: to do",
    )


def _stages(
    name: str, answer: int, contain: int, cause: int, boss: str, clock: bool = False
) -> list[dict[str, Any]]:
    """First answer (minutes), containment and root cause (working days) of a severity.

    With `clock` the first answer is due by the clock, also at night and on Sundays.
    """
    return [
        _stage(f"answer_{name}", "acknowledge", "answered_at", AFS, answer,
               "首次回复客户", "Answer the customer", escalate=boss, clock=clock),
        _stage(f"contain_{name}", "contain", "contained_at", WHO, contain * DAY,
               "临时围堵（D3）", "Contain (D3)", escalate=boss),
        _stage(f"cause_{name}", "analyse", "analysed_at", WHO, (cause - contain) * DAY,
               "查明根本原因（D4）", "Find the root cause (D4)", escalate=boss),
    ]


def _ladder() -> dict[str, Any]:
    """The deadlines of the severity; another severity begins them anew."""
    grades = (
        ("s1", _stages("s1", 240, 1, 3, "gm", True)), ("s2", _stages("s2", 480, 2, 5, "sm")),
        ("s3", _stages("s3", 960, 3, 10, "")), ("s4", _stages("s4", 960, 1, 2, "")[:1]),
    )
    choice = {
        "key": "ladder", "type": "choice", "label": {"zh": "严重程度", "en": "Severity"},
        "branches": [
            {"key": name, "label": {"zh": name.upper(), "en": name.upper()}, "body": body,
             **({"else": True} if name == "s4" else
                {"when": {"f": "severity", "op": "eq", "v": name.upper()}})}
            for name, body in grades
        ],
    }
    regraded = {"key": "regraded", "type": "wait", "message": "service.complaint.regrade",
                "label": {"zh": "严重程度变更", "en": "Other severity"}}
    answered = {"all": [{"f": "severity", "op": "eq", "v": "S4"},
                        {"f": "answered_at", "op": "not_empty"}]}
    return {
        "key": "graded", "type": "loop", "most": 10,
        "label": {"zh": "按严重程度处理", "en": "Clear up by severity"},
        "until": {"any": [{"f": "analysed_at", "op": "not_empty"}, answered]},
        "body": [either("clear_up", choice["label"], [choice], [regraded])],
    }


HANDLING = Workflow(
    key="service.handling",
    label=_("Handling of complaints"),
    subject="service.complaint",
    on_event="service.complaint.created",
    help=_(
        "From the first answer to the closing, with the deadlines of the severity. A task ends "
        "by itself when its step is done on the complaint."
    ),
    definition={
        "schema": 1,
        "subject": "service.complaint",
        "result": "done",
        "body": [
            only_if(
                "fresh",
                {"f": "state", "op": "eq", "v": "new"},
                until(
                    ["service.complaint.close"],
                    [
                        _ladder(),
                        work(
                            "offer",
                            "service.complaint.propose",
                            [AFS],
                            2 * DAY,
                            "提出补救方案",
                            "Propose a remedy",
                        ),
                        work(
                            "carry_out",
                            "service.complaint.execute",
                            [WHO],
                            5 * DAY,
                            "执行方案",
                            "Carry out the remedy",
                        ),
                        work(
                            "finish",
                            "service.complaint.close",
                            [AFS],
                            10 * DAY,
                            "客户确认并结案",
                            "Get the customer's word and close",
                        ),
                    ],
                ),
                "新登记",
                "Just entered",
            )
        ],
    },
)
