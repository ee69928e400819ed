"""Who may call what: marks on every route, the company wall, forged requests, safe ways back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pages.access import MEMBER, PUBLIC, access_of
from core.pages.blueprint import safe_next
from core.testing.world import World

Make = Callable[..., int]
OPEN = {"pages.login", "pages.do_login", "pages.forgot", "pages.send_reset", "pages.reset",
        "pages.do_reset", "pages.language", "healthz", "readyz"}


def address(rule: str) -> str:
    found = re.sub(r"<int:[^>]+>", "1", rule)
    found = found.replace("<record>", "shop.item").replace("<name>", "price")
    return re.sub(r"<[^>]+>", "x", found)


def test_every_route_says_who_may_call_it(world: World) -> None:
    for endpoint, view in world.app.view_functions.items():
        if endpoint != "static":
            assert access_of(view) is not None, endpoint
    marks = {e: access_of(view) for e, view in world.app.view_functions.items()}
    public = {endpoint for endpoint, mark in marks.items() if mark and mark[0] == PUBLIC}
    assert public == OPEN


def test_without_signing_in_every_other_route_leads_to_the_sign_in(world: World) -> None:
    client = world.client()
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint in OPEN | {"static"}:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(address(rule.rule), method=method)
        assert answer.status_code == 302 and answer.location.startswith("/login"), rule.endpoint


def test_a_forged_form_is_refused_on_every_route(world: World) -> None:
    world.app.config["WTF_CSRF_ENABLED"] = True
    client = world.client("adm")
    for rule in world.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("pages."):
            answer = client.post(address(rule.rule), data={"name": "x"})
            assert answer.status_code == 403, rule.endpoint


def test_administration_is_for_administrators(world: World) -> None:
    rep = world.client("rep")
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            assert rep.open(address(rule.rule), method=method).status_code == 403, rule.endpoint
    assert "/admin/people" not in rep.get("/").text
    assert access_of(world.app.view_functions["pages.home"]) == (MEMBER, None)


@pytest.mark.parametrize("path,method", [
    ("/r/shop.deal/{}", "GET"), ("/r/shop.deal/{}/edit", "GET"), ("/r/shop.deal/{}/edit", "POST"),
    ("/r/shop.deal/{}/step/confirm", "GET"), ("/r/shop.deal/{}/step/confirm", "POST"),
    ("/r/shop.deal/{}/move", "POST"), ("/r/shop.deal/{}/comment", "POST"),
    ("/r/shop.deal/{}/files", "POST"), ("/r/shop.deal/{}/activity", "POST"),
    ("/r/shop.deal/{}/archive", "POST"), ("/r/shop.deal/new?copy={}", "GET"),
])
def test_another_companys_record_is_like_one_that_never_was(
    world: World, deal: Make, path: str, method: str
) -> None:
    ident = deal()
    data = {"body": "x", "summary": "x", "f.subject": "x", "to": "confirmed"}
    for login in ("b-rep", "b-adm", "rep2"):  # rep2: same company, but not her record
        client = world.client(login)
        theirs = client.open(path.format(ident), method=method, data=data)
        never = client.open(path.format(987654), method=method, data=data)
        assert theirs.status_code == never.status_code == 404
        cut = [re.sub(r'(content|value)="[\w.-]{60,}"|next=\S+|value="/r/[^"]*"', "", a.text)
               for a in (theirs, never)]
        assert cut[0] == cut[1]
    with world.act() as ctx:
        from . import shop

        assert ctx.session.get(shop.Deal, ident).state == "draft"


def test_nothing_of_another_company_is_found(world: World, deal: Make) -> None:
    deal(subject="Canary-7f3a")
    client = world.client("b-adm")
    for url in ("/r/shop.deal", "/search?q=Canary", "/palette?q=Canary", "/pick/shop.deal?q=Canary",
                "/", "/notices", "/r/shop.deal?view=kanban", "/r/shop.deal?view=calendar",
                "/admin/audit", "/admin/jobs", "/r/shop.deal/count"):
        page = client.get(url)
        assert page.status_code == 200
        assert "7f3a" not in page.text, url


def test_row_scope_shows_own_records_only(world: World, deal: Make) -> None:
    deal("rep", subject="Mine")
    deal("rep2", subject="Hers")
    page = world.client("rep").get("/r/shop.deal").text
    assert "Mine" in page and "Hers" not in page
    assert "Hers" in world.client("reader").get("/r/shop.deal").text


def test_a_disabled_plugin_is_gone(world: World, item: Make) -> None:
    ident = item()
    client = world.client("adm")
    client.post("/admin/apps/shop", data={})
    for url in (f"/r/shop.item/{ident}", "/r/shop.item", "/r/shop.item/new", "/pick/shop.item"):
        assert client.get(url).status_code == 404
    assert "/r/shop.item" not in client.get("/").text
    assert world.client("b-adm").get("/r/shop.item").status_code == 200
    client.post("/admin/apps/shop", data={"on": "1"})
    assert "I0001" in client.get("/r/shop.item").text


def test_strict_headers_are_on_every_page(world: World) -> None:
    answer = world.client("adm").get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    for bad in (" style=", "onclick=", "hx-on", "<style", "javascript:"):
        assert bad not in answer.text


@pytest.mark.parametrize("target", [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "http:evil.example", "javascript:alert(1)", "/\tevil", "/\n/evil.example", " /evil", "evil", "",
    "data:text/html,x", "/%0d%0aSet-Cookie:x\r\n", "//", "/\\/evil.example", "ftp://x", "/ /evil",
    "\x00/x", "/\x7fx", "?x", "#x", "./x", "../x", "@evil.example",
])
def test_ways_back_never_leave_the_site(target: str) -> None:
    assert safe_next(target, "/home") == "/home"


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_no_way_back_leaves_the_site(target: str) -> None:
    found = safe_next(target)
    assert found.startswith("/") and not found.startswith(("//", "/\\"))
