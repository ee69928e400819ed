"""Search, palette, home and calendar."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.testing.world import World

from .conftest import words

Make = Callable[..., int]


def test_search_and_palette_find_records_by_number_and_name(world: World, item: Make) -> None:
    item(name="Highbay 100")
    client = world.client("adm")
    assert "Highbay 100" in client.get("/search?q=highb").text
    found = client.get("/palette?q=I0001").json["groups"]
    assert found[-1]["items"][0]["url"] == "/r/shop.item/1"
    labels = [
        entry["label"]
        for group in client.get("/palette?q=").json["groups"]
        for entry in group["items"]
    ]
    assert "Deals" in labels and "New: Item" in labels
    picked = client.get("/pick/shop.item?q=100").json
    assert picked == [{"value": 1, "text": "I0001 Highbay 100"}]
    assert "Try a part" in client.get("/search?q=zzzz").text


def test_home_shows_cards_of_plugins(world: World) -> None:
    assert "Deals to confirm 3" in words(world.client("rep").get("/"))


def test_a_month_shows_records_on_their_day(world: World, deal: Make) -> None:
    deal(subject="Ship it", due="2026-12-24")
    client = world.client("rep")
    page = client.get("/r/shop.deal?view=calendar&month=2026-12").text
    assert re.search(r'datetime="2026-12-24".{0,200}Ship it', page, re.S)
    assert "Ship it" not in client.get("/r/shop.deal?view=calendar&month=2026-10").text
