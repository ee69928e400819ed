"""Shapes to start from that fit any document: data, like every workflow."""

from __future__ import annotations

from typing import Any

from core.api import _

_REMIND = {"work_minutes": 480, "ladder": [
    {"at": 50, "do": "remind"}, {"at": 100, "do": "remind"},
    {"at": 200, "do": "escalate", "to": {"rule": "manager", "level": 2}}]}


def _manager(key: str, level: int) -> dict[str, Any]:
    names = {1: {"en": "Manager", "zh": "直属主管"}, 2: {"en": "Manager above", "zh": "上级主管"}}
    return {"key": key, "type": "approve", "label": names[level], "due": _REMIND,
            "who": [{"rule": "manager", "level": level}], "vote": {"mode": "any"}}


def _chosen(key: str, en: str, zh: str) -> dict[str, Any]:
    return {"key": key, "type": "approve", "label": {"en": en, "zh": zh}, "due": _REMIND,
            "who": [{"rule": "chosen_by_starter"}], "vote": {"mode": "any"}}


SHAPES: dict[str, tuple[object, list[dict[str, Any]]]] = {
    "one": (_("One approval by the manager"), [_manager("manager", 1)]),
    "two": (_("Two levels of managers"), [_manager("manager", 1), _manager("above", 2)]),
    "parallel": (_("Two departments in parallel, then the manager"), [
        {"key": "departments", "type": "parallel", "join": "all",
         "label": {"en": "Departments", "zh": "相关部门"}, "branches": [
             {"key": "b1", "body": [_chosen("first", "First department", "第一个部门")]},
             {"key": "b2", "body": [_chosen("second", "Second department", "第二个部门")]}]},
        _manager("manager", 1)]),
    "check": (_("Do the work, then have it checked by somebody else"), [
        {"key": "work", "type": "handle", "label": {"en": "Do the work", "zh": "处理"},
         "who": [{"rule": "starter"}], "due": _REMIND},
        {**_manager("check", 1), "label": {"en": "Check", "zh": "复核"},
         "other_than": ["work"], "on_reject": "work"}]),
}
