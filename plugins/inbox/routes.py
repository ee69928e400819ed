"""The blueprint of the inbox, and what its pages share: who may look, what a form says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    _,
    all_fields,
    cases,
    drawing,
    record_class,
)

inbox = Blueprint("inbox", __name__)


def draw(template: str, status: int = 200, **data: Any) -> Response:
    """A page drawn from `templates/inbox/`."""
    return drawing.draw(f"inbox/{template}", status, **data)


def involved(ctx: Ctx, row: cases.CaseRow) -> None:
    """Starter, those who were asked (also by role), their substitutes, readers, administrators."""
    me = ctx.user_id or 0
    if row.starter_id == me or ctx.can("core.workflow.admin"):
        return
    roles = list(ctx.member.roles) if ctx.member else []
    asked = ctx.session.scalar(
        select(cases.TaskRow.id)
        .where(
            cases.TaskRow.case_id == row.id,
            or_(
                cases.TaskRow.principal.in_([me, *cases.acts_for(ctx, me)]),
                cases.TaskRow.actor == me,
                cases.TaskRow.pool.in_(roles),
            ),
        )
        .limit(1)
    )
    if asked is None:
        raise NotFound(_("This task does not exist."))


def name_of(ctx: Ctx, row: cases.CaseRow) -> str:
    flow = ctx.session.get(cases.WorkflowRow, row.workflow_id)
    return cases.words(flow.label) if flow else ""


def form_key() -> str | None:
    return request.form.get("key") or None


def form_comment() -> str:
    return request.form.get("comment", "").strip()[:4000]


def form_choices() -> dict[str, list[int]]:
    """The people chosen for later cards, named `choose.` and the card."""
    return {
        name.removeprefix("choose."): [int(value) for value in values if value.isdecimal()]
        for name, values in request.form.lists()
        if name.startswith("choose.")
    }


def opened(ctx: Ctx, record: Any, rules: dict[str, str]) -> list[Any]:
    """Inputs for the fields that a card, or the start, opens."""
    declared = all_fields(ctx.system(), type(record))
    slots = [
        drawing.Slot(name, replace(declared[name], required=rule == "require"))
        for name, rule in rules.items()
        if rule in ("edit", "require") and name in declared
    ]
    values, names = drawing.values_of(ctx.system(), record, slots), drawing.Names(ctx.system())
    names.learn((slot.field, values.get(slot.name)) for slot in slots)
    return [
        drawing.control(
            ctx, slot, values.get(slot.name), names, typed=request.form.get(f"f.{slot.name}")
        )
        for slot in slots
    ]


def filled(ctx: Ctx, record_key: str) -> dict[str, Any]:
    """The posted values of such fields."""
    declared = all_fields(ctx.system(), record_class(record_key))
    return {
        name[2:]: drawing.form_value(ctx, declared[name[2:]], text)
        for name, text in request.form.items()
        if name.startswith("f.") and name[2:] in declared
    }


def form_people() -> list[int]:
    return [int(p) for p in request.form.getlist("person") if p.isdigit()]


def one_person() -> int:
    people = form_people()
    if not people:
        raise Invalid(Refusal(_("Choose at least one person."), "person"))
    return people[0]
