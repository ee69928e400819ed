"""Reading workbooks and CSV files safely: sizes are checked before anything is parsed.

A workbook is parsed in a child process and streamed from it. Limits of QUALITY §2.7: 200 entries,
100 MB each and 200 MB together while decompressing, ratio 200, 200,000 rows, 500 columns, an end
after 1,000 empty rows.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.api import Invalid, Refusal, Unreadable, _, sheet_rows

ENTRIES, ENTRY_BYTES, TOTAL_BYTES, RATIO = 200, 100 * 2**20, 200 * 2**20, 200
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ROWS, COLUMNS, EMPTY_ROWS = 200_000, 500, 1_000
CELL = 32_767


def _bad(text: object) -> Invalid:
    return Invalid(Refusal(text, "file"))


def check_zip(path: Path) -> None:
    """Refuse archives that would burst: the sizes are counted while decompressing."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.filename.endswith("vbaProject.bin") for entry in entries):
                raise _bad(_("The workbook contains macros. Save it as .xlsx, without them."))
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


def read_rows(path: Path) -> Iterator[list[Any]]:
    """`numbered_rows` without their numbers."""
    return (row for _n, row in numbered_rows(path))


def numbered_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """(number in the sheet, cells) of the rows that are not empty; close it to stop early.

    Cells are text, Decimal, bool, date or None. Raises Invalid for files that are no tables or too
    large.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(OLD_EXCEL):
        raise _bad(_("This is a workbook of an old Excel (.xls). Save it as .xlsx."))
    packed = head.startswith(b"PK")
    if not packed and b"\0" in head:
        raise _bad(_("Choose an Excel workbook (.xlsx) or a CSV file."))
    rows = _workbook(path) if packed else _csv(path)
    empty = 0
    for n, row in enumerate(rows, start=1):
        if n > ROWS + 1:
            raise _bad(_("At most 200,000 rows. Split the file."))
        if len(row) > COLUMNS:
            raise _bad(_("At most 500 columns."))
        if all(cell is None or cell == "" for cell in row):
            empty += 1
            if empty > EMPTY_ROWS:
                return
            continue
        yield n, row


def _workbook(path: Path) -> Iterator[list[Any]]:
    check_zip(path)
    with closing(sheet_rows(path)) as rows:
        try:
            height, width = next(rows)
            if height > ROWS + EMPTY_ROWS or width > COLUMNS:
                raise _bad(
                    _("At most 200,000 rows and 500 columns. Delete empty rows below the table."))
            for cells in rows:
                yield [_cell(cell) for cell in cells]
        except Unreadable:
            raise _bad(_("This is not a readable Excel workbook.")) from None


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return _unquoted(cell)
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, dict):
        return date.fromisoformat(cell["d"]) if "d" in cell else cell["m"]
    number = Decimal(repr(cell))
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _unquoted(text: str) -> str:
    """Take back the apostrophe that an export puts before a dangerous text."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r＝＋－＠" else text


def _csv(path: Path) -> Iterator[list[Any]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(4096)
        file.seek(0)
        delimiter = max(",;\t", key=first.count)
        try:
            for row in csv.reader(file, delimiter=delimiter):
                yield [_unquoted(cell[:CELL]) if cell != "" else None for cell in row]
        except csv.Error:
            raise _bad(
                _("The file is not a table of values separated by commas.")) from None


def _encoding(path: Path) -> str:
    """UTF-8 or GB 18030, whichever reads the whole file."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(2**16):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _bad(_("The text of the file cannot be read. Save it as UTF-8."))
