"""Building ready workflows out of pieces of work that end when a step on the record is done."""

from __future__ import annotations

from typing import Any

Card = dict[str, Any]
DAY = 480
"""Working minutes of a day."""


def work(
    key: str,
    step: str,
    who: list[dict[str, Any]],
    minutes: int,
    zh: str,
    en: str,
    *,
    escalate: str = "",
) -> Card:
    """A task in an inbox, with a deadline in working minutes; doing `step` ends it by itself.

    `step` is the full key of a step, whose event the flow waits for. `escalate` names the role
    that takes over when the deadline passes.
    """
    late: Card = {"at": 100, "do": "remind"}
    if escalate:
        late = {"at": 100, "do": "escalate", "to": {"rule": "role", "role": escalate}}
    label = {"zh": zh, "en": en}
    task = {
        "key": f"{key}_do",
        "type": "handle",
        "label": label,
        "who": who,
        "due": {"work_minutes": minutes, "ladder": [{"at": 50, "do": "remind"}, late]},
    }
    done = {
        "key": f"{key}_done",
        "type": "wait",
        "label": {"zh": "已办理", "en": "Done on the record"},
        "message": step,
    }
    return either(key, label, [task], [done])


def either(key: str, label: dict[str, str], one: list[Card], other: list[Card]) -> Card:
    """Two ways side by side; the flow goes on when the first of them ends."""
    branches = [
        {"key": "work", "label": label, "body": one},
        {"key": "or", "label": {"zh": "或", "en": "Or"}, "body": other},
    ]
    return {
        "key": key,
        "type": "parallel",
        "label": label,
        "join": "first",
        "branches": branches,
    }


def until(stops: list[str], body: list[Card]) -> list[Card]:
    """The whole flow, ended early by any of the steps `stops` (cancelled, closed)."""
    label = {"zh": "办理", "en": "Handling"}
    found = body
    for n, step in enumerate(stops):
        wait = {
            "key": f"stop{n}",
            "type": "wait",
            "label": {"zh": "提前结束", "en": "Ended early"},
            "message": step,
        }
        found = [either(f"all{n}", label, found, [wait])]
    return found


def only_if(key: str, when: Card, body: list[Card], zh: str, en: str) -> Card:
    """The body for records that fit the condition, nothing for others."""
    return {
        "key": key,
        "type": "choice",
        "label": {"zh": zh, "en": en},
        "branches": [
            {"key": "yes", "label": {"zh": "是", "en": "Yes"}, "when": when, "body": body},
            {"key": "no", "else": True, "label": {"zh": "否", "en": "No"}, "body": []},
        ],
    }
