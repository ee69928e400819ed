"""Creating many records at once: the checks of `save`, a constant number of queries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from core.audit import AuditRow
from core.context import Ctx
from core.errors import Invalid, Refusal
from core.numbers import next_sequences, period_of, written
from core.outbox import EventRow, OutboxRow
from core.records import record_class
from core.saving import apply_values, finish_extensions, stamp_new
from core.schemas import read_input


def create_many(
    ctx: Ctx, cls: type[Any] | str, rows: list[dict[str, Any]]
) -> list[Any]:
    """Create a record of each row; the answer holds, in order, records or lists of Refusal.

    Every row passes validation and the hooks `before_save`, `check_save` and `after_save`.
    Numbers, audit and events are written in bulk. Raises what the database raises (a key that
    exists already); the caller then takes the rows one by one.
    """
    cls = record_class(cls) if isinstance(cls, str) else cls
    ctx.require(f"{cls.key}.create")
    answers: list[Any] = []
    with ctx.session.no_autoflush:
        for values in rows:
            cleaned, faults = read_input(ctx, cls, values, partial=False)
            answers.append(faults or _build(ctx, cls, cleaned))
        made = [answer for answer in answers if not isinstance(answer, list)]
        _number(ctx, cls, made)
        ctx.session.add_all(made)
    ctx.session.flush()
    for record in made:
        finish_extensions(ctx, record)
    _trail(ctx, cls, made)
    for record in made:
        ctx.hooks.after_save(ctx=ctx, record=record, changes={})
    ctx.session.flush()
    return answers


def _build(ctx: Ctx, cls: type[Any], cleaned: dict[str, Any]) -> Any:
    record = cls(company_id=ctx.company.id, custom={})
    record.owner_id = cleaned.get("owner_id") or ctx.user_id
    apply_values(ctx, cls, record, cleaned)
    stamp_new(ctx, record)
    try:
        ctx.hooks.before_save(ctx=ctx, record=record, values=cleaned)
        found: list[Refusal] = [
            reason for answer in ctx.hooks.check_save(ctx=ctx, record=record, values=cleaned)
            for reason in answer or ()
        ]
    except Invalid as error:
        return list(error.reasons)
    return found or record


def _number(ctx: Ctx, cls: type[Any], made: list[Any]) -> None:
    rule = cls.number_rule
    bare = [record for record in made if not record.number]
    if rule is None or rule.at != "create" or not bare:
        return
    moment = ctx.now.astimezone(ctx.zone)
    last = next_sequences(ctx, rule.series or cls.key, period_of(rule, moment), len(bare))
    for sequence, record in enumerate(bare, start=last - len(bare) + 1):
        record.number = written(rule, sequence, moment)


def _trail(ctx: Ctx, cls: type[Any], made: list[Any]) -> None:
    """Audit entries, events and their deliveries, each kind in one statement."""
    if not made:
        return
    shared = {"company_id": ctx.company.id, "actor_id": ctx.user_id}
    ctx.session.execute(insert(AuditRow), [
        {**shared, "at": ctx.now, "actor": ctx.user.name if ctx.user else "", "via": ctx.via,
         "action": f"{cls.key}.created", "record_key": cls.key, "record_id": record.id,
         "label": record.name[:200], "data": {}} for record in made
    ])
    name = f"{cls.key}.created"
    events = ctx.session.scalars(
        insert(EventRow).returning(EventRow.id, sort_by_parameter_order=True), [
            {**shared, "name": name, "record_key": cls.key, "record_id": record.id,
             "data": {"fields": []}, "at": ctx.now} for record in made
        ]
    ).all()
    listeners = ctx.listeners(name)
    if listeners:
        ctx.session.execute(insert(OutboxRow), [
            {**shared, "kind": "event", "topic": plugin, "payload": {}, "event_id": event,
             "not_before": ctx.now, "created_at": ctx.now, "state": "new", "attempts": 0,
             "progress": 0, "result": {}}
            for event in events for plugin in listeners
        ])
        ctx.session.info["wake"] = True
