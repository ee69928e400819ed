"""Inside a record: its place in the list it was opened from, and the way back with the filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from core.api import in_locale, save
from core.pages.assets import initials
from core.records import title_fields, title_of
from core.testing.world import World

from . import shop

Make = Callable[..., int]


def pager(page: Any) -> tuple[str, str, str]:
    """(“3 of 40”, address of the one before, of the next) of a record's page; "" at the ends."""
    nav = re.search(r'<nav class="tw-pager".*?</nav>', page.text, re.S)
    assert nav is not None
    ends = [re.search(rf'href="([^"]+)" rel="{rel}"', nav.group()) for rel in ("prev", "next")]
    words = re.search(r'<span class="tw-muted">(.*?)</span>', nav.group())
    assert words is not None
    before, after = (end.group(1).replace("&amp;", "&") if end else "" for end in ends)
    return words.group(1), before, after


@pytest.fixture
def goods(world: World, item: Make) -> list[int]:
    """Twelve items with repeated and empty prices and kinds."""
    return [item(name=f"T-{n}", price=("", "5", "7")[n % 3], kind=("lamp", "panel", "")[n % 2],
                 cost="" if n % 4 else "3") for n in range(12)]


@pytest.mark.parametrize("query", [
    "sort=price", "sort=-price", "sort=-price,name", "sort=kind,-price", "group=kind&sort=-price",
    "q=T-1&sort=name", "f.kind=lamp&sort=cost", "", "preset=lamps&sort=-cost,price",
])
def test_next_and_previous_walk_the_list_in_its_order(
    world: World, goods: list[int], query: str
) -> None:
    client = world.client("adm")
    page = client.get(f"/r/shop.item?{query}")
    shown = re.findall(r'class="tw-cell-link" href="([^"]+)"', page.text)
    order = [int(re.search(r"/r/shop\.item/(\d+)", url).group(1)) for url in shown]  # type: ignore[union-attr]
    assert len(order) > 1
    url, walked = shown[0].replace("&amp;", "&"), []
    for place in range(len(order)):
        words, before, after = pager(client.get(url))
        assert words == f"{place + 1} of {len(order)}"
        walked.append(int(re.search(r"/r/shop\.item/(\d+)", url).group(1)))  # type: ignore[union-attr]
        assert bool(before) is bool(place)
        if before:
            assert f"/r/shop.item/{order[place - 1]}?" in before
        url = after
    assert walked == order and url == ""


def test_the_way_back_keeps_the_filters_through_edit_and_save(world: World, item: Make) -> None:
    ident, client = item(), world.client("adm")
    back = "/r/shop.item?f.kind=lamp&sort=-price"
    here = f"/r/shop.item/{ident}?list={quote(back, safe='/')}"
    page = client.get(here)
    edit = re.search(r'href="([^"]+)" data-key="e"', page.text)
    assert edit is not None
    address = edit.group(1).replace("&amp;", "&")
    saved = client.post(address, data={"f.name": "Changed", "version": 1})
    assert saved.status_code == 303
    page = client.get(saved.location)
    assert f'<a href="{back.replace("&", "&amp;")}">Items</a>' in page.text
    assert pager(page)[0] == "1 of 1"


def test_a_foreign_list_is_not_followed(world: World, item: Make) -> None:
    for wrong in ("https://evil.example/r/shop.item", "/r/shop.deal", "//evil.example", "%00"):
        page = world.client("adm").get(f"/r/shop.item/{item()}?list={wrong}")
        assert page.status_code == 200 and "tw-pager" not in page.text
        assert '<a href="/r/shop.item">Items</a>' in page.text


def test_places_are_counted_inside_the_company(world: World, goods: list[int]) -> None:
    with world.act("b-adm") as ctx:
        ident = save(ctx, shop.Item, {"name": "Alone", "currency": "USD"}).id
    page = world.client("b-adm").get(f"/r/shop.item/{ident}?list=/r/shop.item")
    assert pager(page) == ("1 of 1", "", "")


def test_a_list_is_opened_again_as_it_was_left(world: World, item: Make) -> None:
    client, ident = world.client("adm"), item()
    client.post("/r/shop.item/last", data={"query": "?f.kind=lamp&sort=-price&after=x&evil=1"})
    left = "/r/shop.item?f.kind=lamp&amp;sort=-price"
    page = client.get(f"/r/shop.item/{ident}")
    assert re.search(rf'class="tw-menu__link" href="{re.escape(left)}"', page.text)
    assert f'<a href="{left}">Items</a>' in page.text
    assert f'href="{left}"' not in world.client("rep").get("/").text


def test_widths_are_kept_for_the_user_and_bounded(world: World, item: Make) -> None:
    item()
    client = world.client("adm")
    client.post("/r/shop.item/widths", data={"name": "333", "price": "5", "kind": "99999"})
    page = client.get("/r/shop.item").text
    assert 'data-path="name" width="333"' in page and 'data-path="price" width="48"' in page
    assert 'data-path="kind" width="800"' in page
    assert "tw-table--fixed" not in world.client("rep").get("/r/shop.item").text
    client.post("/r/shop.item/widths", data={})
    assert "tw-table--fixed" not in client.get("/r/shop.item").text


def test_a_list_tied_to_one_record_leads_back_to_it(world: World, deal: Make) -> None:
    first, client = deal(subject="Parent"), world.client("rep")
    deal(subject="Child", previous_id=first)
    page = client.get(f"/r/shop.deal?f.previous_id={first}").text
    assert f'<a href="/r/shop.deal/{first}">Parent</a>' in page
    other = deal("adm", subject="Not mine")
    assert "Not mine</a>" not in client.get(f"/r/shop.deal?f.previous_id={other}").text


def test_lately_opened_records_are_named_only_to_those_who_may_read(
    world: World, deal: Make
) -> None:
    mine, other = deal(subject="Mine"), deal("adm", subject="Not mine")
    asked = f"/palette?recent=shop.deal:{mine},shop.deal:{other},shop.deal:x,nothing:1"
    group = world.client("rep").get(asked).json["groups"][0]
    assert [item["label"] for item in group["items"]] == ["Mine"]
    assert "Opened lately" not in world.client("b-adm").get(asked).text


def test_a_date_that_has_passed_is_late_while_it_matters(world: World, deal: Make) -> None:
    client = world.client("rep")
    deal(subject="Old", due="2020-01-31")
    done = deal(subject="Sold", due="2020-02-28")
    client.post(f"/r/shop.deal/{done}/step/confirm", data={"asked": "1"})
    deal(subject="Coming", due="2099-12-31")
    page = client.get("/r/shop.deal").text
    assert '<span class="tw-bad">2020-01-31 late</span>' in page
    assert page.count(" late</span>") == 1


class Port:
    """A record with a name in two languages."""

    title, number, id = "name_en", None, 7
    name_en, name_zh = "Ningbo", "宁波"


def test_names_are_in_the_language_of_the_reader() -> None:
    bare = type("Bare", (Port,), {"name_zh": None})()
    with in_locale("zh"):
        assert title_fields(Port) == ("name_zh", "name_en")
        assert (title_of(Port()), title_of(bare)) == ("宁波", "Ningbo")
    with in_locale("en"):
        assert title_of(Port()) == "Ningbo"
    assert title_fields(shop.Item) == ("name",)


@pytest.mark.parametrize("name,mark", [
    ("李娜", "李"), ("Li Na", "LN"), ("Yue", "Y"), ("anna maria berg", "AB"), ("", "?"),
    (None, "?"), (" ", "?"),
])
def test_the_mark_of_a_person(name: str | None, mark: str) -> None:
    assert initials(name) == mark
