"""The one door for writes: validation, hooks, numbers, audit and events in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint, event, inspect, select

from core.audit import plain, write_audit
from core.context import Ctx
from core.db import CompanySession
from core.errors import Conflict, Invalid, Refusal, Refused
from core.i18n import _
from core.numbers import allot
from core.query import find
from core.records import Line, Record, fields_of, record_class
from core.schemas import extensions_of, read_input

QUIET = frozenset({"version", "updated_at", "updated_by_id", "created_at", "created_by_id"})


@event.listens_for(CompanySession, "before_flush")
def _note_changes(session: CompanySession, _context: Any, _instances: Any) -> None:
    """Stamp records and remember old and new values, for every way a record may change."""
    ctx: Ctx | None = session.info.get("ctx")
    if ctx is None:
        return
    for row in session.new:
        if isinstance(row, Record):
            stamp_new(ctx, row)
    for row in session.dirty:
        if isinstance(row, Record) and session.is_modified(row):
            row.updated_at, row.updated_by_id = ctx.now, ctx.user_id
            changes = session.info.setdefault("changes", {}).setdefault(row, {})
            for name, (old, new) in _differences(row).items():
                first = changes[name][0] if name in changes else old
                changes[name] = (first, new)


def stamp_new(ctx: Ctx, row: Record) -> None:
    """Fill in who, when and the first state."""
    row.created_at = row.created_at or ctx.now
    row.updated_at = row.updated_at or ctx.now
    row.created_by_id = row.created_by_id or ctx.user_id
    row.updated_by_id = row.updated_by_id or ctx.user_id
    if not row.state and row.states:
        row.state = row.states[0].key
    if row.custom is None:
        row.custom = {}


def _differences(row: Any) -> dict[str, tuple[Any, Any]]:
    found = {}
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes() and attribute.key not in QUIET:
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                found[attribute.key] = (old, new)
    return found


@event.listens_for(CompanySession, "before_commit")
def _audit_the_rest(session: CompanySession) -> None:
    """What services changed outside save and steps is on the trail too."""
    ctx: Ctx | None = session.info.get("ctx")
    if ctx is None:
        return
    while waiting := session.info.pop("at_end", None):
        for call in waiting.values():
            call()
    session.flush()
    for row in list(session.info.get("changes", ())):
        take_changes(ctx, row, "changed")


@event.listens_for(CompanySession, "after_rollback")
def _forget_changes(session: CompanySession) -> None:
    """What was rolled back did not change."""
    session.info.pop("changes", None)
    session.info.pop("at_end", None)


def take_changes(ctx: Ctx, row: Any, action: str, **data: Any) -> dict[str, tuple[Any, Any]]:
    """Write the noted changes of a row to the trail and return them."""
    changes = ctx.session.info.get("changes", {}).pop(row, {})
    if changes or data:
        diff = {name: [plain(old), plain(new)] for name, (old, new) in changes.items()}
        write_audit(ctx, f"{row.key}.{action}", row, changes=diff, **data)
    return changes


def save(
    ctx: Ctx, cls: type[Any] | str, values: dict[str, Any], record: Any = None,
    *, version: int | None = None,
) -> Any:
    """Create or change a record from a person's input; the transaction is the caller's.

    `values` maps field names (also `plugin.field`, `x_...`) to raw values; line sets map to lists
    of mappings, where `id` keeps an existing line. With a `record` only the given fields change.
    Raises Invalid with every fault of every field, Conflict when `version` is not the record's,
    Refused when a plugin's check says no, Forbidden without the right.
    """
    cls = record_class(cls) if isinstance(cls, str) else cls
    creating = record is None
    ctx.require(f"{cls.key}.{'create' if creating else 'write'}")
    ctx.registry.health.require(ctx.registry.owner(cls.key), ctx.company.id)
    if not creating and ctx.rights:
        find(ctx, cls, record.id)
    if not creating and version is not None and version != record.version:
        raise Conflict(_("Somebody changed this record since you opened it."),
                       _newer(record, values))
    keeper = ctx.session.info.get("gatekeeper")
    if keeper is not None and not creating:
        keeper.check_save(ctx, record, values)
    line_values = {name: values[name] for name in cls.line_sets if name in values}
    flat = {name: value for name, value in values.items() if name not in line_values}
    cleaned, faults = read_input(ctx, cls, flat, partial=not creating)
    faults += [Refusal(_("This field cannot be changed here."), name, "invalid")
               for name in line_values if not has_input(cls, name)]
    rows = {name: _read_lines(ctx, cls, name, value, record, faults)
            for name, value in line_values.items()}
    if faults:
        raise Invalid(faults)
    if creating:
        record = _new_row(ctx, cls)
        if cls.scope or "owner_id" not in cleaned:
            record.owner_id = cleaned.get("owner_id") or ctx.user_id
    with ctx.session.no_autoflush:
        apply_values(ctx, cls, record, cleaned)
        for name, lines in rows.items():
            _apply_lines(ctx, cls, record, name, lines)
        if creating:
            stamp_new(ctx, record)
            ctx.session.add(record)
    with ctx.session.no_autoflush:  # a check speaks before the database's constraints do
        _hooks_and_checks(ctx, record, cleaned)
    rule = cls.number_rule
    if creating and rule is not None and rule.at == "create" and not record.number:
        with ctx.session.no_autoflush:
            record.number = allot(ctx, rule, cls.key)
    ctx.session.flush()
    finish_extensions(ctx, record)
    if creating:
        changes = ctx.session.info.get("changes", {}).pop(record, {})
        write_audit(ctx, f"{cls.key}.created", record)
    else:
        changes = take_changes(ctx, record, "changed")
    ctx.hooks.after_save(ctx=ctx, record=record, changes=changes)
    ctx.emit(f"{cls.key}.{'created' if creating else 'changed'}", record, fields=sorted(changes))
    return record


def _new_row(ctx: Ctx, cls: type[Any]) -> Any:
    """A row with the defaults of its fields, so that hooks see what will be stored."""
    row = cls(company_id=ctx.company.id, custom={})
    for name, field in fields_of(cls).items():
        if field.default is not None:
            setattr(row, name, field.default() if callable(field.default) else field.default)
    return row


def _hooks_and_checks(ctx: Ctx, record: Any, cleaned: dict[str, Any]) -> None:
    ctx.hooks.before_save(ctx=ctx, record=record, values=cleaned)
    found = [r for answer in ctx.hooks.check_save(ctx=ctx, record=record, values=cleaned)
             for r in answer or ()]
    found = found or _twins(ctx, record, cleaned)
    if found:
        kind = Invalid if all(reason.field for reason in found) else Refused
        raise kind(found)
    if any(field.system and field.required and getattr(record, name) is None
           for name, field in fields_of(type(record)).items()):
        raise Refused(_("Entries of this kind are made by the system, not by hand."))


def _twins(ctx: Ctx, record: Any, cleaned: dict[str, Any]) -> list[Refusal]:
    """What must be unique and is taken, told at the field before the database would refuse it."""
    cls, found = type(record), []
    for rule in cls.__table__.constraints:
        names = [c.name for c in getattr(rule, "columns", ()) if c.name != "company_id"]
        if not isinstance(rule, UniqueConstraint) or names in (["id"], ["number"]):
            continue
        values = {name: getattr(record, name) for name in names}
        changed = not record.id or set(names) & set(cleaned)
        if changed and all(value is not None for value in values.values()):
            twin = select(cls.id).filter_by(**values).where(cls.id != (record.id or 0)).limit(1)
            if ctx.session.scalar(twin) is not None:
                labels = " + ".join(str(fields_of(cls)[name].label) for name in names)
                found.append(Refusal(
                    _("There is one with this already: %(fields)s.", fields=labels), names[-1],
                    "duplicate"))
    return found


def _newer(record: Any, values: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Yours beside theirs, for the fields that differ."""
    return {
        name: (value, getattr(record, name))
        for name, value in values.items()
        if hasattr(record, name) and name not in record.line_sets
        and str(plain(getattr(record, name))) != str(plain(value))
    }


def apply_values(ctx: Ctx, cls: type[Any], record: Any, cleaned: dict[str, Any]) -> None:
    """Set cleaned values, custom and extension fields among them."""
    custom = dict(record.custom or {})
    for name, value in cleaned.items():
        if name.startswith("x_"):
            custom[name] = plain(value)
        elif "." in name:
            record.__dict__.setdefault("_extension_values", {})[name] = value
        else:
            setattr(record, name, value)
    if custom != (record.custom or {}):
        record.custom = custom


def finish_extensions(ctx: Ctx, record: Any) -> None:
    """Write the extension values that were set on a record which has an id now."""
    values: dict[str, Any] = record.__dict__.pop("_extension_values", {})
    for extension in extensions_of(ctx, record.key):
        prefix = f"{extension.plugin()}."
        mine = {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}
        if not mine:
            continue
        row = extension_of(ctx, extension, record)
        for name, value in mine.items():
            setattr(row, name, value)
        ctx.session.flush()


def extension_of(ctx: Ctx, extension: type[Any], record: Any) -> Any:
    """The side row of an extension for a record; made on first use."""
    row = ctx.session.get(extension, record.id)
    if row is None:
        row = extension(record_id=record.id, company_id=ctx.company.id)
        ctx.session.add(row)
    return row


def has_input(cls: type[Any], name: str) -> bool:
    """Whether people write the lines of a set; others (allocations, milestones) are kept by steps.

    An empty list would delete such lines although none of their fields is open (QUALITY T7).
    """
    declared = fields_of(record_class(cls.line_sets[name].target)).values()
    return any(not field.system and not field.computed for field in declared)


def _read_lines(
    ctx: Ctx, cls: type[Any], name: str, rows: Any, record: Any, faults: list[Refusal]
) -> list[tuple[int | None, dict[str, Any]]]:
    line_class = record_class(cls.line_sets[name].target)
    if not isinstance(rows, list) or len(rows) > 2000:
        faults.append(Refusal(_("At most 2,000 lines."), name, "invalid"))
        return []
    known = {line.id for line in getattr(record, name)} if record is not None else set()
    found = []
    for n, row in enumerate(rows):
        if not isinstance(row, dict):
            faults.append(Refusal(_("A line must be a set of fields."), f"{name}.{n}", "invalid"))
            continue
        ident = row.get("id")
        if ident is not None and not (str(ident).isdigit() and int(ident) in known):
            faults.append(Refusal(_("This line is no longer there."), f"{name}.{n}", "invalid"))
            continue
        given = {k: v for k, v in row.items() if k != "id"}
        cleaned, wrong = read_input(ctx, line_class, given, partial=ident is not None)
        faults += [Refusal(r.text, f"{name}.{n}.{r.field or ''}", r.code) for r in wrong]
        found.append((int(ident) if ident is not None else None, cleaned))
    return found


def _apply_lines(
    ctx: Ctx, cls: type[Any], record: Any, name: str, rows: list[tuple[int | None, dict[str, Any]]]
) -> None:
    line_class = record_class(cls.line_sets[name].target)
    before = [_line_words(line) for line in getattr(record, name)] if record.id else []
    known: dict[int, Line] = {line.id: line for line in getattr(record, name)}
    result = []
    for position, (ident, cleaned) in enumerate(rows, start=1):
        line = known[ident] if ident is not None else _new_row(ctx, line_class)
        line.position = position
        apply_values(ctx, line_class, line, cleaned)
        result.append(line)
    setattr(record, name, result)
    after = [_line_words(line) for line in result]
    if record.id and before != after:
        record.updated_at = ctx.now
        changes = ctx.session.info.setdefault("changes", {}).setdefault(record, {})
        changes[name] = (before, after)


def _line_words(line: Any) -> dict[str, Any]:
    state = inspect(line)
    return {
        a.key: plain(getattr(line, a.key)) for a in state.mapper.column_attrs
        if "field" in a.columns[0].info and getattr(line, a.key) is not None
        and a.columns[0].info["field"].kind != "json"
    }


def archive(ctx: Ctx, record: Any, archived: bool = True) -> None:
    """Take a record out of lists (or bring it back); nothing is ever deleted."""
    ctx.require(f"{record.key}.archive")
    ctx.registry.health.require(ctx.registry.owner(record.key), ctx.company.id)
    if ctx.rights:
        find(ctx, type(record), record.id)
    if archived:
        found = [
            r for answer in ctx.hooks.check_archive(ctx=ctx, record=record) for r in answer or ()
        ]
        if found:
            raise Refused(found)
    record.archived_at = ctx.now if archived else None
    ctx.session.flush()
    take_changes(ctx, record, "archived" if archived else "restored")
    ctx.emit(f"{record.key}.{'archived' if archived else 'restored'}", record)


