"""The pages of the report builder: choose records, arrange fields, see the answer, keep it."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    _,
    current_ctx,
    drawing,
    list_request,
    may_read,
    needs,
    record_class,
)
from plugins.reports import built, services, shapes
from plugins.reports.declare import Filters
from plugins.reports.records import Built
from plugins.reports.routes import answer, blueprint
from plugins.reports.shapes import Part, Shape

__all__ = ["blueprint"]


@blueprint.get("/build")
@needs("reports.build")
def build() -> Any:
    """A new report: of `record` with the filters of its list, or a `copy` of a built one."""
    ctx = current_ctx()
    copied = request.args.get("copy", type=int)
    if copied is not None:
        row = built.find_built(ctx, copied)
        return _builder(ctx, shapes.read_shape(row.shape),
                        name=str(_("%(name)s (copy)", name=row.name)))
    record = request.args.get("record", "")
    if not record:
        return render_template("reports/choose.html", groups=_records(ctx))
    if not may_read(ctx, record):
        raise NotFound(_("There are no records of this kind."))
    shape = Shape(record, values=(Part(shapes.RECORDS, "count"),), chart="bar",
                  where=list_request(ctx, record).where)
    return _builder(ctx, shapes.read_shape(shape.data()))


@blueprint.get("/build/<int:ident>")
@needs("reports.build")
def change(ident: int) -> Any:
    """Change a report that somebody built."""
    ctx = current_ctx()
    row = built.find_built(ctx, ident)
    shape = shapes.read_shape(row.shape)
    if not may_read(ctx, shape.record):
        return redirect(f"/reports/{built.PREFIX}{row.id}")  # it says what is missing
    return _builder(ctx, shape, row, row.name)


def _records(ctx: Ctx) -> dict[str, list[tuple[str, str, str]]]:
    """(key, plural, icon) of the records with a list that the user may read, by plugin."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for key in ctx.registry.lists:
        if may_read(ctx, key):
            cls = record_class(key)
            title = str(ctx.registry.plugins[ctx.registry.owner(key)].manifest.title)
            found.setdefault(title, []).append((key, str(cls.plural or cls.label), cls.icon))
    return found


def _builder(
    ctx: Ctx, shape: Shape, row: Built | None = None, name: str = "", reasons: Any = (),
    typed: Any = None, status: int = 200,
) -> Any:
    cls = record_class(shape.record)
    known = shapes.offers(ctx, cls)
    screen = drawing.list_of(ctx, cls)
    groups: dict[str, list[shapes.Offer]] = {"": []}
    for offer in known.values():
        groups.setdefault(offer.group, []).append(offer)
    codes = dict.fromkeys((ctx.company.currency, *services.CURRENCIES))
    zones = [
        ("rows", _("Rows"), shape.rows), ("columns", _("Columns"), shape.columns),
        ("values", _("Values"), shape.values),
    ]
    return render_template(
        "reports/build.html", cls=cls, shape=shape, row=row, name=name, zones=zones, known=known,
        groups=groups, charts=shapes.CHARTS, currencies=list(codes), reasons=reasons,
        typed=typed or {"shared": row.shared if row else False, "board": row.board if row else ""},
        boards=[(key, label) for key, label in BOARD_WORDS if ctx.can(f"reports.board.{key}")],
        builder={
            "fields": drawing.builder_fields(ctx, screen),
            "lists": drawing.builder_lists(ctx, screen),
            "where": json.dumps(shape.where) if shape.where else "",
            "words": {key: str(text) for key, text in drawing.BUILDER_WORDS.items()},
        },
        **_answer(ctx, shape, name),
    ), status


BOARD_WORDS = (("gm", _("General manager")), ("sm", _("Sales")), ("fin", _("Finance")),
               ("production", _("Production")))


def _answer(ctx: Ctx, shape: Shape, title: str) -> dict[str, Any]:
    filters = Filters(ctx.today, ctx.today, currency=ctx.company.currency)
    return {"report": {"title": title or _("New report")},
            "definition": built.definition(ctx, shape),
            **answer(built.answered(ctx, shape), filters)}


@blueprint.post("/build/preview")
@needs("reports.build")
def preview() -> Any:
    """The answer of the shape in the body (JSON), as a part of the page."""
    ctx = current_ctx()
    shape = shapes.read_shape(request.get_json(silent=True))
    return render_template("reports/preview.html", **_answer(ctx, shape, ""))


@blueprint.post("/build/save")
@needs("reports.build")
def save() -> Any:
    """Keep a report: inputs `shape` (JSON), `name`, `shared`, `board`, and `id` of a known one."""
    ctx = current_ctx()
    try:
        data = json.loads(request.form.get("shape", ""))
    except ValueError:
        raise Invalid(Refusal(_("The report cannot be read."), "shape", "invalid")) from None
    shape = shapes.read_shape(data)
    ident = request.form.get("id", type=int)
    row = built.find_built(ctx, ident) if ident else None
    try:
        row = built.keep(ctx, shape, request.form, row)
    except Invalid as error:
        if not may_read(ctx, shape.record):
            raise
        return _builder(ctx, shape, row, request.form.get("name", ""), error.reasons,
                        request.form, 422)
    flash(str(_("The report is saved.")), "ok")
    return redirect(f"/reports/{built.PREFIX}{row.id}")


@blueprint.post("/build/<int:ident>/delete")
@needs("reports.build")
def delete(ident: int) -> Any:
    """Delete a report that somebody built."""
    ctx = current_ctx()
    built.delete(ctx, built.find_built(ctx, ident))
    flash(str(_("The report is deleted.")), "ok")
    return redirect(url_for("reports.index"))
