"""A factory of records for tests: one of any type, with what it needs, through the real doors."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from core.context import Ctx
from core.errors import TradewindError
from core.kinds import Field
from core.records import fields_of, record_class
from core.saving import has_input, save

_STARTS = itertools.count(0, 1000)  # two factories in one database do not repeat each other


class Factory:
    """Saves records with fitting values, parents before children; `ids` are those made last.

    Where a rule of the business wants a story first, the row is written past it, and `by_hand`
    says which rule that was: walls and pages must hold all the same.
    """

    def __init__(self, ctx: Ctx) -> None:
        self.ctx, self.count = ctx, next(_STARTS)
        self.ids: dict[str, int] = {}
        self.by_hand: dict[str, str] = {}

    def everything(self) -> dict[str, int]:
        """A record of every enabled type; returns the id of one record per type."""
        ctx = self.ctx
        return self._all({k: c for k, c in ctx.registry.records.items()
                          if ctx.registry.owner(k) in ctx.enabled})

    def make(self, cls: type[Any]) -> int:
        """One more record of a type; what it links to is made first if there is none yet."""
        missing: dict[str, type[Any]] = {}
        waiting = [cls]
        while waiting:
            for key in self._needs(waiting.pop()):
                if key not in self.ids and key in self.ctx.registry.records and key not in missing:
                    missing[key] = record_class(key)
                    waiting.append(missing[key])
        missing.pop(cls.key, None)
        self._all(missing)
        self.ids[cls.key] = self._one(cls)
        return self.ids[cls.key]

    def _all(self, waiting: dict[str, type[Any]]) -> dict[str, int]:
        while waiting:
            ready = [k for k, c in waiting.items() if not self._needs(c) & set(waiting) - {k}]
            for key in ready or list(waiting)[:1]:
                self.ids[key] = self._one(waiting.pop(key))
        return self.ids

    def _needs(self, cls: type[Any]) -> set[str]:
        every = [cls, *(record_class(lines.target) for lines in cls.line_sets.values())]
        return {f.target or "" for c in every for f in fields_of(c).values() if f.kind == "link"}

    def _one(self, cls: type[Any]) -> int:
        simple: set[str] = set()
        left_out: set[str] = set()
        last = ""
        for _try in range(6):
            lines = {} if _try > 3 else {
                name: [self.values(record_class(rows.target), simple | {"*"} if _try else simple)]
                for name, rows in cls.line_sets.items()
                if name not in left_out and has_input(cls, name)}
            values = self.values(cls, simple)
            given = {n: v for n, v in values.items() if n not in left_out} | lines
            try:
                with self.ctx.session.begin_nested():
                    return int(save(self.ctx, cls, given).id)
            except TradewindError as error:
                wrong = {str(r.field or "").partition(".")[0] for r in error.reasons}
                left_out |= (wrong & simple) - {""}
                simple |= wrong
                last = str(error)
        self.by_hand[cls.key] = last
        return self._row(cls)

    def _row(self, cls: type[Any]) -> int:
        row = cls(company_id=self.ctx.company.id, custom={})
        for name, value in self.values(cls, {"*"}, system=True).items():
            if fields_of(cls)[name].kind != "state":
                setattr(row, name, value)
        if cls.states:
            row.state = cls.states[0].key
        self.ctx.session.add(row)
        self.ctx.session.flush()
        return int(row.id)

    def values(
        self, cls: type[Any], simple: set[str], system: bool = False
    ) -> dict[str, Any]:
        """A fitting value for each field; the plainest one for those in `simple`."""
        found = {}
        for name, field in fields_of(cls).items():
            if field.system and not (system and field.required):
                continue
            if name in ("state", "created_at", "updated_at"):
                continue
            value = self._value(field, name in simple or "*" in simple)
            if value is not None:
                found[name] = value
        return found

    def word(self) -> str:
        """A short word of letters and figures."""
        return "Probe"

    def text(self, field: Field, simple: bool) -> str:
        """A text that fits the field, another one each time."""
        self.count += 1
        return f"{self.word()}{self.count}"[-field.length:]

    def _value(self, field: Field, simple: bool) -> Any:
        today = self.ctx.today
        kind = field.kind
        if kind in ("text", "note"):
            return self.text(field, simple)
        if kind == "choice":
            return field.choices[0].value if field.choices else None
        if kind == "link":
            return self.ids.get(field.target or "")
        if kind in ("integer", "quantity", "money", "rate", "percent"):
            return (1 if field.required else None) if kind == "percent" else max(
                int(field.minimum or 0), 1)
        word = self.word()
        fixed: dict[str, Any] = {
            "date": today + timedelta(days=1), "moment": self.ctx.now, "boolean": False,
            "country": "DE", "currency": "XOF" if simple else "USD", "language": "en",
            "tags": [word],
            "email": f"{word.lower()}@buyer.example", "phone": "+4930901820",
            "url": f"https://{word.lower()}.example/", "json": {},
        }
        return fixed.get(kind) if kind != "json" or field.required else None
