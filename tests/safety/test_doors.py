"""Who may do what (QUALITY T3): every record type × every door, for strangers and for the unfit."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit import Activity, AuditRow, Comment
from core.files import FileRow
from core.people import Member, RoleRow
from core.testing import World
from tests.safety.conftest import House

Door = tuple[str, str, dict[str, Any]]


def reading(world: World, key: str, ident: int) -> Iterator[Door]:
    """Doors through which a record or its kind is seen."""
    api = f"/api/v1/{key.replace('.', '/')}"
    for path in (f"/r/{key}/{ident}", f"/r/{key}/{ident}/edit", f"{api}/{ident}",
                 f"{api}/{ident}/steps", f"{api}/{ident}/attachments"):
        yield "GET", path, {}
    for document in world.registry.documents.values():
        if document.record == key:
            yield "GET", f"/document/{document.key}/{ident}", {}


def kinds(key: str) -> Iterator[Door]:
    """Doors to a whole record type."""
    api = f"/api/v1/{key.replace('.', '/')}"
    for path in (f"/r/{key}", f"/r/{key}/new", f"/pick/{key}", f"/r/{key}/count",
                 f"/exchange/export/{key}", f"/exchange/import/{key}",
                 f"/exchange/template/{key}", api):
        yield "GET", path, {}


def making(key: str) -> Iterator[Door]:
    """Doors through which a record is made."""
    api = f"/api/v1/{key.replace('.', '/')}"
    table = (io.BytesIO(b"Name\nx\n"), "x.csv")
    yield "POST", f"/r/{key}/new", {"data": {"f.name": "x"}}
    yield "POST", api, {"json": {}}
    yield "POST", f"{api}:batch", {"json": {"items": [{}]}}
    yield "PUT", f"{api}/external/erp/1", {"json": {}}
    yield "POST", f"/exchange/import/{key}", {"data": {"file": table}}


def writing(world: World, key: str, ident: int) -> Iterator[Door]:
    """Doors through which a record is changed; all its steps are among them."""
    place, api = f"/r/{key}/{ident}", f"/api/v1/{key.replace('.', '/')}/{ident}"
    yield "POST", f"{place}/edit", {"data": {"version": "1"}}
    yield "POST", f"{place}/archive", {}
    yield "POST", f"{place}/field/name", {"data": {"f.name": "x", "version": "1"}}
    steps = list(world.registry.steps.get(key, {}))
    for step in steps:
        yield "POST", f"{place}/step/{step}", {"data": {"asked": "1"}}
    for step in steps[:2]:
        yield "POST", f"{api}/steps/{step}", {"json": {}}
    yield "PATCH", api, {"json": {}, "headers": {"If-Match": '"1"'}}
    yield "POST", f"{api}/archive", {"json": {}}
    yield "POST", f"{api}/attachments", {"data": {"file": (io.BytesIO(b"x"), "x.txt")}}


def talking(key: str, ident: int) -> Iterator[Door]:
    """Doors of the trail: whoever reads a record may talk about it."""
    place = f"/r/{key}/{ident}"
    yield "POST", f"{place}/comment", {"data": {"body": "x"}}
    yield "POST", f"{place}/activity", {"data": {"summary": "x"}}
    yield "POST", f"{place}/files", {"data": {"file": (io.BytesIO(b"x"), "x.txt")}}


def state_of(world: World, company: str = "a") -> dict[str, Any]:
    """How many rows a company has of each kind, and the version of every record."""
    with world.act(None, company) as ctx:
        found: dict[str, Any] = {
            row.__tablename__: ctx.session.scalar(select(func.count(row.id)))
            for row in (AuditRow, Comment, Activity, FileRow)}
        for key, cls in world.registry.records.items():
            rows = select(cls.id, cls.version, cls.state, cls.archived_at).order_by(cls.id)
            found[key] = [tuple(row) for row in ctx.session.execute(rows)]
    return found


class Knocker:
    """A signed-in person who tries doors by page and by API."""

    def __init__(self, house: House, login: str, token: str) -> None:
        self.client = house.world.client(login)
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.tried = 0

    def knock(self, door: Door) -> int:
        verb, path, more = door
        more = dict(more)
        headers = {**more.pop("headers", {}), **(self.bearer if path.startswith("/api") else {})}
        self.tried += 1
        return self.client.open(path, method=verb, headers=headers, **more).status_code


def test_a_stranger_finds_nothing_and_changes_nothing(house: House) -> None:
    """The administrator of company b holds every right, and none of it here."""
    world, before = house.world, state_of(house.world)
    knocker = Knocker(house, "b-adm", house.tokens["b-adm"])
    for key, ident in house.ids.items():
        for door in (*reading(world, key, ident), *writing(world, key, ident),
                     *talking(key, ident)):
            assert knocker.knock(door) == 404, f"{door[0]} {door[1]}"
        bulk = [s for s in world.registry.steps.get(key, {}).values() if s.bulk]
        for step in bulk[:1]:
            data = {"step": step.key, "row": str(ident)}
            assert knocker.knock(("POST", f"/r/{key}/bulk", {"data": data})) == 404, key
    assert state_of(world) == before
    assert knocker.tried > len(house.ids) * 15


def test_a_link_to_a_foreign_record_is_refused(house: House) -> None:
    """Nothing of company b may hang below a record of company a."""
    from core.records import fields_of

    knocker = Knocker(house, "b-adm", house.tokens["b-adm"])
    before = state_of(house.world, "b")
    tried = 0
    for key, cls in house.world.registry.records.items():
        for name, field in fields_of(cls).items():
            if field.kind == "link" and not field.system and field.target in house.ids:
                door = ("POST", f"/api/v1/{key.replace('.', '/')}",
                        {"json": {name: house.ids[field.target]}})
                assert knocker.knock(door) == 422, f"{key}.{name}"
                tried += 1
    assert tried > 30
    assert state_of(house.world, "b") == before


@pytest.fixture(scope="module")
def unfit(house: House) -> dict[str, Knocker]:
    """A member without any right, and one who may read everything and nothing else."""
    from core.companies import add_member
    from core.people import User
    from plugins.rest.tokens import add_token

    found = {}
    with house.world.act() as ctx:
        grants = [f"{key}.read" for key in house.world.registry.records]
        ctx.session.add(RoleRow(
            company_id=ctx.company.id, key="reader", sequence=98, scope="all", label={},
            grants=[*grants, "exchange.import"], hidden_fields=[], locked_fields=[]))
        for login in ("nobody", "reader"):
            user = User(login=login, name=login, locale="en", created_at=ctx.now, preferences={},
                        failed=0)
            ctx.session.add(user)
            ctx.session.flush()
            add_member(ctx, user, [login])
    for login in ("nobody", "reader"):
        with house.world.act(login) as ctx:
            assert ctx.session.scalar(select(Member).where(Member.user_id == ctx.user_id))
            token = add_token(ctx, ctx.user_id or 0, "safety", ["*"])[1]
        found[login] = Knocker(house, login, token)
    return found


def test_a_member_without_rights_meets_closed_doors(
    house: House, unfit: dict[str, Knocker]
) -> None:
    world, before = house.world, state_of(house.world)
    for key, ident in house.ids.items():
        for door in (*kinds(key), *making(key), *reading(world, key, ident),
                     *writing(world, key, ident), *talking(key, ident)):
            assert unfit["nobody"].knock(door) in (403, 404), f"{door[0]} {door[1]}"
    assert state_of(world) == before


def test_a_reader_reads_and_changes_nothing(house: House, unfit: dict[str, Knocker]) -> None:
    world, before, knocker = house.world, state_of(house.world), unfit["reader"]
    for key, ident in house.ids.items():
        for door in (("GET", f"/r/{key}/{ident}", {}), ("GET", f"/r/{key}", {})):
            assert knocker.knock(door) == 200, f"{door[0]} {door[1]}"
        assert knocker.knock(("GET", f"/exchange/export/{key}", {})) == 403, key
        for door in (*making(key), *writing(world, key, ident)):
            assert knocker.knock(door) in (403, 404, 409), f"{door[0]} {door[1]}"
    assert state_of(world) == before
