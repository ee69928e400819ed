"""Small workbooks of the wizard: the template of a record type, and refused rows."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from sqlalchemy import select

from core.api import Ctx, _, read_file, record_class
from plugins.exchange.mapping import headings, targets
from plugins.exchange.reading import numbered_rows
from plugins.exchange.records import Batch, Fault

PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def template_sheet(ctx: Ctx, record: str) -> bytes:
    """Headings of all fields, lists to choose from, and a sheet that explains each field."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(str(record_class(record).plural)[:31])
    help_sheet = book.add_worksheet(str(_("Explanation"))[:31])
    bold, needed = (
        book.add_format({"bold": True}),
        book.add_format({"bold": True, "font_color": "#b42318"}),
    )
    fields = {n: f for n, f in targets(ctx, record).items() if f.kind not in ("file", "json")}
    heads = headings(ctx, record)
    for n, head in enumerate((_("Field"), _("Needed"), _("Values"), _("Explanation"))):
        help_sheet.write_string(0, n, str(head), bold)
    for n, (name, field) in enumerate(fields.items()):
        sheet.write_string(0, n, heads[name], needed if field.required else bold)
        sheet.set_column(n, n, 18)
        values = [str(c.label) for c in field.choices]
        if values and sum(map(len, values)) + len(values) < 250:
            sheet.data_validation(1, n, 5000, n, {"validate": "list", "source": values})
        help_sheet.write_string(n + 1, 0, heads[name])
        help_sheet.write_string(n + 1, 1, str(_("yes")) if field.required else "")
        help_sheet.write_string(n + 1, 2, ", ".join(values) or field.kind)
        help_sheet.write_string(n + 1, 3, str(field.help or name))
    help_sheet.set_column(0, 3, 28)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def refused_sheet(ctx: Ctx, batch: Batch) -> bytes:
    """The refused rows as they are in the file, with what is wrong in one more column."""
    _row, path = read_file(ctx, batch.file_id)
    query = select(Fault).where(Fault.batch_id == batch.id).order_by(Fault.row)
    faults = {fault.row: fault for fault in ctx.session.scalars(query)}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN)
    sheet = book.add_worksheet()
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "#b42318"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    line, last, width = 0, 0, 0
    with closing(numbered_rows(path)) as rows:
        for n, cells in rows:
            fault = faults.get(n)
            last = fault.last if fault else last
            if line and n > last:
                continue
            for c, value in enumerate(cells):
                if value is not None:
                    _write(sheet, line, c, value, day if line else bold)
            if not line:
                width = len(cells)
                sheet.write_string(0, width, str(_("What is wrong")), bold)
            elif fault:
                sheet.write_string(line, max(width, len(cells)), "; ".join(fault.texts), red)
            line += 1
    sheet.set_column(0, max(width - 1, 0), 18)
    sheet.set_column(width, width, 60)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style if row == 0 else None)
