"""Boxes on crm's own forms and cards on the home page (DOMAIN §1.11)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func

from core.api import (
    Card,
    Ctx,
    Panel,
    User,
    _,
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
    if ctx.has_role("rep", "sm") and ctx.can("crm.lead.read"):
        found += [first_answers(ctx), due_actions(ctx)]
    if ctx.can("crm.lead.assign") and ctx.has_role("sm", "gm", "adm"):
        found += [unassigned(ctx), lost_lately(ctx)]
    if ctx.can("crm.inquiry.read") and ctx.has_role("rep", "sm", "gm", "adm"):
        found += pipeline_cards(ctx)
    return found


def _count(ctx: Ctx, query: Select[Any]) -> int:
    return int(ctx.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0)


def first_answers(ctx: Ctx) -> Card:
    """Leads that wait for a first answer, the most urgent first, with the time left."""
    query = select_records(ctx, Lead).where(Lead.state == "assigned")
    if ctx.has_role("rep"):
        query = query.where(Lead.owner_id == ctx.user_id)
    items = []
    for lead in ctx.session.scalars(query.order_by(Lead.answer_due_at).limit(SHOWN)):
        items.append((lead.name, url_of(lead), _time_left(ctx, lead)))
    late = any(
        lead_late
        for lead_late in (ctx.session.scalar(query.where(Lead.answer_due_at < ctx.now).limit(1)),)
    )
    return Card(
        "crm.first_answers",
        _("Waiting for a first answer"),
        _count(ctx, query),
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


def due_actions(ctx: Ctx) -> Card:
    """Open inquiries whose next action is today or overdue: one's own, or the team's."""
    query = select_records(ctx, Inquiry).where(
        Inquiry.state.in_(OPEN_STAGES), Inquiry.next_action_on <= ctx.today
    )
    mine = ctx.has_role("rep")
    if mine:
        query = query.where(Inquiry.owner_id == ctx.user_id)
    rows = list(ctx.session.scalars(query.order_by(Inquiry.next_action_on).limit(SHOWN)))
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
        _count(ctx, query),
        items=items,
        url="/r/crm.inquiry?sort=next_action_on",
        empty=_("Nothing is due today."),
        colour="amber" if overdue else "blue",
        sequence=15,
    )


def unassigned(ctx: Ctx) -> Card:
    """Leads without owner."""
    query = select_records(ctx, Lead).where(Lead.state == "new")
    items = [
        (lead.name, url_of(lead), lead.country or "")
        for lead in ctx.session.scalars(query.order_by(Lead.received_at).limit(SHOWN))
    ]
    return Card(
        "crm.unassigned",
        _("Leads without owner"),
        _count(ctx, query),
        items=items,
        url="/r/crm.lead?f.state=new",
        empty=_("Every lead has an owner."),
        colour="amber" if items else "green",
        sequence=12,
    )


def lost_lately(ctx: Ctx) -> Card:
    """Inquiries lost in the last seven days with their reasons."""
    since = ctx.today.toordinal() - 7
    query = select_records(ctx, Inquiry).where(
        Inquiry.state == "lost", Inquiry.closed_on >= type(ctx.today).fromordinal(since)
    )
    reasons = dict(LOST_REASONS)
    items = [
        (row.name, url_of(row), reasons.get(row.lost_reason or "", ""))
        for row in ctx.session.scalars(query.order_by(Inquiry.closed_on.desc()).limit(SHOWN))
    ]
    return Card(
        "crm.lost",
        _("Lost in the last 7 days"),
        _count(ctx, query),
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
            _("Weighted pipeline"),
            show_number(totals[code], 0),
            unit=code,
            url=f"/r/crm.inquiry?f.currency={code}&group=state",
            items=[(_("Open inquiries"), "/r/crm.inquiry?view=kanban", counts[code])],
            colour="blue",
            sequence=30,
        )
        for code in order
    ]
