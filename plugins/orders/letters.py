"""The letter of credit and its check list (DOMAIN §1.6, §3.10; UCP 600)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, notify
from plugins.orders import lcdates
from plugins.orders.choices import LC_RULES
from plugins.orders.money import rounded
from plugins.orders.records import Order
from plugins.orders.shipping_records import LcCheck, LetterOfCredit


def known_results(credit: LetterOfCredit, order: Order) -> dict[str, str]:
    """The rows that follow from data: pass or discrepancy."""
    wanted = rounded(order.total * order.lc_share, order.currency)
    promised = order.latest_shipment or order.delivery_date
    facts = {
        "currency": credit.currency == order.currency,
        "amount": credit.amount * (1 + (credit.tolerance or Decimal(0))) >= wanted,
        "partial": credit.partial_allowed or not order.partial_allowed,
    }
    if promised and credit.latest_shipment:
        facts["shipment"] = credit.latest_shipment >= promised
    if credit.latest_shipment:
        facts["presentation"] = credit.expiry > credit.latest_shipment
    return {rule: "pass" if good else "discrepancy" for rule, good in facts.items()}


def fill(ctx: Ctx, credit: LetterOfCredit) -> None:
    """Before a save: the check list is there, and what data decide is decided."""
    order = ctx.session.get(Order, credit.order_id)
    if order is None:
        return
    if not credit.checks:
        credit.checks[:] = [
            LcCheck(position=place, rule=rule, result="open")
            for place, (rule, _label) in enumerate(LC_RULES, start=1)
        ]
    known = known_results(credit, order)
    for row in credit.checks:
        row.result = known.get(row.rule, row.result) if row.result == "open" else row.result


def check(ctx: Ctx, credit: LetterOfCredit, params: dict[str, Any]) -> None:
    """Close the check: workable if no row is open or discrepant, else an amendment is needed."""
    fill(ctx, credit)
    left = [row for row in credit.checks if row.result == "open"]
    if left:
        text = _(
            "%(n)s rows of the check list are not decided yet. Decide each of them.", n=len(left)
        )
        raise Refused(Refusal(text, "checks"))
    wrong = any(row.result == "discrepancy" for row in credit.checks)
    credit.state = "unworkable" if wrong else "workable"


def amend(ctx: Ctx, credit: LetterOfCredit, params: dict[str, Any]) -> None:
    """An amendment came in: the check list is opened again."""
    note = params["amendment"]
    credit.amendments = "\n".join(filter(None, (credit.amendments, f"{ctx.today}: {note}")))
    for name in ("latest_shipment", "expiry", "amount"):
        if params.get(name) is not None:
            setattr(credit, name, params[name])
    for row in credit.checks:
        row.result = "open"
    fill(ctx, credit)


def pay(ctx: Ctx, credit: LetterOfCredit, params: dict[str, Any]) -> None:
    """The bank paid the drawing."""


def expire_old(ctx: Ctx, payload: dict[str, Any]) -> dict[str, int]:
    """Credits whose last day has passed undrawn expire; the order needs a new one or an override.

    An expiry on a day when banks are closed moves to the next banking day (UCP 600 Art. 29).
    """
    query = select(LetterOfCredit).where(
        LetterOfCredit.state.in_(("draft", "workable", "unworkable")),
        LetterOfCredit.expiry < ctx.today,
    )
    done = 0
    for credit in list(ctx.session.scalars(query)):
        if lcdates.last_presentation(credit.expiry, credit.expiry) >= ctx.today:
            continue
        credit.state = "expired"
        done += 1
        ctx.emit("orders.lc.expired", credit)
        order = ctx.session.get_one(Order, credit.order_id)
        if order.owner_id:
            text = _("Letter of credit %(lc)s of order %(order)s expired without a presentation.",
                     lc=credit.lc_number, order=order.number)
            notify(ctx, order.owner_id, text, f"/r/orders.lc/{credit.id}")
    return {"expired": done}


def check_edit(credit: LetterOfCredit, values: dict[str, Any]) -> list[Refusal]:
    """A credit that was checked changes only through an amendment."""
    if credit.state in ("draft", "unworkable", "", None) or not values.keys() - {"owner_id"}:
        return []
    text = _("This letter of credit is checked. Enter an amendment instead.")
    return [Refusal(text, next(iter(values), None), "locked")]
