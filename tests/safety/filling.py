"""One record of every type, a canary and a payload in every text to look for."""

from __future__ import annotations

import io
import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.api import Ctx, TradewindError, save
from core.kinds import Field
from core.people import CustomField, RoleRow, User
from core.records import fields_of, record_class
from core.saving import has_input
from core.testing import World

CANARY = f"ZQ{secrets.token_hex(4).upper()}"
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(2)</script>",
    "</textarea><iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{7*7}}<b hx-get=/logout hx-trigger=load>",
    "--><details open ontoggle=alert(1)>",
    "</script><script>alert(3)</script>",
)
_WIDE = max(len(p) for p in PAYLOADS) + len(CANARY) + 8


class Filler:
    """Saves one record of each type as the system, parents before children."""

    def __init__(self, ctx: Ctx) -> None:
        self.ctx, self.count = ctx, 0
        self.ids: dict[str, int] = {}
        self.by_hand: dict[str, str] = {}

    def everything(self) -> dict[str, int]:
        """Fill all record types; returns the id of one record per type."""
        waiting = dict(self.ctx.registry.records)
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
        """Past the services where a rule wants a story first: the wall must hold all the same."""
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
        """A fitting value for each field; text carries the canary, and a payload where it fits."""
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

    def text(self, field: Field, simple: bool) -> str:
        """The canary with a payload; the canary alone where only a short word fits."""
        self.count += 1
        if simple or field.length < _WIDE:
            word = f"{CANARY}{self.count}"
            return word if len(word) <= field.length else word[-field.length:]
        return f"{CANARY}{self.count} {PAYLOADS[self.count % len(PAYLOADS)]}"

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
        fixed: dict[str, Any] = {
            "date": today + timedelta(days=1), "moment": self.ctx.now, "boolean": False,
            "country": "DE", "currency": "XOF" if simple else "USD", "language": "en",
            "tags": [CANARY],
            "email": f"{CANARY.lower()}@buyer.example", "phone": "+4930901820",
            "url": f"https://{CANARY.lower()}.example/", "json": {},
        }
        return fixed.get(kind) if kind != "json" or field.required else None


def fill(world: World) -> tuple[dict[str, int], dict[str, str]]:
    """Company a: a record of every type, a field of its own, people and names with the canary."""
    with world.act() as ctx:
        ctx.company.name = ctx.company.name_en = f"{CANARY} {PAYLOADS[0]}"
        for user in ctx.session.scalars(select(User).where(User.login.not_like("b-%"))):
            user.name = f"{CANARY} {user.login} {PAYLOADS[1]}"
        ctx.session.add(CustomField(
            company_id=ctx.company.id, record="crm.customer", name="x_canary", kind="text",
            label={"en": f"{CANARY} {PAYLOADS[2]}", "zh": f"{CANARY} {PAYLOADS[2]}"}))
        ctx.session.add(RoleRow(
            company_id=ctx.company.id, key="nobody", sequence=99, scope="own", grants=[],
            label={"en": f"{CANARY} nobody", "zh": f"{CANARY} nobody"}, hidden_fields=[],
            locked_fields=[]))
        filler = Filler(ctx)
        ids = filler.everything()
    return ids, filler.by_hand


def talk(world: World, ids: dict[str, int]) -> None:
    """Through the pages of company a: comments, files, activities, filters, tokens, addresses."""
    client = world.client("adm")
    for n, (key, ident) in enumerate(ids.items()):
        words = f"{CANARY} {PAYLOADS[n % len(PAYLOADS)]}"
        place = f"/r/{key}/{ident}"
        assert client.post(f"{place}/comment", data={"body": f"{words} @gm"}).status_code == 303
        assert client.post(f"{place}/activity", data={
            "summary": words, "person": str(world.user_id("gm")),
            "due": str(date.today())}).status_code == 303
        file = (io.BytesIO(words.encode()), f"{CANARY} note.txt")
        assert client.post(f"{place}/files", data={"file": file}).status_code == 303
    saved = client.post("/r/crm.customer/saved", data={"name": words, "shared": "1"})
    assert saved.status_code == 303
    assert client.post("/account/tokens", data={"label": words, "scopes": "*"}).status_code == 200
    hook = {"label": words, "url": "https://example.com/", "events": "*"}
    assert client.post("/webhooks/endpoints", data=hook).status_code in (200, 422)
    source = {"label": words, "record": "crm.lead", "kind": "form"}
    assert client.post("/webhooks/sources", data=source).status_code in (200, 302)
    table = (io.BytesIO(f"Name\n{words}\n".encode()), f"{CANARY}.csv")
    assert client.post("/exchange/import/crm.customer", data={"file": table}).status_code == 302
