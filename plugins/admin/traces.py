"""Administration of background work and of the audit trail."""

from __future__ import annotations

from flask import flash, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from core.api import (
    AuditRow,
    NotFound,
    OutboxRow,
    _,
    administration,
    current_ctx,
    drawing,
    needs,
    show_ago,
    show_moment,
    write_audit,
)
from plugins.admin.routes import ADMIN, admin, draw

STATES = {
    "new": (_("Waiting"), "blue"),
    "working": (_("Running"), "amber"),
    "failed": (_("Will be tried again"), "amber"),
    "dead": (_("Given up"), "red"),
    "done": (_("Done"), "green"),
}
LISTED = 100


@admin.get("/admin/jobs", endpoint="jobs")
@needs(ADMIN)
def jobs() -> Response:
    """The newest background work; work that was given up stands first."""
    ctx = current_ctx()
    wanted = request.args.get("state", "")
    query = select(OutboxRow).order_by((OutboxRow.state == "dead").desc(), OutboxRow.id.desc())
    if wanted in STATES:
        query = query.where(OutboxRow.state == wanted)
    counts = dict(
        ctx.session.execute(
            select(OutboxRow.state, func.count())
            .where(OutboxRow.state != "done")
            .group_by(OutboxRow.state)
        ).all()
    )
    rows = [
        {
            "row": row,
            "label": _label(row),
            "state": STATES.get(row.state, (row.state, "grey")),
            "ago": show_ago(row.created_at, ctx.now),
            "moment": show_moment(row.created_at, ctx.user_zone),
        }
        for row in ctx.session.scalars(query.limit(LISTED))
    ]
    return draw("jobs.html", rows=rows, counts=counts, states=STATES, wanted=wanted)


def _label(row: OutboxRow) -> object:
    if row.kind == "event":
        return _("Tell %(plugin)s about an event", plugin=row.topic)
    job = current_ctx().registry.jobs.get(row.topic)
    return (job.label if job else "") or row.topic


@admin.post("/admin/jobs/<int:ident>", endpoint="job")
@needs(ADMIN)
def again(ident: int) -> Response:
    """Try a piece of work again now, or let it go for good (`drop`)."""
    ctx = current_ctx()
    row = ctx.session.get(OutboxRow, ident)
    if row is None or row.state not in ("dead", "failed"):
        raise NotFound(_("There is nothing to do about this work."))
    if request.form.get("drop"):
        row.state, row.done_at = "done", ctx.now
        write_audit(ctx, "core.job.dropped", None, job=row.topic, row=row.id, error=row.error)
    else:
        row.state, row.attempts, row.not_before = "new", 0, ctx.now
        ctx.session.info["wake"] = True
        write_audit(ctx, "core.job.again", None, job=row.topic, row=row.id)
    flash(str(_("Done.")), "ok")
    return drawing.go(url_for("admin.jobs"))


@admin.get("/admin/audit", endpoint="audit")
@needs(ADMIN)
def audit() -> Response:
    """The newest entries of the trail, by action or person."""
    ctx = current_ctx()
    text = request.args.get("q", "").strip()[:80]
    query = select(AuditRow).order_by(AuditRow.id.desc())
    if text:
        query = query.where(
            AuditRow.action.contains(text, autoescape=True)
            | AuditRow.actor.contains(text, autoescape=True)
            | AuditRow.label.contains(text, autoescape=True)
        )
    before = request.args.get("before", type=int)
    if before:
        query = query.where(AuditRow.id < before)
    rows = list(ctx.session.scalars(query.limit(LISTED)))
    more = rows[-1].id if len(rows) == LISTED else None
    shown = [(row, show_moment(row.at, ctx.user_zone)) for row in rows]
    return draw("audit.html", text=text, next=more, rows=shown)


@admin.post("/admin/audit/check", endpoint="audit_check")
@needs(ADMIN)
def check() -> Response:
    """Seal what is not sealed yet and reckon the whole chain anew."""
    ctx = current_ctx()
    secret = ctx.session.info["platform"].settings.secret_key
    administration.seal(ctx, secret, limit=50_000)
    ctx.session.flush()
    bad = administration.verify(ctx, secret)
    if bad is None:
        flash(str(_("The trail is whole: every entry fits its seal.")), "ok")
    else:
        flash(str(_("Entry %(n)s or one near it was changed or removed.", n=bad)), "bad")
    return drawing.go(url_for("admin.audit"))
