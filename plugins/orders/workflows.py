"""The flows that ship with orders; a company may edit them (DOMAIN §1.6, §6.2)."""

from __future__ import annotations

from typing import Any

from core.api import Workflow, _
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


def approve(key: str, names: tuple[str, str], role: str, hours: int) -> dict[str, Any]:
    """An approval card of one role with reminders and escalation."""
    ladder = [
        {"at": 50, "do": "remind"},
        {"at": 100, "do": "remind"},
        {"at": 200, "do": "escalate", "to": {"rule": "manager", "level": 1}},
    ]
    return {
        "key": key, "type": "approve", "label": {"en": names[0], "zh": names[1]},
        "who": [{"rule": "role", "role": role}], "vote": {"mode": "any"},
        "due": {"work_minutes": hours * 60, "ladder": ladder},
    }


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
            "body": [approve(f"answer_{role}", names, role, 8)],
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
            [approve("sm", ("Sales manager", "销售经理"), "sm", 4)],
        ),
    ],
    "policy": POLICY,
}
ORDER_CHANGE: dict[str, Any] = {
    "schema": 1,
    "subject": "orders.change",
    "start": {"roles": ["rep", "mer", "sm", "gm"]},
    "body": [
        _departments(),
        {
            "key": "sum_up", "type": "handle", "who": [{"rule": "role", "role": "mer"}],
            "label": {"en": "Sum up cost and delay", "zh": "汇总成本与交期影响"},
            "due": {"work_minutes": 240, "ladder": [{"at": 100, "do": "remind"}]},
            "fields": {"extra_cost": "edit", "delay_days": "edit"},
        },
        approve("sm", ("Sales manager", "销售经理"), "sm", 8),
        only_if(
            "finance", ("Margin below 12 % or unknown", "毛利低于12%或未知"),
            {"any": [leaf("margin", "empty"), leaf("margin", "lt", "0.12")]},
            [approve("fin", ("Finance", "财务"), "fin", 8)],
        ),
        only_if(
            "boss", ("Margin below 8 %, cost above CNY 20,000, or late stage",
                     "毛利低于8%、成本超2万元或已投产"),
            {"any": [
                leaf("needs_boss", "eq", True),
                {"all": [leaf("margin", "not_empty"), leaf("margin", "lt", "0.08")]},
                leaf("extra_cost", "gt", "20000"),
            ]},
            [approve("gm", ("General manager", "总经理"), "gm", 8)],
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
