"""The tech sheet: what exactly the customer gets, by version (DOMAIN §1.3)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Number,
    Record,
    State,
    _,
    boolean,
    choice,
    day,
    integer,
    lines,
    link,
    note,
    text,
)
from plugins.quotes.parameters import CHOICES


class TechSheet(Record):
    """The technical parameters of a product for a customer; each version is a row of its own.

    A frozen version is never changed: a change is the next version, and orders that name the
    old one keep it.
    """

    key = "quotes.tech_sheet"
    label, plural = _("Tech sheet"), _("Tech sheets")
    title = "number"
    number_rule = Number("TS{yy}{seq:04}-V1", reset="yearly", at="submit")
    icon = "ruler"
    scope = True
    states = (
        State("draft", _("Draft"), "grey"),
        State("check", _("Engineering check"), "blue"),
        State("asked", _("With the customer"), "amber"),
        State("confirmed", _("Confirmed by customer"), "blue"),
        State("frozen", _("Frozen"), "green", done=True),
        State("superseded", _("Superseded"), "grey", done=True),
    )
    constraints = (UniqueConstraint("company_id", "base_number", "sheet_version"),)

    base_number: Mapped[str | None] = text(
        _("Tech sheet no."), system=True, length=40, search=True
    )
    sheet_version: Mapped[int] = integer(_("Version of the sheet"), system=True, default=1)
    previous_id: Mapped[int | None] = link(
        "quotes.tech_sheet", _("Version before"), system=True
    )
    product_id: Mapped[int] = link("products.product", _("Product"), required=True)
    customer_id: Mapped[int | None] = link("crm.customer", _("Customer"))
    inquiry_id: Mapped[int | None] = link("crm.inquiry", _("Inquiry"))
    subject: Mapped[str | None] = text(_("Subject"), length=120, search=True)
    remarks: Mapped[str | None] = note(_("Remarks"))
    checked_on: Mapped[date | None] = day(_("Checked by engineering on"), system=True)
    confirmed_on: Mapped[date | None] = day(_("Confirmed by customer on"), system=True)
    confirmed_by: Mapped[str | None] = text(_("Who confirmed"), length=120, system=True)
    frozen_on: Mapped[date | None] = day(_("Frozen on"), system=True)
    sent_back: Mapped[str | None] = text(_("Why it was sent back"), length=300, system=True)
    parameters = lines("quotes.tech_parameter", _("Parameters"))

    @property
    def editable(self) -> bool:
        """Whether parameters may change: in a draft only."""
        return self.state in ("", "draft", None)


class TechParameter(Line):
    """One parameter with its value, tolerance, and whether the customer confirmed it."""

    key = "quotes.tech_parameter"
    label = _("Parameter")
    parent = "quotes.tech_sheet"
    code: Mapped[str] = choice(_("Parameter"), CHOICES, required=True)
    name_en: Mapped[str | None] = text(_("Parameter (English)"), length=80)
    name_zh: Mapped[str | None] = text(_("Parameter (Chinese)"), length=80)
    value: Mapped[str] = text(_("Value"), required=True, length=120)
    unit: Mapped[str | None] = text(_("Unit"), length=20)
    tolerance: Mapped[str | None] = text(_("Tolerance"), length=40)
    confirmed: Mapped[bool] = boolean(_("Confirmed by customer"), system=True)
