"""With finance: sample fees are claimed, and come back on the first qualifying order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Setting, _, hookimpl, perform, record_class, save
from plugins.crm.api import Customer, acting, at_work, people_with
from plugins.finance.api import (
    BankAccount,
    Receipt,
    Receivable,
    call_off,
    claim_other,
    of_order,
    sales_expense,
    settle_from_advance,
)
from plugins.products.api import convert
from plugins.samples.records import Request

SETTLING = ("finance.receipt.allocate", "finance.receipt.reverse", "finance.receivable.write_off")
ZERO = Decimal(0)
IN_ADVANCE = ("signed", "ready")


@hookimpl
def register_settings() -> list[Setting]:
    return [
        Setting("samples.fee_days", _("Sample fee due, days after sending"), "14",
                kind="integer", group=_("Samples"), dated=True)
    ]


@hookimpl
def check_step(
    ctx: Ctx, record: Any, step: str, params: dict[str, Any]
) -> list[Refusal] | None:
    """A fee that is still claimed is settled by its receipt, not by a tick."""
    if step != "samples.request.settle":
        return None
    claim = claim_of(ctx, record)
    if claim is None or not claim.open:
        return None
    text = _("%(currency)s %(open)s are open on %(number)s. Allocate the receipt there; that "
             "settles the fee.", currency=claim.currency, open=f"{claim.open:,.2f}",
             number=claim.number)
    return [Refusal(text, None, "open")]


@hookimpl(trylast=True)
def after_step(ctx: Ctx, record: Any, step: str, params: dict[str, Any]) -> None:
    """Claim fee, book cost at sending; settle with the receipt; credit on the claimed order."""
    if step == "samples.request.send":
        claim_fee(ctx, record)
        sales_expense(ctx, record.cost or ZERO, record.freight_cost or ZERO, record.owner_id,
                      record.number or "")
    elif step in SETTLING and isinstance(record, Receipt | Receivable):
        _settle(ctx, record.customer_id)
    elif step == "orders.order.sign":
        if record.milestones[-1].trigger in IN_ADVANCE:  # nothing is left for the delivery
            _credit(ctx, record, of_order(ctx, record.id))
    elif step == "orders.delivery.on_board":
        order = ctx.session.get_one(record_class("orders.order"), record.order_id)
        rows = [row for row in of_order(ctx, order.id) if row.delivery_id == record.id]
        _credit(ctx, order, rows)


def _source(request: Request) -> str:
    return f"sample {request.id}"


def claim_of(ctx: Ctx, request: Request) -> Receivable | None:
    """The receivable of a request's fee, if it was claimed."""
    return ctx.session.scalar(select(Receivable).where(Receivable.source == _source(request)))


def claim_fee(ctx: Ctx, request: Request) -> None:
    """The fee becomes a receivable; a refundable one stays the customer's money until then."""
    if request.fee_policy == "free" or not request.fee:
        return
    claim_other(
        ctx, request.customer_id, request.fee, request.currency or "USD",
        source=_source(request), owner_id=request.owner_id,
        due=ctx.today + timedelta(days=int(ctx.setting("samples.fee_days"))),
        note=str(_("Sample fee of %(request)s", request=request.number)),
        earned=request.fee_policy == "charged",
    )


def _requests(ctx: Ctx, customer_id: int | None, policy: str) -> list[Request]:
    query = select(Request).where(
        Request.customer_id == customer_id, Request.fee_policy == policy,
        Request.sent_on.is_not(None),
    )
    return list(ctx.session.scalars(query.order_by(Request.sent_on, Request.id)))


def _settle(ctx: Ctx, customer_id: int | None) -> None:
    """The day when a charged fee was paid or given up stands on its request."""
    for request in _requests(ctx, customer_id, "charged"):
        claim = claim_of(ctx, request)
        if claim is not None:
            request.fee_settled_on = None if claim.open else claim.paid_on or ctx.today


def _credit(ctx: Ctx, order: Any, rows: list[Receivable]) -> None:
    """Refundable fees of the customer go off this order, if it is large enough for them."""
    for request in _requests(ctx, order.customer_id, "refundable"):
        claim = claim_of(ctx, request)
        if request.fee_settled_on is not None or claim is None or not request.fee:
            continue
        least = convert(ctx, request.refund_from or ZERO, claim.currency, order.currency, ctx.today)
        paid = convert(ctx, claim.amount - claim.open, claim.currency, order.currency, ctx.today)
        row = next((row for row in rows if row.open and row.open >= paid), None)
        if order.total < least or row is None:
            continue
        note = str(_("Sample fee of %(request)s credited on %(order)s", request=request.number,
                     order=order.number))
        if claim.open:
            call_off(ctx, claim, note)
        if paid:
            settle_from_advance(ctx, row, paid, note)
        request.fee_settled_on = ctx.today


@hookimpl
def company_demo(ctx: Ctx, stage: str) -> None:
    """Customers of the demo paid what fell due; the youngest fees are open."""
    if stage != "stories":
        return
    account = ctx.session.scalar(select(BankAccount).where(BankAccount.currency == "USD"))
    accountant = next(iter(people_with(ctx, "fin")), None)
    if account is None or accountant is None:
        return
    query = select(Receivable, Customer).join(Customer, Customer.id == Receivable.customer_id)
    claims = query.where(Receivable.source.like("sample %"), Receivable.open > 0,
                         Receivable.due < ctx.today)
    for claim, customer in ctx.session.execute(claims.order_by(Receivable.due)).all():
        with acting(ctx, accountant, at_work(ctx, claim.due, 150)):
            receipt = save(ctx, Receipt, {
                "bank_account_id": account.id, "value_date": claim.due, "payer": customer.name,
                "currency": claim.currency, "net": claim.open, "remittance": claim.number,
                "bank_reference": f"SF{claim.id:06}",
            })
            perform(ctx, receipt, "confirm", {"customer_id": customer.id})
            perform(ctx, receipt, "allocate",
                    {"parts": [{"receivable": claim.id, "amount": claim.open}]})
            perform(ctx, receipt, "post")
        perform(ctx, receipt, "report_bop")  # today, so that exposure counts at today's rate
