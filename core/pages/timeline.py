"""The trail of a record: changes old → new, steps, comments, files and what is to be done next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.audit import Activity, AuditRow, Comment, notify, write_audit
from core.context import Ctx
from core.errors import Invalid, NotFound, Refusal
from core.files import FileRow, keep_file
from core.i18n import _, show_ago, show_moment
from core.kinds import Field
from core.pages.access import current_ctx, for_members
from core.pages.act import parameters
from core.pages.blueprint import go, pages, readable_class, safe_next
from core.pages.show import Cell, Names, cell, members, revive
from core.people import Member, User
from core.query import find
from core.records import Record, title_of
from core.schemas import readable_fields

LENGTH = 60
LONGEST_COMMENT = 5000
_MENTION = re.compile(r"@([\w.\-]{1,120})")
KINDS = {
    "todo": _("To do"), "call": _("Call"), "mail": _("Write"), "email": _("Write"),
    "visit": _("Visit"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the trail."""

    at: datetime
    who: str
    kind: str
    title: object
    body: str = ""
    changes: tuple[tuple[object, Cell, Cell], ...] = ()
    ago: str = ""
    moment: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def timeline_of(ctx: Ctx, record: Record) -> list[Entry]:
    """The newest entries of a record, newest first; hidden fields do not appear (QUALITY T6)."""
    mine = (AuditRow.record_key == record.key, AuditRow.record_id == record.id)
    rows = list(ctx.session.scalars(
        select(AuditRow).where(*mine).order_by(AuditRow.id.desc()).limit(LENGTH)
    ))
    said = list(ctx.session.scalars(
        select(Comment).where(Comment.record_key == record.key, Comment.record_id == record.id)
        .order_by(Comment.id.desc()).limit(LENGTH)
    ))
    fields = readable_fields(ctx, type(record))
    names = Names(ctx)
    names.learn(
        (fields[name], value) for row in rows
        for name, pair in (row.data.get("changes") or {}).items() if name in fields
        for value in pair
    )
    names.learn((Field("user", ""), comment.author_id) for comment in said)
    found = [entry for row in rows if (entry := _entry(ctx, record, row, fields, names))]
    found += [_said(ctx, comment, names) for comment in said]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:LENGTH]


def _times(ctx: Ctx, at: datetime) -> dict[str, Any]:
    return {"ago": show_ago(at, ctx.now), "moment": show_moment(at, ctx.user_zone)}


def _said(ctx: Ctx, comment: Comment, names: Names) -> Entry:
    who = names.of(Field("user", ""), comment.author_id) if comment.author_id else ""
    return Entry(comment.at, who, "comment", "", comment.body, **_times(ctx, comment.at))


def _entry(
    ctx: Ctx, record: Record, row: AuditRow, fields: dict[str, Field], names: Names
) -> Entry | None:
    changes = tuple(_changes(ctx, row.data.get("changes") or {}, fields, names, record))
    step = row.data.get("step")
    verb = row.action.rpartition(".")[2]
    if step:
        declared = ctx.registry.steps.get(record.key, {}).get(str(step).rpartition(".")[2])
        title: object = declared.label if declared else step
        outcome = row.data.get("outcome")
        if outcome:
            words = _("approved") if outcome == "approved" else _("rejected")
            title = _("%(step)s: %(outcome)s", step=title, outcome=words)
        kind = "step"
    elif verb in _VERBS:
        title, kind = _VERBS[verb], verb
        if verb == "changed" and not changes:
            return None
    else:
        title, kind = _("%(what)s", what=verb), "note"
    body = _parameters(ctx, record, str(step or ""), row.data.get("params") or {}, names)
    return Entry(row.at, row.actor, kind, title, body, changes, **_times(ctx, row.at))


def _parameters(
    ctx: Ctx, record: Record, step: str, params: dict[str, Any], names: Names
) -> str:
    """What was given to a step, in words: choices by their label, dates and amounts as usual."""
    declared = ctx.registry.steps.get(record.key, {}).get(step.rpartition(".")[2])
    fields = {slot.name: slot.field for slot in parameters(declared.params)} if declared else {}
    found = []
    for name, value in params.items():
        if name in fields and not isinstance(value, bool):
            names.learn([(fields[name], value)])
            found.append(cell(ctx, fields[name], revive(fields[name], value), names).text)
        elif isinstance(value, str):
            found.append(value)
    return "; ".join(text for text in found if text)


_VERBS = {
    "created": _("created this"), "changed": _("changed"), "archived": _("archived this"),
    "restored": _("brought this back"), "printed": _("printed a document"),
    "attached": _("attached a file"),
}


def _changes(
    ctx: Ctx, changes: dict[str, Any], fields: dict[str, Field], names: Names, record: Record
) -> Iterable[tuple[object, Cell, Cell]]:
    for name, (old, new) in changes.items():
        if name in record.line_sets:
            count = _("%(n)s lines")
            yield (record.line_sets[name].label, Cell(str(count % {"n": len(old or [])})),
                   Cell(str(count % {"n": len(new or [])})))
        elif name == "custom":
            for inner in sorted({*(old or {}), *(new or {})}):
                before, after = (old or {}).get(inner), (new or {}).get(inner)
                if inner in fields and before != after:
                    yield _pair(ctx, record, fields[inner], before, after, names)
        elif name in fields and fields[name].kind != "json":
            yield _pair(ctx, record, fields[name], old, new, names)


def _pair(
    ctx: Ctx, record: Record, declared: Field, old: Any, new: Any, names: Names
) -> tuple[object, Cell, Cell]:
    code = getattr(record, declared.currency, None) if declared.currency else None
    before, after = (
        cell(ctx, declared, revive(declared, value), names, code) for value in (old, new)
    )
    return declared.label, before, after


# ---- comments
@pages.post("/r/<record>/<int:ident>/comment", endpoint="comment")
@for_members
def say(record: str, ident: int) -> Response:
    """Write on a record; people named with @login or @name get a notice."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    body = request.form.get("body", "").strip()
    if not body:
        raise Invalid(Refusal(_("Write something first."), "body"))
    if len(body) > LONGEST_COMMENT:
        raise Invalid(Refusal(_("At most %(n)s characters.", n=LONGEST_COMMENT), "body"))
    address = url_for("pages.form", record=record, ident=ident, list=None)
    people = mentioned(ctx, body)
    ctx.session.add(Comment(
        company_id=ctx.company.id, record_key=record, record_id=ident, author_id=ctx.user_id,
        at=ctx.now, body=body, mentions=people,
    ))
    for person in people:
        if person != ctx.user_id:
            notify(ctx, person, _("%(who)s mentioned you on %(what)s", who=ctx.user.name if ctx.user
                   else "", what=title_of(row)), address)
    ctx.emit(f"{record}.commented", row, mentions=people)
    return go(url_for("pages.form", record=record, ident=ident) + "#timeline")


def mentioned(ctx: Ctx, body: str) -> list[int]:
    """The ids of the members that a text names with @login, or @ and a part of their name."""
    words = {word.lower().rstrip(".-") for word in _MENTION.findall(body)}
    if not words:
        return []
    rows = ctx.session.execute(
        select(User.id, User.login, User.name).join(Member, Member.user_id == User.id)
        .where(Member.active)
    )
    return [
        ident for ident, login, name in rows
        if login.lower() in words or any(part.lower() in words for part in name.split())
    ]


# ---- files
def files_of(ctx: Ctx, record: Record) -> list[FileRow]:
    """The files at a record, newest first."""
    mine = (FileRow.record_key == record.key, FileRow.record_id == record.id)
    return list(ctx.session.scalars(
        select(FileRow).where(*mine).order_by(FileRow.id.desc()).limit(50)
    ))


@pages.post("/r/<record>/<int:ident>/files", endpoint="attach")
@for_members
def attach(record: str, ident: int) -> Response:
    """Attach uploaded files to a record."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    ctx.require(f"{record}.write")
    uploads = [upload for upload in request.files.getlist("file") if upload.filename]
    if not uploads:
        raise Invalid(Refusal(_("Choose a file first."), "file"))
    for upload in uploads:
        kept = keep_file(ctx, upload.filename or "", upload.read(), row)
        write_audit(ctx, f"{record}.attached", row, params={"file": kept.name})
    return go(url_for("pages.form", record=record, ident=ident) + "#files")


# ---- activities
def activities_of(ctx: Ctx, record: Record) -> list[dict[str, Any]]:
    """What is still to be done about a record, the soonest first."""
    rows = list(ctx.session.scalars(
        select(Activity).where(
            Activity.record_key == record.key, Activity.record_id == record.id,
            Activity.done_at.is_(None),
        ).order_by(Activity.due.asc().nulls_last(), Activity.id).limit(20)
    ))
    people = dict(members(ctx)) if rows else {}
    return [
        {"row": row, "who": people.get(str(row.user_id), ""), "kind": KINDS.get(row.kind, row.kind),
         "late": row.due is not None and row.due < ctx.today}
        for row in rows
    ]


@pages.post("/r/<record>/<int:ident>/activity", endpoint="plan")
@for_members
def plan(record: str, ident: int) -> Response:
    """Plan what somebody is to do about a record by a day."""
    ctx = current_ctx()
    row = find(ctx, readable_class(ctx, record), ident)
    summary = request.form.get("summary", "").strip()[:300]
    if not summary:
        raise Invalid(Refusal(_("Write what is to be done."), "summary"))
    person = request.form.get("person", "") or str(ctx.user_id)
    if person not in dict(members(ctx)):
        raise Invalid(Refusal(_("Choose a member of the company."), "person"))
    kind = request.form.get("kind", "todo")
    due = request.form.get("due", "").strip()
    ctx.session.add(Activity(
        company_id=ctx.company.id, record_key=record, record_id=ident, summary=summary,
        kind=kind if kind in KINDS else "todo", user_id=int(person), created_at=ctx.now,
        due=_day(due) if due else None, created_by_id=ctx.user_id,
    ))
    address = url_for("pages.form", record=record, ident=ident, list=None)
    if int(person) != ctx.user_id:
        what = f"{summary} · {title_of(row)}"
        text = _("%(who)s planned for you: %(what)s", what=what,
                 who=ctx.user.name if ctx.user else "")
        notify(ctx, int(person), text, address)
    return go(url_for("pages.form", record=record, ident=ident) + "#activities")


def _day(text: str) -> Any:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise Invalid(Refusal(
            _("“%(value)s” is not a date. Write it like 2026-11-20.", value=text[:40]), "due"
        )) from None


@pages.post("/activity/<int:ident>/done", endpoint="activity_done")
@for_members
def finish(ident: int) -> Response:
    """Tick off an activity: one's own, one that one planned, or any on a readable record."""
    ctx = current_ctx()
    row = ctx.session.get(Activity, ident)
    if row is None:
        raise NotFound(_("This activity does not exist."))
    find(ctx, readable_class(ctx, row.record_key), row.record_id)
    row.done_at = row.done_at or ctx.now
    target = find(ctx, row.record_key, row.record_id)
    write_audit(ctx, f"{row.record_key}.activity", target, params={"summary": row.summary})
    otherwise = url_for("pages.form", record=row.record_key, ident=row.record_id)
    return go(safe_next(request.form.get("next"), otherwise))
