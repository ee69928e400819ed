"""Gaps and overlaps between the branches of a block, found before anything runs (WORKFLOW §5.13).

The values that a fact may take fall into few cells: its points in the conditions, the stretches
between them, and "empty". Every combination of cells is tested with the branches' own conditions,
so that the answer is the engine's answer; boxes that differ in one fact only are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from core.conditions import Condition, show_fact
from core.conditions_tree import Constant, Leaf, Other, Today, values_of
from core.i18n import Message, _
from core.kinds import PLACES, Field

MOST_CELLS = 30_000
NUMBERS = (*PLACES, "integer")


@dataclass(frozen=True)
class Cell:
    """A part of a fact's values: `value` stands for all of them; `low`/`high` bound a stretch."""

    value: Any
    low: Any = None
    high: Any = None
    exact: bool = False


@dataclass
class Report:
    """What was found: boxes map facts to their cells; `complete` is False when there were too many.

    `gaps` fit no branch, `unknown` fit none because a fact is empty, `overlaps` name two branches.
    """

    gaps: list[dict[str, list[Cell]]]
    unknown: list[dict[str, list[Cell]]]
    overlaps: list[tuple[int, int, dict[str, list[Cell]]]]
    fields: dict[str, Field]
    complete: bool = True

    def words(self, box: Mapping[str, Sequence[Cell]]) -> Message:
        """A box as a sentence: "amount 10,000 to 50,000, margin below 8 %"."""
        parts = [_part(self.fields[name], cells) for name, cells in box.items()]
        found: Message | None = None
        for part in parts:
            found = part if found is None else _("%(a)s, %(b)s", a=found, b=part)
        return found or _("always")


def analyse(conditions: Sequence[Condition], today: date) -> Report:
    """Test every combination of cells against the conditions of the branches."""
    leaves = [leaf for c in conditions for leaf in c.root.leaves()]
    fields = {f.name: f for leaf in leaves for f in _fields(leaf)}
    cells = {name: _cells(field, leaves, today) for name, field in fields.items()}
    total = 1
    for options in cells.values():
        total *= len(options)
    if total > MOST_CELLS:
        return Report([], [], [], fields, complete=False)
    names = list(fields)
    gaps: list[tuple[int, ...]] = []
    unknown: list[tuple[int, ...]] = []
    overlaps: dict[tuple[int, int], tuple[int, ...]] = {}
    for spot in product(*(range(len(cells[name])) for name in names)):
        facts = {name: cells[name][i].value for name, i in zip(names, spot, strict=True)}
        results = [c.test(facts, today) for c in conditions]
        hits = [n for n, result in enumerate(results) if result is True]
        if not hits:
            (unknown if None in results else gaps).append(spot)
        for n, first in enumerate(hits):
            for second in hits[n + 1:]:
                overlaps.setdefault((first, second), spot)
    def boxes(spots: list[tuple[int, ...]]) -> list[dict[str, list[Cell]]]:
        return [_box(joined, names, cells) for joined in _join(spots, len(names))]

    return Report(
        boxes(gaps), boxes(unknown),
        [(a, b, _box(tuple(frozenset({i}) for i in spot), names, cells))
         for (a, b), spot in overlaps.items()], fields)


def _fields(leaf: Leaf) -> list[Field]:
    return [leaf.field, *(v.field for v in values_of(leaf) if isinstance(v, Other))]


def _cells(field: Field, leaves: list[Leaf], today: date) -> list[Cell]:
    if field.kind == "boolean":
        return [Cell(None), Cell(True, exact=True), Cell(False, exact=True)]
    mine = [leaf for leaf in leaves if field.name in {f.name for f in _fields(leaf)}]
    points = {p for leaf in mine for v in values_of(leaf) for p in _points(leaf, v, today)}
    for leaf in mine:  # a field compared with another one shares its points
        for other in _fields(leaf):
            points |= {p for x in leaves if x.field.name == other.name
                       for v in values_of(x) for p in _points(x, v, today)}
    if field.kind in (*NUMBERS, "date", "moment"):
        return _ordered(field, sorted(points), any(len(_fields(leaf)) > 1 for leaf in mine))
    if field.kind == "choice" and field.choices:
        return [Cell(None), *(Cell(c.value, exact=True) for c in field.choices)]
    if field.kind == "tags":
        return [Cell(None), Cell(["·"]), *(Cell([p], exact=True) for p in sorted(points))]
    rest: Any = -1 if field.kind in ("link", "user", "file") else "·"
    return [Cell(None), Cell(rest), *(Cell(p, exact=True) for p in sorted(points, key=str))]


def _points(leaf: Leaf, value: Any, today: date) -> list[Any]:
    if isinstance(value, Other | Constant):
        return []
    if isinstance(value, Today):
        return [today + timedelta(days=value.days)]
    if leaf.op == "within_days":
        return [today, today + timedelta(days=value)]
    return [value]


def _ordered(field: Field, points: list[Any], compared: bool) -> list[Cell]:
    """Empty, below the first point, each point, between, above the last."""
    unit: Any = timedelta(days=1) if field.kind in ("date", "moment") else Decimal(1).scaleb(
        -PLACES.get(field.kind, 0))
    if field.kind == "integer":
        unit = 1
    if not points:
        points = [date(2026, 1, 1) if field.kind in ("date", "moment") else 0]
    found = [Cell(None), Cell(points[0] - unit, high=points[0])]
    for n, point in enumerate(points):
        found.append(Cell(point, point, point, exact=True))
        following = points[n + 1] if n + 1 < len(points) else None
        if following is None or point + unit < following:
            found.append(Cell(point + unit, low=point, high=following))
            if compared:
                found.append(Cell(point + 2 * unit, low=point, high=following))
    return found


def _join(spots: list[tuple[int, ...]], width: int) -> list[tuple[frozenset[int], ...]]:
    """Join boxes that differ in one fact only, fact by fact."""
    boxes = [tuple(frozenset({i}) for i in spot) for spot in spots]
    for axis in range(width):
        merged: dict[Any, frozenset[int]] = {}
        for box in boxes:
            key = (*box[:axis], None, *box[axis + 1:])
            merged[key] = merged.get(key, frozenset()) | box[axis]
        boxes = [(*key[:axis], cells, *key[axis + 1:]) for key, cells in merged.items()]
    return boxes


def _box(
    joined: tuple[frozenset[int], ...], names: list[str], cells: dict[str, list[Cell]]
) -> dict[str, list[Cell]]:
    """The facts that matter: those whose cells are not all of them."""
    return {name: [cells[name][i] for i in sorted(chosen)]
            for name, chosen in zip(names, joined, strict=True)
            if len(chosen) < len(cells[name])}


def _part(field: Field, cells: Sequence[Cell]) -> Message:
    label = field.label or field.name
    if all(cell.value is None for cell in cells):
        return _("%(field)s is empty", field=label)
    filled = [cell for cell in cells if cell.value is not None]
    if field.kind not in (*NUMBERS, "date", "moment"):
        words = [str(show_fact(field, c.value)) if c.exact else str(_("any other")) for c in filled]
        return _("%(field)s is %(value)s", field=label, value=" / ".join(words))
    first, last = filled[0], filled[-1]
    low, high = first.low, last.high
    values = {"field": label, "low": show_fact(field, low), "high": show_fact(field, high)}
    if first.exact and last.exact and low == high:
        return _("%(field)s is exactly %(low)s", **values)
    if low is None and high is None:
        return _("%(field)s has any value", **values)
    if low is None:
        text = _("%(field)s up to %(high)s") if last.exact else _("%(field)s below %(high)s")
        return text % values
    if high is None:
        text = _("%(field)s from %(low)s") if first.exact else _("%(field)s above %(low)s")
        return text % values
    if first.exact and last.exact:
        return _("%(field)s from %(low)s to %(high)s", **values)
    if first.exact:
        return _("%(field)s from %(low)s to below %(high)s", **values)
    if last.exact:
        return _("%(field)s above %(low)s to %(high)s", **values)
    return _("%(field)s above %(low)s to below %(high)s", **values)
