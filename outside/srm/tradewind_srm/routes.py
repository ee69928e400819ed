"""The pages of srm: quotes compared, and the score card."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from core.api import current_ctx, find, needs, offers, select_records, show_number
from plugins.products.api import COST_RIGHT
from tradewind_srm.compare import compare
from tradewind_srm.records import Rfq, Supplier
from tradewind_srm.services import score_of

MOST = 200
blueprint = Blueprint("srm", __name__, url_prefix="/srm", template_folder="templates")


def as_percent(value: Any) -> str:
    """A fraction as a percentage with one decimal, a dash if it is unknown."""
    return "–" if value is None else f"{show_number(value * 100, 1)} %"


@blueprint.get("/rfq/<int:ident>/compare")
@needs(COST_RIGHT)
def comparison(ident: int) -> Any:
    """The quotes to a request side by side."""
    ctx = current_ctx()
    rfq = find(ctx, Rfq, ident)
    found = compare(ctx, rfq)
    may_accept = {
        column.quote.id for column in found.columns
        if any(o.step.key == "accept" and o.reason is None for o in offers(ctx, column.quote))
    }
    return render_template(
        "tradewind_srm/compare.html", rfq=rfq, found=found, currency=ctx.company.currency,
        show=show_number, may_accept=may_accept,
    )


@blueprint.get("/scores")
@needs("srm.supplier.read")
def scores() -> Any:
    """Suppliers by score with the four parts of it, over 365 days."""
    ctx = current_ctx()
    query = select_records(ctx, Supplier).order_by(Supplier.name).limit(MOST)
    rows = [(supplier, score_of(ctx, supplier)) for supplier in ctx.session.scalars(query)]
    rows.sort(key=lambda row: (row[1].total is None, -(row[1].total or 0), row[0].name))
    return render_template("tradewind_srm/scores.html", rows=rows, percent=as_percent)
