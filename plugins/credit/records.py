"""The credit profile of a customer and the review that sets it (DOMAIN §1.5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Choice,
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    currency,
    day,
    integer,
    lines,
    link,
    moment,
    money,
    note,
    percent,
    structure,
    text,
)
from plugins.credit.scoring import MAXIMA

ZERO = Decimal(0)
GRADES = (
    Choice("A", "A", "green"),
    Choice("B", "B", "blue"),
    Choice("C", "C", "amber"),
    Choice("D", "D", "red"),
)
TRIGGERS = (
    ("new", _("Customer wants credit")),
    ("excess", _("Order above the limit")),
    ("expiry", _("Limit expires soon")),
    ("overdue", _("Overdue more than 30 days")),
    ("insurer", _("Insurer changed its limit")),
)
ROWS = (
    ("payment", _("Payment record with us")),
    ("financials", _("Credit report and financials")),
    ("years", _("Years in the trade")),
    ("country", _("Country risk")),
    ("volume", _("Order volume and margin")),
    ("insurer", _("Insurer's opinion")),
)
PAPERS = (
    ("licence", _("Business licence extract")),
    ("report", _("Credit report")),
    ("references", _("Trade references")),
    ("financials", _("Financial statements")),
    ("bank", _("Bank information")),
)
assert {key for key, _label in ROWS} == set(MAXIMA)


class Profile(Record):
    """Limit and grade of a customer, with the exposure as last computed."""

    key = "credit.profile"
    label, plural = _("Credit profile"), _("Credit profiles")
    title = "customer_name"
    icon = "shield-check"
    states = (
        State("none", _("No credit"), "grey"),
        State("active", _("Active"), "green"),
        State("expired", _("Expired"), "amber"),
        State("suspended", _("Suspended"), "red"),
    )
    constraints = (UniqueConstraint("company_id", "customer_id"),)
    states_set_by_services = ("active", "expired", "suspended")

    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    customer_name: Mapped[str | None] = text(_("Customer name"), system=True, search=True)
    grade: Mapped[str | None] = choice(_("Grade"), GRADES, system=True)
    score: Mapped[int | None] = integer(_("Score"), system=True)
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    limit: Mapped[Decimal] = money(_("Credit limit"), "currency", system=True, default=ZERO)
    credit_days: Mapped[int] = integer(_("Days of credit"), system=True, default=0)
    valid_from: Mapped[date | None] = day(_("Valid from"), system=True)
    valid_to: Mapped[date | None] = day(_("Valid until"), system=True)
    conditions: Mapped[str | None] = text(_("Conditions"), system=True, length=300)
    insurer: Mapped[str | None] = text(_("Credit insurer"))
    insurer_limit: Mapped[Decimal] = money(
        _("Insurer's limit"), "currency", default=ZERO, minimum=ZERO
    )
    cover: Mapped[Decimal] = percent(
        _("Cover"), default=ZERO, minimum=ZERO, maximum=Decimal(1)
    )
    notify_days: Mapped[int | None] = integer(
        _("Insurer to be told of overdue money after (days)"), minimum=Decimal(1),
        help=_("Of the policy; empty: the company's setting")
    )
    claim_days: Mapped[int | None] = integer(
        _("Claim to be prepared after (days)"), minimum=Decimal(1),
        help=_("Of the policy; empty: the company's setting")
    )
    insurer_until: Mapped[date | None] = day(_("Insurer's limit until"))
    temporary_limit: Mapped[Decimal] = money(
        _("Temporary excess"), "currency", system=True, default=ZERO
    )
    temporary_until: Mapped[date | None] = day(_("Temporary excess until"), system=True)
    temporary_order_id: Mapped[int | None] = link(
        "orders.order", _("Only for order"), system=True
    )
    orders: Mapped[Decimal] = money(_("Open orders"), "currency", system=True, default=ZERO)
    receivables: Mapped[Decimal] = money(
        _("Open receivables"), "currency", system=True, default=ZERO
    )
    unallocated: Mapped[Decimal] = money(
        _("Unallocated receipts"), "currency", system=True, default=ZERO
    )
    insured: Mapped[Decimal] = money(_("Insured part"), "currency", system=True, default=ZERO)
    exposure: Mapped[Decimal] = money(
        _("Net exposure"), "currency", system=True, default=ZERO
    )
    available: Mapped[Decimal] = money(_("Available"), "currency", system=True, default=ZERO)
    computed_at: Mapped[datetime | None] = moment(_("Computed"), system=True)


class Review(Record):
    """A credit review from the request to the decision (DOMAIN §6.3)."""

    key = "credit.review"
    label, plural = _("Credit review"), _("Credit reviews")
    title = "customer_name"
    number = Number("CR{yy}{seq:04}", reset="yearly", at="submit")
    scope = True
    icon = "clipboard-check"
    states = (
        State("draft", _("Draft"), "grey"),
        State("approval", _("In approval"), "amber"),
        State("approved", _("Approved"), "green", done=True),
        State("refused", _("Refused"), "red", done=True),
        State("withdrawn", _("Withdrawn"), "grey", done=True),
    )

    customer_id: Mapped[int] = link("crm.customer", _("Customer"), required=True)
    customer_name: Mapped[str | None] = text(_("Customer name"), system=True, search=True)
    order_id: Mapped[int | None] = link("orders.order", _("Sales order"))
    trigger: Mapped[str] = choice(_("Trigger"), TRIGGERS, required=True, default="new")
    currency: Mapped[str] = currency(_("Currency"), required=True, default="USD")
    requested: Mapped[Decimal] = money(
        _("Requested limit"), "currency", required=True, minimum=ZERO
    )
    credit_days: Mapped[int] = integer(_("Days of credit"), default=60, minimum=ZERO)
    monthly: Mapped[Decimal] = money(
        _("Monthly average of shipments"), "currency", default=ZERO, minimum=ZERO,
        help=_("Of the last six months, or as expected"),
    )
    temporary: Mapped[bool] = boolean(
        _("Temporary excess for this order only"), help=_("It lapses by itself")
    )
    temporary_until: Mapped[date | None] = day(_("Temporary excess until"))
    conditions: Mapped[str | None] = text(
        _("Conditions"), length=300, help=_("Deposit, insurer, confirmed L/C, shorter term …")
    )
    evidence: Mapped[str | None] = note(_("Evidence and remarks"))
    score: Mapped[int | None] = integer(_("Score"), system=True)
    grade: Mapped[str | None] = choice(_("Proposed grade"), GRADES, system=True)
    suggested: Mapped[Decimal | None] = money(
        _("Suggested limit"), "currency", system=True
    )
    excess: Mapped[Decimal] = money(_("Excess"), "currency", system=True, default=ZERO)
    exposure: Mapped[Decimal | None] = money(_("Exposure now"), "currency", system=True)
    needs_sales: Mapped[bool] = boolean(_("Sales manager decides"), system=True)
    needs_boss: Mapped[bool] = boolean(_("General manager decides"), system=True)
    decided_on: Mapped[date | None] = day(_("Decided on"), system=True)
    facts: Mapped[dict[str, Any] | None] = structure(_("Facts at submission"))
    papers = lines("credit.paper", _("Papers"))
    rows = lines("credit.score_row", _("Scorecard"))


class ScoreRow(Line):
    """Points of one row of the scorecard."""

    key = "credit.score_row"
    parent = "credit.review"
    label = _("Score")

    row: Mapped[str] = choice(_("Row"), ROWS, required=True)
    points: Mapped[int] = integer(
        _("Points"), required=True, minimum=ZERO, maximum=Decimal(100)
    )
    most: Mapped[int] = integer(_("Of"), system=True, default=0)
    remark: Mapped[str | None] = text(_("Remark"))


class Paper(Line):
    """One paper of the checklist."""

    key = "credit.paper"
    parent = "credit.review"
    label = _("Paper")

    paper: Mapped[str] = choice(_("Paper"), PAPERS, required=True)
    there: Mapped[bool] = boolean(_("There"))
    remark: Mapped[str | None] = text(_("Remark"))
