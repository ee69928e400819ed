"""The flows that ship with orders; a company may edit them (DOMAIN §1.6, §6.2)."""

from __future__ import annotations

from typing import Any

from core.api import Workflow, _
from plugins.crm.api import approve, ladder
from plugins.orders.changes import DEPARTMENTS

POLICY = {
    "nobody": "stop", "starter_is_approver": "next_manager", "same_person": "neighbours",
    "withdraw": "until_first_decision", "resubmit": "again", "on_leaver": "manager",
}
DEPARTMENT_NAMES = {
    "ppc": ("Production planning", "生产计划"),
    "pur": ("Purchasing", "采购"),
    "wh": ("Warehouse", "仓库"),
    "fin": ("Finance", "财务"),
    "doc": ("Shipping documents", "单证船务"),
    "tec": ("Engineering", "技术"),
    "qc": ("Quality", "质检"),
}


def leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """One comparison."""
    return {"f": field, "op": op} if value is None else {"f": field, "op": op, "v": value}


def only_if(
    key: str, names: tuple[str, str], when: dict[str, Any], then: list[dict[str, Any]]
) -> dict[str, Any]:
    """A choice with one branch that does something."""
    label = {"en": names[0], "zh": names[1]}
    return {"key": key, "type": "choice", "label": label, "branches": [
        {"key": f"{key}_yes", "label": label, "when": when, "body": then},
        {"key": f"{key}_else", "else": True, "body": []},
    ]}


def _departments() -> dict[str, Any]:
    branches = []
    for role, names in DEPARTMENT_NAMES.items():
        kinds = [kind for kind, roles in DEPARTMENTS.items() if role in roles]
        when: dict[str, Any] = leaf("kind", "in", kinds)
        if role == "doc":
            booked = {"all": [leaf("kind", "eq", "quantity"), leaf("booked", "eq", True)]}
            when = {"any": [when, booked]}
        branches.append({
            "key": f"dept_{role}", "label": {"en": names[0], "zh": names[1]}, "when": when,
            "body": [approve(
                f"answer_{role}", role, 8, *names, no_bulk=True,
                fields={f"cost_{role}": "require", f"days_{role}": "require"},
            )],
        })
    branches.append({"key": "dept_none", "else": True, "body": []})
    return {
        "key": "departments", "type": "every", "branches": branches,
        "label": {"en": "Departments concerned, in parallel", "zh": "相关部门并行确认"},
    }


ORDER_APPROVAL: dict[str, Any] = {
    "schema": 1,
    "subject": "orders.order",
    "start": {"roles": ["rep", "sm", "mer", "gm"]},
    "body": [
        only_if(
            "own", ("Not from an approved quotation", "并非来自已批准报价"),
            leaf("quotation_id", "empty"),
            [approve("sm", "sm", 4, "Sales manager", "销售经理")],
        ),
    ],
    "policy": POLICY,
}
ORDER_CHANGE: dict[str, Any] = {
    "schema": 1,
    "subject": "orders.change",
    "start": {"roles": ["rep", "mer", "sm", "gm"]},
    "body": [
        only_if(
            "after_release", ("Released to production", "已下达生产"),
            leaf("stage", "ne", "signed"),
            [_departments(), {
                "key": "sum_up", "type": "handle", "who": [{"rule": "role", "role": "mer"}],
                "label": {"en": "Sum up, propose charge and date",
                          "zh": "汇总影响，提出收费与新交期"},
                "due": {"work_minutes": 240, "ladder": ladder()},
                "fields": {"extra_cost": "require", "delay_days": "require", "charge": "edit",
                           "new_delivery_date": "edit"},
            }],
        ),
        approve("sm", "sm", 8, "Sales manager", "销售经理"),
        only_if(
            "finance", ("Margin below 12 % or unknown, above the credit limit",
                        "毛利低于12%或未知、超信用额度"),
            {"any": [
                leaf("margin", "empty"), leaf("margin", "lt", "0.12"),
                {"all": [leaf("over_limit", "not_empty"), leaf("over_limit", "gt", "0")]},
            ]},
            [approve("fin", "fin", 8, "Finance", "财务")],
        ),
        only_if(
            "boss", ("Margin below 8 %, cost above CNY 20,000, or late stage",
                     "毛利低于8%、成本超2万元或已投产"),
            {"any": [
                leaf("needs_boss", "eq", True),
                {"all": [leaf("margin", "not_empty"), leaf("margin", "lt", "0.08")]},
                leaf("extra_cost", "gt", "20000"),
            ]},
            [approve("gm", "gm", 8, "General manager", "总经理")],
        ),
    ],
    "policy": POLICY,
}
WORKFLOWS = (
    Workflow(
        "orders.approval", _("Order approval"), "orders.order", ORDER_APPROVAL,
        gate="orders.order.submit",
        help=_("Orders from an approved quotation pass; others go to the sales manager."),
    ),
    Workflow(
        "orders.change", _("Order change"), "orders.change", ORDER_CHANGE,
        gate="orders.change.submit",
        help=_("Departments confirm in parallel, the merchandiser sums up, then approval."),
    ),
)
