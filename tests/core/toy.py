"""A small plugin to test the core with: toys and the shops that order them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Mapped

from core.api import (
    Card,
    Ctx,
    FormView,
    LinesSection,
    ListView,
    Menu,
    Number,
    Panel,
    Plugin,
    Record,
    Refusal,
    Refused,
    Role,
    Section,
    State,
    Step,
    _,
    choice,
    country,
    day,
    hookimpl,
    lines,
    link,
    money,
    quantity,
    text,
)
from core.records import Line

plugin = Plugin("toy", _("Toys"), summary=_("Toys for tests"))


class Toy(Record):
    """A toy."""

    key = "toy.toy"
    label, plural = _("Toy"), _("Toys")
    title = "name"
    number = Number("T{seq:04}")
    name: Mapped[str] = text(_("Name"), required=True, search=True)
    price: Mapped[Decimal | None] = money(_("Price"), minimum=Decimal(0))
    colour: Mapped[str | None] = choice(_("Colour"), (("red", _("Red")), ("blue", _("Blue"))))


class Purchase(Record):
    """An order of toys by a shop."""

    key = "toy.purchase"
    label, plural = _("Purchase"), _("Purchases")
    title = "shop"
    number = Number("P{yy}{mm}{seq:04}", reset="monthly", at="place")
    scope = True
    states = (
        State("draft", _("Draft")), State("waiting", _("Waiting"), "blue"),
        State("placed", _("Placed"), "green"), State("cancelled", _("Cancelled"), "red"),
    )
    shop: Mapped[str] = text(_("Shop"), required=True, search=True)
    country: Mapped[str | None] = country(_("Country"))
    wanted: Mapped[Any] = day(_("Wanted"))
    total: Mapped[Decimal | None] = money(_("Total"), computed=True)
    lines = lines("toy.purchase_line")


class PurchaseLine(Line):
    """One toy of a purchase."""

    key = "toy.purchase_line"
    parent = "toy.purchase"
    label = _("Line")
    toy_id: Mapped[int] = link("toy.toy", _("Toy"), required=True)
    pieces: Mapped[Decimal] = quantity(_("Pieces"), required=True, minimum=Decimal(1))


class CancelParams(Schema):
    """Why a purchase is cancelled."""

    reason = fields.String(required=True)


def place(ctx: Ctx, record: Purchase, params: dict[str, Any]) -> None:
    """Sum the lines up."""
    if not record.lines:
        raise Refused(Refusal(_("Add a line first."), "lines"))
    record.total = sum(
        ((line.toy.price or Decimal(0)) * line.pieces for line in record.lines), Decimal(0)
    )


def cancel(ctx: Ctx, record: Purchase, params: dict[str, Any]) -> None:
    """Nothing but the state changes."""


@hookimpl
def register_records() -> list[Any]:
    return [Toy, Purchase, PurchaseLine]


@hookimpl
def register_steps() -> list[Step]:
    return [
        Step("place", "toy.purchase", _("Place"), ("draft",), "placed", run=place, primary=True,
             pending="waiting", rejected="draft"),
        Step("cancel", "toy.purchase", _("Cancel"), ("draft", "placed"), "cancelled", run=cancel,
             params=CancelParams, danger=True),
    ]


@hookimpl
def register_views() -> list[Any]:
    return [
        ListView("toy.purchase", ("number", "shop", "country", "total", "state"), kanban="state",
                 filters=("state", "country")),
        FormView("toy.purchase", (
            Section("main", _("Purchase"), ("shop", "country", "wanted")),
            LinesSection("lines", _("Lines"), "lines", ("toy_id", "pieces")),
        )),
    ]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("toy.toy", _("Toys")), Menu("toy.purchase", _("Purchases"))]


@hookimpl
def register_roles() -> list[Role]:
    return [
        Role("rep", _("Sales"), ("toy.toy.read", "toy.purchase.*"), scope="own"),
        Role("sm", _("Manager"), ("toy.*",), scope="team"),
        Role("gm", _("Boss"), ("*",)),
        Role("guest", _("Guest"), ()),
    ]


@hookimpl
def check_save(ctx: Ctx, record: Record, values: dict[str, Any]) -> list[Refusal]:
    if isinstance(record, Toy) and record.name == "bomb":
        return [Refusal(_("This is no toy."), "name")]
    return []


@hookimpl
def show_panels(ctx: Ctx, record: Record) -> list[Panel]:
    return [Panel("toy", _("Toys"), rows=((_("Lines"), len(record.lines)),))] if (
        isinstance(record, Purchase)) else []


@hookimpl
def show_cards(ctx: Ctx) -> list[Card]:
    return [Card("toy.count", _("Toys"), value="3", url="/r/toy.toy")]
