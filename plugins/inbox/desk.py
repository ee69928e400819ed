"""The incident desk and the page of substitutes."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from flask import flash, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from core.api import (
    Ctx,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    TradewindError,
    _,
    cases,
    current_ctx,
    drawing,
    find,
    for_members,
    needs,
    record_class,
)
from plugins.inbox.history import incident_words
from plugins.inbox.routes import (
    draw,
    filled,
    form_choices,
    form_comment,
    inbox,
    name_of,
    one_person,
    opened,
)
from plugins.inbox.way import preview_tree


@inbox.get("/workflow/incidents", endpoint="incidents")
@needs("core.workflow.admin")
def incidents() -> Response:
    """Cases that stand still, the oldest first."""
    ctx = current_ctx()
    query = (
        select(cases.Incident, cases.CaseRow)
        .join(cases.CaseRow, cases.CaseRow.id == cases.Incident.case_id)
        .where(cases.Incident.resolved_at.is_(None))
        .order_by(cases.Incident.id)
        .limit(200)
    )
    rows = [
        {
            "row": row,
            "case": case,
            "card": cases.plan_of(ctx, case).label(row.node),
            "workflow": name_of(ctx, case),
            "text": incident_words(row.kind, row.data),
        }
        for row, case in ctx.session.execute(query)
    ]
    people = sorted(cases.people_of(ctx).names.items(), key=lambda pair: pair[1])
    return draw("incidents.html", rows=rows, people=people, key=secrets.token_hex(8))


@inbox.post("/workflow/incidents/<int:ident>", endpoint="close_incident")
@needs("core.workflow.admin")
def close_incident(ident: int) -> Response:
    """Note how an incident without a token (undo by hand) was resolved."""
    ctx = current_ctx()
    row = ctx.session.get(cases.Incident, ident)
    if row is None or row.token is not None:
        raise NotFound(_("This incident does not exist."))
    if not form_comment():
        raise Refused(_("Give a reason."))
    row.resolved_at, row.resolved_by_id, row.resolution = ctx.now, ctx.user_id, form_comment()[:500]
    return drawing.go(url_for("inbox.incidents"))


# ---- starting by hand
@inbox.route("/workflow/<key>/start/<int:ident>", methods=["GET", "POST"], endpoint="start")
@for_members
def start(key: str, ident: int) -> Response:
    """Start a workflow by hand, after a look at its way."""
    ctx = current_ctx()
    row = cases.workflow_by_key(ctx, key)
    record = find(ctx, record_class(row.record_key), ident)
    if key not in [name for name, _label in cases.startable(ctx, record)]:
        raise Refused(_("This workflow cannot be started here by hand."))
    error: Invalid | None = None
    if request.method == "POST":
        try:
            with ctx.session.begin_nested():
                case = cases.start_by_hand(
                    ctx, row, record, choices=form_choices(), values=filled(ctx, row.record_key)
                )
            return drawing.go(url_for("inbox.case", case_id=case.id))
        except Invalid as invalid:
            error = invalid
    version = ctx.session.get(cases.WorkflowVersion, row.active_version_id or 0)
    definition = version.definition if version else {}
    return draw(
        "start.html",
        error.status if error else 200,
        record=record,
        label=cases.words(row.label),
        way=preview_tree(ctx, definition, record, ctx.user_id),
        asked=cases.starter_choices(ctx, row),
        controls=opened(ctx, record, definition.get("start", {}).get("fields", {})),
        faults=drawing.reasons_of(error) if error else [],
        form=request.form,
    )


# ---- substitutes
@inbox.get("/inbox/substitutes", endpoint="substitutes")
@for_members
def substitutes() -> Response:
    """Who decides for me while I am away."""
    return _substitutes(current_ctx())


def _substitutes(ctx: Ctx, error: TradewindError | None = None) -> Response:
    mine = or_(
        cases.Delegation.principal_id == ctx.user_id, cases.Delegation.delegate_id == ctx.user_id
    )
    rows = ctx.session.scalars(
        select(cases.Delegation)
        .where(mine, cases.Delegation.valid_until > ctx.now - timedelta(days=90))
        .order_by(cases.Delegation.valid_from.desc())
    )
    names = cases.people_of(ctx).names
    others = sorted(((i, n) for i, n in names.items() if i != ctx.user_id), key=lambda p: p[1])
    flows = [(f.id, cases.words(f.label)) for f in ctx.session.scalars(select(cases.WorkflowRow))]
    return draw(
        "substitutes.html",
        error.status if error else 200,
        rows=list(rows),
        names=names,
        people=others,
        flows=flows,
        now=ctx.now,
        form=request.form,
        zone=ctx.zone,
        faults=drawing.reasons_of(error) if error else [],
    )


@inbox.post("/inbox/substitutes", endpoint="delegate")
@for_members
def delegate() -> Response:
    """Name a substitute from a day to a day (both included)."""
    ctx = current_ctx()
    try:
        _delegate(ctx)
    except (Invalid, Refused) as error:
        return _substitutes(ctx, error)
    flash(str(_("Saved.")))
    return drawing.go(url_for("inbox.substitutes"))


def _delegate(ctx: Ctx) -> None:
    person = one_person()
    if person == ctx.user_id or not cases.people_of(ctx).active(person):
        raise Invalid(Refusal(_("This person is not an active member of the company."), "person"))
    days = []
    for name in ("from", "until"):
        try:
            days.append(datetime.strptime(request.form.get(name, ""), "%Y-%m-%d").date())
        except ValueError:
            raise Invalid(Refusal(_("Write days like 2026-11-20."), name)) from None
    if days[1] < days[0] or days[1] < ctx.today:
        raise Invalid(
            Refusal(_("The last day must not lie before the first or in the past."), "until")
        )
    flow = request.form.get("flow", "")
    ctx.session.add(
        cases.Delegation(
            company_id=ctx.company.id,
            principal_id=ctx.user_id,
            delegate_id=person,
            workflow_id=int(flow) if flow.isdigit() else None,
            created_by_id=ctx.user_id,
            reason=form_comment()[:200],
            valid_from=datetime.combine(days[0], time(), ctx.zone),
            valid_until=datetime.combine(days[1] + timedelta(days=1), time(), ctx.zone),
        )
    )


@inbox.post("/inbox/substitutes/<int:ident>/end", endpoint="end_delegation")
@for_members
def end_delegation(ident: int) -> Response:
    """End a substitution now."""
    ctx = current_ctx()
    row = ctx.session.get(cases.Delegation, ident)
    if row is None or row.principal_id != ctx.user_id:
        raise NotFound(_("This does not exist."))
    row.valid_until = max(row.valid_from, min(row.valid_until, ctx.now))
    return drawing.go(url_for("inbox.substitutes"))
