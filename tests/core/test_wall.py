"""Nothing crosses the company wall: by the ORM on both databases, by the database on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from core.api import NotFound, find, save
from core.db import WallError
from core.testing import World
from tests.core.toy import Purchase, PurchaseLine, Toy


@pytest.fixture
def secret(both_toys: World) -> tuple[World, int]:
    with both_toys.act("sm") as ctx:
        return both_toys, int(save(ctx, Toy, {"name": "secret of a"}).id)


def test_every_way_to_read_stops_at_the_wall(secret: tuple[World, int]) -> None:
    world, ident = secret
    with world.act("b-gm") as ctx:
        session = ctx.session
        with pytest.raises(NotFound):
            find(ctx, Toy, ident)
        assert session.get(Toy, ident) is None
        assert session.scalars(select(Toy)).all() == []
        assert session.execute(select(Toy.name)).all() == []
        assert session.scalars(select(Toy).where(Toy.id.in_(select(Toy.id)))).all() == []
        assert session.query(Toy).count() == 0


def test_every_way_to_write_stops_at_the_wall(secret: tuple[World, int]) -> None:
    world, ident = secret
    with world.act("b-gm") as ctx:
        assert ctx.session.execute(update(Toy).values(name="stolen")).rowcount == 0
        assert ctx.session.execute(delete(Toy)).rowcount == 0
    with world.act("sm") as ctx:
        assert find(ctx, Toy, ident).name == "secret of a"


def test_statements_outside_the_orm_are_refused(secret: tuple[World, int]) -> None:
    world, _ident = secret
    with world.act("b-gm") as ctx:
        for statement in (select(Toy.__table__), text("SELECT * FROM toy_toy"),
                          insert(Toy.__table__).values(name="x")):
            with pytest.raises(WallError):
                ctx.session.execute(statement)


def test_a_foreign_object_is_not_written(secret: tuple[World, int]) -> None:
    world, ident = secret
    with world.act("sm") as ctx:
        toy = find(ctx, Toy, ident)
    with pytest.raises(WallError), world.act("b-gm") as ctx:
        toy.name = "stolen"
        ctx.session.add(toy)


def test_the_database_itself_refuses_a_link_across(secret: tuple[World, int]) -> None:
    world, ident = secret
    with pytest.raises(DBAPIError), world.act("b-gm") as ctx:
        order = save(ctx, Purchase, {"shop": "B"})
        ctx.session.add(
            PurchaseLine(
                company_id=ctx.company.id,
                parent_id=order.id,
                position=1,
                toy_id=ident,
                pieces=1,
                custom={},
            )
        )


def test_raw_sql_of_a_plugin_sees_one_company_on_postgresql(pg_toys: World) -> None:
    with pg_toys.act("sm") as ctx:
        save(ctx, Toy, {"name": "secret of a"})
    with pg_toys.act("b-gm") as ctx:
        raw = text("SELECT name FROM toy_toy")
        assert ctx.session.execute(raw, execution_options={"outside_the_wall": True}).all() == []
