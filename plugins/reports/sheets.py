"""Exporting a table: the same columns in the same order as on screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from plugins.reports.declare import Column, Row, Table

FORMATS = {
    "money": "#,##0.00", "number": "#,##0.####", "percent": "0.00%", "days": "#,##0.0",
    "hours": "#,##0.0", "date": "yyyy-mm-dd",
}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def plain(value: Any) -> Any:
    """A value as a sheet keeps it; None stays empty."""
    if value is None or isinstance(value, Decimal | int | date):
        return value
    return safe(str(value))


def xlsx(title: str, definition: str, filters: Iterable[tuple[str, str]], table: Table) -> bytes:
    """A workbook: the question, its definition and filters above the table, totals below."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Report")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        looks = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        sheet.write_string(0, 0, title, bold)
        sheet.merge_range(1, 0, 1, max(5, len(table.columns) - 1), definition, wrap)
        sheet.set_row(1, 45)
        line = 2
        for label, value in filters:
            sheet.write_string(line, 0, f"{label}: {value}")
            line += 1
        line += 1
        for n, column in enumerate(table.columns):
            sheet.write_string(line, n, _head(column), head)
            sheet.set_column(n, n, 14 if column.numeric else 24)
        for row in table.rows:
            line += 1
            for n, column in enumerate(table.columns):
                _cell(sheet, line, n, row, column, looks)
        totals = table.totals()
        if totals and table.rows:
            line += 1
            for n, column in enumerate(table.columns):
                if column.key in totals:
                    sheet.write_number(line, n, totals[column.key], looks.get(column.kind))
    return target.getvalue()


def _head(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else str(column.label)


def _cell(
    sheet: Any, line: int, place: int, row: Row, column: Column, looks: dict[str, Any]
) -> None:
    value = plain(row.values.get(column.key))
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, looks["date"])
    elif isinstance(value, Decimal | int) and column.numeric:
        sheet.write_number(line, place, value, looks.get(column.kind))
    else:
        sheet.write_string(line, place, str(value))


def comma_separated(table: Table) -> bytes:
    """CSV in UTF-8 with a mark, so that Excel reads the Chinese."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([_head(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([
            "" if (value := plain(row.values.get(column.key))) is None else value
            for column in table.columns
        ])
    return target.getvalue().encode("utf-8-sig")
