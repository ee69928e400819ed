"""Vouchers as files: our own list, and lists for Kingdee and Yonyou (DOMAIN §2.12, §9)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from core.api import _
from plugins.finance.vouchers import VoucherLine

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
Cell = Callable[[VoucherLine], Any]


@dataclass(frozen=True)
class Layout:
    """The columns of one accounting package: (head, what stands below)."""

    label: object
    columns: Sequence[tuple[str, Cell]]


def _original(line: VoucherLine) -> Decimal:
    return line.original or line.debit or line.credit


LAYOUTS = {
    "plain": Layout(_("Own list"), (
        ("凭证日期", lambda v: v.on), ("凭证号", lambda v: v.number), ("行", lambda v: v.line),
        ("科目编码", lambda v: v.code), ("科目名称", lambda v: v.name),
        ("辅助核算", lambda v: v.auxiliary), ("币种", lambda v: v.currency),
        ("原币金额", lambda v: v.original), ("汇率", lambda v: v.rate or Decimal(0)),
        ("借方", lambda v: v.debit), ("贷方", lambda v: v.credit), ("摘要", lambda v: v.summary),
        ("单据", lambda v: v.paper),
    )),
    "kingdee": Layout(_("Kingdee"), (
        ("日期", lambda v: v.on), ("会计年度", lambda v: v.on.year),
        ("期间", lambda v: v.on.month), ("凭证字", lambda v: "记"), ("凭证号", lambda v: v.number),
        ("分录号", lambda v: v.line), ("摘要", lambda v: v.summary), ("科目代码", lambda v: v.code),
        ("科目名称", lambda v: v.name), ("核算项目", lambda v: v.auxiliary),
        ("币别", lambda v: v.currency), ("汇率", lambda v: v.rate or Decimal(1)),
        ("原币金额", _original), ("借方金额", lambda v: v.debit), ("贷方金额", lambda v: v.credit),
    )),
    "yonyou": Layout(_("Yonyou"), (
        ("制单日期", lambda v: v.on), ("凭证类别", lambda v: "记账凭证"),
        ("凭证编号", lambda v: v.number), ("分录序号", lambda v: v.line),
        ("摘要", lambda v: v.summary), ("科目编码", lambda v: v.code),
        ("科目名称", lambda v: v.name), ("辅助项", lambda v: v.auxiliary),
        ("币种", lambda v: v.currency), ("汇率", lambda v: v.rate or Decimal(1)),
        ("外币金额", _original), ("借方本币", lambda v: v.debit), ("贷方本币", lambda v: v.credit),
    )),
}


def workbook(lines: Sequence[VoucherLine], layout: str = "plain") -> bytes:
    """One sheet; built without a clock, so that a month gives the same file."""
    out = io.BytesIO()
    columns = LAYOUTS[layout].columns
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": date(2000, 1, 1)})
        sheet = book.add_worksheet("凭证")
        bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        rate = book.add_format({"num_format": "0.0000"})
        sheet.freeze_panes(1, 0)
        for place, (head, _cell) in enumerate(columns):
            sheet.write_string(0, place, head, bold)
            sheet.set_column(place, place, 24 if head in ("科目名称", "摘要") else 13)
        for row, line in enumerate(lines, start=1):
            for place, (head, cell) in enumerate(columns):
                value = cell(line)
                if isinstance(value, Decimal):
                    sheet.write_number(row, place, value, rate if head == "汇率" else amount)
                elif isinstance(value, int):
                    sheet.write_number(row, place, value)
                else:
                    sheet.write_string(row, place, str(value))
    return out.getvalue()


def comma_separated(lines: Sequence[VoucherLine], layout: str = "plain") -> bytes:
    """The same as CSV in UTF-8 with a mark that Excel knows; no cell is taken for a formula."""
    columns = LAYOUTS[layout].columns
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([head for head, _cell in columns])
    for line in lines:
        values = [cell(line) for _head, cell in columns]
        writer.writerow([
            f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
            for value in values
        ])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
