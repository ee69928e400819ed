"""Customers who have gone quiet: a setting, a box, daily work and a card for workflows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.api import (
    Ctx,
    Job,
    Panel,
    Plugin,
    Record,
    Setting,
    StepType,
    hookimpl,
    notify,
    select_records,
)
from plugins.crm.api import Customer

plugin = Plugin(
    "followups", "Follow-ups", needs=("crm",), summary="Reminds of customers who have gone quiet.",
)


@hookimpl
def register_settings() -> list[Setting]:
    return [Setting("followups.days", "Quiet after (days)", 14, kind="integer")]


def quiet_days(ctx: Ctx, customer: Customer) -> int:
    """For how many days nobody has changed anything about the customer."""
    return int((ctx.now - customer.updated_at).days)


@hookimpl
def show_panels(ctx: Ctx, record: Record) -> list[Panel] | None:
    if not isinstance(record, Customer):
        return None
    quiet = quiet_days(ctx, record)
    late = quiet > ctx.setting("followups.days")
    return [Panel("followups.quiet", "Contact", [("Quiet for (days)", quiet)],
                  colour="amber" if late else "grey")]


def remind(ctx: Ctx, payload: dict[str, Any]) -> dict[str, Any]:
    """A notice to the owner of each quiet customer; the result is shown with the job."""
    before = ctx.now - timedelta(days=ctx.setting("followups.days"))
    quiet = ctx.session.scalars(
        select_records(ctx, Customer).where(Customer.updated_at < before)).all()
    for customer in quiet:
        if customer.owner_id:
            notify(ctx, customer.owner_id, f"{customer.name} has gone quiet",
                   f"/r/crm.customer/{customer.id}")
    return {"reminded": len(quiet)}


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("followups.daily", remind, at="07:00", label="Remind of quiet customers")]


def tell_owner(ctx: Ctx, customer: Customer, config: dict[str, Any]) -> str:
    """The work of the card: tell the owner, and say how it went."""
    if customer.owner_id is None:
        return "nobody"
    notify(ctx, customer.owner_id, f"Call {customer.name}", f"/r/crm.customer/{customer.id}")
    return "told"


@hookimpl
def register_step_types() -> list[StepType]:
    return [StepType("followups.tell", "Tell the owner to call", tell_owner,
                     subject="crm.customer", icon="phone",
                     outcomes=(("told", "Told"), ("nobody", "Nobody owns the customer")))]
