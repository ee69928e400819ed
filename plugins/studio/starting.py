"""How a workflow starts: it holds a step, is started by hand, by an event, or by the clock.

The settings are a part of the draft, so that they are undone, compared and published with it;
publishing puts step, event and condition where the engine looks for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Invalid, Refusal, _, design, record_class, steps_of
from plugins.studio.walking import sentence

HOW: tuple[tuple[str, object], ...] = (
    ("step", _("A step waits for it")), ("hand", _("Somebody starts it on the document")),
    ("event", _("Something happens to a document")), ("schedule", _("By the clock")),
)
DAYS: tuple[tuple[str, object], ...] = (
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")),
    ("5", _("Friday")), ("6", _("Saturday")), ("7", _("Sunday")),
)
EVENTS: tuple[tuple[str, object], ...] = (
    ("created", _("is created")), ("changed", _("is changed")), ("archived", _("is archived")),
)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def start_of(row: Any, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The start settings of a definition; what an older one does not say is read from the row."""
    given = dict(definition.get("start") or {})
    found = {"gate": row.gate, "event": row.event, "when": row.when, **given}
    if "how" not in found:
        found["how"] = "step" if found["gate"] else "event" if found["event"] else (
            "schedule" if found.get("every") else "hand")
    return found


def gates(ctx: Ctx, workflow: Any = None) -> list[tuple[str, str]]:
    """The steps that may wait for a workflow, each with the workflow that holds it now."""
    keys = [workflow.record_key] if workflow is not None else sorted(ctx.registry.records)
    holders = {row.gate: row for row in ctx.session.scalars(select(design.WorkflowRow).where(
        design.WorkflowRow.enabled, design.WorkflowRow.gate.is_not(None),
        design.WorkflowRow.active_version_id.is_not(None)))}
    found = []
    for key in keys:
        if ctx.registry.owner(key) not in ctx.enabled:
            continue
        for step in steps_of(ctx, key):
            if not step.pending:
                continue
            text = f"{record_class(key).label}: {step.label}"
            holder = holders.get(step.full_key)
            if holder is not None and (workflow is None or holder.id != workflow.id):
                text = str(_("%(step)s (now “%(workflow)s”)", step=text,
                             workflow=design.words(holder.label)))
            found.append((step.full_key, text))
    return found


def events(ctx: Ctx, workflow: Any, now: str | None = None) -> list[tuple[str, str]]:
    """What may happen to the documents: (event, in words)."""
    key = workflow.record_key
    label = record_class(key).label
    found = [(f"{key}.{name}", f"{label} {words}") for name, words in EVENTS]
    found += [(step.full_key, str(_("%(document)s: “%(step)s” is done", document=label,
                                    step=step.label))) for step in steps_of(ctx, key)]
    if now and now not in dict(found):
        state = next((s for s in record_class(key).states if now == f"{key}.{s.key}"), None)
        found.append((now, str(_("%(document)s becomes “%(state)s”", document=label,
                                 state=state.label)) if state else now))
    return found


def in_words(ctx: Ctx, workflow: Any, definition: Mapping[str, Any]) -> str:
    """The start as a sentence for its card."""
    start = start_of(workflow, definition)
    how, when = start["how"], ""
    if start.get("when"):
        try:
            when = sentence(ctx, workflow.record_key, start["when"])
        except Invalid:
            when = str(_("condition is not complete"))
    if how == "step":
        texts = dict(gates(ctx, workflow))
        return str(_("%(step)s waits until it ends",
                     step=texts.get(start["gate"] or "", start["gate"] or "?")))
    if how == "event":
        words = dict(events(ctx, workflow, start["event"])).get(start["event"] or "", "?")
        return str(_("%(event)s, if %(when)s", event=words, when=when)) if when else words
    if how == "schedule":
        words = _every_words(start.get("every") or {})
        return str(_("%(time)s, for all with: %(when)s", time=words, when=when)) if when else words
    roles = ", ".join(design.role_name(ctx, key) for key in start.get("roles") or [])
    return str(_("by hand: %(roles)s", roles=roles)) if roles else str(
        _("by hand, by everybody who may change the document"))


def _every_words(every: Mapping[str, Any]) -> str:
    at = every.get("at", "?")
    if every.get("day"):
        return str(_("on day %(day)s of the month at %(time)s", day=every["day"], time=at))
    days = [str(text) for key, text in DAYS if int(key) in (every.get("days") or [])]
    if len(days) == 7:
        return str(_("every day at %(time)s", time=at))
    return str(_("%(days)s at %(time)s", days=", ".join(days) or "?", time=at))


def read_start(
    workflow: Any, definition: dict[str, Any], form: Any, when: Any
) -> dict[str, Any]:
    """The definition with the start settings of a form; `when` is its condition."""
    old = start_of(workflow, definition)
    how = form.get("how") if form.get("how") in dict(HOW) else old["how"]
    fields = {name.removeprefix("right-"): value for name, value in form.items()
              if name.startswith("right-") and value in ("edit", "require")}
    start: dict[str, Any] = {
        "how": how, "roles": form.getlist("roles"), "gate": None, "event": None, "when": None,
        "hand": how == "hand",
    }
    if how == "step":
        start["gate"] = _needed(form.get("gate"), "gate", _("Choose the step that waits."))
    if how == "event":
        start["event"] = _needed(form.get("event"), "event", _("Choose what happens."))
    if how in ("event", "schedule"):
        start["when"] = when
    if how == "schedule":
        start["every"] = _every(form)
    if how == "hand" and fields:
        start["fields"] = fields
    return {**definition, "start": start}


def _needed(value: str | None, name: str, text: object) -> str:
    if not value:
        raise Invalid(Refusal(text, name))
    return value


def _every(form: Any) -> dict[str, Any]:
    at = form.get("at", "").strip()
    if not _CLOCK.fullmatch(at):
        raise Invalid(Refusal(_("Write the time like 08:00."), "at"))
    at = at.zfill(5)
    day = form.get("day", "").strip()
    if day:
        if not (day.isdecimal() and day.isascii() and 1 <= int(day) <= 31):
            raise Invalid(Refusal(_("Give a day of the month from 1 to 31."), "day"))
        return {"at": at, "day": int(day)}
    days = sorted({int(key) for key in form.getlist("days") if key in dict(DAYS)})
    if not days:
        raise Invalid(Refusal(_("Choose at least one day."), "days"))
    return {"at": at, "days": days}


def put_in_force(row: Any, definition: Mapping[str, Any]) -> None:
    """Give the workflow's row what the published definition says about its start."""
    start = start_of(row, definition)
    row.gate, row.event, row.when = start["gate"], start["event"], start["when"]


def holder(ctx: Ctx, row: Any, definition: Mapping[str, Any]) -> Any:
    """Another workflow in force that holds the step which this one is to hold."""
    gate = start_of(row, definition)["gate"]
    other = design.WorkflowRow
    return ctx.session.scalar(select(other).where(
        other.gate == gate, other.enabled, other.id != row.id,
        other.active_version_id.is_not(None))) if gate else None
