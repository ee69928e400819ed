"""The approval of remedies as it ships (DOMAIN §6.5 step 4); a company may edit it."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Field, Workflow, _
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


def _approve(key: str, role: str, zh: str, en: str) -> dict[str, Any]:
    return {
        "key": key,
        "type": "approve",
        "label": {"zh": zh, "en": en},
        "who": [{"rule": "role", "role": role}],
        "due": {
            "work_minutes": 480,
            "ladder": [{"at": 50, "do": "remind"}, {"at": 100, "do": "remind"}],
        },
    }


SM, FIN, GM = (
    ("sm", "销售经理", "Sales manager"),
    ("fin", "财务", "Finance"),
    ("gm", "总经理", "General manager"),
)


def _chain(prefix: str, *roles: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [_approve(f"{role}_{prefix}", role, f"{zh}审批", en) for role, zh, en in roles]


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
