"""Events reach other systems signed and exactly once per try; what comes in becomes records."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import func, select

from core.api import Invalid, Notice, Refused, fetch, save
from core.egress import is_public
from core.testing import World
from plugins.crm.api import Customer, Lead
from plugins.webhooks import receiving, sending
from plugins.webhooks.records import Arrival, Delivery, Source

pytestmark = pytest.mark.plugins("crm", "webhooks")


class Receiver:
    """Another system on this machine: notes what it is sent and answers `status`."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.status = 200
        self.reply = b"thanks"
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.paths.append(self.path)
                outer.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.reply)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv("TRADEWIND_EGRESS_ALLOW", f"127.0.0.1:{made.port}")
    yield made
    made.server.shutdown()
    made.server.server_close()


def _endpoint(world: World, receiver: Receiver, *events: str) -> str:
    with world.act("adm") as ctx:
        _row, secret = sending.add_endpoint(
            ctx, "shop", f"http://127.0.0.1:{receiver.port}/hook", list(events))
    return secret


def test_an_event_arrives_signed(world: World, receiver: Receiver) -> None:
    secret = _endpoint(world, receiver, "crm.customer.*")
    with world.act("gm") as ctx:
        save(ctx, Customer, {"name": "Nordlys AS", "country": "NO"})
    world.work()
    headers, body = receiver.seen[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert b"crm.customer.created" in body
    assert len(receiver.seen) == 1


def test_a_failing_receiver_is_asked_again_for_three_days_then_given_up(
    world: World, receiver: Receiver
) -> None:
    receiver.status = 503
    _endpoint(world, receiver, "crm.customer.created")
    with world.act("gm") as ctx:
        save(ctx, Customer, {"name": "Nordlys AS", "country": "NO"})
    now = datetime.now(UTC)
    for _try in range(12):
        world.platform.clock = lambda moment=now: moment
        world.work()
        now += timedelta(days=1, minutes=1)
    with world.act("adm") as ctx:
        row = ctx.session.scalars(select(Delivery)).one()
        assert (row.state, row.attempts) == ("dead", 10)
        told = ctx.session.scalars(select(Notice).where(Notice.user_id == ctx.user_id)).all()
        assert [n.url for n in told] == [f"/webhooks/endpoints/{row.endpoint_id}"]
    assert "Given up: 1" in world.client("adm").get("/webhooks").text
    assert len({headers["webhook-id"] for headers, _body in receiver.seen}) == 1
    assert sum(sending.WAITS) > 3 * 86_400
    receiver.status = 200
    assert world.client("adm").post(f"/webhooks/deliveries/{row.id}/replay").status_code == 302
    world.work()
    with world.act("adm") as ctx:
        assert ctx.session.get(Delivery, row.id).state == "delivered"


def test_what_nobody_asked_for_is_not_sent(world: World, receiver: Receiver) -> None:
    _endpoint(world, receiver, "orders.*")
    with world.act("gm") as ctx:
        save(ctx, Customer, {"name": "Nordlys AS", "country": "NO"})
    world.work()
    assert receiver.seen == []


@pytest.mark.parametrize("url", [
    "http://example.org/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/",
    "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/", "https://169.254.169.254/",
    "https://user:pw@example.org/", "ftp://example.org/", "https://example.org:22/", "https://0/",
    "https://[64:ff9b::7f00:1]/", "javascript:alert(1)", "https:///", "",
])
def test_addresses_inside_are_never_called(url: str) -> None:
    with pytest.raises((Invalid, Refused)):
        fetch(url)


def test_a_name_that_resolves_inside_is_not_called() -> None:
    for address in ("127.0.0.1", "::1", "10.1.2.3", "fd00::1", "0.0.0.0"):
        assert not is_public(address)
        with pytest.raises(Invalid):
            fetch("https://shop.example/", resolver=lambda host, port, a=address: [a])
    with pytest.raises(Invalid):
        fetch("https://shop.example/", resolver=lambda host, port: ["93.184.216.34", "127.0.0.1"])


def _source(world: World, **options: Any) -> tuple[str, str]:
    with world.act("adm") as ctx:
        row, secret = receiving.add_source(ctx, "website", "crm.lead", ctx.user_id or 0, **options)
        receiving.set_mapping(
            ctx, row, {"company_name": "person.company", "email": "person.email"}, {}
        )
        return row.token, secret


def test_a_website_form_becomes_a_lead(world: World) -> None:
    token, _secret = _source(world)
    answer = world.client().post(f"/in/{token}", json={"person": {
        "company": "Solmar S.L.", "email": "ana@solmar.example"}})
    assert (answer.status_code, answer.json["state"]) == (202, "done"), answer.json
    with world.act("gm") as ctx:
        lead = ctx.session.scalars(select(Lead)).one()
        assert lead.email == "ana@solmar.example"


def test_the_same_message_twice_is_one_record(world: World) -> None:
    token, _secret = _source(world)
    for _time in range(2):
        world.client().post(
            f"/in/{token}",
            json={"person": {"company": "S", "email": "a@s.example"}},
            headers={"Idempotency-Key": "m1"},
        )
    with world.act("gm") as ctx:
        assert ctx.session.scalar(select(func.count(Lead.id))) == 1


def test_a_signed_source_believes_only_its_signature(world: World) -> None:
    token, secret = _source(world, signed=True)
    body = b'{"person": {"company": "S", "email": "a@s.example"}}'
    bad = world.client().post(f"/in/{token}", data=body, headers={
        "Content-Type": "application/json", "X-Signature": "0" * 64})
    assert bad.status_code == 403
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    good = world.client().post(f"/in/{token}", data=body, headers={
        "Content-Type": "application/json", "X-Signature": right})
    assert good.json["state"] == "done"


def test_what_does_not_fit_is_kept_with_the_reason_and_made_after_mending(world: World) -> None:
    token, _secret = _source(world)
    answer = world.client().post(
        f"/in/{token}", json={"person": {"company": "S", "email": "no mail"}}
    )
    assert answer.json["state"] == "failed"
    with world.act("adm") as ctx:
        source = ctx.session.scalars(select(Source)).one()
        assert "email" in ctx.session.scalars(select(Arrival)).one().error
    page = world.client("adm").post(f"/webhooks/sources/{source.id}", data={
        "map-company_name": "person.company", "active": "1"})
    assert page.status_code == 302
    with world.act("adm") as ctx:
        assert ctx.session.scalars(select(Arrival)).one().state == "done"


def test_robots_and_strangers_get_nowhere(world: World) -> None:
    token, _secret = _source(world, public_form=True)
    spam = world.client().post(f"/in/{token}", data={receiving.HONEYPOT: "x", "person": "y"})
    assert spam.status_code == 202
    assert world.client().post("/in/unknown", json={}).status_code == 404
    assert world.client().post(f"/in/{token}", data=b"[1]").status_code == 400
    with world.act("adm") as ctx:
        assert ctx.session.scalars(select(Arrival)).one().state == "spam"
        assert ctx.session.scalar(select(func.count(Lead.id))) == 0


def test_the_pages_answer_and_say_what_is_wrong(world: World) -> None:
    client = world.client("adm")
    assert client.get("/webhooks").status_code == 200
    bad = client.post(
        "/webhooks/endpoints", data={"label": "", "url": "http://10.0.0.1", "events": ""}
    )
    assert bad.status_code == 422
    assert world.client("rep").get("/webhooks").status_code == 403


def test_links_are_meant_by_code_or_name(world: World) -> None:
    token, _secret = _source(world)
    with world.act("adm") as ctx:
        channel = save(ctx, "crm.channel", {"code": "WEB", "name": "Website", "kind": "website"})
        source = ctx.session.scalars(select(Source)).one()
        receiving.set_mapping(ctx, source, {**source.mapping, "channel_id": "via"},
                              {"country": "ES"})
        ident = channel.id
    body = {"person": {"company": "Solmar S.L.", "email": "ana@solmar.example"}}
    for n, via in enumerate(("WEB", "Website", "Fax")):
        world.client().post(f"/in/{token}", json=body | {"via": via, "n": n})
    with world.act("adm") as ctx:
        leads = ctx.session.scalars(select(Lead)).all()
        assert {lead.channel_id for lead in leads} == {ident}
        assert {lead.country for lead in leads} == {"ES"}
        failed = ctx.session.scalars(select(Arrival).where(Arrival.state == "failed")).one()
        assert "Fax" in failed.error


def test_the_same_message_in_the_same_moment_is_one_record(pg_world: World) -> None:
    token, _secret = _source(pg_world)
    body = {"person": {"company": "S", "email": "a@s.example"}}
    gate = threading.Barrier(3)
    answers = []
    clients = [pg_world.client() for _n in range(3)]  # the app is made here, not by three at once

    def send(client: Any) -> None:
        gate.wait()
        answers.append(client.post(f"/in/{token}", json=body,
                                   headers={"Idempotency-Key": "m1"}).status_code)

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [202] * 3
    with pg_world.act("gm") as ctx:
        assert ctx.session.scalar(select(func.count(Lead.id))) == 1


@pytest.mark.parametrize("kind", ["dingtalk", "wecom"])
def test_a_group_robot_tells_people(world: World, receiver: Receiver, kind: str) -> None:
    url = f"http://127.0.0.1:{receiver.port}/robot?access_token=t"
    client = world.client("adm")
    receiver.reply = b'{"errcode": 310000, "errmsg": "sign not match"}'
    assert client.post("/webhooks/endpoints", data={
        "label": "Sales group", "url": url, "events": "crm.lead.*", "target": kind,
        "robot_secret": "SECabc"}).status_code == 200
    with world.act("gm") as ctx:
        lead = save(ctx, "crm.lead", {"company_name": "Lumo *Trading*",
                                      "email": "a@lumo.example"}).id
    world.work()
    with world.act("adm") as ctx:
        row = ctx.session.scalars(select(Delivery)).one()
        assert (row.state, row.answer) == ("waiting", "310000 sign not match")
    receiver.reply = b'{"errcode": 0, "errmsg": "ok"}'
    later = datetime.now(UTC) + timedelta(minutes=1)
    world.platform.clock = lambda: later
    world.work()
    with world.act("adm") as ctx:
        assert ctx.session.scalars(select(Delivery)).one().state == "delivered"
    told = json.loads(receiver.seen[-1][1])["markdown"]
    text = told["text" if kind == "dingtalk" else "content"]
    assert "Lumo Trading" in text
    assert f"/r/crm.lead/{lead})" in text
    query = parse_qs(receiver.paths[-1].partition("?")[2])
    if kind == "dingtalk":
        stamp = query["timestamp"][0]
        digest = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
        assert query["sign"] == [base64.b64encode(digest).decode()]
    assert query["access_token"] == ["t"]
    assert client.post(f"/webhooks/endpoints/{row.endpoint_id}/test").status_code == 302
    world.work()
    assert len(receiver.seen) == 3
