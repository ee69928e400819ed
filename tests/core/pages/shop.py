"""A small plugin to test pages with: items, deals with lines, and steps of every sort."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Mapped

from core.api import (
    Card,
    Choice,
    Counter,
    FormView,
    Line,
    LinesSection,
    ListView,
    Menu,
    Number,
    Panel,
    Plugin,
    Record,
    Refused,
    Role,
    Section,
    State,
    Step,
    boolean,
    choice,
    country,
    currency,
    day,
    file,
    hookimpl,
    lines,
    link,
    money,
    note,
    percent,
    quantity,
    text,
)

plugin = Plugin("shop", "Shop", icon="box")


class Item(Record):
    """A thing to sell; `cost` is a secret of some roles."""

    key = "shop.item"
    label, plural = "Item", "Items"
    title = "name"
    number = Number("I{seq:04}")
    name: Mapped[str] = text("Name", required=True, search=True)
    kind: Mapped[str | None] = choice("Kind", (Choice("lamp", "Lamp", "blue"), ("panel", "Panel")))
    price: Mapped[Decimal | None] = money("Price", currency="currency", minimum=Decimal(0))
    currency: Mapped[str | None] = currency("Currency")
    cost: Mapped[Decimal | None] = money("Cost", currency="currency")
    made_in: Mapped[str | None] = country("Made in")
    margin: Mapped[Decimal | None] = percent("Margin")
    fragile: Mapped[bool] = boolean("Fragile")
    remark: Mapped[str | None] = note("Remark")
    sheet_id: Mapped[int | None] = file("Data sheet")


class Deal(Record):
    """A sale with lines, owned by a person."""

    key = "shop.deal"
    label, plural = "Deal", "Deals"
    title = "subject"
    number = Number("D{yy}{seq:03}", reset="yearly", at="confirm")
    states = (State("draft", "Draft"), State("confirmed", "Confirmed", "blue"),
              State("done", "Done", "green"), State("lost", "Lost", "red"))
    scope = True
    subject: Mapped[str] = text("Subject", required=True, search=True)
    due: Mapped[date | None] = day("Due")
    currency: Mapped[str | None] = currency("Currency", default="USD")
    amount: Mapped[Decimal | None] = money("Amount", currency="currency", computed=True)
    previous_id: Mapped[int | None] = link("shop.deal", "Follows")
    lines = lines("shop.deal_line")


class DealLine(Line):
    """One item of a deal."""

    key = "shop.deal_line"
    label = "Line"
    parent = "shop.deal"
    item_id: Mapped[int] = link("shop.item", "Item", required=True)
    quantity: Mapped[Decimal] = quantity("Quantity", required=True, minimum=Decimal(1))
    price: Mapped[Decimal | None] = money("Price", currency="currency")
    amount: Mapped[Decimal | None] = money("Amount", currency="currency", computed=True)


def reckon(ctx: Any, record: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The amounts of lines and deal; the notes name lines without a price."""
    amounts = [
        (line.get("quantity") or Decimal(0)) * (line.get("price") or Decimal(0))
        for line in values["lines"]
    ]
    return {
        "lines": [{"amount": amount} for amount in amounts], "fields": {"amount": sum(amounts)},
        "notes": ["A line has no price."] if 0 in amounts else [],
    }


def confirm(ctx: Any, record: Deal, params: dict[str, Any]) -> None:
    if not record.lines:
        raise Refused("Add a line first.")


class Why(Schema):
    """Why a deal was lost."""

    reason = fields.String(required=True, metadata={"label": "Reason"})


def _late(ctx: Any, record: Deal) -> object | None:
    return None if record.due else "Set a due date first."


@hookimpl
def register_records() -> list[type]:
    return [Item, Deal, DealLine]


@hookimpl
def register_steps() -> list[Step]:
    return [
        Step("confirm", "shop.deal", "Confirm", source=("draft",), target="confirmed", run=confirm,
             primary=True, bulk=True),
        Step("finish", "shop.deal", "Finish", source=("confirmed",), target="done",
             available=_late),
        Step("lose", "shop.deal", "Lose", source=("draft", "confirmed"), target="lost", params=Why,
             danger=True),
    ]


@hookimpl
def register_views() -> list[Any]:
    return [
        ListView("shop.item", ("number", "name", "kind", "price", "cost", "made_in", "fragile"),
                 filters=("kind", "made_in", "fragile"), inline=("name", "price"),
                 presets=(("lamps", "Lamps", {"f": "kind", "op": "eq", "v": "lamp"}),)),
        ListView("shop.deal", ("number", "subject", "owner_id", "amount", "due", "state"),
                 filters=("state", "owner_id"), kanban="state", calendar="due",
                 late=(("due", ("draft",)),)),
        FormView("shop.item", (
            Section("main", "Item", ("name", "kind", "price", "currency", "cost", "margin")),
            Section("more", "More", ("made_in", "fragile", "remark", "sheet_id")),
        )),
        FormView("shop.deal", (
            Section("main", "Deal", ("subject", "due", "currency", "amount")),
            LinesSection("lines", "Lines", "lines", ("item_id", "quantity", "price", "amount"),
                         totals=("amount",), recalculate=reckon),
        ), side=("owner_id",), editable=lambda ctx, record: record.state == "draft",
            counters=(Counter("shop.deal", "previous_id", "Follow-ups"),)),
    ]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("shop.deal", "Deals", group="Sales"), Menu("shop.item", "Items", group="Sales")]


@hookimpl
def register_roles() -> list[Role]:
    return [
        Role("rep", "Rep", ("shop.*",), scope="own"),
        Role("reader", "Reader", ("shop.item.read", "shop.deal.read"), scope="all"),
    ]


@hookimpl
def before_save(ctx: Any, record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, Deal):
        for line in record.lines:
            line.amount = (line.quantity or Decimal(0)) * (line.price or Decimal(0))
        record.amount = sum((line.amount or Decimal(0) for line in record.lines), Decimal(0))


@hookimpl
def show_panels(ctx: Any, record: Any) -> list[Panel] | None:
    if isinstance(record, Item):
        if record.name == "broken panel":
            raise RuntimeError("a fault of the plugin")
        return [Panel("shop.stock", "Stock", rows=(("On hand", "12 PCS"),))]
    return None


@hookimpl
def show_cards(ctx: Any) -> list[Card]:
    return [Card("shop.count", "Deals to confirm", value=3, url="/r/shop.deal")]
