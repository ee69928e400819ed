"""Pages of the form designer: the record types, the form that is arranged, publishing."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from core.api import (
    Ctx,
    Invalid,
    LinesSection,
    NotFound,
    Refused,
    _,
    all_fields,
    current_ctx,
    design,
    drawing,
    needs,
    record_class,
    select_records,
)
from plugins.studio import arranging, forming, offering
from plugins.studio.cards import read_condition
from plugins.studio.forming import FORMS
from plugins.studio.routes import blueprint
from plugins.studio.walking import sentence

KINDS = (("text", _("Text"), "letter-case"), ("note", _("Long text"), "align-left"),
         ("integer", _("Whole number"), "number"), ("quantity", _("Quantity"), "calculator"),
         ("money", _("Money"), "coin"), ("percent", _("Percent"), "percentage"),
         ("date", _("Date"), "calendar"), ("boolean", _("Yes or no"), "checkbox"),
         ("country", _("Country"), "world"), ("email", _("E-mail"), "mail"),
         ("url", _("Web address"), "link"))


@blueprint.get("/studio-forms")
@needs(FORMS)
def forms() -> Any:
    """The record types with a form, and which of them the company arranged."""
    ctx = current_ctx()
    found = [(key, cls.plural or cls.label, ctx.registry.plugins[ctx.registry.owner(key)])
             for key, cls in sorted(ctx.registry.records.items())
             if ctx.registry.owner(key) in ctx.enabled]
    return render_template("studio/forms.html", records=found, rows=forming.rows(ctx))


def _cls(ctx: Ctx, key: str) -> Any:
    if key not in ctx.registry.records or ctx.registry.owner(key) not in ctx.enabled:
        raise NotFound(_("There is no such form."))
    return record_class(key)


@blueprint.get("/studio-forms/<record>")
@needs(FORMS)
def form(record: str) -> Any:
    """The form with its fields to drag, what is hidden, and what can be added."""
    ctx = current_ctx()
    template = "formmiddle" if request.headers.get("X-Part") else "form"
    return render_template(f"studio/{template}.html", **_data(ctx, record))


def _data(ctx: Ctx, key: str, chosen: str = "", faults: list[str] | None = None) -> dict[str, Any]:
    cls = _cls(ctx, key)
    layout, row = forming.draft_of(ctx, key), forming.rows(ctx).get(key)
    fields, declared = all_fields(ctx, cls), drawing.declared_form(ctx, cls)
    titles = {part.key: part.label for part in (*declared.sections, *(
        p for tab in declared.tabs for p in tab.sections))}
    titles |= {tab.key: tab.label for tab in declared.tabs}
    chosen = chosen or request.args.get("field", "")
    when = layout["locked"].get(chosen)
    example = ctx.session.scalar(select_records(ctx, cls).with_only_columns(cls.id).order_by(
        cls.id.desc()).limit(1)) if ctx.can(f"{key}.read") else None
    subject = design.WorkflowRow(key=key, record_key=key)
    return {
        "record": key, "cls": cls, "layout": layout, "fields": fields, "row": row,
        "titles": titles, "chosen": chosen if chosen in fields else "", "kinds": KINDS,
        "words": design.words, "when": None if when in (None, True) else when,
        "lock": "always" if when is True else "when" if when else "", "faults": faults or [],
        "said": sentence(ctx, key, when) if when not in (None, True) else "",
        "example": example, "needed": {n for n, f in fields.items() if _needed(f)},
        "lines": {p.key for p in (*declared.sections, *(
            s for t in declared.tabs for s in t.sections)) if isinstance(p, LinesSection)},
        "conditions": {**offering.conditions(ctx, subject),
                       "url": url_for("studio.form_condition", record=key)},
    }


def _needed(field: Any) -> bool:
    return bool(field.required and field.default is None and field.kind != "boolean")


@blueprint.post("/studio-forms/<record>/condition")
@needs(FORMS)
def form_condition(record: str) -> Any:
    """How a condition for reading only reads."""
    ctx = current_ctx()
    when = (request.get_json(silent=True) or {}).get("when")
    if not when or when == {"all": []}:
        return {"text": str(_("Not said yet.")), "bad": False}
    try:
        return {"text": sentence(ctx, _cls(ctx, record).key, when), "bad": False}
    except Invalid as error:
        return {"text": str(error.reasons[0].text), "bad": True}


@blueprint.post("/studio-forms/<record>/change")
@needs(FORMS)
def change_form(record: str) -> Any:
    """One change of the draft: `op` and its parameters; answers with the part that changed."""
    ctx = current_ctx()
    cls, given = _cls(ctx, record), request.get_json(silent=True) or request.form
    op, name = str(given.get("op", "")), str(given.get("field", ""))
    if op in ("undo", "redo"):
        forming.undo(ctx, record, redo=op == "redo")
    elif op == "reset":
        forming.reset(ctx, record)
    elif op == "new":
        label = {ctx.locale: str(given.get("label") or dict(
            (k, t) for k, t, _i in KINDS).get(str(given.get("kind")), ""))[:80]}
        name = forming.add_field(ctx, record, str(given.get("kind", "")), label)
        forming.change(ctx, record, lambda layout: arranging.place(
            layout, name, str(given.get("part", "")), int(given.get("index", 99))))
    else:
        forming.change(ctx, record, lambda layout: _act(ctx, cls, layout, op, name, given))
    ctx.session.flush()
    if request.is_json:
        return render_template("studio/formmiddle.html", **_data(ctx, record, name))
    return redirect(url_for("studio.form", record=record, field=name or None))


def _act(ctx: Ctx, cls: Any, layout: dict[str, Any], op: str, name: str, given: Any) -> None:
    part, index = str(given.get("part", "")), int(given.get("index", 99))
    if op in ("place", "hide", "up", "down") and name not in all_fields(ctx, cls):
        raise Refused(_("This field is no longer in the form. Load the page again."))
    if op == "place":
        arranging.place(layout, name, part, index)
    elif op in ("up", "down"):
        arranging.shift(layout, name, -1 if op == "up" else 1)
    elif op == "hide":
        arranging.hide(layout, name, _needed(all_fields(ctx, cls)[name]))
    elif op == "move_part":
        arranging.move_part(layout, part, str(given.get("tab", "")), index)
    elif op == "add_part":
        arranging.add_part(layout, str(given.get("tab", "")), {ctx.locale: str(_("New section"))})
    elif op == "add_tab":
        arranging.add_tab(layout, {ctx.locale: str(_("New tab"))})
    elif op == "remove_part":
        arranging.remove_part(layout, part)
    elif op in ("title", "tab_title"):
        target = (arranging.part_at if op == "title" else arranging.tab_at)(layout, part)
        target["label"] = _relabelled(ctx, target.get("label"), str(given.get("label", "")))
    else:
        raise Refused(_("There is no such change."))


def _relabelled(ctx: Ctx, old: Any, text: str) -> dict[str, str]:
    return {**(old if isinstance(old, dict) else {}), ctx.locale: text.strip()[:80]}


@blueprint.post("/studio-forms/<record>/field/<name>")
@needs(FORMS)
def save_field(record: str, name: str) -> Any:
    """What is set for one field: its label here, whether it must be filled, when it is locked."""
    ctx = current_ctx()
    cls = _cls(ctx, record)
    field = all_fields(ctx, cls).get(name)
    if field is None:
        raise NotFound(_("There is no such field."))
    lock = request.form.get("lock", "")
    when = read_condition(request.form, "when") if lock == "when" else lock == "always" or None
    if isinstance(when, dict):
        design.parse_condition(when, design.fact_fields(ctx, record))

    def act(layout: dict[str, Any]) -> None:
        text = request.form.get("label", "").strip()[:80]
        old = layout["labels"].pop(name, {})
        if text and text != str(field.label):
            layout["labels"][name] = _relabelled(ctx, old, text)
        elif {k: v for k, v in old.items() if k != ctx.locale}:
            layout["labels"][name] = {k: v for k, v in old.items() if k != ctx.locale}
        layout["required"] = [n for n in layout["required"] if n != name] + (
            [name] if request.form.get("required") else [])
        layout["locked"].pop(name, None)
        if when:
            layout["locked"][name] = when

    forming.change(ctx, record, act)
    if request.headers.get("X-Part"):
        return render_template("studio/formmiddle.html", **_data(ctx, record, name))
    return redirect(url_for("studio.form", record=record, field=name))


@blueprint.post("/studio-forms/<record>/publish")
@needs(FORMS)
def publish_form(record: str) -> Any:
    """The draft becomes the form of everybody."""
    ctx = current_ctx()
    forming.publish(ctx, _cls(ctx, record).key)
    return redirect(url_for("studio.form", record=record))
