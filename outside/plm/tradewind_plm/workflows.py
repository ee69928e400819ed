"""The ready approval of engineering changes, and the card that releases; a company may edit it."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Field, StepType, Workflow, _
from tradewind_plm import services
from tradewind_plm.records import Change

FACTS = (
    Field("integer", _("Products affected"), "products"),
    Field("integer", _("Revisions released"), "released"),
)


def facts(ctx: Ctx, change: Change) -> dict[str, Any]:
    """What the branches look at."""
    return {"products": services.affected_products(ctx, change), "released": 0}


def _approve(key: str, role: str, hours: int, zh: str, en: str) -> dict[str, Any]:
    ladder = [{"at": 50, "do": "remind"}, {"at": 100, "do": "remind"}]
    return {
        "key": key, "type": "approve", "label": {"zh": zh, "en": en},
        "who": [{"rule": "role", "role": role}],
        "due": {"work_minutes": hours * 60, "ladder": ladder},
    }


RELEASE = StepType(
    "plm.release", _("Release the revisions"), services.run_release_card, subject="plm.change",
    icon="git-branch",
    outcomes=(("released", _("Released")), ("nothing", _("Nothing to release"))),
)

APPROVAL = Workflow(
    key="plm.approval",
    label=_("Approval of engineering changes"),
    subject="plm.change",
    gate="plm.change.submit",
    facts=facts,
    fact_fields=FACTS,
    icon="git-branch",
    help=_(
        "Quality checks every change. If a product that is sold is affected, the general manager "
        "decides too, unless it is urgent. Then the new revisions are released."
    ),
    definition={
        "schema": 1,
        "subject": "plm.change",
        "body": [
            _approve("quality", "qc", 8, "质量审核", "Quality control"),
            {
                "key": "sold",
                "type": "choice",
                "label": {"zh": "是否影响在售产品", "en": "Is a product affected?"},
                "branches": [
                    {
                        "key": "yes",
                        "label": {"zh": "影响产品且不紧急", "en": "A product, and not urgent"},
                        "when": {"all": [
                            {"f": "products", "op": "gt", "v": 0},
                            {"f": "urgent", "op": "eq", "v": False},
                        ]},
                        "body": [_approve("manager", "gm", 16, "总经理审批", "General manager")],
                    },
                    {"key": "no", "else": True, "label": {"zh": "其他", "en": "Otherwise"},
                     "body": []},
                ],
            },
            {"key": "release", "type": "step", "step": "plm.release", "config": {},
             "label": {"zh": "发布新版本", "en": "Release the revisions"}},
        ],
    },
)
