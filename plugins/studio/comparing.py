"""What a changed workflow would have done to past cases; runs are kept (WORKFLOW §5.14)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from core.api import Ctx, TradewindError, design, record_class
from plugins.studio.records import Backtest
from plugins.studio.simulating import outlook, read_log
from plugins.studio.walking import Walk, walk

KEPT = 20


def backtest(
    ctx: Ctx, workflow: Any, definition: dict[str, Any], limit: int = 200
) -> dict[str, Any]:
    """Compare a definition with what each of the last cases ran by, else with what runs now.

    Where a workflow has fewer cases than `limit`, the newest records that had none are taken too.
    Returns {"rows": [{"label", "url", "result": same|changed|undecided, "more", "fewer",
    "missing", "old", "new", "past"}], "totals", "load": {person: [old, new]}, "gaps",
    "outlook": [old, new]}.
    """
    plan, rows = design.compile_plan(definition), []
    totals: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    load: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    names = design.used_facts(definition, design.fact_fields(ctx, workflow.record_key))
    chosen = subjects(ctx, workflow, names, limit)
    for subject in chosen:
        new = _safe(ctx, plan, subject)
        old = _safe(ctx, subject["plan"], subject) if subject["plan"] else Walk(new.outcome)
        for n, one in enumerate((old, new)):
            for person in one.asked:
                load[person][n] += 1
        gaps.update(new.missing)
        more = list((Counter(new.asked) - Counter(old.asked)).elements())
        fewer = list((Counter(old.asked) - Counter(new.asked)).elements())
        differs = more or fewer or old.outcome != new.outcome or old.asked != new.asked
        result = "undecided" if new.missing else "changed" if differs else "same"
        totals[result] += 1
        rows.append({
            "label": subject["label"], "url": subject["url"], "result": result, "more": more,
            "fewer": fewer, "missing": new.missing, "old": old.outcome, "new": new.outcome,
            "old_asked": old.asked, "new_asked": new.asked, "past": subject["past"]})
    return {"rows": rows, "totals": dict(totals), "load": dict(load), "gaps": dict(gaps),
            "outlook": _outlooks(ctx, workflow, plan, chosen)}


def _outlooks(
    ctx: Ctx, workflow: Any, plan: Any, chosen: list[dict[str, Any]]
) -> list[dict[str, Any]] | None:
    """How long cases take by what runs and by the definition, drawn from the same log."""
    version = ctx.session.get(design.WorkflowVersion, workflow.active_version_id or 0)
    if version is None:
        return None
    log = read_log(ctx, workflow)
    try:
        found = [outlook(ctx, one, chosen, log) for one in
                 (design.keep_plan(version.checksum, version.definition), plan)]
    except TradewindError:
        return None
    return [asdict(one) for one in found if one is not None] or None


def keep(ctx: Ctx, workflow: Any, definition: dict[str, Any], found: dict[str, Any]) -> Backtest:
    """Save a run, so that the decision to publish can be explained later; the oldest go."""
    row = Backtest(
        company_id=ctx.company.id, workflow_id=workflow.id, at=ctx.now, by_id=ctx.user_id,
        version_id=workflow.active_version_id or 0, definition=definition, result=found)
    ctx.session.add(row)
    ctx.session.flush()
    for old in kept(ctx, workflow)[KEPT:]:
        ctx.session.delete(old)
    return row


def kept(ctx: Ctx, workflow: Any) -> list[Backtest]:
    """The saved runs, the newest first."""
    return list(ctx.session.scalars(select(Backtest).where(
        Backtest.workflow_id == workflow.id).order_by(Backtest.id.desc())))


def _safe(ctx: Ctx, plan: Any, subject: dict[str, Any]) -> Walk:
    try:
        return walk(ctx, plan, subject["facts"], subject["starter"], subject["record"],
                    outcomes=subject["outcomes"], choices=subject["choices"])
    except TradewindError as error:
        return Walk("stands_still", missing=[str(error)])


def subjects(
    ctx: Ctx, workflow: Any, names: Iterable[str], limit: int
) -> list[dict[str, Any]]:
    """Past cases with their frozen facts, then records that never had one with today's facts."""
    cls, found = record_class(workflow.record_key), []
    case, task = design.CaseRow, design.TaskRow
    names = set(names)
    cases = ctx.session.scalars(select(case).where(case.workflow_id == workflow.id)
                                .order_by(case.id.desc()).limit(limit)).all()
    answers: dict[int, dict[str, str]] = defaultdict(dict)
    for case_id, node, outcome in ctx.session.execute(select(
        task.case_id, task.node, task.outcome
    ).where(task.case_id.in_([c.id for c in cases]), task.outcome == "reject")):
        answers[case_id][node] = outcome or ""
    for row in cases:
        record = ctx.session.get(cls, row.record_id)
        if record is None:
            continue
        missing = names - row.facts.keys()
        facts = {**(design.read_facts(ctx, record, names) if missing else {}), **row.facts}
        found.append({"label": row.label, "url": f"/cases/{row.id}", "facts": facts,
                      "starter": row.starter_id, "record": record, "past": True,
                      "plan": design.plan_of(ctx, row), "outcomes": answers[row.id],
                      "choices": row.choices})
    return found + _never(ctx, workflow, {row.record_id for row in cases}, names,
                          limit - len(found))


def _never(
    ctx: Ctx, workflow: Any, known: set[int], names: set[str], limit: int
) -> list[dict[str, Any]]:
    cls = record_class(workflow.record_key)
    version = ctx.session.get(design.WorkflowVersion, workflow.active_version_id or 0)
    active = design.keep_plan(version.checksum, version.definition) if version else None
    query = select(cls).where(cls.id.not_in(known)).order_by(cls.id.desc()).limit(max(limit, 0))
    return [{"label": str(record.name), "url": f"/r/{cls.key}/{record.id}", "past": False,
             "facts": design.read_facts(ctx, record, names), "starter": record.owner_id,
             "record": record, "plan": active, "outcomes": {}, "choices": {}}
            for record in ctx.session.scalars(query)]
