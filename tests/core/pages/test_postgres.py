"""The pages answer alike on PostgreSQL: lists, groups, boards, saving, steps, search."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.testing.world import World, postgres_world

from . import shop
from .conftest import words


@pytest.fixture
def pg(tmp_path: Path) -> Iterator[World]:
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, (), {"shop": shop}) as made:
        yield made


def test_a_day_of_work(pg: World) -> None:
    client = pg.client("adm")
    client.post("/admin/fields",
                data={"record": "shop.item", "kind": "quantity", "label_en": "Lux"})
    for n in range(3):
        client.post("/r/shop.item/new", data={
            "f.name": f"Lamp {n}", "f.kind": "lamp", "f.price": "10", "f.currency": "USD",
            "f.x_lux": str(100 * n)})
    assert client.post("/r/shop.deal/new", data={
        "f.subject": "Order", "f.due": "2026-12-24", "lines-0-item_id": "1",
        "lines-0-quantity": "3", "lines-0-price": "7.5"}).status_code == 303
    assert client.post("/r/shop.deal/1/step/confirm", data={"asked": "1"}).status_code == 303
    for url in ("/", "/r/shop.item?sort=-x_lux&q=lamp", "/r/shop.item?group=kind",
                "/r/shop.item?wf=x_lux&wo=ge&wv=100", "/r/shop.item?f.made_in=-",
                "/r/shop.deal?view=kanban", "/r/shop.deal?view=calendar&month=2026-12",
                "/r/shop.deal?sort=due&size=40", "/r/shop.item/2/edit?draft=1",
                "/r/shop.deal/1", "/search?q=order",
                "/pick/shop.item?q=2", "/admin/jobs", "/admin/audit?q=shop", "/notices"):
        assert client.get(url).status_code == 200, url
    for place in ("-x_lux", "made_in", "-price,name"):
        near = client.get(f"/r/shop.item/2?list=/r/shop.item%3Fsort%3D{place}")
        assert "2 of 3" in words(near), place
    assert client.post("/r/shop.item/draft?ident=2", data={"f.name": "x"}).status_code == 200
    found = words(client.get("/r/shop.item?wf=x_lux&wo=ge&wv=100"))
    assert "Lamp 1" in found and "Lamp 0" not in found
    assert "USD 30.00" in words(client.get("/r/shop.item?group=kind"))
    assert "The trail is whole" in client.post("/admin/audit/check", follow_redirects=True).text
    assert pg.client("b-adm").get("/r/shop.deal/1").status_code == 404


def test_guesses_are_counted(pg: World) -> None:
    client = pg.client()
    statuses = [client.post("/login", data={"login": "rep", "password": "x"}).status_code
                for _n in range(10)]
    assert statuses[0] == 422 and statuses[-1] == 429
