"""The first sheet of a workbook, read by a process of its own within limits (QUALITY §2.7).

The child is this file, run by its path, so that nothing of the product is imported in it. It writes
one JSON array a line, first how tall and wide the sheet is, then the cells of each row: text,
numbers and booleans as they are, {"d": …} a date, {"m": …} a moment.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
from python_calamine import CalamineWorkbook

MEMORY = 300 * 2**20
CPU_SECONDS = 30
CELL = 32_767


class Unreadable(ValueError):
    """The file is no workbook, or reading it takes more than it may."""


def sheet_rows(path: Path) -> Iterator[list[Any]]:
    """[height, width], then the cells of each row; close it to stop early. Raises Unreadable."""
    child = subprocess.Popen([sys.executable, "-I", __file__, str(path)], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    out = child.stdout
    assert out is not None
    try:
        for line in out:
            yield orjson.loads(line)
        if child.wait():
            raise Unreadable(str(path))
    finally:
        out.close()
        child.kill()
        child.wait()


def _limit(name: str, value: int) -> None:
    """Lower a limit of this process, where the system has it (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    which = getattr(resource, name)
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard < 0 else min(value, hard), hard))


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell[:CELL] or None
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, datetime):
        if cell.time() == time(0):
            return {"d": cell.date().isoformat()}
        return {"m": cell.isoformat(sep=" ")}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    return str(cell) if isinstance(cell, time | timedelta) else None


def main(path: str) -> None:
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CPU", CPU_SECONDS)
    out = sys.stdout.buffer
    book = CalamineWorkbook.from_path(path)
    sheet = book.get_sheet_by_index(0)
    out.write(orjson.dumps([sheet.total_height, sheet.total_width]) + b"\n")
    out.flush()
    for row in sheet.iter_rows():
        out.write(orjson.dumps([_cell(cell) for cell in row]) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
