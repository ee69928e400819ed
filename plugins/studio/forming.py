"""Forms that a company arranged: their drafts, what is shown, what is checked at a save."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from flask import has_request_context, request
from sqlalchemy import inspect, select

from core.api import (
    Arranged,
    Ctx,
    Refusal,
    Refused,
    _,
    administration,
    all_fields,
    design,
    drawing,
    record_class,
    write_audit,
)
from plugins.studio import arranging
from plugins.studio.records import Form

FORMS = "studio.forms"
PREVIEW = "draft"
MOST_FIELDS = 100


def rows(ctx: Ctx) -> dict[str, Form]:
    """The arranged forms of the company, read once per request."""
    found: dict[str, Form] = ctx._once("studio_forms", lambda: {
        row.record: row for row in ctx.session.scalars(select(Form))})
    return found


def draft_of(ctx: Ctx, key: str) -> arranging.Layout:
    """What the designer shows: the draft, else what is in force, else what plugins declare."""
    form, row = drawing.declared_form(ctx, record_class(key)), rows(ctx).get(key)
    kept = (row.draft or row.layout) if row is not None else None
    return arranging.completed(kept, form) if kept else arranging.layout_of(form)


def change(ctx: Ctx, key: str, act: Callable[[arranging.Layout], Any]) -> Any:
    """One change of the draft; it can be undone."""
    layout = draft_of(ctx, key)
    before = copy.deepcopy(layout)
    answer = act(layout)
    if layout == before:
        return answer
    row = rows(ctx).get(key)
    if row is None:
        row = Form(company_id=ctx.company.id, record=key, before=[], after=[], layout=None,
                   draft=None, changed_at=ctx.now)
        ctx.session.add(row)
        rows(ctx)[key] = row
    row.before = [*row.before, before][-arranging.MOST_STEPS:]
    row.after, row.draft = [], layout
    row.changed_by_id, row.changed_at = ctx.user_id, ctx.now
    ctx.session.flush()
    return answer


def undo(ctx: Ctx, key: str, *, redo: bool = False) -> None:
    """Take the last change back, or do again what was taken back."""
    row = rows(ctx).get(key)
    steps = (row.after if redo else row.before) if row is not None else []
    if row is None or not steps:
        raise Refused(_("There is nothing to redo.") if redo else _("There is nothing to undo."))
    now = draft_of(ctx, key)
    row.draft = steps[-1]
    if redo:
        row.after, row.before = row.after[:-1], [*row.before, now]
    else:
        row.before, row.after = row.before[:-1], [*row.after, now]
    row.changed_by_id, row.changed_at = ctx.user_id, ctx.now


def publish(ctx: Ctx, key: str) -> None:
    """Show the draft to everybody from now on."""
    row = rows(ctx).get(key)
    if row is None or row.draft is None:
        raise Refused(_("Nothing has been changed."))
    row.layout, row.draft, row.published_at = row.draft, None, ctx.now
    row.before = row.after = []
    write_audit(ctx, "studio.form.published", None, form=key)


def reset(ctx: Ctx, key: str) -> None:
    """Go back to what the plugins declare; it is a change that can be undone until published."""
    form = drawing.declared_form(ctx, record_class(key))

    def act(layout: arranging.Layout) -> None:
        layout.clear()
        layout.update(arranging.layout_of(form))

    change(ctx, key, act)


def add_field(ctx: Ctx, key: str, kind: str, label: dict[str, str]) -> str:
    """A new field of the company's own; it is there at once, its place is a part of the draft."""
    field = administration.CustomField
    taken = set(ctx.session.scalars(select(field.name).where(field.record == key)))
    if kind not in administration.CUSTOM_KINDS or kind == "choice":
        raise Refused(_("There is no field of this kind."))
    if len(taken) >= MOST_FIELDS:
        raise Refused(_("At most %(n)s fields of your own.", n=MOST_FIELDS))
    stem = re.sub(r"[^a-z0-9]+", "_", label.get("en", "").lower()).strip("_")[:30] or "f"
    name = next(n for n in (f"x_{stem}", *(f"x_{stem}_{i}" for i in range(2, 999)))
                if n not in taken)
    ctx.session.add(field(
        company_id=ctx.company.id, record=key, name=name, label=label, kind=kind, choices=[],
        required=False, section="", position=len(taken) + 1, active=True))
    ctx.session.flush()
    for kept in [k for k in ctx.cache if k == "custom_fields" or isinstance(k, tuple)]:
        ctx.cache.pop(kept)
    return name


# ---- what the hooks ask
def show(ctx: Ctx, cls: Any, record: Any, form: Arranged) -> Arranged | None:
    """The form as the company arranged it; designers may look at their draft."""
    row = rows(ctx).get(cls.key)
    if row is None:
        return None
    look = has_request_context() and request.args.get("layout") == PREVIEW and ctx.can(FORMS)
    layout = (row.draft or row.layout) if look else row.layout
    if not layout:
        return None
    return arranging.arranged(layout, form, _facts(ctx, layout, record), ctx.today,
                              design.fact_fields(ctx, cls.key))


def _facts(ctx: Ctx, layout: arranging.Layout, record: Any) -> dict[str, Any] | None:
    rules = [when for when in layout["locked"].values() if when is not True]
    if not rules or record is None or record.id is None:
        return None
    fields = design.fact_fields(ctx, record.key)
    names = {n for when in rules for n in design.parse_condition(when, fields).fields()}
    found: dict[str, Any] = design.read_facts(ctx, record, names)
    return found


def check(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    """What the company made necessary must be filled by people, whatever door they come in.

    What it locked is not changed by hand or through the API; steps may still write it.
    """
    row = rows(ctx).get(record.key)
    if row is None or not row.layout or ctx.user_id is None:
        return []
    new = not inspect(record).persistent
    known = all_fields(ctx, type(record))
    found = [Refusal(_("This is needed."), name) for name in row.layout["required"]
             if name in known and (new or name in values) and not _filled(record, values, name)]
    if not new and _typed():
        facts, fields = _facts(ctx, row.layout, record), design.fact_fields(ctx, record.key)
        found += [Refusal(_("This field can only be read now."), name)
                  for name, when in row.layout["locked"].items()
                  if name in values and arranging.holds(when, facts, ctx.today, fields)]
    return found


def _typed() -> bool:
    """Whether a person or a program fills fields in, not a step or a task."""
    endpoint = (request.endpoint or "") if has_request_context() else ""
    return endpoint.startswith(("pages.", "rest.")) and "step" not in endpoint


def _filled(record: Any, values: dict[str, Any], name: str) -> bool:
    value = values.get(name)
    if name not in values:
        value = (record.custom or {}).get(name) if name.startswith("x_") else getattr(
            record, name, None)
    return value not in (None, "", [])
