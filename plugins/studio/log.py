"""The log of a workflow for process-mining tools: XES (cases) and OCEL 2.0 (objects), §5.12."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy import select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    NotFound,
    _,
    current_ctx,
    design,
    needs,
)
from plugins.studio.routes import RIGHT, blueprint

LIFECYCLE = {"task": "schedule", "claimed": "start", "acted": "complete", "step_done": "complete"}
CHUNK = 500


def _log(
    ctx: Ctx, workflow: design.WorkflowRow
) -> Iterator[tuple[design.CaseRow, list[design.CaseEvent]]]:
    query = (
        select(design.CaseRow)
        .where(design.CaseRow.workflow_id == workflow.id)
        .order_by(design.CaseRow.id)
    )
    for case in ctx.session.scalars(query.execution_options(yield_per=CHUNK)):
        events = (
            select(design.CaseEvent)
            .where(design.CaseEvent.case_id == case.id)
            .order_by(design.CaseEvent.seq)
        )
        yield case, [e for e in ctx.session.scalars(events) if e.node and lifecycle(e)]


def lifecycle(event: design.CaseEvent) -> str | None:
    """What an event says of an activity; entering a card that asks somebody schedules it."""
    asks = event.type == "entered" and event.task is not None
    return LIFECYCLE.get("task" if asks else event.type)


def xes(ctx: Ctx, workflow: design.WorkflowRow) -> Iterator[str]:
    """An XES document in pieces: one trace a case, with activity, lifecycle, resource and time."""
    names = design.people_of(ctx).names
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'
    for extension, prefix in (
        ("Concept", "concept"),
        ("Lifecycle", "lifecycle"),
        ("Organizational", "org"),
        ("Time", "time"),
    ):
        address = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'<extension name="{extension}" prefix="{prefix}" uri="{address}"/>\n'
    for case, events in _log(ctx, workflow):
        plan = design.plan_of(ctx, case)
        yield f'<trace><string key="concept:name" value={quoteattr(case.label)}/>\n'
        for event in events:
            who, card = names.get(event.actor_id or 0, ""), plan.label(event.node or "")
            yield (
                f'<event><string key="concept:name" value={quoteattr(card)}/>'
                f'<string key="lifecycle:transition" value="{lifecycle(event)}"/>'
                f'<string key="org:resource" value={quoteattr(who)}/>'
                f'<date key="time:timestamp" value="{event.at.isoformat()}"/></event>\n'
            )
        yield "</trace>\n"
    yield "</log>\n"


def ocel(ctx: Ctx, workflow: design.WorkflowRow) -> str:
    """An OCEL 2.0 JSON text: events related to the record and the case."""
    names = design.people_of(ctx).names
    objects: dict[str, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    kinds: set[str] = set()
    for case, rows in _log(ctx, workflow):
        plan = design.plan_of(ctx, case)
        record, ident = f"{case.record_key}-{case.record_id}", f"case-{case.id}"
        objects[record] = {"id": record, "type": case.record_key, "attributes": []}
        objects[ident] = {
            "id": ident,
            "type": "case",
            "attributes": [],
            "relationships": [{"objectId": record, "qualifier": "about"}],
        }
        for row in rows:
            kind = plan.label(row.node or "")
            kinds.add(kind)
            events.append(
                {
                    "id": f"event-{row.id}",
                    "type": kind,
                    "time": row.at.isoformat(),
                    "attributes": [
                        {"name": "lifecycle", "value": lifecycle(row)},
                        {"name": "resource", "value": names.get(row.actor_id or 0, "")},
                    ],
                    "relationships": [
                        {"objectId": ident, "qualifier": "case"},
                        {"objectId": record, "qualifier": "document"},
                    ],
                }
            )
    attributes = [{"name": "lifecycle", "type": "string"}, {"name": "resource", "type": "string"}]
    return json.dumps(
        {
            "objectTypes": [
                {"name": name, "attributes": []}
                for name in sorted({o["type"] for o in objects.values()})
            ],
            "eventTypes": [{"name": name, "attributes": attributes} for name in sorted(kinds)],
            "objects": list(objects.values()),
            "events": events,
        },
        ensure_ascii=False,
    )


@blueprint.get("/workflow/<key>/log.<kind>", endpoint="log")
@needs(RIGHT)
def log(key: str, kind: str) -> Response:
    """The log of a workflow for process mining: log.xes or log.json (OCEL 2.0)."""
    ctx = current_ctx()
    row = design.workflow_by_key(ctx, key)
    if kind not in ("xes", "json"):
        raise NotFound(_("This does not exist."))
    text = "".join(xes(ctx, row)) if kind == "xes" else ocel(ctx, row)
    types = {"xes": "application/xml", "json": "application/json"}
    answer = Response(text, content_type=f"{types[kind]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=workflow.{kind}"
    return answer
