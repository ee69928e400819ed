"""Stored script (QUALITY I2): ten payloads in every text field, never unescaped on any page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.safety.conftest import House
from tests.safety.filling import CANARY, PAYLOADS

_RAW = [p for p in PAYLOADS if "<" in p]


class Danger(HTMLParser):
    """Collects what a browser would run or load: handlers, foreign scripts, javascript links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name.startswith("on") or text.startswith(("javascript:", "data:text")):
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("hx-get", "hx-post") and not text.startswith(("/", "?")):
                self.found.append(f"<{tag} {name}={value}>")
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/") and (
                given.get("type") not in ("application/json", "text/plain")):
            self.found.append("<script>")
        if tag in ("iframe", "object", "embed"):
            self.found.append(f"<{tag}>")
        if given.get("src") == "x":
            self.found.append(f"<{tag} src=x>")


def dangers(text: str) -> list[str]:
    """What of the payloads would come alive in a page."""
    parser = Danger()
    parser.feed(text)
    return parser.found + [p for p in _RAW if p in text]


def test_the_check_itself_sees_every_payload() -> None:
    for payload in PAYLOADS:
        assert dangers(f"<p title='{payload}'>{payload}</p>"), payload


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_no_payload_comes_alive(house: House, locale: str) -> None:
    client = house.world.client("adm")
    paths = [f"/search?q={CANARY}", "/palette?q=" + CANARY, "/", "/notices", "/account",
             "/admin/people", "/admin/roles", "/admin/fields", "/admin/audit", "/admin/company",
             "/account/tokens", "/webhooks", "/exchange/imports", "/inbox"]
    if locale == "en":
        for key, ident in house.ids.items():
            paths += [f"/r/{key}/{ident}", f"/r/{key}/{ident}/edit", f"/r/{key}", f"/pick/{key}",
                      f"/r/{key}?view=kanban"]
            paths += [f"/r/{key}/{ident}/step/{step}"
                      for step in list(house.world.registry.steps.get(key, {}))[:1]]
    seen = 0
    for path in paths:
        answer = client.get(path, headers={"Accept-Language": locale})
        assert answer.status_code in (200, 303, 403), f"{path}: {answer.status_code}"
        text = answer.get_data(as_text=True)
        seen += CANARY in text
        if answer.mimetype == "text/html":
            assert not dangers(text), f"{path}: {dangers(text)[:3]}"
        else:  # a JSON answer is no page, and says so
            assert answer.mimetype == "application/json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert seen > len(paths) * 0.6, "the payloads must really be on these pages"


def test_a_reflected_payload_is_escaped_too(house: House) -> None:
    client = house.world.client("adm")
    for payload in PAYLOADS:
        for path in ("/search", "/r/crm.customer", "/login", "/pick/crm.lead"):
            answer = client.get(path, query_string={
                "q": payload, "f.name": payload, "next": payload, "saved": payload,
                "group": payload, "sort": payload, "list": payload, "preset": payload})
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html":
                assert not dangers(answer.get_data(as_text=True)), f"{path} {payload}"


def test_files_of_people_never_run_in_the_page(house: House) -> None:
    client = house.world.client("adm")
    page = client.get(f"/r/crm.customer/{house.ids['crm.customer']}").get_data(as_text=True)
    files = set(re.findall(r"/files/\d+", page))
    assert files
    for path in files:
        for end in ("", "?show=1"):
            answer = client.get(path + end)
            answer.close()
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
