"""Acts on many records of a list: the ticked ones, or all that fit its filter."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from flask import flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import NotFound, Refused, TradewindError
from core.i18n import _, ngettext
from core.layout import list_of
from core.many import ARCHIVE, MANY, RESTORE, act_on, all_ids, refusal_line
from core.outbox import OutboxRow
from core.pages.access import current_ctx, for_members
from core.pages.blueprint import go, page, pages, readable_class, safe_next
from core.pages.listing import wanted_of
from core.pages.show import label_of
from core.records import Record, record_class
from core.steps import steps_of

AT_ONCE = 10  # more records are done in the background, with a report
MOST_TICKED = 1000


def bulk_acts(ctx: Ctx, record: str) -> list[tuple[str, object, str]]:
    """(key, label, icon) of what the user may do with many records of a list."""
    found = [(s.key, s.label, s.icon) for s in steps_of(ctx, record) if s.bulk and ctx.can(s.needs)]
    if ctx.can(f"{record}.archive"):
        shown_archived = request.args.get("archived") == "1"
        found.append((RESTORE, _("Bring back"), "archive") if shown_archived
                     else (ARCHIVE, _("Archive"), "archive"))
    return found


def act_label(ctx: Ctx, record: str, act: str) -> object:
    """The words for an act on many records; Refused for steps that are done one by one."""
    if act in (ARCHIVE, RESTORE):
        ctx.require(f"{record}.archive")
        return _("Archive") if act == ARCHIVE else _("Bring back")
    step = next((s for s in steps_of(ctx, record) if s.key == act), None)
    if step is None:
        raise NotFound(_("There is no such step."))
    if not step.bulk:
        raise Refused(_("This step is done one by one."))
    ctx.require(step.needs)
    return step.label


@pages.post("/r/<record>/bulk", endpoint="bulk")
@for_members
def bulk(record: str) -> Response:
    """Do an act on each ticked record (`row`), or with `all` on all that the list shows."""
    ctx = current_ctx()
    cls = readable_class(ctx, record)
    act = request.values.get("step", "")
    act_label(ctx, record, act)
    back = safe_next(request.form.get("next"), url_for("pages.list", record=record))
    if request.form.get("all"):
        wanted = _shown(ctx, cls, back)
        few = [ident for ident, _n in zip(all_ids(ctx, wanted), range(AT_ONCE + 1), strict=False)]
    else:
        few = [int(text) for text in request.values.getlist("row")
               if text.isdigit() and len(text) < 18][:MOST_TICKED]
        wanted = {"record": record, "ids": few}
    if len(few) > AT_ONCE:
        key = uuid4().hex
        job = ctx.enqueue(MANY.key, {**wanted, "act": act, "key": key, "back": back}, key=key)
        return go(url_for("pages.progress", ident=job))
    _now(ctx, record, act, few)
    return go(back)


def _shown(ctx: Ctx, cls: type[Record], address: str) -> dict[str, Any]:
    """What a list's address shows, as background work understands it."""
    args: MultiDict[str, str] = MultiDict(parse_qsl(urlsplit(address).query))
    wanted = wanted_of(ctx, list_of(ctx, cls), args)
    if wanted.faults:
        raise Refused(wanted.faults)
    rule = wanted.rule if wanted.where is not None else None
    return {"record": cls.key, "where": rule, "search": wanted.search, "archived": wanted.archived}


def _now(ctx: Ctx, record: str, act: str, ids: list[int]) -> None:
    done = []
    for ident in ids:
        try:
            act_on(ctx, record, ident, act)
            ctx.session.commit()
            done.append(ident)
        except NotFound:
            raise  # rows that one may not see are not named
        except TradewindError as error:
            ctx.session.rollback()
            _ident, name, why = refusal_line(ctx, record, ident, error)
            flash(str(_("%(name)s: %(why)s", name=name, why=why)), "bad")
    if done:
        kind = "ok"
        if act == ARCHIVE:
            kind = "undo " + url_for("pages.bulk", record=record, step=RESTORE, row=done)
        flash(ngettext("%(num)s record done.", "%(num)s records done.", len(done)), kind)
    if not ids:
        flash(str(_("Tick records first.")), "bad")


# ---- background work of one's own
def _work(ctx: Ctx, ident: int) -> OutboxRow:
    row = ctx.session.get(OutboxRow, ident)
    if row is None or row.topic != MANY.key or row.actor_id != ctx.user_id:
        raise NotFound(_("This page does not exist."))
    return row


@pages.get("/progress/<int:ident>", endpoint="progress")
@for_members
def work(ident: int) -> Response:
    """How far an act on many records is, and which of them were refused, with the reasons."""
    ctx = current_ctx()
    row = _work(ctx, ident)
    record = row.payload["record"]
    readable_class(ctx, record)
    return page("work.html", row=row, record=record, plural=label_of(record),
                label=act_label(ctx, record, row.payload["act"]), back=row.payload["back"],
                icon_of=record_class(record).icon, result=row.result or {})


@pages.post("/progress/<int:ident>/stop", endpoint="stop_work")
@for_members
def stop(ident: int) -> Response:
    """End background work after the record at hand; what is done stays done."""
    ctx = current_ctx()
    row = _work(ctx, ident)
    row.payload = {**row.payload, "stop": True}
    return go(url_for("pages.progress", ident=ident))
