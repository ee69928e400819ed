"""A person's tasks through the API: what waits for her, and her answer."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from core.api import (
    Ctx,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    _,
    decide,
    may_read,
    public,
    tasks_of,
)
from plugins.rest.calling import blueprint, body_of, once
from plugins.rest.problems import answer

OUTCOMES = ("approve", "reject", "done")
HIGHEST = 500
SCOPES = frozenset({"*", "rest.*", "rest.tasks"})


def _tasks(ctx: Ctx) -> list[dict[str, Any]]:
    if ctx.limits is not None and not SCOPES & ctx.limits:
        raise Forbidden(_("This token may not answer tasks; its scopes lack rest.tasks."))
    return [
        {"id": t.id, "kind": t.kind, "label": str(t.card), "record": t.record_key,
         "record_id": t.record_id, "title": str(t.record), "starter": str(t.starter),
         "created_at": t.created_at, "due_at": t.due_at}
        for t in tasks_of(ctx, HIGHEST) if may_read(ctx, t.record_key)
    ]


@blueprint.get("/api/v1/tasks")
@public
def list_tasks() -> Response:
    """The open tasks of the token's owner, the most urgent first."""
    return answer({"items": _tasks(g.ctx)})


@blueprint.post("/api/v1/tasks/<int:ident>")
@public
def answer_task(ident: int) -> Response:
    """Approve, reject (with a reason) or finish a task of one's own."""

    def work(ctx: Ctx) -> dict[str, Any]:
        given = body_of()
        outcome, comment = given.pop("outcome", None), given.pop("comment", "")
        faults = [Refusal(_("There is no field “%(name)s”.", name=n[:60]), n[:60]) for n in given]
        if outcome not in OUTCOMES:
            faults.append(Refusal(
                _("Choose one of: %(options)s.", options=", ".join(OUTCOMES)), "outcome"))
        if not isinstance(comment, str) or len(comment) > 2000 or "\0" in comment:
            faults.append(Refusal(_("Text of at most 2,000 characters."), "comment"))
        if faults:
            raise Invalid(faults)
        if ident not in {task["id"] for task in _tasks(ctx)}:
            raise NotFound(_("This task is not open, or not yours."))
        decide(ctx, ident, outcome, comment)
        return {"id": ident, "outcome": outcome}

    return once(work, 200)
