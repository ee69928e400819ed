"""Boxes on crm's own forms and cards on the home page (DOMAIN §1.11)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func

from core.api import (
    Card,
    Ctx,
    Panel,
    User,
    _,
    first_rows,
    select_records,
    show_moment,
    show_number,
    titles,
)
from plugins.crm import pool
from plugins.crm.customers import rules, standing, url_of
from plugins.crm.records import Contact, Customer, Inquiry, Lead
from plugins.crm.terms import LOST_REASONS, OPEN_STAGES

ON_WORDS = {
    "email": _("e-mail address"),
    "phone": _("phone number"),
    "domain": _("domain"),
    "name": _("company name"),
}
SHOWN = 6


# ---- panels
def customer_panels(ctx: Ctx, customer: Customer) -> list[Panel]:
    """The hold, open inquiries, contacts and the pool clock of a customer."""
    found = []
    if customer.hold:
        found.append(
            Panel(
                "crm.hold",
                _("On hold"),
                [(_("Reason"), customer.hold_reason or "")],
                colour="red",
                sequence=1,
            )
        )
    found += [*_inquiries(ctx, customer), *_contacts(ctx, customer)]
    if customer.pool == "private" and customer.owner_id is not None:
        found += _pool_clock(ctx, customer)
    return found


def _inquiries(ctx: Ctx, customer: Customer) -> list[Panel]:
    if not ctx.can("crm.inquiry.read"):
        return []
    query = (
        select_records(ctx, Inquiry)
        .where(Inquiry.customer_id == customer.id, Inquiry.state.in_(OPEN_STAGES))
        .order_by(Inquiry.next_action_on)
    )
    rows: list[tuple[object, object]] = []
    for inquiry in ctx.session.scalars(query.limit(SHOWN)):
        state = Inquiry.state_of(inquiry.state)
        rows.append(
            (
                inquiry.name,
                _(
                    "%(stage)s, next action %(day)s",
                    stage=state.label if state else inquiry.state,
                    day=inquiry.next_action_on,
                ),
            )
        )
    if not rows:
        return []
    return [
        Panel(
            "crm.inquiries",
            _("Open inquiries"),
            rows,
            colour="blue",
            sequence=20,
            url=f"/r/crm.inquiry?f.customer_id={customer.id}",
        )
    ]


def _contacts(ctx: Ctx, customer: Customer) -> list[Panel]:
    if not ctx.can("crm.contact.read"):
        return []
    query = select_records(ctx, Contact).where(Contact.customer_id == customer.id)
    rows: list[tuple[object, object]] = [
        (person.name, " · ".join(x for x in (person.position, person.email, person.phone) if x))
        for person in ctx.session.scalars(query.order_by(Contact.decides.desc()).limit(SHOWN))
    ]
    return (
        [
            Panel(
                "crm.contacts",
                _("Contacts"),
                rows,
                sequence=25,
                url=f"/r/crm.contact?f.customer_id={customer.id}",
            )
        ]
        if rows
        else []
    )


def _pool_clock(ctx: Ctx, customer: Customer) -> list[Panel]:
    facts, today_rules = standing(ctx, customer), rules(ctx)
    if pool.protected(facts, today_rules, ctx.today):
        return []
    day, reason = pool.drops_on(facts, today_rules)
    words = {pool.QUIET: _("no activity"), pool.NO_ORDER: _("quoted without order")}
    soon = (day - ctx.today).days <= max(today_rules.warn_days)
    return [
        Panel(
            "crm.pool",
            _("Public pool"),
            [
                (_("Falls back on"), day.isoformat()),
                (_("Reason"), words[reason]),
            ],
            colour="amber" if soon else "grey",
            sequence=90,
        )
    ]


def lead_panels(ctx: Ctx, lead: Lead) -> list[Panel]:
    """What the duplicate check found, with the owner of each match."""
    rows: list[tuple[object, object]] = []
    for match in lead.matches or ():
        cls = Customer if match["record"] == "crm.customer" else Lead
        other = ctx.session.get(cls, match["id"])
        if other is None:
            continue
        owner = ctx.session.get(User, other.owner_id) if other.owner_id else None
        rows.append(
            (
                other.name,
                _(
                    "same %(what)s; owner: %(owner)s",
                    what=", ".join(str(ON_WORDS[on]) for on in match["on"]),
                    owner=owner.name if owner else _("nobody"),
                ),
            )
        )
    if not rows:
        return []
    colour = "red" if lead.duplicate == "exact" else "amber"
    return [Panel("crm.matches", _("Possible duplicates"), rows, colour=colour, sequence=5)]


def panels(ctx: Ctx, record: Any) -> list[Panel] | None:
    """The boxes of crm on its own records."""
    if isinstance(record, Customer):
        return customer_panels(ctx, record)
    if isinstance(record, Lead):
        return lead_panels(ctx, record)
    return None


# ---- cards
def cards(ctx: Ctx) -> list[Card]:
    """The cards of the first screen, by what the user does (DOMAIN §1.11)."""
    found: list[Card] = []
    selling = ctx.has_role("rep", "sm") and ctx.can("crm.lead.read")
    leading = ctx.can("crm.lead.assign") and ctx.has_role("sm", "gm", "adm")
    if selling or leading:
        leads = first_rows(ctx, Lead, [
            (_assigned(ctx), Lead.answer_due_at.nulls_last()),
            (select_records(ctx, Lead).where(Lead.state == "new"), Lead.received_at),
        ], SHOWN)
        inquiries = first_rows(ctx, Inquiry, [
            (_due(ctx), Inquiry.next_action_on), (_lost(ctx), Inquiry.closed_on.desc()),
        ], SHOWN)
        if selling:
            found += [first_answers(ctx, *leads[0]), due_actions(ctx, *inquiries[0])]
        if leading:
            found += [unassigned(*leads[1]), lost_lately(*inquiries[1])]
    if ctx.can("crm.inquiry.read") and ctx.has_role("rep", "sm", "gm", "adm"):
        found += pipeline_cards(ctx)
    return found


def _assigned(ctx: Ctx) -> Select[Any]:
    query = select_records(ctx, Lead).where(Lead.state == "assigned")
    return query.where(Lead.owner_id == ctx.user_id) if ctx.has_role("rep") else query


def _due(ctx: Ctx) -> Select[Any]:
    query = select_records(ctx, Inquiry).where(
        Inquiry.state.in_(OPEN_STAGES), Inquiry.next_action_on <= ctx.today
    )
    return query.where(Inquiry.owner_id == ctx.user_id) if ctx.has_role("rep") else query


def _lost(ctx: Ctx) -> Select[Any]:
    return select_records(ctx, Inquiry).where(
        Inquiry.state == "lost", Inquiry.closed_on >= ctx.today - timedelta(days=7)
    )


def first_answers(ctx: Ctx, rows: list[Lead], total: int) -> Card:
    """Leads that wait for a first answer, the most urgent first, with the time left."""
    items = [(lead.name, url_of(lead), _time_left(ctx, lead)) for lead in rows]
    late = any(lead.answer_due_at and lead.answer_due_at < ctx.now for lead in rows)
    return Card(
        "crm.first_answers",
        _("Waiting for a first answer"),
        total,
        items=items,
        url="/r/crm.lead?f.state=assigned&sort=answer_due_at",
        empty=_("Everybody has an answer."),
        colour="red" if late else "green",
        sequence=10,
    )


def _time_left(ctx: Ctx, lead: Lead) -> object:
    if lead.answer_due_at is None:
        return ""
    minutes = int((lead.answer_due_at - ctx.now).total_seconds() // 60)
    if minutes < 0:
        return _("late since %(at)s", at=show_moment(lead.answer_due_at, ctx.user_zone))
    if minutes < 600:
        return _("%(h)s h %(m)s min left", h=minutes // 60, m=minutes % 60)
    return _("until %(at)s", at=show_moment(lead.answer_due_at, ctx.user_zone))


def due_actions(ctx: Ctx, rows: list[Inquiry], total: int) -> Card:
    """Open inquiries whose next action is today or overdue: one's own, or the team's."""
    mine = ctx.has_role("rep")
    names = titles(ctx, "crm.customer", [row.customer_id for row in rows])
    items = [
        (
            row.next_action or row.name,
            url_of(row),
            f"{names.get(row.customer_id, '')} · {row.next_action_on}",
        )
        for row in rows
    ]
    overdue = any(row.next_action_on and row.next_action_on < ctx.today for row in rows)
    title = _("Next actions due") if mine else _("Follow-ups of the team due")
    return Card(
        "crm.due_actions",
        title,
        total,
        items=items,
        url="/r/crm.inquiry?sort=next_action_on",
        empty=_("Nothing is due today."),
        colour="amber" if overdue else "blue",
        sequence=15,
    )


def unassigned(rows: list[Lead], total: int) -> Card:
    """Leads without owner."""
    items = [(lead.name, url_of(lead), lead.country or "") for lead in rows]
    return Card(
        "crm.unassigned",
        _("Leads without owner"),
        total,
        items=items,
        url="/r/crm.lead?f.state=new",
        empty=_("Every lead has an owner."),
        colour="amber" if items else "green",
        sequence=12,
    )


def lost_lately(rows: list[Inquiry], total: int) -> Card:
    """Inquiries lost in the last seven days with their reasons."""
    reasons = dict(LOST_REASONS)
    items = [(row.name, url_of(row), reasons.get(row.lost_reason or "", "")) for row in rows]
    return Card(
        "crm.lost",
        _("Lost in the last 7 days"),
        total,
        items=items,
        url="/r/crm.inquiry?f.state=lost&sort=-closed_on",
        empty=_("Nothing was lost this week."),
        colour="grey",
        sequence=40,
    )


def pipeline_cards(ctx: Ctx) -> list[Card]:
    """The weighted pipeline, one card per currency, the largest first."""
    inner = (
        select_records(ctx, Inquiry)
        .where(Inquiry.state.in_(OPEN_STAGES))
        .with_only_columns(Inquiry.currency, func.sum(Inquiry.weighted), func.count())
        .group_by(Inquiry.currency)
    )
    totals: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for code, amount, count in ctx.session.execute(inner):
        if code and amount:
            totals[code] += amount
            counts[code] += count
    order = sorted(totals, key=lambda code: -counts[code])[:2]
    return [
        Card(
            f"crm.pipeline_{code.lower()}",
            _("Weighted pipeline in %(currency)s", currency=code),
            show_number(totals[code], 0),
            unit=code,
            url=f"/r/crm.inquiry?f.currency={code}&group=state",
            items=[(_("Open inquiries"), "/r/crm.inquiry?view=kanban", counts[code])],
            colour="blue",
            sequence=30,
        )
        for code in order
    ]
