"""The papers of an order as PDF and workbook (DOMAIN §3.2–3.5, §8)."""

import io
from datetime import timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core.api import perform, print_document
from core.documents import document_html, document_of, pdf_of
from plugins.orders import papers
from plugins.orders.api import Delivery, DeliveryLine, Order, OrderLine, packed_rows
from plugins.orders.deliveries import carton_of
from plugins.products.api import packed

pytestmark = pytest.mark.plugins("products", "crm", "quotes", "orders", "finance")


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def sheet_of(data):
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [[cell for cell in row if cell != ""] for row in rows]


def test_a_proforma_invoice_says_everything_in_both_languages(world, trade):
    with world.act("gm") as ctx:
        account = trade.account(ctx)
        account.state = "confirmed"
        order = trade.signed(ctx, goods=(("9200", "10.79"),), customer_po="PO-88")
        text = text_of(print_document(ctx, "orders.proforma", order))
    for wanted in (
        order.proforma_number, "PO-88", "CIF HAMBURG, INCOTERMS", "99,268.00", "29,780.40",
        "69,487.60", "SAY US DOLLARS NINETY-NINE THOUSAND TWO HUNDRED AND SIXTY-EIGHT ONLY",
        "形式发票", "LED 泛光灯 1", "9405429000", "3100USD", "We never change our bank account",
    ):
        assert wanted in text, wanted
    assert "DRAFT" not in text


def test_no_bank_details_before_the_second_person(world, trade):
    with world.act("gm") as ctx:
        trade.account(ctx)
        order = trade.signed(ctx)
        assert "3100USD" not in text_of(print_document(ctx, "orders.proforma", order))


def test_a_draft_carries_the_watermark(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx)
        document = document_of(ctx, "orders.contract", order)
        assert "draft.png" in document_html(ctx, document, order)
        perform(ctx, order, "submit")
        order.state = "approved"
        assert "draft.png" not in document_html(ctx, document, order)


def test_invoice_and_packing_list_agree_and_the_part_carton_stands_alone(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", goods=(("1003", "10.00"), ("9200", "2.50")))
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today)
        invoice, packing = papers.invoice(ctx, delivery), papers.packing_list(ctx, delivery)
        for key in ("packages", "gross", "net", "cbm", "quantity_total"):
            assert invoice[key] == packing[key]
        assert invoice["total"] == "33,030.00"
        rows = packing["lines"]
        assert [row["range"] for row in rows] == ["1–125", "126", "127–1276"]
        assert (rows[1]["pieces"], rows[1]["cartons"]) == ("3", "1")
        assert packing["packages"] == "1,276"
        for key in ("net", "gross"):
            total = sum(float(row[key].replace(",", "")) for row in rows)
            assert f"{total:,.2f}" == packing[key]
        text = text_of(print_document(ctx, "orders.packing_list", delivery))
        assert "10.00" not in text and "USD" not in text
        assert f"PL{delivery.suffix}" in text


def test_workbook_and_pdf_show_the_same_figures(world, trade):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", goods=(("1003", "10.0001"),))
        perform(ctx, order, "release")
        delivery = trade.ship(ctx, order, ctx.today)
        data = papers.invoice(ctx, delivery)
        rows = sheet_of(print_document(ctx, "orders.invoice", delivery, kind="xlsx"))
        assert [1.0, "LED floodlight 1", 9405429000.0, 1003.0, "PCS", 10.0001, 10030.1] in [
            [float(c) if c == "9405429000" or c == "1" else c for c in row] for row in rows
        ]
        assert any(data["words"] in row for row in rows)


def test_the_workbook_says_what_the_paper_says_below_the_goods(world, trade):
    with world.act("gm") as ctx:
        account = trade.account(ctx)
        account.state = "confirmed"
        order = trade.order(ctx, goods=(("9200", "10.79"),), marks="LUMONA")
        draft = str(sheet_of(print_document(ctx, "orders.contract", order, kind="xlsx")))
        assert "DRAFT" in draft
        perform(ctx, order, "submit")
        order.state = "approved"
        text = str(sheet_of(print_document(ctx, "orders.contract", order, kind="xlsx")))
    for wanted in ("29,780.40", "69,487.60", "3100USD", "AQL 2.5", "110 %", "0.5 %", "30 days",
                   "CIETAC", "Country of origin"):
        assert wanted in text, wanted
    assert "DRAFT" not in text


@pytest.mark.parametrize("key", ["orders.invoice", "orders.packing_list"])
def test_two_hundred_shipped_lines_keep_heads_and_totals(world, trade, key):
    with world.act("gm") as ctx:
        order = trade.signed(ctx, term="OA60", goods=tuple(("10", "1.00") for _n in range(200)))
        perform(ctx, order, "release")
        delivery = perform(ctx, order, "plan_delivery")
        document = document_of(ctx, key, delivery)
        complaints: list[str] = []
        pdf = pdf_of(document_html(ctx, document, delivery, "zh"), complaints)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert complaints == [] and len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
    assert all("Description" in page for page in pages[:-1])
    assert "2,000 PCS" in pages[-1] or "2,000 PCS" in pages[-2]


@given(
    quantity=st.decimals(1, 20_000, places=0), pieces=st.integers(1, 500),
    net=st.decimals("0.1", "40", places=2), tare=st.decimals(0, 3, places=2),
)
@settings(max_examples=60, deadline=None)
def test_packed_rows_add_up_to_the_line(quantity, pieces, net, tare):
    """Cartons, pieces and weights of the printed rows are those of the delivery line."""
    line = OrderLine(id=1, description_en="x", quantity=quantity, price=D(1), charge=False,
                     pieces_per_carton=pieces, carton_length=D(40), carton_width=D(30),
                     carton_height=D(20), gross_kg=net + tare, net_kg=net, unit="PCS")
    cargo = packed(quantity, carton_of(line))
    row = DeliveryLine(order_line_id=1, quantity=quantity, cartons=cargo.cartons,
                       gross_kg=cargo.gross, net_kg=cargo.net, cbm=cargo.cbm)
    found = packed_rows(Order(lines=[line]), Delivery(lines=[row]))
    assert sum(r.quantity for r in found) == quantity
    assert sum(r.cartons for r in found) == cargo.cartons
    assert sum(r.net for r in found) == cargo.net
    assert sum(r.gross for r in found) == cargo.gross
    assert all(r.gross >= r.net >= 0 for r in found)


def test_two_hundred_lines_run_over_pages_with_heads_and_page_numbers(world, trade):
    with world.act("gm") as ctx:
        order = trade.order(ctx, goods=tuple(("10", "1.00") for _n in range(200)))
        order.delivery_date = ctx.today + timedelta(days=30)
        document = document_of(ctx, "orders.proforma", order)
        complaints: list[str] = []
        pdf = pdf_of(document_html(ctx, document, order), complaints)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 3
    assert complaints == []
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
    for page in pages[:-1]:
        assert "Description" in page
    whole = "\n".join(pages)
    assert all(f"LED floodlight {n}\n" in whole for n in (1, 57, 133, 200))
