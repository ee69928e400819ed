"""Building ready workflows out of pieces of work that end when a step on the record is done."""

from __future__ import annotations

from typing import Any

Card = dict[str, Any]
DAY = 480
"""Working minutes of a day."""


def ladder(late: str = "") -> list[Card]:
    """Reminders at half and at the whole of the deadline, the superior at twice (DOMAIN §6).

    `late` names the role that takes over already when the deadline passes.
    """
    whole: Card = {"at": 100, "do": "remind"}
    if late:
        whole = {"at": 100, "do": "escalate", "to": {"rule": "role", "role": late}}
    twice: Card = {"at": 200, "do": "escalate", "to": {"rule": "manager", "level": 1}}
    return [{"at": 50, "do": "remind"}, whole, twice]


def approve(key: str, role: str, hours: int, en: str, zh: str, **more: Any) -> Card:
    """An approval by a role within working hours."""
    return {
        "key": key,
        "type": "approve",
        "label": {"en": en, "zh": zh},
        "who": [{"rule": "role", "role": role}],
        "vote": {"mode": "any"},
        "due": {"work_minutes": hours * 60, "ladder": ladder()},
        **more,
    }


def work(
    key: str,
    steps: str | tuple[str, ...],
    who: list[dict[str, Any]],
    minutes: int,
    zh: str,
    en: str,
    *,
    escalate: str = "",
    clock: bool = False,
) -> Card:
    """A task in an inbox, with a deadline in working minutes; doing the step ends it by itself.

    `steps` are full keys of steps: the event of any of them ends the task, nothing else does.
    `escalate` names the role that takes over when the deadline passes. With `clock` nights and
    weekends count too.
    """
    label = {"zh": zh, "en": en}
    found = (steps,) if isinstance(steps, str) else steps
    task = {
        "key": f"{key}_do",
        "type": "handle",
        "label": label,
        "who": who,
        "steps": list(found),
        "due": {"minutes" if clock else "work_minutes": minutes, "ladder": ladder(escalate)},
    }
    waits = [
        {
            "key": f"{key}_done{n or ''}",
            "type": "wait",
            "label": {"zh": "已办理", "en": "Done on the record"},
            "message": step,
        }
        for n, step in enumerate(found)
    ]
    return either(key, label, [task], *([wait] for wait in waits))


def either(key: str, label: dict[str, str], one: list[Card], *others: list[Card]) -> Card:
    """Ways side by side; the flow goes on when the first of them ends."""
    branches = [{"key": "work", "label": label, "body": one}] + [
        {"key": f"or{n or ''}", "label": {"zh": "或", "en": "Or"}, "body": other}
        for n, other in enumerate(others)
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
