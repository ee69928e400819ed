"""The nodes of a condition tree: what each means, three-valued, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.i18n import Message, _, show_date, show_number
from core.kinds import PLACES, Field

Truth = bool | None
EMPTY = ("empty", "not_empty")


@dataclass(frozen=True)
class Env:
    """What a condition may ask about the moment: the day, the zone, constants, trees.

    `constants` maps names to values of the field's kind; "me" is the acting user. `under(field,
    value)` gives the ids at or below `value` in the field's tree.
    """

    today: date
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    constants: Mapping[str, Any] = field(default_factory=dict)
    under: Callable[[Field, Any], frozenset[Any]] = lambda _field, value: frozenset({value})


def in_env(env: Env | date) -> Env:
    """Take a plain day for an environment without constants."""
    return env if isinstance(env, Env) else Env(env)


@dataclass(frozen=True)
class Other:
    """Another field as the value of a comparison."""

    field: Field


@dataclass(frozen=True)
class Constant:
    """A named constant as the value of a comparison."""

    name: str


@dataclass(frozen=True)
class Today:
    """Today plus `days` as the value of a comparison."""

    days: int


def ascii_lower(text: str) -> str:
    """Lower A–Z only: databases disagree about all other letters."""
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in text)


def as_value(declared: Field, raw: Any) -> Any:
    """A stored or JSON fact in the type of its kind; empty text and lists become None."""
    if raw is None or raw == "" or raw == []:
        return None
    if declared.kind in PLACES:
        return raw if isinstance(raw, Decimal) else Decimal(str(raw))
    if declared.kind == "date" and isinstance(raw, str):
        return date.fromisoformat(raw)
    if declared.kind == "moment" and isinstance(raw, str):
        found = datetime.fromisoformat(raw)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return raw


@dataclass(frozen=True)
class Leaf:
    """One comparison of a field."""

    field: Field
    op: str
    value: Any = None

    def resolve(self, value: Any, facts: Mapping[str, Any], env: Env) -> Any:
        if isinstance(value, Other):
            return as_value(value.field, facts.get(value.field.name))
        if isinstance(value, Constant):
            return as_value(self.field, env.constants.get(value.name))
        if isinstance(value, Today):
            return env.today + timedelta(days=value.days)
        return value

    def test(self, facts: Mapping[str, Any], env: Env) -> Truth:
        left = as_value(self.field, facts.get(self.field.name))
        if self.op in EMPTY:
            return (left is None) is (self.op == "empty")
        if left is None:
            return None
        if self.op in ("in", "not_in"):
            found = [self.resolve(v, facts, env) for v in self.value]
            return _member(left, found, self.op == "in")
        if self.op == "between":
            low, high = (self.resolve(v, facts, env) for v in self.value)
            return _and([self._compare(left, "ge", low, env), self._compare(left, "lt", high, env)])
        if self.op == "within_days":
            days = sorted((0, self.value))
            low, high = (env.today + timedelta(days=n) for n in days)
            return self._compare(left, "ge", low, env) and self._compare(left, "le", high, env)
        return self._compare(left, self.op, self.resolve(self.value, facts, env), env)

    def _compare(self, left: Any, op: str, right: Any, env: Env) -> Truth:
        if right is None:
            return None
        if op == "contains":
            if self.field.kind == "tags":
                return right in left
            return ascii_lower(right) in ascii_lower(left)
        if op == "starts":
            return ascii_lower(left).startswith(ascii_lower(right))
        if op == "under":
            return left in env.under(self.field, right)
        if isinstance(left, datetime) and not isinstance(right, datetime):
            left = left.astimezone(env.zone).date()
        return bool(_COMPARE[op](left, right))

    def leaves(self) -> Iterator[Leaf]:
        yield self

    def sentence(self) -> Message:
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        shown = [self._show(v) for v in values if v is not None]
        words: dict[str, Any] = {"field": self.field.label or self.field.name}
        if self.op == "between":
            words |= {"low": shown[0], "high": shown[1]}
        elif self.op == "within_days":
            words["days"] = abs(self.value)
        elif shown:
            words["value"] = shown[0] if len(shown) == 1 else Listed(shown)
        past = self.op == "within_days" and self.value < 0
        return _WORDS["past_days" if past else self.op] % words

    def _show(self, value: Any) -> object:
        if isinstance(value, Other):
            return value.field.label or value.field.name
        if isinstance(value, Constant):
            return _("the user") if value.name == "me" else value.name
        if isinstance(value, Today):
            if value.days == 0:
                return _("today")
            text = _("today + %(n)s days") if value.days > 0 else _("today − %(n)s days")
            return text % {"n": abs(value.days)}
        return show_fact(self.field, value)


@dataclass(frozen=True)
class Group:
    """All or any of several parts."""

    every: bool
    parts: tuple[Node, ...]

    def test(self, facts: Mapping[str, Any], env: Env) -> Truth:
        results = (part.test(facts, env) for part in self.parts)
        return _and(results) if self.every else _or(results)

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()

    def sentence(self) -> Message:
        if not self.parts:
            return _("always") if self.every else _("never")
        text = _("%(a)s and %(b)s") if self.every else _("%(a)s or %(b)s")
        found, *rest = (_bracketed(part, len(self.parts)) for part in self.parts)
        for part in rest:
            found = text % {"a": found, "b": part}
        return found


@dataclass(frozen=True)
class Not:
    """The opposite of a part; unknown stays unknown."""

    part: Node

    def test(self, facts: Mapping[str, Any], env: Env) -> Truth:
        found = self.part.test(facts, env)
        return None if found is None else not found

    def leaves(self) -> Iterator[Leaf]:
        yield from self.part.leaves()

    def sentence(self) -> Message:
        return _("not (%(part)s)", part=self.part.sentence())


class Listed:
    """Values joined by commas when they are shown."""

    def __init__(self, parts: list[object]) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return ", ".join(str(part) for part in self.parts)


Node = Leaf | Group | Not


def values_of(leaf: Leaf) -> tuple[Any, ...]:
    """What a comparison compares with."""
    if leaf.op in EMPTY:
        return ()
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def names_of(leaf: Leaf) -> Iterator[str]:
    """The fields that a comparison reads."""
    yield leaf.field.name
    yield from (v.field.name for v in values_of(leaf) if isinstance(v, Other))


def _and(results: Any) -> Truth:
    found: Truth = True
    for result in results:
        if result is False:
            return False
        found = found if result else None
    return found


def _or(results: Any) -> Truth:
    found: Truth = False
    for result in results:
        if result:
            return True
        found = None if result is None else found
    return found


def _member(left: Any, values: list[Any], wanted: bool) -> Truth:
    if left in values:
        return wanted
    return None if None in values else not wanted


def _bracketed(part: Node, siblings: int) -> Message:
    if isinstance(part, Group) and len(part.parts) > 1 and siblings > 1:
        return _("(%(part)s)", part=part.sentence())
    return part.sentence()


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}
_WORDS: dict[str, Message] = {
    "eq": _("%(field)s is %(value)s"), "ne": _("%(field)s is not %(value)s"),
    "lt": _("%(field)s is below %(value)s"), "le": _("%(field)s is at most %(value)s"),
    "gt": _("%(field)s is above %(value)s"), "ge": _("%(field)s is at least %(value)s"),
    "between": _("%(field)s is from %(low)s to below %(high)s"),
    "in": _("%(field)s is one of %(value)s"), "not_in": _("%(field)s is none of %(value)s"),
    "empty": _("%(field)s is empty"), "not_empty": _("%(field)s is filled"),
    "contains": _("%(field)s contains %(value)s"), "starts": _("%(field)s starts with %(value)s"),
    "under": _("%(field)s belongs to %(value)s"),
    "within_days": _("%(field)s lies in the next %(days)s days"),
    "past_days": _("%(field)s lies in the last %(days)s days"),
}


def show_fact(declared: Field, value: Any) -> object:
    """A value of a fact as people read it: 50,000 / 15 % / label of a choice."""
    value = as_value(declared, value)
    if value is None:
        return _("empty")
    if declared.kind == "percent":
        return f"{show_number(value * 100)} %"
    if declared.kind == "integer":
        return show_number(int(value))
    if isinstance(value, Decimal):
        return show_number(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return show_date(value)
    for option in declared.choices:
        if option.value == value:
            return option.label
    return str(value)
