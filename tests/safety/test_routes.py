"""The walk over the url map: marks, sign-in, CSRF, `next`, headers (QUALITY A1, A2, A6, I9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from core.pages.access import PUBLIC, access_of
from core.pages.blueprint import safe_next
from tests.safety.conftest import House

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# the only addresses that take no CSRF token: they sign in by token, never by cookie
BY_TOKEN = ("/api/v1/", "/in/")
# who is not signed in may see these
OPEN = {
    "/login", "/forgot", "/reset/<token>", "/language", "/healthz", "/readyz",
}
ELSEWHERE = (
    "//evil.example", "///evil.example", "////evil.example/a", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "https://evil.example",
    "http:evil.example", "https:/evil.example", "HTTPS://EVIL.EXAMPLE", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://evil.example", "evil.example",
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example",
    "/\x00/evil.example", "//user@evil.example", "//evil.example%2f..", "http://[::1]/", "//[::1",
    ".evil.example", "@evil.example", "/\r\nLocation: https://evil.example",
)


def rules(house: House) -> Iterator[tuple[Rule, str]]:
    """Every route but the static files, with an address that fits it."""
    for rule in house.world.app.url_map.iter_rules():
        if rule.endpoint != "static":
            values = {n: 1 if f"<int:{n}>" in rule.rule else "x" for n in rule.arguments}
            if "any(" in rule.rule:
                values["action"] = rule.rule.partition("any(")[2].split(",")[0]
            _host, path = rule.build(values) or ("", "")
            yield rule, path.partition("?")[0]


def test_every_route_carries_a_mark(house: House) -> None:
    app = house.world.app
    bare = [rule.rule for rule, _path in rules(house)
            if access_of(app.view_functions[rule.endpoint]) is None]
    assert not bare
    opened = {rule.rule for rule, _path in rules(house)
              if access_of(app.view_functions[rule.endpoint])[0] == PUBLIC}
    assert {rule for rule in opened if not rule.startswith(BY_TOKEN)} == OPEN


def test_strangers_are_sent_to_the_sign_in(house: House) -> None:
    client = house.world.client()
    asked = 0
    for rule, path in rules(house):
        if rule.rule in OPEN:
            continue
        for verb in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = client.open(path, method=verb)
            asked += 1
            if path.startswith("/in/"):
                assert answer.status_code == 404
            elif path.startswith("/api/v1/"):
                assert answer.status_code == 401, f"{verb} {path}"
            else:
                assert answer.status_code == 302, f"{verb} {path}: {answer.status_code}"
                assert answer.headers["Location"].startswith("/login"), path
    assert asked > 120


def test_no_session_route_works_without_its_csrf_token(house: House) -> None:
    """With the product's own setting: 403 before anything is done; token routes are exempt."""
    app, client = house.world.app, house.world.client("adm")
    asked, exempt = 0, set()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule, path in rules(house):
            for verb in sorted((rule.methods or set()) & UNSAFE):
                answer = client.open(path, method=verb)
                if rule.rule.startswith(BY_TOKEN):
                    exempt.add(rule.endpoint.partition(".")[0])
                    assert answer.status_code in (401, 404), f"{verb} {path}"
                else:
                    asked += 1
                    assert answer.status_code in (400, 403), f"{verb} {path}: {answer.status_code}"
                    assert "too old" in answer.get_data(as_text=True), f"{verb} {path}"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert asked > 50
    assert exempt == {"rest", "webhooks"}


def test_a_cookie_opens_no_token_route(house: House) -> None:
    client = house.world.client("adm")
    assert client.get("/api/v1/crm/customer").status_code == 401
    assert client.get("/api/v1/crm/customer",
                      headers={"Authorization": "Bearer tw_guess"}).status_code == 401


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leads_away(house: House, target: str) -> None:
    client = house.world.client("adm")
    assert safe_next(target, "/home") == "/home"
    answer = client.get("/login", query_string={"next": target})
    assert answer.headers["Location"] == "/"
    for path, data in (("/language", {"locale": "en", "next": target}),
                       ("/r/crm.customer/bulk", {"step": "release", "next": target})):
        answer = client.post(path, data=data)
        assert answer.headers.get("Location", "/").startswith(("/r/", "/")), path
        assert "evil" not in answer.headers.get("Location", "")
    page = house.world.client().get("/login", query_string={"next": target})
    kept = re.findall(r'name="next" value="([^"]*)"', page.get_data(as_text=True))
    assert kept
    assert all(safe_next(unescape(value), "?") == unescape(value) for value in kept)


def test_next_leads_on_within_the_site() -> None:
    assert safe_next("/r/crm.customer?q=a#b") == "/r/crm.customer?q=a#b"
    assert safe_next(None, "/home") == "/home"


def _answers(house: House, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    yield "page", client.get("/")
    yield "list", client.get("/r/crm.customer")
    yield "json", client.get("/palette")
    yield "not found", client.get("/nowhere")
    yield "no record", client.get(f"/r/crm.customer/{10**9}")
    yield "wrong method", client.open("/r/crm.customer", method="DELETE")
    yield "refused", client.post(f"/r/crm.customer/{house.ids['crm.customer']}/comment", data={})
    yield "redirect", house.world.client().get("/")
    yield "sign-in", house.world.client().get("/login")
    yield "static", client.get("/static/dist/none.css")
    yield "health", client.get("/healthz")
    yield "api", client.get("/api/v1/crm/customer")
    yield "export", client.get("/exchange/export/crm.lead")
    yield "fragment", client.get("/r/crm.customer", headers={"HX-Request": "true"})


def test_every_kind_of_answer_carries_the_headers(house: House) -> None:
    for kind, answer in _answers(house, house.world.client("adm")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, kind
        assert "unsafe-inline" not in policy.partition("style-src")[0], kind
        assert "unsafe-eval" not in policy, kind
        assert "frame-ancestors 'none'" in policy, kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff", kind
        assert answer.headers["X-Frame-Options"] == "DENY", kind
        assert answer.headers["Referrer-Policy"] == "same-origin", kind
        if kind != "static":
            assert answer.headers["Cache-Control"] == "no-store", kind


@pytest.mark.parametrize("ident", [0, 2**31, 2**62, 2**63, 2**64, 10**30])
def test_an_impossible_id_is_not_found(house: House, ident: int) -> None:
    client = house.world.client("adm")
    bearer = {"Authorization": f"Bearer {house.tokens['adm']}"}
    for rule, _path in rules(house):
        whole = [n for n in rule.arguments if f"<int:{n}>" in rule.rule]
        if not whole or "GET" not in (rule.methods or ()):
            continue
        values = {n: ident if n in whole else "x" for n in rule.arguments}
        values |= {"record": "crm.customer", "plugin": "crm"} if "record" in values else {}
        values |= {"plugin": "crm", "name": "customer"} if "plugin" in values else {}
        values |= {"key": "orders.pi"} if "/document" in rule.rule else {}
        _host, path = rule.build(values) or ("", "")
        answer = client.get(path, headers=bearer if path.startswith("/api/v1") else {})
        assert answer.status_code in (302, 400, 403, 404), f"{path}: {answer.status_code}"


def test_a_fault_shows_its_number_and_no_trace(house: House) -> None:
    """QUALITY A6: what went wrong is in the log; the page names the entry."""
    app = house.world.app
    view = app.view_functions["pages.notices"]

    def broken() -> None:
        raise RuntimeError("the secret inside")

    broken.tradewind_access = access_of(view)
    client = house.world.client("adm")
    app.view_functions["pages.notices"], app.testing = broken, False
    try:
        answer = client.get("/notices")
    finally:
        app.view_functions["pages.notices"], app.testing = view, True
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret inside" not in text
    assert "Traceback" not in text
    assert "RuntimeError" not in text
