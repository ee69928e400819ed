"""Compiling a condition to SQL so that it selects exactly the rows for which Python says True."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Text, and_, case, cast, false, func, literal, not_, null, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

TEXTS = ("text", "note", "email", "phone", "url", "choice", "country", "currency", "language")
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


class AsciiLower(FunctionElement[str]):
    """What LIKE compares: A–Z in lower case, other letters as they are, on every database."""

    inherit_cache = True
    type = Text()


@compiles(AsciiLower, "sqlite")
def _lower_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))  # its LIKE folds A–Z by itself


@compiles(AsciiLower)
def _lower_other(element: Any, compiler: Any, **kw: Any) -> str:
    return f"translate({compiler.process(element.clauses, **kw)}, '{_UPPER}', '{_LOWER}')"


class HasTag(FunctionElement[bool]):
    """Whether a JSON list of words contains a word."""

    inherit_cache = True


@compiles(HasTag, "sqlite")
def _tag_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, word = (compiler.process(part, **kw) for part in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {word})"  # noqa: S608


@compiles(HasTag)
def _tag_other(element: Any, compiler: Any, **kw: Any) -> str:
    column, word = (compiler.process(part, **kw) for part in element.clauses)
    return f"jsonb_exists({column}, {word})"


class SqlCompiler:
    """Builds the SQL expression of a condition tree.

    `column(path)` gives the typed expression of a field. SQL's own three-valued logic does the
    rest; empty text is turned into NULL where the difference shows.
    """

    def __init__(self, column: Callable[[str], Any], env: Any) -> None:
        self.column, self.env = column, env

    def expression(self, node: Any, positive: bool = True) -> Any:
        """`positive` false means that a `not` stands above, where false and NULL differ."""
        if hasattr(node, "parts"):
            parts = [self.expression(part, positive) for part in node.parts]
            if not parts:
                return true() if node.every else false()
            return and_(*parts) if node.every else or_(*parts)
        if hasattr(node, "part"):
            return not_(self.expression(node.part, positive=False))
        return self.leaf(node, positive)

    def leaf(self, leaf: Any, positive: bool) -> Any:
        column = self.column(leaf.field.name)
        if leaf.op in ("empty", "not_empty"):
            empty = self._empty(leaf.field.kind, column)
            return empty if leaf.op == "empty" else not_(empty)
        if leaf.field.kind == "tags":
            word = literal(leaf.resolve(leaf.value, {}, self.env), Text())
            return case((self._empty("tags", column), null()), else_=HasTag(column, word))
        if leaf.field.kind in TEXTS and not (positive and leaf.op in ("eq", "in")):
            # plain `column = value` keeps its index; only below `not` do NULL and false differ
            column = func.nullif(column, "")
        if leaf.op in ("in", "not_in"):
            values = [self.value(leaf, v) for v in leaf.value]
            found = or_(*(self.compare(leaf, column, "eq", v) for v in values)) if any(
                v is None or hasattr(v, "self_group") for v in values
            ) else column.in_(values)
            return not_(found) if leaf.op == "not_in" else found
        if leaf.op == "between":
            low, high = (self.value(leaf, v) for v in leaf.value)
            return self._range(leaf, column, low, high, "lt")
        if leaf.op == "within_days":
            low, high = (self.env.today + timedelta(days=n) for n in sorted((0, leaf.value)))
            return self._range(leaf, column, low, high, "le")
        return self.compare(leaf, column, leaf.op, self.value(leaf, leaf.value))

    def _range(self, leaf: Any, column: Any, low: Any, high: Any, end: str) -> Any:
        return and_(self.compare(leaf, column, "ge", low), self.compare(leaf, column, end, high))

    def value(self, leaf: Any, value: Any) -> Any:
        """A literal, or the expression of another field."""
        other = getattr(value, "field", None)
        if other is None:
            return leaf.resolve(value, {}, self.env)
        column = self.column(other.name)
        return func.nullif(column, "") if other.kind in TEXTS else column

    def compare(self, leaf: Any, column: Any, op: str, right: Any) -> Any:
        if right is None:
            return null()
        if op in ("contains", "starts"):
            return self._like(column, right, op)
        if op == "under":
            return column.in_(sorted(self.env.under(leaf.field, right)))
        if isinstance(right, bool):
            right = true() if right else false()
        if leaf.field.kind == "moment" and type(right) is date:
            return self._day(column, op, right)
        return {
            "eq": lambda: column == right, "ne": lambda: column != right,
            "lt": lambda: column < right, "le": lambda: column <= right,
            "gt": lambda: column > right, "ge": lambda: column >= right,
        }[op]()

    def _like(self, column: Any, right: Any, op: str) -> Any:
        lowered = "".join(c.lower() if c in _UPPER else c for c in right)
        for special in ("\\", "%", "_"):
            lowered = lowered.replace(special, "\\" + special)
        needle = f"{lowered}%" if op == "starts" else f"%{lowered}%"
        return AsciiLower(column).like(needle, escape="\\")

    def _day(self, column: Any, op: str, day: date) -> Any:
        """Compare a moment with a day of the company's calendar."""
        start = datetime.combine(day, time(), self.env.zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), self.env.zone).astimezone(UTC)
        inside = and_(column >= start, column < end)
        return {
            "lt": column < start, "ge": column >= start, "le": column < end, "gt": column >= end,
            "eq": inside, "ne": not_(inside),
        }[op]

    def _empty(self, kind: str, column: Any) -> Any:
        if kind == "tags":
            return or_(column.is_(None), cast(column, Text).in_(("[]", "null")))
        if kind in TEXTS:
            return or_(column.is_(None), column == "")
        return column.is_(None)
