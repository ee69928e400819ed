"""The page that compares two quotations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from core.api import Ctx, _, current_ctx, find, needs, show_date, show_number, titles
from plugins.quotes.records import MARGIN_RIGHT, Quotation
from plugins.quotes.watch import differences

blueprint = Blueprint("quotes", __name__, template_folder="templates", url_prefix="/quotes")
LABELS = {
    "quote_date": _("Date"), "valid_until": _("Valid until"), "currency": _("Currency"),
    "quote_rate": _("Quoting rate"), "incoterm": _("Incoterm"), "place": _("Named place"),
    "payment_term_id": _("Payment term"), "lead_days": _("Lead time (days)"),
    "export_date": _("Planned export date"), "tolerance": _("Quantity tolerance ±"),
    "freight": _("Main carriage"), "inland_charges": _("Haulage and export clearance"),
    "commission": _("Commission"), "amount": _("Total"), "margin": _("Margin"),
}
SECRET = frozenset({"freight", "inland_charges", "commission", "margin"})
MONEY = frozenset({"freight", "inland_charges", "amount"})
PERCENT = frozenset({"margin", "tolerance", "commission"})


@blueprint.get("/compare/<int:left>/<int:right>")
@needs("quotes.quotation.read")
def compare(left: int, right: int) -> Any:
    """Two revisions or alternatives side by side; only what the user may see."""
    ctx = current_ctx()
    old, new = find(ctx, Quotation, left), find(ctx, Quotation, right)
    return render_template(
        "quotes/compare.html", old=old, new=new, header=_header(ctx, old, new),
        lines=_lines(ctx, old, new), margins=ctx.can(MARGIN_RIGHT),
    )


def _header(ctx: Ctx, old: Quotation, new: Quotation) -> list[dict[str, str]]:
    rows = []
    terms = titles(ctx, "products.payment_term",
                   [old.payment_term_id or 0, new.payment_term_id or 0])
    for name, (before, after) in differences(old, new).items():
        if name in SECRET and not ctx.can(MARGIN_RIGHT):
            continue
        if name == "payment_term_id":
            before, after = terms.get(before, ""), terms.get(after, "")
        rows.append({
            "label": str(LABELS[name]), "old": _text(name, before), "new": _text(name, after)
        })
    return rows


def _text(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name in PERCENT:
        return f"{show_number(value * 100, 2)} %"
    if hasattr(value, "isoformat"):
        return show_date(value)
    return value if isinstance(value, str) else show_number(value, 2 if name in MONEY else None)


def _lines(ctx: Ctx, old: Quotation, new: Quotation) -> list[dict[str, Any]]:
    """The items of both, matched by product in order; a missing side is None."""
    pool = list(old.lines)
    pairs: list[tuple[Any, Any]] = []
    for item in new.lines:
        match = next((row for row in pool if row.product_id == item.product_id), None)
        if match is not None:
            pool.remove(match)
        pairs.append((match, item))
    pairs += [(row, None) for row in pool]
    known = [row.product_id for pair in pairs for row in pair if row is not None]
    names = titles(ctx, "products.product", known)
    return [
        {
            "product": names.get((item or match).product_id, ""),
            "old": _side(match), "new": _side(item),
            "change": _change(match, item),
        }
        for match, item in pairs
    ]


def _side(item: Any) -> dict[str, str] | None:
    if item is None:
        return None
    reached = item.achieved
    return {
        "quantity": f"{show_number(item.quantity)} {item.unit or ''}".strip(),
        "price": show_number(item.price), "amount": show_number(item.amount, 2),
        "margin": f"{show_number(reached * 100, 2)} %" if reached is not None else "–",
    }


def _change(old: Any, new: Any) -> str:
    if old is None:
        return str(_("new"))
    if new is None:
        return str(_("removed"))
    if not old.price or old.price == new.price:
        return ""
    return f"{(new.price - old.price) / old.price * 100:+.2f} %"
