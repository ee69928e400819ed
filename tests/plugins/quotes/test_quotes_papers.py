"""Quotation sheet and proforma invoice: what is on them, and what must never be."""

import io
import re
from decimal import Decimal as D

import openpyxl
import pypdf
import pytest

from core.api import in_locale, perform, print_document
from core.documents import document_html, pdf_of
from plugins.quotes import papers
from plugins.quotes.documents import DOCUMENTS

pytestmark = pytest.mark.plugins("products", "crm", "quotes")
SHEET, PROFORMA = DOCUMENTS


@pytest.fixture
def approved(ctx, quotation):
    """An approved quotation Q1."""
    row = quotation(ctx)
    ctx.session.info["gatekeeper"] = None
    perform(ctx, row, "submit")
    return row


def words(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_sheet_says_what_the_customer_needs(ctx, approved):
    html = document_html(ctx, SHEET, approved)
    for text in (
        "QT26110001-R0", "20-Nov-2026", "CIF HAMBURG, INCOTERMS® 2020", "USD 99,268.00",
        "SAY US DOLLARS NINETY-NINE THOUSAND TWO HUNDRED AND SIXTY-EIGHT ONLY", "9,232",
        "LED投光灯50W", "46×40×32", "MOQ 500", "67.712",
    ):
        assert text in html


def test_no_paper_shows_cost_or_margin(ctx, approved):
    for document in DOCUMENTS:
        html = document_html(ctx, document, approved)
        html = re.sub(r'<style>.*?</style>|style="[^"]*"', "", html, flags=re.S)
        for secret in ("68.00", "60.17", "62.46", "14.96", "7.05", "margin", "毛利"):
            assert not re.search(rf"\b{re.escape(secret)}", html), secret


def test_a_draft_carries_a_watermark_and_an_approved_paper_does_not(ctx, quotation, approved):
    draft = quotation(ctx)
    assert "background-image" in document_html(ctx, SHEET, draft)
    assert "background-image" not in document_html(ctx, SHEET, approved)
    perform(ctx, approved, "revise")
    assert "background-image" in document_html(ctx, SHEET, approved)


def test_the_payments_of_the_proforma_add_up(ctx, approved):
    parts = papers.payments(ctx, approved)
    amounts = [D(part["amount"].replace(",", "")) for part in parts]
    assert amounts == [D("29780.40"), D("69487.60")]
    assert sum(amounts) == approved.amount


def test_both_papers_are_drawn_without_complaint(ctx, approved):
    for document in DOCUMENTS:
        complaints: list[str] = []
        text = words(pdf_of(document_html(ctx, document, approved), complaints))
        assert complaints == []
        assert "99,268.00" in text
        assert "LED投光灯50W" in text


def test_a_long_quotation_repeats_its_heads_and_counts_its_pages(ctx, trade, quotation):
    lines = [{"product_id": trade.product, "quantity": 500 + n} for n in range(60)]
    row = quotation(ctx, lines=lines)
    pdf = print_document(ctx, "quotes.sheet", row)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2
    assert f"/ {len(pages)}" in pages[0].extract_text()
    assert all("单价" in page.extract_text() for page in pages[:-1])


def test_the_workbook_holds_numbers(ctx, approved):
    book = openpyxl.load_workbook(io.BytesIO(print_document(
        ctx, "quotes.sheet", approved, kind="xlsx")))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert 9200 in cells
    assert 10.79 in cells
    assert 99268 in cells


def test_dates_are_the_same_in_both_languages(ctx, approved):
    with in_locale("zh"):
        assert "20-Nov-2026" in document_html(ctx, SHEET, approved, "zh")
