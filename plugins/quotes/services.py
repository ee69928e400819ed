"""What is done with a quotation: submit, approve, send, accept, lose, expire, revise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select

from core.api import Ctx, Refusal, Refused, _, fields_of, notify, plain, save, write_audit
from plugins.crm.api import Customer, Inquiry, note_quoted
from plugins.products.api import PaymentTerm, holds
from plugins.quotes.approval import Facts, Limits, matched, path
from plugins.quotes.reckoning import reckon
from plugins.quotes.records import Quotation, QuotationLine
from plugins.quotes.techsheets import line_faults

ZERO = Decimal(0)
FREE_FIELDS = frozenset({"internal", "competitor", "owner_id", "version", "updated_at"})
FRESH = frozenset({
    "number", "state", "owner_id", "created_by_id", "created_at", "updated_by_id", "updated_at",
    "archived_at", "base_number", "revision", "previous_id", "alternative_of_id", "facts",
    "submitted_by_id", "submitted_on", "approved_on", "sent_on", "decided_on", "customer_po",
    "lost_reason", "lost_note",
})
FRESH_DATES = frozenset({"quote_date", "quote_rate", "valid_until", "export_date"})


def limits(ctx: Ctx) -> Limits:
    """The approval limits of the company."""
    def of(name: str) -> Decimal:
        return Decimal(str(ctx.setting(f"quotes.{name}")))

    return Limits(
        of("auto_amount"), of("auto_margin"), of("fin_margin"), of("fin_amount"),
        of("gm_margin"), of("gm_amount"), int(of("gm_days")),
    )


def facts_of(quotation: Quotation) -> Facts:
    """What the approval rules look at; margin and amount must be known."""
    return Facts(
        quotation.amount_usd or ZERO, quotation.margin or ZERO, quotation.customer_grade or "-",
        quotation.term_risk or "", quotation.term_days or 0, quotation.currency,
    )


def workflow_facts(ctx: Ctx, quotation: Quotation) -> dict[str, Any]:
    """The company's limits, beside which the flow holds the fields of the quotation."""
    bounds = limits(ctx)
    return {
        "auto_amount": bounds.auto_amount, "auto_margin": bounds.auto_margin,
        "fin_margin": bounds.fin_margin, "fin_amount": bounds.fin_amount,
        "gm_margin": bounds.gm_margin, "gm_amount": bounds.gm_amount, "gm_days": bounds.gm_days,
    }


def locked(ctx: Ctx, record: Any, values: dict[str, Any]) -> list[Refusal]:
    """Refuse any commercial change of a quotation that was submitted (DOMAIN §1.3)."""
    if not isinstance(record, Quotation) or record.editable or inspect(record).transient:
        return []
    noted = ctx.session.info.get("changes", {}).get(record, {})
    changed = set(noted)
    state = inspect(record)
    for name in fields_of(Quotation):
        if state.attrs[name].history.has_changes():
            changed.add(name)
    if changed <= FREE_FIELDS:
        return []
    text = _("A submitted quotation does not change. Make a new revision.")
    return [Refusal(text, None, "locked")]


def faults(ctx: Ctx, quotation: Quotation) -> list[Refusal]:
    """Why the quotation cannot be submitted, all reasons at once."""
    found: list[Refusal] = []

    def need(ok: Any, text: object, field: str) -> None:
        if not ok:
            found.append(Refusal(text, field, "incomplete"))

    need(quotation.lines, _("Add at least one item."), "lines")
    need(quotation.payment_term_id, _("Choose the payment term."), "payment_term_id")
    term = ctx.session.get(PaymentTerm, quotation.payment_term_id)
    day = quotation.quote_date or ctx.today
    need(term is None or holds(term, day),
         _("This payment term does not hold on the day of the quotation. Choose another one."),
         "payment_term_id")
    need(quotation.place, _("Enter the named place of the Incoterm."), "place")
    valid = quotation.valid_until is not None and quotation.valid_until >= ctx.today
    need(valid, _("The validity lies in the past. Choose a later day."), "valid_until")
    no_rate = _("There is no US dollar rate for this day. Enter one under Exchange rates.")
    need(quotation.amount_usd is not None, no_rate, "quote_rate")
    for n, item in enumerate(quotation.lines):
        found += _line_faults(ctx, item, n)
        wrong = line_faults(ctx, item.product_id, quotation.customer_id, item.tech_sheet_id)
        if wrong is not None:
            found.append(Refusal(wrong, f"lines.{n}.tech_sheet_id", "tech-sheet"))
    if quotation.lines and quotation.margin is None:
        text = _("The price does not cover freight and charges: there is no FOB value left.")
        found.append(Refusal(text, "lines", "no-fob"))
    elif quotation.margin is not None and quotation.margin < 0 and not quotation.strategic_reason:
        text = _("The margin is negative. Raise the price or give the reason for a strategic loss.")
        found.append(Refusal(text, "strategic_reason", "R0"))
    return found


def _line_faults(ctx: Ctx, item: QuotationLine, n: int) -> list[Refusal]:
    where = f"lines.{n}"
    found = []
    if item.hs_code_id is None:
        text = _("Line %(n)s has no HS code. Choose one.", n=n + 1)
        found.append(Refusal(text, f"{where}.hs_code_id", "hs-missing"))
    elif item.vat == 0 and item.regime == "exempt" and item.refund == 0:
        text = _("Line %(n)s: the HS code has no tax terms for the planned export date.", n=n + 1)
        found.append(Refusal(text, f"{where}.hs_code_id", "hs-terms"))
    if not item.purchase_price:
        text = _("Line %(n)s has no purchase price.", n=n + 1)
        found.append(Refusal(text, f"{where}.purchase_price", "cost-missing"))
    if not item.price:
        text = _("Line %(n)s has no price.", n=n + 1)
        found.append(Refusal(text, f"{where}.price", "price-missing"))
    below = item.moq and item.quantity < item.moq
    if below and ctx.setting("quotes.below_moq") == "block":
        text = _("Line %(n)s is below the minimum order of %(moq)s.", n=n + 1, moq=item.moq)
        found.append(Refusal(text, f"{where}.quantity", "moq"))
    return found


def submit(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """Freeze prices and costs, and list the rules that apply."""
    reckon(ctx, quotation)
    found = faults(ctx, quotation)
    if found:
        raise Refused(found)
    number = quotation.number or ""
    quotation.base_number = quotation.base_number or number.rpartition("-R")[0]
    quotation.submitted_by_id, quotation.submitted_on = ctx.user_id, ctx.today
    case, bounds = facts_of(quotation), limits(ctx)
    quotation.facts = {**(quotation.facts or {}), **plain({
        "amount_usd": case.amount_usd, "margin": case.margin, "grade": case.grade,
        "risk": case.risk, "days": case.days, "currency": case.currency,
        "rules": list(matched(case, bounds)), "path": list(path(case, bounds)),
        "submitted_at": ctx.now,
    })}


def approved(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """The documents lose their watermark; the representative is told."""
    quotation.approved_on = ctx.today
    _tell(ctx, quotation, _("Quotation %(number)s is approved.", number=quotation.number))


def rejected(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """Back to a draft; the representative is told."""
    _tell(ctx, quotation, _("Quotation %(number)s was sent back.", number=quotation.number))


def _tell(ctx: Ctx, quotation: Quotation, text: object) -> None:
    for user in {quotation.owner_id, quotation.submitted_by_id} - {None, ctx.user_id}:
        notify(ctx, int(user or 0), text, f"/r/quotes.quotation/{quotation.id}")


def quote_inquiry(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> Quotation:
    """A draft quotation with the products of an inquiry. Returns it; Refused without products."""
    lines = [
        {"product_id": line.product_id, "quantity": line.qty or line.product.moq or 1}
        for line in inquiry.lines if line.product_id
    ]
    if not lines:
        text = _("The inquiry names no product of ours. Add one to its lines first.")
        raise Refused(Refusal(text, "lines", "no-product"))
    made: Quotation = save(ctx, Quotation, {
        "customer_id": inquiry.customer_id, "contact_id": inquiry.contact_id,
        "inquiry_id": inquiry.id, "incoterm": inquiry.incoterm, "lines": lines,
    })
    return made


def still_valid(ctx: Ctx, quotation: Quotation) -> object | None:
    """Why the validity stands against a step, or None."""
    if quotation.valid_until is not None and quotation.valid_until < ctx.today:
        return _("The quotation expired on %(day)s. Make a new revision.",
                 day=quotation.valid_until.isoformat())
    return None


def send(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """Sent to the customer: the inquiry is now quoted."""
    quotation.sent_on = ctx.today
    customer = ctx.session.get(Customer, quotation.customer_id)
    inquiry = ctx.session.get(Inquiry, quotation.inquiry_id) if quotation.inquiry_id else None
    note_quoted(ctx, customer, inquiry)


def accept(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """The customer accepts; orders are made from here."""
    reason = still_valid(ctx, quotation)
    if reason is not None:
        raise Refused(Refusal(reason, "valid_until", "expired"))
    quotation.decided_on = ctx.today
    quotation.customer_po = params.get("customer_po")


def lose(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """The customer decides against it, for a reason."""
    quotation.decided_on = ctx.today
    quotation.lost_reason, quotation.lost_note = params["reason"], params.get("note")


def expire(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> None:
    """The validity is over."""
    if still_valid(ctx, quotation) is None:
        raise Refused(_("The quotation is still valid."))


def revise(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> Quotation:
    """A new revision in draft; this one becomes superseded. Returns the new one."""
    highest = ctx.session.scalar(
        select(Quotation.revision)
        .where(Quotation.base_number == quotation.base_number)
        .order_by(Quotation.revision.desc())
        .limit(1)
    )
    made = _copy(ctx, quotation)
    made.revision = (highest or 0) + 1
    made.base_number, made.previous_id = quotation.base_number, quotation.id
    made.number = f"{quotation.base_number}-R{made.revision}"
    _finish(ctx, made)
    return made


def alternative(ctx: Ctx, quotation: Quotation, params: dict[str, Any]) -> Quotation:
    """Another offer for the same need, with a number of its own. Returns the new draft."""
    made = _copy(ctx, quotation)
    made.alternative_of_id = quotation.id
    _finish(ctx, made)
    return made


def _copy(ctx: Ctx, quotation: Quotation) -> Quotation:
    made = Quotation(company_id=ctx.company.id, custom=dict(quotation.custom or {}))
    for name in fields_of(Quotation):
        if name not in FRESH and name not in FRESH_DATES:
            setattr(made, name, getattr(quotation, name))
    made.owner_id = quotation.owner_id or ctx.user_id
    for item in quotation.lines:
        line = QuotationLine(
            company_id=ctx.company.id, position=item.position, custom=dict(item.custom or {})
        )
        for name in fields_of(QuotationLine):
            setattr(line, name, getattr(item, name))
        made.lines.append(line)
    return made


def _finish(ctx: Ctx, made: Quotation) -> None:
    reckon(ctx, made)
    ctx.session.add(made)
    ctx.session.flush()
    write_audit(ctx, "quotes.quotation.created", made, copied_from=made.previous_id)
    ctx.emit("quotes.quotation.created", made)


def due_to_expire(ctx: Ctx, on: date) -> list[Quotation]:
    """Approved or sent quotations whose validity ended before `on`."""
    query = select(Quotation).where(
        Quotation.state.in_(("approved", "sent")), Quotation.valid_until < on
    )
    return list(ctx.session.scalars(query.order_by(Quotation.id)))
