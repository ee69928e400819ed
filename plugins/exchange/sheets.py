"""Small workbooks of the wizard: the template of a record type, and refused rows."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from core.api import Ctx, _, record_class
from plugins.exchange.mapping import targets


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
    for n, head in enumerate((_("Field"), _("Needed"), _("Values"), _("Explanation"))):
        help_sheet.write_string(0, n, str(head), bold)
    for n, (name, field) in enumerate(fields.items()):
        sheet.write_string(0, n, str(field.label), needed if field.required else bold)
        sheet.set_column(n, n, 18)
        values = [str(c.label) for c in field.choices]
        if values and sum(map(len, values)) + len(values) < 250:
            sheet.data_validation(1, n, 5000, n, {"validate": "list", "source": values})
        help_sheet.write_string(n + 1, 0, str(field.label))
        help_sheet.write_string(n + 1, 1, str(_("yes")) if field.required else "")
        help_sheet.write_string(n + 1, 2, ", ".join(values) or field.kind)
        help_sheet.write_string(n + 1, 3, str(field.help or name))
    help_sheet.set_column(0, 3, 28)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def refused_sheet(heads: list[Any], refusals: list[dict[str, Any]]) -> bytes:
    """The rows as they were in the file, with what is wrong in the last column."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                                     "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "#b42318"})
    for n, head in enumerate([*heads, _("What is wrong")]):
        sheet.write_string(0, n, str(head or ""), bold)
    for row, refusal in enumerate(refusals, start=1):
        for n, value in enumerate(refusal["cells"]):
            if value is not None:
                sheet.write_string(row, n, str(value))
        sheet.write_string(row, len(heads), "; ".join(refusal["texts"]), red)
    book.close()
    return out.getvalue()
