"""How long decisions take (DOMAIN §7: approval time)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    _,
    calendar_of,
    cases,
    hookimpl,
    may_read,
    record_class,
    select_records,
    user_names,
)
from plugins.reports.api import (
    Chart,
    Choice,
    Column,
    Figure,
    Filters,
    Report,
    Row,
    Table,
    median,
    quantile,
    ratio,
)

MOST = 5000


def decisions(ctx: Ctx, filters: Filters) -> list[tuple[Any, Any]]:
    """(task, case) of decisions about records that the reader may see, the newest first."""
    task, case = cases.TaskRow, cases.CaseRow
    since = datetime.combine(filters.since, time.min, UTC)
    until = datetime.combine(filters.until + timedelta(days=1), time.min, UTC)
    query = (
        select(task, case)
        .join(case, case.id == task.case_id)
        .where(
            task.state == "done",
            task.kind == "approve",
            task.done_at >= since,
            task.done_at < until,
        )
    )
    if filters.person:
        query = query.where(task.actor == filters.person)
    rows = list(ctx.session.execute(query.order_by(task.done_at.desc(), task.id).limit(MOST)))
    about: dict[str, set[int]] = {}
    for _task, owner in rows:
        about.setdefault(owner.record_key, set()).add(owner.record_id)
    seen = {(key, ident) for key, idents in about.items() for ident in _readable(ctx, key, idents)}
    return [(found, owner) for found, owner in rows if (owner.record_key, owner.record_id) in seen]


def _readable(ctx: Ctx, key: str, idents: set[int]) -> set[int]:
    if not may_read(ctx, key):
        return set()
    cls = record_class(key)
    query = select_records(ctx, cls, archived=None).where(cls.id.in_(idents))
    return set(ctx.session.scalars(query.with_only_columns(cls.id).order_by(None)))


def hours(ctx: Ctx, task: Any) -> Decimal:
    """Working hours from the moment the task appeared to its decision."""
    minutes = calendar_of(ctx).working_minutes_between(task.created_at, task.done_at)
    return Decimal(minutes) / 60


def approval_time(ctx: Ctx, filters: Filters) -> Table:
    """Median and 90th percentile by card of each workflow, and the share within the deadline."""
    rows = decisions(ctx, filters)
    names = {row.id: row for row in ctx.session.scalars(select(cases.WorkflowRow))}
    groups: dict[tuple[str, str], list[Any]] = {}
    people = user_names(ctx, [task.actor for task, _case in rows if task.actor])
    by_person = filters.extra.get("by") == "person"
    for task, case in rows:
        flow = names.get(case.workflow_id)
        if by_person:
            place = (people.get(task.actor or 0, "–"), "")
        else:
            card = cases.plan_of(ctx, case).label(task.node)
            place = (cases.words(flow.label) if flow else "–", card)
        groups.setdefault(place, []).append(task)
    found = []
    for (flow_name, card), tasks in groups.items():
        spent = [hours(ctx, task) for task in tasks]
        due = [task for task in tasks if task.due_at]
        kept = sum(task.done_at <= task.due_at for task in due)
        found.append(
            Row(
                {
                    "flow": flow_name,
                    "card": card,
                    "count": len(tasks),
                    "median": median(spent),
                    "p90": quantile(spent, Decimal("0.9")),
                    "kept": ratio(kept, len(due)),
                }
            )
        )
    found.sort(key=lambda row: -(row.values["median"] or 0))
    every = [hours(ctx, task) for task, _case in rows]
    due = [task for task, _case in rows if task.due_at]
    share = ratio(sum(task.done_at <= task.due_at for task in due), len(due))
    return Table(
        [
            Column("flow", _("Person") if by_person else _("Workflow")),
            Column("card", _("Card")),
            Column("count", _("Decisions"), "number", True),
            Column("median", _("Median (working hours)"), "hours"),
            Column("p90", _("90th percentile"), "hours"),
            Column("kept", _("Within the deadline"), "percent"),
        ],
        found,
        [
            Figure(_("Median (working hours)"), median(every), "hours"),
            Figure(
                _("Within the deadline"),
                share,
                "percent",
                colour="red" if share is not None and share < Decimal("0.9") else "green",
            ),
            Figure(_("Decisions"), len(rows)),
        ],
        _chart(found),
    )


def _chart(found: list[Row]) -> Chart:
    return Chart(
        "bar",
        [
            " · ".join(filter(None, (str(row.values["flow"]), str(row.values["card"]))))
            for row in found
        ],
        [
            (str(_("Median")), [row.values["median"] for row in found]),
            (str(_("90th percentile")), [row.values["p90"] for row in found]),
        ],
        str(_("hours")),
    )


def decision_list(ctx: Ctx, filters: Filters) -> Table:
    """The decisions behind the figures."""
    rows = decisions(ctx, filters)
    people = user_names(ctx, [task.actor for task, _case in rows if task.actor])
    return Table(
        [
            Column("subject", _("Subject")),
            Column("card", _("Card")),
            Column("who", _("Person")),
            Column("on", _("Decided on"), "date"),
            Column("hours", _("Working hours"), "hours"),
            Column("late", _("Result")),
        ],
        [
            Row(
                {
                    "subject": case.label,
                    "card": cases.plan_of(ctx, case).label(task.node),
                    "who": people.get(task.actor or 0, "–"),
                    "on": task.done_at.date(),
                    "hours": hours(ctx, task),
                    "late": str(
                        _("late") if task.due_at and task.done_at > task.due_at else _("on time")
                    ),
                },
                f"/r/{case.record_key}/{case.record_id}",
            )
            for task, case in rows
        ],
    )


@hookimpl
def register_reports() -> list[Report]:
    return [
        Report(
            "inbox.approvals",
            _("How long do decisions take?"),
            _(
                "Working hours from the moment a task appears to the decision, by card of the "
                "workflow or by person: median, 90th percentile, share within the deadline."
            ),
            approval_time,
            decision_list,
            group=_("Workflows"),
            filters=("period", "person"),
            boards=("gm", "sm"),
            span="quarter",
            sequence=40,
            choices=(
                Choice("by", _("By"), (("card", _("Card")), ("person", _("Person"))), "card"),
            ),
        ),
    ]
