"""What happens to a complaint (DOMAIN §1.10, §6.5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import (
    Ctx,
    Invalid,
    Refusal,
    Refused,
    _,
    calendar_of,
    notify,
)
from plugins.crm.api import (
    Customer,
    ask_people,
    comment,
    finish_tasks,
    note_activity,
    people_with,
)
from plugins.orders.api import Order, OrderLine
from plugins.products.api import convert
from plugins.service import lots, policy
from plugins.service.choices import HANDLER_ROLES
from plugins.service.clock import deadlines, next_due, severity
from plugins.service.lots import GRAVE
from plugins.service.records import Complaint

NEEDS_CAUSE = ("S1", "S2", "S3")
ANY = "service.complaint.handle_any"


def url_of(record: Any) -> str:
    """The address of a record's form."""
    return f"/r/{record.key}/{record.id}"


# ---- registration
def prepare(ctx: Ctx, complaint: Complaint) -> None:
    """Fill in owner, delivered quantity, severity, deadlines and a repeated defect."""
    with ctx.session.no_autoflush:
        if complaint.received_at is None or complaint.answer_due_at is None:
            complaint.received_at = complaint.received_at or ctx.now
            ctx.cache["service.fresh", complaint] = True
        customer = ctx.session.get(Customer, complaint.customer_id)
        if customer is not None:
            complaint.owner_id = customer.owner_id
        _from_order(ctx, complaint)
        if not complaint.severity:
            complaint.severity = severity(
                complaint.category,
                safety=bool(complaint.safety),
                refused=bool(complaint.refused),
                affected=complaint.qty_affected,
                shipped=complaint.qty_shipped,
                claim_usd=in_usd(ctx, complaint.claimed, complaint.currency),
                days_late=complaint.days_late or 0,
                **policy.severity_rules(ctx),
            )
        start_clock(ctx, complaint)
        complaint.repeat_of_id = earlier_case(ctx, complaint)


def is_fresh(ctx: Ctx, complaint: Complaint) -> bool:
    """Whether the complaint was entered in this very save; true once."""
    return bool(ctx.cache.pop(("service.fresh", complaint), False))


def _from_order(ctx: Ctx, complaint: Complaint) -> None:
    order = ctx.session.get(Order, complaint.order_id) if complaint.order_id else None
    if order is None:
        return
    complaint.currency = order.currency
    if complaint.qty_shipped is None and complaint.product_id is not None:
        query = select(OrderLine.quantity).where(
            OrderLine.parent_id == order.id, OrderLine.product_id == complaint.product_id
        )
        found = list(ctx.session.scalars(query))
        complaint.qty_shipped = sum(found, Decimal(0)) or None


def in_usd(ctx: Ctx, amount: Decimal | None, code: str | None) -> Decimal | None:
    """An amount in US dollars at today's book rate; None stays None."""
    if amount is None:
        return None
    return amount if code in (None, "USD") else convert(ctx, amount, code, "USD", ctx.today)


def start_clock(ctx: Ctx, complaint: Complaint) -> None:
    """Write the deadlines of the severity."""
    found = deadlines(
        complaint.severity or "S3", complaint.received_at or ctx.now, calendar_of(ctx),
        policy.sla(ctx),
    )
    complaint.answer_due_at, complaint.contain_due_at = found.answer, found.contain
    complaint.cause_due_at, complaint.close_due_at = found.cause, found.close
    note_next(complaint)


def note_next(complaint: Complaint) -> None:
    """Keep the first open deadline, so that lists sort by urgency."""
    found = next_due(ladder(complaint))
    complaint.next_due_at = found[1] if found else None


def ladder(complaint: Complaint) -> list[tuple[str, Any, Any]]:
    """(name, due, done) of the four deadlines."""
    return [
        ("answer", complaint.answer_due_at, complaint.answered_at),
        ("contain", complaint.contain_due_at, complaint.contained_at),
        ("cause", complaint.cause_due_at, complaint.analysed_at),
        ("close", complaint.close_due_at, complaint.closed_at),
    ]


def earlier_case(ctx: Ctx, complaint: Complaint) -> int | None:
    """A closed complaint about the same defect of the same product within 180 days."""
    if not (complaint.defect_code and complaint.product_id):
        return None
    since = ctx.now - timedelta(days=policy.days(ctx, "repeat_days"))
    query = select(Complaint.id).where(
        Complaint.product_id == complaint.product_id,
        Complaint.defect_code == complaint.defect_code,
        Complaint.id != (complaint.id or 0),
        Complaint.closed_at >= since,
    )
    return ctx.session.scalar(query.order_by(Complaint.closed_at.desc()).limit(1))


def faults(ctx: Ctx, complaint: Complaint) -> list[Refusal]:
    """What a complaint may not say."""
    found = []
    order = ctx.session.get(Order, complaint.order_id) if complaint.order_id else None
    if order is not None and order.customer_id != complaint.customer_id:
        found.append(Refusal(_("This order belongs to another customer."), "order_id", "foreign"))
    affected, shipped = complaint.qty_affected, complaint.qty_shipped
    if affected and shipped and affected > shipped:
        found.append(
            Refusal(_("More pieces are affected than were delivered."), "qty_affected", "too-many")
        )
    return found


def alarm(ctx: Ctx, complaint: Complaint) -> None:
    """S1 and S2 reach the sales manager, quality control and the general manager at once."""
    lots.block(ctx, complaint)
    lots.give_notice(ctx, complaint)
    roles = ("sm", "qc", "gm") if complaint.severity in GRAVE else ("afs",)
    text = _(
        "Complaint %(number)s (%(severity)s): %(subject)s",
        number=complaint.number,
        severity=complaint.severity,
        subject=complaint.subject,
    )
    people = {person for role in roles for person in people_with(ctx, role)}
    for person in people | ({complaint.owner_id} if complaint.owner_id else set()):
        if person != ctx.user_id:
            notify(ctx, person, text, url_of(complaint))
    if complaint.repeat_of_id is not None:
        reopen_analysis(ctx, complaint)


def reopen_analysis(ctx: Ctx, complaint: Complaint) -> None:
    """The same defect again: quality control looks at the old cause once more."""
    old = ctx.session.get(Complaint, complaint.repeat_of_id)
    if old is None:
        return
    text = _(
        "The defect of %(old)s came back in %(new)s: check the root cause again",
        old=old.number,
        new=complaint.number,
    )
    ask_people(ctx, old, people_with(ctx, "qc"), text, 2)


# ---- on the way
def acknowledge(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """The customer has an answer; the case goes to who knows about it."""
    complaint.answered_at = ctx.now
    role = HANDLER_ROLES[complaint.category]
    people = people_with(ctx, role)
    own = complaint.owner_id if role == "rep" else None
    complaint.handler_id = params.get("handler_id") or own or (people[0] if people else ctx.user_id)
    complaint.d2_problem = complaint.d2_problem or complaint.description
    if complaint.handler_id and complaint.handler_id != ctx.user_id:
        notify(
            ctx,
            complaint.handler_id,
            _("Complaint %(number)s is yours to clear up.", number=complaint.number),
            url_of(complaint),
        )
    _go_on(ctx, complaint)


def _go_on(ctx: Ctx, complaint: Complaint) -> None:
    note_next(complaint)
    customer = ctx.session.get(Customer, complaint.customer_id)
    if customer is not None:
        note_activity(ctx, customer)


def regrade(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """Another severity, with a reason; the clock is set anew from the day it came in."""
    complaint.severity = params["severity"]
    start_clock(ctx, complaint)
    if complaint.severity in GRAVE:
        alarm(ctx, complaint)


def contain(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """D3: what was done at once, such as blocking the lot."""
    complaint.d3_containment, complaint.contained_at = params["d3_containment"], ctx.now
    if params.get("d1_team"):
        complaint.d1_team = params["d1_team"]
    _go_on(ctx, complaint)


def analyse(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """D4 and D5: root cause and corrective action."""
    complaint.d4_root_cause, complaint.d5_action = params["d4_root_cause"], params["d5_action"]
    complaint.defect_code = params.get("defect_code") or complaint.defect_code
    complaint.analysed_at = ctx.now
    complaint.repeat_of_id = earlier_case(ctx, complaint)
    _go_on(ctx, complaint)


def not_hers(ctx: Ctx, complaint: Complaint) -> object | None:
    """A representative clears up what she was given: commercial complaints (DOMAIN §6.5 step 2)."""
    if ctx.can(ANY) or complaint.handler_id == ctx.user_id:
        return None
    return _("Somebody else handles this complaint.")


def why_not_propose(ctx: Ctx, complaint: Complaint) -> object | None:
    """A remedy comes after the cause, but for questions (S4)."""
    if complaint.severity in NEEDS_CAUSE and not complaint.d4_root_cause:
        return _("Find the root cause before you propose a remedy.")
    return None


def propose(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """Offer a remedy with its cost; money goes to the original order and nowhere else."""
    cost = params.get("cost") or Decimal(0)
    if cost and complaint.order_id is None:
        raise Refused(
            Refusal(_("The cost belongs to the original order: say which one first."), "order_id")
        )
    if params["remedy"] in ("credit", "refund", "discount") and not cost:
        raise Invalid([Refusal(_("Say what it costs."), "cost", "required")])
    complaint.remedy, complaint.remedy_text = params["remedy"], params["remedy_text"]
    complaint.cost, complaint.responsible = cost, params["responsible"]


def approved(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """The remedy may be carried out: whoever has to act gets a task."""
    roles = {"replace": "wh", "spares": "wh", "return": "wh", "credit": "fin", "refund": "fin"}
    role = roles.get(complaint.remedy or "", "")
    if role:
        ask_people(
            ctx,
            complaint,
            people_with(ctx, role),
            _("Carry out the remedy of %(number)s", number=complaint.number),
            3,
        )
    if complaint.responsible == "supplier":
        ask_people(
            ctx,
            complaint,
            people_with(ctx, "pur"),
            _("Charge the supplier for %(number)s", number=complaint.number),
            5,
        )


def turned_down(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """Another proposal is needed."""
    if complaint.handler_id:
        notify(
            ctx,
            complaint.handler_id,
            _("The remedy of %(number)s was not approved.", number=complaint.number),
            url_of(complaint),
        )


def execute(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """D6: the remedy was carried out; its cost goes into the profit of the order."""
    complaint.d6_implementation = params["d6_implementation"]
    finish_tasks(ctx, complaint)
    if complaint.cost:
        ctx.emit(
            "service.complaint.cost",
            complaint,
            order=complaint.order_id,
            amount=str(complaint.cost),
            currency=complaint.currency,
            remedy=complaint.remedy,
            responsible=complaint.responsible,
        )
    _go_on(ctx, complaint)


def remind(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """The customer was asked to confirm."""
    complaint.reminders = (complaint.reminders or 0) + 1
    complaint.reminded_on = ctx.today


def confirm(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """The customer agrees that it is settled."""
    complaint.confirmed_on = params.get("on") or ctx.today
    complaint.satisfaction = params.get("satisfaction")
    _go_on(ctx, complaint)


def silent(ctx: Ctx, complaint: Complaint) -> bool:
    """15 days without a word after two reminders count as consent."""
    last = complaint.reminded_on
    return (
        (complaint.reminders or 0) >= policy.days(ctx, "silence_reminders")
        and last is not None
        and (ctx.today - last).days >= policy.days(ctx, "silence_days")
    )


def why_not_close(ctx: Ctx, complaint: Complaint) -> object | None:
    """The reason that a complaint cannot be closed yet (DOMAIN §1.10 ⛔)."""
    if complaint.severity in NEEDS_CAUSE and not complaint.d4_root_cause:
        return _("There is no root cause yet.")
    if complaint.confirmed_on is None and not silent(ctx, complaint):
        return _("The customer has not confirmed: remind %(times)s times and wait %(days)s days.",
                 times=policy.days(ctx, "silence_reminders"),
                 days=policy.days(ctx, "silence_days"))
    return None


def close(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """D7 and D8: prevention, closure, and a look back after 60 days."""
    prevention = params.get("d7_prevention") or complaint.d7_prevention
    if complaint.severity in GRAVE and not prevention:
        raise Invalid(
            [Refusal(_("Say how it will not happen again."), "d7_prevention", "required")]
        )
    complaint.d7_prevention, complaint.d8_closure = prevention, params.get("d8_closure")
    complaint.closed_at = ctx.now
    review = policy.days(ctx, "review_days")
    complaint.review_on = ctx.today + timedelta(days=review)
    if prevention:
        ask_people(
            ctx,
            complaint,
            people_with(ctx, "qc"),
            _("Does the prevention of %(number)s work?", number=complaint.number),
            review,
        )
    note_next(complaint)


def why_not_review(ctx: Ctx, complaint: Complaint) -> object | None:
    """A closed complaint with a prevention is reviewed once."""
    if not complaint.d7_prevention:
        return _("No prevention was agreed on.")
    return _("The prevention was reviewed already.") if complaint.reviewed_on else None


def review(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """Quality control looks whether the prevention works; if not, the analysis begins again."""
    complaint.reviewed_on, complaint.review_result = ctx.today, params["result"]
    finish_tasks(ctx, complaint)
    if params["result"] == "fails":
        reopen(ctx, complaint, params)
        complaint.state, complaint.analysed_at = "analysis", None
        note_next(complaint)
    comment(ctx, complaint, params["notes"])


def why_not_reopen(ctx: Ctx, complaint: Complaint) -> object | None:
    """Within 30 days only; later it is a new complaint."""
    closed, most = complaint.closed_at, policy.days(ctx, "reopen_days")
    if closed is not None and closed < ctx.now - timedelta(days=most):
        return _("It was closed more than %(n)s days ago: enter a new complaint.", n=most)
    return None


def reopen(ctx: Ctx, complaint: Complaint, params: dict[str, Any]) -> None:
    """The customer is not content after all."""
    complaint.closed_at = complaint.confirmed_on = complaint.review_on = None
    complaint.reminders, complaint.reminded_on = 0, None
    complaint.reviewed_on = None
    complaint.close_due_at = calendar_of(ctx).add_working_days(ctx.now, 10)
    note_next(complaint)
