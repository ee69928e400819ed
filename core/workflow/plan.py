"""The flat form of a definition: every node with its scope and what comes next.

A scope is a block that splits the token (parallel, every, each): `path` lists (block, branch)
from the outside in. Choices and loops do not split: the same token walks through them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from core.i18n import current_locale

SPLITS = ("parallel", "every", "each")
PEOPLE = ("approve", "handle")
START = "start"


@dataclass(frozen=True)
class Branch:
    """A branch of a block; `first` None means that the branch has nothing to do."""

    key: str
    first: str | None
    when: Any = None
    otherwise: bool = False
    label: Any = ""


@dataclass(frozen=True)
class Node:
    """A card of the definition; `next` None is the end of its scope."""

    key: str
    type: str
    data: dict[str, Any]
    path: tuple[tuple[str, str], ...]
    next: str | None
    branches: tuple[Branch, ...] = ()

    def option(self, name: str, default: Any = None) -> Any:
        """An option of the card."""
        return self.data.get(name, default)


@dataclass
class Plan:
    """A compiled definition; `order` is the order in which the cards are read."""

    nodes: dict[str, Node] = field(default_factory=dict)
    first: str | None = None
    order: list[str] = field(default_factory=list)
    policy: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    definition: dict[str, Any] = field(default_factory=dict)
    parsed: dict[str, Any] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """The card's name in the language of the moment."""
        node = self.nodes.get(key)
        return label_of(node.data) if node else key


def label_of(data: dict[str, Any]) -> str:
    """A label that is plain text or {"zh": ..., "en": ...}, in the language of the moment."""
    from_definition = data.get("label") or data.get("key", "")
    return words(from_definition)


def words(label: Any) -> str:
    """Text or {"zh": ..., "en": ...} in the language of the moment."""
    if isinstance(label, dict):
        return str(label.get(current_locale()) or label.get("en") or next(iter(label.values()), ""))
    return str(label)


POLICY = {
    "nobody": "stop", "starter_is_approver": "next_manager", "same_person": "neighbours",
    "withdraw": "until_first_decision", "resubmit": "again", "on_leaver": "manager",
    "open_fields": [],
}


def compile_plan(definition: dict[str, Any]) -> Plan:
    """Flatten a checked definition."""
    plan = Plan(
        policy={**POLICY, **definition.get("policy", {})},
        subject=definition.get("subject", ""), definition=definition,
    )
    body = definition.get("body", [])
    plan.first = body[0]["key"] if body else None
    start = {"key": START, "type": "handle", "who": [{"rule": "starter"}],
             **definition.get("start", {})}
    plan.nodes[START] = Node(START, "handle", start, (), plan.first)
    _walk(plan, body, (), None)
    return plan


def _walk(
    plan: Plan, body: list[dict[str, Any]], path: tuple[tuple[str, str], ...], after: str | None
) -> None:
    for n, data in enumerate(body):
        key = data["key"]
        following = body[n + 1]["key"] if n + 1 < len(body) else after
        plan.order.append(key)
        branches = []
        for branch in _branches(data):
            inner = branch.get("body", [])
            split = data["type"] in SPLITS
            empty = None if split else following
            first = inner[0]["key"] if inner else empty
            branches.append(Branch(branch["key"], first, branch.get("when"),
                                   bool(branch.get("else")), branch.get("label", "")))
        plan.nodes[key] = Node(key, data["type"], data, path, following, tuple(branches))
        for branch in _branches(data):
            inner_path = (*path, (key, branch["key"])) if data["type"] in SPLITS else path
            end = None if data["type"] in SPLITS else key if data["type"] == "loop" else following
            _walk(plan, branch.get("body", []), inner_path, end)


def _branches(data: dict[str, Any]) -> list[dict[str, Any]]:
    if data["type"] in ("each", "loop"):
        return [{"key": "body", "body": data.get("body", [])}]
    found: list[dict[str, Any]] = data.get("branches", [])
    return found


def checksum(definition: dict[str, Any]) -> str:
    """A digest that changes with any change of the definition."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def common(a: tuple[Any, ...], b: tuple[Any, ...]) -> int:
    """The length of the common beginning of two paths."""
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return n
