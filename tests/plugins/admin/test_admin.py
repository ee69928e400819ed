"""Administration: people, roles, settings, series, work and trail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from core.api import Member, RoleRow
from core.audit import AuditRow
from core.outbox import OutboxRow
from core.testing.world import World
from tests.core.pages import shop

Make = Callable[..., int]


@pytest.mark.parametrize(
    "url",
    [
        "/admin/people",
        "/admin/people/new",
        "/admin/people/1",
        "/admin/roles",
        "/admin/roles/1",
        "/admin/company",
        "/admin/workdays",
        "/admin/fields",
        "/admin/numbers",
        "/admin/apps",
        "/admin/jobs",
        "/admin/audit",
        "/account",
        "/notices",
        "/",
        "/companies",
    ],
)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_page_stands_in_both_languages(world: World, url: str, locale: str) -> None:
    client = world.client("adm")
    client.post("/language", data={"locale": locale})
    page = client.get(url)
    assert page.status_code == 200
    assert "%(" not in page.text


def role_id(world: World, key: str) -> int:
    with world.act() as ctx:
        return int(ctx.session.scalar(select(RoleRow.id).where(RoleRow.key == key)) or 0)


def member_id(world: World, login: str) -> int:
    with world.act() as ctx:
        found = select(Member.id).where(Member.user_id == world.user_id(login))
        return int(ctx.session.scalar(found) or 0)


def test_a_right_taken_away_counts_on_the_next_request(world: World) -> None:
    rep = world.client("rep")
    assert rep.get("/r/shop.item/new").status_code == 200
    world.client("adm").post(
        f"/admin/roles/{role_id(world, 'rep')}",
        data={"grants": ["shop.item.read", "made.up.right"], "scope": "all", "label": "Rep"},
    )
    assert rep.get("/r/shop.item/new").status_code == 403
    assert rep.get("/r/shop.item").status_code == 200
    assert rep.get("/r/shop.deal").status_code == 403
    with world.act() as ctx:
        role = ctx.session.scalar(select(RoleRow).where(RoleRow.key == "rep"))
        assert role.grants == ["shop.item.read"]


def test_the_last_administrator_stays(world: World) -> None:
    client = world.client("adm")
    answer = client.post(f"/admin/people/{member_id(world, 'adm')}", data={"roles": "rep"})
    assert answer.status_code == 409 and "must be able to administer" in answer.text
    answer = client.post(f"/admin/roles/{role_id(world, 'adm')}", data={"grants": "shop.*"})
    assert answer.status_code == 409
    assert client.get("/admin/people").status_code == 200


def test_nobody_gives_away_more_than_she_holds(world: World) -> None:
    with world.act() as ctx:
        role = ctx.session.scalar(select(RoleRow).where(RoleRow.key == "reader"))
        role.grants = ["core.admin", "shop.item.read"]
    client = world.client("reader")
    answer = client.post(
        f"/admin/roles/{role_id(world, 'reader')}", data={"grants": ["core.admin", "shop.*"]}
    )
    assert answer.status_code == 409
    invited = client.post("/admin/people/new", data={"login": "new", "roles": "adm"})
    assert invited.status_code == 409


def test_an_invited_person_sets_a_password_and_comes_in(world: World) -> None:
    page = world.client("adm").post(
        "/admin/people/new",
        data={"login": "Mei", "name": "Mei", "roles": "rep", "department": "Sales"},
    )
    link = re.search(r"http://localhost(/reset/[^<\"]+)", page.text)
    assert page.status_code == 200 and link is not None
    data = {"password": "a long password", "again": "a long password"}
    assert world.client().post(link.group(1), data=data).status_code == 303
    client = world.client()
    client.post("/login", data={"login": "mei", "password": "a long password"})
    assert client.get("/r/shop.deal").status_code == 200
    assert "Mei" in world.client("adm").get("/admin/people").text


def test_an_administrator_cannot_take_over_an_account_of_other_companies(world: World) -> None:
    with world.act(company="b") as ctx:
        from core.companies import add_member
        from core.people import User

        user = ctx.session.scalar(select(User).where(User.login == "rep"))
        add_member(ctx, user, ["rep"])
    page = world.client("adm").post(f"/admin/people/{member_id(world, 'rep')}/link")
    assert page.status_code == 200 and "/reset/" not in page.text


def test_the_number_series_only_goes_forward(world: World, item: Make) -> None:
    item()
    client = world.client("adm")
    client.post("/admin/numbers/shop.item", data={"last": "500"})
    assert client.post("/admin/numbers/shop.item", data={"last": "3"}).status_code == 422
    ident = item()
    with world.act() as ctx:
        assert ctx.session.get(shop.Item, ident).number == "I0501"


def test_given_up_work_is_tried_again(world: World) -> None:
    with world.act() as ctx:
        ctx.enqueue("core.sweep")
        ctx.session.execute(update(OutboxRow).values(state="dead", error="broken pipe"))
    client = world.client("adm")
    assert "broken pipe" in client.get("/admin/jobs").text
    with world.act() as ctx:
        ident = ctx.session.scalar(select(OutboxRow.id).where(OutboxRow.topic == "core.sweep"))
    client.post(f"/admin/jobs/{ident}")
    world.work()
    with world.act() as ctx:
        assert ctx.session.get(OutboxRow, ident).state == "done"


def test_a_changed_trail_is_noticed(world: World, item: Make) -> None:
    item()
    client = world.client("adm")
    assert "The trail is whole" in client.post("/admin/audit/check", follow_redirects=True).text
    with world.platform.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS core_audit_no_update")
        for name in (
            connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='core_audit'"
            )
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE core_audit SET actor='Nobody' WHERE id=2")
    page = client.post("/admin/audit/check", follow_redirects=True).text
    assert "Entry 2 or one near it was changed or removed." in page
    assert AuditRow.__tablename__ == "core_audit"


def test_administration_is_always_on(world: World) -> None:
    client = world.client("adm")
    answer = client.post("/admin/apps/admin", follow_redirects=True)
    assert "This app is always on" in answer.text
    assert client.get("/admin/apps").status_code == 200
