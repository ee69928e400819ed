"""The records of crm (DOMAIN §1.1, §1.2)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint, and_, false, or_, select
from sqlalchemy.orm import Mapped

from core.api import (
    Ctx,
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    country,
    currency,
    day,
    email,
    integer,
    language,
    lines,
    link,
    moment,
    money,
    note,
    percent,
    phone,
    quantity,
    structure,
    tags,
    text,
    url,
    user,
)
from plugins.crm import terms
from plugins.products.api import INCOTERMS


class Channel(Record):
    """Where leads come from; its monthly cost feeds the return per channel."""

    key = "crm.channel"
    label, plural = _("Channel"), _("Channels")
    title = "name"
    icon = "broadcast"
    reference = True
    default_sort = "code"
    constraints = (UniqueConstraint("company_id", "code"),)

    code: Mapped[str] = text(_("Code"), required=True, length=20, search=True)
    name: Mapped[str] = text(_("Name"), required=True, search=True)
    kind: Mapped[str] = choice(_("Type"), terms.CHANNEL_TYPES, required=True)
    monthly_cost: Mapped[Decimal | None] = money(_("Cost a month"), minimum=Decimal(0))
    active: Mapped[bool] = boolean(_("In use"), default=True)
    default_user_id: Mapped[int | None] = user(_("Default owner"))


class AssignmentRule(Record):
    """Who gets the leads of some countries and product groups; the first rule that fits counts."""

    key = "crm.assignment_rule"
    label, plural = _("Assignment rule"), _("Assignment rules")
    title = "name"
    icon = "route"
    default_sort = "sequence"

    name: Mapped[str] = text(_("Name"), required=True, search=True)
    sequence: Mapped[int] = integer(_("Sequence"), required=True, default=50)
    countries: Mapped[list[str] | None] = tags(
        _("Countries"), help=_("Two-letter codes such as DE, FR; empty means every country")
    )
    product_groups: Mapped[list[str] | None] = tags(
        _("Product groups"), help=_("Codes of categories; empty means every product group")
    )
    last_user_id: Mapped[int | None] = user(_("Last assigned to"), system=True)
    people = lines("crm.assignment_person", _("Sales representatives"))


class AssignmentPerson(Line):
    """One representative of an assignment rule, with the most open leads he takes."""

    key = "crm.assignment_person"
    label = _("Representative")
    parent = "crm.assignment_rule"

    user_id: Mapped[int] = user(_("Representative"), required=True)
    quota: Mapped[int | None] = integer(_("Most open leads"), minimum=Decimal(0))
    away_from: Mapped[date | None] = day(_("Away from"))
    away_until: Mapped[date | None] = day(_("Away until"))


class Lead(Record):
    """Somebody who may become a customer; it is never deleted, only marked invalid or merged."""

    key = "crm.lead"
    label, plural = _("Lead"), _("Leads")
    title = "company_name"
    number_rule = Number("LD{yy}{mm}{seq:04}", reset="monthly")
    icon = "inbox"
    scope = True
    default_sort = "-received_at"
    states = (
        State("new", _("New"), "blue"),
        State("assigned", _("Assigned"), "amber"),
        State("contacted", _("Contacted"), "blue"),
        State("converted", _("Converted"), "green", done=True),
        State("merged", _("Merged"), "grey", done=True),
        State("invalid", _("Invalid"), "grey", done=True),
    )
    constraints = (
        UniqueConstraint("company_id", "channel_id", "source_ref"),
        *(
            Index(f"ix_crm_lead_{key}", "company_id", key)
            for key in ("email_key", "domain_key", "phone_key", "name_key")
        ),
    )

    owner_id: Mapped[int | None] = user(_("Owner"), system=True)
    received_at: Mapped[datetime | None] = moment(_("Received at"))
    channel_id: Mapped[int | None] = link("crm.channel", _("Channel"))
    source_ref: Mapped[str | None] = text(
        _("Source reference"), length=80, help=_("Number of the message at the platform or website")
    )
    raw_text: Mapped[str | None] = note(_("Message"))
    company_name: Mapped[str | None] = text(_("Company"), length=120, search=True)
    contact_name: Mapped[str | None] = text(_("Contact"), search=True)
    email: Mapped[str | None] = email(_("E-mail"), search=True)
    phone: Mapped[str | None] = phone(_("Phone"), search=True)
    website: Mapped[str | None] = url(_("Website"))
    country: Mapped[str | None] = country(_("Country"))
    language: Mapped[str | None] = language(_("Language"))
    product_id: Mapped[int | None] = link("products.product", _("Product"))
    category_id: Mapped[int | None] = link("products.category", _("Product group"))
    interest: Mapped[str | None] = text(_("Products of interest"), search=True)
    est_qty: Mapped[Decimal | None] = quantity(_("Estimated quantity"), minimum=Decimal(0))
    est_amount: Mapped[Decimal | None] = money(
        _("Estimated amount"), currency="currency", minimum=Decimal(0)
    )
    currency: Mapped[str | None] = currency(_("Currency"), default="USD")
    score: Mapped[int | None] = integer(_("Score"), system=True, computed=True)
    answer_due_at: Mapped[datetime | None] = moment(_("First answer due"), system=True)
    answered_at: Mapped[datetime | None] = moment(_("First answer"), system=True)
    reminded_at: Mapped[datetime | None] = moment(_("Reminded"), system=True)
    reject_reason: Mapped[str | None] = choice(_("Reason"), terms.INVALID_REASONS, system=True)
    duplicate: Mapped[str | None] = choice(
        _("Duplicate check"), terms.DUPLICATE_STATES, system=True, default="none"
    )
    matches: Mapped[list[dict[str, Any]] | None] = structure(_("Matches found"))
    duplicate_of_id: Mapped[int | None] = link("crm.lead", _("Duplicate of"), system=True)
    match_id: Mapped[int | None] = link("crm.customer", _("Matching customer"), system=True)
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"), system=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Contact created"), system=True)
    email_key: Mapped[str | None] = text(_("E-mail key"), system=True)
    domain_key: Mapped[str | None] = text(_("Domain key"), system=True)
    phone_key: Mapped[str | None] = text(_("Phone key"), system=True, length=40)
    name_key: Mapped[str | None] = text(_("Name key"), system=True)

    @classmethod
    def shared_with_all(cls, ctx: Ctx) -> Any:
        """Beyond the row scope: one's own entries, and unassigned leads for who assigns."""
        mine = cls.created_by_id == ctx.user_id
        if not ctx.can("crm.lead.assign"):
            return mine
        return or_(mine, cls.owner_id.is_(None))


class Customer(Record):
    """A company that buys or may buy from us, and the terms agreed with it."""

    key = "crm.customer"
    label, plural = _("Customer"), _("Customers")
    title = "name"
    number_rule = Number("C{seq:05}")
    icon = "building"
    scope = True
    default_sort = "-created_at"
    states = (
        State("prospect", _("Prospect"), "grey"),
        State("active", _("Active customer"), "green"),
    )
    constraints = (
        UniqueConstraint("company_id", "name_key", "country"),
        Index("ix_crm_customer_domain_key", "company_id", "domain_key"),
        Index("ix_crm_customer_phone_key", "company_id", "phone_key"),
        Index("ix_crm_customer_email_key", "company_id", "email_key"),
        Index("ix_crm_customer_pool", "company_id", "pool", "owner_id"),
    )

    owner_id: Mapped[int | None] = user(_("Owner"), system=True)
    name: Mapped[str] = text(_("Legal name"), required=True, search=True)
    short_name: Mapped[str | None] = text(_("Short name"), length=60, search=True)
    country: Mapped[str] = country(_("Country"), required=True)
    region: Mapped[str | None] = text(_("Region"), length=80)
    address: Mapped[str | None] = note(_("Address"), length=500)
    website: Mapped[str | None] = url(_("Website"))
    email: Mapped[str | None] = email(_("E-mail"), search=True)
    phone: Mapped[str | None] = phone(_("Phone"), search=True)
    language: Mapped[str | None] = language(_("Language"), default="en")
    kind: Mapped[str | None] = choice(_("Type"), terms.CUSTOMER_TYPES)
    grade: Mapped[str | None] = choice(_("Grade"), terms.GRADES)
    tags: Mapped[list[str] | None] = tags(_("Tags"))
    channel_id: Mapped[int | None] = link("crm.channel", _("Came through"))
    pool: Mapped[str] = choice(
        _("Pool"), terms.POOLS, required=True, default="private", system=True
    )
    pool_since: Mapped[date | None] = day(_("In the pool since"), system=True)
    former_owner_id: Mapped[int | None] = user(_("Former owner"), system=True)
    former_until: Mapped[date | None] = day(_("Former owner may read until"), system=True)
    last_activity_on: Mapped[date | None] = day(_("Last activity"), system=True)
    claimed_on: Mapped[date | None] = day(_("Claimed on"), system=True)
    tax_no: Mapped[str | None] = text(_("Tax number"), length=40)
    vat_no: Mapped[str | None] = text(_("VAT number"), length=40)
    eori: Mapped[str | None] = text(_("EORI number"), length=40)
    currency: Mapped[str | None] = currency(_("Currency"), default="USD")
    incoterm: Mapped[str | None] = choice(_("Incoterm"), INCOTERMS)
    port: Mapped[str | None] = text(_("Named place or port"), length=60)
    payment_term_id: Mapped[int | None] = link("products.payment_term", _("Payment term"))
    shipping_marks: Mapped[str | None] = note(_("Shipping marks"), length=500)
    hold: Mapped[bool] = boolean(_("On hold"), system=True)
    hold_reason: Mapped[str | None] = text(_("Reason for the hold"), system=True, length=300)
    sanctions_checked_on: Mapped[date | None] = day(_("Sanctions lists checked"))
    first_order_on: Mapped[date | None] = day(_("First order"), system=True)
    last_order_on: Mapped[date | None] = day(_("Last order"), system=True)
    quoted_on: Mapped[date | None] = day(_("Last quotation"), system=True)
    name_key: Mapped[str | None] = text(_("Name key"), system=True)
    domain_key: Mapped[str | None] = text(_("Domain key"), system=True)
    phone_key: Mapped[str | None] = text(_("Phone key"), system=True, length=40)
    email_key: Mapped[str | None] = text(_("E-mail key"), system=True)

    @classmethod
    def shared_with_all(cls, ctx: Ctx) -> Any:
        """Beyond the row scope: the public pool, and for 30 days one's former customers."""
        return or_(cls.pool == "public", formerly_own(ctx))


def formerly_own(ctx: Ctx) -> Any:
    """Customers that the user handed over less than 30 days ago (DOMAIN §1.2)."""
    if ctx.user_id is None:
        return false()
    return and_(Customer.former_owner_id == ctx.user_id, Customer.former_until >= ctx.today)


def of_former_customers(ctx: Ctx, customer_id: Any) -> Any:
    """Rows whose customer the user handed over less than 30 days ago."""
    return customer_id.in_(select(Customer.id).where(formerly_own(ctx)))


class Contact(Record):
    """A person at a customer."""

    key = "crm.contact"
    label, plural = _("Contact"), _("Contacts")
    title = "name"
    icon = "user"
    scope = True
    default_sort = "name"
    constraints = (
        Index("ix_crm_contact_email_key", "company_id", "email_key"),
        Index("ix_crm_contact_phone_key", "company_id", "phone_key"),
    )

    owner_id: Mapped[int | None] = user(_("Owner"), system=True)
    name: Mapped[str] = text(_("Name"), required=True, search=True)
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    position: Mapped[str | None] = text(_("Job title"), length=80)
    email: Mapped[str | None] = email(_("E-mail"), search=True)
    mobile: Mapped[str | None] = phone(_("Mobile"))
    phone: Mapped[str | None] = phone(_("Phone"), search=True)
    messenger: Mapped[str | None] = text(_("Messenger"), length=120)
    language: Mapped[str | None] = language(_("Language"))
    decides: Mapped[bool] = boolean(_("Decision maker"))
    birthday: Mapped[date | None] = day(_("Birthday"))
    remarks: Mapped[str | None] = note(_("Remarks"))
    email_key: Mapped[str | None] = text(_("E-mail key"), system=True)
    phone_key: Mapped[str | None] = text(_("Phone key"), system=True, length=40)

    @classmethod
    def shared_with_all(cls, ctx: Ctx) -> Any:
        """Contacts of customers whom the user handed over a short while ago."""
        return of_former_customers(ctx, cls.customer_id)


class Inquiry(Record):
    """What a customer asks for; its state is the sales stage (DOMAIN §1.2)."""

    key = "crm.inquiry"
    label, plural = _("Inquiry"), _("Inquiries")
    title = "subject"
    number_rule = Number("INQ{yy}{mm}{seq:04}", reset="monthly")
    icon = "target"
    scope = True
    states = (
        State("new", _("New"), "grey"),
        State("qualified", _("Qualified"), "blue"),
        State("spec", _("Specification confirmed"), "blue"),
        State("quoted", _("Quoted"), "blue"),
        State("sampling", _("Sampling"), "blue"),
        State("negotiating", _("Negotiating"), "amber"),
        State("pi_sent", _("PI sent"), "amber"),
        State("won", _("Won"), "green", done=True),
        State("lost", _("Lost"), "red", done=True),
    )

    constraints = (Index("ix_crm_inquiry_next", "company_id", "state", "next_action_on"),)

    owner_id: Mapped[int | None] = user(_("Owner"), system=True)
    subject: Mapped[str] = text(_("Subject"), required=True, search=True)
    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    contact_id: Mapped[int | None] = link("crm.contact", _("Contact"))
    lead_id: Mapped[int | None] = link("crm.lead", _("Lead"))
    received_on: Mapped[date | None] = day(_("Received on"))
    incoterm: Mapped[str | None] = choice(_("Incoterm"), INCOTERMS)
    destination: Mapped[str | None] = text(_("Destination"), length=60)
    needed_by: Mapped[date | None] = day(_("Needed by"))
    expected_amount: Mapped[Decimal | None] = money(
        _("Expected amount"), currency="currency", minimum=Decimal(0)
    )
    currency: Mapped[str | None] = currency(_("Currency"), default="USD")
    probability: Mapped[Decimal | None] = percent(_("Probability"), system=True, computed=True)
    weighted: Mapped[Decimal | None] = money(
        _("Weighted amount"), currency="currency", system=True, computed=True
    )
    next_action_on: Mapped[date | None] = day(
        _("Next action on"), help=_("An open inquiry always has one")
    )
    next_action: Mapped[str | None] = text(_("Next action"))
    reminded_on: Mapped[date | None] = day(_("Reminded"), system=True)
    lost_reason: Mapped[str | None] = choice(_("Lost because of"), terms.LOST_REASONS, system=True)
    competitor: Mapped[str | None] = text(_("Competitor"), length=120, system=True)
    closed_on: Mapped[date | None] = day(_("Closed on"), system=True)
    requirements: Mapped[str | None] = note(_("Requirements"))
    lines = lines("crm.inquiry_line")

    @classmethod
    def shared_with_all(cls, ctx: Ctx) -> Any:
        """Inquiries of customers that the user handed over lately, and ownerless ones."""
        shared = of_former_customers(ctx, cls.customer_id)
        if not ctx.can("crm.customer.hand_over"):
            return shared
        return or_(shared, cls.owner_id.is_(None))


class InquiryLine(Line):
    """One thing asked for: a product of ours or a specification in words."""

    key = "crm.inquiry_line"
    label = _("Inquiry line")
    parent = "crm.inquiry"

    product_id: Mapped[int | None] = link("products.product", _("Product"))
    description: Mapped[str | None] = text(_("Description or specification"), length=500)
    qty: Mapped[Decimal | None] = quantity(_("Quantity"), minimum=Decimal(0), unit="unit")
    unit: Mapped[str | None] = choice(_("Unit"), terms.UNITS, default="PCS")
    target_price: Mapped[Decimal | None] = money(
        _("Target price"), currency="currency", minimum=Decimal(0)
    )
