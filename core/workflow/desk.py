"""The incident desk and the page of substitutes."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from flask import Flask, flash, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from core.context import Ctx
from core.errors import Invalid, NotFound, Refusal, Refused, TradewindError
from core.i18n import _
from core.pages.access import current_ctx, for_members, needs
from core.pages.blueprint import go, reasons_of
from core.query import find
from core.records import record_class
from core.workflow.case import plan_of
from core.workflow.commands import start_case
from core.workflow.export import ocel, xes
from core.workflow.gates import starter_choices
from core.workflow.history import incident_words
from core.workflow.model import CaseRow, Delegation, Incident, WorkflowRow, WorkflowVersion
from core.workflow.pages import draw, form_choices, form_comment, name_of, one_person, workflow
from core.workflow.panel import startable
from core.workflow.people import people_of
from core.workflow.plan import words
from core.workflow.publishing import workflow_by_key
from core.workflow.view import preview_tree


def register(app: Flask) -> None:
    """Hang the engine's pages into an app."""
    app.register_blueprint(workflow)


@workflow.get("/workflow/incidents", endpoint="incidents")
@needs("core.workflow.admin")
def incidents() -> Response:
    """Cases that stand still, the oldest first."""
    ctx = current_ctx()
    query = (select(Incident, CaseRow).join(CaseRow, CaseRow.id == Incident.case_id)
             .where(Incident.resolved_at.is_(None)).order_by(Incident.id).limit(200))
    rows = [{"row": row, "case": case, "card": plan_of(ctx, case).label(row.node),
             "workflow": name_of(ctx, case), "text": incident_words(row.kind, row.data)}
            for row, case in ctx.session.execute(query)]
    people = sorted(people_of(ctx).names.items(), key=lambda pair: pair[1])
    return draw("incidents.html", rows=rows, people=people, key=secrets.token_hex(8))


@workflow.post("/workflow/incidents/<int:ident>", endpoint="close_incident")
@needs("core.workflow.admin")
def close_incident(ident: int) -> Response:
    """Note how an incident without a token (undo by hand) was resolved."""
    ctx = current_ctx()
    row = ctx.session.get(Incident, ident)
    if row is None or row.token is not None:
        raise NotFound(_("This incident does not exist."))
    if not form_comment():
        raise Refused(_("Give a reason."))
    row.resolved_at, row.resolved_by_id, row.resolution = ctx.now, ctx.user_id, form_comment()[:500]
    return go(url_for("workflow.incidents"))


# ---- starting by hand
@workflow.route("/workflow/<key>/start/<int:ident>", methods=["GET", "POST"], endpoint="start")
@for_members
def start(key: str, ident: int) -> Response:
    """Start a workflow that holds no step and waits for no event, after a look at its way."""
    ctx = current_ctx()
    row = workflow_by_key(ctx, key)
    record = find(ctx, record_class(row.record_key), ident)
    if key not in [name for name, _label in startable(ctx, record)]:
        raise Refused(_("This workflow cannot be started here by hand."))
    asked, chosen = starter_choices(ctx, row), form_choices()
    faults = [_("Choose who does “%(card)s”.", card=label) for card, label, people in asked
              if not set(chosen.get(card, [0])) <= {p for p, _name in people}]
    if request.method == "POST" and not faults:
        case = start_case(ctx, row, record, choices=chosen)
        return go(url_for("workflow.case", case_id=case.id))
    version = ctx.session.get(WorkflowVersion, row.active_version_id or 0)
    way = preview_tree(ctx, version.definition, record, ctx.user_id) if version else []
    posted = request.method == "POST"
    return draw("start.html", 422 if posted else 200, record=record, label=words(row.label),
                way=way, asked=asked, faults=faults if posted else [], form=request.form)


# ---- substitutes
@workflow.get("/inbox/substitutes", endpoint="substitutes")
@for_members
def substitutes() -> Response:
    """Who decides for me while I am away."""
    return _substitutes(current_ctx())


def _substitutes(ctx: Ctx, error: TradewindError | None = None) -> Response:
    mine = or_(Delegation.principal_id == ctx.user_id, Delegation.delegate_id == ctx.user_id)
    rows = ctx.session.scalars(select(Delegation).where(
        mine, Delegation.valid_until > ctx.now - timedelta(days=90)
    ).order_by(Delegation.valid_from.desc()))
    names = people_of(ctx).names
    others = sorted(((i, n) for i, n in names.items() if i != ctx.user_id), key=lambda p: p[1])
    flows = [(f.id, words(f.label)) for f in ctx.session.scalars(select(WorkflowRow))]
    return draw("substitutes.html", error.status if error else 200, rows=list(rows), names=names,
                 people=others, flows=flows, now=ctx.now, form=request.form,
                 zone=ctx.zone, faults=reasons_of(error) if error else [])


@workflow.post("/inbox/substitutes", endpoint="delegate")
@for_members
def delegate() -> Response:
    """Name a substitute from a day to a day (both included)."""
    ctx = current_ctx()
    try:
        _delegate(ctx)
    except (Invalid, Refused) as error:
        return _substitutes(ctx, error)
    flash(str(_("Saved.")))
    return go(url_for("workflow.substitutes"))


def _delegate(ctx: Ctx) -> None:
    person = one_person()
    if person == ctx.user_id or not people_of(ctx).active(person):
        raise Invalid(Refusal(_("This person is not an active member of the company."), "person"))
    days = []
    for name in ("from", "until"):
        try:
            days.append(datetime.strptime(request.form.get(name, ""), "%Y-%m-%d").date())
        except ValueError:
            raise Invalid(Refusal(_("Write days like 2026-11-20."), name)) from None
    if days[1] < days[0] or days[1] < ctx.today:
        raise Invalid(Refusal(_("The last day must not lie before the first or in the past."),
                              "until"))
    flow = request.form.get("flow", "")
    ctx.session.add(Delegation(
        company_id=ctx.company.id, principal_id=ctx.user_id, delegate_id=person,
        workflow_id=int(flow) if flow.isdigit() else None, created_by_id=ctx.user_id,
        reason=form_comment()[:200], valid_from=datetime.combine(days[0], time(), ctx.zone),
        valid_until=datetime.combine(days[1] + timedelta(days=1), time(), ctx.zone)))


@workflow.post("/inbox/substitutes/<int:ident>/end", endpoint="end_delegation")
@for_members
def end_delegation(ident: int) -> Response:
    """End a substitution now."""
    ctx = current_ctx()
    row = ctx.session.get(Delegation, ident)
    if row is None or row.principal_id != ctx.user_id:
        raise NotFound(_("This does not exist."))
    row.valid_until = max(row.valid_from, min(row.valid_until, ctx.now))
    return go(url_for("workflow.substitutes"))


@workflow.get("/workflow/<key>/log.<kind>", endpoint="log")
@needs("core.workflow.design")
def log(key: str, kind: str) -> Response:
    """The log of a workflow for process mining: log.xes or log.json (OCEL 2.0)."""
    ctx = current_ctx()
    row = workflow_by_key(ctx, key)
    if kind not in ("xes", "json"):
        raise NotFound(_("This does not exist."))
    text = "".join(xes(ctx, row)) if kind == "xes" else ocel(ctx, row)
    types = {"xes": "application/xml", "json": "application/json"}
    answer = Response(text, content_type=f"{types[kind]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=workflow.{kind}"
    return answer
