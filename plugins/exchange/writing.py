"""Writing workbooks and CSV: streamed, typed cells, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from core.api import Field

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_text(text: str) -> str:
    """Text that begins like a formula gets an apostrophe in front (QUALITY §2.7)."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _formats(book: Any) -> dict[str, Any]:
    return {
        "money": book.add_format({"num_format": "#,##0.00##"}),
        "quantity": book.add_format({"num_format": "#,##0.####"}),
        "percent": book.add_format({"num_format": "0.00%"}),
        "rate": book.add_format({"num_format": "0.0000##"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "text": book.add_format({"quote_prefix": True}),
        "head": book.add_format({"bold": True, "bottom": 1}),
    }


def write_workbook(
    path: Path, fields: Sequence[Field], heads: Sequence[str], rows: Iterable[Sequence[Any]],
    zone: str = "Asia/Shanghai", title: str = "Tradewind",
) -> int:
    """Write rows to `path` in constant memory; returns how many there were."""
    book = xlsxwriter.Workbook(str(path), {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "remove_timezone": True,
    })
    sheet = book.add_worksheet(_sheet_name(title))
    styles = _formats(book)
    for n, head in enumerate(heads):
        sheet.write_string(0, n, head, styles["head"])
        sheet.set_column(n, n, max(12, min(40, len(head) * 2)))
    sheet.freeze_panes(1, 0)
    writers = [_writer(sheet, field, styles, ZoneInfo(zone)) for field in fields]
    count = 0
    for count, row in enumerate(rows, start=1):
        for n, value in enumerate(row):
            if value is not None and value != "":
                writers[n](count, n, value)
    if count:
        sheet.autofilter(0, 0, count, len(heads) - 1)
    book.close()
    return count


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "Tradewind"


def _writer(sheet: Any, field: Field, styles: dict[str, Any], zone: ZoneInfo) -> Any:
    number, string = sheet.write_number, sheet.write_string
    style = styles.get(field.kind)

    def write_number(row: int, column: int, value: Any) -> None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            number(row, column, float(value) if isinstance(value, Decimal) else value, style)
        else:
            string(row, column, str(value))

    def write_date(row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value.astimezone(zone).replace(tzinfo=None), style)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style)
        else:
            string(row, column, str(value))

    quoted = styles["text"]

    def write_text(row: int, column: int, value: Any) -> None:
        text = value if isinstance(value, str) else str(value)
        if text.startswith(DANGEROUS):
            string(row, column, text[:32767], quoted)
        else:
            string(row, column, text[:32767])

    if field.numeric:
        return write_number
    return write_date if field.kind in ("date", "moment") else write_text


def csv_lines(
    fields: Sequence[Field], heads: Sequence[str], rows: Iterable[Sequence[Any]],
    zone: str = "Asia/Shanghai",
) -> Iterator[str]:
    """The lines of a CSV file, with a mark for Excel that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    local = ZoneInfo(zone)
    writer.writerow(heads)
    yield "\ufeff" + out.getvalue()
    texts = [not field.numeric and field.kind not in ("date", "moment") for field in fields]
    for row in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([
            "" if value is None
            else safe_text(value if isinstance(value, str) else str(value)) if is_text
            else _plain_cell(value, local)
            for value, is_text in zip(row, texts, strict=True)
        ])
        yield out.getvalue()


def _plain_cell(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else safe_text(str(value))
