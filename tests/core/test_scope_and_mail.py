"""Row scope own, team, subtree and all; a mail reaches the server of the settings."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from core.people import Member, RoleRow
from core.query import select_records
from core.records import record_class
from core.testing import World
from core.testing.factory import Factory
from core.upkeep import send_mail

pytestmark = pytest.mark.plugins("crm")


@pytest.mark.parametrize(("scope", "seen"), [
    ("own", {"sm"}), ("team", {"sm", "rep"}), ("subtree", {"sm", "rep", "rep2"}),
    ("all", {"gm", "sm", "rep", "rep2"}),
])
def test_a_role_sees_as_far_as_its_scope(world: World, scope: str, seen: set[str]) -> None:
    cls = record_class("crm.inquiry")
    ids = {world.user_id(login): login for login in ("gm", "sm", "rep", "rep2")}
    with world.act() as ctx:
        factory = Factory(ctx)
        for ident in ids:
            row = ctx.session.get(cls, factory.make(cls))
            assert row is not None
            row.owner_id = ident
        below = select(Member).where(Member.user_id == world.user_id("rep2"))
        ctx.session.scalars(below).one().manager_id = world.user_id("rep")
        ctx.session.scalars(select(RoleRow).where(RoleRow.key == "sm")).one().scope = scope
    with world.act("sm") as ctx:
        owners = {ids[row.owner_id] for row in ctx.session.scalars(select_records(ctx, cls))}
    assert owners == seen


def test_what_lies_beyond_the_scope_is_a_name_without_a_link(world: World) -> None:
    deal, firm = record_class("crm.inquiry"), record_class("crm.customer")
    with world.act() as ctx:
        factory = Factory(ctx)
        mine, other = (ctx.session.get(firm, factory.make(firm)) for _n in range(2))
        row = ctx.session.get(deal, factory.make(deal))
        assert mine and other and row
        mine.name, mine.owner_id = "Lumen Norte", world.user_id("rep")
        other.name, other.owner_id = "Brückner Handel", world.user_id("rep2")
        other.former_owner_id, other.pool, row.owner_id = None, "private", world.user_id("rep")
        row.customer_id, ident = other.id, row.id
        link, near = f'href="/r/crm.customer/{other.id}"', f'href="/r/crm.customer/{mine.id}"'
    for login, found in (("rep", False), ("sm", True)):
        client = world.client(login)
        assert client.get(link[6:-1]).status_code == (200 if found else 404)
        for path in (f"/r/crm.inquiry/{ident}", "/r/crm.inquiry"):
            page = client.get(path).get_data(as_text=True)
            assert "Brückner Handel" in page, "what the record itself says is shown"
            assert (link in page) is found, (login, path)
    with world.act() as ctx:
        moved = ctx.session.get(deal, ident)
        assert moved is not None
        moved.customer_id = mine.id
    assert near in world.client("rep").get(f"/r/crm.inquiry/{ident}").get_data(as_text=True)


def _serve(server: socket.socket, got: list[bytes]) -> None:
    """As much of an SMTP server as one mail needs."""
    peer, _address = server.accept()
    with peer, peer.makefile("rwb", buffering=0) as wire:
        wire.write(b"220 here\r\n")
        while line := wire.readline():
            word = line[:4].upper()
            if word == b"DATA":
                wire.write(b"354 go on\r\n")
                while (line := wire.readline()) != b".\r\n":
                    got.append(line)
            wire.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


def test_a_mail_leaves_through_the_outbox(world: World) -> None:
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, got), daemon=True).start()
        address = f"smtp+plain://127.0.0.1:{server.getsockname()[1]}"
        world.platform.settings = replace(world.platform.settings, smtp_url=address)
        with world.act() as ctx:
            send_mail(ctx, "buyer@firm.example", "报价 Quotation", "您好 Good day")
        assert not got, "nothing leaves before the commit"
        world.work()
    mail = message_from_bytes(b"".join(got), policy=policy.default)
    assert (mail["to"], mail["subject"]) == ("buyer@firm.example", "报价 Quotation")
    body = mail.get_body()
    assert body is not None and body.get_content().strip() == "您好 Good day"
