"""Categories and products."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Record,
    _,
    boolean,
    choice,
    country,
    currency,
    file,
    integer,
    lines,
    link,
    money,
    note,
    percent,
    quantity,
    tags,
    text,
)
from plugins.products.packing import Carton
from plugins.products.tax import Invoice

COST_RIGHT = "products.cost.read"
INVOICES = (
    (Invoice.SPECIAL.value, _("VAT special invoice")),
    (Invoice.SIMPLIFIED.value, _("Special invoice at 3 or 1 percent (small-scale)")),
    (Invoice.ORDINARY.value, _("Ordinary invoice")),
    (Invoice.NONE.value, _("No lawful invoice")),
)


class Category(Record):
    """A group of products."""

    key = "products.category"
    label, plural = _("Product category"), _("Product categories")
    title = "name_en"
    default_sort = "code"
    reference = True
    constraints = (UniqueConstraint("company_id", "code"),)
    code: Mapped[str] = text(_("Code"), required=True, length=40, search=True)
    name_en: Mapped[str] = text(_("Name (English)"), required=True, search=True)
    name_zh: Mapped[str | None] = text(_("Name (Chinese)"), search=True)
    parent_id: Mapped[int | None] = link("products.category", _("Belongs to"))


class Product(Record):
    """What the company sells; its number is the model code (DOMAIN §1.13 for units and ranges)."""

    key = "products.product"
    label, plural = _("Product"), _("Products")
    title = "name_en"
    icon = "package"
    default_sort = "code"
    code: Mapped[str] = text(_("Model code"), required=True, length=40, search=True)
    name_en: Mapped[str] = text(_("Name (English)"), required=True, search=True)
    name_zh: Mapped[str | None] = text(_("Name (Chinese)"), search=True)
    description_en: Mapped[str | None] = note(_("Description (English)"))
    description_zh: Mapped[str | None] = note(_("Description (Chinese)"))
    category_id: Mapped[int | None] = link("products.category", _("Category"))
    picture_id: Mapped[int | None] = file(_("Picture"))
    unit_id: Mapped[int | None] = link("products.unit", _("Unit"))
    brand: Mapped[str | None] = text(_("Brand"), length=60)
    origin: Mapped[str | None] = country(_("Country of origin"), default="CN")
    hs_code_id: Mapped[int | None] = link("products.hs_code", _("HS code"))
    certificates: Mapped[list[str] | None] = tags(_("Certificates"))
    warranty_years: Mapped[int | None] = integer(_("Warranty (years)"), minimum=Decimal(0))
    un_number: Mapped[str | None] = text(_("UN number"), length=6)

    pieces_per_carton: Mapped[int | None] = integer(_("Pieces per carton"), minimum=Decimal(1))
    carton_length: Mapped[Decimal | None] = quantity(_("Carton length (cm)"), minimum=Decimal(0))
    carton_width: Mapped[Decimal | None] = quantity(_("Carton width (cm)"), minimum=Decimal(0))
    carton_height: Mapped[Decimal | None] = quantity(_("Carton height (cm)"), minimum=Decimal(0))
    carton_gross: Mapped[Decimal | None] = quantity(_("Carton GW (kg)"), minimum=Decimal(0))
    carton_net: Mapped[Decimal | None] = quantity(_("Carton NW (kg)"), minimum=Decimal(0))

    cost_price: Mapped[Decimal | None] = money(
        _("Purchase price incl. VAT"), read=COST_RIGHT, minimum=Decimal(0)
    )
    invoice: Mapped[str] = choice(
        _("Supplier's invoice"), INVOICES, default=Invoice.SPECIAL.value, read=COST_RIGHT
    )
    invoice_rate: Mapped[Decimal | None] = percent(
        _("Rate on a simplified invoice"), read=COST_RIGHT, minimum=Decimal(0), maximum=Decimal(1)
    )
    own_made: Mapped[bool] = boolean(
        _("Own production (exempt, credit, refund)"),
        help=_("The purchase price is then the cost of making without VAT."),
    )
    list_currency: Mapped[str | None] = currency(_("Currency of the list price"), default="USD")
    list_price: Mapped[Decimal | None] = money(
        _("List price"), currency="list_currency", minimum=Decimal(0)
    )
    price_places: Mapped[int] = integer(
        _("Decimals of the unit price"), default=2, minimum=Decimal(0), maximum=Decimal(4)
    )
    moq: Mapped[int | None] = integer(_("Minimum order"), minimum=Decimal(0))
    lead_days: Mapped[int | None] = integer(_("Lead time (days)"), minimum=Decimal(0))
    remarks: Mapped[str | None] = note(_("Internal remarks"))
    tiers = lines("products.tier", _("Prices by quantity"))
    specs = lines("products.spec", _("Specification"))

    @property
    def carton(self) -> Carton | None:
        """The export carton, None until size, pieces and gross weight are known."""
        parts: tuple[Any, ...] = (
            self.carton_length, self.carton_width, self.carton_height,
            self.pieces_per_carton, self.carton_gross,
        )
        if not all(parts):
            return None
        return Carton(*parts, self.carton_net or Decimal(0))


class PriceTier(Line):
    """A price from a quantity on, in the currency of the list price."""

    key = "products.tier"
    label = _("Price by quantity")
    parent = "products.product"
    from_quantity: Mapped[Decimal] = quantity(_("From quantity"), required=True, minimum=Decimal(1))
    price: Mapped[Decimal] = money(
        _("Unit price"), currency="list_currency", required=True, minimum=Decimal(0)
    )


class Spec(Line):
    """One technical parameter, in both languages."""

    key = "products.spec"
    label = _("Parameter")
    parent = "products.product"
    name_en: Mapped[str] = text(_("Parameter (English)"), required=True, length=80)
    name_zh: Mapped[str | None] = text(_("Parameter (Chinese)"), length=80)
    value: Mapped[str] = text(_("Value"), required=True, length=120)
    unit: Mapped[str | None] = text(_("Unit"), length=20)
