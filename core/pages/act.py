"""Doing steps: by button, by dialog, by dragging a card, and for many records at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import marshmallow
from flask import flash, jsonify, request, url_for
from werkzeug.wrappers import Response

from core.context import Ctx
from core.declare import Step
from core.errors import Invalid, NotFound, Refusal, TradewindError
from core.i18n import _
from core.kinds import Choice, Field
from core.layout import Slot
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import (
    go,
    is_fragment,
    page,
    pages,
    readable_class,
    reasons_of,
    safe_next,
)
from core.pages.show import Names, control, form_value
from core.query import find
from core.records import Record, title_of
from core.steps import offers, perform, refusal_of, steps_of


def _step(ctx: Ctx, record: str, key: str) -> Step:
    found = next((s for s in steps_of(ctx, record) if s.key == key), None)
    if found is None:
        raise NotFound(_("There is no such step."))
    return found


# ---- parameters of a step as inputs
_KINDS: tuple[tuple[type, str], ...] = (
    (marshmallow.fields.Boolean, "boolean"), (marshmallow.fields.Integer, "integer"),
    (marshmallow.fields.Number, "quantity"), (marshmallow.fields.DateTime, "moment"),
    (marshmallow.fields.Date, "date"), (marshmallow.fields.Email, "email"),
)


def parameters(schema: type | None) -> list[Slot]:
    """The inputs that a step's marshmallow schema asks for, in order."""
    if schema is None:
        return []
    return [
        Slot(name, _parameter(name, entry)) for name, entry in schema().fields.items()
        if not entry.dump_only
    ]


def _parameter(name: str, entry: Any) -> Field:
    declared = getattr(entry, "declared", None)
    if isinstance(declared, Field):
        return declared.named(name)
    kind = next((kind for cls, kind in _KINDS if type(entry) is cls or (
        cls is not marshmallow.fields.DateTime and isinstance(entry, cls))), "text")
    options: tuple[Choice, ...] = ()
    for rule in entry.validators:
        if isinstance(rule, marshmallow.validate.OneOf):
            labels = list(rule.labels) or list(rule.choices)
            options = tuple(Choice(str(v), t) for v, t in zip(rule.choices, labels, strict=False))
    start = entry.load_default if entry.load_default is not marshmallow.missing else None
    label = entry.metadata.get("label") or name.replace("_", " ").capitalize()
    return Field(
        "choice" if options else entry.metadata.get("kind", kind), label, name,
        required=entry.required, choices=options, help=entry.metadata.get("help", ""),
        default=None if callable(start) else start, target=entry.metadata.get("target"),
        multiline=entry.metadata.get("multiline", False),
    )


CHOOSE = "choose."


def _slots(ctx: Ctx, step: Step) -> list[Slot]:
    """The inputs of a step: its parameters, and whom the starter chooses for its workflow."""
    keeper = ctx.session.info.get("gatekeeper")
    found = parameters(step.params)
    for card, label, people, most in keeper.choices(ctx, step) if keeper and step.pending else ():
        options = tuple(Choice(str(ident), name) for ident, name in people)
        for n in range(min(most, len(options)) or 1):  # the first one must be chosen, others may
            name = f"{CHOOSE}{card}{f'.{n + 1}' if n else ''}"
            found.append(Slot(name, Field(
                "choice", _("Who decides: %(card)s", card=label), name, required=not n,
                choices=options)))
    return found


def _choose(ctx: Ctx, slots: list[Slot], given: dict[str, Any]) -> None:
    """Hand the starter's choices to the workflow; Invalid where one is missing or not offered."""
    wrong: list[Refusal] = []
    chosen: dict[str, list[int]] = {}
    for slot in slots:
        if slot.name.startswith(CHOOSE):
            value = str(given.pop(slot.name, "") or "")
            if value in [option.value for option in slot.field.choices]:
                card = slot.name.removeprefix(CHOOSE).partition(".")[0]
                chosen.setdefault(card, []).append(int(value))
            elif value or slot.field.required:
                wrong.append(Refusal(_("Choose somebody."), slot.name))
    if wrong:
        raise Invalid(wrong)
    if chosen:
        ctx.session.info["workflow_choices"] = chosen


def _given(ctx: Ctx, slots: list[Slot]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for slot in slots:
        text = request.form.get(f"f.{slot.name}")
        if slot.field.kind == "boolean":
            found[slot.name] = bool(text)
        elif text is not None:
            found[slot.name] = form_value(ctx, slot.field, text)
    return found


# ---- one record
@pages.get("/r/<record>/<int:ident>/step/<step>", endpoint="step")
@for_members
def ask(record: str, ident: int, step: str) -> Response:
    """The dialog of a step: its parameters, or the question whether to do it."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    declared = _step(ctx, record, step)
    ctx.require(declared.needs)
    return _dialog(ctx, row, declared, {}, refusal_of(ctx, row, declared))


@pages.post("/r/<record>/<int:ident>/step/<step>", endpoint="do_step")
@for_members
def do(record: str, ident: int, step: str) -> Response:
    """Do a step; when it is refused the reasons are shown and nothing is changed."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    declared = _step(ctx, record, step)
    slots = _slots(ctx, declared)
    version = request.form.get("version", type=int)
    asked = "asked" in request.form or not slots
    if not asked:
        return _dialog(ctx, row, declared, {}, None)
    word = _word(ctx, row, declared)
    if word and request.form.get("typed", word).strip() != word:
        fault = str(_("This is not “%(word)s”.", word=word))
        return _dialog(ctx, row, declared, {"typed": [fault]}, None, 422)
    try:
        given = _given(ctx, slots)
        _choose(ctx, slots, given)
        result = perform(ctx, row, step, given, version=version)
        ctx.session.commit()
    except TradewindError as error:
        ctx.session.rollback()
        row = find(ctx, readable_class(ctx, record), ident)
        faults = error.by_field() if isinstance(error, Invalid) else {"": reasons_of(error)}
        return _dialog(ctx, row, declared, faults, None, error.status)
    flash(str(_("Done: %(step)s.", step=declared.label)), "ok")
    target = declared.next_url(ctx, row, result) if declared.next_url else None
    return go(safe_next(target, url_for("pages.form", record=record, ident=ident)))


def _word(ctx: Ctx, row: Record, step: Step) -> str:
    """What must be typed before a step that nothing takes back: the record's number; else ""."""
    if not step.danger or not step.target or any(
            step.target in other.source for other in steps_of(ctx, row.key)):
        return ""
    return row.number or title_of(row)


def _dialog(
    ctx: Ctx, row: Record, step: Step, faults: dict[str, list[str]], reason: object | None,
    status: int = 200,
) -> Response:
    slots = _slots(ctx, step)
    names = Names(ctx)
    inputs = []
    for slot in slots:
        typed = request.form.get(f"f.{slot.name}") if request.method == "POST" else None
        start = slot.field.default
        value = start if not isinstance(start, float) else Decimal(str(start))
        inputs.append(control(ctx, slot, value, names, typed=typed if faults else None,
                              errors=faults.get(slot.name, ())))
    known = {"typed", *(slot.name for slot in slots)}
    general = [text for name, texts in faults.items() if name not in known for text in texts]
    return page(
        "step.html", status, record=row, step=step, controls=inputs, reasons=general,
        reason=reason, fragment=is_fragment(), word="" if reason else _word(ctx, row, step),
        mistyped=faults.get("typed", []),
        url=url_for("pages.do_step", record=row.key, ident=row.id, step=step.key),
    )


# ---- dragging a card
@pages.post("/r/<record>/<int:ident>/move", endpoint="move")
@for_members
def move(record: str, ident: int) -> Any:
    """Bring a record to another state by the step that leads there; JSON for the board."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    wanted = request.form.get("to", "")
    axis = request.form.get("axis", "state")
    found = [
        offer for offer in offers(ctx, row)
        if offer.step.axis == axis and wanted in (offer.step.target, offer.step.pending)
    ]
    if not found:
        return _refuse([_("No step leads from here to there.")])
    ready = [offer for offer in found if offer.reason is None]
    if not ready:
        return _refuse([offer.reason for offer in found])
    step = ready[0].step
    address = url_for("pages.step", record=record, ident=ident, step=step.key)
    if any(slot.field.required for slot in parameters(step.params)) or step.danger:
        return jsonify(ok=False, dialog=address), 200
    try:
        perform(ctx, row, step.key, {})
        ctx.session.commit()
    except TradewindError as error:
        ctx.session.rollback()
        return _refuse(list(error.reasons))
    return jsonify(ok=True, message=str(_("Done: %(step)s.", step=step.label)), state=wanted)


def _refuse(reasons: list[Any]) -> Any:
    return jsonify(ok=False, reasons=[str(reason) for reason in reasons]), 409

