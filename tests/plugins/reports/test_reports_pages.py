"""Every report opens, exports and obeys rights; figures and lists agree (DOMAIN §7)."""

import io
from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pytest

from core.api import Invalid, NotFound, perform
from plugins.reports import services, sheets
from plugins.reports.declare import Column, Row, Table

ALL = ("products", "crm", "quotes", "orders", "finance", "credit", "mes", "samples", "service",
       "reports")
pytestmark = pytest.mark.plugins(*ALL)


def test_the_general_manager_opens_every_report_and_its_list(world):
    client = world.client("gm")
    with world.act("gm") as ctx:
        reports = services.catalog(ctx)
        assert {r.key.partition(".")[0] for r in reports.values()} == {
            "crm", "quotes", "orders", "finance", "credit", "mes", "samples", "service", "inbox"
        }
    for report in reports.values():
        assert client.get(f"/reports/{report.key}").status_code == 200, report.key
        if report.behind:
            answer = client.get(f"/reports/{report.key}?view=list")
            assert answer.status_code == 200, report.key
        assert client.post(f"/reports/{report.key}/export").status_code == 200, report.key


@pytest.mark.parametrize("board", ["gm", "sm", "fin", "production"])
def test_dashboards(world, board):
    page = world.client("gm").get(f"/reports/board/{board}").get_data(as_text=True)
    assert page.count("tw-tile") >= 5


def test_a_rep_sees_neither_profit_nor_the_finance_dashboard(world):
    client = world.client("rep")
    assert client.get("/reports/orders.intake").status_code == 200
    assert client.get("/reports/finance.profit").status_code == 404
    assert client.get("/reports/board/fin").status_code == 404
    assert "finance.profit" not in client.get("/reports/").get_data(as_text=True)


def test_a_role_without_the_right_has_no_reports(world):
    assert world.client("wh").get("/reports/").status_code == 403


def test_the_definition_stands_beside_the_figure(world):
    page = world.client("gm").get("/reports/orders.otd").get_data(as_text=True)
    assert "Orders with their last B/L on or before the promised date" in page


def test_intake_counts_signed_orders_and_its_list_adds_up(world, trade):
    with world.act("gm") as ctx:
        trade.signed(ctx, goods=(("1000", "10.00"),))
        trade.signed(ctx, goods=(("500", "4.00"),))
        trade.order(ctx)
        cancelled = trade.signed(ctx)
        perform(ctx, cancelled, "cancel", {"reason": "cancelled"})
        report = services.find_report(ctx, "orders.intake")
        filters = services.filters_of(ctx, report, {"currency": "USD"})
        figures = services.run(ctx, report, filters)
        behind = services.run(ctx, report, filters, behind=True)
        assert figures.figures[0].value == D("12000.00")
        assert behind.totals()["shown"] == D("12000.00")
        assert len(behind.rows) == 2
        in_cny = services.run(ctx, report, services.filters_of(ctx, report, {}))
        assert in_cny.figures[0].value == D("84600.00")  # at 7.05


def test_a_rep_counts_only_own_orders(world, trade):
    with world.act("rep") as ctx:
        trade.signed(ctx.system(), goods=(("1000", "10.00"),))
    with world.act("rep2") as ctx:
        report = services.find_report(ctx, "orders.intake")
        filters = services.filters_of(ctx, report, {"currency": "USD"})
        assert services.run(ctx, report, filters).figures[0].value == 0


def test_backlog_is_what_is_not_shipped(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, goods=(("1000", "10.00"),))
        order.delivery_date, order.shipped = ctx.today - timedelta(days=1), D(4000)
        ctx.session.flush()
        report = services.find_report(ctx, "orders.backlog")
        table = services.run(ctx, report, services.filters_of(ctx, report, {"currency": "USD"}))
        assert [figure.value for figure in table.figures] == [D(6000), D(6000)]


def test_bad_filters_name_field_and_cure(world):
    with world.act("gm") as ctx:
        report = services.find_report(ctx, "orders.intake")
        with pytest.raises(Invalid) as error:
            services.filters_of(ctx, report, {"since": "1/2/26", "customer": "x",
                                              "currency": "XXX"})
        assert {reason.field for reason in error.value.reasons} == {"since", "customer",
                                                                    "currency"}
        with pytest.raises(Invalid, match="before it begins"):
            services.filters_of(ctx, report, {"since": "2026-02-01", "until": "2026-01-01"})
        with pytest.raises(NotFound):
            services.find_report(ctx, "orders.nothing")


def test_a_disabled_plugin_offers_no_reports(world):
    from core.companies import disable_plugin

    with world.act() as ctx:
        disable_plugin(ctx, "mes")
    assert world.client("gm").get("/reports/mes.open").status_code == 404


def test_export_has_the_columns_of_the_screen_and_no_formulas(world):
    table = Table([Column("name", "Name"), Column("amount", "Amount", "money", True)],
                  [Row({"name": "=1+1", "amount": D("1234.50")})])
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx("Q?", "Def", [("Period", "2026")], table)))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "Q?"
    assert ("Name", "Amount") in [row[:2] for row in rows]
    assert ("'=1+1", 1234.5) in [row[:2] for row in rows]
    assert "'=1+1" in sheets.comma_separated(table).decode("utf-8-sig")


def test_exports_are_on_the_trail(world):
    from sqlalchemy import select

    from core.api import AuditRow

    assert world.client("gm").post("/reports/orders.intake/export?format=csv").status_code == 200
    with world.act() as ctx:
        row = ctx.session.scalars(
            select(AuditRow).where(AuditRow.action == "reports.exported")).one()
        assert row.data["report"] == "orders.intake"


@pytest.mark.parametrize("key", ["orders.intake", "orders.backlog", "finance.profit",
                                 "finance.cash_forecast", "quotes.win", "crm.pipeline"])
def test_the_number_of_queries_does_not_grow_with_rows(world, trade, key):
    def count():
        with world.act("gm") as ctx:
            report = services.find_report(ctx, key)
            filters = services.filters_of(ctx, report, {"basis": "forecast"})
            with world.statements() as found:
                services.run(ctx, report, filters)
            return len(found)

    with world.act("gm") as ctx:
        trade.signed(ctx)
    few = count()
    with world.act("gm") as ctx:
        for _n in range(3):
            trade.signed(ctx)
    assert count() == few


def test_profit_of_the_matrix_is_the_profit_of_the_orders(world, trade):
    """Shared over lines and pivoted, not a cent is lost (DOMAIN §2.8)."""
    from plugins.finance.api import Entry, actual

    with world.act("gm") as ctx:
        order = trade.signed(ctx, goods=(("1000", "10.00"), ("333", "3.33")))
        for kind, cny in (("revenue", "78292.93"), ("fx", "-100.01"), ("charge", "33.34")):
            ctx.session.add(Entry(company_id=ctx.company.id, custom={}, on=ctx.today, kind=kind,
                                  order_id=order.id, currency="USD", cny=D(cny)))
        ctx.session.flush()
        report = services.find_report(ctx, "finance.profit")
        filters = services.filters_of(ctx, report, {})
        table = services.run(ctx, report, filters)
        profit = actual(ctx, order).profit
        assert table.figures[0].value == profit.gross == D("78159.58")
        assert table.totals()["sum"] == profit.gross
        assert services.run(ctx, report, filters, behind=True).totals()["gp"] == profit.gross
        assert table.rows[0].values["row"] == "Germany"


def test_a_missing_rate_is_said_in_its_tile_and_hides_no_other(world, trade):
    with world.act("gm") as ctx:
        customer = trade.customer(ctx, currency="EUR")
        order = trade.order(ctx, customer, no_rate=True)
        order.state, order.signed_on = "signed", ctx.today
    page = world.client("gm").get("/reports/board/gm")
    assert page.status_code == 200
    assert "There is no exchange rate" in page.get_data(as_text=True)
    assert page.get_data(as_text=True).count("tw-tile") >= 5
    assert world.client("gm").get("/").status_code == 200
