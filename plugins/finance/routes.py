"""The pages of finance that no generic page can be: allocation, ageing, profit."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from core.api import (
    Invalid,
    NotFound,
    Refusal,
    Refused,
    _,
    current_ctx,
    find,
    needs,
    perform,
    write_audit,
)
from plugins.finance import labels, pages, receipts, receivables, voucher_files, vouchers
from plugins.finance.records import Receipt
from plugins.orders.api import Order

blueprint = Blueprint("finance", __name__, url_prefix="/finance", template_folder="templates")
SHOWN = 200
SHOWN = 200


@blueprint.get("/receipts/<int:ident>/allocate")
@needs("finance.receipt.allocate")
def allocate(ident: int) -> Any:
    """Open receivables of the customer with the proposal filled in."""
    return _allocation(find(current_ctx(), Receipt, ident), [])


@blueprint.post("/receipts/<int:ident>/allocate")
@needs("finance.receipt.allocate")
def take_allocation(ident: int) -> Any:
    """Allocate what was typed; everything that is wrong is said at once."""
    ctx = current_ctx()
    receipt = find(ctx, Receipt, ident)
    parts = [
        {"receivable": name.removeprefix("amount-"), "amount": text.replace(",", "").strip()}
        for name, text in request.form.items()
        if name.startswith("amount-") and text.strip()
    ]
    try:
        perform(ctx, receipt, "allocate", {"parts": _checked(parts)})
    except (Refused, Invalid) as error:
        return _allocation(receipt, list(error.reasons), dict(request.form)), 422
    return redirect(f"/r/finance.receipt/{ident}")


def _checked(parts: list[dict[str, str]]) -> list[dict[str, str]]:
    for part in parts:
        if not part["receivable"].isdigit() or not part["amount"].replace(".", "", 1).isdigit():
            text = _("“%(value)s” is not an amount. Write it like 1234.50.", value=part["amount"])
            raise Invalid(Refusal(text, "parts"))
    return parts


def _allocation(
    receipt: Receipt, errors: list[Refusal], typed: dict[str, str] | None = None
) -> Any:
    ctx = current_ctx()
    proposed = {row.id: amount for row, amount in receipts.proposal(ctx, receipt)}
    rows = [row for row in receivables.open_of(ctx, receipt.customer_id) if row.open > 0]
    amounts = {
        row.id: (typed or {}).get(f"amount-{row.id}", "") if typed
        else f"{proposed[row.id]:.2f}" if row.id in proposed else ""
        for row in rows
    }
    orders = {row.order_id: ctx.session.get(Order, row.order_id) for row in rows if row.order_id}
    return render_template(
        "finance/allocate.html", receipt=receipt, rows=rows, amounts=amounts, orders=orders,
        errors=errors, today=ctx.today, kinds=labels.kinds(),
    )


@blueprint.get("/ageing")
@needs("finance.receivable.read")
def ageing() -> Any:
    """Open receivables by customer and bucket, as of a day."""
    ctx = current_ctx()
    as_of = _day(request.args.get("as_of"), ctx.today)
    rows = pages.ageing(ctx, as_of)
    return render_template(
        "finance/ageing.html", rows=rows, as_of=as_of, buckets=labels.buckets(),
        total=sum((row.cny for row in rows), pages.ZERO),
    )


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        return otherwise


@blueprint.get("/profit")
@needs("finance.profit.read")
def profits() -> Any:
    """Orders with estimated and realised profit side by side."""
    return render_template("finance/profits.html", rows=pages.profits(current_ctx()))


@blueprint.get("/profit/<int:ident>")
@needs("finance.profit.read")
def profit(ident: int) -> Any:
    """The profit of one order with every paper behind it."""
    ctx = current_ctx()
    order = find(ctx, Order, ident)
    return render_template(
        "finance/profit.html", names=labels.parts(), **pages.profit(ctx, order)
    )


@blueprint.get("/vouchers")
@needs("finance.entry.read")
def voucher_list() -> Any:
    """Bookkeeping entries of a month, to look at before they are taken out."""
    ctx = current_ctx()
    month = _day(f"{request.args.get('month', '')}-01", ctx.today.replace(day=1))
    return render_template(
        "finance/vouchers.html", month=month, lines=vouchers.of_month(ctx, month), shown=SHOWN,
        layouts=voucher_files.LAYOUTS,
    )


@blueprint.post("/vouchers/file")
@needs("finance.entry.read")
def voucher_file() -> Any:
    """The month as XLSX or CSV in the columns of a package; exports are on the trail."""
    ctx = current_ctx()
    month = _day(f"{request.form.get('month', '')}-01", ctx.today.replace(day=1))
    layout = request.form.get("layout", "plain")
    if layout not in voucher_files.LAYOUTS:
        raise NotFound(_("There are no columns for this package."))
    lines = vouchers.of_month(ctx, month)
    kind = "csv" if request.form.get("format") == "csv" else "xlsx"
    write = voucher_files.comma_separated if kind == "csv" else voucher_files.workbook
    write_audit(ctx, "finance.vouchers.exported", None, month=f"{month:%Y-%m}", layout=layout,
                format=kind, lines=len(lines))
    return Response(
        write(lines, layout),
        mimetype="text/csv; charset=utf-8" if kind == "csv" else voucher_files.XLSX,
        headers={"Content-Disposition":
                 f"attachment; filename=vouchers-{month:%Y-%m}-{layout}.{kind}"},
    )
