"""Boxes on the quotation and on the customer, and cards on the home page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Card, Ctx, Panel, _, first_rows, select_records, show_date, show_number, titles
from plugins.crm.api import Customer
from plugins.products.api import COST_RIGHT, proposal_panel
from plugins.quotes.defaults import proposal
from plugins.quotes.loading import cargo_of
from plugins.quotes.records import MARGIN_RIGHT, OPEN_STATES, Quotation
from plugins.quotes.tech_records import TechSheet
from plugins.quotes.watch import earlier_prices, warnings

KEY = "quotes.quotation"
TREE = (
    ("purchase", _("Purchase price incl. VAT")), ("refund", _("Refund")),
    ("goods", _("Net goods cost")), ("overhead", _("Overhead")), ("financing", _("Financing")),
    ("inland", _("Haulage and export clearance")), ("loading", _("Terminal and loading on board")),
    ("cost", _("Cost at this term")), ("freight", _("Main carriage")),
    ("arrival", _("Arrival charges")), ("exact", _("Price before rounding")),
)


def panels(ctx: Ctx, record: Any) -> list[Panel]:
    """What belongs beside a quotation or a customer."""
    if isinstance(record, Quotation):
        return [panel for panel in (
            _warnings(ctx, record), _path(ctx, record), _earlier(ctx, record),
            _loading(ctx, record),
            _cost(ctx, record), _revisions(ctx, record),
        ) if panel is not None]
    if isinstance(record, Customer) and ctx.can(f"{KEY}.read"):
        return _customer(ctx, record)
    return []


def _warnings(ctx: Ctx, quotation: Quotation) -> Panel | None:
    if quotation.state not in OPEN_STATES:
        return None
    found = warnings(ctx, quotation)
    if not found:
        return None
    rows = [("", text) for text in found]
    return Panel("quotes.warnings", _("Look again"), rows=rows, colour="amber", sequence=5)


def _path(ctx: Ctx, quotation: Quotation) -> Panel | None:
    facts = quotation.facts or {}
    if "rules" not in facts:
        return None
    names = {"sm": _("Sales manager"), "fin": _("Finance"), "gm": _("General manager")}
    path = " → ".join(str(names[role]) for role in facts["path"]) or _("approved at once")
    rows: list[tuple[object, object]] = [
        (_("Rules"), ", ".join(facts["rules"])), (_("Path"), path),
        (_("Total in USD"), show_number(Decimal(facts["amount_usd"]), 2)),
        (_("Grade"), facts["grade"]),
    ]
    if ctx.can(MARGIN_RIGHT):
        percent = show_number(Decimal(facts["margin"]) * 100, 2)
        rows.append((_("Margin"), f"{percent} %"))
    return Panel("quotes.path", _("Approval"), rows=rows, colour="blue", sequence=10)


def _earlier(ctx: Ctx, quotation: Quotation) -> Panel | None:
    found = earlier_prices(ctx, quotation)
    if not found:
        return None
    names = titles(ctx, "products.product", found)
    rows: list[tuple[object, object]] = []
    for product, prices in found.items():
        for price in prices:
            when = show_date(price.on)
            rows.append((
                names.get(product, ""),
                f"{show_number(price.price)} {price.currency} {price.incoterm} · "
                f"{show_number(price.quantity)} · {when} · {price.number}",
            ))
    return Panel("quotes.earlier", _("Last prices to this customer"), rows=rows, sequence=20)


def _loading(ctx: Ctx, quotation: Quotation) -> Panel | None:
    """The container proposal at the freight of the quotation's day, beside loose cargo."""
    cargo = cargo_of(quotation)
    if not cargo.cbm or not ctx.can("products.freight_rate.read"):
        return None
    return proposal_panel(proposal(ctx, quotation, cargo), cargo, quotation.currency)


def _cost(ctx: Ctx, quotation: Quotation) -> Panel | None:
    """The cost tree per unit, only for those who may see purchase prices and margins."""
    if not (ctx.can(COST_RIGHT) and ctx.can(MARGIN_RIGHT)):
        return None
    lines = [item for item in quotation.lines if item.cost]
    names = titles(ctx, "products.product", [item.product_id for item in lines])
    trees = []
    for item in lines:
        cost = item.cost or {}
        home = {"purchase", "refund", "goods", "overhead", "financing", "inland", "loading", "cost"}
        rows = [
            (label, show_number(Decimal(cost[name]), 4),
             ctx.company.currency if name in home else quotation.currency)
            for name, label in TREE if Decimal(cost.get(name, "0"))
        ]
        reached = item.achieved if item.achieved is not None else Decimal(0)
        rows.append((_("Unit price"), show_number(item.price, 4), quotation.currency))
        rows.append((_("Margin after rounding"), show_number(reached * 100, 2), "%"))
        trees.append({"name": names.get(item.product_id, ""), "rows": rows})
    if not trees:
        return None
    return Panel(
        "quotes.cost", _("Cost of one unit"), template="quotes/cost_panel.html",
        data={"trees": trees}, sequence=30,
    )


def _revisions(ctx: Ctx, quotation: Quotation) -> Panel | None:
    if not quotation.base_number or quotation.revision == 0:
        return None
    rows: list[tuple[object, object]] = []
    query = select(Quotation).where(Quotation.base_number == quotation.base_number)
    for other in ctx.session.scalars(query.order_by(Quotation.revision.desc())):
        state = Quotation.state_of(other.state)
        rows.append((other.number, state.label if state else ""))
    url = f"/quotes/compare/{quotation.previous_id}/{quotation.id}" if quotation.previous_id else ""
    return Panel("quotes.revisions", _("Revisions: compare"), rows=rows, url=url, sequence=40)


def _customer(ctx: Ctx, customer: Customer) -> list[Panel]:
    query = (
        select_records(ctx, Quotation)
        .where(Quotation.customer_id == customer.id)
        .order_by(Quotation.id.desc()).limit(5)
    )
    rows: list[tuple[object, object]] = []
    for quotation in ctx.session.scalars(query):
        state = Quotation.state_of(quotation.state)
        words = f"{show_number(quotation.amount, 2)} {quotation.currency}"
        rows.append((quotation.number or f"#{quotation.id}",
                     f"{words} · {state.label if state else ''}"))
    if not rows:
        return []
    url = f"/r/{KEY}?f.customer_id={customer.id}"
    return [Panel("quotes.customer", _("Quotations"), rows=rows, url=url, sequence=40)]


def cards(ctx: Ctx) -> list[Card]:
    """Quotations and tech sheets that need somebody today."""
    found = _to_check(ctx) if ctx.can("quotes.tech_sheet.check") and ctx.has_role("tec") else []
    return found + (_open_quotations(ctx) if ctx.can(f"{KEY}.read") else [])


def _to_check(ctx: Ctx) -> list[Card]:
    waiting = select_records(ctx, TechSheet).where(TechSheet.state == "check")
    (rows, total), = first_rows(ctx, TechSheet, [(waiting, TechSheet.id)], 8)
    names = titles(ctx, "products.product", [row.product_id for row in rows])
    items = [
        (f"{row.number} {names.get(row.product_id, '')}", f"/r/{row.key}/{row.id}",
         show_date(row.updated_at.date()))
        for row in rows
    ]
    return [Card(
        "quotes.tech_check", _("Tech sheets to check"), str(total), items=items,
        url="/r/quotes.tech_sheet?f.state=check", sequence=20, empty=_("Nothing here."),
    )]


def _open_quotations(ctx: Ctx) -> list[Card]:
    mine = select_records(ctx, Quotation)
    days = int(ctx.setting("quotes.expiring_days"))
    soon = mine.where(
        Quotation.state.in_(("approved", "sent")),
        Quotation.valid_until >= ctx.today,
        Quotation.valid_until <= ctx.today + timedelta(days=days),
    )
    waiting = mine.where(Quotation.state == "submitted")
    ready = mine.where(Quotation.state == "approved")
    rows = [found for found, _total in first_rows(ctx, Quotation, [
        (soon, Quotation.valid_until), (waiting, Quotation.id), (ready, Quotation.id),
    ], 8)]
    names = titles(ctx, "crm.customer", [row.customer_id for found in rows for row in found])
    return [
        _card("quotes.expiring", _("Quotations that expire in %(n)s days", n=days), rows[0],
              names, 30),
        _card("quotes.waiting", _("Quotations in approval"), rows[1], names, 40),
        _card("quotes.ready", _("Approved, not yet sent"), rows[2], names, 45),
    ]


def _card(
    key: str, title: object, found: list[Quotation], names: dict[int, str], sequence: int
) -> Card:
    items = [
        (f"{row.number or row.id} {names.get(row.customer_id, '')}", f"/r/{KEY}/{row.id}",
         show_date(row.valid_until))
        for row in found
    ]
    return Card(
        key, title, value=str(len(found)), items=items, url=f"/r/{KEY}", sequence=sequence,
        empty=_("Nothing here."),
    )
