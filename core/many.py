"""One act for many records, each in a transaction of its own; refusals are listed by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.audit import notify
from core.conditions import parse_condition
from core.context import Ctx
from core.declare import Job
from core.errors import NotFound, TradewindError
from core.i18n import _
from core.outbox import OutboxRow
from core.query import Paths, find, read_page
from core.records import record_class, title_of
from core.saving import archive
from core.steps import perform

ARCHIVE, RESTORE = ":archive", ":restore"
CHUNK = 1000
LEASE = timedelta(minutes=10)
LISTED = 500  # refusals that a report names; all are counted


def act_on(ctx: Ctx, record: str, ident: int, act: str) -> None:
    """Do a step (its key) on a record, or archive it, or bring it back; the caller commits."""
    row = find(ctx, record, ident)
    if act in (ARCHIVE, RESTORE):
        archive(ctx, row, act == ARCHIVE)
    else:
        perform(ctx, row, act, {})


def refusal_line(ctx: Ctx, record: str, ident: int, error: TradewindError) -> list[Any]:
    """[id, name, reason] of a record that was refused, after the rollback."""
    try:
        name = title_of(find(ctx, record, ident))
    except NotFound:
        name = f"#{ident}"
    return [ident, name, " ".join(str(reason) for reason in error.reasons)]


def all_ids(ctx: Ctx, wanted: dict[str, Any]) -> Iterator[int]:
    """The ids of all records that a list shows: `record`, `where`, `search`, `archived`."""
    cls = record_class(wanted["record"])
    rule = wanted.get("where")
    where = parse_condition(rule, Paths(ctx, cls).declared) if rule else None
    after: str | None = None
    while True:
        page = read_page(ctx, cls.key, [], where=where, search=wanted.get("search", ""), sort="id",
                         limit=CHUNK, after=after, archived=wanted.get("archived", False))
        yield from (row["id"] for row in page.rows)
        if page.next is None:
            return
        after = page.next


def run(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """Background: the ticked records (`ids`), or all that fit; ends early when told to stop."""
    platform = ctx.session.info["platform"]
    company, person, record = ctx.company.id, ctx.user_id, payload["record"]
    with platform.act(company, person, readonly=True) as reading:
        ids = payload.get("ids") or list(all_ids(reading, payload))
    result: dict[str, Any] = {"done": 0, "count": len(ids), "refusals": 0, "refused": []}
    for number, ident in enumerate(ids):
        if number % 10 == 0 and _told_to_stop(ctx, payload, number * 100 // len(ids), result):
            result["stopped"] = True
            break
        try:
            with platform.act(company, person) as acting:
                act_on(acting, record, ident, payload["act"])
            result["done"] += 1
        except TradewindError as error:
            result["refusals"] += 1
            with platform.act(company, person, readonly=True) as reading:
                line = refusal_line(reading, record, ident, error)
            result["refused"] += [line] if result["refusals"] <= LISTED else []
    with platform.act(company, person) as telling:
        row = telling.session.scalar(select(OutboxRow.id).where(OutboxRow.key == payload["key"]))
        text = _("%(done)s records done, %(refused)s refused.", done=result["done"],
                 refused=result["refusals"])
        notify(telling, person or 0, text, f"/progress/{row}")
    return result


def _told_to_stop(ctx: Ctx, payload: dict[str, Any], percent: int, result: dict[str, Any]) -> bool:
    """Show how far the work is, keep the lease, and hear whether it is to stop."""
    with ctx.session.info["platform"].act(ctx.company.id) as telling:
        row = telling.session.scalar(select(OutboxRow).where(OutboxRow.key == payload["key"]))
        row.progress, row.result = percent, dict(result)
        row.lease_until = telling.now + LEASE
        return bool(row.payload.get("stop"))


MANY = Job("core.many", run, long=True, label=_("One step for many records"))
