"""Creating many records at once: the checks of `save`, a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import UniqueConstraint, bindparam, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state

from core.audit import AuditRow
from core.context import Ctx, utc_now
from core.declare import Event
from core.errors import Invalid, Refusal
from core.i18n import _
from core.kinds import Field
from core.numbers import next_sequences, period_of, written
from core.outbox import EventRow, OutboxRow
from core.records import Record, fields_of, record_class
from core.saving import apply_values, finish_extensions
from core.schemas import PARSERS, all_fields, check_links, writable_fields

REPEATED = frozenset({"choice", "country", "currency", "language", "boolean", "date"})


class Reader:
    """Reads many rows of one record type as `read_input` does, without asking anew what is known.

    The rules of a set of columns are gathered once; values that repeat (countries, choices) are
    read once. Faults come in the same words.
    """

    def __init__(self, ctx: Ctx, cls: type[Any]) -> None:
        self.ctx, self.cls = ctx, cls
        self.allowed = writable_fields(ctx, cls)
        self._required = [n for n, f in self.allowed.items() if f.required and f.default is None]
        self._needed: dict[tuple[str, ...], list[str]] = {}
        self._read: dict[tuple[str, Any], Any] = {}

    def __call__(
        self, values: dict[str, Any], partial: bool = False
    ) -> tuple[dict[str, Any], list[Refusal]]:
        """(values that are right, what is wrong with the others)."""
        faults = [] if partial else [
            Refusal(_("This is needed."), name, "invalid") for name in self._missing(tuple(values))]
        cleaned: dict[str, Any] = {}
        for name, value in values.items():
            field = self.allowed.get(name)
            if field is None:
                known = name in all_fields(self.ctx, self.cls)
                text = (_("This field cannot be changed here.") if known
                        else _("There is no field “%(name)s”.", name=name[:60]))
                faults.append(Refusal(text, name, "invalid"))
                continue
            try:
                cleaned[name] = self._value(name, field, value)
            except ValidationError as error:
                texts = error.messages if isinstance(error.messages, list) else [error.messages]
                faults += [Refusal(text, name, "invalid") for text in texts]
        faults += check_links(self.ctx, self.allowed, cleaned)
        return cleaned, faults

    def _missing(self, names: tuple[str, ...]) -> list[str]:
        if names not in self._needed:
            self._needed[names] = [name for name in self._required if name not in names]
        return self._needed[names]

    def _value(self, name: str, field: Field, value: Any) -> Any:
        if field.kind not in REPEATED or type(value) is not str:
            return _cleaned(field, value)
        key = (name, value)
        if key not in self._read:
            if len(self._read) > 5_000:
                self._read.clear()
            self._read[key] = _cleaned(field, value)
        return self._read[key]


def _cleaned(field: Field, value: Any) -> Any:
    """What the `Input` of a field would say, without marshmallow's way to it."""
    if isinstance(value, str) and field.kind != "boolean" and not value.strip():
        value = None
    found = None if value is None else PARSERS[field.kind](value, field)
    if found is None and field.required and field.kind != "boolean":
        raise ValidationError([_("This is needed.")])
    return found


def read_value(field: Field, value: Any) -> Any:
    """One value of a field, cleaned; Invalid says what is wrong with it."""
    try:
        return _cleaned(field, value)
    except ValidationError as error:
        texts = error.messages if isinstance(error.messages, list) else [error.messages]
        raise Invalid([Refusal(text, field.name, "invalid") for text in texts]) from None


def reader_of(ctx: Ctx, cls: type[Any]) -> Reader:
    """The reader of a record type for this user."""
    key = ("reader", cls.key, ctx.rights, ctx.locale)
    found: Reader = ctx._once(key, lambda: Reader(ctx, cls))
    return found


def create_many(
    ctx: Ctx, cls: type[Any] | str, rows: list[dict[str, Any]], *,
    stamps: Sequence[dict[str, Any]] = (), seen: set[int] | None = None,
) -> list[Any]:
    """Create a record of each row; the answer holds, in order, records or lists of Refusal.

    Every row passes validation and the hooks `before_save`, `check_saves` or `check_save`, and
    `after_save`. Rows, numbers, audit and events are written in bulk. `stamps` are attributes that
    each record gets beyond what a person may give (its owner, when it was created). `seen`
    remembers the keys of former calls: a key twice in one file is refused. Raises what the
    database raises (a key that exists already); the caller then takes the rows one by one.
    """
    cls = record_class(cls) if isinstance(cls, str) else cls
    ctx.require(f"{cls.key}.create")
    read = reader_of(ctx, cls)
    build = _builder(ctx, cls)
    with ctx.session.no_autoflush:
        read_rows = [read(values) for values in rows]
        answers: list[Any] = [
            faults or build(cleaned, stamps[n] if stamps else {})
            for n, (cleaned, faults) in enumerate(read_rows)
        ]
        _check(ctx, answers, [cleaned for cleaned, _faults in read_rows])
        _refuse_twins(cls, answers, set() if seen is None else seen)
        made = [answer for answer in answers if not isinstance(answer, list)]
        _number(ctx, cls, made)
        _insert(ctx, cls, made)
    for record in made:
        if "_extension_values" in record.__dict__:
            finish_extensions(ctx, record)
    _trail(ctx, cls, made)
    after = _implementations(ctx, "after_save")
    for record in made:
        _ask(after, {"ctx": ctx, "record": record, "changes": {}})
    ctx.session.flush()
    return answers


def _implementations(ctx: Ctx, hook: str) -> list[tuple[str, Callable[..., Any], Any]]:
    """(module, function, its arguments) of an enabled hook in calling order, for a tight loop."""
    gate = ctx.hooks
    return [
        (impl.plugin_name, impl.function, impl.argnames)
        for impl in reversed(getattr(gate.registry.manager.hook, hook).get_hookimpls())
        if set(impl.plugin_name.split("+")) <= gate.enabled
    ]


def _ask(
    found: list[tuple[str, Callable[..., Any], Any]], given: dict[str, Any]
) -> list[Refusal]:
    return [
        reason for _name, call, names in found
        for reason in call(*[given[name] for name in names]) or ()
    ]


def _builder(ctx: Ctx, cls: type[Any]) -> Callable[[dict[str, Any], dict[str, Any]], Any]:
    """Makes a record of cleaned values, or says what `before_save` found invalid."""
    before = _implementations(ctx, "before_save")
    defaults = {n: f.default for n, f in fields_of(cls).items() if f.default is not None}
    made = [n for n, default in defaults.items() if callable(default)]
    blank = {a.key: None for a in cls.__mapper__.column_attrs if a.key != "id"} | defaults | {
        "company_id": ctx.company.id, "created_at": ctx.now, "updated_at": ctx.now,
        "created_by_id": ctx.user_id, "updated_by_id": ctx.user_id, "version": 1,
        "state": cls.states[0].key if cls.states else "",
    }

    def build(cleaned: dict[str, Any], stamp: dict[str, Any]) -> Any:
        record = cls()
        values = record.__dict__  # the row is new: nothing needs to know what it was before
        values.update(blank, custom={})
        for name in made:
            values[name] = defaults[name]()
        if any(name.startswith("x_") or "." in name for name in cleaned):
            apply_values(ctx, cls, record, cleaned)
        else:
            values.update(cleaned)
        if cls.scope or "owner_id" not in cleaned:
            values["owner_id"] = cleaned.get("owner_id") or ctx.user_id
        values.update(stamp)
        try:
            _ask(before, {"ctx": ctx, "record": record, "values": cleaned})
        except Invalid as error:
            return list(error.reasons)
        return record

    return build


def _refuse_twins(cls: type[Any], answers: list[Any], seen: set[int]) -> None:
    """Refuse rows whose unique key stood in the file before; keys are kept as hashes."""
    for key in cls.__table__.constraints:
        names = [c.name for c in key.columns if c.name != "company_id"]
        if not isinstance(key, UniqueConstraint) or names == ["id"]:
            continue
        shown = next((n for n in names if n in fields_of(cls) and not fields_of(cls)[n].system), "")
        for n, record in enumerate(answers):
            values = () if isinstance(record, list) else tuple(
                getattr(record, name) for name in names)
            if not values or None in values:
                continue
            mark = hash((key.name, *values))
            if mark in seen:
                answers[n] = [Refusal(_("This key is in the file twice."), shown, "duplicate")]
            seen.add(mark)


def _check(ctx: Ctx, answers: list[Any], cleaned: list[dict[str, Any]]) -> None:
    """Ask the hooks: the chunk form where a module has it, else record by record."""
    places = [n for n, answer in enumerate(answers) if not isinstance(answer, list)]
    records = [answers[n] for n in places]
    if not records:
        return
    found: list[list[Refusal]] = [[] for _record in records]
    asked = set()
    for name, call, names in _implementations(ctx, "check_saves"):
        given = {"ctx": ctx, "records": records}
        judged = call(*[given[argument] for argument in names])
        if judged is not None:
            asked.add(name)
            for reasons, more in zip(found, judged, strict=True):
                reasons += more
    single = [one for one in _implementations(ctx, "check_save") if one[0] not in asked]
    for n, record, reasons in zip(places, records, found, strict=True):
        try:
            reasons += _ask(single, {"ctx": ctx, "record": record, "values": cleaned[n]})
        except Invalid as error:
            reasons += error.reasons
        if reasons:
            answers[n] = reasons


def _number(ctx: Ctx, cls: type[Any], made: list[Any]) -> None:
    rule = cls.number_rule
    bare = [record for record in made if not record.number]
    if rule is None or rule.at != "create" or not bare:
        return
    moment = ctx.now.astimezone(ctx.zone)
    last = next_sequences(ctx, rule.series or cls.key, period_of(rule, moment), len(bare))
    for sequence, record in enumerate(bare, start=last - len(bare) + 1):
        record.__dict__["number"] = written(rule, sequence, moment)


def _insert(ctx: Ctx, cls: type[Record], made: list[Any]) -> None:
    """Write the rows in one statement; the records then belong to the session like saved ones."""
    if not made:
        return
    table: Any = cls.__table__
    ids = _take_ids(ctx, table, len(made))
    names = [column.key for column in table.columns]
    defaults = {c.key: c.default.arg for c in table.columns
                if c.default is not None and c.default.is_scalar}
    rows = []
    for record, ident in zip(made, ids, strict=True):
        values = record.__dict__
        values["id"] = ident
        for name, value in defaults.items():
            if values[name] is None:
                values[name] = value
        rows.append({name: values[name] for name in names})
    _write(ctx, cls, rows)
    for record in made:
        extra = record.__dict__.pop("_extension_values", None)
        make_transient_to_detached(record)
        if extra is not None:
            record.__dict__["_extension_values"] = extra
        ctx.session._update_impl(instance_state(record))  # add() would look through all its links


def _take_ids(ctx: Ctx, table: Any, count: int) -> list[int]:
    """Ids for new rows: asking for them one by one when they are written costs a trip each."""
    if ctx.database.sqlite:  # this transaction is the only one that writes
        last = ctx.session.connection().scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + count + 1))
    series = func.pg_get_serial_sequence(table.name, "id")
    take = select(func.nextval(series)).select_from(func.generate_series(1, count))
    return list(ctx.session.connection().scalars(take))


def _write(ctx: Ctx, cls: type[Any], rows: list[dict[str, Any]]) -> None:
    """Rows of this company, by Core: the wall stands in their `company_id`, and in PostgreSQL.

    Columns that are empty in all rows are left out. PostgreSQL gets one statement: an array for
    each column whose values differ, one value for the others.
    """
    table: Any = cls.__table__
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns = {n: values for n, values in columns.items() if any(v is not None for v in values)}
    connection = ctx.session.connection()
    if ctx.database.sqlite:
        names = list(columns)
        connection.execute(insert(table), [
            dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)
        ])
        return
    given: list[Any] = []
    for name, values in columns.items():
        kind, first = table.c[name].type, values[0]
        if all(value is first or value == first for value in values):
            given.append(literal(first, kind))
        else:
            given.append(func.unnest(bindparam(None, values, type_=ARRAY(kind))))
    connection.execute(insert(table).from_select(
        list(columns), select(*given), include_defaults=False))


def _trail(ctx: Ctx, cls: type[Any], made: list[Any]) -> None:
    """Audit entries, events and their deliveries, each kind in one statement."""
    if not made:
        return
    name = f"{cls.key}.created"
    shared = {"company_id": ctx.company.id, "actor_id": ctx.user_id}
    entry = {**shared, "at": ctx.now, "actor": ctx.user.name if ctx.user else "", "via": ctx.via,
             "action": name, "record_key": cls.key, "data": {}, "seal": None}
    _write(ctx, AuditRow, [
        {**entry, "record_id": record.id, "label": record.name[:200]} for record in made
    ])
    events = _take_ids(ctx, EventRow.__table__, len(made))
    fact = {**shared, "name": name, "record_key": cls.key, "data": {"fields": []}, "at": ctx.now}
    _write(ctx, EventRow, [
        {**fact, "id": event, "record_id": record.id}
        for record, event in zip(made, events, strict=True)
    ])
    listeners = ctx.listeners(name)
    if listeners:
        work: dict[str, Any] = {**shared, "kind": "event", "payload": {}, "not_before": ctx.now,
                "created_at": utc_now(), "state": "new", "attempts": 0, "progress": 0, "result": {}}
        _write(ctx, OutboxRow, [
            {**work, "topic": plugin, "event_id": event} for event in events for plugin in listeners
        ])
        ctx.session.info["wake"] = True
    keeper = ctx.session.info.get("gatekeeper")
    if keeper is not None and keeper.hears(ctx, name):
        for record, event in zip(made, events, strict=True):
            keeper.emitted(ctx, Event(name, cls.key, record.id, {"fields": []}, ctx.user_id, event),
                           EventRow(id=event))
