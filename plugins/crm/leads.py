"""What happens to a lead: intake, duplicates, assignment, conversion, merging (DOMAIN §1.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Invalid,
    Refusal,
    Refused,
    _,
    calendar_of,
    find,
    notify,
    perform,
    save,
)
from plugins.crm.assigning import choose
from plugins.crm.customers import comment, url_of
from plugins.crm.guessing import guess_country, guess_language
from plugins.crm.lookup import (
    fill_keys,
    keys_of,
    managers_of,
    matching_customers,
    matching_leads,
    open_load,
    rules_of,
)
from plugins.crm.records import AssignmentRule, Channel, Contact, Customer, Inquiry, Lead
from plugins.crm.scoring import Facts, score
from plugins.crm.tasks import ask_people
from plugins.products.api import Category, Product


def prepare(ctx: Ctx, lead: Lead) -> None:
    """Fill in what can be known: moment, country, language, keys, score, due time, matches."""
    lead.received_at = lead.received_at or ctx.now
    lead.country = lead.country or guess_country(lead.phone, lead.email, lead.website) or None
    lead.language = lead.language or guess_language(lead.country)
    fill_keys(lead)
    lead.score = score(_facts(ctx, lead))
    if lead.answer_due_at is None:
        minutes = int(Decimal(str(ctx.setting("crm.first_answer_hours"))) * 60)
        lead.answer_due_at = calendar_of(ctx).add_working_minutes(lead.received_at, minutes)
        ctx.cache["crm.fresh", lead] = True
    if lead.state in ("", "new", "assigned", "contacted") and lead.duplicate in (
        None,
        "none",
        "soft",
        "exact",
    ):
        check_duplicates(ctx, lead)


def _facts(ctx: Ctx, lead: Lead) -> Facts:
    with ctx.session.no_autoflush:
        channel = ctx.session.get(Channel, lead.channel_id) if lead.channel_id else None
    return Facts(
        channel=channel.kind if channel else "",
        business_domain=bool(lead.domain_key),
        email=bool(lead.email_key),
        phone=bool(lead.phone_key),
        company=bool(lead.company_name),
        country=bool(lead.country),
        product=bool(lead.product_id or lead.interest),
        quantity=lead.est_qty,
        amount=lead.est_amount,
        message_length=len(lead.raw_text or ""),
    )


def check_duplicates(ctx: Ctx, lead: Lead) -> None:
    """Compare with all customers and open leads of the company, whoever owns them."""
    keys = keys_of(lead)
    customers = [match for match, _known in matching_customers(ctx, keys)]
    leads = matching_leads(ctx, keys, leave_out=lead.id)
    lead.matches = [
        {"record": record, "id": match.ident, "strength": match.strength, "on": list(match.on)}
        for record, found in (("crm.customer", customers), ("crm.lead", leads))
        for match in found[:5]
    ]
    strengths = {match.strength for match in (*customers, *leads)}
    lead.duplicate = "exact" if "exact" in strengths else "soft" if strengths else "none"
    lead.match_id = customers[0].ident if customers else None
    lead.duplicate_of_id = leads[0].ident if leads and leads[0].strength == "exact" else None


def missing(lead: Lead) -> list[Refusal]:
    """A lead needs somebody to answer to."""
    if lead.email or lead.phone or lead.company_name or lead.contact_name:
        return []
    return [
        Refusal(
            _("Give at least the company, a contact, an e-mail address or a phone number."),
            "company_name",
            "required",
        )
    ]


def known_source(ctx: Ctx, lead: Lead) -> list[Refusal]:
    """A message of a platform comes in once only: (channel, source reference) is a key."""
    if not lead.channel_id or not lead.source_ref:
        return []
    query = select(Lead).where(
        Lead.channel_id == lead.channel_id, Lead.source_ref == lead.source_ref
    )
    with ctx.session.no_autoflush:
        other = ctx.session.scalar(query.where(Lead.id != (lead.id or 0)).limit(1))
    if other is None:
        return []
    return [
        Refusal(
            _("This message came in already as %(lead)s.", lead=other.number),
            "source_ref",
            "duplicate",
        )
    ]


def is_fresh(ctx: Ctx, lead: Lead) -> bool:
    """Whether the lead was entered in this very save; true once."""
    return bool(ctx.cache.pop(("crm.fresh", lead), False))


def route(ctx: Ctx, lead: Lead) -> None:
    """After intake: to the owner of the matching customer, to whoever typed it in, or by rule."""
    free = ctx.system()
    typist = lead.owner_id if ctx.has_role("rep") else None
    lead.owner_id = None
    owner = _owner_of_match(ctx, lead) or typist or (by_rule(ctx, lead) if _auto(ctx) else None)
    if owner is None:
        for manager in managers_of(ctx, None):
            notify(ctx, manager, _("Lead %(lead)s has no owner yet.", lead=lead.name), url_of(lead))
        return
    perform(free, lead, "assign", {"user_id": owner})


def _auto(ctx: Ctx) -> bool:
    return bool(ctx.setting("crm.auto_assign"))


def _owner_of_match(ctx: Ctx, lead: Lead) -> int | None:
    """An exact match goes to the current owner as a proposal to merge."""
    if lead.duplicate != "exact":
        return None
    if lead.match_id is not None:
        customer = ctx.session.get(Customer, lead.match_id)
        return customer.owner_id if customer else None
    twin = ctx.session.get(Lead, lead.duplicate_of_id) if lead.duplicate_of_id else None
    return twin.owner_id if twin else None


def by_rule(ctx: Ctx, lead: Lead) -> int | None:
    """The representative whose turn it is, and remember that he had it."""
    group = _group_of(ctx, lead)
    chosen = choose(rules_of(ctx), lead.country or "", group, open_load(ctx), ctx.today)
    if chosen is None:
        return None
    rule = ctx.session.get(AssignmentRule, chosen.rule_id)
    if rule is not None:
        rule.last_user_id = chosen.user_id
    return chosen.user_id


def _group_of(ctx: Ctx, lead: Lead) -> str:
    """The code of the product group, of the product itself if the group is not given."""
    group_id = lead.category_id
    if group_id is None and lead.product_id is not None:
        product = ctx.session.get(Product, lead.product_id)
        group_id = product.category_id if product else None
    group = ctx.session.get(Category, group_id) if group_id else None
    return group.code.casefold() if group else ""


def assign(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """Give the lead to a representative and tell him; a change of hands needs a note."""
    moved = lead.owner_id is not None and lead.state == "assigned"
    if moved and lead.owner_id != params["user_id"] and not params.get("note"):
        raise Invalid([Refusal(_("Leave a note for the next owner."), "note", "required")])
    lead.owner_id = params["user_id"]
    if lead.duplicate == "exact":
        text = _(
            "Lead %(lead)s matches one of yours: merge it or say that it is another company.",
            lead=lead.name,
        )
    else:
        text = _("Lead %(lead)s is yours: answer within the time.", lead=lead.name)
    if lead.owner_id != ctx.user_id:
        notify(ctx, params["user_id"], text, url_of(lead))


def contacted(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """The first answer went out: the clock stops."""
    lead.answered_at = params.get("at") or ctx.now


def undecided(lead: Lead) -> object | None:
    """Why it cannot be converted yet: an exact match waits for a decision (DOMAIN §1.1)."""
    if lead.duplicate == "exact":
        return _("An exact match was found. Merge the lead, or decide that it is not a duplicate.")
    return None


def convert(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> Inquiry:
    """Create or link customer, contact and inquiry in this one transaction; returns the inquiry."""
    owner = lead.owner_id or ctx.user_id
    free = ctx.system()
    customer = _customer_for(ctx, free, lead, params, owner)
    contact = _contact_for(free, lead, customer)
    inquiry: Inquiry = save(
        free,
        Inquiry,
        {
            "subject": params.get("subject")
            or lead.interest
            or lead.company_name
            or lead.contact_name,
            "customer_id": customer.id,
            "contact_id": contact.id if contact else None,
            "lead_id": lead.id,
            "received_on": lead.received_at.astimezone(ctx.zone).date()
            if lead.received_at
            else None,
            "expected_amount": lead.est_amount,
            "currency": lead.currency or customer.currency,
            "incoterm": customer.incoterm,
            "destination": customer.port,
            "requirements": lead.raw_text,
            "next_action_on": params.get("next_action_on"),
            "lines": _lines(lead),
        },
    )
    inquiry.owner_id = customer.owner_id
    lead.customer_id, lead.contact_id = customer.id, contact.id if contact else None
    lead.answered_at = lead.answered_at or ctx.now
    return inquiry


def _lines(lead: Lead) -> list[dict[str, Any]]:
    if not (lead.product_id or lead.interest):
        return []
    return [{"product_id": lead.product_id, "description": lead.interest, "qty": lead.est_qty}]


def _customer_for(
    ctx: Ctx, free: Ctx, lead: Lead, params: dict[str, Any], owner: int | None
) -> Customer:
    chosen = params.get("customer_id")
    if chosen is not None:
        customer: Customer = find(free, Customer, chosen)
        _require_same_owner(ctx, customer, owner)
        return customer
    if not lead.country:
        raise Invalid([Refusal(_("Say the country of the lead first."), "country", "required")])
    customer = save(
        free,
        Customer,
        {
            "name": lead.company_name or lead.contact_name or lead.email,
            "country": lead.country,
            "website": lead.website,
            "email": lead.email,
            "phone": lead.phone,
            "language": lead.language,
            "channel_id": lead.channel_id,
        },
    )
    customer.owner_id = owner
    return customer


def _require_same_owner(ctx: Ctx, customer: Customer, owner: int | None) -> None:
    """One company is never worked by two representatives (撞单)."""
    if customer.owner_id not in (None, owner):
        raise Refused(
            Refusal(
                _(
                    "%(customer)s belongs to another representative. "
                    "Ask the sales manager to hand it over.",
                    customer=customer.name,
                ),
                "customer_id",
                "other-owner",
            )
        )
    if customer.pool == "public":
        raise Refused(
            Refusal(
                _("%(customer)s is in the public pool. Claim it first.", customer=customer.name),
                "customer_id",
                "in-pool",
            )
        )


def _contact_for(free: Ctx, lead: Lead, customer: Customer) -> Contact | None:
    if lead.email_key:
        query = select(Contact).where(
            Contact.customer_id == customer.id, Contact.email_key == lead.email_key
        )
        known = free.session.scalar(query)
        if known is not None:
            return known
    if not (lead.contact_name or lead.email):
        return None
    contact: Contact = save(
        free,
        Contact,
        {
            "name": lead.contact_name or lead.email,
            "customer_id": customer.id,
            "email": lead.email,
            "phone": lead.phone,
            "language": lead.language,
        },
    )
    return contact


def why_not_separate(ctx: Ctx, lead: Lead) -> object | None:
    """Only the manager decides against the owner of the matching customer."""
    if lead.duplicate not in ("exact", "soft"):
        return _("There is no match to decide about.")
    customer = ctx.session.get(Customer, lead.match_id) if lead.match_id else None
    foreign = customer is not None and customer.owner_id not in (None, ctx.user_id)
    if foreign and not ctx.can("crm.lead.assign"):
        return _("The match belongs to another representative: the sales manager decides.")
    return None


def separate(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """Decide that the match is another company."""
    lead.duplicate = "separate"


def merge(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """Fold the lead into the customer or lead that it repeats; its owner reads it there."""
    into: Any = None
    ident = params.get("customer_id") or lead.match_id
    if ident is not None:
        into = lead_customer = find(ctx.system(), Customer, ident)
        lead.customer_id = lead_customer.id
        contact = _contact_for(ctx.system(), lead, lead_customer)
        lead.contact_id = contact.id if contact else None
        lead_customer.last_activity_on = ctx.today
    elif lead.duplicate_of_id is not None:
        into = ctx.session.get(Lead, lead.duplicate_of_id)
    if into is None:
        raise Invalid([Refusal(_("Say into which customer."), "customer_id", "required")])
    lead.duplicate = "merged"
    body = str(_("Lead %(lead)s was merged into this one.", lead=lead.name))
    if lead.raw_text:
        body = f"{body}\n\n{lead.raw_text}"
    comment(ctx, into, body)
    if into.owner_id is not None:
        text = _("Answer the new message of %(lead)s", lead=lead.name)
        ask_people(ctx, into, [into.owner_id], text, days=0, kind="mail")


def invalidate(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """Close a lead that is none; the reason is kept, the lead too."""
    lead.reject_reason = params["reason"]


def reopen(ctx: Ctx, lead: Lead, params: dict[str, Any]) -> None:
    """Take back a wrong "invalid"."""
    lead.reject_reason = None
