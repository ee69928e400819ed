"""One world for the whole folder: company a is full of canaries, company b is the stranger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.testing import World
from core.testing.world import Templates
from tests.safety.filling import fill, talk


@dataclass
class House:
    """The world, the id of one record of company a per type, and tokens for the API by login."""

    world: World
    ids: dict[str, int]
    by_hand: dict[str, str]
    tokens: dict[str, str]


@pytest.fixture(scope="package")
def house(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Both companies, all bundled plugins on, everything filled."""
    world = templates.world(tmp_path_factory.mktemp("house"), ())
    ids, by_hand = fill(world)
    world.app.config["REST_PER_MINUTE"] = 100_000
    talk(world, ids)
    tokens = {login: _token(world, login) for login in ("adm", "b-gm", "b-adm")}
    yield House(world, ids, by_hand, tokens)
    world.platform.database.engine.dispose()


def _token(world: World, login: str) -> str:
    from plugins.rest.tokens import add_token

    with world.act(login) as ctx:
        return add_token(ctx, ctx.user_id or 0, "safety", ["*"])[1]
