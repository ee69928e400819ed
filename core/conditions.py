"""The one condition tree: parsed against typed fields, three-valued in Python, the same in SQL.

JSON: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` and leaves `{"f": field, "op": op, "v":
value}`. A value is a literal (money and other decimals as text), `{"f": other}` for another
field, `{"const": name}` for a named constant, or `{"today": days}` for a day relative to today.
Comparing with an empty value is unknown (None): only True counts as met (WORKFLOW §5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from core.conditions_sql import SqlCompiler
from core.errors import Invalid, Refusal
from core.i18n import Message, _, show_date, show_number
from core.kinds import PLACES, Field

MOST_NODES, MOST_DEPTH, MOST_TEXT, MOST_ITEMS = 200, 30, 2000, 500
Truth = bool | None
Fields = Mapping[str, Field] | Callable[[str], Field]

_ORDER = ("eq", "ne", "lt", "le", "gt", "ge", "between")
_PICK = ("eq", "ne", "in", "not_in", "under")
_EMPTY = ("empty", "not_empty")


def operators(kind: str) -> tuple[str, ...]:
    """The operators that make sense for a kind of field."""
    if kind in (*PLACES, "integer"):
        return (*_ORDER, "in", "not_in", *_EMPTY)
    if kind in ("date", "moment"):
        return (*_ORDER, "within_days", *_EMPTY)
    if kind == "boolean":
        return ("eq", "ne", *_EMPTY)
    if kind == "tags":
        return ("contains", *_EMPTY)
    if kind in ("choice", "country", "currency", "language"):
        return ("eq", "ne", "in", "not_in", *_EMPTY)
    if kind in ("link", "user", "file"):
        return (*_PICK, *_EMPTY)
    return ("eq", "ne", "in", "not_in", "contains", "starts", *_EMPTY)


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
        if self.op in _EMPTY:
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
    parts: tuple[Any, ...]

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

    part: Any

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


@dataclass(frozen=True)
class Condition:
    """A checked condition; `data` is the JSON it came from."""

    root: Any
    data: Any

    def test(self, facts: Mapping[str, Any], env: Env | date) -> Truth:
        """True, False or None (unknown: a fact that matters is empty)."""
        return self.root.test(facts, in_env(env))

    def sql(self, column: Callable[[str], Any], env: Env | date) -> Any:
        """The SQL expression; `column(path)` gives the typed expression of a field."""
        return SqlCompiler(column, in_env(env)).expression(self.root)

    def sentence(self) -> Message:
        """The condition in words, translated when shown."""
        return self.root.sentence()

    def fields(self) -> set[str]:
        """The names of all fields that matter."""
        return {name for leaf in self.root.leaves() for name in _names(leaf)}

    def constants(self) -> set[str]:
        """The names of the constants that it uses."""
        return {v.name for leaf in self.root.leaves() for v in _values(leaf)
                if isinstance(v, Constant)}

    def missing(self, facts: Mapping[str, Any], env: Env | date) -> list[Field]:
        """The empty fields because of which comparisons are unknown."""
        found: dict[str, Field] = {}
        for leaf in self.root.leaves():
            if leaf.test(facts, in_env(env)) is None:
                for part in (leaf.field, *(v.field for v in _values(leaf) if isinstance(v, Other))):
                    if as_value(part, facts.get(part.name)) is None:
                        found[part.name] = part
        return list(found.values())

    def explain(self, facts: Mapping[str, Any], env: Env | date) -> list[dict[str, Any]]:
        """Each comparison with the value it saw and its result, as plain data for the record."""
        found = []
        for leaf in self.root.leaves():
            value = as_value(leaf.field, facts.get(leaf.field.name))
            found.append({
                "f": leaf.field.name, "op": leaf.op, "saw": None if value is None else str(value),
                "wanted": [str(v) for v in _values(leaf)], "result": leaf.test(facts, in_env(env)),
            })
        return found


def parse_condition(data: Any, fields: Fields, where: str = "condition") -> Condition:
    """Check a JSON condition against typed fields; Invalid names the place and the cure.

    `fields` maps names to declared fields, or is a function that raises Invalid for an unknown
    name. `where` is put before the place in the errors.
    """
    return Condition(_Parser(fields, where).node(data, where, 1), data)


class _Parser:
    def __init__(self, fields: Fields, where: str) -> None:
        self.lookup, self.where, self.nodes = fields, where, 0

    def fault(self, text: object, place: str) -> Invalid:
        return Invalid(Refusal(text, place, "condition"))

    def node(self, data: Any, place: str, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.fault(_("The condition is too long: at most %(n)s parts.", n=MOST_NODES), place)
        if depth > MOST_DEPTH:
            raise self.fault(_("The condition is nested too deeply: at most %(n)s levels.",
                               n=MOST_DEPTH), place)
        if not isinstance(data, dict):
            raise self.fault(_("A condition must be an object with all, any, not or f."), place)
        for key in ("all", "any"):
            if set(data) == {key} and isinstance(data[key], list):
                parts = [self.node(part, f"{place}.{key}.{n}", depth + 1)
                         for n, part in enumerate(data[key])]
                return Group(key == "all", tuple(parts))
        if set(data) == {"not"}:
            return Not(self.node(data["not"], f"{place}.not", depth + 1))
        if "f" not in data or set(data) - {"f", "op", "v"}:
            raise self.fault(_("A condition must be an object with all, any, not or f."), place)
        return self.leaf(data, place)

    def field(self, name: Any, place: str) -> Field:
        if not isinstance(name, str) or len(name) > 120:
            raise self.fault(_("The field's name must be text."), place)
        if callable(self.lookup):
            return self.lookup(name).named(name)
        found = self.lookup.get(name)
        if found is None:
            raise self.fault(_("There is no field “%(name)s”.", name=name[:60]), place)
        return found.named(name)

    def leaf(self, data: dict[str, Any], place: str) -> Leaf:
        declared = self.field(data["f"], place)
        op = data.get("op", "eq")
        label = declared.label or declared.name
        if op not in operators(declared.kind):
            raise self.fault(_("“%(field)s” cannot be compared with “%(op)s”. Use one of: %(ops)s.",
                               field=label, op=str(op)[:20],
                               ops=", ".join(operators(declared.kind))), place)
        value = data.get("v")
        if op in _EMPTY:
            return Leaf(declared, op)
        if op in ("in", "not_in"):
            if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
                raise self.fault(_("“%(field)s” needs a list of 1 to %(n)s values.",
                                   field=label, n=MOST_ITEMS), place)
            return Leaf(declared, op, tuple(self.value(declared, v, op, place) for v in value))
        if op == "between":
            if not isinstance(value, list) or len(value) != 2:
                raise self.fault(_("“%(field)s” needs a lower and an upper bound.", field=label), place)
            return Leaf(declared, op, tuple(self.value(declared, v, op, place) for v in value))
        if op == "within_days":
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 36_500:
                raise self.fault(_("“%(field)s” needs a whole number of days.", field=label), place)
            return Leaf(declared, op, value)
        return Leaf(declared, op, self.value(declared, value, op, place))

    def value(self, declared: Field, raw: Any, op: str, place: str) -> Any:
        if isinstance(raw, dict) and not (op in ("contains", "starts") and "f" in raw):
            return self.reference(declared, raw, place)
        try:
            return _literal(declared, raw)
        except (ValueError, InvalidOperation, TypeError):
            raise self.fault(_("“%(value)s” does not fit “%(field)s”.", value=str(raw)[:40],
                               field=declared.label or declared.name), place) from None

    def reference(self, declared: Field, raw: dict[str, Any], place: str) -> Any:
        if set(raw) == {"f"}:
            other = self.field(raw["f"], place)
            if other.kind != declared.kind or other.kind == "tags":
                raise self.fault(_("“%(a)s” and “%(b)s” are of different kinds.",
                                   a=declared.label, b=other.label), place)
            return Other(other)
        if set(raw) == {"const"} and isinstance(raw["const"], str) and len(raw["const"]) <= 120:
            return Constant(raw["const"])
        days = raw.get("today")
        if set(raw) == {"today"} and declared.kind in ("date", "moment") and type(days) is int:
            return Today(days)
        raise self.fault(_("The value of “%(field)s” cannot be read.", field=declared.label), place)


def _literal(declared: Field, raw: Any) -> Any:
    """A JSON literal in the type of the field; ValueError if it does not fit."""
    kind = declared.kind
    if kind == "boolean":
        if not isinstance(raw, bool):
            raise ValueError
        return raw
    if isinstance(raw, bool) or raw is None:
        raise ValueError
    if kind in PLACES:
        if not isinstance(raw, str | int | Decimal):
            raise ValueError
        number = Decimal(raw)
        exponent = number.normalize().as_tuple().exponent
        if not number.is_finite() or abs(number) >= Decimal(10) ** 13:
            raise ValueError
        if isinstance(exponent, int) and -exponent > PLACES[kind]:
            raise ValueError
        return number
    if kind in ("integer", "link", "user", "file"):
        number = int(raw) if isinstance(raw, str) else raw
        if not isinstance(number, int) or abs(number) >= 2**63:
            raise ValueError
        return number
    if kind in ("date", "moment"):
        return date.fromisoformat(str(raw)[:10])
    if not isinstance(raw, str) or not raw or len(raw) > MOST_TEXT or "\x00" in raw:
        raise ValueError
    if kind == "choice" and declared.choices and raw not in {c.value for c in declared.choices}:
        raise ValueError
    return raw


def _values(leaf: Leaf) -> tuple[Any, ...]:
    if leaf.op in _EMPTY:
        return ()
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def _names(leaf: Leaf) -> Iterator[str]:
    yield leaf.field.name
    yield from (v.field.name for v in _values(leaf) if isinstance(v, Other))


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


def _bracketed(part: Any, siblings: int) -> Message:
    if isinstance(part, Group) and len(part.parts) > 1 and siblings > 1:
        return _("(%(part)s)", part=part.sentence())
    return part.sentence()


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}
_WORDS = {
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
    if isinstance(value, Decimal) or (isinstance(value, int) and declared.kind == "integer"):
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
