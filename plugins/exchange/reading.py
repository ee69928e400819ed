"""Reading workbooks and CSV files safely: sizes are checked before anything is parsed.

Limits of QUALITY §2.7: 200 entries, 100 MB each and 200 MB together while decompressing, ratio
200, 200,000 rows, 500 columns, an end after 1,000 empty rows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from core.api import Invalid, Refusal, _

ENTRIES, ENTRY_BYTES, TOTAL_BYTES, RATIO = 200, 100 * 2**20, 200 * 2**20, 200
ROWS, COLUMNS, EMPTY_ROWS = 200_000, 500, 1_000
CELL = 32_000


def _bad(text: object) -> Invalid:
    return Invalid(Refusal(text, "file"))


def check_zip(path: Path) -> None:
    """Refuse archives that would burst: the sizes are counted while decompressing."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES:
                raise _bad(_("The workbook has too many parts."))
            total = 0
            for entry in entries:
                size = 0
                with archive.open(entry) as part:
                    while chunk := part.read(2**18):
                        size += len(chunk)
                        if size > ENTRY_BYTES or size > RATIO * max(entry.compress_size, 2**14):
                            raise _bad(_("The workbook is packed too tightly to be honest."))
                total += size
                if total > TOTAL_BYTES:
                    raise _bad(_("The workbook is larger than 200 MB when unpacked."))
                if entry.filename.endswith((".xml", ".rels")):
                    _no_entities(archive, entry)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        raise _bad(_("This is not a readable Excel workbook.")) from None


def _no_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as part:
        if b"<!DOCTYPE" in part.read(4096):
            raise _bad(_("The workbook contains forbidden definitions."))


def read_rows(path: Path, name: str) -> Iterator[list[Any]]:
    """The rows of the first sheet, cells as text, Decimal, bool, date or None.

    Raises Invalid for files that are no tables or too large.
    """
    with path.open("rb") as file:
        head = file.read(4)
    rows = _workbook(path) if head.startswith(b"PK") else _csv(path)
    empty = 0
    for n, row in enumerate(rows):
        if n > ROWS:
            raise _bad(_("At most 200,000 rows. Split the file."))
        if len(row) > COLUMNS:
            raise _bad(_("At most 500 columns."))
        if all(cell is None or cell == "" for cell in row):
            empty += 1
            if empty > EMPTY_ROWS:
                return
            continue
        yield row


def _workbook(path: Path) -> Iterator[list[Any]]:
    check_zip(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        if not book.sheet_names:
            raise _bad(_("The workbook is empty."))
        sheet = book.get_sheet_by_index(0)
    except Invalid:
        raise
    except Exception as error:
        raise _bad(_("This is not a readable Excel workbook.")) from error
    if sheet.height > ROWS + EMPTY_ROWS or sheet.width > COLUMNS:
        raise _bad(_("At most 200,000 rows and 500 columns. Delete empty rows below the table."))
    for row in sheet.iter_rows():
        yield [_cell(cell) for cell in row]


def _cell(cell: Any) -> Any:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float | int):
        number = Decimal(repr(cell))
        return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return _unquoted(str(cell)[:CELL])


def _unquoted(text: str) -> str:
    """Take back the apostrophe that an export puts before a dangerous text."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r＝＋－＠" else text


def _csv(path: Path) -> Iterator[list[Any]]:
    data = path.read_bytes()
    if b"\0" in data[:4096]:
        raise _bad(_("Choose an Excel workbook (.xlsx) or a CSV file."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _bad(_("The text of the file cannot be read. Save it as UTF-8."))
    first = text[:4096]
    delimiter = max(",;\t", key=first.split("\n", 1)[0].count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_unquoted(cell[:CELL]) if cell != "" else None for cell in row]
    except csv.Error:
        raise _bad(_("The file is not a table of values separated by commas.")) from None
