"""An instalment plan: what is open of a receivable becomes dated parts (DOMAIN §1.9, §5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.api import Ctx, Refusal, Refused, _, allot, show_date
from plugins.crm.api import comment
from plugins.finance import receivables
from plugins.finance.records import Receivable
from plugins.orders.api import rounded
from plugins.products.api import minor_units, share_out

ZERO = Decimal(0)


def months_later(day: date, months: int) -> date:
    """The same day some months on; the last of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def parts_of(
    amount: Decimal, count: int, first: date, months: int, digits: int,
    down: Decimal | None = None,
) -> list[tuple[date, Decimal]]:
    """Dated parts that add up to the amount; equal but for a first part of its own (`down`)."""
    days = [months_later(first, n * months) for n in range(count)]
    if down is None:
        return list(zip(days, _equal(amount, count, digits), strict=True))
    return list(zip(days, [down, *_equal(amount - down, count - 1, digits)], strict=True))


def _equal(amount: Decimal, count: int, digits: int) -> list[Decimal]:
    return share_out(amount, [Decimal(1)] * count, digits)


def agree(ctx: Ctx, found: Receivable, params: dict[str, Any]) -> list[Receivable]:
    """Put dated parts in the place of a receivable; each keeps its rates and its delivery.

    What was paid already stays on the old one. Raises Refused for money in advance, whose plan
    is the payment term of the order, and for parts that do not fit what is open.
    """
    ctx.session.flush()
    query = select(Receivable).where(Receivable.id == found.id).with_for_update()
    found = ctx.session.scalars(query, execution_options={"populate_existing": True}).one()
    count, first = params["count"], params["first_on"]
    down = params.get("first_amount")
    down = rounded(down, found.currency) if down is not None else None
    faults = _faults(ctx, found, count, first, down)
    if faults:
        raise Refused(faults)
    plan = parts_of(found.open, count, first, params.get("months") or 1,
                    minor_units(found.currency), down)
    rows = [_part(ctx, found, n, count, day, amount)
            for n, (day, amount) in enumerate(plan, start=1)]
    text = _("%(amount)s of %(number)s are paid in %(count)s instalments: %(parts)s.",
             amount=f"{found.currency} {found.open:,.2f}", number=found.number, count=count,
             parts=", ".join(f"{row.number} {show_date(row.due)}" for row in rows))
    found.amount, found.open = found.amount - found.open, ZERO
    found.state = "paid" if found.amount else "cancelled"
    comment(ctx, found, str(text))
    ctx.emit("finance.receivable.in_instalments", found, parts=[row.id for row in rows])
    return rows


def _faults(
    ctx: Ctx, found: Receivable, count: int, first: date, down: Decimal | None
) -> list[Refusal]:
    if found.carrying_rate is None or found.in_advance:
        return [Refusal(_("Money in advance is not paid in instalments. Change the payment term "
                          "of the order instead."), None, "advance")]
    if found.open <= 0:
        return [Refusal(_("Nothing is open."), "open")]
    faults = []
    if first < ctx.today:
        faults.append(Refusal(_("The first instalment cannot be due in the past."), "first_on"))
    if down is not None and not ZERO < down < found.open:
        text = _("The first instalment lies between 0 and %(open)s.", open=f"{found.open:,.2f}")
        faults.append(Refusal(text, "first_amount"))
    least = Decimal(1).scaleb(-minor_units(found.currency))
    if (found.open - (down or ZERO)) / count < least:
        faults.append(Refusal(_("That is too little for so many instalments."), "count"))
    return faults


def _part(
    ctx: Ctx, found: Receivable, n: int, count: int, day: date, amount: Decimal
) -> Receivable:
    row = Receivable(
        source=f"instalment {n} of {found.id}"[:60], customer_id=found.customer_id,
        order_id=found.order_id, delivery_id=found.delivery_id, milestone_id=found.milestone_id,
        kind=found.kind, base_date=found.base_date, due=day, currency=found.currency,
        amount=amount, open=amount, book_rate=found.book_rate, carrying_rate=found.carrying_rate,
        owner_id=found.owner_id, state="not_due", instalment_of_id=found.id,
        note=str(_("Instalment %(n)s of %(count)s of %(number)s", n=n, count=count,
                   number=found.number)),
        number=allot(ctx, Receivable.number_rule, Receivable.key),
    )
    ctx.session.add(row)
    receivables.set_state(ctx, row)
    ctx.session.flush()
    return row
