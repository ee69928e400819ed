"""Where time goes: how often cards were reached and how long they waited (WORKFLOW §5.14)."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import Any

from sqlalchemy import select

from core.api import Ctx, design

MOST_TASKS = 20_000


def heat_of(ctx: Ctx, workflow: Any) -> dict[str, dict[str, Any]]:
    """By card: tasks done, open and late, median and 90th percentile of waiting hours, heat 0–4."""
    case, task = design.CaseRow, design.TaskRow
    query = (
        select(task.node, task.created_at, task.done_at, task.due_at, task.state)
        .join(case, case.id == task.case_id).where(case.workflow_id == workflow.id)
        .order_by(task.id.desc()).limit(MOST_TASKS)
    )
    waits: dict[str, list[float]] = defaultdict(list)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"done": 0, "open": 0, "late": 0})
    for node, created, done, due, state in ctx.session.execute(query):
        end = done or ctx.now
        if state == "done":
            counts[node]["done"] += 1
            waits[node].append((end - created).total_seconds() / 3600)
        elif state in ("open", "claimed"):
            counts[node]["open"] += 1
            waits[node].append((end - created).total_seconds() / 3600)
        if due is not None and end > due and state in ("done", "open", "claimed"):
            counts[node]["late"] += 1
    found: dict[str, dict[str, Any]] = {}
    middle = {node: median(hours) for node, hours in waits.items()}
    hottest = max(middle.values(), default=0.0)
    for node, hours in waits.items():
        ordered = sorted(hours)
        found[node] = {
            **counts[node], "median": round(middle[node], 1),
            "p90": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))], 1),
            "level": min(4, int(4 * middle[node] / hottest)) if hottest else 0,
        }
    return found
