"""Writing workbooks and CSV: streamed, typed cells, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from core.api import Field

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


_FIRST_SIGNS = frozenset(DANGEROUS)
_EPOCH, _FIRST_DAY = datetime(1899, 12, 30), date(1899, 12, 30).toordinal()


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
    cells = list(enumerate(writers))
    count = 0
    for count, row in enumerate(rows, start=1):
        for n, write in cells:
            value = row[n]
            if value is not None and value != "":
                write(count, n, value)
    if count:
        sheet.autofilter(0, 0, count, len(heads) - 1)
    book.close()
    return count


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "Tradewind"


def _writer(sheet: Any, field: Field, styles: dict[str, Any], zone: ZoneInfo) -> Any:
    """The function that writes a cell of a column: (row, column, value)."""
    number, string = sheet.write_number, sheet.write_string
    style, quoted = styles.get(field.kind), styles["text"]

    def write_number(row: int, column: int, value: Any) -> None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            number(row, column, float(value), style)
        else:
            string(row, column, str(value))

    def write_date(row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            gone = value.astimezone(zone).replace(tzinfo=None) - _EPOCH
            number(row, column, gone.days + gone.seconds / 86_400, style)
        elif isinstance(value, date):
            number(row, column, value.toordinal() - _FIRST_DAY, style)
        else:
            string(row, column, str(value))

    def write_text(row: int, column: int, value: Any) -> None:
        text = value if isinstance(value, str) else str(value)
        if text[0] in _FIRST_SIGNS:
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
    local = ZoneInfo(zone)
    kinds = ["text" if not field.numeric and field.kind not in ("date", "moment") else field.kind
             for field in fields]
    yield "\ufeff" + _lines([heads])
    rest = iter(rows)
    while chunk := list(islice(rest, 500)):
        columns: list[Any] = list(zip(*chunk, strict=True))
        for n, kind in enumerate(kinds):
            columns[n] = [
                "" if value is None
                else safe_text(value if isinstance(value, str) else str(value)) if kind == "text"
                else _plain_cell(value, local)
                for value in columns[n]
            ]
        yield _lines(zip(*columns, strict=True))


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _plain_cell(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(" ", "minutes")[:16]
    return value.isoformat() if isinstance(value, date) else safe_text(str(value))
