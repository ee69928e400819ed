"""Reading a definition (schema 1 of WORKFLOW §5.5): every fault as a sentence at its card."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.conditions import parse_condition
from core.errors import Invalid
from core.i18n import _
from core.kinds import Field
from core.records import record_class
from core.workflow.plan import START
from core.workflow.votes import MODES, REJECTS

TYPES = ("approve", "handle", "copy", "choice", "every", "parallel", "each", "step", "delay",
         "wait", "subflow", "loop", "end")
MOST_CARDS, MOST_LEVELS = 200, 12
RULES = ("hide", "read", "edit", "require")
RUNGS = ("remind", "escalate", "auto_approve", "auto_reject", "auto_return")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a card; `level` is E (cannot be published) or W (look at it)."""

    level: str
    card: str
    text: object
    code: str = ""


def cards_of(body: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All cards of a body, outer before inner, in reading order."""
    for data in body:
        yield data
        yield from cards_of(data.get("body") or [])
        for branch in data.get("branches") or []:
            yield from cards_of(branch.get("body") or [])


def _is_schedule(every: Any) -> bool:
    """{"at": "08:00", "days": [1..7]} or {"at": "08:00", "day": 1..31}."""
    if not isinstance(every, dict) or not re.fullmatch(
        r"([01]\d|2[0-3]):[0-5]\d", str(every.get("at"))
    ):
        return False
    if "day" in every:
        return type(every["day"]) is int and 1 <= every["day"] <= 31
    days = every.get("days", [1])
    return isinstance(days, list) and bool(days) and all(
        type(day) is int and 1 <= day <= 7 for day in days)


def _line_sets(definition: dict[str, Any]) -> set[str]:
    try:
        return set(record_class(str(definition.get("subject"))).line_sets)
    except KeyError:
        return set()  # another check says that the subject is unknown


def check_structure(definition: Any, fields: Mapping[str, Field]) -> list[Problem]:
    """Everything that is wrong with the form of a definition; empty if it can be compiled."""
    reader = _Reader(fields)
    if not isinstance(definition, dict) or definition.get("schema") != 1:
        return [Problem("E", "", _("This is not a workflow of schema 1."), "schema")]
    reader.start(definition.get("start", {}))
    strange = set(definition.get("policy", {}).get("open_fields", [])) - set(fields)
    if strange and strange - _line_sets(definition):
        reader.fault("", _("A field that is to stay open does not exist."), "policy")
    reader.body(definition.get("body"), "", 1)
    if not reader.keys:
        reader.fault("", _("The workflow has no cards yet. Add at least one."), "empty")
    for card, target in reader.targets:
        if target not in reader.keys and target != START:
            reader.fault(card, _("It goes back to a card that does not exist (%(key)s).",
                                 key=target), "target")
    return reader.found


class _Reader:
    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.found: list[Problem] = []
        self.keys: set[str] = set()
        self.targets: list[tuple[str, str]] = []

    def fault(self, card: str, text: object, code: str) -> None:
        self.found.append(Problem("E", card, text, code))

    def body(self, body: Any, card: str, level: int) -> None:
        if not isinstance(body, list):
            self.fault(card, _("The cards of this part must be a list."), "body")
            return
        if level > MOST_LEVELS:
            self.fault(card, _("Blocks are nested too deeply: at most %(n)s levels.",
                               n=MOST_LEVELS), "depth")
            return
        for n, data in enumerate(body):
            self.card(data, level)
            last = n == len(body) - 1
            if isinstance(data, dict) and data.get("type") == "end" and not last:
                after = body[n + 1]
                self.fault(after.get("key", "") if isinstance(after, dict) else "",
                           _("Nobody can reach this card: the workflow ends before it."),
                           "unreachable")

    def card(self, data: Any, level: int) -> None:
        if not isinstance(data, dict) or not isinstance(data.get("key"), str):
            self.fault("", _("Every card needs a key."), "key")
            return
        key, kind = data["key"], data.get("type")
        if not _KEY.fullmatch(key) or key == START:
            self.fault(key, _("The key “%(key)s” may have small letters, digits and _ only.",
                              key=key), "key")
        if key in self.keys:
            self.fault(key, _("The key “%(key)s” is used twice.", key=key), "key")
        self.keys.add(key)
        if len(self.keys) > MOST_CARDS:
            self.fault(key, _("At most %(n)s cards.", n=MOST_CARDS), "size")
            return
        if kind not in TYPES:
            self.fault(key, _("There is no card of the kind “%(kind)s”.", kind=str(kind)[:40]),
                       "type")
            return
        check = getattr(self, f"_{kind}", None)
        if check is not None:
            check(key, data, level)
        if kind in ("approve", "handle"):
            self.deadline(key, data.get("due"))

    # ---- the start
    def start(self, data: Any) -> None:
        """Who may start it, what is asked then, and on which days it starts by itself."""
        if not isinstance(data, dict) or not isinstance(data.get("roles", []), list):
            self.fault(START, _("The start is not complete."), "start")
            return
        fields, every = data.get("fields", {}), data.get("every")
        if not isinstance(fields, dict) or any(
            name not in self.fields or rule not in RULES for name, rule in fields.items()
        ):
            self.fault(START, _("A field of the start does not exist."), "start")
        if every is not None and not _is_schedule(every):
            self.fault(START, _("Say at what time and on which days it starts."), "start")

    # ---- cards of people
    def who(self, key: str, data: dict[str, Any]) -> None:
        rules = data.get("who")
        if not isinstance(rules, list) or not rules:
            self.fault(key, _("Say who is asked."), "who")
        elif any(not isinstance(rule, dict) or not rule.get("rule") for rule in rules):
            self.fault(key, _("A rule for people is not complete."), "who")
        elif any(type(rule.get("most", 1)) is not int or not 1 <= rule.get("most", 1) <= 20
                 for rule in rules):
            self.fault(key, _("Give a whole number from 1 to %(n)s.", n=20), "who")

    def _approve(self, key: str, data: dict[str, Any], level: int) -> None:
        self.who(key, data)
        vote = data.get("vote", {})
        if vote.get("mode", "any") not in MODES or vote.get("reject", "veto") not in REJECTS:
            self.fault(key, _("Choose how the votes are counted."), "vote")
        for mode, name, most in (("count", "k", 1000), ("percent", "p", 100)):
            number = vote.get(name)
            whole = type(number) is int and 1 <= number <= most
            if vote.get("mode") == mode and not whole:
                self.fault(key, _("Give a whole number from 1 to %(n)s.", n=most), "vote")
        rule = data.get("on_reject", "end")
        if rule not in ("end", "next"):
            self.targets.append((key, str(rule)))

    def _handle(self, key: str, data: dict[str, Any], level: int) -> None:
        self.who(key, data)

    def _copy(self, key: str, data: dict[str, Any], level: int) -> None:
        self.who(key, data)

    def deadline(self, key: str, due: Any) -> None:
        if due is None:
            return
        minutes = due.get("work_minutes", due.get("minutes"))
        if type(minutes) is not int or not 1 <= minutes <= 600_000:
            self.fault(key, _("The deadline needs a number of minutes."), "due")
        for rung in due.get("ladder", []):
            if rung.get("do") not in RUNGS or type(rung.get("at")) is not int or rung["at"] < 1:
                self.fault(key, _("A step of the deadline is not complete."), "due")

    # ---- blocks
    def branches(self, key: str, data: dict[str, Any], level: int) -> list[dict[str, Any]]:
        found = data.get("branches")
        if not isinstance(found, list) or not found:
            self.fault(key, _("The block needs branches."), "branches")
            return []
        seen: set[str] = set()
        for branch in found:
            if not isinstance(branch, dict) or not isinstance(branch.get("key"), str):
                self.fault(key, _("Every branch needs a key."), "branches")
                return []
            if branch["key"] in seen:
                self.fault(key, _("The key “%(key)s” is used twice.", key=branch["key"]),
                           "branches")
            seen.add(branch["key"])
            self.body(branch.get("body", []), key, level + 1)
        return found

    def _choice(self, key: str, data: dict[str, Any], level: int) -> None:
        branches = self.branches(key, data, level)
        for branch in branches:
            if not branch.get("else"):
                if branch.get("when", 0) is None:
                    self.fault(key, _("Say when each branch is taken."), "condition")
                else:
                    self.condition(key, branch.get("when"))
        if sum(bool(branch.get("else")) for branch in branches) > 1:
            self.fault(key, _("Only one branch can be “otherwise”."), "branches")

    _every = _choice

    def _parallel(self, key: str, data: dict[str, Any], level: int) -> None:
        branches = self.branches(key, data, level)
        join = data.get("join", "all")
        k = join.get("k") if isinstance(join, dict) else None
        if join not in ("all", "first") and not (type(k) is int and 1 <= k <= len(branches)):
            self.fault(key, _("Say how many branches must be done."), "join")

    def _each(self, key: str, data: dict[str, Any], level: int) -> None:
        if data.get("items") not in self.fields:
            self.fault(key, _("Say for each of what the block runs."), "items")
        self.body(data.get("body", []), key, level + 1)

    def _loop(self, key: str, data: dict[str, Any], level: int) -> None:
        if data.get("until") is not None:
            self.condition(key, data["until"])
        if type(data.get("most", 10)) is not int or not 1 <= data.get("most", 10) <= 100:
            self.fault(key, _("A loop needs a limit from 1 to 100 rounds."), "most")
        self.body(data.get("body"), key, level + 1)

    def condition(self, key: str, when: Any) -> None:
        try:
            parse_condition(when, self.fields)
        except Invalid as error:
            self.fault(key, error.reasons[0].text, "condition")

    # ---- automatic cards
    def _step(self, key: str, data: dict[str, Any], level: int) -> None:
        if not isinstance(data.get("step"), str):
            self.fault(key, _("Choose what is to be done."), "step")

    def _delay(self, key: str, data: dict[str, Any], level: int) -> None:
        amounts = [data.get(name) for name in ("work_minutes", "minutes", "days")]
        if not any(type(amount) is int and amount > 0 for amount in amounts):
            self.fault(key, _("Say how long to wait."), "delay")

    def _wait(self, key: str, data: dict[str, Any], level: int) -> None:
        if not isinstance(data.get("message"), str):
            self.fault(key, _("Say for what to wait."), "wait")

    def _subflow(self, key: str, data: dict[str, Any], level: int) -> None:
        if not isinstance(data.get("flow"), str):
            self.fault(key, _("Choose the other workflow."), "subflow")

    def _end(self, key: str, data: dict[str, Any], level: int) -> None:
        if data.get("result", "done") not in ("approved", "rejected", "done"):
            self.fault(key, _("Say how the workflow ends."), "end")
