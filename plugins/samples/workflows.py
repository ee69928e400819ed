"""The approval of sample requests as it ships (DOMAIN §6.4 step 1); a company may edit it."""

from __future__ import annotations

from typing import Any

from core.api import Ctx, Field, Workflow, _
from plugins.crm.api import DAY, Customer, approve, only_if, until, work
from plugins.samples.records import Request
from plugins.samples.services import ZERO, free_before

FACTS = (
    Field("money", _("Cost of goods (CNY)"), "value_cny"),
    Field("money", _("Freight cost (CNY)"), "freight_cny"),
    Field("boolean", _("Customer pays the freight"), "freight_collect"),
    Field("text", _("Grade of the customer"), "grade"),
    Field("integer", _("Free samples in 12 months without an order"), "free_before"),
)


def facts(ctx: Ctx, request: Request) -> dict[str, Any]:
    """What the branches look at; money in CNY."""
    customer = ctx.session.get(Customer, request.customer_id)
    return {
        "value_cny": request.cost or ZERO,
        "freight_cny": request.freight_cost or ZERO,
        "freight_collect": request.freight in ("account", "collect"),
        "grade": customer.grade or "" if customer else "",
        "free_before": free_before(ctx, request) if request.fee_policy == "free" else 0,
    }


THIRD_FREE = {"f": "free_before", "op": "ge", "v": 2}
SMALL = {
    "all": [
        {"f": "value_cny", "op": "le", "v": "500"},
        {
            "any": [
                {"f": "freight_collect", "op": "eq", "v": True},
                {"f": "freight_cny", "op": "le", "v": "300"},
            ]
        },
        {"f": "grade", "op": "in", "v": ["A", "B"]},
    ]
}
LARGE = {"f": "value_cny", "op": "gt", "v": "3000"}

APPROVAL = Workflow(
    key="samples.approval",
    label=_("Approval of sample requests"),
    subject="samples.request",
    gate="samples.request.submit",
    facts=facts,
    fact_fields=FACTS,
    help=_(
        "Small samples for good customers pass by themselves; the third free sample without an "
        "order always goes to the sales manager; above CNY 3,000 the general manager decides too."
    ),
    definition={
        "schema": 1,
        "subject": "samples.request",
        "body": [
            {
                "key": "how_much",
                "type": "choice",
                "label": {"zh": "样品价值与客户等级", "en": "Value and grade"},
                "branches": [
                    {
                        "key": "large",
                        "label": {"zh": "成本超过 3,000 元", "en": "Cost above CNY 3,000"},
                        "when": LARGE,
                        "body": [
                            approve("sm_large", "sm", 4, "Sales manager", "销售经理审批"),
                            approve("gm_large", "gm", 4, "General manager", "总经理审批"),
                        ],
                    },
                    {
                        "key": "third_free",
                        "when": THIRD_FREE,
                        "label": {
                            "zh": "12 个月内第三次免费样品且无订单",
                            "en": "Third free sample without an order",
                        },
                        "body": [approve("sm_third", "sm", 4, "Sales manager", "销售经理审批")],
                    },
                    {
                        "key": "small",
                        "when": SMALL,
                        "label": {
                            "zh": "小额且 A/B 级客户：自动通过",
                            "en": "Small, grade A or B: passes",
                        },
                        "body": [],
                    },
                    {
                        "key": "other",
                        "else": True,
                        "label": {"zh": "其他", "en": "Everything else"},
                        "body": [approve("sm_other", "sm", 4, "Sales manager", "销售经理审批")],
                    },
                ],
            }
        ],
    },
)


TEC, QC, WH = ({"rule": "role", "role": role} for role in ("tec", "qc", "wh"))
OWNER = {"rule": "field", "field": "owner_id"}
PREPARED = "samples.request.prepared"
UNDER_WAY = ["approved", "preparing", "inspection"]


def _prepare() -> dict[str, Any]:
    """Stock 1 working day, made for the customer 5, pre-production 7."""

    def task(key: str, days: int) -> list[dict[str, Any]]:
        return [work(key, PREPARED, [TEC], days * DAY, "技术准备样品", "Prepare the samples")]

    return {
        "key": "prepare",
        "type": "choice",
        "label": {"zh": "样品类型", "en": "Kind of sample"},
        "branches": [
            {
                "key": "made",
                "label": {"zh": "定制样：5 个工作日", "en": "Made: 5 working days"},
                "when": {"f": "kind", "op": "eq", "v": "made"},
                "body": task("made_sample", 5),
            },
            {
                "key": "pre",
                "label": {"zh": "产前样：7 个工作日", "en": "Pre-production: 7 days"},
                "when": {"f": "kind", "op": "eq", "v": "pre_production"},
                "body": task("pre_sample", 7),
            },
            {
                "key": "stock",
                "else": True,
                "label": {"zh": "其他：1 个工作日", "en": "Others: 1 working day"},
                "body": task("stock_sample", 1),
            },
        ],
    }


HANDLING = Workflow(
    key="samples.handling",
    label=_("Handling of samples"),
    subject="samples.request",
    on_event="samples.request.approved",
    help=_(
        "After the approval: prepare, inspect, pack and send, ask for feedback, close. A task "
        "ends by itself when its step is done on the sample request."
    ),
    definition={
        "schema": 1,
        "subject": "samples.request",
        "result": "done",
        "body": [
            only_if(
                "fresh",
                {"f": "state", "op": "eq", "v": "approved"},
                until(
                    ["samples.request.close", "samples.request.cancel"],
                    [
                        {
                            "key": "until_good",
                            "type": "loop",
                            "label": {"zh": "检验合格为止", "en": "Until they pass"},
                            "until": {"f": "state", "op": "not_in", "v": UNDER_WAY},
                            "most": 10,
                            "body": [
                                _prepare(),
                                work(
                                    "inspect",
                                    ("samples.request.inspect_ok", "samples.request.inspect_bad"),
                                    [QC],
                                    DAY,
                                    "检验样品",
                                    "Inspect the samples",
                                ),
                            ],
                        },
                        work(
                            "send", "samples.request.send", [WH], DAY, "打包寄出", "Pack and send"
                        ),
                        work(
                            "feedback",
                            "samples.request.feedback",
                            [OWNER],
                            20 * DAY,
                            "跟进客户反馈",
                            "Ask the customer for feedback",
                            escalate="sm",
                        ),
                        only_if(
                            "approved",
                            {"f": "result", "op": "eq", "v": "approved"},
                            [
                                work(
                                    "golden",
                                    "samples.request.seal",
                                    [OWNER],
                                    2 * DAY,
                                    "封存标准样",
                                    "Seal the golden sample",
                                )
                            ],
                            "客户已确认样品",
                            "The customer approved",
                        ),
                        work(
                            "close",
                            "samples.request.close",
                            [OWNER],
                            5 * DAY,
                            "结案",
                            "Close the request",
                        ),
                    ],
                ),
                "尚未开始办理",
                "Not begun yet",
            )
        ],
    },
)
