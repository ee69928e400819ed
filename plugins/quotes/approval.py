"""Who must approve a quotation: the rules R0-R4 (DOMAIN §6.1) as a pure function and a flow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plugins.crm.api import approve

ZERO = Decimal(0)
KNOWN_CURRENCIES = ("USD", "EUR", "CNY")


@dataclass(frozen=True)
class Limits:
    """The company's limits; amounts in USD, margins as fractions."""

    auto_amount: Decimal = Decimal(10_000)
    auto_margin: Decimal = Decimal("0.15")
    fin_margin: Decimal = Decimal("0.12")
    fin_amount: Decimal = Decimal(100_000)
    gm_margin: Decimal = Decimal("0.08")
    gm_amount: Decimal = Decimal(200_000)
    gm_days: int = 90


@dataclass(frozen=True)
class Facts:
    """What the rules look at, as frozen at submission."""

    amount_usd: Decimal
    margin: Decimal
    grade: str
    risk: str
    days: int
    currency: str


def matched(facts: Facts, limits: Limits) -> tuple[str, ...]:
    """The rules that apply: ("R1",) alone means automatic approval."""
    finance = (
        facts.margin < limits.fin_margin
        or facts.risk == "credit"
        or facts.amount_usd > limits.fin_amount
        or facts.currency not in KNOWN_CURRENCIES
    )
    management = (
        facts.margin < limits.gm_margin
        or facts.amount_usd > limits.gm_amount
        or facts.grade == "D"
        or (facts.risk == "credit" and facts.days > limits.gm_days)
    )
    automatic = (
        facts.amount_usd <= limits.auto_amount
        and facts.margin >= limits.auto_margin
        and facts.grade in ("A", "B")
        and facts.risk != "credit"
        and not finance
        and not management
    )
    if automatic:
        return ("R1",)
    loss = ("R0",) if facts.margin < ZERO else ()
    return (*loss, "R2", *(("R3",) if finance else ()), *(("R4",) if management else ()))


def path(facts: Facts, limits: Limits) -> tuple[str, ...]:
    """The roles that decide, in order: of sm, fin, gm; empty when approved automatically."""
    rules = matched(facts, limits)
    roles = {"R2": "sm", "R3": "fin", "R4": "gm"}
    return tuple(roles[rule] for rule in rules if rule in roles)


def _leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"f": field, "op": op, "v": value}


def _limit(field: str, op: str, name: str) -> dict[str, Any]:
    return _leaf(field, op, {"f": name})


def _finance() -> dict[str, Any]:
    return {"any": [
        _limit("margin", "lt", "fin_margin"),
        _leaf("term_risk", "eq", "credit"),
        _limit("amount_usd", "gt", "fin_amount"),
        _leaf("currency", "not_in", list(KNOWN_CURRENCIES)),
    ]}


def _management() -> dict[str, Any]:
    return {"any": [
        _limit("margin", "lt", "gm_margin"),
        _limit("amount_usd", "gt", "gm_amount"),
        _leaf("customer_grade", "eq", "D"),
        {"all": [_leaf("term_risk", "eq", "credit"), _limit("term_days", "gt", "gm_days")]},
    ]}


def _automatic() -> dict[str, Any]:
    return {"all": [
        _limit("amount_usd", "le", "auto_amount"),
        _limit("margin", "ge", "auto_margin"),
        _leaf("customer_grade", "in", ["A", "B"]),
        _leaf("term_risk", "ne", "credit"),
        {"not": _finance()},
        {"not": _management()},
    ]}


def _choice(
    key: str, label: dict[str, str], when: dict[str, Any], then: list[Any], other: list[Any]
) -> dict[str, Any]:
    return {"key": key, "type": "choice", "label": label, "branches": [
        {"key": f"{key}_yes", "label": label, "when": when, "body": then},
        {"key": f"{key}_else", "else": True, "body": other},
    ]}


DEFINITION: dict[str, Any] = {
    "schema": 1,
    "subject": "quotes.quotation",
    "start": {"roles": ["rep", "sm", "gm"]},
    "body": [
        _choice(
            "auto", {"en": "Small and safe: approved at once", "zh": "金额小且安全：自动批准"},
            _automatic(), [],
            [approve("sm", "sm", 4, "Sales manager", "销售经理")],
        ),
        _choice(
            "finance", {"en": "Margin, credit, amount or currency", "zh": "毛利、赊销、金额或币种"},
            _finance(), [approve("fin", "fin", 8, "Finance", "财务")], [],
        ),
        _choice(
            "management",
            {"en": "Low margin, large amount, grade D", "zh": "低毛利、大金额、D级客户"},
            _management(), [approve("gm", "gm", 8, "General manager", "总经理")], [],
        ),
    ],
    "policy": {
        "nobody": "stop", "starter_is_approver": "next_manager", "same_person": "once_last",
        "withdraw": "until_first_decision", "resubmit": "again", "on_leaver": "manager",
    },
}
