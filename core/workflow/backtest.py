"""What a changed workflow would have done to past cases, and where time is spent (§5.14)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from core.context import Ctx
from core.errors import TradewindError
from core.records import record_class
from core.workflow.assignment import Finder
from core.workflow.case import keep_plan, plan_of
from core.workflow.engine import Engine
from core.workflow.facts import Judge, fact_fields, read_facts, used_facts
from core.workflow.marking import OPEN_TASK, Assigned, Marking, Token
from core.workflow.model import Backtest, CaseEvent, CaseRow, TaskRow, WorkflowRow, WorkflowVersion
from core.workflow.people import people_of
from core.workflow.plan import Node, Plan, compile_plan
from core.workflow.view import role_name

MOST_ACTS = 500


@dataclass
class Walk:
    """How one document would go: the outcome and who is asked, in order."""

    outcome: str
    asked: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class _Ports:
    """Answers for a walk in memory."""

    def __init__(self, ctx: Ctx, plan: Plan, facts: dict[str, Any], starter: int | None,
                 marking: Marking, record: Any, choices: dict[str, Any]) -> None:
        self.judge = Judge(ctx, plan, facts)
        self.finder = Finder(ctx, plan, facts, starter, record, choices, marking.path,
                             judge=self.truth)

    def truth(self, when: Any, token: Token) -> Any:
        return self.judge.truth(when, token.data)

    def seats(self, node: Node, token: Token, marking: Marking) -> Assigned:
        return self.finder.assign(node, token, marking)

    def items(self, node: Node, token: Token) -> list[Any]:
        return list(self.judge.facts.get(node.option("items", "")) or [])

    def forbidden(self, node: Node) -> frozenset[int]:
        return self.finder.forbidden(node)

    def unchanged(self, since: dict[str, Any]) -> bool:
        return True

    def facts(self) -> dict[str, Any]:
        return {}


def walk(
    ctx: Ctx, plan: Plan, facts: dict[str, Any], starter: int | None, record: Any = None,
    *, outcomes: dict[str, str] | None = None, choices: dict[str, Any] | None = None,
) -> Walk:
    """Run a definition in memory: people decide as in `outcomes` by card, else they approve."""
    marking = Marking(1, starter=starter)
    ports = _Ports(ctx, plan, facts, starter, marking, record, choices or {})
    engine = Engine(plan, marking, ports)
    found, names = Walk("running"), people_of(ctx).names
    engine.start()
    for _n in range(MOST_ACTS):
        if marking.outcome is not None:
            break
        task = next((t for t in marking.tasks.values() if t.state in OPEN_TASK
                     and t.kind in ("approve", "handle")), None)
        if task is not None:
            found.asked.append(names.get(task.principal or 0) or role_name(ctx, task.pool or ""))
            outcome = (outcomes or {}).get(task.node, "approve")
            done = outcome if task.kind == "approve" else "done"
            engine.act(task.id, done, task.principal or -task.id)
            continue
        token = next((t for t in marking.live_tokens() if t.state == "active"
                      and not t.data.get("stuck")), None)
        if token is None:
            break
        engine.elapsed(token.id)
    found.outcome = marking.outcome or "stands_still"
    found.missing = sorted({f for e in marking.effects if e.kind == "incident"
                            for f in e.data.get("fields", [e.data.get("kind")])})
    return found


def backtest(
    ctx: Ctx, workflow: WorkflowRow, definition: dict[str, Any], limit: int = 200,
    *, keep: bool = False,
) -> dict[str, Any]:
    """Compare a definition with what it replaces on the last cases (else on the last records).

    Returns {"rows": [{"label", "url", "result": same|changed|undecided, "more", "fewer",
    "missing", "old", "new"}], "totals", "load": {person: [old, new]}}.
    """
    plan, rows = compile_plan(definition), []
    totals: Counter[str] = Counter()
    load: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    names = used_facts(definition, fact_fields(ctx, workflow.record_key))
    for subject in _subjects(ctx, workflow, names, limit):
        if subject["record"] is None:
            continue
        new = _safe(ctx, plan, subject)
        old = _safe(ctx, subject["plan"], subject) if subject["plan"] else new
        for n, one in enumerate((old, new)):
            for person in one.asked:
                load[person][n] += 1
        more = list((Counter(new.asked) - Counter(old.asked)).elements())
        fewer = list((Counter(old.asked) - Counter(new.asked)).elements())
        differs = more or fewer or old.outcome != new.outcome
        result = "undecided" if new.missing else "changed" if differs else "same"
        totals[result] += 1
        rows.append({
            "label": subject["label"], "url": subject["url"], "result": result, "more": more,
            "fewer": fewer, "missing": new.missing, "old": old.outcome, "new": new.outcome})
    found = {"rows": rows, "totals": dict(totals), "load": dict(load)}
    if keep:
        ctx.session.add(Backtest(
            company_id=ctx.company.id, workflow_id=workflow.id, at=ctx.now, by_id=ctx.user_id,
            version_id=workflow.active_version_id or 0, result=found))
    return found


def _safe(ctx: Ctx, plan: Plan, subject: dict[str, Any]) -> Walk:
    try:
        return walk(ctx, plan, subject["facts"], subject["starter"], subject["record"],
                    outcomes=subject["outcomes"], choices=subject["choices"])
    except TradewindError as error:
        return Walk("stands_still", missing=[str(error)])


def _subjects(
    ctx: Ctx, workflow: WorkflowRow, names: set[str], limit: int
) -> list[dict[str, Any]]:
    cls, found = record_class(workflow.record_key), []
    cases = ctx.session.scalars(select(CaseRow).where(CaseRow.workflow_id == workflow.id)
                                .order_by(CaseRow.id.desc()).limit(limit)).all()
    answers: dict[int, dict[str, str]] = defaultdict(dict)
    for case_id, node, outcome in ctx.session.execute(select(
        TaskRow.case_id, TaskRow.node, TaskRow.outcome
    ).where(TaskRow.case_id.in_([c.id for c in cases]), TaskRow.outcome == "reject")):
        answers[case_id][node] = outcome or ""
    for case in cases:
        record = ctx.session.get(cls, case.record_id)
        missing = names - case.facts.keys()
        facts = {**(read_facts(ctx, record, names) if missing and record else {}), **case.facts}
        found.append({"label": case.label, "url": f"/cases/{case.id}", "facts": facts,
                      "starter": case.starter_id, "record": record, "plan": plan_of(ctx, case),
                      "outcomes": answers[case.id], "choices": case.choices})
    if not found:
        version = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
        active = keep_plan(version.checksum, version.definition) if version else None
        for record in ctx.session.scalars(select(cls).order_by(cls.id.desc()).limit(limit)):
            found.append({"label": str(record.name), "url": f"/r/{cls.key}/{record.id}",
                          "facts": read_facts(ctx, record, names), "starter": record.owner_id,
                          "record": record, "plan": active, "outcomes": {}, "choices": {}})
    return found


def heat(ctx: Ctx, workflow: WorkflowRow, limit: int = 20_000) -> dict[str, dict[str, Any]]:
    """Per card: how often entered, done and returned, overdue, and waiting minutes (p50, p90)."""
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"entered": 0, "done": 0, "returned": 0, "overdue": 0, "open": 0, "waits": []})
    cases = select(CaseRow.id).where(CaseRow.workflow_id == workflow.id)
    events = select(CaseEvent.node, CaseEvent.type, func.count()).where(
        CaseEvent.case_id.in_(cases), CaseEvent.type.in_(("entered", "returned"))
    ).group_by(CaseEvent.node, CaseEvent.type)
    for node, kind, count in ctx.session.execute(events):
        if node:
            found[node][kind] += count
    tasks = select(TaskRow.node, TaskRow.state, TaskRow.created_at, TaskRow.done_at, TaskRow.due_at)
    for node, state, created, done, due in ctx.session.execute(
        tasks.where(TaskRow.case_id.in_(cases), TaskRow.kind != "read")
        .order_by(TaskRow.id.desc()).limit(limit)
    ):
        cell = found[node]
        end = done or ctx.now
        cell["done"] += state == "done"
        cell["open"] += state in OPEN_TASK
        cell["overdue"] += due is not None and end > due and state in ("done", *OPEN_TASK)
        if state in ("done", *OPEN_TASK):
            cell["waits"].append(int((end - created).total_seconds() // 60))
    for cell in found.values():
        waits = sorted(cell.pop("waits"))
        cell["p50"] = waits[len(waits) // 2] if waits else 0
        cell["p90"] = waits[len(waits) * 9 // 10] if waits else 0
    return dict(found)
