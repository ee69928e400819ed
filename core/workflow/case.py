"""Loading a case under its lock and keeping what the engine did to it, in bulk (WORKFLOW §5.10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from core.audit import plain
from core.conditions_tree import Truth
from core.context import Ctx
from core.errors import Conflict, Invalid, NotFound, Refusal
from core.i18n import _
from core.records import record_class
from core.saving import save
from core.workflow.assignment import Finder
from core.workflow.engine import Engine
from core.workflow.facts import Judge, content_hash, fact_fields, read_facts, used_facts
from core.workflow.marking import LIVE_TOKEN, Assigned, Effect, Marking, Task, Token
from core.workflow.model import (
    CaseEvent,
    CaseRow,
    Incident,
    TaskRow,
    TokenRow,
    WorkflowVersion,
)
from core.workflow.plan import Node, Plan, compile_plan

_plans: dict[str, Plan] = {}
_TOKEN = tuple(f.name for f in fields(Token))
_TASK = tuple(f.name for f in fields(Task))
UNTOLD = ("clear", "deadline", "delay", "wait", "subflow")
# Core statements made once, with the company in them: the ORM's would cost three times as much
WALL = {"outside_the_wall": True}
_TOKENS: Any = TokenRow.__table__
_TASKS: Any = TaskRow.__table__
_STANDS = select(
    *(_TOKENS.c[n] for n in _TOKEN), *(_TASKS.c[n] for n in _TASK)
).outerjoin_from(_TOKENS, _TASKS, and_(
    _TASKS.c.token == _TOKENS.c.id, _TASKS.c.node == _TOKENS.c.node,
    _TASKS.c.generation == _TOKENS.c.generation,
)).where(
    _TOKENS.c.case_id == bindparam("case"), _TOKENS.c.company_id == bindparam("company"),
    _TOKENS.c.state.in_(LIVE_TOKEN),
).order_by(_TOKENS.c.id, _TASKS.c.id)
_CHANGES = {
    cls: update(table).where(table.c.id == bindparam("row")).values(
        {n: bindparam(n) for n in names})
    for cls, table, names in (
        (TokenRow, _TOKENS, _TOKEN[1:]),
        (TaskRow, _TASKS, (*_TASK[1:], "content", "done_at")),
    )
}


def put(ctx: Ctx, cls: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one table in one statement; each says its company."""
    if rows:
        ctx.session.execute(cls.__table__.insert(), rows, execution_options=WALL)


def plan_of(ctx: Ctx, row: CaseRow) -> Plan:
    """The compiled plan of a case's version; plans are kept by the digest of their definition."""
    found = _plans.get(row.checksum)
    if found is None:
        version = ctx.session.get(WorkflowVersion, row.version_id)
        if version is None:
            raise NotFound(_("The version of this case is gone."))
        found = keep_plan(version.checksum, version.definition)
    return found


def keep_plan(digest: str, definition: dict[str, Any]) -> Plan:
    """Compile a published definition once per process."""
    if digest not in _plans:
        if len(_plans) > 500:
            _plans.clear()
        _plans[digest] = compile_plan(definition)
    return _plans[digest]


class Case:
    """One case in one transaction: row, marking, engine; `save()` keeps the changes."""

    def __init__(self, ctx: Ctx, row: CaseRow, marking: Marking, plan: Plan) -> None:
        self.ctx, self.row, self.m, self.plan = ctx, row, marking, plan
        self.record = ctx.session.get(record_class(row.record_key), row.record_id)
        self.judge = Judge(ctx, plan, row.facts)
        self.finder = Finder(
            ctx, plan, row.facts, row.starter_id, self.record, row.choices, marking.path,
            judge=self.truth,
        )
        self.engine = Engine(plan, marking, self)
        self.before = {
            **{t.id: _values(t, _TOKEN) for t in marking.tokens.values()},
            **{t.id: _values(t, _TASK) for t in marking.tasks.values()},
        }

    # ---- what the engine asks
    def truth(self, when: Any, token: Token) -> tuple[Truth, list[str], list[dict[str, Any]]]:
        return self.judge.truth(when, token.data)

    def seats(self, node: Node, token: Token, marking: Marking) -> Assigned:
        return self.finder.assign(node, token, marking)

    def items(self, node: Node, token: Token) -> list[Any]:
        found = self.row.facts.get(node.option("items", "")) or []
        return list(found) if isinstance(found, list) else []

    def forbidden(self, node: Node) -> frozenset[int]:
        return self.finder.forbidden(node)

    def used(self) -> dict[str, Any]:
        """The facts that routing and people depend on, as they are now."""
        names = used_facts(self.plan.definition, fact_fields(self.ctx, self.plan.subject))
        return {name: self.row.facts.get(name) for name in sorted(names)}

    def unchanged(self, since: dict[str, Any]) -> bool:
        return self.used() == since

    def facts(self) -> dict[str, Any]:
        return self.used()

    def refresh_facts(self) -> None:
        """Read the facts anew (a resubmission); routing sees the new ones."""
        self.row.facts = read_facts(self.ctx, self.record, self.used())
        self.judge.facts = self.finder.facts = self.row.facts
        self.bind()

    # ---- keeping
    def save(self, acting: int | None = None) -> list[Effect]:
        """Write what changed, with one event per effect; returns the effects."""
        effects, self.m.effects = self.m.effects, []
        with self.ctx.session.no_autoflush:  # the case's row is written once, at the end
            self._rows(TokenRow, self.m.tokens.values(), _TOKEN)
            self._rows(TaskRow, self.m.tasks.values(), _TASK)
            self._events(effects, acting)
        row = self.row
        row.state, row.generation, row.counter = self.m.state, self.m.generation, self.m.counter
        row.path = [dict(entry) for entry in self.m.path]
        row.row_version += 1
        if self.m.outcome is not None and row.ended_at is None:
            row.ended_at = self.ctx.now
        self.ctx.session.flush()
        return effects

    def _rows(self, cls: Any, items: Iterable[Any], names: tuple[str, ...]) -> None:
        new, changed = [], []
        for item in items:
            values, old = _values(item, names), self.before.get(item.id)
            if old == values:
                continue
            self.before[item.id] = dict(values)
            if cls is TaskRow:
                closed = item.state in ("done", "cancelled", "skipped")
                values |= {"content": self.row.content, "done_at": self.ctx.now if closed else None}
            if old is None:
                stamp = {"created_at": self.ctx.now} if cls is TaskRow else {}
                new.append({**values, **stamp, "company_id": self.ctx.company.id,
                            "case_id": self.row.id})
            else:
                changed.append({"row": values.pop("id"), **values})
        put(self.ctx, cls, new)
        if changed:
            self.ctx.session.execute(_CHANGES[cls], changed, execution_options=WALL)

    def _events(self, effects: list[Effect], acting: int | None) -> None:
        """The history: numbered without holes, each entry chained to the one before."""
        rows = []
        for effect in self._merged(effects):
            self.row.event_seq += 1
            content = [self.row.event_hash, self.row.id, self.row.event_seq, effect.kind,
                       effect.node, effect.token, effect.task, acting, effect.data]
            self.row.event_hash = digest(content)
            rows.append({
                "id": self.m.new_id(), "company_id": self.ctx.company.id, "case_id": self.row.id,
                "seq": self.row.event_seq, "type": effect.kind, "node": effect.node,
                "token": effect.token, "task": effect.task, "actor_id": acting,
                "at": self.ctx.now, "data": effect.data, "hash": self.row.event_hash,
            })
        put(self.ctx, CaseEvent, rows)

    def _merged(self, effects: list[Effect]) -> list[Effect]:
        """What is kept of the effects: one event for a card and its first task, and for the vote
        that decided and its result."""
        kept: list[Effect] = []
        for effect in effects:
            if effect.kind in UNTOLD:
                continue
            data, last = plain(effect.data), kept[-1] if kept else None
            task = self.m.tasks.get(effect.task or 0)
            if effect.kind == "acted" and task is not None and "for" in task.why:
                data["for"] = task.why["for"]  # both names stay on record (§5.8)
            here = last is not None and (last.node, last.token) == (effect.node, effect.token)
            if here and last is not None and (last.kind, effect.kind) == ("entered", "task") and (
                last.task is None
            ):
                last.task, last.data = effect.task, data
            elif here and last is not None and (last.kind, effect.kind) == ("acted", "decided"):
                last.data |= data
            else:
                kept.append(Effect(effect.kind, effect.node, effect.token, effect.task, data))
        return kept

    def fill(self, node_key: str, values: dict[str, Any]) -> None:
        """Write the fields that a card opens to its person; Invalid names required empty ones."""
        rules: dict[str, str] = self.plan.nodes[node_key].option("fields", {}) or {}
        open_fields = {name for name, rule in rules.items() if rule in ("edit", "require")}
        given = {name: value for name, value in values.items() if name in open_fields}
        faults = unfilled(rules, given, self.record)
        if faults:
            raise Invalid(faults)
        if given:
            with unlocked(self.ctx):
                save(self.ctx.system(), type(self.record), given, self.record)
            self.row.content = content_hash(self.ctx, self.record, self.plan)
            self.refresh_facts()
            self.m.tell("filled", node_key, fields=sorted(given), content=self.row.content)

    def bind(self) -> None:
        """From here on signatures are bound to the record as it is now: the flow changed it."""
        self.ctx.session.flush()
        if self.record is not None:
            self.row.content = content_hash(self.ctx, self.record, self.plan)

    def resolve(self, token: int, what: str, reason: str) -> None:
        """Close the incidents at a token."""
        for row in self.ctx.session.scalars(select(Incident).where(
            Incident.case_id == self.row.id, Incident.token == token,
            Incident.resolved_at.is_(None),
        )):
            row.resolved_at, row.resolved_by_id = self.ctx.now, self.ctx.user_id
            row.resolution = f"{what}: {reason}"[:500]

    def set_due(self, token: int, due: datetime) -> None:
        """Show the deadline on the open tasks of a token."""
        ids = [t.id for t in self.m.tasks.values() if t.token == token and t.live]
        if ids:
            self.ctx.session.execute(
                update(TaskRow).where(TaskRow.id.in_(ids)).values(due_at=due),
                execution_options={"synchronize_session": False},
            )


@contextmanager
def unlocked(ctx: Ctx) -> Iterator[None]:
    """Let the engine itself write to a record that is under approval."""
    ctx.session.info["workflow_writes"] = True
    try:
        yield
    finally:
        ctx.session.info.pop("workflow_writes", None)


def _values(item: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def unfilled(rules: dict[str, str], given: dict[str, Any], record: Any) -> list[Refusal]:
    """A refusal for each field that is to be filled and stays empty."""
    return [Refusal(_("Fill in this field."), name, "required") for name, rule in rules.items()
            if rule == "require" and _blank(given.get(name, getattr(record, name, None)))]


def _blank(value: Any) -> bool:
    return value is None or value == "" or value == []


def digest(content: list[Any]) -> str:
    """The hash of an event's content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def broken_link(ctx: Ctx, case_id: int) -> int | None:
    """The number of the first event that does not fit the chain, None if the chain is whole."""
    previous, expected = "", 0
    for row in ctx.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    ):
        expected += 1
        content = [previous, case_id, row.seq, row.type, row.node, row.token, row.task,
                   row.actor_id, row.data]
        if row.seq != expected or digest(content) != row.hash:
            return expected
        previous = row.hash
    return None


def lock_case(ctx: Ctx, case_id: int) -> CaseRow:
    """The case's row, locked until the transaction ends, with what is in the database now."""
    query = select(CaseRow).where(CaseRow.id == case_id).with_for_update()
    row = ctx.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(_("This case does not exist."))
    return row


def load_case(ctx: Ctx, case_id: int, *, lock: bool = True) -> Case:
    """A case with its live tokens and the tasks of their present cards."""
    row = lock_case(ctx, case_id) if lock else ctx.session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(_("This case does not exist."))
    if row.ended_at is not None and lock:
        raise Conflict(_("This case has ended."))
    marking = Marking(
        row.id, row.state, row.state if row.ended_at else None, row.generation, row.counter,
        row.starter_id, [dict(entry) for entry in row.path],
    )
    bound = {"case": case_id, "company": row.company_id}
    for values in ctx.session.execute(_STANDS, bound, execution_options=WALL):
        token, of_task = Token(*values[:len(_TOKEN)]), values[len(_TOKEN):]
        marking.tokens.setdefault(token.id, token)
        if of_task[0] is not None:
            marking.tasks[of_task[0]] = Task(*of_task)
    return Case(ctx, row, marking, plan_of(ctx, row))
