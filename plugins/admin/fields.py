"""Administration of custom fields and of number series."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    Section,
    _,
    administration,
    current_ctx,
    drawing,
    needs,
    record_class,
    write_audit,
)
from plugins.admin.routes import ADMIN, admin, draw

KIND_WORDS = {
    "text": _("Text"),
    "note": _("Long text"),
    "integer": _("Whole number"),
    "quantity": _("Number"),
    "money": _("Amount"),
    "percent": _("Percent"),
    "date": _("Date"),
    "boolean": _("Yes or no"),
    "choice": _("Choice"),
    "country": _("Country"),
    "email": _("E-mail"),
    "url": _("Web address"),
}
MOST_FIELDS = 60


def _targets(ctx: Ctx) -> list[tuple[str, object]]:
    """Record and line types that may have custom fields."""
    keys = [*ctx.registry.records, *ctx.registry.lines]
    return [
        (key, record_class(key).label or key)
        for key in keys
        if ctx.registry.owner(key) in ctx.enabled
    ]


@admin.get("/admin/fields", endpoint="fields")
@needs(ADMIN)
def show() -> Response:
    """All custom fields, by record type."""
    return _draw(current_ctx(), {})


def _draw(ctx: Ctx, faults: dict[str, list[str]], status: int = 200) -> Response:
    targets = _targets(ctx)
    rows = list(
        ctx.session.scalars(
            select(administration.CustomField).order_by(
                administration.CustomField.record,
                administration.CustomField.position,
                administration.CustomField.id,
            )
        )
    )
    chosen = request.values.get("record", "")
    return draw(
        "fields.html",
        status,
        targets=targets,
        rows=rows,
        kinds=KIND_WORDS,
        faults=faults,
        form=request.form,
        chosen=chosen,
        sections=_sections(ctx, targets),
    )


def _sections(ctx: Ctx, targets: list[tuple[str, object]]) -> list[tuple[str, str]]:
    found = []
    for key, label in targets:
        view = ctx.registry.forms.get(key)
        for part in view.sections if view else ():
            if isinstance(part, Section):
                found.append((f"{key}:{part.key}", f"{label} · {part.label}"))
    return found


@admin.post("/admin/fields", endpoint="field_create")
@needs(ADMIN)
def create() -> Response:
    """Add a field; its name never changes, its label may."""
    ctx = current_ctx()
    try:
        row = _new_field(ctx)
    except Invalid as error:
        return _draw(ctx, error.by_field(), 422)
    write_audit(ctx, "core.field.created", None, type=row.record, name=row.name, kind=row.kind)
    flash(str(_("The field is there: it appears in form, list, filter, Excel and API.")), "ok")
    return drawing.go(url_for("admin.fields", record=row.record))


def _new_field(ctx: Ctx) -> administration.CustomField:
    form = request.form
    record, kind = form.get("record", ""), form.get("kind", "")
    faults = []
    if record not in dict(_targets(ctx)):
        faults.append(Refusal(_("Choose a record type."), "record"))
    if kind not in administration.CUSTOM_KINDS:
        faults.append(Refusal(_("Choose a kind of field."), "kind"))
    label = _labels()
    if not label:
        faults.append(Refusal(_("Give the field a label."), "label"))
    choices = _choices(form.get("choices", ""))
    if kind == "choice" and not choices:
        faults.append(Refusal(_("Give one choice per line."), "choices"))
    taken = set(
        ctx.session.scalars(
            select(administration.CustomField.name).where(
                administration.CustomField.record == record
            )
        )
    )
    if len(taken) >= MOST_FIELDS:
        faults.append(Refusal(_("At most %(n)s custom fields.", n=MOST_FIELDS), "record"))
    if faults:
        raise Invalid(faults)
    where = form.get("section", "")
    row = administration.CustomField(
        company_id=ctx.company.id,
        record=record,
        name=_name(label.get("en", ""), taken),
        label=label,
        kind=kind,
        required=bool(form.get("required")),
        choices=choices,
        section=where.partition(":")[2] if where.startswith(f"{record}:") else "",
        position=len(taken) + 1,
        active=True,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _labels() -> dict[str, str]:
    """The label in each language that was filled in."""
    texts = {lang: request.form.get(f"label_{lang}", "").strip()[:80] for lang in ("zh", "en")}
    return {lang: text for lang, text in texts.items() if text}


def _name(label: str, taken: set[str]) -> str:
    """A safe name from the label: x_paint_code; x_f3 where there is nothing to take."""
    base = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:30]
    wanted = f"x_{base}" if base else f"x_f{len(taken) + 1}"
    number = 2
    name = wanted
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _choices(text: str) -> list[str]:
    words = [line.strip()[:60] for line in text.splitlines() if line.strip()]
    return list(dict.fromkeys(words))[:100]


@admin.post("/admin/fields/<int:ident>", endpoint="field_save")
@needs(ADMIN)
def change(ident: int) -> Response:
    """Change label, choices, obligation and order of a field, or take it out of use."""
    ctx = current_ctx()
    row = ctx.session.get(administration.CustomField, ident)
    if row is None:
        raise NotFound(_("There is no such field."))
    form = request.form
    label = _labels()
    row.label = label or row.label
    row.required, row.active = bool(form.get("required")), bool(form.get("active"))
    row.position = form.get("position", row.position, type=int)
    if row.kind == "choice":
        row.choices = _choices(form.get("choices", "")) or row.choices
    write_audit(
        ctx,
        "core.field.changed",
        None,
        type=row.record,
        name=row.name,
        label=row.label,
        active=row.active,
        required=row.required,
    )
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.fields", record=row.record))


# ---- number series
@admin.get("/admin/numbers", endpoint="numbers")
@needs(ADMIN)
def numbers() -> Response:
    """Every numbered record type with its pattern and the next number."""
    ctx = current_ctx()
    last = {
        (s.series, s.period): s.last
        for s in ctx.session.scalars(select(administration.NumberSeries))
    }
    moment = ctx.now.astimezone(ctx.zone)
    rows: list[dict[str, Any]] = []
    for key, cls in ctx.registry.records.items():
        rule = cls.number_rule
        if rule is None or ctx.registry.owner(key) not in ctx.enabled:
            continue
        series, period = rule.series or key, administration.period_of(rule, moment)
        count = last.get((series, period), 0)
        rows.append(
            {
                "label": cls.label,
                "rule": rule,
                "period": period,
                "last": count,
                "key": key,
                "next": administration.written(rule, count + 1, moment),
            }
        )
    return draw("numbers.html", rows=rows)


@admin.post("/admin/numbers/<key>", endpoint="number_save")
@needs(ADMIN)
def advance(key: str) -> Response:
    """Go on from a higher number (taking over from another system); never back."""
    ctx = current_ctx()
    cls = ctx.registry.records.get(key)
    rule = cls.number_rule if cls is not None else None
    if rule is None:
        raise NotFound(_("There is no such series."))
    series, period = (
        rule.series or key,
        administration.period_of(rule, ctx.now.astimezone(ctx.zone)),
    )
    row = ctx.session.scalar(
        select(administration.NumberSeries)
        .where(
            administration.NumberSeries.series == series,
            administration.NumberSeries.period == period,
        )
        .with_for_update()
    )
    wanted = request.form.get("last", 0, type=int)
    if wanted < (row.last if row else 0) or wanted > 10**9:
        text = _("A series only goes forward: numbers are never used twice.")
        raise Invalid(Refusal(text, "last"))
    if row is None:
        row = administration.NumberSeries(
            company_id=ctx.company.id, series=series, period=period, last=0
        )
        ctx.session.add(row)
    write_audit(
        ctx, "core.numbers.advanced", None, series=series, period=period, last=[row.last, wanted]
    )
    row.last = wanted
    flash(str(_("Saved.")), "ok")
    return drawing.go(url_for("admin.numbers"))
