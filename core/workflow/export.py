"""The log of a workflow for process-mining tools: XES (cases) and OCEL 2.0 (objects), §5.12."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy import select

from core.context import Ctx
from core.workflow.case import plan_of
from core.workflow.model import CaseEvent, CaseRow, WorkflowRow
from core.workflow.people import people_of

LIFECYCLE = {"task": "schedule", "claimed": "start", "acted": "complete", "step_done": "complete"}
CHUNK = 500


def _log(ctx: Ctx, workflow: WorkflowRow) -> Iterator[tuple[CaseRow, list[CaseEvent]]]:
    query = select(CaseRow).where(CaseRow.workflow_id == workflow.id).order_by(CaseRow.id)
    for case in ctx.session.scalars(query.execution_options(yield_per=CHUNK)):
        events = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
        yield case, [e for e in ctx.session.scalars(events) if e.type in LIFECYCLE and e.node]


def xes(ctx: Ctx, workflow: WorkflowRow) -> Iterator[str]:
    """An XES document in pieces: one trace a case, with activity, lifecycle, resource and time."""
    names = people_of(ctx).names
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'
    for extension, prefix in (("Concept", "concept"), ("Lifecycle", "lifecycle"),
                              ("Organizational", "org"), ("Time", "time")):
        address = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'<extension name="{extension}" prefix="{prefix}" uri="{address}"/>\n'
    for case, events in _log(ctx, workflow):
        plan = plan_of(ctx, case)
        yield f'<trace><string key="concept:name" value={quoteattr(case.label)}/>\n'
        for event in events:
            who, card = names.get(event.actor_id or 0, ""), plan.label(event.node or "")
            yield (
                f'<event><string key="concept:name" value={quoteattr(card)}/>'
                f'<string key="lifecycle:transition" value="{LIFECYCLE[event.type]}"/>'
                f'<string key="org:resource" value={quoteattr(who)}/>'
                f'<date key="time:timestamp" value="{event.at.isoformat()}"/></event>\n')
        yield "</trace>\n"
    yield "</log>\n"


def ocel(ctx: Ctx, workflow: WorkflowRow) -> str:
    """An OCEL 2.0 JSON text: events related to the record and the case."""
    names = people_of(ctx).names
    objects: dict[str, dict[str, Any]] = {}
    events: list[dict[str, Any]] = []
    kinds: set[str] = set()
    for case, rows in _log(ctx, workflow):
        plan = plan_of(ctx, case)
        record, ident = f"{case.record_key}-{case.record_id}", f"case-{case.id}"
        objects[record] = {"id": record, "type": case.record_key, "attributes": []}
        objects[ident] = {"id": ident, "type": "case", "attributes": [], "relationships": [
            {"objectId": record, "qualifier": "about"}]}
        for row in rows:
            kind = plan.label(row.node or "")
            kinds.add(kind)
            events.append({
                "id": f"event-{row.id}", "type": kind, "time": row.at.isoformat(),
                "attributes": [
                    {"name": "lifecycle", "value": LIFECYCLE[row.type]},
                    {"name": "resource", "value": names.get(row.actor_id or 0, "")}],
                "relationships": [{"objectId": ident, "qualifier": "case"},
                                  {"objectId": record, "qualifier": "document"}]})
    attributes = [{"name": "lifecycle", "type": "string"}, {"name": "resource", "type": "string"}]
    return json.dumps({
        "objectTypes": [{"name": name, "attributes": []}
                        for name in sorted({o["type"] for o in objects.values()})],
        "eventTypes": [{"name": name, "attributes": attributes} for name in sorted(kinds)],
        "objects": list(objects.values()), "events": events}, ensure_ascii=False)
