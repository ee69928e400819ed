"""What happens to a customer: hand over, pool, hold, activities (DOMAIN §1.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from core.api import Comment, Ctx, Invalid, Refusal, Refused, _, notify
from plugins.crm import pool
from plugins.crm.lookup import (
    ALL_KEYS,
    Known,
    fill_keys,
    keys_of,
    known_customers,
    managers_of,
    match_known,
)
from plugins.crm.matching import Match
from plugins.crm.records import Contact, Customer, Inquiry
from plugins.crm.terms import ACTIVITY_TYPES, OPEN_STAGES

READ_ON_DAYS = 30


def url_of(record: Any) -> str:
    """The address of a record's form."""
    return f"/r/{record.key}/{record.id}"


# ---- no company with two representatives (撞单)
def collisions(ctx: Ctx, customer: Customer) -> list[Refusal]:
    """Why this customer may not be kept: it is there already, or a colleague works it."""
    return collisions_of(ctx, [customer])[0]


def collisions_of(ctx: Ctx, customers: list[Customer]) -> list[list[Refusal]]:
    """`collisions` of each; known companies are looked up for all of them at once."""
    wanted = [keys_of(customer) for customer in customers]
    by_key: dict[tuple[str, str], list[Known]] = {}
    for known in known_customers(ctx, wanted):
        for part in ALL_KEYS:
            if key := getattr(known.keys, part):
                by_key.setdefault((part, key), []).append(known)
    found = []
    for customer, keys in zip(customers, wanted, strict=True):
        near = [one for part in ALL_KEYS for one in by_key.get((part, getattr(keys, part)), ())]
        reasons: list[Refusal] = []
        for match, other in match_known(keys, near, customer.id) if near else ():
            reasons += _collision(ctx, customer, other, match)
        found.append(reasons[:3])
    return found


def _collision(ctx: Ctx, customer: Customer, other: Known, match: Match) -> list[Refusal]:
    if "name" in match.on and other.country == customer.country:
        text = _(
            "%(other)s is there already (same name and country). Use it, or write the name so "
            "that the difference shows.",
            other=other.name,
        )
        return [Refusal(text, "name", "duplicate")]
    foreign = other.owner_id is not None and other.owner_id != (customer.owner_id or ctx.user_id)
    if not foreign or ctx.can("crm.customer.hand_over"):
        return []
    field = next((part for part in ("email", "phone") if part in match.on), "website")
    text = _(
        "This looks like %(other)s of another representative. Ask the sales manager.",
        other=other.name,
    )
    return [Refusal(text, field, "other-owner")]


def contact_collisions(ctx: Ctx, contact: Contact) -> list[Refusal]:
    """A person with the same address belongs to one customer only, unless the manager says so."""
    fill_keys(contact)
    if not contact.email_key or ctx.can("crm.customer.hand_over"):
        return []
    query = (
        select(Contact, Customer)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.email_key == contact.email_key, Contact.customer_id != contact.customer_id)
    )
    with ctx.session.no_autoflush:
        pair = ctx.session.execute(query.limit(1)).first()
    if pair is None or pair[1].owner_id in (None, ctx.user_id):
        return []
    return [
        Refusal(
            _("This address belongs to a contact of another representative's customer."),
            "email",
            "other-owner",
        )
    ]


def take_owner(ctx: Ctx, contact: Contact) -> None:
    """A contact belongs to whoever owns the customer."""
    with ctx.session.no_autoflush:
        customer = ctx.session.get(Customer, contact.customer_id)
    if customer is not None:
        contact.owner_id = customer.owner_id


# ---- hands
def _move(ctx: Ctx, customer: Customer, owner_id: int | None) -> None:
    """Give customer, contacts and open inquiries to one owner."""
    customer.owner_id = owner_id
    for contact in ctx.session.scalars(select(Contact).where(Contact.customer_id == customer.id)):
        contact.owner_id = owner_id
    mine = select(Inquiry).where(Inquiry.customer_id == customer.id, Inquiry.state.in_(OPEN_STAGES))
    for inquiry in ctx.session.scalars(mine):
        inquiry.owner_id = owner_id


def hand_over(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """Give the customer to a colleague with a note; the old owner may read 30 days more."""
    if params["user_id"] == customer.owner_id:
        raise Invalid([Refusal(_("This is the owner already."), "user_id", "same")])
    former = customer.owner_id
    customer.former_owner_id = former
    customer.former_until = ctx.today + timedelta(days=READ_ON_DAYS)
    customer.pool, customer.pool_since = "private", None
    _move(ctx, customer, params["user_id"])
    comment(ctx, customer, params["note"])
    customer.last_activity_on = ctx.today
    notify(
        ctx,
        params["user_id"],
        _("Customer %(customer)s was handed over to you.", customer=customer.name),
        url_of(customer),
    )


def comment(ctx: Ctx, record: Any, body: str) -> None:
    """Write on the record's timeline."""
    ctx.session.add(
        Comment(
            company_id=ctx.company.id,
            record_key=record.key,
            record_id=record.id,
            author_id=ctx.user_id,
            at=ctx.now,
            body=body,
            mentions=[],
        )
    )


# ---- pool
def rules(ctx: Ctx) -> pool.Rules:
    """The pool rules of the company."""

    def number(key: str) -> int:
        return int(ctx.setting(f"crm.{key}"))

    return pool.Rules(
        quiet_days=number("pool_quiet_days"),
        quoted_days=number("pool_quoted_days"),
        claims_per_day=number("pool_claims_a_day"),
        holding_limit=number("pool_holding_limit"),
        locked_days=number("pool_locked_days"),
    )


def standing(ctx: Ctx, customer: Customer) -> pool.Standing:
    """What the pool rules look at."""
    since = customer.claimed_on or customer.created_at.astimezone(ctx.zone).date()
    return pool.Standing(
        since, customer.last_activity_on, customer.quoted_on, customer.last_order_on
    )


def to_pool(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """Let go of a customer: everybody may claim it, the former owner not for some days."""
    customer.former_owner_id = customer.owner_id
    customer.former_until = ctx.today + timedelta(days=READ_ON_DAYS)
    customer.pool, customer.pool_since = "public", ctx.today
    customer.claimed_on = None
    _move(ctx, customer, None)
    if params.get("note"):
        comment(ctx, customer, params["note"])


WHY_NOT_CLAIM = {
    "daily_limit": _("You took your share of today's claims. Come back tomorrow."),
    "holding_limit": _("You hold as many prospects as allowed. Give some back first."),
    "locked_out": _(
        "You had this customer until a few days ago. Leave it to your colleagues first."
    ),
}


def why_not_claim(ctx: Ctx, customer: Customer) -> object | None:
    """The rule that forbids this user to claim now, None if she may."""
    mine = (Customer.owner_id == ctx.user_id, Customer.archived_at.is_(None))
    claimed = select(func.count(Customer.id)).where(*mine, Customer.claimed_on == ctx.today)
    holding = select(func.count(Customer.id)).where(*mine, Customer.state == "prospect")
    reason = pool.why_not_claim(
        rules(ctx),
        claimed_today=int(ctx.session.scalar(claimed) or 0),
        holding=int(ctx.session.scalar(holding) or 0),
        user_id=ctx.user_id or 0,
        former_owner_id=customer.former_owner_id,
        pool_since=customer.pool_since,
        today=ctx.today,
    )
    return WHY_NOT_CLAIM[reason] if reason else None


def claim(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """Take a customer out of the pool."""
    if ctx.user_id is None:
        raise Refused(_("Only a person can claim a customer."))
    customer.pool_since = None
    customer.claimed_on = customer.last_activity_on = ctx.today
    customer.quoted_on = None
    _move(ctx, customer, ctx.user_id)


def judge_all(ctx: Ctx) -> dict[str, int]:
    """The daily look at every private customer: warn, return to the pool, tell the manager."""
    done = {"warn": 0, "return": 0, "tell_manager": 0}
    today_rules = rules(ctx)
    query = select(Customer).where(
        Customer.pool == "private", Customer.owner_id.is_not(None), Customer.archived_at.is_(None)
    )
    for customer in ctx.session.scalars(query):
        verdict = pool.judge(standing(ctx, customer), today_rules, ctx.today)
        if verdict.action not in done:
            continue
        done[verdict.action] += 1
        _act(ctx, customer, verdict)
    return done


def _act(ctx: Ctx, customer: Customer, verdict: pool.Verdict) -> None:
    owner = customer.owner_id or 0
    if verdict.action == "warn":
        text = _(
            "Customer %(customer)s falls back into the public pool on %(day)s.",
            customer=customer.name,
            day=verdict.drops_on,
        )
        notify(ctx, owner, text, url_of(customer))
    elif verdict.action == "tell_manager":
        text = _(
            "Customer %(customer)s was left alone too long. It ordered lately, so it stays.",
            customer=customer.name,
        )
        for manager in managers_of(ctx, owner):
            notify(ctx, manager, text, url_of(customer))
    else:
        to_pool(ctx, customer, {})
        text = _("Customer %(customer)s went back into the public pool.", customer=customer.name)
        notify(ctx, owner, text, url_of(customer))
        ctx.emit("crm.customer.dropped", customer, reason=verdict.reason)


# ---- hold and facts from other plugins
def first_order(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """The step: an order was signed, the prospect is a customer from here on."""
    note_activity(ctx, customer)


def set_hold(ctx: Ctx, customer: Customer, reason: object) -> None:
    """Stop new business with the customer, with a reason that everybody reads."""
    customer.hold, customer.hold_reason = True, str(reason)[:300]


def clear_hold(ctx: Ctx, customer: Customer) -> None:
    """Lift the hold."""
    customer.hold, customer.hold_reason = False, None


def hold(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """The step: a person puts the customer on hold."""
    set_hold(ctx, customer, params["reason"])


def unhold(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """The step: a person lifts the hold."""
    clear_hold(ctx, customer)


def not_on_hold(ctx: Ctx, customer: Customer) -> object | None:
    """Why a hold cannot be set: there is one."""
    return _("The customer is on hold already.") if customer.hold else None


def on_hold(ctx: Ctx, customer: Customer) -> object | None:
    """Why a hold cannot be lifted: there is none."""
    return None if customer.hold else _("The customer is not on hold.")


def note_activity(ctx: Ctx, customer: Customer, on: date | None = None) -> None:
    """Something was done for the customer: the pool clock starts again."""
    day = on or ctx.today
    customer.last_activity_on = max(customer.last_activity_on or day, day)


def log_activity(ctx: Ctx, customer: Customer, params: dict[str, Any]) -> None:
    """Keep what was done on the timeline."""
    comment(ctx, customer, activity_words(params))
    note_activity(ctx, customer)


def activity_words(params: dict[str, Any]) -> str:
    """ "Call: asked for the drawing", as it stands on the timeline."""
    kind = dict(ACTIVITY_TYPES)[params["kind"]]
    return str(_("%(kind)s: %(summary)s", kind=kind, summary=params["summary"]))
