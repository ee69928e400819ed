"""What production is planned with: work centres, materials, bills of material and routings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from core.api import (
    Line,
    Record,
    Refusal,
    State,
    _,
    boolean,
    choice,
    day,
    integer,
    lines,
    link,
    moment,
    money,
    note,
    percent,
    quantity,
    text,
)
from plugins.mes import choices
from plugins.mes.explosion import Stock

ZERO, ONE = Decimal(0), Decimal(1)


class WorkCentre(Record):
    """A place where one job at a time runs on one or several stations."""

    key = "mes.work_centre"
    label, plural = _("Work centre"), _("Work centres")
    title = "label_text"
    default_sort = "code"
    reference = True
    icon = "settings"
    constraints = (UniqueConstraint("company_id", "code"),)

    code: Mapped[str] = text(_("Code"), required=True, length=20, search=True)
    label_text: Mapped[str] = text(_("Name"), required=True, length=80, search=True)
    stations: Mapped[int] = integer(_("Stations"), default=1, minimum=ONE)
    efficiency: Mapped[Decimal] = percent(
        _("Efficiency"), default=ONE, minimum=Decimal("0.01"), maximum=Decimal("1.5")
    )
    closed_days = lines("mes.closed_day", _("Own exceptions"))


class ClosedDay(Line):
    """A day on which this work centre stands still, or works though the company does not."""

    key = "mes.closed_day"
    parent = "mes.work_centre"
    label = _("Exception")

    on: Mapped[date] = day(_("Day"), required=True)
    open: Mapped[bool] = boolean(_("Works on this day"))
    reason: Mapped[str | None] = text(_("Reason"), length=120)


class Material(Record):
    """Something that goes into products: bought, or made when it has a bill of material."""

    key = "mes.material"
    label, plural = _("Material"), _("Materials")
    title = "label_text"
    default_sort = "code"
    icon = "packages"
    constraints = (UniqueConstraint("company_id", "code"),)

    code: Mapped[str] = text(_("Code"), required=True, length=40, search=True)
    label_text: Mapped[str] = text(_("Name"), required=True, search=True)
    unit: Mapped[str] = text(_("Unit"), length=10, default="PCS")
    pack: Mapped[Decimal] = quantity(
        _("Pack size"), default=ONE, minimum=Decimal("0.0001"), help=_("Bought in multiples of it")
    )
    safety: Mapped[Decimal] = quantity(_("Safety stock"), default=ZERO, minimum=ZERO)
    on_order: Mapped[Decimal] = quantity(_("On order"), default=ZERO, minimum=ZERO)
    lead_days: Mapped[int | None] = integer(_("Lead time (days)"), minimum=ZERO)
    cost: Mapped[Decimal | None] = money(
        _("Purchase price incl. VAT"), read="products.cost.read", minimum=ZERO
    )
    available: Mapped[Decimal] = quantity(_("In stock"), system=True, default=ZERO)
    product_id: Mapped[int | None] = link(
        "products.product", _("Finished goods of product"),
        help=_("Pieces of it in the store: made for stock, sent as samples")
    )

    @property
    def stock(self) -> Stock:
        return Stock(self.available, self.on_order, self.safety, self.pack or ONE)


class StockMove(Record):
    """Material that came in, went out or was counted; the stock is the sum of its moves."""

    key = "mes.stock_move"
    label, plural = _("Stock move"), _("Stock moves")
    icon = "arrows-left-right"

    material_id: Mapped[int] = link("mes.material", _("Material"), required=True)
    kind: Mapped[str] = choice(_("Kind"), choices.MOVES, required=True, default="receipt")
    quantity: Mapped[Decimal] = quantity(_("Quantity"), required=True)
    at: Mapped[datetime | None] = moment(_("Time"), system=True)
    work_order_id: Mapped[int | None] = link("mes.work_order", _("Work order"))
    remark: Mapped[str | None] = text(_("Remark"))
    posted: Mapped[bool] = boolean(_("Posted"), system=True)


class Bom(Record):
    """What goes into a product or a made material."""

    key = "mes.bom"
    label, plural = _("Bill of material"), _("Bills of material")
    icon = "list-tree"
    states = (
        State("draft", _("Draft"), "grey"),
        State("active", _("Active"), "green"),
        State("retired", _("Retired"), "grey", done=True),
    )

    product_id: Mapped[int | None] = link("products.product", _("Product"))
    material_id: Mapped[int | None] = link(
        "mes.material", _("Made material"), help=_("For a part that is made in the house")
    )
    revision: Mapped[int] = integer(_("Version"), default=1, minimum=ONE)
    remarks: Mapped[str | None] = note(_("Remarks"))
    lines = lines("mes.bom_line", _("Components"))


class BomLine(Line):
    """A component: pieces per parent and the share that is lost."""

    key = "mes.bom_line"
    parent = "mes.bom"
    label = _("Component")

    material_id: Mapped[int] = link("mes.material", _("Material"), required=True)
    per: Mapped[Decimal] = quantity(_("Quantity per"), required=True, minimum=Decimal("0.0001"))
    scrap: Mapped[Decimal] = percent(
        _("Scrap"), default=ZERO, minimum=ZERO, maximum=Decimal("0.99")
    )
    substitute_id: Mapped[int | None] = link("mes.material", _("Substitute"))
    op_no: Mapped[int | None] = integer(_("Used at operation"))


class Routing(Record):
    """The operations that make a product or a made part, in order.

    A part with a routing in force gets work orders of its own.
    """

    key = "mes.routing"
    label, plural = _("Routing"), _("Routings")
    icon = "route"
    states = (
        State("draft", _("Draft"), "grey"),
        State("active", _("Active"), "green"),
        State("retired", _("Retired"), "grey", done=True),
    )

    product_id: Mapped[int | None] = link("products.product", _("Product"))
    material_id: Mapped[int | None] = link(
        "mes.material", _("Made part"), help=_("It then gets work orders of its own")
    )
    revision: Mapped[int] = integer(_("Version"), default=1, minimum=ONE)
    lines = lines("mes.routing_line", _("Operations"))


class RoutingLine(Line):
    """One operation; without own stations those of the work centre count."""

    key = "mes.routing_line"
    parent = "mes.routing"
    label = _("Operation")

    op_no: Mapped[int] = integer(_("No."), required=True, minimum=ONE)
    label_text: Mapped[str] = text(_("Operation"), required=True, length=80)
    centre_id: Mapped[int] = link("mes.work_centre", _("Work centre"), required=True)
    setup: Mapped[Decimal] = quantity(_("Setup (min)"), default=ZERO, minimum=ZERO)
    run: Mapped[Decimal] = quantity(
        _("Run (min per piece)"), required=True, minimum=ZERO
    )
    stations: Mapped[int | None] = integer(_("Stations"), minimum=ONE)
    qc_point: Mapped[bool] = boolean(_("Inspection after it"))


def check_owner(row: Bom | Routing, saved: bool) -> list[Refusal]:
    """Bill and routing are of a product or of a made part; in force they get a new version."""
    faults = []
    if row.state != "draft" and saved:
        faults.append(Refusal(_("What is in force is not changed. Make a new version."), None,
                              "locked"))
    if (row.product_id is None) == (row.material_id is None):
        faults.append(Refusal(_("Choose either a product or a made material."), "product_id"))
    return faults
