"""Built reports: their figures equal sums by hand, for each person and on both databases."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from core.administration import CustomField
from core.api import Forbidden, Invalid, RoleRow, archive, save
from core.companies import disable_plugin
from core.testing import World
from core.testing.world import Templates, postgres_world
from plugins import products, reports
from plugins.products.reference import ExchangeRate
from plugins.reports import built, crossing, services, shapes
from plugins.reports.declare import Filters
from tests.core.pages import shop

PLUGINS, MODULES = ("shop", "reports"), {"shop": shop, "reports": reports}
DEALS = (  # login, due, currency, amount
    ("rep", "2026-01-31", "USD", "0.10"), ("rep", "2026-02-01", "USD", "0.20"),
    ("rep", "2026-02-28", "EUR", "100.05"), ("rep2", "2026-12-31", "USD", "1000000.01"),
    ("rep2", None, "USD", "7"),
)


@pytest.fixture(params=["sqlite", "postgres"])
def shops(request: Any, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """Company a with deals of two people, on both databases."""
    if request.param == "sqlite":
        world = templates.world(tmp_path, PLUGINS, MODULES)
        fill(world)
        yield world
        world.platform.database.engine.dispose()
        return
    if not os.environ.get("TRADEWIND_TEST_DATABASE_URL"):
        pytest.skip("TRADEWIND_TEST_DATABASE_URL is not set")
    with postgres_world(tmp_path, PLUGINS, MODULES) as world:
        fill(world)
        yield world


@pytest.fixture
def site(templates: Templates, tmp_path: Path) -> Iterator[World]:
    world = templates.world(tmp_path, PLUGINS, MODULES)
    fill(world)
    with world.act() as ctx:
        for role in ctx.session.scalars(select(RoleRow).where(RoleRow.key.in_(("rep", "reader")))):
            role.grants = [*role.grants, "reports.read", "reports.export", "reports.build",
                           "reports.board.sm", *(["reports.share"] if role.key == "rep" else [])]
    yield world
    world.platform.database.engine.dispose()


def fill(world: World) -> None:
    with world.act() as ctx:
        item = save(ctx, "shop.item", {"name": "Lamp", "kind": "lamp", "cost": "3",
                                       "currency": "USD", "made_in": "CN", "margin": "25%"})
        save(ctx, "shop.item", {"name": "Panel", "kind": "panel", "made_in": "CN"})
        ident = item.id
        ctx.session.add(CustomField(
            company_id=ctx.company.id, record="shop.deal", name="x_weight", kind="quantity",
            label={"en": "Weight"}, choices=[], required=False, section="", position=1,
            active=True))
    for login, due, currency, price in (*DEALS, ("b-rep", "2026-01-05", "USD", "5")):
        with world.act(login) as ctx:
            values = {"subject": f"deal {price}", "due": due, "currency": currency}
            if ctx.company.code == "a":
                line = {"item_id": ident, "quantity": "1", "price": price}
                values |= {"x_weight": "0.1", "lines": [line]}
            save(ctx, "shop.deal", values)
    with world.act("rep") as ctx:
        gone = save(ctx, "shop.deal", {"subject": "archived", "currency": "USD", "lines": [
            {"item_id": ident, "quantity": "1", "price": "999"}]})
        archive(ctx, gone)


def shape(**parts: Any) -> shapes.Shape:
    return shapes.read_shape({"record": "shop.deal", **parts})


def lines(table: Any) -> list[list[Any]]:
    return [[row.values.get(c.key) for c in table.columns] for row in table.rows]


SUMS = {"rows": [["due", "month"]], "values": [["amount", "sum"], ["*", "count"]]}


def test_figures_equal_sums_by_hand_within_the_wall_and_the_scope(shops: World) -> None:
    with shops.act("rep") as ctx:  # own deals only: not those of rep2, of company b, archived ones
        table = crossing.run(ctx, shape(**SUMS))
        heads = [(str(c.label), c.unit) for c in table.columns]
        assert heads[1:] == [("Sum: Amount", "EUR"), ("Sum: Amount", "USD"),
                             ("Number of records", "")]
        assert lines(table) == [["2026-01", None, D("0.1"), 1],
                                ["2026-02", D("100.05"), D("0.2"), 2]]
        assert table.totals() == {"c0": D("100.05"), "c1": D("0.3"), "c2": 3}
    with shops.act("reader") as ctx:
        table = crossing.run(ctx, shape(**SUMS))
        assert lines(table)[2:] == [["2026-12", None, D("1000000.01"), 1],
                                    ["(empty)", None, D(7), 1]]
        assert table.totals()["c1"] == D("1000007.31")


def test_columns_averages_ends_dates_and_totals(shops: World) -> None:
    with shops.act("reader") as ctx:
        table = crossing.run(ctx, shape(
            rows=[["due", "quarter"]], columns=[["owner_id", ""]],
            values=[["amount", "average"]], where={"f": "currency", "op": "eq", "v": "USD"}))
        assert [str(c.label) for c in table.columns] == ["Due by quarter", "REP", "REP2", "Total"]
        assert lines(table) == [["2026 Q1", D("0.15"), None, D("0.15")],
                                ["2026 Q4", None, D("1000000.01"), D("1000000.01")],
                                ["(empty)", None, D(7), D(7)]]
        assert table.totals()["t0"] == D("1000007.31") / 4  # of all deals, not of averages
        table = crossing.run(ctx, shape(rows=[["created_at", "month"]], values=[
            ["amount", "least"], ["amount", "most"], ["x_weight", "sum"]],
            where={"f": "currency", "op": "eq", "v": "USD"}))
        month = ctx.now.astimezone(ctx.zone)
        assert lines(table) == [[f"{month:%Y-%m}", D("0.1"), D("1000000.01"), D("0.4")]]


def test_each_figure_opens_the_list_behind_it(site: World) -> None:
    with site.act("rep") as ctx:
        rows = crossing.run(ctx, shape(**SUMS)).rows
        by_moment = crossing.run(ctx, shape(rows=[["created_at", "year"]])).rows
    client = site.client("rep")
    page = client.get(rows[1].urls["c1"]).get_data(as_text=True)
    assert "deal 0.20" in page and "deal 100.05" not in page and "deal 0.10" not in page
    page = client.get(rows[1].urls["c2"]).get_data(as_text=True)
    assert "deal 0.20" in page and "deal 100.05" in page and "deal 0.10" not in page
    assert "deal 0.10" in client.get(by_moment[0].url).get_data(as_text=True)


def test_hidden_fields_are_neither_offered_nor_run(shops: World) -> None:
    cost = shapes.read_shape({"record": "shop.item", "rows": [["kind", ""]],
                              "values": [["cost", "sum"]]})
    with shops.act("rep") as ctx:
        assert lines(crossing.run(ctx, cost)) == [["Lamp", D(3)], ["Panel", None]]
        row = built.keep(ctx, cost, {"name": "Costs"})
        row.shared = True
        key = f"own.{row.id}"
    with shops.act() as ctx:
        role = ctx.session.scalar(select(RoleRow).where(RoleRow.key == "reader"))
        role.hidden_fields = ["shop.item.cost"]
        role.grants = [*role.grants, "reports.read", "reports.build"]
    with shops.act("reader") as ctx:
        assert "cost" not in shapes.offers(ctx, shop.Item)
        with pytest.raises(Invalid):
            crossing.run(ctx, cost)
    page = shops.client("reader").get(f"/reports/{key}").get_data(as_text=True)
    assert "“cost” is not there any more" in page and "3.00" not in page
    body = {"record": "shop.item", "where": {"f": "cost", "op": "gt", "v": "1"}}
    page = shops.client("reader").post("/reports/build/preview", json=body).get_data(as_text=True)
    assert "There is no field" in page and "<table" not in page


def test_money_is_never_added_without_a_rate(site: World) -> None:
    with site.act("rep") as ctx:
        table = built.answered(ctx, shape(**SUMS, currency="CNY"))
        assert not table.rows and "No plugin of this company converts" in str(table.notes[0])


def test_bounds_are_said(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "MOST_GROUPS", 1)
    with site.act("rep") as ctx:
        table = crossing.run(ctx, shape(rows=[["subject", ""]]))
        assert len(table.rows) == 1 and "more than 1 groups" in str(table.notes[0])


def test_a_report_is_kept_shared_pinned_exported_copied_and_deleted(site: World) -> None:
    rep, reader = site.client("rep"), site.client("reader")
    kept = {"shape": json.dumps(shape(**SUMS, chart="bar").data()), "name": "My months"}
    assert rep.post("/reports/build/save", data={**kept, "name": ""}).status_code == 422
    answer = rep.post("/reports/build/save", data={**kept, "board": "sm"})
    url = answer.headers["Location"]
    assert url.startswith("/reports/own.")
    page = rep.get(url).get_data(as_text=True)
    assert "Sum: Amount and Number of records of Deals by Due by month. Archived records" in page
    assert "100.05" in page and 'data-island="chart"' in page
    assert "My months" in rep.get("/reports/").get_data(as_text=True)
    assert "My months" in rep.get("/reports/board/sm").get_data(as_text=True)
    sheet = openpyxl.load_workbook(io.BytesIO(rep.post(f"{url}/export").data)).active
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Sum: Amount (EUR)" in values and 100.05 in values
    assert reader.get(url).status_code == 404  # private
    ident = int(url.rpartition(".")[2])
    assert reader.get(f"/reports/build?copy={ident}").status_code == 404
    rep.post("/reports/build/save", data={**kept, "id": ident, "shared": "1", "name": "Months"})
    assert "1,000,007.31" in reader.get(url).get_data(as_text=True)  # her own scope: all
    stolen = reader.post("/reports/build/save", data={**kept, "id": ident})
    assert stolen.status_code == 403
    assert reader.post("/reports/build/save", data={**kept, "shared": "1"}).status_code == 403
    assert "Months (copy)" in reader.get(f"/reports/build?copy={ident}").get_data(as_text=True)
    assert reader.post(f"/reports/build/{ident}/delete").status_code == 403
    assert rep.post(f"/reports/build/{ident}/delete").status_code == 302
    assert rep.get(url).status_code == 404
    assert site.client("b-rep").get("/reports/build?record=shop.deal").status_code in (200, 403)


def test_from_a_list_with_its_filters_and_when_a_field_goes(site: World) -> None:
    client = site.client("rep")
    address = "/r/shop.deal?f.currency=EUR"
    assert "/reports/build?record=shop.deal&amp;f.currency=EUR" in client.get(address).get_data(
        as_text=True)
    page = client.get("/reports/build?record=shop.deal&f.currency=EUR").get_data(as_text=True)
    assert "where Currency is" in page and "Weight" in page
    with site.act("rep") as ctx:
        row = built.keep(ctx, shape(values=[["x_weight", "sum"]]), {"name": "Weights"})
        key = f"own.{row.id}"
        report = services.find_report(ctx, key)
        table = services.run(ctx, report, services.filters_of(ctx, report, {}))
        assert table.rows[0].values["c0"] == D("0.3")
        with pytest.raises(Forbidden):
            built.keep(ctx, shape(), {"name": "x"}, built.Built(id=9, user_id=0, shared=False))
    with site.act() as ctx:
        ctx.session.delete(ctx.session.scalar(select(CustomField)))
    page = client.get(f"/reports/{key}")
    assert page.status_code == 200 and "x_weight" in page.get_data(as_text=True)
    assert client.get("/reports/build?record=shop.nothing").status_code == 404
    assert client.post("/reports/build/preview", json=["x"]).status_code == 422


def test_a_plugin_that_was_switched_off_leaves_a_message(site: World) -> None:
    with site.act("rep") as ctx:
        key = f"own.{built.keep(ctx, shape(), {'name': 'Deals there were'}).id}"
    with site.act() as ctx:
        disable_plugin(ctx, "shop")
    with site.act("rep") as ctx:  # the roles of the toy went with it
        page = services.run(ctx, services.catalog(ctx)[key], Filters(ctx.today, ctx.today))
        assert "switched off" in str(page.notes[0]) and not page.columns


def test_amounts_in_one_currency_need_each_rate(templates: Templates, tmp_path: Path) -> None:
    names, modules = (*PLUGINS, "products"), {**MODULES, "products": products}
    world = templates.world(tmp_path, names, modules)
    fill(world)
    with world.act() as ctx:
        for rate in ctx.session.scalars(select(ExchangeRate)):
            ctx.session.delete(rate)
        save(ctx, ExchangeRate, {"currency": "USD", "valid_from": "2026-01-01", "rate": "7"})
    with world.act("rep") as ctx:
        table = built.answered(ctx, shape(**SUMS, currency="CNY"))
        assert not table.rows and "EUR" in str(table.notes[0])  # never a sum without it
    with world.act() as ctx:
        save(ctx, ExchangeRate, {"currency": "EUR", "valid_from": "2026-01-01", "rate": "8"})
    with world.act("rep") as ctx:
        table = built.answered(ctx, shape(**SUMS, currency="CNY"))
        assert lines(table) == [["2026-01", D("0.70"), 1], ["2026-02", D("801.80"), 2]]
        assert table.columns[1].unit == "CNY" and table.totals()["c0"] == D("802.50")
    world.platform.database.engine.dispose()
