"""A world with the plugin `shop` only, and hands that fill in forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.api import save
from core.testing.world import Templates, World

from . import shop


@pytest.fixture(scope="session")
def shop_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("shop"), {"shop": shop})


@pytest.fixture
def world(shop_templates: Templates, tmp_path: Path) -> Any:
    made = shop_templates.world(tmp_path, (), {"shop": shop})
    yield made
    made.platform.database.engine.dispose()


@pytest.fixture
def item(world: World) -> Callable[..., int]:
    """Makes an item and returns its id."""

    def make(login: str = "adm", **values: Any) -> int:
        with world.act(login) as ctx:
            given = {"name": "Lamp", "kind": "lamp", "price": "10.50", "currency": "USD",
                     "cost": "7.25", "made_in": "CN", **values}
            return int(save(ctx, shop.Item, given).id)

    return make


@pytest.fixture
def deal(world: World, item: Callable[..., int]) -> Callable[..., int]:
    """Makes a deal of a person and returns its id."""

    def make(login: str = "rep", lines: int = 1, **values: Any) -> int:
        thing = item() if lines else 0
        with world.act(login) as ctx:
            rows = [{"item_id": thing, "quantity": "2", "price": "10"} for _n in range(lines)]
            given = {"subject": "Floodlights", "lines": rows, **values}
            return int(save(ctx, shop.Deal, given).id)

    return make


def words(response: Any) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def price(world: World, ident: int) -> Decimal | None:
    """The stored price of an item."""
    with world.act() as ctx:
        return ctx.session.get(shop.Item, ident).price
