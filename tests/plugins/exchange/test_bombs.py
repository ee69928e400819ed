"""Files that would burst: each is refused in words, fast and in little memory (QUALITY B15)."""

from __future__ import annotations

import io
import re
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core import sheet
from core.api import Invalid
from plugins.exchange.reading import read_rows

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _honest(path: Path, **more: bytes) -> None:
    """A small workbook with other parts than it should have."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Name", "Country"])
    book.active.append(["Elba", "IT"])
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in more:
                new.writestr(entry, old.read(entry))
        for name, content in more.items():
            new.writestr(name, content)


def _zip(path: Path, *parts: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)


def _one_cell(path: Path, place: str) -> None:
    row = "".join(c for c in place if c.isdigit())
    text = f'{HEAD}<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData></worksheet>'
    _honest(path, **{SHEET: text.encode()})


def _rows(path: Path, count: int) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    table = book.add_worksheet()
    for n in range(count):
        table.write_number(n, 0, n)
    book.close()


def _entities(path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>'
    _honest(path, **{SHEET: f"{doctype}{HEAD}<row><c><v>&e11;</v></c></row>".encode()})


def _outside(path: Path) -> None:
    doctype = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    _honest(path, **{"xl/sharedStrings.xml": f"{doctype}<sst><si><t>&f;</t></si></sst>".encode()})


def _lying(path: Path) -> None:
    """The directory says ten bytes, the content has a gigabyte's worth of zeros in it."""
    _zip(path, (SHEET, b"0" * 2**25))
    data = path.read_bytes().replace((2**25).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)


BOMBS: dict[str, Callable[[Path], object]] = {
    "zip bomb": lambda p: _zip(p, (SHEET, b"0" * (150 * 2**20))),
    "many parts that are large together": lambda p: _zip(
        p, *((f"xl/media/{n}.bin", bytes(range(256)) * 2**10 * 50) for n in range(30))),
    "too many parts": lambda p: _zip(p, *((f"p{n}", b"x") for n in range(1000))),
    "a lying directory": _lying,
    "one cell in the last row and column": lambda p: _one_cell(p, "XFD1048576"),
    "a million rows below": lambda p: _one_cell(p, "A1048576"),
    "sixteen thousand columns": lambda p: _one_cell(p, "XFD2"),
    "a million columns": lambda p: p.write_bytes(b"," * 1_000_000 + b"\n1\n"),
    "too many rows": lambda p: _rows(p, 202_000),
    "too many lines": lambda p: p.write_bytes(b"a,b\n" + b"1,2\n" * 200_001),
    "entities": _entities,
    "an outside entity": _outside,
    "macros": lambda p: _honest(p, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"}),
    "an old workbook": lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000),
    "a picture": lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 500),
    "a program": lambda p: p.write_bytes(b"MZ\x90\0" + b"\0" * 500),
    "a document": lambda p: _zip(p, ("word/document.xml", b"<w:document/>")),
    "half a workbook": lambda p: (_rows(p, 2000), p.write_bytes(p.read_bytes()[:3000])),
    "broken XML": lambda p: _honest(p, **{SHEET: b"<worksheet><sheetData><row><c>"}),
    "one huge cell": lambda p: p.write_bytes(b"a,b\n" + b"x" * (10 * 2**20) + b",1\n"),
    "an open quote": lambda p: p.write_bytes(b'a,b\n"' + b"1,2\n" * 500_000),
    "paths that climb out": lambda p: _zip(p, ("../../etc/passwd", b"x"), ("/tmp/x", b"x")),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_words_fast_and_small(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    BOMBS[name](path)
    before = _highest(anew=True)
    begun, used = time.monotonic(), _cpu()
    with pytest.raises(Invalid) as caught:
        for _row in read_rows(path):
            pass
    took = min(time.monotonic() - begun, _cpu() - used)  # other work on the machine is not ours
    assert took < 5
    assert _highest() - before < 100 * 2**10
    assert len(str(caught.value.reasons[0].text)) > 5
    assert caught.value.reasons[0].field == "file"


def test_the_child_may_not_take_more_than_300_mb() -> None:
    assert sheet.MEMORY <= 300 * 2**20


def _highest(anew: bool = False) -> int:
    """The highest resident memory of this process in KiB; `anew` begins to count here."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def _cpu() -> float:
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF,
                                                        resource.RUSAGE_CHILDREN))
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def test_formulas_are_never_run_only_what_they_last_said(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    table = book.add_worksheet()
    table.write_row(0, 0, ["Name", "Amount"])
    table.write_formula(1, 0, '=WEBSERVICE("http://x.example")', None, "Elba")
    table.write_formula(1, 1, "=1+1", None, 2)
    table.write_string(2, 0, "=HYPERLINK(1)")
    book.close()
    rows = list(read_rows(path))
    assert rows[1] == ["Elba", 2]
    assert rows[2][0] == "=HYPERLINK(1)"


def test_a_large_honest_file_is_streamed(tmp_path: Path) -> None:
    """50,000 rows leave no more in this process than a few of them."""
    path = tmp_path / "honest.xlsx"
    _rows(path, 50_000)
    before = _highest(anew=True)
    assert sum(1 for _row in read_rows(path)) == 50_000
    assert _highest() - before < 20 * 2**10
