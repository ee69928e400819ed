"""Plugins switched on one by one in a running company: a useful CRM first, more with each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.companies import enable_plugin
from core.migrate import create_everything
from core.people import RoleRow
from core.platform import build_platform
from core.testing import World, make_settings
from core.testing.factory import Factory
from core.testing.world import build_world

# the plugin switched on, who works with it, what they look at first, what it adds to a customer
STAGES = (
    ("crm", "rep", "/r/crm.customer", "Contacts"),
    ("quotes", "rep", "/r/quotes.quotation", "Quotations"),
    ("orders", "sm", "/r/orders.order", "Orders"),
    ("mes", "ppc", "/r/mes.work_order", "In production"),
    ("finance", "fin", "/r/finance.receivable", "Overdue money"),
    ("shipping", "doc", "/r/shipping.declaration", ""),
)
PEOPLE = ("adm", "gm", "sm", "rep", "fin", "ppc", "doc")
NOT_PAGES = ("/static", "/logout", "/files", "/document", "/api/")
LINK = re.compile(r'href="(/[^"#]*)"')
MENU = re.compile(r'<nav class="tw-menu".*?</nav>', re.S)


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything is installed, the company begins with customers alone."""
    folder: Path = tmp_path_factory.mktemp("young")
    platform = build_platform(make_settings(folder))
    create_everything(platform)
    build_world(platform, ["crm"])
    yield World(platform)
    platform.database.engine.dispose()


@pytest.fixture(scope="module")
def ids() -> dict[str, int]:
    """One record of each type so far."""
    return {}


def _links(page: str) -> list[str]:
    return [html.unescape(found) for found in LINK.findall(page)
            if not found.startswith(NOT_PAGES)]


def _menu(page: str) -> list[str]:
    found = MENU.search(page)
    assert found, "the page has no menu"
    for part in re.findall(r"<details.*?</details>", found[0], re.S):
        assert LINK.search(part), f"a group of the menu is empty: {part[:200]}"
    return _links(found[0])


def _crawl(client: FlaskClient, starts: list[str]) -> dict[tuple[str, str], int]:
    """Statuses by (where the link stands, path): the starts, and one of each kind that follows."""
    kinds: set[str] = set()
    found: dict[tuple[str, str], int] = {}
    todo, first = [("", path) for path in starts], len(starts)
    for number, (place, path) in enumerate(todo):
        kind = re.sub(r"\d+", "N", re.sub(r"=[^&]*", "", path))
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = client.get(path)
        found[place, path] = answer.status_code
        if number < first and answer.status_code == 200 and "html" in answer.content_type:
            todo += [(path, link) for link in _links(answer.get_data(as_text=True))]
    return found


@pytest.mark.parametrize(("plugin", "role", "page", "panel"), STAGES, ids=[s[0] for s in STAGES])
def test_each_plugin_lights_up_and_no_link_is_dead(
    young: World, ids: dict[str, int], plugin: str, role: str, page: str, panel: str
) -> None:
    before = {login: _menu(young.client(login).get("/").get_data(as_text=True))
              for login in PEOPLE}
    later = [name for name, *_rest in STAGES[[s[0] for s in STAGES].index(plugin) + 1:]]
    with young.act() as ctx:
        enable_plugin(ctx, plugin)
    with young.act() as ctx:
        factory, new = Factory(ctx), ["crm.customer"]
        factory.ids = ids
        for key, cls in ctx.registry.records.items():
            if ctx.registry.owner(key) in ctx.enabled and key not in ids:
                new.append(key)
                made = ctx.session.get(cls, factory.make(cls))
                if made is not None and hasattr(made, "owner_id") and len(new) % 2:
                    made.owner_id = young.user_id("rep")  # half of it her team may see
        assert set(PEOPLE) <= set(ctx.session.scalars(select(RoleRow.key)))
    customer = f"/r/crm.customer/{ids['crm.customer']}"
    menus = {login: _menu(young.client(login).get("/").get_data(as_text=True)) for login in PEOPLE}
    for login in PEOPLE:
        assert set(before[login]) <= set(menus[login]), "what was there stays"
    for login in ("gm", role):
        client = young.client(login)
        paths = (f"/r/{key}/{ids[key]}" for key in new)
        records = [path for path in paths if client.get(path).status_code == 200]
        known = set(before[login]) if plugin != "crm" else set()
        reached = _crawl(client, ["/", *records, *sorted(set(menus[login]) - known)])
        assert not {link: status for link, status in reached.items() if status >= 400}, login
        assert not [path for _place, path in reached for name in later
                    if path.startswith((f"/r/{name}.", f"/{name}/"))], "a link to what is off"
    assert page in menus["gm"] and page in menus[role]
    assert panel in young.client("gm").get(customer).get_data(as_text=True)
