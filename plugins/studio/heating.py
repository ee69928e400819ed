"""Where time is spent: per card of a workflow how many, how long, how late, and which cases."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select

from core.api import Ctx, _, design

MOST_TASKS, MOST_CASES = 20_000, 200
COLOURS: dict[str, tuple[str, object]] = {
    "median": ("p50", _("median wait")), "p90": ("p90", _("wait of 9 in 10")),
    "volume": ("entered", _("how many came")), "waiting": ("open", _("how many wait")),
    "returns": ("returned", _("how often returned")), "late": ("overdue", _("how many late")),
}


def heat(ctx: Ctx, workflow: Any) -> dict[str, dict[str, Any]]:
    """Per card: entered, done, open, returned, overdue, waiting minutes (p50, p90), in_time.

    `in_time` is the share (0–100) of the finished and overdue tasks with a deadline that kept it;
    None where no task had one.
    """
    case, event, task = design.CaseRow, design.CaseEvent, design.TaskRow
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"entered": 0, "done": 0, "returned": 0, "overdue": 0, "open": 0, "waits": [],
                 "dated": 0})
    cases = select(case.id).where(case.workflow_id == workflow.id)
    events = select(event.node, event.type, func.count()).where(
        event.case_id.in_(cases), event.type.in_(("entered", "returned"))
    ).group_by(event.node, event.type)
    for node, kind, count in ctx.session.execute(events):
        if node:
            found[node][kind] += count
    tasks = select(task.node, task.state, task.created_at, task.done_at, task.due_at)
    for node, state, created, done, due in ctx.session.execute(
        tasks.where(task.case_id.in_(cases), task.kind != "read",
                    task.state.in_(("done", *design.OPEN_TASK)))
        .order_by(task.id.desc()).limit(MOST_TASKS)
    ):
        cell = found[node]
        end = done or ctx.now
        cell["done"] += state == "done"
        cell["open"] += state in design.OPEN_TASK
        late = due is not None and end > due
        cell["overdue"] += late
        cell["dated"] += due is not None and (state == "done" or late)
        cell["waits"].append(int((end - created).total_seconds() // 60))
    for cell in found.values():
        waits = sorted(cell.pop("waits"))
        cell["timed"] = bool(waits)
        cell["p50"] = waits[len(waits) // 2] if waits else 0
        cell["p90"] = waits[len(waits) * 9 // 10] if waits else 0
        dated = cell.pop("dated")
        cell["in_time"] = 100 * (dated - cell["overdue"]) // dated if dated else None
    return dict(found)


def coloured(cells: dict[str, dict[str, Any]], by: str) -> dict[str, dict[str, Any]]:
    """The cells with a `level` from 0 (least) to 4 (most) by one of COLOURS."""
    name = COLOURS[by][0]
    most = max((cell[name] for cell in cells.values()), default=0)
    return {key: {**cell, "level": -(-4 * cell[name] // most) if most else 0}
            for key, cell in cells.items()}


def time_words(minutes: int) -> str:
    """A stretch of time: 45 min, 6.9 h, 3.2 days."""
    if minutes < 90:
        return str(_("%(n)s min", n=minutes))
    if minutes < 48 * 60:
        return str(_("%(n)s h", n=f"{minutes / 60:.1f}"))
    return str(_("%(n)s days", n=f"{minutes / 1440:.1f}"))


def cases_at(ctx: Ctx, workflow: Any, card: str) -> list[dict[str, Any]]:
    """The cases that wait at a card (the longest first) and those that passed it (newest first).

    Each is {"case", "since", "until", "minutes", "late", "people", "open", "outcome"}.
    """
    case, task = design.CaseRow, design.TaskRow
    names, found = design.people_of(ctx).names, {}
    rows = ctx.session.execute(
        select(case, task).join(task, task.case_id == case.id).where(
            case.workflow_id == workflow.id, task.node == card, task.kind != "read",
            task.state.in_(("done", *design.OPEN_TASK))).order_by(task.id.desc())
        .limit(MOST_CASES * 3)).all()
    for row, one in rows:
        end = one.done_at or ctx.now
        entry = found.setdefault(row.id, {
            "case": row, "since": one.created_at, "until": one.done_at, "people": [], "late": False,
            "open": False, "outcome": one.outcome or "", "minutes": 0})
        entry["open"] |= one.state in design.OPEN_TASK
        entry["since"] = min(entry["since"], one.created_at)
        entry["late"] |= one.due_at is not None and end > one.due_at
        entry["minutes"] = max(entry["minutes"], int((end - one.created_at).total_seconds() // 60))
        who = names.get(one.actor or one.principal or 0) or design.role_name(ctx, one.pool or "")
        if who not in entry["people"]:
            entry["people"].append(who)
    passed = _passed(ctx, workflow, card, set(found)) if len(found) < MOST_CASES else []
    ordered = sorted(found.values(), key=lambda e: (not e["open"], -e["minutes"] if e["open"] else
                                                    -e["case"].id))
    return (ordered + passed)[:MOST_CASES]


def _passed(ctx: Ctx, workflow: Any, card: str, known: set[int]) -> list[dict[str, Any]]:
    """Cases that went through a card which asks nobody: a condition, an automatic card."""
    case, event = design.CaseRow, design.CaseEvent
    rows = ctx.session.execute(
        select(case, func.max(event.at)).join(event, event.case_id == case.id).where(
            case.workflow_id == workflow.id, event.node == card, event.type == "entered",
            case.id.not_in(known)).group_by(case.id).order_by(case.id.desc()).limit(MOST_CASES))
    return [{"case": row, "since": at, "until": at, "people": [], "late": False, "open": False,
             "outcome": "", "minutes": 0} for row, at in rows]
