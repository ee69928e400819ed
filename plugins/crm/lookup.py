"""Finding the people and the known companies that crm's rules ask about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, null, or_, select, union_all

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


def _alike(cls: Any, wanted: Sequence[Keys], parts: Iterable[str]) -> Any:
    """Rows that share a key with one of the wanted; None when those have no keys."""
    given = [
        getattr(cls, f"{part}_key").in_(bindparam(None, values, expanding=True))
        for part in parts
        if (values := sorted({key for keys in wanted if (key := getattr(keys, part))}))
    ]
    return or_(*given) if given else None


ALL_KEYS = ("email", "domain", "phone", "name")


@dataclass(frozen=True)
class Known:
    """A customer that was found, by a key of its own or of one of its contacts."""

    ident: int
    name: str
    country: str
    owner_id: int | None
    keys: Keys


def known_customers(ctx: Ctx, wanted: Sequence[Keys]) -> list[Known]:
    """Customers over all owners that share a key with one of the wanted, in one statement."""
    own = _alike(Customer, wanted, ALL_KEYS)
    if own is None:
        return []
    who = (Customer.id, Customer.name, Customer.country, Customer.owner_id)
    parts = [
        select(*who, Customer.email_key, Customer.domain_key, Customer.phone_key,
               Customer.name_key).where(own)
    ]
    people = _alike(Contact, wanted, ("email", "phone"))
    if people is not None:
        no_domain, no_name = null().label("no_domain"), null().label("no_name")
        parts.append(
            select(*who, Contact.email_key, no_domain, Contact.phone_key, no_name)
            .join(Customer, Customer.id == Contact.customer_id).where(people)
        )
    with ctx.session.no_autoflush:
        rows = ctx.session.execute(union_all(*parts) if len(parts) > 1 else parts[0]).all()
    return [
        Known(ident, name, country, owner, Keys(
            email or "", domain or "", phone or "", key or "", country if key else ""))
        for ident, name, country, owner, email, domain, phone, key in rows
    ]


def matching_customers(
    ctx: Ctx, keys: Keys, leave_out: int | None = None
) -> list[tuple[Match, Known]]:
    """Customers that look the same, over all owners: exact through a contact counts too."""
    return match_known(keys, known_customers(ctx, [keys]), leave_out)


def match_known(
    keys: Keys, known: Sequence[Known], leave_out: int | None = None
) -> list[tuple[Match, Known]]:
    """Those of the known that match, exact ones first, each once."""
    by_id = {one.ident: one for one in known}
    found: dict[int, Match] = {}
    for match in find_matches(keys, [(one.ident, one.keys) for one in known]):
        if match.ident != leave_out:
            found.setdefault(match.ident, match)
    return [(match, by_id[ident]) for ident, match in found.items()]


def matching_leads(ctx: Ctx, keys: Keys, leave_out: int | None = None) -> list[Match]:
    """Open or contacted leads that look the same."""
    if keys == Keys(country=keys.country):
        return []
    states = (*OPEN_LEADS, "contacted")
    query = select(Lead).where(_alike(Lead, [keys], ALL_KEYS), Lead.state.in_(states))
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
