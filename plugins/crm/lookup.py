"""Finding the people and the known companies that crm's rules ask about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from core.api import Ctx, Member
from plugins.crm.assigning import Candidate, Rule
from plugins.crm.matching import (
    Keys,
    Match,
    domain_key,
    email_key,
    find_matches,
    name_key,
    phone_key,
)
from plugins.crm.records import AssignmentRule, Channel, Contact, Customer, Lead

OPEN_LEADS = ("new", "assigned")


def managers_of(ctx: Ctx, user_id: int | None) -> list[int]:
    """Whom to tell about a representative: his manager, else every sales manager."""
    members = list(ctx.session.scalars(select(Member).where(Member.active)))
    boss = next((m.manager_id for m in members if m.user_id == user_id and m.manager_id), None)
    return [boss] if boss else [m.user_id for m in members if "sm" in m.roles]


def keys_of(row: Any) -> Keys:
    """The stored keys of a lead, customer or contact."""
    return Keys(
        email=row.email_key or "",
        domain=getattr(row, "domain_key", None) or "",
        phone=row.phone_key or "",
        name=getattr(row, "name_key", None) or "",
        country=getattr(row, "country", None) or "",
    )


def fill_keys(row: Any) -> None:
    """Write the keys that the duplicate check compares (DOMAIN §1.1)."""
    country = getattr(row, "country", None)
    row.email_key = email_key(row.email) or None
    row.phone_key = phone_key(row.phone or getattr(row, "mobile", None), country) or None
    if isinstance(row, Contact):
        return
    row.domain_key = domain_key(row.email, row.website) or None
    row.name_key = name_key(row.company_name if isinstance(row, Lead) else row.name) or None


def _alike(cls: Any, keys: Keys, parts: Iterable[str]) -> Any:
    return or_(
        *(
            getattr(cls, f"{part}_key") == getattr(keys, part)
            for part in parts
            if getattr(keys, part)
        )
    )


ALL_KEYS = ("email", "domain", "phone", "name")


def matching_customers(ctx: Ctx, keys: Keys, leave_out: int | None = None) -> list[Match]:
    """Customers that look the same, over all owners: exact through a contact counts too."""
    if keys == Keys(country=keys.country):
        return []
    with ctx.session.no_autoflush:
        rows = list(ctx.session.scalars(select(Customer).where(_alike(Customer, keys, ALL_KEYS))))
        people: list[Contact] = []
        if keys.email or keys.phone:
            query = select(Contact).where(_alike(Contact, keys, ("email", "phone")))
            people = list(ctx.session.scalars(query))
    known = [(row.id, keys_of(row)) for row in rows] + [
        (person.customer_id, keys_of(person)) for person in people
    ]
    found: dict[int, Match] = {}
    for match in find_matches(keys, known):
        if match.ident != leave_out:
            found.setdefault(match.ident, match)
    return list(found.values())


def matching_leads(ctx: Ctx, keys: Keys, leave_out: int | None = None) -> list[Match]:
    """Open or contacted leads that look the same."""
    if keys == Keys(country=keys.country):
        return []
    states = (*OPEN_LEADS, "contacted")
    query = select(Lead).where(_alike(Lead, keys, ALL_KEYS), Lead.state.in_(states))
    with ctx.session.no_autoflush:
        rows = [row for row in ctx.session.scalars(query) if row.id != leave_out]
    return find_matches(keys, [(row.id, keys_of(row)) for row in rows])


def open_load(ctx: Ctx) -> dict[int, int]:
    """How many unanswered leads each representative holds."""
    query = (
        select(Lead.owner_id, func.count())
        .where(Lead.state.in_(OPEN_LEADS))
        .group_by(Lead.owner_id)
    )
    return {owner: count for owner, count in ctx.session.execute(query) if owner is not None}


def rules_of(ctx: Ctx) -> list[Rule]:
    """The company's assignment rules in their order."""
    query = select(AssignmentRule).where(AssignmentRule.archived_at.is_(None))
    rows = ctx.session.scalars(query.order_by(AssignmentRule.sequence, AssignmentRule.id))
    return [
        Rule(
            ident=row.id,
            countries=frozenset(word.upper() for word in row.countries or ()),
            groups=frozenset(word.casefold() for word in row.product_groups or ()),
            people=tuple(
                Candidate(p.user_id, p.quota, p.away_from, p.away_until) for p in row.people
            ),
            last_user_id=row.last_user_id,
        )
        for row in rows
    ]


def channels_of(ctx: Ctx) -> list[Channel]:
    """All channels by code; a page that shows several figures reads them once."""
    found: list[Channel] = ctx.while_reading(
        "crm.channels", lambda: list(ctx.session.scalars(select(Channel).order_by(Channel.code))))
    return found
