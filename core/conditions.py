"""The one condition tree: parsed against typed fields, three-valued in Python, the same in SQL.

JSON: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` and leaves `{"f": field, "op": op, "v":
value}`. A value is a literal (money and other decimals as text), `{"f": other}` for another
field, `{"const": name}` for a named constant, or `{"today": days}` for a day relative to today.
Comparing with an empty value is unknown (None): only True counts as met (WORKFLOW §5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.conditions_sql import SqlCompiler
from core.conditions_tree import (
    EMPTY,
    Constant,
    Env,
    Group,
    Leaf,
    Node,
    Not,
    Other,
    Today,
    Truth,
    as_value,
    in_env,
    names_of,
    show_fact,
    values_of,
)
from core.errors import Invalid, Refusal
from core.i18n import Message, _
from core.kinds import PLACES, Field

__all__ = ["Condition", "Env", "as_value", "operators", "parse_condition", "show_fact"]

MOST_NODES, MOST_DEPTH, MOST_TEXT, MOST_ITEMS = 200, 30, 2000, 500
Fields = Mapping[str, Field] | Callable[[str], Field]

_ORDER = ("eq", "ne", "lt", "le", "gt", "ge", "between")
_PICK = ("eq", "ne", "in", "not_in", "under")


def operators(kind: str) -> tuple[str, ...]:
    """The operators that make sense for a kind of field."""
    if kind in (*PLACES, "integer"):
        return (*_ORDER, "in", "not_in", *EMPTY)
    if kind in ("date", "moment"):
        return (*_ORDER, "within_days", *EMPTY)
    if kind == "boolean":
        return ("eq", "ne", *EMPTY)
    if kind == "tags":
        return ("contains", *EMPTY)
    if kind in ("choice", "country", "currency", "language"):
        return ("eq", "ne", "in", "not_in", *EMPTY)
    if kind in ("link", "user", "file"):
        return (*_PICK, *EMPTY)
    return ("eq", "ne", "in", "not_in", "contains", "starts", *EMPTY)


@dataclass(frozen=True)
class Condition:
    """A checked condition; `data` is the JSON it came from."""

    root: Node
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
        return {name for leaf in self.root.leaves() for name in names_of(leaf)}

    def constants(self) -> set[str]:
        """The names of the constants that it uses."""
        return {v.name for leaf in self.root.leaves() for v in values_of(leaf)
                if isinstance(v, Constant)}

    def missing(self, facts: Mapping[str, Any], env: Env | date) -> list[Field]:
        """The empty fields because of which comparisons are unknown."""
        found: dict[str, Field] = {}
        for leaf in self.root.leaves():
            if leaf.test(facts, in_env(env)) is None:
                others = (v.field for v in values_of(leaf) if isinstance(v, Other))
                for part in (leaf.field, *others):
                    if as_value(part, facts.get(part.name)) is None:
                        found[part.name] = part
        return list(found.values())

    def explain(self, facts: Mapping[str, Any], env: Env | date) -> list[dict[str, Any]]:
        """Each comparison with the value it saw and its result, as plain data for the record."""
        found, env = [], in_env(env)
        for leaf in self.root.leaves():
            value = as_value(leaf.field, facts.get(leaf.field.name))
            wanted = [leaf.resolve(v, facts, env) for v in values_of(leaf)]
            found.append({
                "f": leaf.field.name, "op": leaf.op, "saw": None if value is None else str(value),
                "wanted": [str(v) for v in wanted], "result": leaf.test(facts, env),
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

    def node(self, data: Any, place: str, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.fault(_("The condition is too long: at most %(n)s parts.",
                               n=MOST_NODES), place)
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
        if op in EMPTY:
            return Leaf(declared, op)
        if op in ("in", "not_in"):
            if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
                raise self.fault(_("“%(field)s” needs a list of 1 to %(n)s values.",
                                   field=label, n=MOST_ITEMS), place)
            return Leaf(declared, op, tuple(self.value(declared, v, op, place) for v in value))
        if op == "between":
            if not isinstance(value, list) or len(value) != 2:
                raise self.fault(_("“%(field)s” needs a lower and an upper bound.",
                                   field=label), place)
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
        whole = int(raw) if isinstance(raw, str) else raw
        if not isinstance(whole, int) or abs(whole) >= 2**63:
            raise ValueError
        return whole
    if kind in ("date", "moment"):
        return date.fromisoformat(str(raw)[:10])
    if not isinstance(raw, str) or not raw or len(raw) > MOST_TEXT or "\x00" in raw:
        raise ValueError
    if kind == "choice" and declared.choices and raw not in {c.value for c in declared.choices}:
        raise ValueError
    return raw
