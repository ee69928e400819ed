"""The history of a case: its chain of hashes, and words for what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Field,
    Message,
    _,
    cases,
    show_moment,
)

_ACTS = {
    "approve": _("%(name)s approved “%(card)s”"),
    "reject": _("%(name)s rejected “%(card)s”"),
    "done": _("%(name)s finished “%(card)s”"),
    "answer": _("%(name)s answered"),
    "return": _("%(name)s returned it from “%(card)s” to “%(to)s”"),
    "transfer": _("%(name)s handed “%(card)s” over to %(people)s"),
    "escalate": _("“%(card)s” was overdue and passed to %(people)s"),
    "replace": _("“%(card)s” passed to %(people)s, because %(was)s left"),
    "add_before": _("%(name)s asks %(people)s to decide before"),
    "add_with": _("%(name)s asks %(people)s to decide too"),
    "add_after": _("%(name)s asks %(people)s to decide after"),
    "ask": _("%(name)s asks %(people)s"),
    "comment": _("%(name)s noted"),
}
_EVENTS = {
    "started": _("%(name)s started it"),
    "withdrawn": _("%(name)s withdrew it"),
    "marked": _("%(name)s marked fields to be corrected"),
    "claimed": _("%(name)s took “%(card)s”"),
    "released": _("%(name)s gave “%(card)s” back"),
    "suspended": _("The case was paused"),
    "resumed": _("The case goes on"),
    "skipped": _("“%(card)s” was skipped"),
    "step_done": _("“%(card)s” was done automatically"),
    "failed": _("“%(card)s” failed: %(text)s"),
    "undo": _("“%(card)s” is being undone"),
    "incident": _("Stands still at “%(card)s”: %(text)s"),
    "straight_back": _("Straight back to “%(card)s”: nothing that matters has changed"),
    "run_again": _("Runs again, because something that matters has changed"),
    "filled": _("Fields were filled in at “%(card)s”"),
    "migrated": _("Moved to version %(n)s"),
}
_DEADLINES = (_("Deadline of “%(card)s”"), _("Deadline of “%(card)s” (late)"))
_ENDS = {
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "cancelled": _("Cancelled"),
    "done": _("Finished"),
}
INCIDENTS = {
    "nobody": _("the rules find nobody"),
    "missing": _("a fact is missing: %(fields)s"),
    "no_branch": _("no branch fits"),
    "limit": _("it goes round in circles"),
    "rounds": _("the loop has reached its limit"),
    "step": _("the automatic card failed: %(text)s"),
    "undo": _("it must be undone by hand: %(text)s"),
    "changed": _("the document was changed"),
}


@dataclass(frozen=True)
class Told:
    """One line of a case's history."""

    at: str
    text: object
    comment: str = ""
    saw: tuple[str, ...] = ()


def incident_words(kind: str, data: dict[str, Any]) -> Message:
    """What is wrong, as a sentence."""
    fields = ", ".join(str(f) for f in data.get("fields", []))
    found = INCIDENTS.get(kind, _("it stands still"))
    return found % {"fields": fields, "text": data.get("text", "")}


def told(ctx: Ctx, case_id: int, plan: cases.Plan) -> list[Told]:
    """The history of a case in words, the oldest first."""
    rows = ctx.session.scalars(
        select(cases.CaseEvent)
        .where(cases.CaseEvent.case_id == case_id)
        .order_by(cases.CaseEvent.seq)
    )
    found = [_told(ctx, row, plan) for row in rows]
    return [line for line in found if line is not None]


def _told(ctx: Ctx, row: cases.CaseEvent, plan: cases.Plan) -> Told | None:
    names = cases.people_of(ctx).names
    data = row.data
    to = data.get("to")
    people = [to] if isinstance(to, int) else to if isinstance(to, list) else []
    values = {
        "name": names.get(row.actor_id or 0) or data.get("name") or str(_("System")),
        "card": plan.label(row.node or ""),
        "text": data.get("text", ""),
        "people": ", ".join(names.get(p, "?") for p in people),
        "was": data.get("was", ""),
        "to": plan.label(to) if isinstance(to, str) else "",
        "n": data.get("number", ""),
    }
    at = show_moment(row.at, ctx.user_zone)
    if "for" in data:
        values["name"] = str(
            _(
                "%(name)s (for %(principal)s)",
                name=values["name"],
                principal=names.get(data["for"], "?"),
            )
        )
    if row.type == "acted":
        text = _ACTS.get(data.get("outcome", ""))
        return Told(at, text % values, data.get("comment", "")) if text else None
    if row.type == "ended":
        return Told(at, _ENDS.get(data.get("outcome", ""), ""))
    if row.type == "admin":
        return Told(
            at,
            _("%(name)s (administrator): %(what)s", name=values["name"], what=data.get("what", "")),
            data.get("reason", ""),
        )
    if row.type == "chose":
        return _chose(ctx, at, row, plan)
    if row.type == "fired":
        return Told(at, _DEADLINES[bool(data.get("late"))] % values)
    if row.type == "incident":
        values["text"] = str(incident_words(data.get("kind", ""), data))
    text = _EVENTS.get(row.type)
    return Told(at, text % values) if text else None


def _chose(ctx: Ctx, at: str, row: cases.CaseEvent, plan: cases.Plan) -> Told:
    """Which branch was taken and what its conditions saw ("margin 0.12 < 0.15: true")."""
    chosen = row.data.get("branch")
    keys = chosen if isinstance(chosen, list) else [chosen]
    branches = plan.nodes[row.node or ""].data.get("branches", [])
    labels = [plan_words(b) for b in branches if b["key"] in keys]
    text = _("“%(card)s”: %(branch)s", card=plan.label(row.node or ""), branch=", ".join(labels))
    fields = cases.fact_fields(ctx, plan.subject)
    seen = [_seen(one, fields) for part in row.data.get("saw", []) for one in part.get("saw", [])]
    return Told(at, text, saw=tuple(dict.fromkeys(seen)))


_SIGNS = {
    "eq": "=",
    "ne": "≠",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "in": "∈",
    "not_in": "∉",
    "between": "∈",
}


def _seen(one: dict[str, Any], fields: Mapping[str, Field]) -> str:
    """margin 12 % < 15 % ✓"""
    marks = {True: "✓", False: "✗", None: "?"}
    field = fields.get(one["f"]) or Field("text", one["f"])
    try:
        saw, wanted = (
            cases.show_fact(field, one["saw"]),
            [cases.show_fact(field, w) for w in one["wanted"]],
        )
    except (ValueError, ArithmeticError):
        saw, wanted = one["saw"], one["wanted"]
    values = ", ".join(str(w) for w in wanted)
    sign = _SIGNS.get(one["op"], one["op"])
    return f"{field.label} {saw} {sign} {values} {marks[one['result']]}"


def plan_words(branch: dict[str, Any]) -> str:
    """The name of a branch."""
    label = cases.words(branch.get("label", ""))
    return label or (str(_("otherwise")) if branch.get("else") else str(branch["key"]))
