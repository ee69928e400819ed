"""The same papers as workbooks, from the same data."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter

PRICED = (
    ("No.", None, 5), ("Description 品名规格", "description", 48), ("HS", "hs", 13),
    ("Quantity 数量", "quantity", 13), ("Unit 单位", "unit", 8),
    ("Unit price 单价", "price", 12), ("Amount 金额", "amount", 15),
)
PACKED = (
    ("Cartons 箱号", "range", 12), ("Description 品名规格", "description", 44),
    ("Pcs/ctn", "pieces", 9), ("Ctns 箱数", "cartons", 9), ("Quantity 数量", "quantity", 12),
    ("Unit 单位", "unit", 8), ("N.W. kg 净重", "net", 12), ("G.W. kg 毛重", "gross", 12),
    ("Carton cm", "size", 14), ("CBM", "cbm", 10),
)
FIGURES = frozenset(
    {"quantity", "price", "amount", "pieces", "cartons", "net", "gross", "cbm"}
)
HEAD = (
    ("Date 日期", "date"), ("Contract no. 合同号", "contract"),
    ("Buyer's order no. 买方订单号", "customer_po"), ("Terms 贸易术语", "term"),
    ("From 装运港", "port_loading"), ("To 目的港", "port_discharge"), ("Vessel 船名", "vessel"),
    ("Latest shipment 最迟装运", "latest_shipment"), ("Payment 付款", "payment_name"),
)


BANK = (
    ("Beneficiary 收款人", "beneficiary"), ("Bank 银行", "bank"), ("SWIFT", "swift"),
    ("Account no. 账号", "account"), ("Bank address 银行地址", "address"),
    ("Intermediary 中转行", "intermediary"),
)


def maker(
    context: Callable[..., dict[str, Any]], draft: Callable[..., bool] | None = None
) -> Callable[..., bytes]:
    """A function (ctx, record) → bytes of the workbook with the data of `context`.

    `draft(record)` true marks the heading, as the watermark does on the PDF.
    """

    def sheet(ctx: Any, record: Any) -> bytes:
        data = context(ctx, record)
        if draft is not None and draft(record):
            data["heading"] += " – DRAFT 草稿"
        return workbook(ctx.company.name_en or ctx.company.name, data)

    return sheet


def workbook(seller: str, data: dict[str, Any]) -> bytes:
    """A one-sheet workbook; text is written as text, figures as numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(str(data["number"])[:31].replace("/", "-"))
    bold = book.add_format({"bold": True})
    title = book.add_format({"bold": True, "font_size": 15})
    head = book.add_format({"bold": True, "bg_color": "#E9EEF5", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, seller, bold)
    sheet.write_string(1, 0, f"{data['heading']} {data['subheading']}", title)
    sheet.write_string(2, 0, f"{data['number_label']} {data['number']}")
    row = 3
    for label, key in HEAD:
        if data.get(key):
            sheet.write_string(row, 0, label)
            sheet.write_string(row, 1, str(data[key]))
            row += 1
    columns = PACKED if data.get("prices") is False else PRICED
    row += 1
    for place, (label, _key, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(row, place, label, head)
    sheet.repeat_rows(row)
    for count, line in enumerate(data["lines"], start=1):
        row += 1
        for place, (_label, key, _width) in enumerate(columns):
            _write(sheet, row, place, str(count) if key is None else line[key], key, cell)
    row = _totals(sheet, row + 1, data, bold)
    sheet.write_string(row, 0, data["words"], bold)
    for text in _foot(data):
        row += 1
        sheet.write_string(row, 0, text)
    sheet.set_footer("&C&P / &N")
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _foot(data: dict[str, Any]) -> list[str]:
    """What stands under the goods on the paper: payments, bank, splits, marks, conditions."""
    found = [
        f"{part['kind']}  {part['share']}  {data['currency']} {part['amount']}  {part['due']}"
        for part in data.get("payments", ())
    ]
    bank = data.get("bank") or {}
    found += [f"{label}: {bank[name]}" for label, name in BANK if bank.get(name)]
    found += data.get("splits", [])
    if data.get("marks"):
        found.append(f"Marks & nos. 唛头: {data['marks']}")
    found += [f"{n}. {row}" for n, row in enumerate(data.get("conditions", ()), start=1)]
    return found + list(data.get("clauses", ()))


def _totals(sheet: Any, row: int, data: dict[str, Any], bold: Any) -> int:
    if data.get("prices") is False:
        total = (f"{data['packages']} CTNS", f"N.W. {data['net']} KGS",
                 f"G.W. {data['gross']} KGS", f"{data['cbm']} CBM")
    else:
        total = (f"{data['currency']} {data['total']}",)
    sheet.write_string(row, 1, f"TOTAL 合计 {data['quantity_total']}; " + ", ".join(total), bold)
    return row + 2


def _write(sheet: Any, row: int, place: int, value: str, key: str | None, cell: Any) -> None:
    plain = value.replace(",", "")
    if key in FIGURES and plain:
        sheet.write_number(row, place, Decimal(plain), cell)
    else:
        sheet.write_string(row, place, value, cell)
