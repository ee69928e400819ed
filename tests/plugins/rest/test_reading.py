"""The fast way of the API reads what the slow way reads, and sees every change at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.api import Ctx
from core.companies import disable_plugin
from core.people import CustomField, Member, RoleRow, User
from core.query import read_page
from core.testing import World
from plugins.crm.api import Customer
from plugins.rest.reading import fetch
from plugins.rest.records import Token
from tests.plugins.rest.test_api import Api, _customer

pytestmark = pytest.mark.plugins("crm", "rest")


@pytest.fixture
def filled(both: World) -> World:
    """Customers of two people and of another company, one of them archived, one shared."""
    world = both
    for login in ("rep", "rep2", "b-gm"):
        api = Api(world, login)
        for n in range(4):
            _customer(api, f"Canary {login} {n} GmbH", website=f"https://{login}{n}.example")
    with world.act("gm") as ctx:
        rows = list(ctx.session.scalars(select(Customer).order_by(Customer.id)))
        rows[0].archived_at = ctx.now
        rows[-1].pool = "public"
    return world


CASES: tuple[dict[str, Any], ...] = (
    {}, {"archived": True}, {"archived": None}, {"sort": "name"}, {"sort": "-country,number"},
    {"search": "canary"}, {"limit": 2},
)


def test_rows_are_those_of_the_orm(filled: World) -> None:
    columns = ["version", "name", "country", "owner_id", "created_at", "tags", "hold"]
    for login in ("gm", "rep", "rep2", "b-gm"):
        with filled.platform.act(login[0] if login == "b-gm" else "a", login, readonly=True) as ctx:
            for case in CASES:
                for _time in range(2):  # compiled first, then as remembered
                    slow = read_page(ctx, "crm.customer", columns, **case)
                    quick = read_page(ctx, "crm.customer", columns, **case, fetch=fetch)
                    assert quick == slow, (login, case)
            assert slow.rows


def test_the_wall_and_the_row_scope_stand_on_the_fast_way(filled: World) -> None:
    def names(login: str) -> set[str]:
        path = "crm/customer?limit=80"
        api = Api(filled, login)
        first, second = api("GET", path).json, api("GET", path).json
        assert first == second
        return {row["name"] for row in first["items"]}

    whole = names("gm")
    assert len(whole) == 7
    assert not any("b-gm" in name for name in whole)
    assert names("b-gm") == {f"Canary b-gm {n} GmbH" for n in range(4)}
    assert names("rep") == {"Canary rep 1 GmbH", "Canary rep 2 GmbH", "Canary rep 3 GmbH",
                            "Canary rep2 3 GmbH"}


def _no_grants(ctx: Ctx, login: str) -> None:
    ctx.session.scalars(select(RoleRow).where(RoleRow.key == login)).one().grants = []


def _user_off(ctx: Ctx, login: str) -> None:
    ctx.session.scalars(select(User).where(User.login == login)).one().active = False


def _member_off(ctx: Ctx, login: str) -> None:
    mine = select(User.id).where(User.login == login).scalar_subquery()
    ctx.session.scalars(select(Member).where(Member.user_id == mine)).one().active = False


def _revoked(ctx: Ctx, login: str) -> None:
    for row in ctx.session.scalars(select(Token)):
        row.revoked_at = ctx.now


def _plugin_off(ctx: Ctx, login: str) -> None:
    disable_plugin(ctx, "rest")


def test_what_is_taken_away_is_gone_at_the_next_request(filled: World) -> None:
    for change, login, status in (
        (_user_off, "rep2", 401), (_member_off, "sm", 404), (_no_grants, "rep", 404),
        (_revoked, "gm", 401), (_plugin_off, "gm", 404),
    ):
        api = Api(filled, login)
        for _time in range(3):
            assert api("GET", "crm/customer").status_code == 200
        with filled.act("adm") as ctx:
            change(ctx, login)
        for _time in range(2):
            assert api("GET", "crm/customer").status_code == status, change


def test_a_narrower_scope_hidden_fields_and_new_fields_count_at_once(filled: World) -> None:
    api = Api(filled, "gm")
    ask: Callable[[], list[dict[str, Any]]] = lambda: api("GET", "crm/customer").json["items"]  # noqa: E731
    for _time in range(3):
        assert len(ask()) == 7
    with filled.act("adm") as ctx:
        role = ctx.session.scalars(select(RoleRow).where(RoleRow.key == "gm")).one()
        role.hidden_fields = ["crm.customer.website"]
        ctx.session.add(CustomField(
            company_id=ctx.company.id, record="crm.customer", name="x_berth", kind="text",
            label={"en": "Berth"}, choices=[]))
    row = ask()[0]
    assert "website" not in row
    assert "x_berth" in row
    assert api("GET", "crm/customer?fields=website").status_code == 400
    with filled.act("adm") as ctx:
        role = ctx.session.scalars(select(RoleRow).where(RoleRow.key == "gm")).one()
        role.scope = "own"
    assert len(ask()) == 1  # that of the public pool


def test_a_list_takes_three_statements(filled: World) -> None:
    api = Api(filled, "gm")
    for _time in range(2):
        api("GET", "crm/customer")
    with filled.statements() as asked:
        assert api("GET", "crm/customer").status_code == 200
    assert len(asked) == 3, asked  # begin or the wall's settings, who calls, the rows
