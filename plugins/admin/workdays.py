"""The working calendar: days off, make-up days and short days of the company's own (DOMAIN §0)."""

from __future__ import annotations

from datetime import date

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    _,
    administration,
    current_ctx,
    drawing,
    needs,
    ngettext,
    write_audit,
)
from plugins.admin.routes import ADMIN, admin, draw

CalendarDay = administration.CalendarDay


@admin.get("/admin/workdays", endpoint="workdays")
@needs(ADMIN)
def workdays() -> Response:
    """The days on which the company works other hours than usual, the latest first."""
    return _draw(current_ctx(), {})


def _draw(ctx: Ctx, faults: dict[str, list[str]], status: int = 200) -> Response:
    rows = list(ctx.session.scalars(select(CalendarDay).order_by(CalendarDay.day.desc())))
    return draw("workdays.html", status, rows=rows, faults=faults, form=request.form)


@admin.post("/admin/workdays", endpoint="workday")
@needs(ADMIN)
def say() -> Response:
    """Say how a day is worked (no hours: not at all); deadlines that run are set anew."""
    ctx = current_ctx()
    hours, faults = request.form.get("hours", "").strip()[:80], {}
    try:
        on = date.fromisoformat(request.form.get("day", "").strip())
    except ValueError:
        faults["day"] = [str(_("Write the day like 2026-11-20."))]
    try:
        administration.read_hours(hours)
    except Invalid as error:
        faults["hours"] = drawing.reasons_of(error)
    if faults:
        return _draw(ctx, faults, 422)
    row = ctx.session.scalar(select(CalendarDay).where(CalendarDay.day == on))
    if row is None:
        row = CalendarDay(company_id=ctx.company.id, day=on)
        ctx.session.add(row)
    row.hours, row.note = hours, request.form.get("note", "").strip()[:120]
    return _changed(ctx, row)


@admin.post("/admin/workdays/<int:ident>/usual", endpoint="workday_usual")
@needs(ADMIN)
def usual(ident: int) -> Response:
    """Work a day as usual again."""
    ctx = current_ctx()
    row = ctx.session.scalar(select(CalendarDay).where(CalendarDay.id == ident))
    if row is None:
        raise NotFound(_("This day is worked as usual already."))
    ctx.session.delete(row)
    return _changed(ctx, row, usual=True)


def _changed(ctx: Ctx, row: administration.CalendarDay, **data: bool) -> Response:
    ctx.session.flush()
    write_audit(ctx, "core.calendar.changed", None, day=row.day.isoformat(), hours=row.hours,
                note=row.note, **data)
    count = administration.recompute(ctx)
    text = ngettext("Saved. %(num)s running deadline was set anew.",
                    "Saved. %(num)s running deadlines were set anew.", count)
    flash(str(text), "ok")
    return drawing.go(url_for("admin.workdays"))
