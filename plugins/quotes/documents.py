"""Quotation sheet and proforma invoice, as PDF and as a workbook."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from core.api import Ctx, Document, _
from plugins.quotes import papers
from plugins.quotes.records import Quotation

KEY = "quotes.quotation"
COLUMNS = (
    ("Model 型号", "model", 14), ("Description 品名", "description", 40),
    ("Chinese 中文品名", "chinese", 24), ("HS", "hs", 12), ("Quantity 数量", "quantity", 12),
    ("Unit 单位", "unit", 8), ("Unit price 单价", "price", 12), ("Amount 金额", "amount", 14),
    ("MOQ", "moq", 8), ("Pcs/ctn 每箱", "pieces", 9), ("Carton cm 外箱", "carton", 14),
    ("G.W. kg", "gross", 9), ("N.W. kg", "net", 9), ("20GP", "per_20gp", 9),
    ("40HQ", "per_40hq", 9),
)
NUMBERS = frozenset({"quantity", "price", "amount", "moq", "pieces", "gross", "net",
                     "per_20gp", "per_40hq"})


def draft(quotation: Quotation) -> bool:
    """Whether the paper carries the DRAFT watermark: until approval, and when replaced."""
    return not quotation.released


def sheet(ctx: Ctx, quotation: Quotation) -> bytes:
    """The quotation sheet as an XLSX workbook with real numbers."""
    return _workbook(papers.quotation_sheet(ctx, quotation), quotation)


def proforma_sheet(ctx: Ctx, quotation: Quotation) -> bytes:
    """The proforma invoice as a workbook: as the sheet, with payments and bank."""
    return _workbook(papers.proforma(ctx, quotation), quotation)


def _workbook(data: dict[str, Any], quotation: Quotation) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("Quotation")
    bold, title = book.add_format({"bold": True}), book.add_format({"bold": True, "size": 14})
    head = book.add_format({"bold": True, "bg_color": "#E9EEF5", "border": 1})
    number = book.add_format({"num_format": "#,##0.####"})
    money = book.add_format({"num_format": "#,##0.00##"})
    heading = data["heading"] + (" – DRAFT 草稿" if draft(quotation) else "")
    page.write_string(0, 0, f"{heading} {data['number']}", title)
    facts = (
        ("To 客户", data["buyer"]["name"]), ("Attn 收件人", data["attention"]),
        ("Date 日期", data["date"]), ("Valid until 有效期至", data["valid_until"]),
        ("Terms 贸易术语", data["term"]), ("Payment 付款方式", data["payment"]),
        ("Lead time 交货期", f"{data['lead_days']} days"), ("Currency 币种", data["currency"]),
    )
    for row, (label, value) in enumerate(facts, start=1):
        page.write_string(row, 0, label, bold)
        page.write_string(row, 1, str(value))
    top = len(facts) + 2
    for column, (label, _name, width) in enumerate(COLUMNS):
        page.set_column(column, column, width)
        page.write_string(top, column, label, head)
    for row, line in enumerate(data["lines"], start=top + 1):
        for column, (_label, name, _width) in enumerate(COLUMNS):
            _cell(page, row, column, line[name], name, money if name == "price" else number)
    last = top + len(data["lines"]) + 1
    if quotation.surcharge:
        page.write_string(last, 1, "Small order surcharge 小批量附加费")
        page.write_number(last, 7, float(quotation.surcharge), money)
        last += 1
    page.write_string(last, 1, "TOTAL 合计", bold)
    page.write_number(last, 7, float(quotation.amount or 0), money)
    page.write_string(last + 1, 1, data["words"])
    below = [
        (part["kind"], f"{part['share']}  {data['currency']} {part['amount']}  {part['due']}")
        for part in data.get("payments", ())
    ]
    below += (data.get("bank") or {}).items()
    for row, (label, value) in enumerate(below, start=last + 2):
        page.write_string(row, 0, label, bold)
        page.write_string(row, 1, str(value))
    page.freeze_panes(top + 1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _cell(page: Any, row: int, column: int, value: Any, name: str, number: Any) -> None:
    text = str(value or "")
    if name in NUMBERS and text:
        page.write_number(row, column, float(text.replace(",", "")), number)
    else:
        page.write_string(row, column, text)


DOCUMENTS = (
    Document(
        "quotes.sheet", KEY, _("Quotation sheet"), "quotes/sheet.html", papers.quotation_sheet,
        draft=draft, sheet=sheet, languages=("en", "zh"),
    ),
    Document(
        "quotes.proforma", KEY, _("Proforma invoice"), "quotes/proforma.html", papers.proforma,
        draft=draft, sheet=proforma_sheet, languages=("en", "zh"),
        filename=lambda record: f"PI-{record.number or record.id}",
    ),
)
