"""What happens to a sample request, from the wish to the verdict (DOMAIN §1.4, §6.4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from core.api import (
    Comment,
    Ctx,
    Invalid,
    Refusal,
    Refused,
    _,
    notify,
    round_money,
    save,
)
from plugins.crm.api import (
    Customer,
    Inquiry,
    ask_people,
    move_stage,
    note_activity,
    people_with,
)
from plugins.products.api import Product
from plugins.samples.records import Request

ZERO = Decimal(0)


def url_of(record: Any) -> str:
    """The address of a record's form."""
    return f"/r/{record.key}/{record.id}"


# ---- while it is written
def prepare(ctx: Ctx, request: Request) -> None:
    """Fill in costs, the value to declare and the owner of the customer."""
    with ctx.session.no_autoflush:
        customer = ctx.session.get(Customer, request.customer_id)
        if customer is not None:
            request.owner_id = request.owner_id or customer.owner_id
            request.address = request.address or customer.address
        request.currency = request.currency or "USD"
        value = cost = ZERO
        for line in request.lines:
            product = ctx.session.get(Product, line.product_id) if line.product_id else None
            if product is not None:
                line.unit_cost = product.cost_price
                line.unit_value = line.unit_value or product.list_price
                line.description = line.description or product.name_en
            value += (line.unit_value or ZERO) * (line.qty or ZERO)
            cost += (line.unit_cost or ZERO) * (line.qty or ZERO)
    request.cost = round_money(cost)
    if request.declared_value is None and value:
        request.declared_value = round_money(value)


def faults(ctx: Ctx, request: Request) -> list[Refusal]:
    """What a request may not say."""
    found = []
    for n, line in enumerate(request.lines):
        if line.product_id is None and not line.description:
            found.append(
                Refusal(
                    _("Choose a product or describe the sample."),
                    f"lines.{n}.description",
                    "required",
                )
            )
    if request.fee_policy != "free" and not request.fee:
        found.append(Refusal(_("Say the fee, or choose a free sample."), "fee", "required"))
    if request.freight == "account" and not request.account_no:
        found.append(
            Refusal(_("Give the customer's courier account number."), "account_no", "required")
        )
    return found


# ---- approval
def free_before(ctx: Ctx, request: Request) -> int:
    """Free samples of the customer in the last 12 months without an order in that time."""
    since = ctx.today - timedelta(days=365)
    customer = ctx.session.get(Customer, request.customer_id)
    if customer is not None and customer.last_order_on and customer.last_order_on >= since:
        return 0
    query = select(func.count(Request.id)).where(
        Request.customer_id == request.customer_id,
        Request.fee_policy == "free",
        Request.id != request.id,
        Request.number.is_not(None),
        Request.state.not_in(("draft", "rejected", "cancelled")),
        Request.created_at >= ctx.now - timedelta(days=365),
    )
    return int(ctx.session.scalar(query) or 0)


def submit(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Ask for approval; the paper must be complete."""
    found = []
    if not list(request.lines):
        found.append(Refusal(_("Add at least one article."), "lines", "required"))
    if not request.declared_value:
        found.append(
            Refusal(
                _("Declare a real value: customs refuse 0, also for free samples."),
                "declared_value",
                "required",
            )
        )
    if found:
        raise Refused(found)


def revise(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Take a rejected request back to the draft."""
    request.reason = None


def approved(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Approved: the handling flow gives the engineer his task."""
    ctx.emit("samples.request.approved", request)


# ---- preparation and inspection
def start(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """The engineer takes the work; frozen specification or stock."""


def prepared(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """The samples are made or taken from stock: quality control inspects them."""


def need_material(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Purchasing gets the material that the samples lack."""
    text = _("Samples of %(request)s lack material: %(material)s",
             request=request.number, material=params["material"])
    ask_people(ctx, request, people_with(ctx, "pur"), text)


def inspect_ok(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Quality control passes the samples."""
    request.inspected_at = ctx.now
    request.inspection = params.get("notes")


def inspect_bad(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Quality control fails the samples: they go back into preparation."""
    request.failures = (request.failures or 0) + 1
    request.inspection = params["notes"]
    text = _("Samples of %(request)s failed the inspection", request=request.number)
    for person in people_with(ctx, "tec"):
        notify(ctx, person, text, url_of(request))


def label(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """The sample label is printed and attached."""
    request.labelled_at = ctx.now


# ---- sending
def dangerous(ctx: Ctx, request: Request) -> bool:
    """Whether a line holds lithium batteries (a product with a UN number)."""
    ids = [line.product_id for line in request.lines if line.product_id]
    if not ids:
        return False
    query = select(Product.id).where(Product.id.in_(ids), Product.un_number.is_not(None))
    return ctx.session.scalar(query.limit(1)) is not None


def why_not_send(ctx: Ctx, request: Request) -> list[Refusal]:
    """Everything that must be there before the parcel leaves (DOMAIN §1.4 ⛔)."""
    found = []
    if request.inspected_at is None:
        found.append(Refusal(_("Quality control has not passed the samples."), "inspected_at"))
    if request.labelled_at is None:
        found.append(Refusal(_("Attach the sample label first."), "labelled_at"))
    if not request.declared_value:
        found.append(
            Refusal(
                _("Declare a real value: customs refuse 0, also for free samples."),
                "declared_value",
            )
        )
    if dangerous(ctx, request):
        if request.un383_id is None:
            found.append(
                Refusal(_("Lithium batteries travel with a UN38.3 report: attach it."), "un383_id")
            )
        if request.msds_id is None:
            found.append(
                Refusal(
                    _("Lithium batteries travel with a safety data sheet: attach it."), "msds_id"
                )
            )
    return found


def send(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Hand the parcel to the courier; cost and stock leave with it."""
    reasons = why_not_send(ctx, request)
    if reasons:
        raise Refused(reasons)
    known = select(Request.number).where(
        Request.courier == params["courier"], Request.tracking_no == params["tracking_no"]
    )
    other = ctx.session.scalar(known)
    if other is not None:
        raise Invalid(
            [
                Refusal(
                    _("This tracking number belongs to %(other)s.", other=other),
                    "tracking_no",
                    "duplicate",
                )
            ]
        )
    request.courier, request.tracking_no = params["courier"], params["tracking_no"].strip()
    request.sent_on = params.get("sent_on") or ctx.today
    request.moved_on, request.transit = request.sent_on, str(_("Handed to the courier"))
    if params.get("freight_cost") is not None:
        request.freight_cost = params["freight_cost"]
    _follow(ctx, request)
    ctx.emit(
        "samples.request.sent",
        request,
        cost=str((request.cost or ZERO) + (request.freight_cost or ZERO)),
        owner=request.owner_id,
    )
    if request.fee_policy != "free":
        ctx.emit(
            "samples.request.fee_due",
            request,
            fee=str(request.fee),
            currency=request.currency,
            customer=request.customer_id,
        )


def _follow(ctx: Ctx, request: Request) -> None:
    customer = ctx.session.get(Customer, request.customer_id)
    if customer is not None:
        note_activity(ctx, customer)
    inquiry = ctx.session.get(Inquiry, request.inquiry_id) if request.inquiry_id else None
    move_stage(ctx, inquiry, "sampling")


def track(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """A movement that the courier reported."""
    request.transit, request.moved_on = params["status"], params.get("on") or ctx.today


def deliver(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """The customer has the parcel: the reminders start."""
    on: date = params.get("on") or ctx.today
    if request.sent_on and on < request.sent_on:
        raise Invalid([Refusal(_("It cannot arrive before it was sent."), "on", "order")])
    request.delivered_on = request.moved_on = on


# ---- verdict
def feedback(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """What the customer says; approval of a golden sample seals it."""
    request.result, request.feedback = params["result"], params["comments"]
    request.feedback_on, request.next_step = ctx.today, params.get("next_step")
    if params["result"] == "rejected":
        for person in people_with(ctx, "tec"):
            notify(
                ctx,
                person,
                _("The customer rejected the samples of %(request)s.", request=request.number),
                url_of(request),
            )
    _follow(ctx, request)


def why_not_seal(ctx: Ctx, request: Request) -> object | None:
    """Only what the customer approved becomes the golden sample."""
    if request.result != "approved":
        return _("The customer has not approved these samples.")
    return None


def seal(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """The approved sample is sealed and stored; production makes the goods like it."""
    other = ctx.session.scalar(select(Request.number).where(
        Request.seal_no == params["seal_no"], Request.id != request.id))
    if other is not None:
        text = _("This seal number belongs to %(other)s.", other=other)
        raise Invalid([Refusal(text, "seal_no", "duplicate")])
    request.seal_no, request.kept_at = params["seal_no"], params["kept_at"]
    request.sealed_on = ctx.today


def next_round(ctx: Ctx, request: Request, params: dict[str, Any]) -> Request:
    """A further request with the same articles after changes; returns it."""
    new: Request = save(
        ctx,
        Request,
        {
            "customer_id": request.customer_id,
            "contact_id": request.contact_id,
            "inquiry_id": request.inquiry_id,
            "kind": request.kind,
            "purpose": request.purpose,
            "fee_policy": request.fee_policy,
            "fee": request.fee,
            "refund_from": request.refund_from,
            "freight": request.freight,
            "account_no": request.account_no,
            "currency": request.currency,
            "declared_value": request.declared_value,
            "address": request.address,
            "remarks": request.feedback,
            "lines": [
                {
                    "product_id": line.product_id,
                    "description": line.description,
                    "qty": line.qty,
                    "unit": line.unit,
                    "unit_value": line.unit_value,
                }
                for line in request.lines
            ],
        },
    )
    new.previous_id, new.round = request.id, (request.round or 1) + 1
    new.owner_id = request.owner_id
    return new


def close(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Close with an outcome; without feedback only with a reason, and never with an open fee."""
    if request.result is None and not params.get("reason"):
        raise Invalid(
            [Refusal(_("There is no feedback: say why you close it."), "reason", "required")]
        )
    if request.fee_policy == "charged" and request.fee_settled_on is None:
        raise Refused(_("The sample fee is still open. Settle it first."))
    request.outcome, request.reason = params["outcome"], params.get("reason")
    request.closed_on = ctx.today


def settle(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Finance says that the fee was paid or refunded."""
    request.fee_settled_on = params.get("on") or ctx.today


def why_not_settle(ctx: Ctx, request: Request) -> object | None:
    """There must be a fee that is open."""
    if request.fee_policy == "free":
        return _("The samples were free.")
    return _("The fee is settled already.") if request.fee_settled_on else None


def cancel(ctx: Ctx, request: Request, params: dict[str, Any]) -> None:
    """Stop before the parcel leaves, with a reason."""
    request.reason, request.closed_on = params["reason"], ctx.today


def comment(ctx: Ctx, record: Any, body: str) -> None:
    """Write on the record's timeline."""
    ctx.session.add(
        Comment(
            company_id=ctx.company.id,
            record_key=record.key,
            record_id=record.id,
            author_id=ctx.user_id,
            at=ctx.now,
            body=body,
            mentions=[],
        )
    )
