"""The canary crawl (QUALITY T4): what company a wrote is nowhere to be read for company b."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.records import CompanyRow
from core.testing import World
from tests.safety.conftest import House
from tests.safety.filling import CANARY

NEVER = 987_654
# their rules want a story or a code of the trade: these rows are written below the services
BY_HAND = {"finance.entry", "mes.bom", "mes.op_report", "orders.delivery", "orders.change",
           "shipping.container",
           "products.hs_code", "products.port", "crm.assignment_rule"}
_LINK = re.compile(r"""(?:href|action|src|hx-get|data-[a-z-]+)=["'](/[^"'#]*)""")
_VARYING = re.compile(r"""(csrf[^>]*?(?:value|content)=["'])[^"']*|[0-9a-f]{12}\b""")
_WORDS = {
    "kind": ("log", "xlsx", "json"), "step": ("submit",), "name": ("name",),
    "token": ("made-up",), "system": ("erp",), "action": ("archive",),
    "filename": (), "path": (),
}


def leaks(body: bytes) -> bool:
    """Whether the canary is in an answer; workbooks are opened."""
    texts = [body]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as found:
            texts = [found.read(name) for name in found.namelist()]
    return any(CANARY.lower().encode() in text.lower() for text in texts)


def _pages(client: FlaskClient, start: Iterable[str], most: int) -> Iterator[tuple[str, Any]]:
    """Breadth first over all links of the site, like a curious reader."""
    seen, waiting = set(start), list(start)
    while waiting and most:
        path = waiting.pop(0)
        answer = client.get(path)
        most -= 1
        yield path, answer
        if answer.mimetype != "text/html":
            continue
        for link in _LINK.findall(answer.get_data(as_text=True)):
            link = unescape(link)
            shape = re.sub(r"=[^&]*", "=", link)
            if not link.startswith(("/static", "/logout")) and shape not in seen:
                seen.add(shape)
                waiting.append(link)


def every_address(house: House) -> list[str]:
    """All GET routes with every record type, and with ids that exist in company a only."""
    found = {"/"}
    registry = house.world.registry
    for rule in house.world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        options: list[dict[str, Any]] = [{}]
        for name in sorted(rule.arguments, key=lambda n: n not in ("record", "plugin")):
            options = [{**chosen, name: value} for chosen in options
                       for value in _values(house, rule.rule, name, chosen, registry)]
        with house.world.app.test_request_context():
            for chosen in options:
                _host, path = rule.build({**chosen}) or ("", "")
                found.add(path.partition("?")[0])
    return sorted(found)


def _values(
    house: House, rule: str, name: str, chosen: dict[str, Any], registry: Any
) -> tuple[Any, ...]:
    if name == "record":
        return tuple(registry.records)
    if name == "plugin":
        return tuple({key.partition(".")[0] for key in registry.records})
    if name == "key" and "/document" in rule:
        return tuple(registry.documents)
    if name == "name" and "plugin" in chosen:
        head = f"{chosen['plugin']}."
        return tuple(k.removeprefix(head) for k in registry.records if k.startswith(head))
    if "<int:" + name in rule:
        key = chosen.get("record") or f"{chosen.get('plugin')}.{chosen.get('name')}"
        return (house.ids[key],) if key in house.ids else (1, 2)
    return _WORDS.get(name, ("x",))


def test_each_type_has_a_record_to_betray(house: House) -> None:
    assert set(house.ids) == set(house.world.registry.records)
    assert set(house.by_hand) <= BY_HAND, house.by_hand


@pytest.mark.parametrize("login", ["b-gm", "b-adm"])
def test_no_page_of_the_other_company_shows_a_word(house: House, login: str) -> None:
    client = house.world.client(login)
    bearer = {"Authorization": f"Bearer {house.tokens[login]}"}
    reached = {path: client.get(path, headers=bearer if path.startswith("/api/v1") else {})
               for path in every_address(house)} if login == "b-gm" else {}
    searched = [f"{place}?q={CANARY}" for place in ("/search", "/palette")]
    for key in house.world.registry.records:
        searched += [f"/r/{key}?q={CANARY[:5]}&archived=1"]
    for path in searched:
        if login == "b-gm":
            reached[path] = client.get(path)
    reached |= dict(_pages(client, ["/", "/admin/people", "/reports/"], 90))
    told = {path for path, answer in reached.items()
            if CANARY not in path and leaks(answer.get_data())}
    echoed = {path for path, answer in reached.items()
              if CANARY in path and answer.get_data(as_text=True).count(CANARY) >
              answer.get_data(as_text=True).count(f"{CANARY}\"") + 6}
    assert not told | echoed
    assert not [path for path, answer in reached.items() if answer.status_code >= 500]
    good = [path for path, answer in reached.items() if answer.status_code == 200]
    assert len(good) >= (400 if login == "b-gm" else 40), "a crawl that reads little shows little"


def test_the_crawl_would_see_it(house: House) -> None:
    client = house.world.client("adm")
    told = sum(leaks(client.get(f"/r/{key}").get_data()) for key in house.ids)
    assert told > len(house.ids) * 0.8
    assert leaks(client.get("/exchange/export/crm.customer").get_data())


def _calm(answer: Any, ident: int) -> tuple[int, str, dict[str, str]]:
    """An answer without the id that was asked for and without what differs between any two."""
    body = answer.get_data(as_text=True)
    own_id = re.compile(rf"(?<=[/F]){ident}(?=\D|$)")
    body = own_id.sub("ID", _VARYING.sub(r"\1", body))
    headers = {k: own_id.sub("ID", v) for k, v in answer.headers.items()
               if k not in ("Set-Cookie", "Date", "Content-Length", "RateLimit-Remaining",
                            "RateLimit-Reset", "X-Request-Id")}
    return answer.status_code, body, headers


def _doors(world: World, key: str, ident: int) -> Iterator[tuple[str, str]]:
    place, api = f"/r/{key}/{ident}", f"/api/v1/{key.replace('.', '/')}/{ident}"
    yield from (("GET", f"{place}{end}") for end in ("", "/edit", "/field/name"))
    step = next(iter(world.registry.steps.get(key, {})), "submit")
    yield from (("POST", f"{place}{end}") for end in (
        "/edit", "/archive", "/comment", "/files", "/activity", "/move", f"/step/{step}"))
    yield "GET", f"{place}/step/{step}"
    yield from (("GET", f"{api}{end}") for end in ("", "/steps", "/attachments"))
    yield from (("POST", f"{api}{end}") for end in ("/archive", f"/steps/{step}", "/attachments"))
    yield "PATCH", api
    for document in world.registry.documents.values():
        if document.record == key:
            yield "GET", f"/document/{document.key}/{ident}"


def test_a_foreign_id_answers_like_one_that_never_was(house: House) -> None:
    client = house.world.client("b-adm")
    bearer = {"Authorization": f"Bearer {house.tokens['b-adm']}"}
    asked = 0
    for key, ident in list(house.ids.items())[::3]:  # test_doors knocks at all of them
        pairs = zip(_doors(house.world, key, ident), _doors(house.world, key, NEVER), strict=True)
        for (verb, foreign), (_verb, never) in pairs:
            headers = bearer if foreign.startswith("/api/v1") else {}
            theirs, nobodys = (
                client.open(path, method=verb, headers=headers) for path in (foreign, never))
            assert theirs.status_code == 404, f"{verb} {foreign}: {theirs.status_code}"
            assert _calm(theirs, ident) == _calm(nobodys, NEVER), foreign
            asked += 1
    assert asked > 15 * 15


def test_other_rows_of_a_company_have_no_address_outside(house: House) -> None:
    """Files, notices, jobs, cases, people, roles, tokens, filters, batches, endpoints, sources."""
    client = house.world.client("b-adm")
    own = house.world.client("adm")
    patterns = [
        rule.rule for rule in house.world.app.url_map.iter_rules()
        if len(rule.arguments) == 1 and "<int:" in rule.rule and "GET" in (rule.methods or ())
    ]
    seen = 0
    for pattern in patterns:
        before, _mark, rest = pattern.partition("<int:")
        after = rest.partition(">")[2]
        for ident in (1, 2):
            here = own.get(f"{before}{ident}{after}")
            there = client.get(f"{before}{ident}{after}")
            if here.status_code == 200 and before != "/admin/people/":
                seen += 1
                nobodys = client.get(f"{before}{NEVER}{after}")
                here.close()
                assert _calm(there, ident) == _calm(nobodys, NEVER), pattern
    assert seen >= 5, patterns


def test_every_table_says_whose_rows_it_holds(house: House) -> None:
    from core.records import Base

    for mapper in Base.registry.mappers:
        cls = mapper.class_
        assert cls.scope_kind in ("company", "shared-read", "system"), cls
        if "company_id" in mapper.columns and cls.__name__ != "SignIn":
            assert issubclass(cls, CompanyRow), f"{cls} holds rows of a company past the wall"
