"""One record of every type, a canary and a payload in every text to look for."""

from __future__ import annotations

import io
import secrets
from datetime import date

from sqlalchemy import select

from core.kinds import Field
from core.people import CustomField, RoleRow, User
from core.testing import Factory, World

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


class Filler(Factory):
    """Records of each type with the canary in every text."""

    def word(self) -> str:
        return CANARY

    def text(self, field: Field, simple: bool) -> str:
        """The canary with a payload; the canary alone where only a short word fits."""
        self.count += 1
        if simple or field.length < _WIDE:
            word = f"{CANARY}{self.count}"
            return word if len(word) <= field.length else word[-field.length:]
        return f"{CANARY}{self.count} {PAYLOADS[self.count % len(PAYLOADS)]}"


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
