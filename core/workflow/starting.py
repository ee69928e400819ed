"""How a case begins: with a step that is held, on an event, on a schedule, from another workflow,
or by hand; and who may start it (DESIGN §1)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, NamedTuple

from sqlalchemy import select

from core.audit import plain
from core.conditions import parse_condition
from core.context import Ctx
from core.errors import Invalid, Refusal, Refused
from core.i18n import _
from core.query import env_of
from core.records import fields_of, record_class
from core.saving import save
from core.workflow.case import Case, keep_plan, unfilled
from core.workflow.consequences import follow
from core.workflow.definition import cards_of
from core.workflow.facts import content_hash, fact_fields, read_facts, used_facts
from core.workflow.marking import Marking
from core.workflow.model import CaseRow, WorkflowRow, WorkflowVersion
from core.workflow.people import People, people_of
from core.workflow.plan import START, Plan, label_of, words

DEEPEST = 5


@dataclass(frozen=True)
class Start:
    """What begins: a workflow on a record.

    `step` is the step that is held, with its `params`; `choices` maps cards to people whom the
    starter chose; `parent_token` waits for the end; `starter` None is the user.
    """

    workflow: WorkflowRow
    record: Any
    step: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, list[int]] = field(default_factory=dict)
    parent_token: int | None = None
    depth: int = 0
    starter: int | None = None


def start_case(ctx: Ctx, start: Start) -> CaseRow:
    """Begin a case with the published version; it may be over at once.

    Refused without a published version and when sub-flows are nested more than 5 deep.
    """
    workflow, record = start.workflow, start.record
    version = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
    if version is None:
        raise Refused(_("The workflow “%(name)s” has no published version.", name=workflow.key))
    if start.depth > DEEPEST:
        raise Refused(_("Workflows call one another more than %(n)s deep.", n=DEEPEST))
    plan, people = keep_plan(version.checksum, version.definition), people_of(ctx)
    starter = start.starter or ctx.user_id
    names = used_facts(plan.definition, fact_fields(ctx, record.key))
    row = CaseRow(
        company_id=ctx.company.id, workflow_id=workflow.id, version_id=version.id,
        checksum=version.checksum, record_key=record.key, record_id=record.id,
        label=str(record.name)[:200], step=start.step, params=plain(start.params),
        starter_id=starter, department=people.departments.get(starter or 0, ""),
        facts=read_facts(ctx, record, names), content=content_hash(ctx, record, plan),
        choices=start.choices, path=[], started_at=ctx.now, parent_token_id=start.parent_token,
        depth=start.depth, state="running", generation=0, counter=0, row_version=1, event_seq=0,
        event_hash="",
    )
    ctx.session.add(row)
    ctx.session.flush()
    case = Case(ctx, row, Marking(row.id, starter=starter), plan)
    case.m.tell("started", facts=row.facts, content=row.content, version=version.number,
                name=people.names.get(starter or 0, ""))
    case.engine.start()
    follow(case, case.save(ctx.user_id))
    return row


def may_start(ctx: Ctx, plan: Plan) -> bool:
    """Whether the user holds one of the roles that the definition lets start it; none: all."""
    roles = plan.nodes[START].option("roles") or []
    return not ctx.rights or not roles or ctx.has_role(*roles)


# ---- by hand
def active_plans(ctx: Ctx, *where: Any) -> list[tuple[WorkflowRow, WorkflowVersion, Plan]]:
    """The enabled workflows with their published versions."""
    rows = ctx.session.execute(select(WorkflowRow, WorkflowVersion).join(
        WorkflowVersion, WorkflowVersion.id == WorkflowRow.active_version_id
    ).where(WorkflowRow.enabled, *where).order_by(WorkflowRow.id)).all()
    return [(row, version, keep_plan(version.checksum, version.definition)) for row, version in rows
            if ctx.registry.owner(row.record_key) in ctx.enabled]


def startable(ctx: Ctx, record: Any) -> list[tuple[str, str]]:
    """The workflows that the user may start on a record by hand: (key, label).

    Those that nothing else starts (no step, event, schedule or other workflow), unless the
    definition says `hand`. Who may change the record may start them, if her role is named.
    """
    if record.archived_at is not None or not ctx.can(f"{record.key}.write"):
        return []
    found = active_plans(ctx, WorkflowRow.record_key == record.key)
    called = {card.get("flow") for _row, _version, plan in found
              for card in cards_of(plan.definition["body"]) if card["type"] == "subflow"}
    live = set(ctx.session.scalars(select(CaseRow.workflow_id).where(
        CaseRow.record_key == record.key, CaseRow.record_id == record.id,
        CaseRow.ended_at.is_(None)))) if found else set()
    return [(row.key, words(row.label)) for row, _version, plan in found
            if row.id not in live and _by_hand(row, plan, called) and may_start(ctx, plan)]


def _by_hand(row: WorkflowRow, plan: Plan, called: set[Any]) -> bool:
    start = plan.nodes[START]
    other = row.gate or row.event or start.option("every") or row.key in called
    return bool(start.option("hand", not other)) and row.gate is None


def start_by_hand(
    ctx: Ctx, workflow: WorkflowRow, record: Any, *, choices: dict[str, list[int]] | None = None,
    values: dict[str, Any] | None = None,
) -> CaseRow:
    """Start a workflow as a person does: `values` fill the fields that its start asks for.

    Refused if it cannot be started here; Invalid at the field for what is missing or not offered.
    """
    if workflow.key not in [key for key, _label in startable(ctx, record)]:
        raise Refused(_("This workflow cannot be started here by hand."))
    version = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
    rules = version.definition.get("start", {}).get("fields", {}) if version else {}
    given = {name: value for name, value in (values or {}).items()
             if rules.get(name) in ("edit", "require")}
    faults = unfilled(rules, given, record) + wrong_choices(
        starter_choices(ctx, workflow), choices or {})
    if faults:
        raise Invalid(faults)
    if given:
        save(ctx, type(record), given, record)
    return start_case(ctx, Start(workflow, record, choices=choices or {}))


# ---- whom the starter chooses
class Choosing(NamedTuple):
    """A card whose people are chosen: `most` is how many may be."""

    card: str
    label: str
    people: list[tuple[int, str]]
    most: int


def starter_choices(ctx: Ctx, workflow: WorkflowRow) -> list[Choosing]:
    """What the starter of a workflow must choose."""
    version = ctx.session.get(WorkflowVersion, workflow.active_version_id or 0)
    found, people = [], people_of(ctx)
    for card in cards_of(version.definition.get("body", []) if version else []):
        for rule in card.get("who") or []:
            if rule.get("rule") == "chosen_by_starter":
                found.append(Choosing(card["key"], label_of(card), _offered(ctx, people, rule),
                                      int(rule.get("most", 1))))
    return found


def _offered(ctx: Ctx, people: People, rule: dict[str, Any]) -> list[tuple[int, str]]:
    among = people.roles.get(rule["role"], []) if rule.get("role") else list(people.names)
    return [(p, people.names[p]) for p in among if p != ctx.user_id and people.active(p)]


def wrong_choices(asked: list[Choosing], chosen: dict[str, list[int]]) -> list[Refusal]:
    """A refusal for each card without people, with too many, or with some who are not offered."""
    found = []
    for card, label, people, most in asked:
        picked = chosen.get(card) or []
        text = None
        if not picked or not set(picked) <= {p for p, _name in people}:
            text = _("Choose who does “%(card)s”.", card=label)
        elif len(set(picked)) > most:
            text = _("Choose at most %(n)s people for “%(card)s”.", n=most, card=label)
        found += [Refusal(text, f"choose.{card}")] if text else []
    return found


# ---- on a schedule
def plan_schedules(ctx: Ctx) -> int:
    """Ask for the scheduled starts whose time of day has come; each once a day."""
    asked, local = 0, ctx.now.astimezone(ctx.zone)
    for row, version, plan in active_plans(ctx):
        every = plan.nodes[START].option("every")
        due = slot(every, local) if every else None
        if due is not None and due <= local and (version.published_at or due) <= due:
            asked += ctx.enqueue(
                "core.workflow_schedule", {"workflow": row.id, "day": f"{local:%Y-%m-%d}"},
                key=f"workflow-{row.id}-day-{local:%Y-%m-%d}") is not None
    return asked


def slot(every: dict[str, Any], local: datetime) -> datetime | None:
    """The moment of a schedule on the day of `local`; None on other days.

    {"at": "08:00", "days": [1..7]} or {"at": "08:00", "day": 31}: the last day of shorter months.
    """
    if "day" in every:
        last = calendar.monthrange(local.year, local.month)[1]
        fits = local.day == min(int(every["day"]), last)
    else:
        fits = local.isoweekday() in every.get("days", range(1, 8))
    at = time.fromisoformat(every["at"])
    return local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0) if fits else None


def start_scheduled(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Ask for a case on every record that fits the workflow's condition and has none running."""
    workflow = ctx.session.get(WorkflowRow, payload["workflow"])
    count = 0
    if workflow is not None and workflow.enabled:
        for ident in _fitting(ctx, workflow):
            count += ctx.enqueue(
                "core.workflow_start", {"workflow": workflow.id, "record": ident},
                key=f"workflow-{workflow.id}-{payload['day']}-{ident}") is not None
    return {"asked": count}


def _fitting(ctx: Ctx, workflow: WorkflowRow) -> list[int]:
    cls = record_class(workflow.record_key)
    live = select(CaseRow.record_id).where(
        CaseRow.workflow_id == workflow.id, CaseRow.ended_at.is_(None))
    query = select(cls.id).where(cls.archived_at.is_(None), cls.id.not_in(live)).order_by(cls.id)
    if workflow.when:
        condition = parse_condition(workflow.when, fact_fields(ctx, workflow.record_key))
        if condition.fields() <= set(fields_of(cls)):  # else the start itself looks
            query = query.where(condition.sql(lambda name: getattr(cls, name), env_of(ctx)))
    return list(ctx.session.scalars(query))


def fits(ctx: Ctx, workflow: WorkflowRow, record: Any) -> bool:
    """Whether a record is one of those that the workflow is for."""
    if not workflow.when:
        return True
    condition = parse_condition(workflow.when, fact_fields(ctx, workflow.record_key))
    return condition.test(read_facts(ctx, record, condition.fields()), ctx.today) is True


def start_on_event(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Start a workflow that an event or a schedule asked for, unless one runs already."""
    workflow = ctx.session.get(WorkflowRow, payload["workflow"])
    if workflow is None or not workflow.enabled:
        return {"started": False}
    record = ctx.session.get(record_class(workflow.record_key), payload["record"])
    if record is None or running(ctx, workflow, record.id) or not fits(ctx, workflow, record):
        return {"started": False}
    return {"case": start_case(ctx, Start(workflow, record, starter=payload.get("starter"))).id}


def running(ctx: Ctx, workflow: WorkflowRow, record_id: int) -> bool:
    """Whether a case of the workflow runs on the record."""
    return ctx.session.scalar(select(CaseRow.id).where(
        CaseRow.workflow_id == workflow.id, CaseRow.record_id == record_id,
        CaseRow.ended_at.is_(None))) is not None
