"""What happens to an inquiry: stages, next actions, winning and losing (DOMAIN §1.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.api import Ctx, Invalid, Refusal, _, perform, round_money
from plugins.crm.customers import activity_words, comment, note_activity
from plugins.crm.records import Contact, Customer, Inquiry
from plugins.crm.terms import OPEN_STAGES, PROBABILITY

Run = Callable[[Ctx, Inquiry, dict[str, Any]], None]
STAGE_STEPS = {
    "qualified": "qualify",
    "spec": "confirm_spec",
    "quoted": "mark_quoted",
    "sampling": "start_sampling",
    "negotiating": "negotiate",
    "pi_sent": "mark_pi_sent",
    "won": "win",
}


def prepare(ctx: Ctx, inquiry: Inquiry) -> None:
    """Fill in owner of the customer, the next action, probability and weighted amount."""
    inquiry.received_on = inquiry.received_on or ctx.today
    if inquiry.next_action_on is None and not inquiry.id:
        inquiry.next_action_on = ctx.today + timedelta(days=1)
    weigh(inquiry, inquiry.state or "new")
    with ctx.session.no_autoflush:
        customer = ctx.session.get(Customer, inquiry.customer_id)
    if customer is None:
        return
    inquiry.currency = inquiry.currency or customer.currency
    if customer.owner_id is not None:
        inquiry.owner_id = customer.owner_id


def weigh(inquiry: Inquiry, stage: str) -> None:
    """Probability of the stage, and expected amount × probability, rounded to cents."""
    inquiry.probability = PROBABILITY[stage]
    expected = inquiry.expected_amount
    inquiry.weighted = round_money(expected * inquiry.probability) if expected is not None else None


def faults(ctx: Ctx, inquiry: Inquiry) -> list[Refusal]:
    """An open inquiry has a next action; a line names a product or says what is wanted."""
    found = []
    if inquiry.state in OPEN_STAGES and inquiry.next_action_on is None:
        found.append(
            Refusal(
                _("An open inquiry needs the day of the next action."), "next_action_on", "required"
            )
        )
    if inquiry.expected_amount is not None and not inquiry.currency:
        found.append(Refusal(_("An amount needs a currency."), "currency", "required"))
    for n, line in enumerate(inquiry.lines):
        if line.product_id is None and not line.description:
            found.append(
                Refusal(
                    _("Choose a product or describe what is wanted."),
                    f"lines.{n}.description",
                    "required",
                )
            )
    if inquiry.contact_id is not None:
        with ctx.session.no_autoflush:
            contact = ctx.session.get(Contact, inquiry.contact_id)
        if contact is not None and contact.customer_id != inquiry.customer_id:
            found.append(
                Refusal(
                    _("This contact belongs to another customer."), "contact_id", "other-customer"
                )
            )
    return found


def move_to(stage: str) -> Run:
    """The work of a stage step."""

    def run(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
        weigh(inquiry, stage)
        _touch(ctx, inquiry)
        if params.get("next_action_on"):
            set_next(ctx, inquiry, params)
        if stage == "quoted":
            _customer(ctx, inquiry).quoted_on = ctx.today

    return run


def _customer(ctx: Ctx, inquiry: Inquiry) -> Customer:
    customer: Customer = ctx.session.get(Customer, inquiry.customer_id)
    return customer


def _touch(ctx: Ctx, inquiry: Inquiry) -> None:
    note_activity(ctx, _customer(ctx, inquiry))


def win(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
    """The customer ordered: it counts as active from here on."""
    weigh(inquiry, "won")
    inquiry.closed_on, inquiry.next_action_on, inquiry.next_action = ctx.today, None, None
    note_order(ctx, _customer(ctx, inquiry), None, ctx.today)


def lose(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
    """Close without order; the reason is a must, the competitor if he was the reason."""
    if params["reason"] == "competitor" and not params.get("competitor"):
        raise Invalid([Refusal(_("Say who the competitor is."), "competitor", "required")])
    weigh(inquiry, "lost")
    inquiry.lost_reason, inquiry.competitor = params["reason"], params.get("competitor")
    inquiry.closed_on, inquiry.next_action_on, inquiry.next_action = ctx.today, None, None
    if params.get("note"):
        comment(ctx, inquiry, params["note"])
    _touch(ctx, inquiry)


def reopen(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
    """The customer came back: the inquiry goes on with a next action."""
    weigh(inquiry, "qualified")
    inquiry.lost_reason = inquiry.competitor = inquiry.closed_on = None
    set_next(ctx, inquiry, params)
    _touch(ctx, inquiry)


def set_next(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
    """Plan the next action; a day in the past helps nobody."""
    planned: date = params["next_action_on"]
    if planned < ctx.today:
        raise Invalid([Refusal(_("Choose today or a later day."), "next_action_on", "past")])
    inquiry.next_action_on = planned
    inquiry.next_action = params.get("next_action") or inquiry.next_action
    inquiry.reminded_on = None


def log_activity(ctx: Ctx, inquiry: Inquiry, params: dict[str, Any]) -> None:
    """Keep what was done, and when it goes on."""
    comment(ctx, inquiry, activity_words(params))
    set_next(ctx, inquiry, params)
    _touch(ctx, inquiry)


# ---- for other plugins
def move_stage(ctx: Ctx, inquiry: Inquiry | None, stage: str) -> None:
    """Move an inquiry forward, as when a quotation is sent; never backward, never a closed one."""
    if inquiry is None or inquiry.state not in OPEN_STAGES:
        return
    if PROBABILITY[stage] > PROBABILITY[inquiry.state]:
        perform(ctx.system(), inquiry, STAGE_STEPS[stage])


def note_quoted(ctx: Ctx, customer: Customer, inquiry: Inquiry | None = None) -> None:
    """A quotation went out: stage, activity and the 90 days of the pool rule."""
    customer.quoted_on = ctx.today
    note_activity(ctx, customer)
    move_stage(ctx, inquiry, "quoted")


def note_order(ctx: Ctx, customer: Customer, inquiry: Inquiry | None, on: date) -> None:
    """An order was signed: the customer is active, the inquiry won."""
    customer.first_order_on = min(customer.first_order_on or on, on)
    customer.last_order_on = max(customer.last_order_on or on, on)
    if customer.state == "prospect":
        perform(ctx.system(), customer, "first_order")
    note_activity(ctx, customer, on)
    if inquiry is not None and inquiry.state in OPEN_STAGES:
        move_stage(ctx, inquiry, "won")


def pipeline(rows: list[tuple[Decimal, str]]) -> Decimal:
    """Σ expected amount × probability over (amount, stage) pairs, in one currency (DOMAIN §1.2)."""
    return sum((round_money(amount * PROBABILITY[stage]) for amount, stage in rows), Decimal(0))
