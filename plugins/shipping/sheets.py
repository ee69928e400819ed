"""The shipping papers as workbooks; the declaration as rows that a broker can import."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter

HEAD = (
    ("Contract 合同号", "contract"), ("Buyer's order no. 买方订单号", "customer_po"),
    ("Carrier 承运人", "carrier"), ("S/O no. 订舱号", "booking_no"),
    ("Vessel 船名航次", "vessel"), ("ETD 开航", "etd"), ("ETA 到港", "eta"),
    ("Port of loading 起运港", "pol"), ("Port of discharge 卸货港", "pod"),
    ("Place of delivery 交货地", "place_of_delivery"), ("Containers 箱型箱量", "wanted"),
    ("B/L no. 提单号", "bl_number"), ("B/L date 提单日", "bl_date"), ("Value 金额", "value"),
    ("Freight 运费", "freight_terms"), ("B/L type 提单类型", "bl"), ("SI cut-off 截单", "si"),
    ("VGM cut-off 截VGM", "vgm_cut"), ("Customs cut-off 截关", "customs_cut"),
    ("CY cut-off 截港", "cy"),
)
GOODS = (
    ("Description 品名", "description", 44), ("Chinese 中文品名", "chinese", 30), ("HS", "hs", 9),
    ("Packages 件数", "packages", 10), ("Quantity 数量", "quantity", 14),
    ("G.W. kg 毛重", "gross", 12), ("CBM 体积", "cbm", 10),
)
FIGURES = frozenset({"packages", "gross", "cbm"})
ITEM = (
    ("项号", "no", 6), ("商品编号", "hs", 13), ("商品名称", "name", 24),
    ("申报要素", "elements", 44),
    ("法定第一数量", "first", 16), ("法定第二数量", "second", 16), ("成交数量", "own", 16),
    ("单价", "price", 12), ("总价", "amount", 14), ("币制", "currency", 8), ("原产国", "origin", 8),
    ("最终目的国", "destination", 10), ("境内货源地", "district", 10), ("征免", "duty", 14),
)


def maker(context: Callable[..., dict[str, Any]]) -> Callable[..., bytes]:
    """A function (ctx, record) → workbook with the data of `context`."""

    def sheet(ctx: Any, record: Any) -> bytes:
        data = context(ctx, record)
        book = _Book(f"{data['heading']} {data['subheading']} {data['number']}")
        for name in ("shipper", "consignee", "notify", "also_notify", "marks"):
            if data.get(name):
                book.pair(name.replace("_", " ").capitalize(), ", ".join(data[name]))
        for label, name in HEAD:
            if data.get(name):
                book.pair(label, str(data[name]))
        book.table(GOODS, data["goods"], FIGURES)
        total = f"{data['packages']} CTNS, {data['gross']} KGS, {data['cbm']} CBM"
        book.pair("TOTAL 合计", total)
        for box in data["boxes"]:
            words = (box["number"], box["type"], box["seal"], f"VGM {box['vgm']}")
            book.pair("Container 集装箱", " / ".join(words))
        return book.content()

    return sheet


def declared(context: Callable[..., dict[str, Any]]) -> Callable[..., bytes]:
    """A function (ctx, declaration) → workbook with header pairs and items."""

    def sheet(ctx: Any, paper: Any) -> bytes:
        data = context(ctx, paper)
        book = _Book(f"{data['heading']} {data['number']}")
        for row in data["rows"]:
            for label, value in row:
                book.pair(label, value)
        book.table(ITEM, data["lines"], frozenset({"price", "amount"}))
        return book.content()

    return sheet


class _Book:
    """A one-sheet workbook that is filled from the top."""

    def __init__(self, title: str) -> None:
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.out, {"in_memory": True, "strings_to_formulas": False})
        self.page = self.book.add_worksheet("1")
        self.bold = self.book.add_format({"bold": True})
        self.head = self.book.add_format({"bold": True, "bg_color": "#E9EEF5", "border": 1})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.page.write_string(0, 0, title, self.book.add_format({"bold": True, "size": 14}))
        self.row = 2

    def pair(self, label: str, value: str) -> None:
        """A label and its value in a row."""
        self.page.write_string(self.row, 0, label, self.bold)
        self.page.write_string(self.row, 1, value)
        self.row += 1

    def table(
        self, columns: tuple[tuple[str, str, int], ...], rows: list[dict[str, str]],
        figures: frozenset[str],
    ) -> None:
        """A table with its head; figures become numbers."""
        self.row += 1
        for place, (label, _name, width) in enumerate(columns):
            self.page.set_column(place, place, width)
            self.page.write_string(self.row, place, label, self.head)
        for line in rows:
            self.row += 1
            for place, (_label, name, _width) in enumerate(columns):
                plain = line[name].replace(",", "")
                if name in figures and plain:
                    self.page.write_number(self.row, place, Decimal(plain), self.cell)
                else:
                    self.page.write_string(self.row, place, line[name], self.cell)
        self.row += 2

    def content(self) -> bytes:
        """The bytes of the finished book."""
        self.page.set_footer("&C&P / &N")
        self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.book.close()
        return self.out.getvalue()
